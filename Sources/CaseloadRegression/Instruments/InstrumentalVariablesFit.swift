import CaseloadData
import CaseloadMath

/// A fitted regression with instrumental variables.
///
/// `equations` holds the regressors as the instruments see them, so that every covariance is at
/// hand. Leverages, for hc2 to hc5, cr2 and cr3, are those of the second stage. The classical
/// covariance is σ̂²(Dᵀ(I − κM)D)⁻¹ with σ̂² = Σ w ê² / (n − k), or for GMM (DᵀQ S⁻¹ QᵀD)⁻¹, which
/// holds for the errors that its weights allow for.
public struct InstrumentalVariablesFit: RegressionFit {
  /// The intercept, the endogenous regressors, the exogenous ones.
  public let coefficientNames: [String]
  public let coefficients: [Double]
  public let diagnostics: [Diagnostic]
  /// y less everything fitted, at the regressors themselves; unweighted.
  public let residuals: [Double]
  public let estimatingEquations: EstimatingEquations
  public let estimator: InstrumentalVariables.Estimator
  /// κ of the estimator: 1 for two-stage least squares, `nil` for GMM.
  public let kappa: Double?
  /// Σ w e².
  public let residualSumOfSquares: Double
  let data: InstrumentData
  let basis: InstrumentBasis
  /// The weights of GMM at the residuals of two-stage least squares.
  private let weighting: InstrumentalVariables.Weighting

  init(_ data: InstrumentData, _ method: InstrumentalVariables) throws(Diagnostic) {
    let basis = try InstrumentBasis(data)
    try Self.requireRelevance(data, basis)
    let design = InstrumentalDesign(data, basis)
    let twoStage: LeastSquares
    do {
      twoStage = try LeastSquares(design.projected, data.response)
    } catch {
      throw Diagnostic(error, names: design.names)
    }
    let n = data.response.count
    let effects = data.absorbed?.parameterCount ?? 0
    let degreesOfFreedom = Double(n - design.names.count - effects)
    var beta = twoStage.coefficients
    var columns = design.projected
    var bread = twoStage.crossProductInverse
    var kappa: Double? = 1
    var notes = data.notes
    switch method.estimator {
    case .twoStage:
      let exact = basis.exactlyFitted
      if !exact.isEmpty { notes.append(Self.exactFirstStage(data, exact, .warning)) }
    case .liml:
      let root = try Self.leastRoot(data, basis)
      let rest = Double(n - basis.q.columnCount - effects)
      let value = root - method.fuller / rest
      (columns, bread) = try design.equations(kappa: value, twoStage)
      kappa = value
    case .gmm:
      let moments = try InstrumentMoments(
        data, basis, residuals: design.residuals(beta), method.weighting)
      (columns, bread, beta) = try moments.estimate(design)
      kappa = nil
    }
    // The equations are linear, so a step from anywhere solves them; the second refines.
    var e = design.residuals(beta)
    for _ in 0..<2 where method.estimator != .twoStage {
      let step = bread * BLAS.gemv(columns, e, transposingA: true)
      for j in beta.indices { beta[j] += step[j] }
      e = design.residuals(beta)
    }
    var squares = Accumulator()
    for value in e { squares.add(product: value, value) }
    let isGMM = method.estimator == .gmm
    let x = columns
    var span: (@Sendable () -> Matrix)?
    if method.estimator == .twoStage { span = { twoStage.basis(of: x) } }
    estimatingEquations = EstimatingEquations(
      x: columns, residuals: e, bread: bread,
      dispersion: isGMM ? 1 : squares.value / degreesOfFreedom, hasIntercept: data.hasIntercept,
      absorbed: data.absorbed, isDispersionKnown: isGMM,
      basis: span)
    coefficientNames = design.names
    coefficients = beta
    residualSumOfSquares = squares.value
    residuals = data.roots.map { zip(e, $0).map { $0 / $1 } } ?? e
    estimator = method.estimator
    weighting = method.weighting
    self.kappa = kappa
    self.data = data
    self.basis = basis
    diagnostics = notes
  }

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observationCount: Int { residuals.count }
  public var observations: [Int]? { data.observations }
  public var residualDegreesOfFreedom: Double { estimatingEquations.residualDegreesOfFreedom }
  /// Instruments define moments, not a likelihood.
  public var logLikelihood: Double? { nil }
  /// The endogenous regressors, in the order of their coefficients.
  public var endogenousNames: [String] { data.endogenousNames }
  /// The instruments that were used.
  public var instrumentNames: [String] { data.instrumentNames }
  /// How many more instruments there are than endogenous regressors.
  public var overidentification: Int { data.instrumentNames.count - data.endogenousNames.count }
  /// √(Σ w e² / (n − k)).
  public var residualStandardError: Double {
    (residualSumOfSquares / residualDegreesOfFreedom).squareRoot()
  }
  /// 1 − RSS / TSS; negative where the structural errors vary more than the response.
  public var rSquared: Double { 1 - residualSumOfSquares / data.totalSumOfSquares }

  /// The moments of GMM at the residuals of two-stage least squares.
  func moments(_ weighting: InstrumentalVariables.Weighting? = nil) throws(Diagnostic) -> (
    InstrumentMoments, InstrumentalDesign
  ) {
    let design = InstrumentalDesign(data, basis)
    let twoStage: LeastSquares
    do {
      twoStage = try LeastSquares(design.projected, data.response)
    } catch {
      throw Diagnostic(error, names: design.names)
    }
    let residuals = design.residuals(twoStage.coefficients)
    return (
      try InstrumentMoments(data, basis, residuals: residuals, weighting ?? self.weighting), design
    )
  }

  /// κ = 1 + the least squared singular value of [y X]'s part along the instruments in units of
  /// what the first stage leaves of it.
  private static func leastRoot(_ data: InstrumentData, _ basis: InstrumentBasis)
    throws(Diagnostic) -> Double
  {
    let exact = basis.exactlyFitted
    guard exact.isEmpty else { throw exactFirstStage(data, exact, .error) }
    let y = Matrix(rowCount: data.response.count, columnCount: 1, storage: data.response)
    let all = y.beside(data.endogenous)
    let rest = OrthonormalBasis.residuals(all, off: basis.q)
    do {
      let u = try OrthonormalBasis.of(rest)
      // T with rest = U·T; then D·T⁻¹ by the transposed system.
      let t = BLAS.gemm(u, rest, transposingA: true)
      let along = BLAS.gemm(basis.instruments, all, transposingA: true)
      let solver = try QR(t.transposed())
      var ratio = Matrix(rowCount: along.rowCount, columnCount: along.columnCount)
      for i in 0..<along.rowCount {
        let row = try solver.leastSquares(along.row(i))
        for j in row.indices { ratio[i, j] = row[j] }
      }
      guard ratio.rowCount >= ratio.columnCount else { return 1 }
      let least = try SVD(ratio).singularValues.last ?? 0
      return 1 + least * least
    } catch {
      throw Diagnostic.noResidualVariation
    }
  }

  /// Throws unless the instruments move every combination of the endogenous regressors.
  private static func requireRelevance(_ data: InstrumentData, _ basis: InstrumentBasis)
    throws(Diagnostic)
  {
    guard let unit = try? OrthonormalBasis.of(basis.partialled),
      let svd = try? SVD(BLAS.gemm(basis.instruments, unit, transposingA: true)),
      let least = svd.singularValues.last
    else {
      throw Diagnostic(
        QR.Failure.rankDeficient(
          rank: data.endogenousNames.count - 1, dependentColumns: [data.endogenousNames.count - 1]),
        names: data.endogenousNames)
    }
    // The canonical correlation that rounding leaves of none.
    guard least > 1e-10 else {
      let list = data.endogenousNames.joined(separator: ", ")
      let isOne = data.endogenousNames.count == 1
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The instruments do not move \(list)" + (isOne ? " at all." : " apart."),
          zh: isOne ? "工具变量与 \(list) 毫无关联。" : "工具变量无法区分 \(list)。"),
        hint: Text(en: "Use other instruments.", zh: "请改用其他工具变量。"))
    }
  }

  static func exactFirstStage(
    _ data: InstrumentData, _ columns: [Int], _ severity: Diagnostic.Severity
  ) -> Diagnostic {
    let list = columns.map { data.endogenousNames[$0] }.joined(separator: ", ")
    return Diagnostic(
      .notIdentified, severity,
      Text(
        en: "The instruments and the exogenous regressors determine \(list) exactly: nothing of it "
          + "is endogenous.",
        zh: "工具变量与外生变量完全决定了 \(list)：其中没有内生部分。"),
      hint: Text(
        en: "Write it among the exogenous regressors, or leave out the instrument that repeats it.",
        zh: "请把它写作外生变量，或去掉与之重复的工具变量。"))
  }
}
