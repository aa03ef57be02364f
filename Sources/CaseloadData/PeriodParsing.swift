extension Period {
  /// The period written as `label`, or `nil`.
  ///
  /// Read are `2019`, `2019-H1`, `2019-Q1`, `2019-03`, `2019-W05`, `2019-03-01`, the same with
  /// slashes, dots or without hyphens before H, Q and W, `2019年`, `2019年3月`, `2019年3月1日`,
  /// `2019年上半年`, `2019年第1季度`, a date followed by a midnight time, and full-width digits.
  /// `201903` and `20190301` are a month and a day; a whole number of four digits is a year, any
  /// other an index.
  public init?(_ label: String) {
    let text = Self.normalized(label)
    if let number = Int(text) {
      if let compact = Self.compactDate(text, number) {
        self = compact
        return
      }
      let isYear = text.count == 4 && (1000...2999).contains(number)
      self.init(frequency: isYear ? .yearly : .index, ordinal: number)
      return
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts[0].count == 4, let year = Self.digits(parts[0])
    else { return nil }
    let second = parts[1]
    if parts.count == 3 {
      guard let month = Self.digits(second), let day = Self.digits(parts[2]), second.count <= 2,
        parts[2].count <= 2
      else { return nil }
      let date = CivilDate(year: year, month: month, day: day)
      guard date.isValid else { return nil }
      self.init(frequency: .daily, ordinal: date.dayNumber)
      return
    }
    guard let first = second.first else { return nil }
    if first.isNumber {
      guard let month = Self.digits(second), (1...12).contains(month), second.count <= 2 else {
        return nil
      }
      self = .month(year, month)
      return
    }
    guard let number = Self.digits(second.dropFirst()), second.count <= 3 else { return nil }
    switch first {
    case "H" where (1...2).contains(number):
      self.init(frequency: .halfYearly, ordinal: year * 2 + number - 1)
    case "Q" where (1...4).contains(number):
      self.init(frequency: .quarterly, ordinal: year * 4 + number - 1)
    case "W" where (1...53).contains(number):
      // Week 1 holds the year's first Thursday.
      let january4 = CivilDate(year: year, month: 1, day: 4)
      let monday = january4.dayNumber - january4.weekday + (number - 1) * 7
      guard CivilDate(dayNumber: monday + 3).year == year else { return nil }
      self.init(frequency: .weekly, ordinal: (monday + 3) / 7)
    default: return nil
    }
  }

  /// A number without a sign, which `Int` would read.
  private static func digits(_ text: Substring) -> Int? {
    text.first == "+" || text.first == "-" ? nil : Int(text)
  }

  /// `201903` and `20190301`, where the digits make a date of the years 1900 to 2099.
  private static func compactDate(_ text: String, _ number: Int) -> Period? {
    switch text.count {
    case 6:
      let (year, month) = (number / 100, number % 100)
      return (1900...2099).contains(year) && (1...12).contains(month) ? .month(year, month) : nil
    case 8:
      let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
      guard (1900...2099).contains(date.year), date.isValid else { return nil }
      return Period(frequency: .daily, ordinal: date.dayNumber)
    default: return nil
    }
  }

  /// ASCII digits, hyphens for every separator, H/Q/W for the Chinese words.
  private static func normalized(_ label: String) -> String {
    var text = ""
    for scalar in label.unicodeScalars {
      switch scalar.value {
      case 0xFF10...0xFF19: text.unicodeScalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? "0")
      case 0x20, 0x09, 0x3000, 0xFEFF: if !text.isEmpty { text.append(" ") }
      default: text.unicodeScalars.append(scalar)
      }
    }
    while text.last == " " { text.removeLast() }
    for time in ["T00:00:00Z", "T00:00:00", " 00:00:00"] where text.hasSuffix(time) {
      text.removeLast(time.count)
    }
    for (from, to) in [
      ("上半年", "H1"), ("下半年", "H2"), ("第一季度", "Q1"), ("第二季度", "Q2"), ("第三季度", "Q3"),
      ("第四季度", "Q4"), ("一季度", "Q1"), ("二季度", "Q2"), ("三季度", "Q3"), ("四季度", "Q4"),
    ] where text.hasSuffix(from) {
      text = String(text.dropLast(from.count)) + to
    }
    if text.hasSuffix("季度"), let digit = text.dropLast(2).last {
      text = String(text.dropLast(3)) + "Q" + String(digit)
      text = text.filter { $0 != "第" }
    }
    text = text.uppercased()
    var result = ""
    for character in text {
      switch character {
      case "年": result.append("-")
      case "月": result.append("-")
      case "日", "号": break
      case "/", ".": result.append("-")
      case "H", "Q", "W":
        if result.last?.isNumber == true { result.append("-") }
        result.append(character)
      default: result.append(character)
      }
    }
    while result.last == "-", result.count > 1 { result.removeLast() }
    return result
  }
}
