extension STL {
  /// The loops of the procedure over buffers that are allocated once.
  ///
  /// Symbols as in the paper: n values, m a season; y the data, C the smoothed cycle-subseries,
  /// L its low-pass part, S the season, T the trend, ρ the robustness weights.
  struct Work {
    private let n: Int
    private let m: Int
    private(set) var seasonal: [Double]
    private(set) var trend: [Double]
    private(set) var robustness: [Double]
    private var loess: Loess
    private var detrended: [Double]
    /// C, from one season before the data to one after: n + 2m.
    private var cycles: [Double]
    private var average: [Double]
    private var lowPass: [Double]
    private var subseries: [Double]
    private var subweights: [Double]
    private var smoothed: [Double]

    init(count n: Int, period m: Int) {
      self.n = n
      self.m = m
      func zeros(_ count: Int) -> [Double] { [Double](repeating: 0, count: count) }
      (seasonal, trend) = (zeros(n), zeros(n))
      robustness = [Double](repeating: 1, count: n)
      loess = Loess(longest: n)
      detrended = zeros(n)
      (cycles, average, lowPass) = (zeros(n + 2 * m), zeros(n + 2 * m), zeros(n + 2 * m))
      let years = (n + m - 1) / m
      (subseries, subweights, smoothed) = (zeros(years), zeros(years), zeros(years))
    }

    mutating func run(_ y: [Double], _ plan: Plan, inner: Int, outer: Int) {
      for pass in 0...outer {
        for _ in 0..<inner { step(y, plan, isWeighted: pass > 0) }
        if pass < outer { reweigh(y) }
      }
    }

    private mutating func step(_ y: [Double], _ plan: Plan, isWeighted: Bool) {
      for t in 0..<n { detrended[t] = y[t] - trend[t] }
      smoothCycles(plan.season, isWeighted: isWeighted)
      // Averages of m, m and 3 bring n + 2m values back to n.
      Self.movingAverage(cycles, n + 2 * m, m, into: &average)
      Self.movingAverage(average, n + m + 1, m, into: &lowPass)
      Self.movingAverage(lowPass, n + 2, 3, into: &average)
      Self.smooth(&loess, average, n, plan.lowPass, weights: nil, into: &lowPass)
      for t in 0..<n {
        seasonal[t] = cycles[m + t] - lowPass[t]
        detrended[t] = y[t] - seasonal[t]
      }
      Self.smooth(
        &loess, detrended, n, plan.trend, weights: isWeighted ? robustness : nil, into: &trend)
    }

    private static func smooth(
      _ loess: inout Loess, _ y: [Double], _ count: Int, _ smoother: Smoother, weights: [Double]?,
      into result: inout [Double]
    ) {
      y.withUnsafeBufferPointer { y in
        result.withUnsafeMutableBufferPointer { result in
          let y = UnsafeBufferPointer(rebasing: y[0..<count])
          if let weights {
            weights.withUnsafeBufferPointer {
              loess.smooth(
                y, window: smoother.window, degree: smoother.degree, jump: smoother.jump,
                robustness: $0, into: result)
            }
          } else {
            loess.smooth(
              y, window: smoother.window, degree: smoother.degree, jump: smoother.jump,
              robustness: nil, into: result)
          }
        }
      }
    }

    /// C: the values of each season by themselves, smoothed, with one more at either end.
    private mutating func smoothCycles(_ smoother: Smoother, isWeighted: Bool) {
      for phase in 0..<m {
        let k = (n - phase + m - 1) / m
        for i in 0..<k {
          subseries[i] = detrended[phase + i * m]
          if isWeighted { subweights[i] = robustness[phase + i * m] }
        }
        let ends = Self.smoothCycle(
          &loess, subseries, k, smoother, weights: isWeighted ? subweights : nil, into: &smoothed)
        cycles[phase] = ends.before
        cycles[phase + (k + 1) * m] = ends.after
        for i in 0..<k { cycles[phase + (i + 1) * m] = smoothed[i] }
      }
    }

    private static func smoothCycle(
      _ loess: inout Loess, _ y: [Double], _ k: Int, _ smoother: Smoother, weights: [Double]?,
      into smoothed: inout [Double]
    ) -> (before: Double, after: Double) {
      let (window, degree) = (smoother.window, smoother.degree)
      smooth(&loess, y, k, smoother, weights: weights, into: &smoothed)
      return y.withUnsafeBufferPointer { y in
        let y = UnsafeBufferPointer(rebasing: y[0..<k])
        func outside(_ x: Int, _ place: ClosedRange<Int>) -> Double? {
          if let weights {
            return weights.withUnsafeBufferPointer {
              loess.value(at: x, y, place, window: window, degree: degree, robustness: $0)
            }
          }
          return loess.value(at: x, y, place, window: window, degree: degree, robustness: nil)
        }
        return (
          outside(-1, 0...(min(window, k) - 1)) ?? smoothed[0],
          outside(k, max(0, k - window)...(k - 1)) ?? smoothed[k - 1]
        )
      }
    }

    /// The averages of every `length` neighbors, by a running sum.
    private static func movingAverage(
      _ x: [Double], _ count: Int, _ length: Int, into result: inout [Double]
    ) {
      var sum = 0.0
      for i in 0..<length { sum += x[i] }
      result[0] = sum / Double(length)
      for i in length..<count {
        sum += x[i] - x[i - length]
        result[i - length + 1] = sum / Double(length)
      }
    }

    /// ρ from the remainders of the last step.
    private mutating func reweigh(_ y: [Double]) {
      for t in 0..<n {
        detrended[t] = abs(y[t] - (trend[t] + seasonal[t]))
        robustness[t] = detrended[t]
      }
      let middle = MiddleValues(count: n)
      // Six times the median.
      let limit = 3 * robustness.withUnsafeMutableBufferPointer { middle.sum(reordering: $0) }
      for t in 0..<n {
        let r = detrended[t]
        let share = r / limit
        let rest = 1 - share * share
        robustness[t] = r <= 0.001 * limit ? 1 : (r <= 0.999 * limit ? rest * rest : 0)
      }
    }
  }
}
