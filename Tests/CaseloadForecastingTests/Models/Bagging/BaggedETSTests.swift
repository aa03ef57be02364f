import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Bagged ETS") struct BaggedETSTests {
  @Test("the mean is the mean of the copies' forecasts, the spread theirs and between them")
  func agreesWithItsDefinition() throws {
    var model = BaggedETS()
    (model.model, model.replicates) = ("drift", 12)
    let fit = try model.fitted(to: TestSeries.monthly)
    #expect(fit.members.count == 12)
    #expect(fit.members[0].history == TestSeries.monthly.values)
    let all = try fit.members.map { member in
      try Drift().fitted(to: TestSeries.monthly.replacing(member.history)).marginals(6)
    }
    for (h, marginal) in fit.marginals(6).enumerated() {
      let means = all.map { $0[h].mean }
      let mean = means.reduce(0, +) / 12
      #expect(marginal.mean.isClose(to: mean, relative: 1e-12))
      let within = all.reduce(0) { $0 + $1[h].standardDeviation * $1[h].standardDeviation } / 12
      let between = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 12
      #expect(
        marginal.standardDeviation.isClose(to: (within + between).squareRoot(), relative: 1e-12))
    }
  }

  @Test("copies keep trend and season, and their blocks are runs of the remainder")
  func bootstrap() throws {
    let y = TestSeries.monthly.values
    let bootstrap = BootstrapSeries(y, period: 12)
    #expect(bootstrap.blockLength == 24)
    let transform = bootstrap.boxCox
    let z = y.map { transform?($0) ?? $0 }
    let stl = try STL(z, period: 12)
    var stream = RandomStream(seed: 4)
    let copy = bootstrap.replicate(&stream)
    let remainder = y.indices.map { t in
      (transform?(copy[t]) ?? copy[t]) - stl.trend[t] - stl.seasonal[t]
    }
    // Each value is one of the remainder's, and its neighbor is the remainder's next, but at joints.
    let places = remainder.map { value in
      stl.remainder.indices.min { abs(stl.remainder[$0] - value) < abs(stl.remainder[$1] - value) }
        ?? -1
    }
    for (t, place) in places.enumerated() {
      #expect(stl.remainder[place].isClose(to: remainder[t], absolute: 1e-8))
    }
    let joints = zip(places, places.dropFirst()).count { $1 != $0 + 1 }
    #expect(joints <= 60 / 24 + 1)
    let yearly = BootstrapSeries(y, period: 1)
    #expect(yearly.blockLength == 8)
  }

  @Test("another seed gives other copies, the same one the same")
  func seeds() throws {
    var model = BaggedETS()
    (model.model, model.replicates) = ("drift", 4)
    let a = try model.fitted(to: TestSeries.monthly)
    #expect(try model.fitted(to: TestSeries.monthly).marginals(3) == a.marginals(3))
    model.seed = 7
    #expect(try model.fitted(to: TestSeries.monthly).marginals(3) != a.marginals(3))
  }

  @Test("a pool of distributions has the mean of the means, whatever they are")
  func pool() {
    let normal = PredictiveDistribution.normal(mean: 1, standardDeviation: 2)
    let values = PredictiveDistribution.empirical(sorted: (0..<50).map { Double($0) })
    let pool = PredictiveDistribution.pool([normal, values, normal])
    #expect(pool.mean.isClose(to: (1 + 24.5 + 1) / 3, relative: 0.01))
    let mixture = PredictiveDistribution.pool([normal, .normal(mean: 3, standardDeviation: 1)])
    #expect(mixture.mean == 2)
  }

  @Test("a series without a remainder is its only copy")
  func constant() throws {
    let series = TimeSeries(start: .month(2020, 1), values: [Double](repeating: 24, count: 30))
    #expect(try BaggedETS().fitted(to: series).members.count == 1)
  }
}
