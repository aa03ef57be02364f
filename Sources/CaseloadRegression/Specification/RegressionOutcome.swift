import CaseloadData
import CaseloadMath

/// A regression that was fitted as it was specified, with its table.
public struct RegressionOutcome: Sendable {
  public let specification: RegressionSpecification
  public let design: DesignMatrix
  public let fit: any RegressionFit
  public let kind: CovarianceKind
  public let summary: ModelSummary
  /// One a coefficient, for the wild bootstrap.
  public let bootstrap: [WildClusterBootstrap.Result]
  /// What was noticed on the way.
  public let diagnostics: [Diagnostic]
  private let wild: WildClusterBootstrap?

  init(
    _ specification: RegressionSpecification, _ design: DesignMatrix, _ fit: any RegressionFit,
    source: String
  ) throws(Diagnostic) {
    self.specification = specification
    self.design = design
    self.fit = fit
    let used = fit.observations
    let clusters = design.clusters.map { grouping in
      used.map { grouping.selecting($0) } ?? grouping
    }
    let times = design.times.map { grouping in
      used.map { Self.ascending(grouping.selecting($0)) } ?? grouping
    }
    let isAbsorbing = !design.fixedEffects.isEmpty || !design.expandedEffects.isEmpty
    if !clusters.isEmpty, fit.equations == nil {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The estimator \(specification.estimator.rawValue) has no clustered errors.",
          zh: "估计方法 \(specification.estimator.rawValue) 不提供聚类标准误。"),
        hint: Text(en: "Leave the clusters out, or use ols.", zh: "请去掉聚类变量，或使用 ols。"))
    }
    let id = specification.covariance ?? Self.defaultCovariance(fit, clusters: clusters)
    var wild: WildClusterBootstrap?
    if let read = try WildClusterBootstrap(id: id) {
      guard clusters.count == 1 else {
        throw Diagnostic(
          .missingOption, .error,
          Text(
            en: "The wild bootstrap draws clusters of one way, and there are \(clusters.count).",
            zh: "野生自助法按一个聚类变量抽取，现有 \(clusters.count) 个。"),
          hint: Text(en: "Add --cluster COLUMN.", zh: "请加上 --cluster 列名。"))
      }
      wild = read
      kind = .clustered(by: clusters, read.variance == .cr1 ? .cr1 : .cr3)
    } else {
      kind = try CovarianceKind(
        id: id, clusters: clusters, times: times, combination: isAbsorbing ? .smallest : .each)
    }
    self.wild = wild
    var rows = try fit.coefficientTable(kind, level: specification.level)
    var bootstrap: [WildClusterBootstrap.Result] = []
    if let wild {
      let stream = RandomStream(seed: specification.seed)
      for j in rows.indices {
        var contrast = [Double](repeating: 0, count: rows.count)
        contrast[j] = 1
        let result = try wild.test(
          contrast, in: fit.unwrapped, clusters: clusters[0], level: specification.level,
          from: stream.substream(UInt64(j)))
        bootstrap.append(result)
        rows[j] = Coefficient(rows[j], bootstrap: result)
      }
    }
    var notes = fit.diagnostics
    if wild == nil {
      notes += CovarianceWarnings.list(fit, kind, design)
    }
    diagnostics = notes.map { $0.located(Diagnostic.Location(file: source)) }
    let isShown = fit.coefficientNames.map { !design.isExpandedEffect($0) }
    if !design.expandedEffects.isEmpty, !isShown.contains(true), !design.allNames.isEmpty {
      throw FixedEffectsFit.nothingLeft(design.allNames)
    }
    let groupings = (fit.equations?.absorbed?.groupings ?? []) + design.expandedEffects
    let effects = groupings.map { ModelSummary.Groups(name: $0.name, count: $0.count) }
    self.bootstrap = bootstrap.indices.filter { isShown[$0] }.map { bootstrap[$0] }
    let names = Set(fit.coefficientNames)
    let dropped = design.allNames.filter { !names.contains($0) }
    summary = ModelSummary(
      label: design.responseName, formula: specification.formula.text,
      family: Self.family(specification, fit), response: design.responseName, covariance: id,
      covarianceNote: CovarianceNote.text(
        kind, fit, wild: wild, result: bootstrap.first, isAbsorbing: isAbsorbing),
      coefficients: rows.indices.filter { isShown[$0] }.map { rows[$0] },
      droppedTerms: dropped, observations: fit.observationCount,
      statistics: FitStatistics.list(fit, kind, design), fixedEffects: effects,
      clusters: Self.isClustered(kind)
        ? clusters.map { ModelSummary.Groups(name: $0.name, count: $0.count) } : [],
      level: specification.level)
  }

  private static func isClustered(_ kind: CovarianceKind) -> Bool {
    switch kind {
    case .clustered: true
    case .jackknife(let grouping): grouping != nil
    default: false
    }
  }

  /// Periods that were renumbered as they occur, in ascending order again.
  private static func ascending(_ grouping: Grouping) -> Grouping {
    let order = grouping.labels.indices.sorted {
      (Int(grouping.labels[$0]) ?? 0) < (Int(grouping.labels[$1]) ?? 0)
    }
    var position = [Int32](repeating: 0, count: grouping.count)
    for (k, index) in order.enumerated() { position[index] = Int32(k) }
    return Grouping(
      name: grouping.name, codes: grouping.codes.map { position[Int($0)] },
      labels: order.map { grouping.labels[$0] })
  }

  /// CR1 where clusters are named, White's for pseudo-likelihoods, otherwise the model's own.
  private static func defaultCovariance(_ fit: any RegressionFit, clusters: [Grouping]) -> String {
    if !clusters.isEmpty, fit.equations != nil { return "cr1" }
    switch fit.unwrapped {
    case is PoissonFixedEffectsFit: return "hc1"
    case is QuantileFit: return "hc1"
    default: return "classical"
    }
  }

  private static func family(_ specification: RegressionSpecification, _ fit: any RegressionFit)
    -> String
  {
    switch specification.estimator {
    case .standard where fit.unwrapped is InstrumentalVariablesFit: return "2sls"
    case .standard:
      let link = specification.link.map { ":" + $0.rawValue } ?? ""
      return specification.family.rawValue + link
    case .twoStage, .liml, .momentMethod: return specification.estimator.rawValue
    case .quantile:
      let quantile = (fit.unwrapped as? QuantileFit)?.quantile ?? 0.5
      return "quantile:\(quantile)"
    default: return specification.estimator.rawValue
    }
  }

  /// Tests a hypothesis on the coefficients: Wald's test, Hotelling's for several restrictions under
  /// CR2 or CR3, the bootstrap for one where that was chosen.
  ///
  /// - Throws: ``DiagnosticCode/formulaSyntax``, ``DiagnosticCode/unknownName``.
  public func test(_ hypothesis: LinearHypothesis) throws(Diagnostic) -> HypothesisTest {
    let test = try fit.jointTest(
      kind, restrictions: hypothesis.restrictions, values: hypothesis.values)
    guard let wild, hypothesis.restrictions.rowCount == 1,
      case .clustered(let clusters, _, _) = kind
    else { return test }
    let result = try wild.test(
      hypothesis.restrictions.row(0), equals: hypothesis.values[0], in: fit.unwrapped,
      clusters: clusters[0],
      level: specification.level, from: RandomStream(seed: specification.seed))
    return HypothesisTest(
      id: "wild-bootstrap", name: Text(en: "Wild cluster bootstrap", zh: "野生聚类自助法"),
      hypothesis: test.hypothesis, statistic: result.statistic,
      distribution: Text(
        en: "t in \(result.draws) bootstrap samples", zh: "\(result.draws) 个自助样本中的 t"),
      pValue: result.pValue)
  }

  /// The mean at the rows of another table, with intervals.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for absorbed effects, and as the design does.
  public func predictions(for table: Table) throws(Diagnostic) -> (
    rows: [RowPrediction], notes: [Diagnostic]
  ) {
    guard design.fixedEffects.isEmpty, design.expandedEffects.isEmpty, design.instruments == nil
    else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "With absorbed fixed effects or instruments there are no predictions here.",
          zh: "吸收固定效应或使用工具变量时不提供预测。"),
        hint: Text(en: "Write the effects as C(x) before the bar.", zh: "请在竖线前写作 C(x)。"))
    }
    let (rows, matrix, offset) = try design.applied(to: table, specification.design)
    guard !rows.isEmpty else {
      throw Diagnostic(
        .emptyInput, .error,
        Text(
          en: "No row of the new data has a value for every variable.",
          zh: "新数据中没有一行在全部变量上都有值。"),
        at: Diagnostic.Location(file: table.source))
    }
    var notes: [Diagnostic] = []
    if rows.count < table.rowCount {
      let kept = Set(rows)
      let first = (0..<table.rowCount).first { !kept.contains($0) }
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "\(table.rowCount - rows.count) of \(table.rowCount) rows have no prediction: a "
              + "variable is missing.",
            zh: "\(table.rowCount) 行中有 \(table.rowCount - rows.count) 行因变量缺失没有预测。"),
          at: Diagnostic.Location(file: table.source, row: first.map { table.lines[$0] })))
    }
    if let generalized = fit.unwrapped as? GeneralizedLinearFit {
      let means = try generalized.predictions(
        matrix, offset: offset, covariance: kind, level: specification.level)
      let predictions = zip(rows, means).map { row, mean in
        RowPrediction(
          row: row + 1, mean: mean.mean, standardError: mean.meanStandardError,
          lower: mean.lower ?? -.infinity, upper: mean.upper ?? .infinity, observationLower: nil,
          observationUpper: nil)
      }
      return (predictions, notes)
    }
    let variance = (fit.unwrapped as? LinearFit).map { $0.estimatingEquations.dispersion }
    let predictions = try fit.linearPredictions(
      matrix, rows: rows, offset: offset, kind,
      errorVariance: design.weights == nil ? variance : nil, level: specification.level)
    return (predictions, notes)
  }
}

extension Coefficient {
  /// A row with the p-value and the interval of the bootstrap.
  init(_ row: Coefficient, bootstrap: WildClusterBootstrap.Result) {
    term = row.term
    estimate = row.estimate
    standardError = bootstrap.standardError
    statistic = bootstrap.statistic
    pValue = bootstrap.pValue
    lower = bootstrap.lower ?? -.infinity
    upper = bootstrap.upper ?? .infinity
    // The draws take the place of a distribution.
    degreesOfFreedom = .nan
  }
}

extension WildClusterBootstrap {
  /// The bootstrap written `wild`, `wild:webb`, `wild:cr3:unrestricted:99999`; `nil` for another
  /// covariance.
  ///
  /// - Throws: ``DiagnosticCode/illegalOption``.
  public init?(id: String) throws(Diagnostic) {
    let parts = id.lowercased().split(separator: ":").map(String.init)
    guard let name = parts.first, name == "wild" || name == "wild-bootstrap" else { return nil }
    self.init()
    for part in parts.dropFirst() {
      if let weights = Weights(rawValue: part) {
        self.weights = weights
      } else if let variance = Variance(rawValue: part) {
        self.variance = variance
      } else if part == "unrestricted" {
        isRestricted = false
      } else if part == "restricted" {
        isRestricted = true
      } else if let draws = Int(part), (1...10_000_000).contains(draws) {
        self.draws = draws
      } else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "The wild bootstrap has no option '\(part)'.", zh: "野生自助法没有选项 '\(part)'。"),
          hint: Text(
            en: "Options are rademacher, webb, cr1, cr3, unrestricted and a number of draws.",
            zh: "可用选项：rademacher、webb、cr1、cr3、unrestricted 及抽样次数。"))
      }
    }
  }
}
