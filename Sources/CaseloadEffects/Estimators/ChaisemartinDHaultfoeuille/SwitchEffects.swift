import CaseloadData
import CaseloadMath

/// Effects of switching: of a unit's first switch ℓ periods on, or of every switch at once.
///
/// ```
/// DID_ℓ = (1/N_ℓ) Σ_i w_i S_i [Y_{i,F−1+ℓ} − Y_{i,F−1} − mean over controls of the same difference]
/// controls: D_j1 = D_i1, F_j > F_i − 1 + ℓ;    placebo ℓ: Y_{F−1−ℓ} − Y_{F−1}, the same units
/// DID_M = Σ_t Σ_i w_i S_it [Y_it − Y_{i,t−1} − mean over controls] / Σ w_i |D_it − D_{i,t−1}|
/// controls: D_{j,t−1} = D_jt = D_{i,t−1}
/// ψ_i = (1/N) Σ_t c_it √(n/(n − 1)) (difference − mean of its n like units)
/// ```
///
/// Like units are switchers of one first value, period and direction, and controls of one first value
/// and period; a switcher alone of its kind is compared with itself and its controls together.
///
/// - Sources: de Chaisemartin & D'Haultfœuille (2024), §3 and web appendix (variance as in
///   `did_multiplegt_dyn`); de Chaisemartin & D'Haultfœuille (2020), §4 (DID_M).
struct SwitchEffects {
  let grid: StudyGrid
  let paths: TreatmentPaths

  /// A sum over switchers, to be divided by one of its weights.
  struct Sum {
    /// Σ w S DID.
    var value = 0.0
    /// One a cluster, in the units of `value`.
    var influence: [Double]
    var switchers = 0
    var switchingClusters: Set<Int> = []
    /// Σ w, Σ w |δ|: the switchers, and the treatment that they have had more or less in all periods
    /// since the switch.
    var weight = 0.0
    var accumulated = 0.0
    /// Σ w |D_{F−1+ℓ} − D_1|.
    var present = 0.0

    init(clusters: Int) { influence = [Double](repeating: 0, count: clusters) }

    /// The sum over `divisor`, without influence where fewer than two clusters switch.
    func average(over divisor: Double) -> AverageEffect? {
      guard divisor > 0 else { return nil }
      return AverageEffect(
        value: value / divisor,
        influence: switchingClusters.count > 1 ? influence.map { $0 / divisor } : [])
    }
  }

  /// Which switchers are summed.
  enum Direction { case both, up, down }

  /// DID_ℓ, or its placebo.
  ///
  /// - Parameters:
  ///   - horizon: ℓ, from 1.
  ///   - isPlacebo: whether the difference is taken ℓ periods before the reference.
  ///   - direction: of the switch.
  ///   - start: only switchers of this F.
  /// - Returns: the sum; without switchers where none has a control.
  func first(
    _ horizon: Int, isPlacebo: Bool = false, direction: Direction = .both, start: Int? = nil
  ) -> Sum {
    var sum = Sum(clusters: grid.clusterCount)
    let periods = paths.periodCount
    func outcome(_ i: Int, _ t: Int) -> Double { paths.outcome[i * periods + t] }
    for t in horizon..<max(horizon, periods) {
      let reference = t - horizon
      let compared = isPlacebo ? reference - horizon : t
      guard compared >= 0, paths.isChange[reference + 1], start == nil || start == reference + 1
      else { continue }
      func difference(_ i: Int) -> Double {
        let long = outcome(i, t) - outcome(i, reference)
        return isPlacebo ? long * 0 + outcome(i, compared) - outcome(i, reference) : long
      }
      for members in paths.baselines {
        var up: [Int] = []
        var down: [Int] = []
        var controls: [Int] = []
        for i in members {
          if paths.change[i] == reference + 1 {
            guard !difference(i).isNaN else { continue }
            if paths.sign[i] > 0 { up.append(i) } else { down.append(i) }
          } else if paths.change[i] > t,
            !(outcome(i, compared) - outcome(i, reference)).isNaN
          {
            controls.append(i)
          }
        }
        guard !controls.isEmpty else { continue }
        for (switchers, sign) in [(up, 1.0), (down, -1.0)] where !switchers.isEmpty {
          if direction == .up && sign < 0 || direction == .down && sign > 0 { continue }
          add(switchers, controls, sign: sign, to: &sum) { i in
            outcome(i, compared) - outcome(i, reference)
          }
          for i in switchers {
            let w = grid.weights[i]
            for s in reference + 1...t {
              let d = abs(paths.treatment[i * periods + s] - paths.first[i])
              if !d.isNaN { sum.accumulated += w * d }
            }
            let d = abs(paths.treatment[i * periods + t] - paths.first[i])
            if !d.isNaN { sum.present += w * d }
          }
        }
      }
    }
    return sum
  }

  /// DID_M, or its placebo: all switches between consecutive periods. `present` is Σ w |ΔD|.
  ///
  /// - Parameters:
  ///   - isPlacebo: whether the difference is that of the two periods before.
  ///   - direction: of the switch.
  /// - Returns: the sum.
  func every(isPlacebo: Bool = false, direction: Direction = .both) -> Sum {
    var sum = Sum(clusters: grid.clusterCount)
    let (n, periods) = (paths.unitCount, paths.periodCount)
    let d = grid.treatment.isEmpty ? paths.treatment : grid.treatment
    func treatment(_ i: Int, _ t: Int) -> Double { d[i * periods + t] }
    func outcome(_ i: Int, _ t: Int) -> Double { grid.outcome[i * periods + t] }
    for t in (isPlacebo ? 2 : 1)..<max(periods, isPlacebo ? 2 : 1) {
      var levels: [Double: (up: [Int], down: [Int], controls: [Int])] = [:]
      func difference(_ i: Int) -> Double {
        isPlacebo ? outcome(i, t - 2) - outcome(i, t - 1) : outcome(i, t) - outcome(i, t - 1)
      }
      for i in 0..<n {
        let (before, now) = (treatment(i, t - 1), treatment(i, t))
        guard !before.isNaN, !now.isNaN, !difference(i).isNaN,
          !isPlacebo || treatment(i, t - 2) == before
        else { continue }
        if now > before {
          levels[before, default: ([], [], [])].up.append(i)
        } else if now < before {
          levels[before, default: ([], [], [])].down.append(i)
        } else {
          levels[before, default: ([], [], [])].controls.append(i)
        }
      }
      for level in levels.keys.sorted() {
        guard let group = levels[level], !group.controls.isEmpty else { continue }
        for (switchers, sign) in [(group.up, 1.0), (group.down, -1.0)] where !switchers.isEmpty {
          if direction == .up && sign < 0 || direction == .down && sign > 0 { continue }
          add(switchers, group.controls, sign: sign, to: &sum, difference)
          for i in switchers {
            sum.present += grid.weights[i] * abs(treatment(i, t) - treatment(i, t - 1))
          }
        }
      }
    }
    return sum
  }

  /// Adds Σ w S (difference − mean over controls) with its influences.
  private func add(
    _ switchers: [Int], _ controls: [Int], sign: Double, to sum: inout Sum,
    _ difference: (Int) -> Double
  ) {
    func mean(_ units: [Int]) -> (mean: Double, weight: Double) {
      var (total, weight) = (0.0, 0.0)
      for i in units {
        total += grid.weights[i] * difference(i)
        weight += grid.weights[i]
      }
      return (total / weight, weight)
    }
    let (own, weight) = mean(switchers)
    let (other, controlWeight) = mean(controls)
    guard weight > 0, controlWeight > 0 else { return }
    sum.value += sign * weight * (own - other)
    sum.weight += weight
    sum.switchers += switchers.count
    let all = mean(switchers + controls).mean
    func addInfluence(_ units: [Int], _ center: Double, _ coefficient: Double) {
      // One alone is centred with the others.
      let count = Double(units.count > 1 ? units.count : switchers.count + controls.count)
      let middle = units.count > 1 ? center : all
      let factor = coefficient * (count / (count - 1)).squareRoot()
      for i in units {
        sum.influence[grid.cluster[i]] += factor * grid.weights[i] * (difference(i) - middle)
      }
    }
    addInfluence(switchers, own, sign)
    addInfluence(controls, other, -sign * weight / controlWeight)
    for i in switchers { sum.switchingClusters.insert(grid.cluster[i]) }
  }
}
