import CaseloadData
import CaseloadMath

/// What is known beside the series: one row a period, one column a regressor.
///
/// A fit takes one row for each of the series' periods, a forecast one for each period ahead.
public struct Regressors: Sendable, Equatable, Codable {
  public let names: [String]
  /// Column by column: `columns[j][t]` is regressor j in period t; NaN where missing.
  public let columns: [[Double]]

  /// No regressors, for any number of periods.
  public static let none = Regressors(names: [], columns: [])

  /// - Precondition: a name a column, and columns of one length.
  public init(names: [String], columns: [[Double]]) {
    precondition(names.count == columns.count, "a name for every regressor")
    precondition(columns.allSatisfy { $0.count == columns[0].count }, "columns of one length")
    self.names = names
    self.columns = columns
  }

  public var isEmpty: Bool { names.isEmpty }
  /// How many regressors there are.
  public var count: Int { names.count }
  /// How many periods they cover; `nil` without regressors, which cover any.
  public var periodCount: Int? { columns.first?.count }

  /// The rows of `range`.
  public func window(_ range: Range<Int>) -> Regressors {
    Regressors(names: names, columns: columns.map { Array($0[range]) })
  }

  private enum CodingKeys: String, CodingKey { case names, columns }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let names = try container.decode([String].self, forKey: .names)
    let columns = try container.decode([[Double?]].self, forKey: .columns)
    guard names.count == columns.count, columns.allSatisfy({ $0.count == columns[0].count }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .columns, in: container, debugDescription: "a column of one length for every name")
    }
    self.init(names: names, columns: columns.map { $0.map { $0 ?? .nan } })
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(names, forKey: .names)
    try container.encode(columns.map { $0.map { $0.isNaN ? nil : $0 } }, forKey: .columns)
  }
}

extension Diagnostic {
  /// The regressors do not cover the periods that they are needed for, or have gaps there.
  static func check(_ regressors: Regressors, covering count: Int, from start: Period)
    throws(Diagnostic)
  {
    guard let have = regressors.periodCount else { return }
    guard have == count else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The regressors cover \(have) periods, and \(count) are needed from \(start) on.",
          zh: "回归变量只覆盖 \(have) 期，而自 \(start) 起需要 \(count) 期。"),
        hint: Text(
          en: "Give every regressor a value in each period of the history and of the horizon.",
          zh: "请为历史与预测期内的每一期给出各回归变量的数值。"))
    }
    for (name, column) in zip(regressors.names, regressors.columns) {
      if let gap = column.firstIndex(where: { !$0.isFinite }) {
        throw Diagnostic(
          .missingValues, .error,
          Text(
            en: "The regressor '\(name)' has no value in \(start.advanced(by: gap)).",
            zh: "回归变量“\(name)”在 \(start.advanced(by: gap)) 没有数值。"),
          at: Diagnostic.Location(column: name, period: start.advanced(by: gap).description),
          hint: Text(
            en: "Fill the value in, or leave the regressor out.", zh: "请补上该数值，或去掉该变量。"))
      }
    }
  }
}
