import CaseloadData
import CaseloadMath

/// A structural model with its estimates: the state after the last period, and what it says of each
/// component.
///
/// The filter runs on (y − center)/unit, of about unit variance; variances are in units of σ², which is
/// in units of unit².
public struct StructuralFit: FittedForecastModel, DecomposingFit {
  /// Exactly diffuse, with the constant −n/2 ln 2π over all observed values; `nil` where the model
  /// repeats the data without error.
  public let logLikelihood: Double?
  /// One-step errors; NaN where a value is missing and where it only served to find the start.
  @NullForNaN public private(set) var residuals: [Double]
  public let observationCount: Int
  public private(set) var diagnostics: [Diagnostic]
  let series: TimeSeries
  let regressors: Regressors
  let structure: StructuralForm
  let estimates: StructuralParameters
  let units: Units
  /// aₙ₊₁, Pₙ₊₁ and aₙ|ₙ.
  private let mean: [Double]
  private let variance: [Double]
  private let last: [Double]

  /// What the filter's numbers are in.
  struct Units: Codable, Sendable {
    var center: Double
    var unit: Double
    /// What each regressor is divided by.
    var regressors: [Double]
    /// σ².
    var scale: Double
  }

  init(
    series: TimeSeries, regressors: Regressors, form: StructuralForm,
    parameters: StructuralParameters, units: Units, diagnostics: [Diagnostic]
  ) {
    (self.series, self.regressors) = (series, regressors)
    (structure, estimates, self.units) = (form, parameters, units)
    self.diagnostics = diagnostics
    observationCount = series.count - series.missingCount
    guard units.scale > 0 || parameters.variances.contains(where: { $0 > 0 }) else {
      // A constant series: nothing moves, and nothing is unknown.
      residuals = series.values.map { $0 - units.center }
      logLikelihood = nil
      mean = [Double](repeating: 0, count: form.stateCount)
      variance = [Double](repeating: 0, count: form.stateCount * form.stateCount)
      last = mean
      return
    }
    let model = Self.model(form, parameters, regressors, units)
    let values = series.values.map { ($0 - units.center) / units.unit }
    var filter = KalmanFilter(values, stateCount: form.stateCount)
    let found = filter.run(model)
    residuals = filter.innovations.map { $0 * units.unit }
    mean = filter.nextMean
    variance = filter.nextVariance
    last = filter.lastMean
    if units.scale > 0, !found.isDegenerate {
      let n = Double(found.observationCount)
      let free = n - Double(found.diffuseCount)
      let scaleLogs = free * (log(units.scale) + 2 * log(units.unit))
      // The diffuse density is one of n − d contrasts, with coefficients of regressors in the units
      // that the user gave.
      let regressorLogs = units.regressors.reduce(0) { $0 + log($1) }
      logLikelihood =
        -0.5
        * (n * log(2 * .pi) + found.logDeterminant + found.squares / units.scale + scaleLogs)
        - regressorLogs
    } else {
      logLikelihood = nil
    }
  }

  /// The matrices, with one row of scaled regressors a period.
  private static func model(
    _ form: StructuralForm, _ parameters: StructuralParameters, _ regressors: Regressors,
    _ units: Units
  ) -> StateSpaceModel {
    var system = StructuralSystem(form, regressors: rows(regressors, units.regressors))
    system.apply(parameters)
    return system.model
  }

  /// The regressors row by row, each divided by its scale.
  static func rows(_ regressors: Regressors, _ scales: [Double]) -> [Double] {
    let count = regressors.count
    var rows = [Double](repeating: 0, count: count * (regressors.periodCount ?? 0))
    for (j, column) in regressors.columns.enumerated() {
      for t in column.indices { rows[t * count + j] = column[t] / scales[j] }
    }
    return rows
  }

  public var form: String { structure.description }

  /// Variances, damping and period, and the diffuse states (Durbin & Koopman, 2012, §7.4).
  public var parameterCount: Int { structure.searchedCount + structure.diffuseCount }

  /// The variance of the next one-step error, without regressors' part.
  public var innovationVariance: Double? {
    let zeros = Regressors(
      names: regressors.names, columns: regressors.columns.map { _ in [0] })
    let variance = ahead(zeros).moments(1)[0].variance
    return units.unit * units.unit * variance
  }

  public var parameters: [Parameter] {
    let total = units.unit * units.unit * units.scale
    var list = zip(structure.sources, estimates.variances).map { source, variance in
      Parameter(name: source.name, symbol: source.symbol, estimate: variance * total)
    }
    // Where nothing moves, nothing is damped and no cycle has a length.
    let moves = estimates.variances.contains { $0 > 0 }
    if structure.isDamped, moves {
      list.append(
        Parameter(
          name: Text(en: "damping of the slope", zh: "斜率阻尼系数"), symbol: "φ",
          estimate: estimates.damping))
    }
    if structure.hasCycle, moves {
      list += [
        Parameter(
          name: Text(en: "damping of the cycle", zh: "周期阻尼系数"), symbol: "ρ",
          estimate: estimates.cycleDamping),
        Parameter(
          name: Text(en: "length of the cycle, in periods", zh: "周期长度（期）"), symbol: "2π/λ",
          estimate: 2 * .pi / estimates.cycleFrequency),
      ]
    }
    for (j, name) in regressors.names.enumerated() {
      list.append(
        Parameter(
          name: Text(en: name, zh: name), symbol: "β\(j + 1)",
          estimate: units.unit * last[structure.regressorStart + j] / units.regressors[j]))
    }
    return list
  }

  public var states: [Parameter] {
    var list = [
      Parameter(
        name: Text(en: "level", zh: "水平"), symbol: "μ",
        estimate: units.center + units.unit * last[0])
    ]
    func add(_ name: Text, _ symbol: String, _ states: [Int]) {
      let sum = states.reduce(0) { $0 + last[$1] }
      list.append(Parameter(name: name, symbol: symbol, estimate: units.unit * sum))
    }
    if structure.hasSlope { add(Text(en: "slope", zh: "斜率"), "ν", [1]) }
    if structure.season != .none { add(Text(en: "season", zh: "季节"), "γ", seasonStates) }
    if structure.hasCycle { add(Text(en: "cycle", zh: "周期"), "ψ", [structure.cycleStart]) }
    return list
  }

  /// The states whose sum is the season of the period.
  private var seasonStates: [Int] {
    let start = structure.seasonStart
    return structure.season == .dummy
      ? [start] : Array(stride(from: start, to: start + structure.seasonStates, by: 2))
  }

  private func ahead(_ future: Regressors) -> StateForecast {
    StateForecast(
      Self.model(structure, estimates, future, units), mean: mean, variance: variance,
      scale: units.scale)
  }

  public func marginals(_ horizon: Int, regressors future: Regressors) -> [PredictiveDistribution] {
    ahead(future).moments(horizon).map { mean, variance in
      .normal(
        mean: units.center + units.unit * mean,
        standardDeviation: units.unit * variance.squareRoot())
    }
  }

  public func paths(
    _ horizon: Int, count: Int, regressors future: Regressors, from stream: RandomStream
  ) -> Matrix {
    let draws = ahead(future).paths(horizon, count: count, from: stream)
    return Matrix(
      rowCount: horizon, columnCount: count,
      storage: draws.storage.map { units.center + units.unit * $0 })
  }

  public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self {
    guard regressors.names == self.regressors.names else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The regressors are not those that the model was fitted with.",
          zh: "回归变量与拟合模型时所用的不一致。"),
        hint: Text(en: "Give the same regressors.", zh: "请给出相同的回归变量。"))
    }
    try Diagnostic.check(regressors, covering: series.count, from: series.start)
    return StructuralFit(
      series: series, regressors: regressors, form: structure, parameters: estimates,
      units: units, diagnostics: diagnostics)
  }

  /// Level, slope, season, cycle, the effect of each regressor, and the irregular.
  public func components(_ given: ComponentEstimate) -> Decomposition {
    stateComponents(given).decomposition(method: form, series: series, parts: parts)
  }

  func stateComponents(_ given: ComponentEstimate) -> StateComponents {
    var parameters = estimates
    if units.scale == 0 {
      // Nothing is uncertain; any ratio of variances gives the same components.
      parameters.variances = parameters.variances.map { _ in 1 }
    }
    return StateComponents(
      Self.model(structure, parameters, regressors, units),
      series.values.map { ($0 - units.center) / units.unit }, given, scale: units.scale,
      center: units.center, unit: units.unit)
  }

  var parts: [StateComponents.Part] {
    var parts: [StateComponents.Part] = [
      .init(.trend, Text(en: "level", zh: "水平"), carriesCenter: true) { _ in [(0, 1)] }
    ]
    if structure.hasSlope {
      parts.append(.init(.slope, Text(en: "slope", zh: "斜率"), isPart: false) { _ in [(1, 1)] })
    }
    if structure.season != .none {
      let terms = seasonStates.map { (state: $0, weight: 1.0) }
      parts.append(.init(.season, Text(en: "season", zh: "季节")) { _ in terms })
    }
    if structure.hasCycle {
      let state = structure.cycleStart
      parts.append(.init(.cycle, Text(en: "cycle", zh: "周期")) { _ in [(state, 1)] })
    }
    for (j, name) in regressors.names.enumerated() {
      let (state, scale) = (structure.regressorStart + j, units.regressors[j])
      let column = regressors.columns[j]
      parts.append(
        .init(.regression, Text(en: name, zh: name)) { t in [(state, column[t] / scale)] })
    }
    return parts
  }
}

extension StructuralForm.Source {
  var name: Text {
    switch self {
    case .irregular: Text(en: "irregular variance", zh: "不规则成分方差")
    case .level: Text(en: "level variance", zh: "水平方差")
    case .slope: Text(en: "slope variance", zh: "斜率方差")
    case .season: Text(en: "season variance", zh: "季节方差")
    case .cycle: Text(en: "cycle variance", zh: "周期方差")
    }
  }

  var symbol: String {
    switch self {
    case .irregular: "σ²ε"
    case .level: "σ²ξ"
    case .slope: "σ²ζ"
    case .season: "σ²ω"
    case .cycle: "σ²κ"
    }
  }
}
