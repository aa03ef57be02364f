import CaseloadData

/// Times to closing, some of them not yet over: what survival estimators are made from.
///
/// A case is at risk at t where entry < t ≤ time; one without a late entry is at risk from 0 on,
/// 0 included. At equal times closings come before censorings.
public struct SurvivalSample: Sendable, Equatable {
  /// Late entries; below zero for a case that was observed from its start.
  public let entries: [Double]
  public let times: [Double]
  /// 0 for open, k for the outcome numbered k − 1.
  public let causes: [Int]
  /// The outcomes, in the order of their first closing in the sample.
  public let outcomes: [String]

  /// A sample.
  ///
  /// - Parameters:
  ///   - times: ≥ 0.
  ///   - causes: as many, 0 … the number of outcomes.
  ///   - outcomes: the names of the causes.
  ///   - entries: as many as times, each below its time; `nil` for none.
  /// - Throws: ``DiagnosticCode/illegalRate`` for a time that is negative or not after its entry,
  ///   ``DiagnosticCode/malformedDefinition`` for lists that do not match, ``DiagnosticCode/emptyInput``.
  public init(
    times: [Double], causes: [Int], outcomes: [String] = ["closed"], entries: [Double]? = nil
  ) throws(Diagnostic) {
    let entries = entries ?? [Double](repeating: -1, count: times.count)
    try StockFlowChecks.sameLength(causes.count, times.count, Text(en: "outcomes", zh: "结案方式"))
    try StockFlowChecks.sameLength(entries.count, times.count, Text(en: "entries", zh: "进入日期"))
    guard !times.isEmpty else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "There are no cases.", zh: "没有案件。"),
        hint: Text(en: "Check the filter.", zh: "请检查筛选条件。"))
    }
    for i in times.indices {
      guard times[i] >= 0, times[i].isFinite, entries[i] < times[i], !entries[i].isNaN,
        (0...outcomes.count).contains(causes[i])
      else {
        throw Diagnostic(
          .illegalRate, .error,
          Text(
            en: "Case \(i + 1): the time \(StockFlowChecks.shown(times[i])) is not after the entry "
              + "\(StockFlowChecks.shown(entries[i])), or its outcome is not one of them.",
            zh: "第 \(i + 1) 件：时间 \(StockFlowChecks.shown(times[i])) 不晚于进入时间 "
              + "\(StockFlowChecks.shown(entries[i]))，或结案方式不在其列。"),
          hint: Text(en: "Correct the case.", zh: "请更正该案件。"))
      }
    }
    self.times = times
    self.causes = causes
    self.outcomes = outcomes
    self.entries = entries
  }

  /// The sample of a register: days without suspended ones, late entries as they are.
  ///
  /// - Parameter register: outcomes are taken in alphabetical order; without any, closing is the
  ///   only one.
  /// - Throws: as the memberwise initializer does.
  public init(_ register: CaseRegister) throws(Diagnostic) {
    let outcomes = Set(register.cases.compactMap(\.outcome)).sorted()
    var index: [String: Int] = [:]
    for (k, outcome) in outcomes.enumerated() { index[outcome] = k + 1 }
    try self.init(
      times: register.cases.map { register.days($0) },
      causes: register.cases.map { record in
        record.closed == nil ? 0 : record.outcome.flatMap { index[$0] } ?? 1
      },
      outcomes: outcomes.isEmpty ? ["closed"] : outcomes,
      entries: register.cases.map { record in
        let days = record.entry.map { Double(record.filed.distance(to: $0)) } ?? 0
        return days > 0 ? days : -1
      })
  }

  public var count: Int { times.count }

  /// The cases at `indices`.
  func selecting(_ indices: [Int]) throws(Diagnostic) -> SurvivalSample {
    try SurvivalSample(
      times: indices.map { times[$0] }, causes: indices.map { causes[$0] }, outcomes: outcomes,
      entries: indices.map { entries[$0] })
  }

  /// The risk set at one time.
  struct RiskSet {
    let time: Double
    let atRisk: Int
    /// By cause.
    let events: [Int]
    let censored: Int
    var total: Int { events.reduce(0, +) }
  }

  /// One a distinct time, in order.
  var riskSets: [RiskSet] {
    let order = times.indices.sorted { times[$0] < times[$1] }
    let starts = entries.sorted()
    var result: [RiskSet] = []
    var (position, entered) = (0, 0)
    while position < order.count {
      let time = times[order[position]]
      while entered < starts.count, starts[entered] < time { entered += 1 }
      let atRisk = entered - position
      var events = [Int](repeating: 0, count: outcomes.count)
      var censored = 0
      while position < order.count, times[order[position]] == time {
        let cause = causes[order[position]]
        if cause == 0 { censored += 1 } else { events[cause - 1] += 1 }
        position += 1
      }
      result.append(RiskSet(time: time, atRisk: atRisk, events: events, censored: censored))
    }
    return result
  }
}
