import CaseloadMath

/// The search for the smoothing parameters of one form: ln Σ ε² over a box, by BFGS.
///
/// The initial states are those of a pass forward and one back, for each trial anew; the gradient
/// goes through all three passes.
struct CESSearch {
  let form: ComplexSmoothingForm
  let box: Box
  private let rough: ComplexStates<Double>
  private let y: [Double]

  /// The bounds of α₀, α₁, β₀, β₁, mapped onto the whole space by logistic functions.
  struct Box: Sendable, Equatable {
    var low: SIMD4<Double>
    var high: SIMD4<Double>
    /// Whether every pair must be stable besides.
    var isStable: Bool

    func inside(_ x: Double, _ i: Int) -> (value: Double, slope: Double) {
      let share = 1 / (1 + exp(-x))
      let width = high[i] - low[i]
      return (low[i] + width * share, width * share * (1 - share))
    }

    func outside(_ value: Double, _ i: Int) -> Double {
      let share = min(0.98, max(0.02, (value - low[i]) / (high[i] - low[i])))
      return log(share / (1 - share))
    }
  }

  /// `y` is on a scale near 1, NaN where missing; `filled` is the same without gaps, and m is
  /// `length`.
  init(_ form: ComplexSmoothingForm, _ y: [Double], filled: [Double], length m: Int, box: Box) {
    self.form = form
    self.box = box
    self.y = y
    rough = ComplexStates(form, roughlyFrom: filled, length: m)
  }

  struct Answer {
    let parameters: ComplexParameters<Double>
    let initial: ComplexStates<Double>
    let squares: Double
    let termination: Termination
  }

  /// The best of the searches from a few starts; one outside the stable region ends at once.
  func best() -> Answer {
    let starts: [[Double]] =
      switch form {
      case .none, .simple: [[1.3, 1], [1.1, 0.95], [0.7, 1]]
      case .partial: [[1.3, 1, 0.1], [1.1, 1, 0.4]]
      case .full: [[1.3, 1, 1.3, 1], [1.1, 1, 1.1, 0.9], [1.1, 1, 0.7, 0.9]]
      }
    var search = QuasiNewton(dimension: form.parameterCount)
    var options = QuasiNewton.Options()
    // ln Σ ε² to 1e-6 is a relative likelihood of 1 in 10⁴ at n = 100.
    options.gradientTolerance = 1e-6
    options.functionTolerance = 1e-9
    options.iterationLimit = 100
    var best: Minimum?
    for start in starts {
      let point = start.enumerated().map { box.outside($1, $0) }
      let minimum = search.minimum(from: point, options) { x, gradient in
        objective(x, gradient)
      }
      if minimum.value < best?.value ?? .infinity { best = minimum }
    }
    let point = best?.point ?? starts[0].enumerated().map { box.outside($1, $0) }
    let parameters = parameters(point)
    return answer(parameters, best?.termination ?? .failed)
  }

  /// What given parameters come to.
  func answer(_ parameters: ComplexParameters<Double>, _ termination: Termination) -> Answer {
    y.withUnsafeBufferPointer { y in
      var initial = rough
      initial.backcast(y, parameters)
      var states = initial
      let squares = states.pass(y, parameters, isForward: true)
      return Answer(
        parameters: parameters, initial: initial, squares: squares, termination: termination)
    }
  }

  private func parameters(_ x: [Double]) -> ComplexParameters<Double> {
    func at(_ i: Int) -> Double { i < x.count ? box.inside(x[i], i).value : 0 }
    return ComplexParameters(alpha0: at(0), alpha1: at(1), beta0: at(2), beta1: at(3))
  }

  /// ln Σ ε² and its gradient in the unbounded coordinates.
  private func objective(
    _ x: UnsafeBufferPointer<Double>, _ gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var slopes = SIMD4<Double>.zero
    func at(_ i: Int) -> Tangent {
      guard i < x.count else { return Tangent(0) }
      let (value, slope) = box.inside(x[i], i)
      slopes[i] = slope
      return Tangent(value, parameter: i)
    }
    let p = ComplexParameters(alpha0: at(0), alpha1: at(1), beta0: at(2), beta1: at(3))
    if box.isStable {
      guard ComplexStability.isStable(p.alpha0.value, p.alpha1.value),
        form != .full || ComplexStability.isStable(p.beta0.value, p.beta1.value)
      else { return .infinity }
    }
    return y.withUnsafeBufferPointer { y in
      var states = ComplexStates<Tangent>(rough)
      states.backcast(y, p)
      let squares = states.pass(y, p, isForward: true)
      guard squares.value.isFinite else { return .infinity }
      let floor = max(squares.value, 1e-28)
      for i in gradient.indices { gradient[i] = squares.slope[i] * slopes[i] / floor }
      return log(floor)
    }
  }
}
