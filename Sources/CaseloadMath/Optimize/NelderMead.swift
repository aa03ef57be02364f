/// Minimization in a few dimensions without derivatives, by a moving simplex.
///
/// The coefficients adapt to the dimension, which keeps the simplex from collapsing; the search
/// restarts once from its own answer, which a collapsed simplex fails to confirm.
///
/// - Sources: Nelder & Mead (1965), *The Computer Journal* 7, 308–313; Gao & Han (2012),
///   *Computational Optimization and Applications* 51, 259–277.
public enum NelderMead {
  /// The best point found from `start`.
  ///
  /// - Parameters:
  ///   - start: the first vertex; `f` must be finite there.
  ///   - steps: how far along each coordinate the other first vertices lie.
  ///   - tolerance: on the spread of `f` over the simplex, relative to 1 + |f|.
  ///   - iterationLimit: the most steps of one search.
  ///   - f: the objective; return infinity outside the domain.
  /// - Returns: the best point and why the search stopped.
  public static func minimum(
    from start: [Double], steps: [Double], tolerance: Double = 1e-12, iterationLimit: Int = 4000,
    of f: ([Double]) -> Double
  ) -> Minimum {
    let first = search(
      from: start, steps: steps, tolerance: tolerance, iterationLimit: iterationLimit, of: f)
    guard first.termination != .failed else { return first }
    let second = search(
      from: first.point, steps: steps.map { 0.25 * $0 }, tolerance: tolerance,
      iterationLimit: iterationLimit, of: f)
    return second.value <= first.value ? second : first
  }

  private static func search(
    from start: [Double], steps: [Double], tolerance: Double, iterationLimit: Int,
    of f: ([Double]) -> Double
  ) -> Minimum {
    precondition(start.count == steps.count && !start.isEmpty)
    let n = start.count
    let dimension = Double(max(2, n))
    let expansion = 1 + 2 / dimension
    let contraction = 0.75 - 0.5 / dimension
    let shrinkage = 1 - 1 / dimension

    var points = [start]
    for i in 0..<n {
      var point = start
      point[i] += steps[i]
      points.append(point)
    }
    var values = points.map(f)
    guard values[0].isFinite else {
      return Minimum(point: start, value: values[0], iterations: 0, termination: .failed)
    }
    var order = Array(0...n)
    func sort() { order.sort { (values[$0], $0) < (values[$1], $1) } }

    for iteration in 1...iterationLimit {
      sort()
      let (best, worst, next) = (order[0], order[n], order[n - 1])
      let spread = values[worst] - values[best]
      if spread <= tolerance * (1 + abs(values[best])),
        diameter(points, from: best) <= 1e-9 * (1 + norm(points[best]))
          || spread == 0
      {
        return Minimum(
          point: points[best], value: values[best], iterations: iteration,
          termination: .converged)
      }
      var center = [Double](repeating: 0, count: n)
      for k in order.dropLast() { for i in 0..<n { center[i] += points[k][i] / Double(n) } }
      func along(_ t: Double) -> [Double] {
        (0..<n).map { center[$0] + t * (points[worst][$0] - center[$0]) }
      }
      let reflected = along(-1)
      let fr = f(reflected)
      if fr < values[best] {
        let expanded = along(-expansion)
        let fe = f(expanded)
        (points[worst], values[worst]) = fe < fr ? (expanded, fe) : (reflected, fr)
      } else if fr < values[next] {
        (points[worst], values[worst]) = (reflected, fr)
      } else {
        let contracted = along(fr < values[worst] ? -contraction : contraction)
        let fc = f(contracted)
        if fc < min(fr, values[worst]) {
          (points[worst], values[worst]) = (contracted, fc)
        } else {
          for k in order.dropFirst() {
            for i in 0..<n {
              points[k][i] = points[best][i] + shrinkage * (points[k][i] - points[best][i])
            }
            values[k] = f(points[k])
          }
        }
      }
    }
    sort()
    return Minimum(
      point: points[order[0]], value: values[order[0]], iterations: iterationLimit,
      termination: .iterationLimit)
  }

  private static func diameter(_ points: [[Double]], from best: Int) -> Double {
    points.reduce(0) { largest, point in
      max(largest, zip(point, points[best]).map { abs($0 - $1) }.max() ?? 0)
    }
  }

  private static func norm(_ x: [Double]) -> Double { x.reduce(0) { max($0, abs($1)) } }
}
