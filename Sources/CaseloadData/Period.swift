/// How long a period is.
public enum Frequency: String, Codable, Sendable, CaseIterable {
  case yearly, halfYearly = "half-yearly", quarterly, monthly, weekly, daily
  /// Whole numbers that only count.
  case index

  /// How many periods make a season when nothing else is said: a year, or a week of days.
  public var seasonLength: Int {
    switch self {
    case .yearly, .index: 1
    case .halfYearly: 2
    case .quarterly: 4
    case .monthly: 12
    case .weekly: 52
    case .daily: 7
    }
  }

  /// How many periods make a year; `nil` for an index.
  public var periodsPerYear: Double? {
    switch self {
    case .yearly: 1
    case .halfYearly: 2
    case .quarterly: 4
    case .monthly: 12
    case .weekly: 365.2425 / 7
    case .daily: 365.2425
    case .index: nil
    }
  }
}

/// A calendar period, such as 2024, 2024-H1, 2024-Q1, 2024-03, 2024-W05 or 2024-03-01.
///
/// Integer arithmetic on the proleptic Gregorian calendar; no clock, no time zone. Weeks are ISO
/// 8601 weeks, from Monday.
public struct Period: Hashable, Sendable, Strideable {
  /// How long it is.
  public let frequency: Frequency
  /// Periods since the year 0 (days and weeks: since 1970-01-01, a Thursday).
  public let ordinal: Int

  /// The period at `ordinal` on the scale of `frequency`.
  public init(frequency: Frequency, ordinal: Int) {
    self.frequency = frequency
    self.ordinal = ordinal
  }

  /// A calendar year.
  public static func year(_ year: Int) -> Period { Period(frequency: .yearly, ordinal: year) }
  /// A calendar month, 1 to 12.
  public static func month(_ year: Int, _ month: Int) -> Period {
    Period(frequency: .monthly, ordinal: year * 12 + month - 1)
  }
  /// A date of the Gregorian calendar.
  public static func day(_ year: Int, _ month: Int, _ day: Int) -> Period {
    Period(frequency: .daily, ordinal: CivilDate(year: year, month: month, day: day).dayNumber)
  }

  // `Strideable` would compare by distance, which different frequencies do not have.
  public static func == (a: Period, b: Period) -> Bool {
    a.frequency == b.frequency && a.ordinal == b.ordinal
  }

  /// Periods of one frequency in time; those of different ones by their first day, the longer first.
  public static func < (a: Period, b: Period) -> Bool {
    guard a.frequency != b.frequency else { return a.ordinal < b.ordinal }
    let (first, second) = (a.firstDay?.dayNumber ?? a.ordinal, b.firstDay?.dayNumber ?? b.ordinal)
    if first != second { return first < second }
    let order = Frequency.allCases
    return (order.firstIndex(of: a.frequency) ?? 0) < (order.firstIndex(of: b.frequency) ?? 0)
  }

  public func distance(to other: Period) -> Int {
    precondition(frequency == other.frequency, "\(frequency) against \(other.frequency)")
    return other.ordinal - ordinal
  }
  public func advanced(by n: Int) -> Period {
    Period(frequency: frequency, ordinal: ordinal + n)
  }

  /// The first day; `nil` for an index.
  public var firstDay: CivilDate? {
    switch frequency {
    case .yearly: CivilDate(year: ordinal, month: 1, day: 1)
    case .halfYearly: CivilDate(monthOrdinal: ordinal * 6)
    case .quarterly: CivilDate(monthOrdinal: ordinal * 3)
    case .monthly: CivilDate(monthOrdinal: ordinal)
    case .weekly: CivilDate(dayNumber: ordinal * 7 - 3)
    case .daily: CivilDate(dayNumber: ordinal)
    case .index: nil
    }
  }

  /// The day after the last; `nil` for an index.
  public var endDay: CivilDate? { advanced(by: 1).firstDay }

  /// The calendar year; for a week, the ISO year. `nil` for an index.
  public var year: Int? {
    frequency == .weekly ? CivilDate(dayNumber: ordinal * 7).year : firstDay?.year
  }

  /// Where in its season the period stands, from 0: the month of a year, the ISO week, the day of a
  /// week; otherwise its remainder by `seasonLength`.
  public func season(length seasonLength: Int) -> Int {
    if frequency == .daily, seasonLength == 7 {
      return (ordinal + 3) - floorDivide(ordinal + 3, 7) * 7
    }
    if frequency == .weekly, seasonLength == 52 {
      // The ISO week, the 53rd counting as the last: 52 weeks fall short of a year.
      let thursday = CivilDate(dayNumber: ordinal * 7)
      let first = CivilDate(year: thursday.year, month: 1, day: 1).dayNumber
      return min(51, (ordinal * 7 - first) / 7)
    }
    return ordinal - floorDivide(ordinal, seasonLength) * seasonLength
  }

  /// The period of `coarser` frequency that this one belongs to, by its first day (a week's: by its
  /// Thursday); `nil` where that has no meaning.
  public func containing(_ coarser: Frequency) -> Period? {
    if coarser == frequency { return self }
    guard coarser != .index, let day = firstDay else { return nil }
    // A week belongs to the year, quarter or month of its Thursday (ISO 8601).
    return Period(
      of: coarser, containing: frequency == .weekly && coarser != .daily ? day.advanced(by: 3) : day
    )
  }

  /// The period of `frequency` that holds `date`; `nil` for an index.
  public init?(of frequency: Frequency, containing date: CivilDate) {
    let month = date.year * 12 + date.month - 1
    switch frequency {
    case .yearly: self.init(frequency: frequency, ordinal: date.year)
    case .halfYearly: self.init(frequency: frequency, ordinal: floorDivide(month, 6))
    case .quarterly: self.init(frequency: frequency, ordinal: floorDivide(month, 3))
    case .monthly: self.init(frequency: frequency, ordinal: month)
    case .weekly:
      self.init(frequency: frequency, ordinal: floorDivide(date.dayNumber + 3, 7))
    case .daily: self.init(frequency: frequency, ordinal: date.dayNumber)
    case .index: return nil
    }
  }
}

extension Period: CustomStringConvertible, Codable {
  /// The label in the data contract's form, such as `2019-Q1`.
  public var description: String {
    func padded(_ n: Int, _ width: Int = 2) -> String {
      let digits = String(n)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    switch frequency {
    case .index: return String(ordinal)
    case .weekly:
      // The ISO year of a week is the year of its Thursday.
      let thursday = CivilDate(dayNumber: ordinal * 7)
      let first = CivilDate(year: thursday.year, month: 1, day: 1).dayNumber
      return "\(padded(thursday.year, 4))-W\(padded((ordinal * 7 - first) / 7 + 1))"
    default:
      guard let day = firstDay else { return String(ordinal) }
      let year = padded(day.year, 4)
      switch frequency {
      case .yearly: return year
      case .halfYearly: return "\(year)-H\((day.month - 1) / 6 + 1)"
      case .quarterly: return "\(year)-Q\((day.month - 1) / 3 + 1)"
      case .monthly: return "\(year)-\(padded(day.month))"
      default: return "\(year)-\(padded(day.month))-\(padded(day.day))"
      }
    }
  }

  /// How a report writes it: "March 2019", "2019年3月".
  public var text: Text {
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    guard let day = firstDay, let year else { return Text(description) }
    switch frequency {
    case .yearly: return Text(en: "\(year)", zh: "\(year)年")
    case .halfYearly:
      let first = day.month == 1
      return Text(
        en: "the \(first ? "first" : "second") half of \(year)",
        zh: "\(year)年\(first ? "上" : "下")半年")
    case .quarterly:
      let quarter = (day.month - 1) / 3 + 1
      return Text(en: "Q\(quarter) \(year)", zh: "\(year)年第\(quarter)季度")
    case .monthly: return Text(en: "\(months[day.month - 1]) \(year)", zh: "\(year)年\(day.month)月")
    case .daily:
      return Text(
        en: "\(day.day) \(months[day.month - 1]) \(year)", zh: "\(year)年\(day.month)月\(day.day)日")
    case .weekly, .index: return Text(description)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // An index is a number, so that 2019 steps are not the year "2019".
    if let ordinal = try? container.decode(Int.self) {
      self.init(frequency: .index, ordinal: ordinal)
      return
    }
    let label = try container.decode(String.self)
    guard let period = Period(label) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(label)' is not a period")
    }
    self = period
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if frequency == .index {
      try container.encode(ordinal)
    } else {
      try container.encode(description)
    }
  }
}

/// ⌊a / b⌋ for b > 0.
func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }
