import CaseloadData

/// A number a year; written as one number where it is the same every year.
public struct YearlyAmount: Codable, Sendable, Equatable, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral
{
  /// One for all years, or one a year.
  public let values: [Double]

  /// `values[0]` for every year, or one a year.
  public init(_ values: [Double]) { self.values = values }

  public init(floatLiteral value: Double) { values = [value] }
  public init(integerLiteral value: Int) { values = [Double(value)] }
  public init(arrayLiteral elements: Double...) { values = elements }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      values = [number]
    } else {
      values = try container.decode([Double].self)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
  }

  /// The number of year `year`, the first being 0.
  public subscript(year: Int) -> Double { values.count == 1 ? values[0] : values[year] }

  /// Throws unless there is one number, or one a year, each from `least` to `most`.
  func check(
    _ name: String, of owner: String, years: Int, from least: Double = 0, to most: Double = 1e12
  ) throws(Diagnostic) {
    guard values.count == 1 || values.count == years else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "'\(name)' of '\(owner)' has \(values.count) numbers for \(years) years.",
          zh: "“\(owner)”的 \(name) 有 \(values.count) 个数，而年份有 \(years) 个。"),
        at: Diagnostic.Location(series: owner),
        hint: Text(en: "Give one number, or one a year.", zh: "请给一个数，或每年一个数。"))
    }
    if let wrong = values.first(where: { !($0 >= least && $0 <= most) }) {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "'\(name)' of '\(owner)' cannot be \(NumberText.plain(wrong)).",
          zh: "“\(owner)”的 \(name) 不能为 \(NumberText.plain(wrong))。"),
        at: Diagnostic.Location(series: owner),
        hint: Text(
          en: "It lies between \(NumberText.plain(least)) and \(NumberText.plain(most)).",
          zh: "应在 \(NumberText.plain(least)) 与 \(NumberText.plain(most)) 之间。"))
    }
  }
}
