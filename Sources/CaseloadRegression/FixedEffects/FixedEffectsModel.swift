import CaseloadData
import CaseloadMath

/// Linear regression with fixed effects absorbed, in any number of ways.
///
/// ```
/// yᵢ = xᵢᵀβ + Σ_k α_k[gᵢₖ] + εᵢ
/// ```
///
/// By the theorem of Frisch, Waugh and Lovell β̂ is the least-squares estimate of ỹ on x̃, both
/// projected off the effects. Rows that are alone in a level are left out unless they are kept on
/// purpose; regressors that the effects explain are left out and named.
///
/// - Sources: Frisch & Waugh (1933), *Econometrica* 1, 387–401; Lovell (1963), *JASA* 58, 993–1010;
///   Correia (2017), "Linear models with high-dimensional fixed effects"; ``EffectProjector``.
public struct FixedEffectsModel: Method {
  /// Whether rows that are alone in a level stay; they change no estimate but the degrees of freedom.
  public var keepsSingletons = false

  public init() {}

  public static let card = MethodCard(
    id: "fixed-effects",
    name: Text(en: "Regression with fixed effects", zh: "固定效应回归"),
    summary: Text(
      en: "Least squares within groups, in any number of ways of grouping.",
      zh: "按任意多种分组吸收固定效应的最小二乘法。"),
    equation: #"y_i = x_i^\top\beta + \sum_k \alpha_{k,g_{ik}} + \varepsilon_i"#,
    options: [
      (
        name: "keepsSingletons",
        help: Text(
          en: "true keeps the rows that are alone in a level.", zh: "true 保留独占某一水平的行。")
      )
    ],
    assumptions: [
      Text(en: "The mean is linear in the coefficients.", zh: "均值对系数是线性的。"),
      Text(
        en: "Given the effects, errors and regressors are uncorrelated in every period.",
        zh: "给定固定效应，误差与各期回归变量不相关。"),
    ],
    sources: [Bibliography.frischWaugh, Bibliography.correia, Bibliography.guimaraesPortugal],
    minimumObservations: 3)

  /// The model on a design with fixed effects.
  ///
  /// - Throws: ``DiagnosticCode/notIdentified`` where nothing is left to estimate,
  ///   ``DiagnosticCode/rankDeficient`` naming the columns, ``DiagnosticCode/notConverged``.
  public func fitted(_ design: DesignMatrix) throws(Diagnostic) -> FixedEffectsFit {
    let within = try WithinData(design, keepsSingletons: keepsSingletons)
    let columns = within.columnIndices.map { within.projector.projection(of: within.column($0)) }
    return try FixedEffectsFit(within, columns)
  }

  /// The same, with the columns projected on several threads; to the last bit the same result.
  ///
  /// - Parameters:
  ///   - design: with fixed effects.
  ///   - threads: at most this many; `nil` leaves it to the runtime.
  /// - Returns: the fit.
  /// - Throws: what ``fitted(_:)`` throws, or `CancellationError`.
  public func fitted(_ design: DesignMatrix, threads: Int?) async throws -> FixedEffectsFit {
    let within = try WithinData(design, keepsSingletons: keepsSingletons)
    let columns = try await concurrentMap(within.columnIndices.count, threads: threads) { k in
      within.projector.projection(of: within.column(within.columnIndices[k]))
    }
    return try FixedEffectsFit(within, columns)
  }
}

/// The data of a fit with fixed effects, after singletons are left out.
struct WithinData: Sendable {
  let design: DesignMatrix
  /// The observations of the design that stay.
  let rows: [Int]
  let y: [Double]
  let x: Matrix
  let weights: [Double]?
  let effects: [Grouping]
  let projector: EffectProjector
  var notes: [Diagnostic]

  init(_ design: DesignMatrix, keepsSingletons: Bool) throws(Diagnostic) {
    precondition(!design.fixedEffects.isEmpty, "no fixed effects")
    self.design = design
    notes = design.notes
    let all = design.response.count
    let kept =
      keepsSingletons ? Array(0..<all) : EffectCounts.withoutSingletons(design.fixedEffects)
    rows = kept
    guard !kept.isEmpty else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en:
            "Every row is alone in a level of \(design.fixedEffects.map(\.name).joined(separator: ", ")).",
          zh: "每一行都独占 \(design.fixedEffects.map(\.name).joined(separator: "、")) 的某一水平。"),
        hint: Text(en: "Use fewer or coarser fixed effects.", zh: "请减少固定效应或采用更粗的分组。"))
    }
    if kept.count < all {
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "\(all - kept.count) of \(all) observations are alone in a level of a fixed effect "
              + "and were left out.",
            zh: "\(all) 个观测中有 \(all - kept.count) 个独占固定效应的某一水平，已略去。"),
          hint: Text(
            en: "They do not change the estimates; --set keepsSingletons=true keeps them.",
            zh: "它们不影响估计值；用 --set keepsSingletons=true 可保留。")))
    }
    let isWhole = kept.count == all
    y = (isWhole ? design.response : kept.map { design.response[$0] })
    x = isWhole ? design.matrix : design.matrix.selectingRows(kept)
    weights = design.weights.map { w in isWhole ? w : kept.map { w[$0] } }
    effects = design.fixedEffects.map { isWhole ? $0 : $0.selecting(kept) }
    projector = EffectProjector(effects, weights: weights)
  }

  /// The columns to project: those of x, and −1 for the response.
  var columnIndices: [Int] { [-1] + Array(0..<x.columnCount) }

  func column(_ j: Int) -> [Double] {
    guard j < 0 else { return x.column(j) }
    guard let offset = design.offset else { return y }
    return zip(y, rows).map { $0 - offset[$1] }
  }

  /// The fixed effects as a fit counts them.
  func absorbed() -> AbsorbedEffects {
    var leverages: [Double]?
    if effects.count == 1 {
      var sums = [Double](repeating: 0, count: effects[0].count)
      for (i, code) in effects[0].codes.enumerated() { sums[Int(code)] += weights?[i] ?? 1 }
      leverages = effects[0].codes.enumerated().map { (weights?[$0] ?? 1) / sums[Int($1)] }
    }
    return AbsorbedEffects(
      groupings: effects, redundant: EffectCounts.redundant(effects), leverages: leverages,
      weights: weights)
  }
}

/// A fitted linear regression with fixed effects.
public struct FixedEffectsFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  public let diagnostics: [Diagnostic]
  /// y less everything fitted, unweighted.
  public let residuals: [Double]
  /// The observations of the design that were used.
  public let observations: [Int]?
  public let estimatingEquations: EstimatingEquations
  /// 1 − RSS / TSS, TSS around the overall mean.
  public let rSquared: Double
  /// 1 − RSS / TSS, both within the effects.
  public let withinRSquared: Double
  /// Σ w e².
  public let residualSumOfSquares: Double
  public let logLikelihood: Double?
  /// Passes over the data that the projection of the slowest column took.
  public let iterations: Int
  private let within: WithinData
  private let unknowns: [[Double]]  // of the response and of the columns kept
  private let kept: [Int]

  init(_ within: WithinData, _ projections: [EffectProjector.Projection]) throws(Diagnostic) {
    var notes = within.notes
    if let slow = projections.firstIndex(where: { !$0.isConverged }) {
      let name = slow == 0 ? within.design.responseName : within.design.names[slow - 1]
      notes.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The projection of \(name) off the fixed effects did not converge.",
            zh: "\(name) 对固定效应的投影未收敛。"),
          hint: Text(
            en: "Treat the estimates with care; fewer fixed effects would help.",
            zh: "请谨慎对待估计值；可减少固定效应。")))
    }
    iterations = projections.map(\.iterations).max() ?? 0
    let n = within.rows.count
    let roots = within.weights.map { $0.map { $0.squareRoot() } }
    // A column that the effects explain is left with rounding errors.
    var kept: [Int] = []
    var dropped: [String] = []
    for j in 0..<within.x.columnCount {
      let before = Self.centeredSquares(within.x.column(j), within.weights)
      let after = Self.squares(projections[j + 1].residual, within.weights)
      let whole = Self.squares(within.x.column(j), within.weights)
      if Self.isLeft(after, of: before, whole: whole) {
        kept.append(j)
      } else {
        dropped.append(within.design.names[j])
      }
    }
    func matrix(_ columns: [Int]) -> Matrix {
      let columns = columns.map { projections[$0 + 1].residual }
      let m = Matrix(rowCount: n, columnCount: columns.count, storage: columns.flatMap { $0 })
      return roots.map { m.scalingRows($0) } ?? m
    }
    let dependent = DependentColumns.find(matrix(kept))
    dropped += dependent.map { within.design.names[kept[$0]] }
    kept = kept.indices.filter { !dependent.contains($0) }.map { kept[$0] }
    dropped.removeAll { within.design.isExpandedEffect($0) }
    if !dropped.isEmpty { notes.append(DependentColumns.warning(dropped, areAbsorbed: true)) }
    guard !kept.isEmpty || within.x.columnCount == 0 else {
      throw Self.nothingLeft(dropped)
    }
    let columns = matrix(kept)
    var response = projections[0].residual
    if let roots { for i in 0..<n { response[i] *= roots[i] } }
    let names = kept.map { within.design.names[$0] }
    let solution: LeastSquares
    do {
      solution = try LeastSquares(columns, response)
    } catch {
      throw Diagnostic(error, names: names)
    }
    self.within = within
    self.kept = kept
    coefficientNames = names
    coefficients = solution.coefficients
    observations = within.rows.count == within.design.response.count ? nil : within.rows
    unknowns = [projections[0].unknowns] + kept.map { projections[$0 + 1].unknowns }
    residualSumOfSquares = solution.residualSumOfSquares
    residuals = roots.map { zip(solution.residuals, $0).map { $0 / $1 } } ?? solution.residuals
    let absorbed = within.absorbed()
    let degreesOfFreedom = Double(n - kept.count - absorbed.parameterCount)
    estimatingEquations = EstimatingEquations(
      x: columns, residuals: solution.residuals, bread: solution.crossProductInverse,
      dispersion: residualSumOfSquares / degreesOfFreedom, hasIntercept: false,
      absorbed: absorbed, isLinear: true, basis: { solution.basis(of: columns) })
    let total = Self.centeredSquares(within.column(-1), within.weights)
    let inside = Self.squares(projections[0].residual, within.weights)
    rSquared = total > 0 ? 1 - residualSumOfSquares / total : .nan
    withinRSquared = inside > 0 ? 1 - residualSumOfSquares / inside : .nan
    let logWeights = within.weights.map { $0.reduce(0) { $0 + 0.5 * log($1) } } ?? 0
    logLikelihood =
      logWeights - 0.5 * Double(n) * (log(2 * .pi * residualSumOfSquares / Double(n)) + 1)
    diagnostics = notes
  }

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double { estimatingEquations.residualDegreesOfFreedom }
  /// The ways that were absorbed.
  public var effects: [Grouping] { within.effects }

  /// The fixed effects themselves, one list a way, in the order of its levels.
  ///
  /// Each way but the largest has a mean of zero over the observations; between ways that are not
  /// connected the split is arbitrary.
  public func fixedEffects() -> [[Double]] {
    var c = unknowns[0]
    for (k, beta) in coefficients.enumerated() {
      for j in c.indices { c[j] -= beta * unknowns[k + 1][j] }
    }
    var remainder = within.column(-1)
    for (k, column) in kept.enumerated() {
      within.x.withColumn(column) { values in
        for i in remainder.indices { remainder[i] -= coefficients[k] * values[i] }
      }
    }
    for i in remainder.indices { remainder[i] -= residuals[i] }
    return within.projector.effects(unknowns: c, of: remainder)
  }

  static func nothingLeft(_ names: [String]) -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "The fixed effects explain every regressor: \(names.joined(separator: ", ")).",
        zh: "固定效应完全解释了全部回归变量：\(names.joined(separator: "、"))。"),
      hint: Text(
        en: "Use regressors that vary within the effects, or fewer effects.",
        zh: "请使用在固定效应内有变化的变量，或减少固定效应。"))
  }

  /// Whether what the effects leave of a column is more than rounding errors: of its variation, and
  /// of the column itself, which may be constant.
  static func isLeft(_ after: Double, of before: Double, whole: Double) -> Bool {
    after > 1e-10 * before && after > 1e-24 * whole
  }

  static func squares(_ x: [Double], _ weights: [Double]?) -> Double {
    var sum = Accumulator()
    for i in x.indices { sum.add(product: (weights?[i] ?? 1) * x[i], x[i]) }
    return sum.value
  }

  static func centeredSquares(_ x: [Double], _ weights: [Double]?) -> Double {
    var (sum, weight) = (Accumulator(), Accumulator())
    for i in x.indices {
      sum.add(product: weights?[i] ?? 1, x[i])
      weight.add(weights?[i] ?? 1)
    }
    let mean = sum.value / weight.value
    return squares(x.map { $0 - mean }, weights)
  }
}
