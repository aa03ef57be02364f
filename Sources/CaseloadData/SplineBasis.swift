import CaseloadMath

/// A basis of piecewise polynomials with its knots settled: B-splines, or natural cubic splines,
/// which are straight beyond the outer knots.
///
/// The first function is left out, the intercept taking its place. Knots lie at quantiles of the
/// data, as in R's `splines`, whose columns these are.
///
/// - Sources: de Boor, *A Practical Guide to Splines*, rev. ed. (2001), ch. IX, X; Hastie, in
///   Chambers & Hastie, *Statistical Models in S* (1992), ch. 7.
struct SplineBasis: Sendable {
  private let kind: Formula.Spline.Kind
  private let degree: Int
  private let lower: Double
  private let upper: Double
  private let knots: [Double]  // outer ones repeated
  /// For natural splines: an orthonormal basis of the functions without curvature at the ends.
  private let projection: Matrix?

  var columnCount: Int { projection?.columnCount ?? functionCount - 1 }

  private var order: Int { degree + 1 }
  private var functionCount: Int { knots.count - order }

  /// - Parameters:
  ///   - spline: as the formula has it.
  ///   - x: the data, finite.
  ///   - label: the term, for messages.
  /// - Throws: ``DiagnosticCode/notIdentified`` for data without spread, too few of them or knots
  ///   outside them; ``DiagnosticCode/illegalOption`` for a basis too small for its degree.
  init(_ spline: Formula.Spline, _ x: [Double], label: String) throws(Diagnostic) {
    kind = spline.kind
    degree = spline.degree
    guard let lower = x.min(), let upper = x.max(), lower < upper else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(en: "\(label) has only one value.", zh: "\(label) 只有一个取值。"),
        hint: Text(en: "Leave it out.", zh: "请去掉它。"))
    }
    (self.lower, self.upper) = (lower, upper)
    var inner = spline.knots.sorted()
    if inner.isEmpty, let df = spline.degreesOfFreedom {
      let count = spline.kind == .ns ? df - 1 : df - degree
      guard count >= 0 else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "\(label) needs df of at least \(degree).", zh: "\(label) 的 df 至少为 \(degree)。"),
          hint: Text(
            en: "Raise df, or lower the degree.", zh: "请增大 df 或降低 degree。"))
      }
      let sorted = x.sorted()
      inner = (0..<count).map {
        Descriptive.sortedQuantile(sorted, Double($0 + 1) / Double(count + 1)) ?? lower
      }
    }
    guard inner.allSatisfy({ $0 > lower && $0 < upper }) else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "A knot of \(label) does not lie between the smallest and the largest value.",
          zh: "\(label) 的某个节点不在最小值与最大值之间。"),
        hint: Text(
          en: "Use fewer knots, or place them inside the data.", zh: "请减少节点或将其置于数据范围内。"))
    }
    let order = degree + 1
    knots =
      [Double](repeating: lower, count: order) + inner + [Double](repeating: upper, count: order)
    guard spline.kind == .ns else {
      projection = nil
      return
    }
    // The second derivatives at the ends, without the first function, p × 2.
    let count = knots.count - order
    let settled = knots
    let ends = [lower, upper].map { end in
      (1..<count).map { Self.derivative(settled, $0, order: order, 2, at: end) }
    }
    projection = Self.complement(ends)
  }

  /// The basis at `x`, one column a function; NaN where x is.
  func columns(_ x: [Double]) -> [[Double]] {
    var columns = [[Double]](
      repeating: [Double](repeating: .nan, count: x.count), count: columnCount)
    for (i, value) in x.enumerated() where !value.isNaN {
      let row = row(value)
      for j in row.indices { columns[j][i] = row[j] }
    }
    return columns
  }

  private func row(_ x: Double) -> [Double] {
    guard x.isFinite else { return [Double](repeating: .infinity, count: columnCount) }
    guard let projection else { return Array(values(x).dropFirst()) }
    var row: [Double]
    if x < lower || x > upper {
      let end = x < lower ? lower : upper
      row = (1..<functionCount).map { j in
        Self.derivative(knots, j, order: order, 0, at: end)
          + (x - end) * Self.derivative(knots, j, order: order, 1, at: end)
      }
    } else {
      row = Array(values(x).dropFirst())
    }
    row = (0..<projection.columnCount).map { j in
      row.indices.reduce(0) { $0 + row[$1] * projection[$1, j] }
    }
    return row
  }

  /// All functions at x, by de Boor's recurrence; outside, the outer pieces go on.
  private func values(_ x: Double) -> [Double] {
    var span = degree
    while span < functionCount - 1, x >= knots[span + 1] { span += 1 }
    var local = [1.0]
    for d in 1...max(1, degree) where degree > 0 {
      var next = [Double](repeating: 0, count: d + 1)
      for r in 0..<d {
        let right = knots[span + r + 1]
        let left = knots[span + r + 1 - d]
        let share = local[r] / (right - left)
        next[r] += (right - x) * share
        next[r + 1] += (x - left) * share
      }
      local = next
    }
    var result = [Double](repeating: 0, count: functionCount)
    for (r, value) in local.enumerated() { result[span - degree + r] = value }
    return result
  }

  /// The derivative of function `j` of `order`, from the left at the last knot.
  private static func derivative(
    _ t: [Double], _ j: Int, order: Int, _ times: Int, at x: Double
  ) -> Double {
    guard order > 1 else {
      if times > 0 { return 0 }
      let isLast = x == t[t.count - 1] && t[j + 1] == x && t[j] < x
      return (t[j] <= x && x < t[j + 1]) || isLast ? 1 : 0
    }
    func ratio(_ numerator: Double, _ denominator: Double, _ value: Double) -> Double {
      denominator > 0 && value != 0 ? numerator / denominator * value : 0
    }
    let (a, b) = (t[j + order - 1] - t[j], t[j + order] - t[j + 1])
    if times == 0 {
      return ratio(x - t[j], a, derivative(t, j, order: order - 1, 0, at: x))
        + ratio(t[j + order] - x, b, derivative(t, j + 1, order: order - 1, 0, at: x))
    }
    let k = Double(order - 1)
    return ratio(k, a, derivative(t, j, order: order - 1, times - 1, at: x))
      - ratio(k, b, derivative(t, j + 1, order: order - 1, times - 1, at: x))
  }

  /// An orthonormal basis of what is orthogonal to two columns, by Householder reflections.
  private static func complement(_ constraints: [[Double]]) -> Matrix {
    let p = constraints[0].count
    var columns = constraints
    var reflectors: [[Double]] = []
    for k in columns.indices {
      var v = columns[k]
      for i in 0..<k { v[i] = 0 }
      let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      v[k] += v[k] < 0 ? -norm : norm
      reflectors.append(v)
      for c in columns.indices { columns[c] = reflected(columns[c], v) }
    }
    var result = Matrix(rowCount: p, columnCount: p - columns.count)
    for j in columns.count..<p {
      var unit = [Double](repeating: 0, count: p)
      unit[j] = 1
      for v in reflectors.reversed() { unit = reflected(unit, v) }
      for i in 0..<p { result[i, j - columns.count] = unit[i] }
    }
    return result
  }

  private static func reflected(_ x: [Double], _ v: [Double]) -> [Double] {
    let square = v.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return x }
    let scale = 2 * zip(x, v).reduce(0) { $0 + $1.0 * $1.1 } / square
    return x.indices.map { x[$0] - scale * v[$0] }
  }
}
