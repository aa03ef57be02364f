import CaseloadData
import CaseloadMath

/// Romano and Wolf's step-down p-values of coefficients of one or several linear models, by a wild
/// cluster bootstrap whose draws all tests share, so that it knows how the tests depend on each other.
///
/// ```
/// |t₍₁₎| ≥ … ≥ |t₍ₖ₎|,   p̃₍ⱼ₎ = (#{b: max_{i ≥ j} |t*₍ᵢ₎ᵦ| ≥ |t₍ⱼ₎|} + 1) / (B + 1),   made to ascend
/// ```
///
/// Where the draws are all the signs there are, the sample itself is among them and the share of the
/// draws takes the place of the quotient. A cluster has the same multiplier in every model, also where
/// models differ in their rows; without clusters each row is one.
///
/// - Sources: Romano & Wolf (2005), *Econometrica* 73, 1237–1282, and (2016), *Statistics &
///   Probability Letters* 113, 38–40; ``WildClusterBootstrap`` for the draws. With clusters and the
///   hypotheses imposed as R's wildrwolf.
public struct RomanoWolf: Sendable {
  /// Draws, weights, and whether each hypothesis holds in its bootstrap samples.
  public var bootstrap = WildClusterBootstrap()

  public init() {}

  /// One test of the family: lᵀβ = r.
  public struct Hypothesis: Sendable {
    /// A linear model, with or without absorbed effects.
    public let fit: any RegressionFit
    /// l, one value a coefficient.
    public let contrast: [Double]
    /// r.
    public let value: Double
    /// Of the observations of the fit.
    public let clusters: Grouping

    public init(fit: any RegressionFit, contrast: [Double], value: Double = 0, clusters: Grouping) {
      self.fit = fit
      self.contrast = contrast
      self.value = value
      self.clusters = clusters
    }
  }

  /// What the step-down found, one value a hypothesis.
  public struct Result: Codable, Sendable {
    /// t, by the bootstrap's own variance.
    public let statistics: [Double]
    /// Those of each test alone, by the same draws and the same count.
    public let pValues: [Double]
    public let adjustedPValues: [Double]
    /// How many clusters all models have together.
    public let clusters: Int
    public let draws: Int
    /// Whether they are all the signs there are.
    public let isEnumerated: Bool
  }

  /// Tests all hypotheses together.
  ///
  /// - Parameters:
  ///   - hypotheses: the family.
  ///   - stream: of the draws.
  /// - Returns: the p-values.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a model that is not linear or models with
  ///   different ways of clustering, ``DiagnosticCode/notIdentified`` for one cluster or a coefficient
  ///   without a standard error.
  public func adjusted(_ hypotheses: [Hypothesis], from stream: RandomStream) throws(Diagnostic)
    -> Result
  {
    var labels: [String: Int] = [:]
    for hypothesis in hypotheses {
      try check(hypothesis, first: hypotheses[0])
      for label in hypothesis.clusters.labels where labels[label] == nil {
        labels[label] = labels.count
      }
    }
    let multipliers = WildClusterBootstrap.Multipliers(
      clusters: labels.count, draws: bootstrap.draws, weights: bootstrap.weights, from: stream)
    var statistics: [Double] = []
    var draws: [[Double]] = []
    for hypothesis in hypotheses {
      guard let equations = hypothesis.fit.equations else { continue }
      let pieces = try WildClusterBootstrap.Pieces(
        equations, hypothesis.clusters, contrast: hypothesis.contrast,
        variance: bootstrap.variance)
      let standardError = try pieces.checkedStandardError()
      let estimate = zip(hypothesis.contrast, hypothesis.fit.coefficients)
        .reduce(0) { $0 + $1.0 * $1.1 }
      let t = (estimate - hypothesis.value) / standardError
      let sample = WildClusterBootstrap.Statistics(
        pieces, multipliers, places: hypothesis.clusters.labels.map { labels[$0] ?? 0 },
        isRestricted: bootstrap.isRestricted)
      statistics.append(t)
      draws.append(
        sample.values(t: t, shift: (estimate - hypothesis.value) / pieces.squares))
    }
    let isEnumerated = multipliers.isEnumerated
    var alone: [Double] = []
    for (t, draw) in zip(statistics, draws) {
      alone += try MultipleTesting.romanoWolf(
        statistics: [t], bootstrap: Matrix(columns: [draw]), isEnumerated: isEnumerated)
    }
    return Result(
      statistics: statistics, pValues: alone,
      adjustedPValues: statistics.isEmpty
        ? []
        : try MultipleTesting.romanoWolf(
          statistics: statistics, bootstrap: Matrix(columns: draws), isEnumerated: isEnumerated),
      clusters: labels.count, draws: multipliers.count, isEnumerated: isEnumerated)
  }

  private func check(_ hypothesis: Hypothesis, first: Hypothesis) throws(Diagnostic) {
    let clusters = hypothesis.clusters
    guard let equations = hypothesis.fit.equations, equations.isLinear else {
      throw WildClusterBootstrap.notLinear(
        Text(en: "Use --adjust holm instead.", zh: "请改用 --adjust holm。"))
    }
    guard clusters.count > 1 else { throw EstimatingEquations.oneCluster(clusters) }
    precondition(hypothesis.contrast.count == hypothesis.fit.coefficients.count)
    guard clusters.name == first.clusters.name else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en:
            "The models are clustered by \(first.clusters.name) and by \(clusters.name): draws that "
            + "all tests share need the same clusters.",
          zh: "模型分别按 \(first.clusters.name) 与 \(clusters.name) 聚类，而共用的抽样要求聚类相同。"),
        hint: Text(en: "Name one with --cluster.", zh: "请用 --cluster 指定同一个。"))
    }
    let crossing = equations.absorbed?.groupings.first { !$0.isNested(in: clusters) }
    if let crossing, clusters.count > Self.mostProjections {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The fixed effect \(crossing.name) crosses \(clusters.count) clusters, too many to "
            + "project off one by one.",
          zh: "固定效应 \(crossing.name) 跨越 \(clusters.count) 个聚类，数量过多，无法逐一投影。"),
        hint: Text(
          en:
            "Name fewer clusters with --cluster, or write the effect as C(\(crossing.name)) before "
            + "the bar.",
          zh: "请用 --cluster 指定较少的聚类，或在竖线前写作 C(\(crossing.name))。"))
    }
  }

  private static let mostProjections = 2_000
}

extension RegressionOutcome {
  /// The hypothesis that the coefficient of `term` is 0, with the clusters of the table, or with the
  /// rows where there are none.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for several ways of clustering,
  ///   ``DiagnosticCode/unknownName``.
  public func romanoWolfHypothesis(_ term: String) throws(Diagnostic) -> RomanoWolf.Hypothesis {
    guard let j = fit.coefficientNames.firstIndex(of: term) else {
      throw Diagnostic.unknownName(
        term, among: fit.coefficientNames, kind: Text(en: "coefficient", zh: "系数"))
    }
    guard design.clusters.count < 2 else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The wild bootstrap draws clusters of one way, and there are "
            + "\(design.clusters.count).",
          zh: "野生自助法按一个聚类变量抽取，现有 \(design.clusters.count) 个。"),
        hint: Text(
          en: "Name the most important with --cluster, or use --adjust holm.",
          zh: "请用 --cluster 指定最重要的一个，或使用 --adjust holm。"))
    }
    let used = fit.observations ?? Array(0..<design.response.count)
    let clusters =
      design.clusters.first?.selecting(used)
      ?? Grouping(
        name: "", codes: used.indices.map { Int32($0) },
        labels: used.map { "\(design.rows[$0] + 1)" })
    var contrast = [Double](repeating: 0, count: fit.coefficients.count)
    contrast[j] = 1
    return RomanoWolf.Hypothesis(fit: fit.unwrapped, contrast: contrast, clusters: clusters)
  }
}
