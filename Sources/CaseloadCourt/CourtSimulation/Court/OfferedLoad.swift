import CaseloadData
import CaseloadMath

/// What the cases of a track would ask of its judges, and what they have.
public struct OfferedLoad: Codable, Sendable, Equatable {
  public let track: String
  /// Minutes a month of all cases filed, if none were withdrawn or settled: an upper bound.
  public let minutesNeeded: Double
  /// Minutes a month, after leave and absence, with every planned post filled.
  public let minutesAvailable: Double
  /// The first over the second.
  public let load: Double
  /// By how many cases a month the backlog grows where the load is above 1; 0 elsewhere.
  public let growth: Double

  /// The load of every track of `plan`, on average over the reported months.
  static func tracks(_ plan: CourtPlan) -> [OfferedLoad] {
    let months = plan.warmUp..<plan.periods.count
    let count = Double(months.count)
    var needed = [Double](repeating: 0, count: plan.tracks.count)
    var filed = needed
    var returning: [Double] = []
    for type in plan.types {
      returning.append(
        type.diversion.map { 1 - $0.share * (1 - $0.returnShare) } ?? 1)
    }
    for (k, type) in plan.types.enumerated() {
      let shares = split(plan, type)
      for m in months {
        let cases = type.means[m] * returning[k]
        let slowness = zip(type.shares, type.worth[m]).reduce(0) { $0 + $1.0 / $1.1 }
        for t in plan.tracks.indices {
          filed[t] += cases * shares[t].cases / count
          needed[t] += cases * shares[t].minutes * slowness / count
        }
      }
    }
    let presence = (1 - plan.court.leaveWeeks / 52) * (1 - plan.court.absence)
    return plan.tracks.indices.map { t in
      var available = 0.0
      for m in months {
        let days = plan.monthStarts[m]..<plan.monthStarts[m + 1]
        let minutes = days.reduce(0) { $0 + plan.minutes[$1] }
        available += minutes * plan.tracks[t].posts[m] * presence / count
      }
      let load = available > 0 ? needed[t] / available : 0
      let excess = max(0, needed[t] - available)
      return OfferedLoad(
        track: plan.court.tracks[t].id, minutesNeeded: needed[t], minutesAvailable: available,
        load: load, growth: needed[t] > 0 ? excess / needed[t] * filed[t] : 0)
    }
  }

  /// The share of the cases of a type that comes to each track, and their minutes a case of the type.
  private static func split(_ plan: CourtPlan, _ type: CourtPlan.TypePlan) -> [(
    cases: Double, minutes: Double
  )] {
    var result = plan.tracks.map { _ in (cases: 0.0, minutes: 0.0) }
    if !type.routes.isEmpty {
      var below = 0.0
      for (t, through) in type.routes.enumerated() {
        result[t] = (through - below, (through - below) * type.meanMinutes)
        below = through
      }
      return result
    }
    // Evenly spaced uniforms stand for the law of the minutes and for the error of the guess.
    let points = 400
    let errors = plan.court.estimateError > 0 ? 20 : 1
    let deviation = log1p(plan.court.estimateError * plan.court.estimateError).squareRoot()
    let weight = 1 / Double(points * errors)
    for p in 0..<points {
      let minutes = type.minutes.draw((Double(p) + 0.5) / Double(points))
      for e in 0..<errors {
        let z = Normal.standard.quantile((Double(e) + 0.5) / Double(errors))
        let guess = minutes * exp(deviation * z)
        let t =
          plan.tracks.firstIndex { $0.upToMinutes.map { guess <= $0 } ?? false }
          ?? plan.tracks.lastIndex { $0.upToMinutes == nil } ?? plan.tracks.count - 1
        result[t].cases += weight
        result[t].minutes += weight * minutes
      }
    }
    return result
  }

  /// A warning for a track that cannot keep up.
  func diagnostic(_ scenario: String) -> Diagnostic? {
    guard load > 1 else { return nil }
    let percent = NumberText.percent(load, 1)
    let cases = NumberText.decimal(growth, 1)
    return Diagnostic(
      .unboundedBacklog, .warning,
      Text(
        en: "In '\(scenario)' the cases of the track '\(track)' need \(percent.en) of its judges' "
          + "time: its backlog grows by about \(cases.en) cases a month.",
        zh: "情景“\(scenario)”中，轨道“\(track)”的案件需要法官时间的 \(percent.zh)：积案每月约增加 "
          + "\(cases.zh) 件。"),
      at: Diagnostic.Location(series: track),
      hint: Text(
        en: "The figures hold for the simulated months only; there is no steady state.",
        zh: "结果仅适用于所模拟的月份；不存在稳态。"))
  }
}
