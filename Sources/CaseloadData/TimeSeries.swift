import CaseloadMath

/// Values on consecutive periods of one frequency; a missing value is NaN here and null in JSON.
public struct TimeSeries: Sendable, Equatable {
  /// What the values are, for people.
  public var name: Text
  /// What they are in.
  public var unit: Text
  /// How they aggregate: a flow, a stock or a ratio.
  public var measure: Measure
  /// The period of the first value.
  public let start: Period
  /// One a period; NaN where missing.
  public let values: [Double]
  /// How many periods make a season; 1 for none.
  public let seasonLength: Int

  /// - Precondition: `seasonLength > 0`.
  public init(
    name: Text = Text("value"), unit: Text = Text(""), measure: Measure = .flow, start: Period,
    values: [Double], seasonLength: Int? = nil
  ) {
    let season = seasonLength ?? start.frequency.seasonLength
    precondition(season > 0, "a season of \(season) periods")
    self.name = name
    self.unit = unit
    self.measure = measure
    self.start = start
    self.values = values
    self.seasonLength = season
  }

  /// How many periods make a year; an index counts its season for one, or each step without one.
  public var periodsPerYear: Double { frequency.periodsPerYear ?? Double(seasonLength) }

  public var count: Int { values.count }
  public var frequency: Frequency { start.frequency }
  public var periods: Range<Period> { start..<start.advanced(by: values.count) }
  public var lastPeriod: Period { start.advanced(by: values.count - 1) }

  /// The value at `period`; `nil` outside the series and where it is missing.
  public subscript(period: Period) -> Double? {
    guard period.frequency == frequency else { return nil }
    let index = start.distance(to: period)
    guard values.indices.contains(index), !values[index].isNaN else { return nil }
    return values[index]
  }

  /// The values that are not missing, with their positions.
  public var observed: [(index: Int, value: Double)] {
    values.enumerated().filter { !$0.element.isNaN }.map { ($0.offset, $0.element) }
  }

  /// How many values are missing.
  public var missingCount: Int { values.count { $0.isNaN } }

  /// The part of the series inside `range`.
  public func window(_ range: Range<Period>) -> TimeSeries {
    let lower = min(values.count, max(0, start.distance(to: range.lowerBound)))
    let upper = max(lower, min(values.count, start.distance(to: range.upperBound)))
    return TimeSeries(
      name: name, unit: unit, measure: measure, start: start.advanced(by: lower),
      values: Array(values[lower..<upper]), seasonLength: seasonLength)
  }

  /// The series with other values on the same periods.
  public func replacing(_ values: [Double]) -> TimeSeries {
    precondition(values.count == count)
    return TimeSeries(
      name: name, unit: unit, measure: measure, start: start, values: values,
      seasonLength: seasonLength)
  }

  /// The series with more values after its last.
  public func appending(_ more: [Double]) -> TimeSeries {
    TimeSeries(
      name: name, unit: unit, measure: measure, start: start, values: values + more,
      seasonLength: seasonLength)
  }

  /// The series by longer periods: sums of a flow, last values of a stock.
  ///
  /// Only complete periods are kept; a sum with a missing part is missing, and so is a stock whose
  /// last value is.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a ratio, which must be recomputed from its
  ///   parts, and where `frequency` is not longer than the series' own.
  public func aggregated(to frequency: Frequency) throws(Diagnostic) -> TimeSeries {
    guard measure != .ratio else {
      throw Diagnostic(
        .modelNotApplicable,
        .error,
        Text(
          en: "A ratio cannot be added up over time.",
          zh: "比率不能跨期相加。"),
        hint: Text(
          en: "Add up its numerator and its denominator, and divide.", zh: "请分别汇总分子与分母后再相除。"))
    }
    if frequency == self.frequency { return self }
    var groups: [(period: Period, values: [Double])] = []
    for (offset, value) in values.enumerated() {
      guard let period = start.advanced(by: offset).containing(frequency),
        (frequency.periodsPerYear ?? .infinity) < (self.frequency.periodsPerYear ?? 0)
      else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en:
              "A \(self.frequency.rawValue) series cannot be aggregated to \(frequency.rawValue).",
            zh: "\(self.frequency.rawValue) 序列不能汇总为 \(frequency.rawValue)。"))
      }
      if groups.last?.period == period {
        groups[groups.count - 1].values.append(value)
      } else {
        groups.append((period, [value]))
      }
    }
    func isComplete(_ group: (period: Period, values: [Double])) -> Bool {
      var period = start
      // The number of own periods that begin inside the group's period.
      guard let first = group.period.firstDay, let end = group.period.endDay,
        let own = Period(of: self.frequency, containing: first)
      else { return false }
      period = own
      var expected = 0
      while let day = period.firstDay, day < end {
        if day >= first { expected += 1 }
        period = period.advanced(by: 1)
      }
      return group.values.count == expected
    }
    while let first = groups.first, !isComplete(first) { groups.removeFirst() }
    while let last = groups.last, !isComplete(last) { groups.removeLast() }
    let totals = groups.map { group in
      measure == .flow ? group.values.accurateSum : (group.values.last ?? .nan)
    }
    guard let first = groups.first else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "The series holds no complete \(frequency.rawValue) period.",
          zh: "序列中没有完整的 \(frequency.rawValue) 时期。"))
    }
    return TimeSeries(
      name: name, unit: unit, measure: measure, start: first.period, values: totals)
  }
}

extension TimeSeries: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, unit, measure, start, values, seasonLength
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let seasonLength = try container.decode(Int.self, forKey: .seasonLength)
    guard seasonLength > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .seasonLength, in: container,
        debugDescription: "a season of \(seasonLength) periods")
    }
    self.init(
      name: try container.decode(Text.self, forKey: .name),
      unit: try container.decode(Text.self, forKey: .unit),
      measure: try container.decode(Measure.self, forKey: .measure),
      start: try container.decode(Period.self, forKey: .start),
      values: try container.decode([Double?].self, forKey: .values).map { $0 ?? .nan },
      seasonLength: seasonLength)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(unit, forKey: .unit)
    try container.encode(measure, forKey: .measure)
    try container.encode(start, forKey: .start)
    try container.encode(values.map { $0.isNaN ? nil : $0 }, forKey: .values)
    try container.encode(seasonLength, forKey: .seasonLength)
  }
}
