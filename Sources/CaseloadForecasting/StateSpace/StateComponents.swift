import CaseloadData
import CaseloadMath

/// The components of a series under a state space model: combinations of its states, and what is left.
struct StateComponents {
  private let filter: KalmanFilter
  private let smoother: StateSmoother?
  private let model: StateSpaceModel
  private let values: [Double]
  private let scale: Double
  private let center: Double
  private let unit: Double

  /// A component: the combination of states that it is in period t.
  struct Part {
    let kind: Decomposition.Kind
    let name: Text
    let isPart: Bool
    /// Whether the level that was taken out of the values belongs to it.
    let carriesCenter: Bool
    let weights: (Int) -> [(state: Int, weight: Double)]

    init(
      _ kind: Decomposition.Kind, _ name: Text, isPart: Bool = true, carriesCenter: Bool = false,
      weights: @escaping (Int) -> [(state: Int, weight: Double)]
    ) {
      self.kind = kind
      self.name = name
      self.isPart = isPart
      self.carriesCenter = carriesCenter
      self.weights = weights
    }
  }

  /// - Parameters:
  ///   - model: its variances are in units of `scale`.
  ///   - values: (y − `center`)/`unit`.
  ///   - given: which values each period's components are estimated from.
  ///   - scale: σ².
  ///   - center: what was subtracted.
  ///   - unit: what was divided by.
  init(
    _ model: StateSpaceModel, _ values: [Double], _ given: ComponentEstimate, scale: Double,
    center: Double, unit: Double
  ) {
    var filter = KalmanFilter(values, stateCount: model.stateCount, keepsStates: true)
    filter.run(model)
    self.filter = filter
    smoother = given == .smoothed ? StateSmoother(filter, model) : nil
    self.model = model
    self.values = values
    self.scale = scale
    self.center = center
    self.unit = unit
  }

  /// The parts, and the irregular: the observation error, NaN where a value is missing.
  func decomposition(method: String, series: TimeSeries, parts: [Part]) -> Decomposition {
    var components: [Decomposition.Component] = []
    for part in parts {
      let (estimates, variances) = combination(part.weights)
      components.append(
        Decomposition.Component(
          part.kind, name: part.name,
          values: estimates.map { unit * $0 + (part.carriesCenter ? center : 0) },
          standardErrors: variances.map { unit * (scale * $0).squareRoot() }, isPart: part.isPart))
    }
    // ε̂ = y − Z α̂, and with α known to V so is ε: both have the variance Z V Zᵀ.
    let signal = combination { t in
      model.observationRow(t).enumerated().filter { $0.element != 0 }.map {
        ($0.offset, $0.element)
      }
    }
    let irregular = zip(values, signal.values).map { unit * ($0 - $1) }
    components.append(
      Decomposition.Component(
        .irregular, name: Text(en: "irregular", zh: "不规则成分"), values: irregular,
        standardErrors: zip(irregular, signal.variances).map {
          $0.isNaN ? .nan : unit * (scale * $1).squareRoot()
        }))
    return Decomposition(method: method, start: series.start, components: components)
  }

  private func combination(_ weights: (Int) -> [(state: Int, weight: Double)]) -> (
    values: [Double], variances: [Double]
  ) {
    smoother?.combination(weights) ?? filter.combination(weights)
  }

  /// The standardized auxiliary residuals of the observation and of the disturbance of `state`, each in
  /// its period; NaN where there is none.
  func auxiliaryResiduals(state: Int) -> (irregular: [Double], disturbance: [Double]) {
    guard let smoother else { return ([], []) }
    let m = model.stateCount
    let irregular = zip(smoother.errors, smoother.errorVariances).map { u, d in
      d > 0 ? u / (scale * d).squareRoot() : .nan
    }
    let disturbance = values.indices.map { t in
      let information = smoother.information[t * m + state]
      return information > 0
        ? smoother.r[t * m + state] / (scale * information).squareRoot() : .nan
    }
    return (irregular, disturbance)
  }
}

extension KalmanFilter {
  /// s' aₜ|ₜ and its variance; NaN while P∞ is not zero.
  func combination(_ weights: (Int) -> [(state: Int, weight: Double)]) -> (
    values: [Double], variances: [Double]
  ) {
    let m = stateCount
    let diffuseEnd = diffuseVariances.count / (m * m)
    var (values, variances): ([Double], [Double]) = ([], [])
    for t in 0..<length {
      // In the last diffuse period the value itself completes what was missing.
      let isOpen = t < diffuseEnd - 1 || (t == diffuseEnd - 1 && summary.undeterminedCount > 0)
      guard !isOpen else {
        values.append(.nan)
        variances.append(.nan)
        continue
      }
      let isObserved = !arena[layout.f + t].isNaN
      let f = arena[layout.f + t]
      let isDiffuse = arena[layout.finf + t] > 0
      func k(_ i: Int) -> Double { arena[layout.k + t * m + i] }
      func kStar(_ i: Int) -> Double { isDiffuse ? arena[layout.kStar + t * m + i] : 0 }
      let finf = arena[layout.finf + t]
      var (value, variance) = (0.0, 0.0)
      let terms = weights(t)
      for (i, a) in terms {
        value += a * arena[layout.states + t * m + i]
        if isObserved { value += a * k(i) * arena[layout.v + t] }
        for (j, b) in terms {
          var p = arena[layout.variances + (t * m + i) * m + j]
          if isObserved {
            // M = k* F∞ + k F in the diffuse phase, and k F after it.
            let (mi, mj) = (kStar(i) * finf + k(i) * f, kStar(j) * finf + k(j) * f)
            p -= isDiffuse ? k(i) * mj + mi * k(j) - k(i) * k(j) * f : k(i) * k(j) * f
          }
          variance += a * b * p
        }
      }
      values.append(value)
      variances.append(max(0, variance))
    }
    return (values, variances)
  }
}
