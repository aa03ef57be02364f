import CaseloadMath

/// What missing values do to innovations: the pulses that stand for them are learned step by step.
///
/// ```
/// ε = v − h b,   f = F + h C hᵀ,   b ← b + C hᵀ ε/f,   C ← C − C hᵀ h C/f
/// ```
///
/// h are the innovations of the pulses, b what is known of them, C σ⁻² times its covariance. The
/// first step in which a pulse acts determines it, and is used up.
///
/// - Source: Gómez, Maravall & Peña (1999), *Journal of Econometrics* 88, §3; Durbin & Koopman,
///   *Time Series Analysis by State Space Methods*, 2nd ed. (2012), §5.2 (the diffuse steps).
struct GapFilter {
  private let gapCount: Int
  /// One data column after the other: what is known of each pulse.
  private var estimates: [Double]
  private var covariance: [Double]
  private var isKnown: [Bool]
  private var pulse: [Double]
  private var product: [Double]
  /// The last step in which each pulse acts.
  private var lastSteps: [Int]
  /// The known pulses that still act.
  private var live: [Int] = []
  /// Whether pulses are followed to the end, as the last state needs them.
  var followsAll = false
  /// Pulses that were taken out of others in their common first step: `target` less `ratio` times
  /// `source`.
  private var eliminations: [(target: Int, source: Int, ratio: Double)] = []

  /// |h| below which a pulse does not act.
  private static let negligible = 1e-8

  init(_ data: ARIMAData) {
    gapCount = data.gaps.count
    estimates = [Double](repeating: 0, count: gapCount * (1 + data.regressorCount))
    covariance = [Double](repeating: 0, count: gapCount * gapCount)
    isKnown = [Bool](repeating: false, count: gapCount)
    pulse = [Double](repeating: 0, count: gapCount)
    product = pulse
    lastSteps = [Int](repeating: 0, count: gapCount)
  }

  /// Turns the innovations of the data columns into u, in place.
  ///
  /// - Parameters:
  ///   - v: the innovations of all columns.
  ///   - precisions: 1/F; the square root of 1/f is written to it, 0 for a step that is used up.
  ///   - data: the data that the columns come from.
  /// - Returns: Σ ln f; `nil` where a pulse is never determined.
  mutating func whiten(
    _ v: UnsafeMutablePointer<Double>, _ precisions: UnsafeMutablePointer<Double>,
    _ data: ARIMAData
  ) -> Double? {
    let (n, k, g) = (data.count, data.regressorCount, gapCount)
    let pulses = v + (1 + k) * n
    for i in estimates.indices { estimates[i] = 0 }
    for i in covariance.indices { covariance[i] = 0 }
    live.removeAll(keepingCapacity: true)
    for j in 0..<g {
      isKnown[j] = false
      var last = n - 1
      if !followsAll { while last > 0, abs(pulses[j * n + last]) < Self.negligible { last -= 1 } }
      lastSteps[j] = last
    }
    eliminations.removeAll(keepingCapacity: true)
    var logDeterminant = 0.0
    for t in 0..<n {
      var pivot = -1
      for j in 0..<g {
        pulse[j] = pulses[j * n + t]
        if !isKnown[j], abs(pulse[j]) > Self.negligible,
          pivot < 0 || abs(pulse[j]) > abs(pulse[pivot])
        {
          pivot = j
        }
      }
      // The value that is missing here, before others.
      if let own = data.gaps.firstIndex(of: t + data.order.lost), !isKnown[own] { pivot = own }
      if !followsAll { live.removeAll { lastSteps[$0] < t } }
      var f = 1 / precisions[t]
      for i in live {
        var sum = 0.0
        for j in live { sum += covariance[i * g + j] * pulse[j] }
        product[i] = sum
        f += sum * pulse[i]
      }
      for c in 0...k {
        var error = v[c * n + t]
        for j in live { error -= pulse[j] * estimates[c * g + j] }
        if pivot >= 0 {
          estimates[c * g + pivot] = error / pulse[pivot]
          v[c * n + t] = 0
        } else {
          let step = error / f
          for j in live { estimates[c * g + j] += product[j] * step }
          v[c * n + t] = error / f.squareRoot()
        }
      }
      if pivot >= 0 {
        let h = pulse[pivot]
        for j in live {
          covariance[pivot * g + j] = -product[j] / h
          covariance[j * g + pivot] = -product[j] / h
        }
        covariance[pivot * g + pivot] = f / (h * h)
        isKnown[pivot] = true
        live.append(pivot)
        for j in 0..<g where !isKnown[j] && abs(pulse[j]) > Self.negligible {
          let ratio = pulse[j] / h
          for s in t..<n { pulses[j * n + s] -= ratio * pulses[pivot * n + s] }
          lastSteps[j] = max(lastSteps[j], lastSteps[pivot])
          eliminations.append((j, pivot, ratio))
        }
        precisions[t] = 0
      } else {
        for i in live {
          let step = product[i] / f
          for j in live { covariance[i * g + j] -= step * product[j] }
        }
        logDeterminant += log(f)
        precisions[t] = 1 / f.squareRoot()
      }
    }
    guard isComplete, logDeterminant.isFinite else { return nil }
    return logDeterminant
  }

  /// Whether every pulse has been determined.
  var isComplete: Bool { isKnown.allSatisfy { $0 } }

  /// A size for every pulse, and the state that the pulses of these sizes lead to.
  struct Direction {
    let pulses: [Double]
    let state: [Double]
  }

  /// The pulses as they are known at the end, and σ⁻¹ times independent directions of what is not
  /// known of them.
  ///
  /// - Parameter states: the last state of each pulse's column.
  /// - Returns: both.
  func summary(states: [[Double]]) -> (mean: Direction, directions: [Direction]) {
    let g = gapCount
    // Sizes of the pulses as they came from those after the eliminations, which are linear.
    func original(_ sizes: [Double]) -> [Double] {
      var result = sizes
      for (target, source, ratio) in eliminations.reversed() {
        result[source] -= ratio * result[target]
      }
      return result
    }
    func direction(_ sizes: [Double]) -> Direction {
      let pulses = original(sizes)
      var state = [Double](repeating: 0, count: states.first?.count ?? 0)
      for j in 0..<g { for i in state.indices { state[i] += pulses[j] * states[j][i] } }
      return Direction(pulses: pulses, state: state)
    }
    // A Cholesky factor that leaves out directions of no variance.
    var rest = covariance
    let largest = (0..<g).map { covariance[$0 * g + $0] }.max() ?? 0
    var directions: [Direction] = []
    for j in 0..<g {
      let variance = rest[j * g + j]
      guard variance > 1e-13 * largest else { continue }
      let root = variance.squareRoot()
      let column = (0..<g).map { $0 < j ? 0 : rest[$0 * g + j] / root }
      for i in j..<g { for l in j..<g { rest[i * g + l] -= column[i] * column[l] } }
      directions.append(direction(column))
    }
    return (direction(Array(estimates[..<g])), directions)
  }
}
