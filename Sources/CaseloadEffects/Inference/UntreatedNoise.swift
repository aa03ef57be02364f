import CaseloadMath

/// How far untreated outcomes stray from the level of their unit and the path of all.
///
/// ```
/// yᵢₜ = αᵢ + λₜ + eᵢₜ,   eᵢₜ ~ AR(1)      over cells without treatment
/// ```
struct UntreatedNoise {
  /// Of e.
  let standardDeviation: Double
  /// ρ̂ with (1 + ρ)/T added for the unit means that were estimated; in [−0.95, 0.95].
  let autocorrelation: Double

  init?(_ grid: StudyGrid) {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    var e = grid.outcome
    for i in e.indices where grid.isTreated(i / periods, i % periods) { e[i] = .nan }
    // Alternating projections; one round where the cells are a rectangle.
    for _ in 0..<50 {
      var largest = 0.0
      for unit in 0..<n {
        largest = max(largest, Self.center(&e, unit * periods, stride: 1, count: periods))
      }
      if n > 1 {
        for t in 0..<periods {
          largest = max(largest, Self.center(&e, t, stride: periods, count: n))
        }
      }
      if largest < 1e-10 { break }
    }
    var (squares, cells, product, lagged, pairs) = (0.0, 0, 0.0, 0.0, 0)
    var units = 0
    for unit in 0..<n {
      var own = 0
      for t in 0..<periods {
        let value = e[unit * periods + t]
        guard !value.isNaN else { continue }
        squares += value * value
        own += 1
        if t > 0, !e[unit * periods + t - 1].isNaN {
          product += value * e[unit * periods + t - 1]
          lagged += e[unit * periods + t - 1] * e[unit * periods + t - 1]
          pairs += 1
        }
      }
      cells += own
      if own > 0 { units += 1 }
    }
    let free = cells - units - (n > 1 ? periods - 1 : 0)
    guard free > 0, squares > 0 else { return nil }
    standardDeviation = (squares / Double(free)).squareRoot()
    guard pairs > 2, lagged > 0, units > 0 else {
      autocorrelation = 0
      return
    }
    let raw = product / lagged
    let length = Double(cells) / Double(units)
    autocorrelation = max(-0.95, min(0.95, raw + (1 + raw) / length))
  }

  /// Takes the mean off the observed cells of a row or column; returns its size.
  private static func center(
    _ e: inout [Double], _ start: Int, stride: Int, count: Int
  ) -> Double {
    var (sum, observed) = (0.0, 0)
    for k in 0..<count where !e[start + k * stride].isNaN {
      sum += e[start + k * stride]
      observed += 1
    }
    guard observed > 0 else { return 0 }
    let mean = sum / Double(observed)
    for k in 0..<count where !e[start + k * stride].isNaN { e[start + k * stride] -= mean }
    return abs(mean)
  }
}
