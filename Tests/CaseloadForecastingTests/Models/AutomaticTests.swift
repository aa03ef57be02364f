import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

@Suite("Automatic combination") struct AutomaticTests {
  @Test("the distribution is the weighted mixture of the members'")
  func agreesWithItsDefinition() throws {
    var plain = Automatic()
    plain.spread = 1
    let fit = try plain.fitted(to: TestSeries.monthly)
    #expect(fit.memberIdentifiers == ["ets", "arima", "dynamic-optimized-theta", "ces", "stl"])
    #expect(fit.weights.reduce(0, +).isClose(to: 1, relative: 1e-12))
    let own = fit.members.map { $0.fit.marginals(12) }
    for (h, marginal) in fit.marginals(12).enumerated() {
      let mean = zip(own, fit.weights).reduce(0) { $0 + $1.1 * $1.0[h].mean }
      #expect(marginal.mean.isClose(to: mean, relative: 1e-12))
      for x in [0.9, 1, 1.1] {
        let share = zip(own, fit.weights).reduce(0) { $0 + $1.1 * $1.0[h].cumulative(x * mean) }
        // A member that is not normal enters with its mean and standard deviation.
        #expect(marginal.cumulative(x * mean).isClose(to: share, absolute: 0.02))
      }
    }
  }

  @Test("the stretch leaves the mean and multiplies the deviation")
  func spread() throws {
    var plain = Automatic()
    plain.spread = 1
    let narrow = try plain.fitted(to: TestSeries.monthly).marginals(12)
    let wide = try Automatic().fitted(to: TestSeries.monthly).marginals(12)
    for (a, b) in zip(narrow, wide) {
      #expect(b.mean.isClose(to: a.mean, relative: 1e-12))
      #expect(b.standardDeviation.isClose(to: 1.1 * a.standardDeviation, relative: 1e-9))
    }
    plain.spread = 0.5
    #expect(throws: Diagnostic.self) { try plain.fitted(to: TestSeries.monthly) }
  }

  @Test("weights are those of the displayed equation, and do not depend on the horizon")
  func weights() throws {
    let series = TestSeries.monthly
    let fit = try Automatic().fitted(to: series)
    let y = series.values
    var changes = 0.0
    for t in 12..<y.count { changes += abs(y[t] - y[t - 12]) }
    let scale = changes / Double(y.count - 12)
    let paths = fit.members.map { $0.fit.marginals(24).map(\.mean) }
    let medians = (0..<24).map { h in paths.map { $0[h] }.sorted()[2] }
    let shares = paths.map { path -> Double in
      var distance = 0.0
      for h in 0..<24 { distance += abs(path[h] - medians[h]) / 24 }
      let ratio = distance / (12 * scale)
      return 1 / (1 + ratio * ratio)
    }
    let sum = shares.reduce(0, +)
    for (weight, share) in zip(fit.weights, shares) {
      #expect(weight.isClose(to: share / sum, relative: 1e-9))
    }
  }

  @Test("a member that explodes loses its weight and is named in a note")
  func wild() throws {
    // Growth that doubles every year: some members carry it on, others do not.
    var values: [Double] = []
    for t in 0..<14 { values.append(pow(2, Double(t)) * (1 + 0.01 * Double(t % 3))) }
    let fit = try Automatic().fitted(to: TimeSeries(start: .year(2000), values: values))
    #expect(fit.weights.allSatisfy { $0 >= 0 && $0 <= 1 })
    var equal = Automatic()
    equal.isGuarded = false
    let plain = try equal.fitted(to: TimeSeries(start: .year(2000), values: values))
    #expect(plain.weights.allSatisfy { $0.isClose(to: 0.2, relative: 1e-12) })
  }

  @Test("with four periods a season the classic theta stands for the dynamic one")
  func quarterly() throws {
    let start = Period(frequency: .quarterly, ordinal: 8000)
    let values = (0..<40).map { t -> Double in
      let season = 10 * Double(t % 4)
      return 100 + Double(t) + season + Double(t * 7 % 5)
    }
    let fit = try Automatic().fitted(to: TimeSeries(start: start, values: values))
    #expect(fit.memberIdentifiers.contains("theta"))
    #expect(!fit.memberIdentifiers.contains("dynamic-optimized-theta"))
  }

  @Test("regressors go to the members that take them")
  func regressors() throws {
    let n = 60
    let column = (0..<n).map { $0 % 7 < 3 ? 1.0 : 0 }
    var stream = RandomStream(seed: 5)
    let values = column.map { 50 + 20 * $0 + stream.normal() }
    let series = TimeSeries(start: .year(1960), values: values)
    let past = Regressors(names: ["x"], columns: [column])
    let fit = try Automatic().fitted(to: series, regressors: past)
    #expect(fit.memberIdentifiers == ["ets", "arima", "stl"])
    let future = Regressors(names: ["x"], columns: [[1, 0, 1]])
    let means = fit.marginals(3, regressors: future).map(\.mean)
    #expect(means[0].isClose(to: 70, absolute: 2) && means[1].isClose(to: 50, absolute: 2))
  }

  @Test("members can be chosen; the combination itself cannot be one")
  func members() throws {
    let model = try ForecastModels.model("auto", options: ["members": "naive, drift"])
    let fit = try #require(
      try (model as? Automatic)?.fitted(to: TimeSeries(start: .year(2000), values: [1, 2, 4, 3])))
    #expect(fit.memberIdentifiers == ["naive", "drift"])
    let selfish = try ForecastModels.model("auto", options: ["members": "auto"])
    #expect(throws: Diagnostic.self) {
      try (selfish as? Automatic)?.fitted(to: TestSeries.monthly)
    }
  }

  @Test("two values are forecast by the naive method, with a warning that says so")
  func short() throws {
    var few = Automatic()
    few.members = "ets"
    let fit = try few.fitted(to: TimeSeries(start: .year(2000), values: [3, 5]))
    #expect(fit.memberIdentifiers == ["naive"])
    #expect(fit.marginals(2).map(\.mean) == [5, 5])
    #expect(fit.diagnostics.contains { $0.severity == .warning })
  }
}
