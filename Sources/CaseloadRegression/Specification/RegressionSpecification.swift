import CaseloadData
import CaseloadMath

/// Everything that one regression is asked for, in the words of the command line and of result files.
///
/// ```swift
/// var specification = try RegressionSpecification("filings ~ mediation + log(population) | court")
/// specification.covariance = "cr1"
/// specification.design.clusters = ["court"]
/// let outcome = try await specification.fitted(to: table)
/// ```
public struct RegressionSpecification: Sendable {
  public var formula: Formula
  public var estimator = RegressionEstimator.standard
  /// The distribution of the response, as in ``Family``; gaussian for least squares.
  public var family = Family.gaussian
  /// The link in place of the family's own.
  public var link: Link?
  /// Weights, clusters, further fixed effects, units and periods.
  public var design = DesignOptions()
  /// As ``CovarianceKind/init(id:clusters:times:combination:)`` reads it, or `wild` with its options;
  /// `nil` for the default of the estimator.
  public var covariance: String?
  /// The coverage of intervals.
  public var level = 0.95
  /// Options of the method: `quantile=0.9`, `penalty=1`, `keepsSingletons=true`, `theta=2`.
  public var settings: [String: String] = [:]
  /// Of everything that is drawn.
  public var seed: UInt64 = 1

  public init(_ formula: String) throws(Diagnostic) { self.formula = try Formula(formula) }

  /// Fits the model.
  ///
  /// - Parameters:
  ///   - table: with the variables of the formula.
  ///   - threads: for fixed effects; `nil` leaves it to the runtime.
  /// - Returns: the fit with its table.
  /// - Throws: a ``Diagnostic`` of the formula, the data or the model.
  public func fitted(to table: Table, threads: Int? = nil) async throws -> RegressionOutcome {
    let place = Diagnostic.Location(file: table.source)
    var design = try DesignMatrix(formula, table, design)
    do {
      try check(design)
      design = try inOrder(expanded(design))
      // The penalty of a ridge identifies more columns than there are rows.
      let isPenalized = estimator == .ridge && design.matrix.rowCount < design.matrix.columnCount
      if design.fixedEffects.isEmpty, design.instruments == nil, !isPenalized {
        design = design.withoutDependentColumns()
      }
      let fit = try await fit(design, threads: threads)
      return try RegressionOutcome(self, design, fit, source: table.source)
    } catch let error as Diagnostic {
      throw error.located(place)
    }
  }

  /// The rows in the order of time, where a covariance over time needs them so.
  private func inOrder(_ design: DesignMatrix) throws(Diagnostic) -> DesignMatrix {
    let id = covariance?.lowercased() ?? ""
    guard let times = design.times, id.hasPrefix("newey-west") || id.hasPrefix("andrews") else {
      return design
    }
    guard times.count == design.response.count else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "A period has several rows, and \(id) is for one series.",
          zh: "同一时期有多行，而 \(id) 只适用于单一序列。"),
        hint: Text(
          en: "Use --covariance driscoll-kraay for a panel.",
          zh: "面板数据请使用 --covariance driscoll-kraay。"))
    }
    let order = times.codes.indices.sorted { times.codes[$0] < times.codes[$1] }
    let isSorted = zip(order, order.dropFirst()).allSatisfy { $0 < $1 }
    return isSorted ? design : design.selectingRows(order)
  }

  /// Effects that cross the clusters as columns, where the covariance needs their leverage.
  private func expanded(_ design: DesignMatrix) -> DesignMatrix {
    let id = covariance?.lowercased() ?? ""
    let needsLeverage =
      ["cr2", "cr3", "jackknife"].contains { id.hasPrefix($0) }
      || (id.hasPrefix("wild") && id.contains("cr3"))
    guard needsLeverage, design.clusters.count == 1, estimator == .standard, family == .gaussian,
      design.instruments == nil
    else { return design }
    var result = design
    var k = 0
    while k < result.fixedEffects.count {
      let effect = result.fixedEffects[k]
      if effect.count <= Self.mostExpandedLevels, !effect.isNested(in: design.clusters[0]) {
        result = result.expandingFixedEffect(k)
      } else {
        k += 1
      }
    }
    return result
  }

  private static let mostExpandedLevels = 500

  /// Whether what was asked for goes together.
  private func check(_ design: DesignMatrix) throws(Diagnostic) {
    func refuse(_ message: Text, _ hint: Text) throws(Diagnostic) {
      throw Diagnostic(.modelNotApplicable, .error, message, hint: hint)
    }
    if estimator == .randomEffects { return }
    if !design.fixedEffects.isEmpty {
      guard estimator.takesInstruments else {
        return try refuse(
          Text(
            en: "The estimator \(estimator.rawValue) does not absorb fixed effects.",
            zh: "估计方法 \(estimator.rawValue) 不能吸收固定效应。"),
          Text(en: "Write them as C(x) before the bar.", zh: "请在竖线前写作 C(x)。"))
      }
      guard [.gaussian, .poisson, .quasiPoisson].contains(family) else {
        return try refuse(
          Text(
            en:
              "Fixed effects are absorbed in gaussian and Poisson models, not in \(family.rawValue).",
            zh: "只有高斯和泊松模型可吸收固定效应，\(family.rawValue) 不行。"),
          Text(
            en: "Write them as C(x) before the bar, or use --family poisson.",
            zh: "请在竖线前写作 C(x)，或使用 --family poisson。"))
      }
      guard link == nil || link == (family == .gaussian ? .identity : .log) else {
        return try refuse(
          Text(
            en: "With absorbed fixed effects the link is the family's own.",
            zh: "吸收固定效应时只能使用分布族的默认联系函数。"),
          Text(en: "Leave the link out.", zh: "请去掉联系函数。"))
      }
    }
    if design.instruments != nil, family != .gaussian || !estimator.takesInstruments {
      try refuse(
        Text(
          en: "Instruments need a linear model.", zh: "工具变量只适用于线性模型。"),
        Text(
          en: "Use the gaussian family and ols, liml or gmm.",
          zh: "请使用 gaussian 分布族与 ols、liml 或 gmm。"))
    }
    if design.instruments == nil, [.twoStage, .liml, .momentMethod].contains(estimator) {
      try refuse(
        Text(
          en: "The estimator \(estimator.rawValue) needs instruments.",
          zh: "估计方法 \(estimator.rawValue) 需要工具变量。"),
        Text(en: "Write y ~ x | price ~ cost.", zh: "请写作 y ~ x | price ~ cost。"))
    }
    if estimator != .standard, family != .gaussian {
      try refuse(
        Text(
          en:
            "The estimator \(estimator.rawValue) is for a gaussian response, not \(family.rawValue).",
          zh: "估计方法 \(estimator.rawValue) 只适用于高斯响应，不适用于 \(family.rawValue)。"),
        Text(en: "Leave out --family or --estimator.", zh: "请去掉 --family 或 --estimator。"))
    }
    guard design.matrix.columnCount > 0 || !design.fixedEffects.isEmpty || design.instruments != nil
    else {
      return try refuse(
        Text(en: "The formula has no term and no intercept.", zh: "公式既无项也无截距。"),
        Text(en: "Write y ~ 1 for a mean.", zh: "求均值请写作 y ~ 1。"))
    }
  }

  private func fit(_ design: DesignMatrix, threads: Int?) async throws -> any RegressionFit {
    // The one model with work enough for threads.
    if estimator == .standard, design.instruments == nil, !design.fixedEffects.isEmpty,
      family == .gaussian
    {
      let model = try MethodOptions.make(FixedEffectsModel.self, settings)
      return try await model.fitted(design, threads: threads)
    }
    return try fit(design)
  }

  /// The fit of a design, on one thread.
  func fit(_ design: DesignMatrix) throws -> any RegressionFit {
    // What least squares and the others see when there is an offset.
    let y = design.offset.map { zip(design.response, $0).map { $0 - $1 } } ?? design.response
    switch estimator {
    case .ridge:
      return try MethodOptions.make(RidgeRegression.self, settings).fitted(
        design.matrix, y, names: design.names, weights: design.weights,
        hasIntercept: design.hasIntercept
      ).noted(design.notes)
    case .quantile:
      return try MethodOptions.make(QuantileRegression.self, settings).fitted(
        design.matrix, y, names: design.names, weights: design.weights,
        hasIntercept: design.hasIntercept
      ).noted(design.notes)
    case .huber, .bisquare, .hampel, .mm:
      var settings = settings
      settings["estimator"] = estimator.rawValue
      if settings["seed"] == nil { settings["seed"] = "\(seed)" }
      return try MethodOptions.make(RobustRegression.self, settings).fitted(
        design.matrix, y, names: design.names, weights: design.weights,
        hasIntercept: design.hasIntercept
      ).noted(design.notes)
    case .autoregressive:
      try refuseSettings()
      let series = try SeriesDesign(design)
      return try AutoregressiveRegression().fitted(
        series.x, series.y, names: design.names, times: series.times
      ).noted(design.notes)
    case .praisWinsten: return try MethodOptions.make(PraisWinsten.self, settings).fitted(design)
    case .generalized:
      return try MethodOptions.make(GeneralizedLeastSquares.self, settings).fitted(design)
    case .randomEffects:
      try refuseSettings()
      return try RandomEffectsModel().fitted(design)
    case .twoStage, .liml, .momentMethod: return try instrumental(design)
    case .standard: break
    }
    if design.instruments != nil { return try instrumental(design) }
    if !design.fixedEffects.isEmpty {
      if family == .gaussian {
        return try MethodOptions.make(FixedEffectsModel.self, settings).fitted(design)
      }
      return try MethodOptions.make(PoissonFixedEffects.self, settings).fitted(design)
    }
    if family == .gaussian, link == nil || link == .identity {
      try refuseSettings()
      return try LinearModel().fitted(design)
    }
    var settings = settings
    settings["family"] = family.rawValue
    if let link { settings["link"] = link.rawValue }
    return try MethodOptions.make(GeneralizedLinearModel.self, settings).fitted(design)
  }

  private func refuseSettings() throws(Diagnostic) {
    guard let name = settings.keys.min() else { return }
    throw Diagnostic.unknownName(
      name, among: [], kind: Text(en: "option of this estimator", zh: "该估计方法的选项"))
  }

  private func instrumental(_ design: DesignMatrix) throws(Diagnostic) -> any RegressionFit {
    var settings = settings
    if estimator != .standard { settings["estimator"] = estimator.rawValue }
    if estimator == .momentMethod, settings["weighting"] == nil, !design.clusters.isEmpty {
      settings["weighting"] = InstrumentalVariables.Weighting.clustered.rawValue
    }
    return try MethodOptions.make(InstrumentalVariables.self, settings).fitted(design)
  }
}

/// A fit with notes from before it, such as of rows that were left out.
struct NotedFit: RegressionFit {
  let base: any RegressionFit
  let notes: [Diagnostic]

  var coefficientNames: [String] { base.coefficientNames }
  var coefficients: [Double] { base.coefficients }
  var observationCount: Int { base.observationCount }
  var residuals: [Double] { base.residuals }
  var residualDegreesOfFreedom: Double { base.residualDegreesOfFreedom }
  var logLikelihood: Double? { base.logLikelihood }
  var auxiliaryParameterCount: Int { base.auxiliaryParameterCount }
  var diagnostics: [Diagnostic] { notes + base.diagnostics }
  var observations: [Int]? { base.observations }
  var equations: EstimatingEquations? { base.equations }
  func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    try base.covariance(kind)
  }
  func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic) -> Double
  {
    try base.degreesOfFreedom(kind, of: contrast)
  }
}

extension RegressionFit {
  func noted(_ notes: [Diagnostic]) -> NotedFit { NotedFit(base: self, notes: notes) }
  /// The fit itself, without the notes around it.
  var unwrapped: any RegressionFit { (self as? NotedFit)?.base ?? self }
}
