import CaseloadMath

/// The choice of harmonics, transformation, trend and errors by an information criterion, in the
/// order of R's `tbats`.
///
/// 1. The number of harmonics of each season, with everything else in the model: downwards from the
///    most for up to 6, up and down from 6 for more.
/// 2. Every combination of transformation, trend and damping, with and without the seasons.
/// 3. For the best three, the orders of the errors one step at a time (R takes those that
///    `auto.arima` finds for the residuals).
struct TBATSSelection {
  /// What may be in the model: one or both of the possibilities.
  struct Choices {
    var boxCox: [Bool]
    var trend: [Bool]
    var damping: [Bool]
    var hasErrors: Bool
    var criterion: TBATS.Criterion
  }

  private let search: TBATSSearch
  private let choices: Choices
  private let periods: [Double]

  init(_ search: TBATSSearch, periods: [Double], _ choices: Choices) {
    self.search = search
    self.periods = periods
    self.choices = choices
  }

  /// The best model; `nil` for fewer values than the least has parameters.
  func best() -> TBATSSearch.Result? {
    let combinations = combinations()
    var fits = combinations.compactMap { search.fit($0) }
    if !periods.isEmpty {
      let (harmonics, richest) = harmonics()
      if let harmonics {
        for combination in combinations {
          var shape = combination
          (shape.periods, shape.harmonics) = (periods, harmonics)
          if let fit = richest?.shape == shape ? richest : search.fit(shape, near: richest) {
            fits.append(fit)
          }
        }
      }
    }
    fits.sort { (value($0), $0.estimateCount) < (value($1), $1.estimateCount) }
    guard choices.hasErrors else { return fits.first }
    let refined = fits.prefix(3).map { withErrors($0) }
    return refined.min { (value($0), $0.estimateCount) < (value($1), $1.estimateCount) }
  }

  private func value(_ result: TBATSSearch.Result?) -> Double {
    result?.value(of: choices.criterion) ?? .infinity
  }

  private func combinations() -> [TBATSShape] {
    choices.boxCox.flatMap { boxCox in
      choices.trend.flatMap { trend in
        (trend ? choices.damping : [false]).map { damping in
          var shape = TBATSShape()
          (shape.hasBoxCox, shape.hasTrend, shape.isDamped) = (boxCox, trend, damping)
          return shape
        }
      }
    }
  }

  /// kᵢ of every season, and the fit with them; `nil` where the series is too short for one each.
  private func harmonics() -> ([Int]?, TBATSSearch.Result?) {
    var shape = TBATSShape()
    shape.hasBoxCox = choices.boxCox.contains(true)
    shape.hasTrend = choices.trend.contains(true)
    shape.isDamped = shape.hasTrend && choices.damping.contains(true)
    shape.periods = periods
    shape.harmonics = periods.map { _ in 1 }
    guard search.admits(shape) else { return (nil, nil) }
    var best = search.fit(shape)
    for i in periods.indices {
      let most = mostHarmonics(i)
      guard most > 1 else { continue }
      func fit(_ count: Int) -> TBATSSearch.Result? {
        var other = shape
        other.harmonics[i] = count
        return search.fit(other, near: best)
      }
      let middle = min(most, 6)
      var chosen = fit(middle)
      var count = middle
      func isBetter(_ a: TBATSSearch.Result?) -> Bool {
        value(a) <= value(chosen)
      }
      if middle < most, let up = fit(middle + 1), isBetter(up) {
        (chosen, count) = (up, middle + 1)
        while count < most, let up = fit(count + 1), isBetter(up) {
          (chosen, count) = (up, count + 1)
        }
      } else {
        while count > 1 {
          let down = fit(count - 1)
          guard chosen == nil || (down != nil && isBetter(down)) else { break }
          (chosen, count) = (down, count - 1)
        }
      }
      shape.harmonics[i] = count
      best = chosen ?? best
    }
    return (shape.harmonics, best)
  }

  /// Up to half the period, as in the paper (R stops below), and none that an earlier season has.
  private func mostHarmonics(_ i: Int) -> Int {
    let period = periods[i]
    var most = max(1, Int((period / 2).rounded(.down)))
    for k in stride(from: 2, through: most, by: 1) {
      let rest = period.truncatingRemainder(dividingBy: Double(k))
      guard rest == 0, i > 0 else { continue }
      let part = period / Double(k)
      if periods[..<i].contains(where: { $0.truncatingRemainder(dividingBy: part) == 0 }) {
        most = k - 1
        break
      }
    }
    return most
  }

  /// The orders of the errors, one more or less at a time while AIC falls.
  private func withErrors(_ start: TBATSSearch.Result) -> TBATSSearch.Result {
    var best = start
    var tried: Set<[Int]> = [[0, 0]]
    var candidates = [[1, 0], [0, 1], [1, 1], [2, 2]]
    while true {
      var improved = false
      for orders in candidates where !tried.contains(orders) {
        tried.insert(orders)
        var shape = best.shape
        (shape.autoregressive, shape.movingAverage) = (orders[0], orders[1])
        if let fit = search.fit(shape, near: best), value(fit) < value(best) {
          best = fit
          improved = true
        }
      }
      let (p, q) = (best.shape.autoregressive, best.shape.movingAverage)
      candidates = [
        [p + 1, q], [p, q + 1], [p - 1, q], [p, q - 1], [p + 1, q + 1], [p - 1, q - 1],
      ]
      .filter { $0[0] >= 0 && $0[1] >= 0 && $0[0] <= 5 && $0[1] <= 5 }
      if !improved { return best }
    }
  }
}
