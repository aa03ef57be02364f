import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

/// Studies of one series for structural counterfactuals.
enum CounterfactualStudies {
  /// The outcome of a shared case with its regressors, treated from row `before` on.
  static func shared(
    _ name: String, outcome: String, regressors: [String] = [], before: Int,
    measure: Measure = .flow, asUnits: Bool = false
  ) throws -> Study {
    let columns = try SharedData.columns("causal/\(name).csv")
    func series(_ column: String) throws -> TimeSeries {
      TimeSeries(
        name: Text(en: column, zh: column), measure: measure,
        start: Period(frequency: .index, ordinal: 1), values: columns[column] ?? [])
    }
    let start = Period(frequency: .index, ordinal: 1 + before)
    if asUnits {
      let entries = try ([outcome] + regressors).map { name in
        Panel.Entry(key: [name], series: try series(name))
      }
      return try Study(
        Panel(keyNames: ["unit"], entries: entries), treatmentStart: [outcome: start])
    }
    var study = try Study(series(outcome), from: start)
    study.covariates = try regressors.map { name in
      Study.Variable(name: Text(en: name, zh: name), series: [try series(name)])
    }
    return study
  }

  /// Units that share a walk; the first is treated.
  static func panel(
    units: Int, count: Int, before: Int, seed: UInt64, effect: Double = 0
  ) throws -> Study {
    var common = RandomStream(seed: seed)
    var walk = 0.0
    let shared = (0..<count).map { _ -> Double in
      walk += common.normal()
      return walk
    }
    let start = Period.month(2015, 1)
    let entries = (0..<units).map { i -> Panel.Entry in
      var draws = RandomStream(seed: seed).substream(UInt64(i + 1))
      let values = (0..<count).map { t in
        100 + 5 * Double(i) + shared[t] + draws.normal() + (i == 0 && t >= before ? effect : 0)
      }
      return Panel.Entry(
        key: ["u\(i)"], series: TimeSeries(start: start, values: values, seasonLength: 1))
    }
    return try Study(
      Panel(keyNames: ["unit"], entries: entries),
      treatmentStart: ["u0": start.advanced(by: before)])
  }

  /// A level with noise and regressors, all as the model of the design has them.
  static func simulated(
    _ count: Int, before: Int, level: Double = 0.1, noise: Double = 1, regressors: Int = 0,
    coefficients: [Double] = [], effect: Double = 0, from stream: RandomStream
  ) throws -> Study {
    var draws = stream
    let start = Period.month(2015, 1)
    var columns: [[Double]] = []
    for _ in 0..<regressors {
      var x = 0.0
      columns.append(
        (0..<count).map { _ in
          x = 0.7 * x + draws.normal()
          return 50 + x
        })
    }
    var mu = 100.0
    let values = (0..<count).map { t -> Double in
      mu += level * draws.normal()
      var y = mu + noise * draws.normal() + (t >= before ? effect : 0)
      for (j, b) in coefficients.enumerated() { y += b * columns[j][t] }
      return y
    }
    var study = try Study(
      TimeSeries(
        name: Text(en: "filings", zh: "收案"), start: start, values: values, seasonLength: 1),
      from: start.advanced(by: before))
    study.covariates = columns.enumerated().map { j, values in
      Study.Variable(
        name: Text("x\(j + 1)"),
        series: [TimeSeries(start: start, values: values, seasonLength: 1)])
    }
    return study
  }
}

extension BayesianStructural {
  init(
    trend: Trend = .level, season: Season = .none, levelPrior: Double = 0.01,
    method: Computation = .auto, draws: Int = 10_000, sweep: Bool = false,
    scale: EffectEstimate.Scale = .level
  ) {
    self.init()
    self.trend = trend
    self.season = season
    self.levelPrior = levelPrior
    self.method = method
    self.draws = draws
    self.sweep = sweep
    self.scale = scale
  }
}

/// One check of a shared oracle.
struct CounterfactualOracle {
  private let check: JSON

  init(_ name: String, _ check: String) throws {
    let oracle = try SharedData.json("causal/\(name).oracle.json")
    self.check = try #require(oracle["checks"]?[check])
  }

  func number(_ key: String) throws -> Double { try #require(check[key]?.number) }

  func numbers(_ key: String) throws -> [Double] {
    try #require(check[key]?.array).compactMap(\.number)
  }

  /// A number of the object `key`.
  func member(_ key: String, _ name: String) throws -> Double {
    try #require(check[key]?[name]?.number)
  }
}
