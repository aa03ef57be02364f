import CaseloadMath

/// Gauss and Legendre's quadrature.
enum GaussLegendre {
  /// Nodes and weights on [−1, 1]; exact for polynomials of degree 2 `count` − 1.
  ///
  /// - Source: Newton's method on the Legendre polynomials' recurrence; Davis & Rabinowitz (1984),
  ///   *Methods of Numerical Integration*, §2.7.
  static func rule(_ count: Int) -> (nodes: [Double], weights: [Double]) {
    let n = Double(count)
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for i in 0..<(count + 1) / 2 {
      var x = cos(.pi * (Double(i) + 0.75) / (n + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (p, previous) = (x, 1.0)
        for k in 2...max(2, count) where count > 1 {
          let j = Double(k)
          (p, previous) = (((2 * j - 1) * x * p - (j - 1) * previous) / j, p)
        }
        slope = n * (x * p - previous) / (x * x - 1)
        let step = p / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      let weight = 2 / ((1 - x * x) * slope * slope)
      (nodes[i], nodes[count - 1 - i]) = (-x, x)
      (weights[i], weights[count - 1 - i]) = (weight, weight)
    }
    return (nodes, weights)
  }
}
