import CaseloadMath

/// The forward pass of ``KalmanFilter``, on its memory.
///
/// `m` states, `n` periods; `a`, `P`, `P∞`, `v`, `F`, `k`, `k*` as in the filter's equations.
struct FilterPass {
  let system: SystemPointers
  let layout: FilterLayout
  let base: UnsafeMutablePointer<Double>

  /// F∞ below this share of ZZᵀ · max P∞ counts as zero: what rounding leaves of a difference.
  static let diffuseTolerance = 1e-11
  /// P repeats itself when it changes by less than this share of its largest entry.
  static let steadyTolerance = 1e-14

  func forward(_ diffuseHistory: inout [Double]) -> FilterSummary {
    let (m, n) = (layout.m, layout.n)
    let mm = m * m
    let (y, v, f, finf) = (base + layout.y, base + layout.v, base + layout.f, base + layout.finf)
    let (a, aNext) = (base + layout.a, base + layout.aNext)
    let (gain, gainInf, w) = (base + layout.gain, base + layout.gainInf, base + layout.w)
    var (p, pNext) = (base + layout.p, base + layout.pNext)
    var (pInf, pInfNext) = (base + layout.pInf, base + layout.pInfNext)
    var summary = FilterSummary()

    var rank = 0
    for i in 0..<m { a[i] = system.initialMean[i] }
    for i in 0..<mm {
      p[i] = system.initialVariance[i]
      pInf[i] = 0
    }
    for i in 0..<m where system.isDiffuse[i] {
      pInf[i * m + i] = 1
      rank += 1
    }
    var diffuseScale = 1.0
    var isSteady = false
    var previousF = Double.nan

    for t in 0..<n {
      if layout.keepsStates {
        let (states, variances) = (
          base + layout.states + t * m, base + layout.variances + t * mm
        )
        for i in 0..<m { states[i] = a[i] }
        for i in 0..<mm { variances[i] = p[i] }
        if rank > 0 {
          diffuseHistory.append(contentsOf: UnsafeBufferPointer(start: pInf, count: mm))
        }
      }
      let k = base + layout.k + t * m
      let kStar = base + layout.kStar + t * m
      finf[t] = 0
      let value = y[t]
      if value.isNaN {
        v[t] = .nan
        f[t] = .nan
        for i in 0..<m { k[i] = 0 }
        isSteady = false
        previousF = .nan
        for i in 0..<m { gain[i] = a[i] }
      } else {
        summary.observationCount += 1
        let error = value - system.observed(a, t)
        v[t] = error
        if isSteady {
          f[t] = previousF
          let last = k - m
          for i in 0..<m { k[i] = last[i] }
        } else {
          system.observe(p, t, into: gain)
          f[t] = system.observed(gain, t) + system.observationVariance
        }
        let variance = f[t]
        var diffuse = 0.0
        if rank > 0 {
          system.observe(pInf, t, into: gainInf)
          diffuse = system.observed(gainInf, t)
          for i in 0..<m { diffuseScale = max(diffuseScale, pInf[i * m + i]) }
          if diffuse <= Self.diffuseTolerance * squaredRow(t) * diffuseScale { diffuse = 0 }
        }
        if diffuse > 0 {
          finf[t] = diffuse
          for i in 0..<m {
            k[i] = gainInf[i] / diffuse
            kStar[i] = (gain[i] - k[i] * variance) / diffuse
          }
          for i in 0..<m {
            let (ki, gi, row, rowInf) = (k[i], gain[i], p + i * m, pInf + i * m)
            for j in 0..<m {
              row[j] += ki * k[j] * variance - (ki * gain[j] + gi * k[j])
              rowInf[j] -= ki * gainInf[j]
            }
          }
          summary.logDeterminant += log(diffuse)
          summary.diffuseCount += 1
          rank -= 1
          if rank == 0 { for i in 0..<mm { pInf[i] = 0 } }
        } else {
          guard variance > 0, variance.isFinite else {
            summary.isDegenerate = true
            return summary
          }
          if !isSteady {
            for i in 0..<m { k[i] = gain[i] / variance }
            for i in 0..<m {
              let (ki, row) = (k[i], p + i * m)
              for j in 0..<m { row[j] -= ki * gain[j] }
            }
          }
          summary.logDeterminant += log(variance)
          summary.squares += error * error / variance
        }
        for i in 0..<m { gain[i] = a[i] + k[i] * error }
      }
      system.transition.multiply(gain, into: aNext)
      for i in 0..<m { a[i] = aNext[i] }
      if isSteady { continue }
      system.transition.congruence(p, into: pNext, scratch: w)
      for e in 0..<system.disturbancePlaces.count {
        pNext[system.disturbancePlaces[e]] += system.disturbanceValues[e]
      }
      if rank > 0 {
        system.transition.congruence(pInf, into: pInfNext, scratch: w)
        swap(&pInf, &pInfNext)
      }
      if rank == 0, system.regressorCount == 0, !value.isNaN {
        if abs(f[t] - previousF) <= Self.steadyTolerance * f[t] {
          isSteady = repeats(pNext, after: p, k: k, f: f[t])
        }
        previousF = f[t]
      }
      swap(&p, &pNext)
    }
    summary.undeterminedCount = rank
    // The result lies where the layout says, whatever the number of exchanges.
    if p != base + layout.p { for i in 0..<mm { (base + layout.p)[i] = p[i] } }
    return summary
  }

  /// Zₜ Zₜᵀ.
  private func squaredRow(_ t: Int) -> Double {
    var sum = 0.0
    for weight in system.observedWeights { sum += weight * weight }
    for r in 0..<system.regressorCount {
      let x = system.regressors[t * system.regressorCount + r]
      sum += x * x
    }
    return sum
  }

  /// Whether the next prediction variance equals the last one.
  ///
  /// `p` holds the filtered variance P − k F kᵀ by now, so the last prediction is p + k F kᵀ.
  private func repeats(
    _ next: UnsafePointer<Double>, after p: UnsafePointer<Double>, k: UnsafePointer<Double>,
    f: Double
  ) -> Bool {
    let m = layout.m
    var (change, largest) = (0.0, 0.0)
    for i in 0..<m {
      for j in 0..<m {
        let last = p[i * m + j] + k[i] * k[j] * f
        change = max(change, abs(next[i * m + j] - last))
        largest = max(largest, abs(next[i * m + j]))
      }
    }
    return change <= 10 * Self.steadyTolerance * largest
  }
}
