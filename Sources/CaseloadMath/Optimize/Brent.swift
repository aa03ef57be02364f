/// Minimization in one dimension without derivatives: golden section with parabolic steps.
///
/// - Source: Brent (1973), *Algorithms for Minimization without Derivatives*, ch. 5.
public enum Brent {
  /// The minimizer of `f` on `range`, which must be unimodal there.
  ///
  /// - Parameters:
  ///   - range: where to look.
  ///   - tolerance: relative; below √ε it only costs evaluations.
  ///   - iterationLimit: the most evaluations.
  ///   - f: the objective.
  /// - Returns: the minimizer and why the search stopped.
  public static func minimum(
    in range: ClosedRange<Double>, tolerance: Double = 1.5e-8, iterationLimit: Int = 200,
    of f: (Double) -> Double
  ) -> Minimum {
    let golden = 0.5 * (3 - 5.0.squareRoot())
    var (a, b) = (range.lowerBound, range.upperBound)
    var x = a + golden * (b - a)
    var (w, v) = (x, x)
    var fx = f(x)
    guard !fx.isNaN else {
      return Minimum(point: [x], value: fx, iterations: 0, termination: .failed)
    }
    var (fw, fv) = (fx, fx)
    var (step, previousStep) = (0.0, 0.0)
    for iteration in 1...iterationLimit {
      let middle = 0.5 * (a + b)
      let near = tolerance * abs(x) + 1e-12
      if abs(x - middle) <= 2 * near - 0.5 * (b - a) {
        return Minimum(point: [x], value: fx, iterations: iteration, termination: .converged)
      }
      var golds = true
      if abs(previousStep) > near {
        // The parabola through (v, fv), (w, fw), (x, fx).
        var r = (x - w) * (fx - fv)
        var q = (x - v) * (fx - fw)
        var p = (x - v) * q - (x - w) * r
        q = 2 * (q - r)
        if q > 0 { p = -p } else { q = -q }
        r = previousStep
        previousStep = step
        if abs(p) < abs(0.5 * q * r), p > q * (a - x), p < q * (b - x) {
          step = p / q
          let u = x + step
          if u - a < 2 * near || b - u < 2 * near { step = x < middle ? near : -near }
          golds = false
        }
      }
      if golds {
        previousStep = (x < middle ? b : a) - x
        step = golden * previousStep
      }
      let u = x + (abs(step) >= near ? step : (step > 0 ? near : -near))
      let fu = f(u)
      if fu <= fx {
        if u < x { b = x } else { a = x }
        (v, fv) = (w, fw)
        (w, fw) = (x, fx)
        (x, fx) = (u, fu)
      } else {
        if u < x { a = u } else { b = u }
        if fu <= fw || w == x {
          (v, fv) = (w, fw)
          (w, fw) = (u, fu)
        } else if fu <= fv || v == x || v == w {
          (v, fv) = (u, fu)
        }
      }
    }
    return Minimum(point: [x], value: fx, iterations: iterationLimit, termination: .iterationLimit)
  }
}
