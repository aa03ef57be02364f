import CaseloadMath

@testable import CaseloadForecasting

/// A state space model as one large normal vector, straight from its displayed equations.
///
/// With X the response of the observed values to the diffuse states and Ω their covariance without
/// them, the exact diffuse likelihood is
///
/// ```
/// −n/2 ln 2π − ½ ln|Ω| − ½ ln|Xᵀ Ω⁻¹ X| − ½ (y − Xδ̂)ᵀ Ω⁻¹ (y − Xδ̂)
/// ```
///
/// (Durbin & Koopman, 2012, §7.2.3 and §5.7), and the states are predicted by generalized least
/// squares.
struct DenseReference {
  let logLikelihood: Double
  /// ln of the likelihood with the diffuse states at δ̂: −n/2 ln 2π − ½ ln|Ω| − ½ e'Ω⁻¹e.
  let profile: Double
  /// E(αₜ | y) and Var(αₜ | y).
  let states: [[Double]]
  let variances: [Matrix]

  init(_ model: StateSpaceModel, _ y: [Double]) throws {
    let (m, n) = (model.stateCount, y.count)
    var t = Matrix(rowCount: m, columnCount: m)
    for i in 0..<m { for j in 0..<m { t[i, j] = model.transition[i, j] } }
    var noise = [Double](repeating: 0, count: m * m)
    model.addDisturbances(to: &noise)
    let v = Matrix(rowCount: m, columnCount: m, storage: noise)
    // Var(αₜ) and E(αₜ), and the response of αₜ to the diffuse states.
    var variance = Matrix(rowCount: m, columnCount: m, storage: model.initialVariance)
    var mean = model.initialMean
    let diffuse = (0..<m).filter { model.isDiffuse[$0] }
    var response = Matrix(rowCount: m, columnCount: diffuse.count)
    for (k, i) in diffuse.enumerated() { response[i, k] = 1 }
    var (own, means, responses): ([Matrix], [[Double]], [Matrix]) = ([], [], [])
    for _ in 0..<n {
      own.append(variance)
      means.append(mean)
      responses.append(response)
      variance = t * variance * Self.transpose(t) + v
      mean = t * mean
      response = t * response
    }
    func covariance(_ s: Int, _ u: Int) -> Matrix {  // Cov(α_s, α_u)
      guard s <= u else { return Self.transpose(covariance(u, s)) }
      var c = own[s]
      for _ in s..<u { c = c * Self.transpose(t) }
      return c
    }
    let seen = (0..<n).filter { !y[$0].isNaN }
    let z = seen.map { Matrix(rowCount: 1, columnCount: m, storage: model.observationRow($0)) }
    var omega = Matrix(rowCount: seen.count, columnCount: seen.count)
    for (a, s) in seen.enumerated() {
      for (b, u) in seen.enumerated() {
        omega[a, b] = (z[a] * covariance(s, u) * Self.transpose(z[b]))[0, 0]
        if a == b { omega[a, b] += model.observationVariance }
      }
    }
    let x = Matrix(
      rows: seen.enumerated().map { a, s in
        (z[a] * responses[s]).storage
      })
    let e = seen.enumerated().map { a, s in y[s] - (z[a] * means[s])[0] }
    let factor = try Cholesky(omega)
    let d = diffuse.count
    var delta = [Double](repeating: 0, count: d)
    var information = 0.0
    var inverse = Matrix(rowCount: d, columnCount: d)
    if d > 0 {
      let normal = try Cholesky(x.transposed(times: factor.solve(x)))
      information = normal.logDeterminant
      let right = factor.solve(e)
      delta = normal.solve(
        (0..<d).map { k in seen.indices.reduce(0) { $0 + x[$1, k] * right[$1] } })
      inverse = normal.inverse()
    }
    let fitted = d > 0 ? x * delta : [Double](repeating: 0, count: e.count)
    let residual = zip(e, fitted).map { $0 - $1 }
    let solved = factor.solve(residual)
    let squares = zip(residual, solved).reduce(0) { $0 + $1.0 * $1.1 }
    let constant = Double(seen.count) * log(2 * .pi)
    profile = -0.5 * (constant + factor.logDeterminant + squares)
    logLikelihood = profile - 0.5 * information
    var (states, variances): ([[Double]], [Matrix]) = ([], [])
    for s in 0..<n {
      var c = Matrix(rowCount: m, columnCount: seen.count)
      for (b, u) in seen.enumerated() {
        let column = covariance(s, u) * Self.transpose(z[b])
        for i in 0..<m { c[i, b] = column[i, 0] }
      }
      let gain = c * solved
      let start = d > 0 ? responses[s] * delta : [Double](repeating: 0, count: m)
      states.append((0..<m).map { means[s][$0] + start[$0] + gain[$0] })
      let ct = Self.transpose(c)
      var left = own[s] - c * factor.solve(ct)
      if d > 0 {
        let w = responses[s] - c * factor.solve(x)
        left = left + w * inverse * Self.transpose(w)
      }
      variances.append(left)
    }
    self.states = states
    self.variances = variances
  }

  private static func transpose(_ a: Matrix) -> Matrix {
    var result = Matrix(rowCount: a.columnCount, columnCount: a.rowCount)
    for i in 0..<a.rowCount { for j in 0..<a.columnCount { result[j, i] = a[i, j] } }
    return result
  }
}

/// Small models of every kind that the passes distinguish.
enum SmallModels {
  /// A damped slope, a season of 4, a cycle-like stationary pair and a regressor.
  static let rich: StateSpaceModel = {
    // Level, slope, three seasons, two cycle states, one coefficient.
    let (c, s) = (0.9 * cos(0.7), 0.9 * sin(0.7))
    var model = StateSpaceModel(
      Z: [1, 0, 1, 0, 0, 1, 0, 0], H: 0.6,
      T: [
        [1, 1, 0, 0, 0, 0, 0, 0], [0, 0.9, 0, 0, 0, 0, 0, 0], [0, 0, -1, -1, -1, 0, 0, 0],
        [0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, c, s, 0],
        [0, 0, 0, 0, 0, -s, c, 0], [0, 0, 0, 0, 0, 0, 0, 1],
      ],
      R: [
        [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0],
      ], Q: [0.3, 0.05, 0.2, 0.4, 0.4],
      isDiffuse: [true, true, true, true, true, false, false, true],
      regressors: (0..<40).map { [cos(0.37 * Double($0 * $0)) + ($0 > 9 ? 1 : 0)] })
    model.initialVariance[5 * 8 + 5] = 0.4 / (1 - 0.81)
    model.initialVariance[6 * 8 + 6] = 0.4 / (1 - 0.81)
    return model
  }()

  static let level = StateSpaceModel(
    Z: [1], H: 1, T: [[1]], R: [[1]], Q: [0.5], isDiffuse: [true])

  static let trend = StateSpaceModel(
    Z: [1, 0], H: 0.5, T: [[1, 1], [0, 1]], R: [[1, 0], [0, 1]], Q: [0.4, 0.1],
    isDiffuse: [true, true])

  /// An ARMA(2, 1) around nothing: no diffuse state, one disturbance that enters twice.
  static let arma: StateSpaceModel = {
    var model = StateSpaceModel(
      Z: [1, 0], H: 0, T: [[0.6, 1], [-0.3, 0]], R: [[1], [0.4]], Q: [2],
      isDiffuse: [false, false])
    // Var by iterating P = T P Tᵀ + R Q Rᵀ.
    var p = [0.0, 0, 0, 0]
    for _ in 0..<200 {
      p = model.started(beforeFirst: [0, 0], variance: p).initialVariance
    }
    model.initialVariance = p
    return model
  }()

  static let all: [(name: String, model: StateSpaceModel)] = [
    ("level", level), ("trend", trend), ("arma", arma), ("rich", rich),
  ]

  static func series(_ count: Int, seed: UInt64, missing: Set<Int> = []) -> [Double] {
    var draws = RandomStream(seed: seed)
    var level = 3.0
    return (0..<count).map { t in
      level += 0.4 * draws.normal() + 0.1
      let value = level + [1.5, -0.5, 0.3, -1.3][t % 4] + 0.8 * draws.normal()
      return missing.contains(t) ? .nan : value
    }
  }

  static let gaps: [Set<Int>] = [[], [0], [1, 2], [5, 6, 7, 8], [3, 11, 12, 23]]
}
