import CaseloadData
import CaseloadMath
import CaseloadRegression

/// A fitted model of closing by month of age.
public struct DiscreteHazardFit: Sendable {
  /// One coefficient.
  public struct Coefficient: Codable, Sendable, Equatable {
    public let name: String
    public let estimate: Double
    public let standardError: Double
    public let lower: Double
    public let upper: Double
    public let pValue: Double
    /// exp(estimate): an odds ratio, or a hazard ratio with the complementary log-log.
    public let ratio: Double
  }

  /// The hazard of one month.
  public struct Point: Codable, Sendable, Equatable {
    /// From 0.
    public let month: Int
    /// The chance that a case open at the start of the month closes in it.
    public let hazard: Double
    public let lower: Double
    public let upper: Double
    /// The share still open at its end.
    public let open: Double
  }

  public let model: DiscreteHazard
  public let coefficients: [Coefficient]
  /// Combinations of covariates in the data.
  public let patterns: [[String]]
  /// Cases times months, and closings among them.
  public let personPeriods: Int
  public let events: Int
  /// Closings in months that were cut short; they say nothing about the hazard.
  public let eventsOutside: Int
  /// Σ d ln h + (n − d) ln(1 − h).
  public let logLikelihood: Double
  public let diagnostics: [Diagnostic]
  public let level: Double
  let design: HazardDesign
  let covariance: Matrix

  init(_ model: DiscreteHazard, _ periods: PersonPeriods, level: Double) throws(Diagnostic) {
    let design = HazardDesign(model, periods)
    let x = Matrix(
      rows: periods.cells.map {
        design.row(month: $0.month, pattern: periods.patterns[$0.pattern])
      })
    let fit = try GeneralizedLinearModel(family: .binomial, link: model.link).fitted(
      x, successes: periods.cells.map { Double($0.events) },
      trials: periods.cells.map { Double($0.atRisk) }, names: design.names)
    guard fit.omittedNames.isEmpty else {
      throw Diagnostic(
        .separation, .error,
        Text(
          en:
            "There are no closings, or only closings, where \(fit.omittedNames.joined(separator: ", "))"
            + " holds: its hazard has no finite coefficient.",
          zh: "在 \(fit.omittedNames.joined(separator: "、")) 下没有结案或全部结案，系数没有有限估计值。"),
        hint: Text(
          en: "Leave out the deadline, or merge the category with another.",
          zh: "请去掉该期限，或把该类别与其他类别合并。"))
    }
    covariance = try fit.covariance(.classical)
    let z = Normal.standard.upperQuantile((1 - level) / 2)
    let errors = covariance.diagonal.map { max(0, $0).squareRoot() }
    coefficients = design.names.indices.map { k in
      let (value, error) = (fit.coefficients[k], errors[k])
      return Coefficient(
        name: design.names[k], estimate: value, standardError: error, lower: value - z * error,
        upper: value + z * error,
        pValue: error > 0 ? min(1, 2 * Normal.standard.upper(abs(value / error))) : 0,
        ratio: exp(value))
    }
    var sum = Accumulator()
    for (cell, mean) in zip(periods.cells, fit.means(ofRows: x)) {
      sum.add(product: Double(cell.events), log(mean.value))
      sum.add(product: Double(cell.atRisk - cell.events), log(mean.complement))
    }
    logLikelihood = sum.value
    self.model = model
    self.design = design
    self.level = level
    patterns = periods.patterns
    personPeriods = periods.total
    events = periods.events
    eventsOutside = periods.eventsOutside
    diagnostics = fit.diagnostics
  }

  /// The hazards of months 0 … `months` − 1 for one combination of covariates.
  ///
  /// - Parameters:
  ///   - pattern: one value a covariate.
  ///   - months: how many.
  /// - Returns: one point a month; months after the last with data have its hazard.
  /// - Throws: ``DiagnosticCode/unknownName`` for a value that was not in the data.
  public func curve(for pattern: [String], months: Int) throws(Diagnostic) -> [Point] {
    try check(pattern)
    let z = Normal.standard.upperQuantile((1 - level) / 2)
    let beta = coefficients.map(\.estimate)
    var open = 1.0
    return (0..<max(0, months)).map { j in
      let row = design.row(month: j, pattern: pattern)
      let eta = zip(row, beta).reduce(0) { $0 + $1.0 * $1.1 }
      let variance = zip(row, covariance * row).reduce(0) { $0 + $1.0 * $1.1 }
      let margin = z * max(0, variance).squareRoot()
      let mean = model.link.mean(eta)
      open *= mean.complement
      return Point(
        month: j, hazard: mean.value, lower: model.link.mean(eta - margin).value,
        upper: model.link.mean(eta + margin).value, open: open)
    }
  }

  /// −ln(1 − h) of months 0 … `months` − 1 under coefficients `beta`: what is added up over age.
  func cumulative(_ pattern: [String], months: Int, beta: [Double]) -> [Double] {
    var total = 0.0
    return [0]
      + (0..<months).map { j in
        let row = design.row(month: j, pattern: pattern)
        let eta = zip(row, beta).reduce(0) { $0 + $1.0 * $1.1 }
        total -= log(model.link.mean(eta).complement)
        return total
      }
  }

  func check(_ pattern: [String]) throws(Diagnostic) {
    try StockFlowChecks.sameLength(
      pattern.count, model.covariates.count, Text(en: "covariates", zh: "协变量"))
    for (value, levels) in zip(pattern, design.levels) where !levels.contains(value) {
      throw Diagnostic.unknownName(value, among: levels, kind: Text(en: "category", zh: "类别"))
    }
  }
}

extension GeneralizedLinearFit {
  /// The means at rows of the columns that were given, all of them used.
  fileprivate func means(ofRows x: Matrix) -> [Link.Mean] {
    (x * coefficients).map { link.mean($0) }
  }
}
