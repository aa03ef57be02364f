import CaseloadMath

/// The search for the maximum of the likelihood, form by form.
///
/// Each form starts from R's heuristic states on a coarse grid of smoothing parameters, and from
/// what simpler forms ended with; the best of these is improved by BFGS, whose first inverse Hessian
/// is that of the information. All forms are fitted loosely, and those near the best to the end.
struct ETSSearch {
  /// A form with where its search stands.
  struct Candidate {
    let problem: ETSProblem
    var x: [Double]
    /// −2 ln L, in units of the tape.
    var value: Double
    var termination: Termination
    /// Other starts, apart from each other in their smoothing parameters; the better ones first.
    var others: [[Double]] = []
  }

  let tape: ETSTape
  let box: ETSParameterBox
  /// m of the series, whether or not a form uses it: what bounds β in the cautious box.
  let boxSeason: Int
  let start: ETSStart
  /// The coefficients that `start` was made with.
  let coefficients: [Double]
  private(set) var candidates: [ETSForm: Candidate] = [:]

  /// How far from its minimum a loose fit may leave −2 ln L, roughly.
  static let looseTolerance = 0.05
  /// Forms within this of the best criterion are fitted to the end.
  static let polishedRange = 8.0

  init(
    _ tape: ETSTape, box: ETSParameterBox, boxSeason: Int, start: ETSStart, coefficients: [Double]
  ) {
    self.tape = tape
    self.box = box
    self.boxSeason = boxSeason
    self.start = start
    self.coefficients = coefficients
  }

  /// Fits `form` loosely; does nothing where no start has a finite likelihood.
  mutating func fitLoosely(_ form: ETSForm) {
    let problem = ETSProblem(
      tape: tape, form: form, box: ETSBox(box, form: form, seasonLength: boxSeason))
    guard let begin = bestStart(problem) else { return }
    candidates[form] = Self.improved(begin, Self.looseOptions(begin.value))
  }

  /// The forms among `forms` that were fitted and, in the cautious box, whose error variance in the
  /// units of the series is within ``varianceRatio`` of the least.
  ///
  /// OWA with and without that limit: M1 monthly 0.881 and 0.888, quarterly 0.880 and 0.890, yearly
  /// 0.788 and 0.807; M3 monthly 0.839 and 0.839, quarterly 0.897 and 0.903, yearly 0.876 and 0.876; 100
  /// monthly series of M4 0.844 and 0.907, its weekly ones 0.916 and 0.904.
  func eligible(_ forms: [ETSForm]) -> [ETSForm] {
    let fitted = forms.filter { candidates[$0] != nil }
    guard box == .cautious, fitted.count > 1 else { return fitted }
    let variances = fitted.map(errorVariance)
    let limit = Self.varianceRatio * (variances.min() ?? 0)
    return zip(fitted, variances).filter { $0.1 <= limit }.map(\.0)
  }

  /// Beyond this ratio to the least error variance a form is not chosen.
  private static let varianceRatio = 2.0

  /// Σ ε²/(n − p), p coordinates, in units of the tape; for errors of either kind.
  private func errorVariance(_ form: ETSForm) -> Double {
    guard let candidate = candidates[form] else { return .infinity }
    _ = candidate.problem.value(candidate.x)
    var sum = 0.0
    for t in 0..<tape.count { sum += tape.error[t] * tape.error[t] }
    // An exact fit is exact to rounding only.
    let n = Double(tape.observedCount)
    return max(sum, 1e-28 * n) / max(1, n - Double(candidate.problem.dimension))
  }

  /// Fits `form` to the end, from where its loose fit stopped.
  ///
  /// The likelihood may have several maxima. In R's box the other starts are followed loosely as well.
  /// In the cautious box they are not: a higher maximum forecasts no better (OWA 0.839 against 0.843 on
  /// the monthly series of M3, 0.888 and 0.888 of M1, 0.921 and 0.919 on long ones of M4) and costs half as
  /// much again.
  mutating func polish(_ form: ETSForm) {
    guard let first = candidates[form] else { return }
    let problem = first.problem
    var ends = [first]
    for x in box == .rCompatible ? first.others : [] {
      let begin = Candidate(
        problem: problem, x: x, value: problem.value(x), termination: .converged)
      ends.append(Self.improved(begin, Self.looseOptions(begin.value)))
    }
    let lowest = ends.reduce(first.value) { min($0, $1.value) }
    candidates[form] = ends.filter { $0.value <= lowest + 20 * Self.looseTolerance }
      .map(Self.polished).min { $0.value < $1.value }
  }

  private static func looseOptions(_ value: Double) -> QuasiNewton.Options {
    var options = QuasiNewton.Options()
    options.functionTolerance = looseTolerance / (1 + abs(value))
    options.iterationLimit = 60
    return options
  }

  /// Moves an optimum that R calls inadmissible inwards: the likelihood's maximum over a smaller box.
  mutating func makeAdmissible(_ form: ETSForm) {
    guard var candidate = candidates[form] else { return }
    var share = 1.0
    while share > 0.05,
      !candidate.problem.smoothing(candidate.x).isAdmissible(
        form, seasonLength: tape.seasonLength)
    {
      share *= 0.8
      let tighter = ETSProblem(
        tape: tape, form: form,
        box: ETSBox(box, form: form, seasonLength: boxSeason, tightening: share))
      let smoothing = candidate.problem.smoothing(candidate.x)
      _ = candidate.problem.value(candidate.x)
      let x = tighter.coordinates(smoothing)
      candidate = Candidate(
        problem: tighter, x: x, value: tighter.value(x), termination: .converged)
      candidate = Self.polished(candidate)
    }
    candidates[form] = candidate
  }

  private static func polished(_ candidate: Candidate) -> Candidate {
    var begin = candidate
    // From a little inside the box, where its map is not flat: a parameter that lies on a bound
    // without need comes off it.
    _ = begin.problem.value(begin.x)
    begin.x = begin.problem.coordinates(begin.problem.smoothing(begin.x))
    begin.value = begin.problem.value(begin.x)
    var options = QuasiNewton.Options()
    options.functionTolerance = 1e-10
    options.iterationLimit = 300
    let moved = improved(begin, options)
    if moved.value <= candidate.value { return moved }
    return improved(candidate, options)
  }

  private static func improved(_ begin: Candidate, _ options: QuasiNewton.Options) -> Candidate {
    let problem = begin.problem
    guard begin.value.isFinite else { return begin }
    var search = QuasiNewton(dimension: problem.dimension)
    let minimum = search.minimum(
      from: begin.x, options, inverseHessian: problem.inverseInformation(begin.x)
    ) { x, g in problem.evaluate(x, g) }
    guard minimum.value <= begin.value else { return begin }
    return Candidate(
      problem: problem, x: minimum.point, value: minimum.value,
      termination: minimum.termination, others: begin.others)
  }

  /// The smoothing parameters at which a start is tried; β and γ as shares of what α leaves them.
  private static let grid: [Place] = [
    Place(alpha: 0.05, betaShare: 0.1, gammaShare: 0.05, phi: 0.97),
    Place(alpha: 0.2, betaShare: 0.1, gammaShare: 0.05, phi: 0.9),
    Place(alpha: 0.5, betaShare: 0.05, gammaShare: 0.05, phi: 0.97),
    Place(alpha: 0.85, betaShare: 0.05, gammaShare: 0.05, phi: 0.97),
    Place(alpha: 0.3, betaShare: 0.5, gammaShare: 0.3, phi: 0.9),
  ]

  private struct Place {
    let alpha: Double
    let betaShare: Double
    let gammaShare: Double
    let phi: Double
  }

  private func bestStart(_ problem: ETSProblem) -> Candidate? {
    let form = problem.form
    var starts: [(x: [Double], value: Double)] = []
    func offer(_ smoothing: ETSSmoothing) {
      let x = problem.coordinates(smoothing)
      let value = problem.value(x)
      if value.isFinite { starts.append((x, value)) }
    }
    func offerGrid(slope: Bool, seasons: Bool) {
      for place in Self.grid {
        // A pass overwrites nothing of the initial states, but another start does.
        setStates(form, slope: slope, seasons: seasons)
        offer(
          ETSSmoothing(
            alpha: place.alpha,
            beta: form.trend == .none
              ? 0 : place.betaShare * min(place.alpha, problem.box.largestBeta),
            gamma: form.season == .none ? 0 : place.gammaShare * (1 - place.alpha),
            phi: form.isDamped ? place.phi : 1))
      }
    }
    offerGrid(slope: true, seasons: true)
    for parent in Self.parents(form) {
      guard let candidate = candidates[parent] else { continue }
      let smoothing = candidate.problem.smoothing(candidate.x)
      _ = candidate.problem.value(candidate.x)
      let (level, slope) = (tape.level[0], tape.slope[0])
      let coefficients = (0..<tape.regressorCount).map { tape.coefficients[$0] }
      let seasons = parent.season == form.season
      let kept =
        seasons && form.season != .none ? (0..<tape.seasonLength).map { tape.season[$0] } : []
      setStates(form, slope: true, seasons: true)
      for j in kept.indices { tape.season[j] = kept[j] }
      for j in coefficients.indices { tape.coefficients[j] = coefficients[j] }
      if parent.trend == form.trend {
        (tape.level[0], tape.slope[0]) = (level, slope)
      } else if parent.trend == .none {
        tape.level[0] = level
        tape.slope[0] = form.trend == .multiplicative ? 1 : 0
      }
      offer(
        ETSSmoothing(
          alpha: smoothing.alpha,
          beta: form.trend == .none
            ? 0
            : (parent.trend == .none
              ? 0.05 * min(smoothing.alpha, problem.box.largestBeta) : smoothing.beta),
          gamma: form.season == .none
            ? 0
            : (parent.season == .none ? 0.05 * (1 - smoothing.alpha) : smoothing.gamma),
          phi: form.isDamped ? (parent.isDamped ? smoothing.phi : 0.97) : 1))
    }
    if starts.isEmpty { offerGrid(slope: false, seasons: true) }
    if starts.isEmpty { offerGrid(slope: false, seasons: false) }
    starts.sort { $0.value < $1.value }
    guard let first = starts.first else { return nil }
    var apart = [first.x]
    for start in starts.dropFirst() where apart.count <= Self.otherStarts {
      let isApart = apart.allSatisfy { x in
        (0..<form.smoothingCount).contains { abs(x[$0] - start.x[$0]) > 0.15 }
      }
      if isApart { apart.append(start.x) }
    }
    return Candidate(
      problem: problem, x: first.x, value: first.value, termination: .converged,
      others: Array(apart.dropFirst()))
  }

  /// How many other starts a form near the best is fitted from.
  private static let otherStarts = 3

  /// Puts the heuristic states on the tape, or flat ones.
  private func setStates(_ form: ETSForm, slope hasSlope: Bool, seasons hasSeasons: Bool) {
    let states = start.states(hasSlope ? form.trend : .none, hasSeasons ? form.season : .none)
    tape.level[0] = states.level
    tape.slope[0] = hasSlope ? states.slope : (form.trend == .multiplicative ? 1 : 0)
    if form.season != .none {
      let flat = form.season == .multiplicative ? 1.0 : 0
      for j in 0..<tape.seasonLength {
        tape.season[j] = hasSeasons ? states.seasons[j] : flat
      }
    }
    for j in 0..<tape.regressorCount { tape.coefficients[j] = coefficients[j] }
  }

  /// The forms whose ends are starts for `form`.
  private static func parents(_ form: ETSForm) -> [ETSForm] {
    var result: [ETSForm] = []
    if form.error == .multiplicative {
      result.append(
        ETSForm(
          error: .additive, trend: form.trend, isDamped: form.isDamped, season: form.season))
    }
    if form.isDamped {
      result.append(ETSForm(error: form.error, trend: form.trend, season: form.season))
    } else if form.trend != .none {
      result.append(ETSForm(error: form.error, season: form.season))
    }
    if form.trend == .none, form.season != .none { result.append(ETSForm(error: form.error)) }
    return result
  }
}
