import CaseloadData

/// What a series is called, and how its amounts are written, so that sentences speak of the series
/// at hand and not of filings in general.
struct SeriesNoun {
  /// As it stands inside a sentence: "cases accepted", "受理案件数".
  let name: Text
  let unit: Text

  init(_ series: TimeSeries?) {
    self.init(series?.name ?? Text("value"), unit: series?.unit ?? Text(""))
  }

  init(_ title: Text, unit: Text) {
    // The column of a plain file is called so by default.
    let isUnnamed = title.en.lowercased() == "value" && title.zh == title.en
    name =
      isUnnamed
      ? Text(en: "the values", zh: "数值")
      : Text(en: Self.lowered(title.en), zh: Self.spaced(title.zh))
    self.unit = unit
  }

  /// For the beginning of a sentence or a title.
  var atStart: Text { Text(en: name.en.capitalizedFirst, zh: name.zh.trimmed) }

  /// An amount with its unit, which English leaves out where the name has said it.
  func amount(_ number: Text) -> Text {
    let isSaid = unit.en.isEmpty || name.en.contains(unit.en)
    return Text(
      en: isSaid ? number.en : "\(number.en) \(unit.en)",
      zh: unit.zh.isEmpty ? number.zh : "\(number.zh) \(unit.zh)")
  }

  func amount(_ mark: String) -> Text { amount(Text(mark)) }

  /// An amount in Chinese before other characters: a number without a unit keeps its distance.
  func amountZh(before number: Text) -> String { amount(number).zh + (unit.zh.isEmpty ? " " : "") }

  /// The unit where there is one, else the name: what an axis or a column is headed with.
  var header: Text {
    Text(
      en: !unit.en.isEmpty
        ? unit.en : name.en.hasPrefix("the ") ? String(name.en.dropFirst(4)) : name.en,
      zh: unit.zh.isEmpty ? name.zh.trimmed : unit.zh)
  }

  /// A capital first letter made small, unless the word is an abbreviation.
  private static func lowered(_ text: String) -> String {
    let second = text.dropFirst().first
    return second?.isUppercase == true ? text : text.prefix(1).lowercased() + text.dropFirst()
  }

  /// A name in Latin letters stands apart from the characters around it.
  private static func spaced(_ text: String) -> String {
    (text.first?.isASCII == true ? " " : "") + text + (text.last?.isASCII == true ? " " : "")
  }
}

/// The way that a number went, in the words of both languages.
enum Direction {
  case up, down, level

  init(from a: Double, to b: Double) { self = b > a ? .up : b < a ? .down : .level }

  /// What an interval says: up or down only where it leaves zero out.
  init(lower: Double, upper: Double) { self = lower > 0 ? .up : upper < 0 ? .down : .level }

  /// "more" and "less", for a comparison with an amount.
  var comparative: Text {
    self == .down ? Text(en: "less", zh: "下降") : Text(en: "more", zh: "增长")
  }
}

extension String {
  /// The same with a capital first letter.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// The same without blanks at the end.
  var trimmedEnd: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// The same without blanks at either end.
  var trimmed: String { String(drop { $0 == " " }).trimmedEnd }
}

/// Words joined as a list: "a, b and c", "a、b和c".
func listed(_ words: [Text]) -> Text {
  guard let last = words.last else { return Text("") }
  guard words.count > 1 else { return last }
  let first = words.dropLast()
  return Text(
    en: first.map(\.en).joined(separator: ", ") + " and " + last.en,
    zh: first.map(\.zh).joined(separator: "、") + "和" + last.zh)
}
