import CaseloadData

/// One indicator of one court and period, or the reason why there is none.
public struct IndicatorValue: Codable, Sendable, Equatable {
  /// Where a value lies about the reference interval.
  public enum Verdict: String, Codable, Sendable, CaseIterable { case below, inside, above }

  /// Of the definition.
  public let indicator: String
  public let key: [String]
  /// Such as 2019, or 2019-01/2019-03; `nil` without periods.
  public let period: String?
  public let numerator: Double?
  public let denominator: Double?
  /// Not rounded; `nil` where it cannot be computed.
  public let value: Double?
  /// By the definition's rule.
  public let rounded: Double?
  /// The interval of the definition's kind; `nil` where the parts are no counts.
  public let lower: Double?
  public let upper: Double?
  /// `nil` without a reference interval.
  public let verdict: Verdict?
  /// Columns that an identity supplied: accepted = carried in + filed.
  public let derived: [String]
  /// What it would take, where there is no value.
  public let reason: Text?
  /// The lines of the file.
  public let lines: [Int]
}

/// Indicators of a table.
public struct IndicatorReport: Sendable {
  /// The definitions that were computed.
  public let definitions: [IndicatorDefinition]
  public let keyNames: [String]
  /// By definition, then court, then period.
  public let values: [IndicatorValue]
  /// Of the intervals.
  public let level: Double
  public let diagnostics: [Diagnostic]

  /// The indicators of `frame`.
  ///
  /// - Parameters:
  ///   - definitions: what to compute.
  ///   - frame: the rows.
  ///   - catalogue: says how columns add up.
  ///   - period: in place of the definitions' own rule.
  ///   - days: the length of a row's period, in place of 365 a year.
  ///   - level: coverage of the intervals.
  /// - Throws: ``DiagnosticCode/illegalProbability`` for a level outside 0 to 1,
  ///   ``DiagnosticCode/illegalRate`` for days that are not above zero.
  public init(
    _ definitions: [IndicatorDefinition], _ frame: IndicatorFrame,
    catalogue: IndicatorCatalogue, period: IndicatorDefinition.PeriodRule? = nil,
    days: Double? = nil, level: Double = 0.95
  ) throws(Diagnostic) {
    try WeightChecks.level(level)
    if let days { try WeightChecks.positive(days, Text(en: "days", zh: "天数")) }
    var values: [IndicatorValue] = []
    var notes: [Diagnostic] = []
    for definition in definitions {
      let aggregation = IndicatorAggregation(
        frame: frame, catalogue: catalogue, scope: definition.scope,
        rule: period ?? definition.period, days: days)
      let groups = aggregation.groups()
      let hasScope = definition.scope != IndicatorDefinition.Scope()
      if hasScope, !frame.rows.contains(where: { $0.code != nil }) {
        notes.append(Self.scopeNotApplied(definition, frame.source))
      }
      for group in groups {
        values.append(Self.value(definition, group, catalogue, level))
      }
    }
    self.definitions = definitions
    keyNames = frame.keyNames
    self.values = values
    self.level = level
    diagnostics = notes
  }

  private static func value(
    _ definition: IndicatorDefinition, _ group: IndicatorGroup, _ catalogue: IndicatorCatalogue,
    _ level: Double
  ) -> IndicatorValue {
    let numerator = definition.numerator.value(group.values)
    let denominator = definition.denominator.value(group.values)
    let factor = definition.factor.value(group.values)
    var value: Double?
    if let numerator, let denominator, let factor, denominator > 0 {
      value = factor * numerator / denominator
      if value?.isFinite == false { value = nil }
    }
    var interval: (lower: Double, upper: Double)?
    if let numerator, let denominator, let factor, value != nil {
      interval = Self.interval(definition.interval, numerator, denominator, level).map {
        (factor * $0.lower, factor * $0.upper)
      }
    }
    let derived = group.derived.intersection(definition.columns).sorted()
    return IndicatorValue(
      indicator: definition.id, key: group.key, period: group.label.isEmpty ? nil : group.label,
      numerator: numerator, denominator: denominator, value: value,
      rounded: value.map(definition.rounding.rounded), lower: interval?.lower,
      upper: interval?.upper, verdict: value.flatMap { verdict($0, definition.reference) },
      derived: value == nil ? [] : derived,
      reason: value == nil ? reason(definition, group, catalogue, denominator) : nil,
      lines: group.lines)
  }

  private static func interval(
    _ kind: IndicatorDefinition.IntervalKind, _ numerator: Double, _ denominator: Double,
    _ level: Double
  ) -> (lower: Double, upper: Double)? {
    // Counts are whole; 万 and rounded figures are not counts.
    guard numerator == numerator.rounded() else { return nil }
    switch kind {
    case .none: return nil
    case .poisson:
      return CountIntervals.poisson(count: numerator, level: level).map {
        ($0.lower / denominator, $0.upper / denominator)
      }
    case .wilson, .clopperPearson:
      guard denominator == denominator.rounded() else { return nil }
      return kind == .wilson
        ? CountIntervals.wilson(successes: numerator, trials: denominator, level: level)
        : CountIntervals.clopperPearson(successes: numerator, trials: denominator, level: level)
    }
  }

  private static func verdict(_ value: Double, _ reference: IndicatorDefinition.Reference?)
    -> IndicatorValue.Verdict?
  {
    guard let reference else { return nil }
    if let lower = reference.lower, value < lower { return .below }
    if let upper = reference.upper, value > upper { return .above }
    return .inside
  }

  private static func reason(
    _ definition: IndicatorDefinition, _ group: IndicatorGroup, _ catalogue: IndicatorCatalogue,
    _ denominator: Double?
  ) -> Text {
    let missing = definition.columns.filter { group.values[$0] == nil }
    if let refusal = missing.lazy.compactMap({ group.refusals[$0] }).first { return refusal }
    guard missing.isEmpty else {
      return Text(
        en: "needs "
          + missing.map { "\(catalogue.column($0)?.name.en ?? $0) (\($0))" }
          .joined(separator: ", "),
        zh: "需要"
          + missing.map { "\(catalogue.column($0)?.name.zh ?? $0)（\($0)）" }
          .joined(separator: "、"))
    }
    if let denominator, denominator <= 0 {
      return Text(
        en: "its denominator \(definition.denominator.text) is \(NumberText.plain(denominator))",
        zh: "分母 \(definition.denominator.text) 为 \(NumberText.plain(denominator))")
    }
    return Text(
      en: "\(definition.formula) has no value here", zh: "\(definition.formula) 在此处没有值")
  }

  private static func scopeNotApplied(_ definition: IndicatorDefinition, _ source: String)
    -> Diagnostic
  {
    let codes = ((definition.scope.exclude ?? []) + (definition.scope.include ?? []))
    return Diagnostic(
      .assumption, .note,
      Text(
        en: "'\(definition.id)' counts by case code (\(codes.joined(separator: ", "))), and the "
          + "table has no codes: all its cases count.",
        zh: "“\(definition.id)”按案号代字界定范围（\(codes.joined(separator: "、"))），"
          + "而表中没有代字列：全部案件均计入。"),
      at: Diagnostic.Location(file: source),
      hint: Text(
        en: "Name the column of case codes with --code, or leave those cases out.",
        zh: "请用 --code 指明代字列，或先剔除这些案件。"))
  }
}
