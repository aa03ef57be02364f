import CaseloadData
import CaseloadMath

/// The regressions within and between the units of a panel.
struct PanelRegression: Sendable {
  let x: Matrix
  let y: [Double]
  let names: [String]
  let unit: Grouping
  /// Rows of each unit.
  let sizes: [Int]
  /// PX and Py, over all rows.
  let means: Matrix
  let responseMeans: [Double]
  /// The columns of `x` that vary within units.
  let withinColumns: [Int]
  /// Their columns less the means of the units.
  let withinDesign: Matrix
  /// By least squares within units.
  let within: LeastSquares
  /// RSS_W / (n − N − K_W).
  let withinVariance: Double
  /// RSS_B, over all rows.
  let betweenSumOfSquares: Double
  /// n − tr[(XᵀPX)⁻¹ XᵀP·diag(Tᵢ)·X].
  let betweenDivisor: Double

  init(_ x: Matrix, _ y: [Double], names: [String], unit: Grouping) throws(Diagnostic) {
    _ = try LinearModel().fitted(x, y, names: names)
    (self.x, self.y, self.names, self.unit) = (x, y, names, unit)
    let (n, k) = (y.count, x.columnCount)
    let sizes = unit.sizes
    self.sizes = sizes
    let means = Matrix(columns: (0..<k).map { Self.means(x.column($0), unit, sizes) })
    self.means = means
    responseMeans = Self.means(y, unit, sizes)
    guard unit.count > k, let basis = try? OrthonormalBasis.of(means) else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The means of \(unit.count) units of \(unit.name) cannot determine \(k) "
            + "coefficients, and random effects need them.",
          zh: "\(unit.name) 的 \(unit.count) 个单位的均值不足以确定 \(k) 个系数，而随机效应需要它们。"),
        hint: Text(en: "Use fixed effects, or fewer terms.", zh: "请用固定效应，或减少项数。"))
    }
    let response = Matrix(rowCount: n, columnCount: 1, storage: responseMeans)
    let between = OrthonormalBasis.residuals(response, off: basis).storage
    betweenSumOfSquares = between.reduce(0) { $0 + $1 * $1 }
    // With PX = B·T the trace is tr(Bᵀ diag(Tᵢ) B).
    let roots = unit.codes.map { Double(sizes[Int($0)]).squareRoot() }
    let scaled = basis.scalingRows(roots)
    betweenDivisor = Double(n) - scaled.storage.reduce(0) { $0 + $1 * $1 }

    let deviations = x - means
    let varying = (0..<k).filter { j in
      // What the mean of a constant column leaves is rounding.
      OrthonormalBasis.squares(deviations, j) > 1e-24 * OrthonormalBasis.squares(x, j)
    }
    withinColumns = varying
    withinDesign = deviations.selectingColumns(varying)
    let rest = n - unit.count - varying.count
    guard !varying.isEmpty, rest > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "Too little varies within the units of \(unit.name) to estimate a variance there.",
          zh: "\(unit.name) 的单位内变化过少，无法估计其方差。"),
        hint: Text(en: "Use units with several rows, or fewer terms.", zh: "请使用有多行的单位，或减少项数。"))
    }
    let own = zip(y, responseMeans).map { $0 - $1 }
    do {
      within = try LeastSquares(withinDesign, own)
    } catch {
      throw Diagnostic(error, names: varying.map { names[$0] })
    }
    guard within.residualSumOfSquares > 0 else { throw Diagnostic.noResidualVariation }
    withinVariance = within.residualSumOfSquares / Double(rest)
  }

  private static func means(_ v: [Double], _ unit: Grouping, _ sizes: [Int]) -> [Double] {
    var sums = [Accumulator](repeating: Accumulator(), count: sizes.count)
    for (i, code) in unit.codes.enumerated() { sums[Int(code)].add(v[i]) }
    let means = zip(sums, sizes).map { $0.value / Double($1) }
    return unit.codes.map { means[Int($0)] }
  }
}
