import CaseloadData
import CaseloadForecasting
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Models of a scenario") struct ScenarioModelTests {
  @Test("selected quantiles are those of the sorted draws")
  func selection() {
    for (count, seed) in [(1, 1), (2, 2), (7, 3), (25, 4), (600, 5), (10_000, 6)] {
      var draws = RandomStream(seed: UInt64(seed))
      var values = (0..<count).map { _ in (draws.normal() * 20).rounded() / 4 }
      let expected = DrawSummary(values)
      let found = DrawSummary(selecting: &values)
      #expect(found.mean.isClose(to: expected.mean, absolute: 1e-12))
      #expect(
        [found.median, found.lower80, found.upper80, found.lower90, found.upper90, found.lower95]
          == [
            expected.median, expected.lower80, expected.upper80, expected.lower90,
            expected.upper90, expected.lower95,
          ])
    }
  }

  @Test("paths keep the law of each period, and their totals spread as the model's own")
  func marginals() async throws {
    let state = try ScenarioSamples.state()
    let model = DampedHolt()
    let filings = try await FilingsModel(
      state, model: model, horizon: 12, from: RandomStream(seed: 1))
    let n = 8000
    let paths = filings.paths(first: 0, count: n, from: RandomStream(seed: 2))
    for s in 0..<2 {
      let fit = try model.fitted(to: state.dockets[s].filed)
      let laws = fit.marginals(12)
      for t in [0, 5, 11] {
        let draws = Array(paths[(s * 12 + t) * n..<(s * 12 + t + 1) * n])
        let spread = laws[t].standardDeviation
        // Four and a half standard errors of a mean and of a deviation of 8,000 draws.
        #expect(
          draws.accurateSum / Double(n) - laws[t].mean < 4.5 * spread / Double(n).squareRoot())
        let deviation = try #require(Descriptive.standardDeviation(draws))
        #expect(deviation.isClose(to: spread, relative: 4.5 / (2 * Double(n)).squareRoot()))
      }
      let own = fit.paths(12, count: n, from: RandomStream(seed: 3))
      let totals = (0..<n).map { own.column($0).accurateSum }
      let sums = (0..<n).map { d in (0..<12).reduce(0.0) { $0 + paths[(s * 12 + $1) * n + d] } }
      let (a, b) = (
        try #require(Descriptive.standardDeviation(totals)),
        try #require(Descriptive.standardDeviation(sums))
      )
      // The correlations over time come from 2,000 paths: 1/√(2·2000) = 1.6 % on the spread.
      #expect(b.isClose(to: a, relative: 0.06))
    }
  }

  @Test("a path is the same in whatever block it is drawn")
  func blocks() async throws {
    let filings = try await FilingsModel(
      ScenarioSamples.state(), model: SeasonalNaive(), horizon: 6, from: RandomStream(seed: 1))
    let all = filings.paths(first: 0, count: 50, from: RandomStream(seed: 2))
    let part = filings.paths(first: 20, count: 7, from: RandomStream(seed: 2))
    for cell in 0..<24 { for d in 0..<7 { #expect(part[cell * 7 + d] == all[cell * 50 + 20 + d]) } }
  }

  @Test("the correlation of common shocks is found, shrunk by what chance alone would give")
  func correlation() {
    var draws = RandomStream(seed: 9)
    var series = [[Double]](repeating: [], count: 4)
    for _ in 0..<400 {
      let shock = draws.normal()
      for s in 0..<4 {
        series[s].append(0.6.squareRoot() * shock + 0.4.squareRoot() * draws.normal())
      }
    }
    let (r, shrinkage) = FilingsModel.correlation(series.map(FilingsModel.scores))
    // Four standard errors (1 − ρ²)/√n.
    #expect(r[1, 0].isClose(to: 0.6, absolute: 4 * 0.64 / 20) && shrinkage < 0.01)
    let noise = (0..<4).map { _ in (0..<60).map { _ in draws.normal() } }
    let (apart, strong) = FilingsModel.correlation(noise.map(FilingsModel.scores))
    #expect(abs(apart[2, 0]) < 0.2 && strong > 0.3)
    let factor = FilingsModel.lowerFactor(Matrix(rows: [[1, 1], [1, 1]]))
    #expect(factor.allSatisfy { $0.isFinite })
  }

  @Test("without a slow part the pace is the mean of each season: least squares, written out")
  func paceAgreesWithItsDefinition() throws {
    var draws = RandomStream(seed: 4)
    let y = (0..<48).map { 2 + 0.3 * Double($0 % 4) + 0.05 * draws.normal() }
    let pass = try #require(PaceModel.filter(y, 0, 4, 0, 0))
    let (point, _) = try #require(pass.point(0, 0))
    var rss = 0.0
    for season in 0..<4 {
      let own = y.enumerated().filter { $0.offset % 4 == season }.map(\.element)
      let mean = try #require(Descriptive.mean(own))
      #expect(point.coefficients[season].isClose(to: mean, relative: 1e-12))
      #expect(
        point.factor[season * 4 + season].isClose(to: (1 / 12.0).squareRoot(), relative: 1e-12))
      rss += own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    #expect(point.variance.isClose(to: rss / 44, relative: 1e-9))
  }

  @Test("the filter is generalized least squares with the covariance of the slow part")
  func filterAgreesWithItsDefinition() throws {
    var draws = RandomStream(seed: 14)
    let (phi, q, n) = (0.9, 0.16, 20)
    let y = (0..<n).map { _ in 1 + draws.normal() }
    var v = Matrix(rowCount: n, columnCount: n)
    for i in 0..<n {
      for j in 0..<n {
        v[i, j] = q / (1 - phi * phi) * pow(phi, Double(abs(i - j))) + (i == j ? 1 : 0)
      }
    }
    let root = try Cholesky(v)
    let ones = [Double](repeating: 1, count: n)
    let (vy, v1) = (root.solve(y), root.solve(ones))
    let beta = vy.reduce(0, +) / v1.reduce(0, +)
    let pass = try #require(PaceModel.filter(y, 0, 1, phi, q))
    let (point, _) = try #require(pass.point(phi, q))
    #expect(point.coefficients[0].isClose(to: beta, relative: 1e-10))
    let squares = zip(y, vy).reduce(0.0) { $0 + $1.0 * $1.1 }
    let rss = squares - beta * vy.reduce(0, +)
    #expect(point.variance.isClose(to: rss / Double(n - 1), relative: 1e-9))
    #expect(pass.logF.isClose(to: root.logDeterminant, relative: 1e-10))
  }

  @Test("a lockdown is set aside, a lasting change of level is not")
  func unusual() throws {
    var draws = RandomStream(seed: 5)
    var y = (0..<120).map { _ in 3 + 0.03 * draws.normal() }
    for t in 60..<63 { y[t] -= 0.4 }
    let model = try #require(PaceModel(y, phase: 0, seasonLength: 12))
    #expect(model.unusual.filter { (60..<63).contains($0) } == [60, 61, 62])
    #expect(model.unusual.count <= 4)
    var moved = (0..<120).map { _ in 3 + 0.03 * draws.normal() }
    for t in 108..<120 { moved[t] += 0.3 }
    let other = try #require(PaceModel(moved, phase: 0, seasonLength: 12))
    var out = [Double](repeating: 0, count: 200)
    for draw in 0..<200 {
      var stream = RandomStream(seed: 6).substream(UInt64(draw))
      other.draw(1, phase: 0, from: &stream, into: &out, at: draw, stride: 200)
    }
    #expect(try #require(Descriptive.median(out)).isClose(to: 3.3, absolute: 0.06))
  }

  @Test("the interval of next year's pace holds 90 % of what comes, with and without a slow part")
  func paceCoverage() throws {
    for (persistence, step) in [(0.0, 0.0), (1.0, 0.02)] {
      var hits = 0
      for seed in 0..<200 {
        var draws = RandomStream(seed: UInt64(3000 + seed))
        var level = 3.0
        let y = (0..<72).map { t -> Double in
          level += step * draws.normal()
          return level + 0.1 * Double(t % 12 == 0 ? 1 : 0) + 0.04 * draws.normal()
        }
        let model = try #require(PaceModel(Array(y.prefix(60)), phase: 0, seasonLength: 12))
        let truth = y.suffix(12).reduce(0, +)
        let sums = (0..<200).map { draw -> Double in
          var out = [Double](repeating: 0, count: 12)
          var stream = RandomStream(seed: 8).substream(UInt64(draw))
          model.draw(12, phase: 0, from: &stream, into: &out, at: 0, stride: 1)
          return out.reduce(0, +)
        }
        let summary = DrawSummary(sums)
        if summary.lower90 <= truth, truth <= summary.upper90 { hits += 1 }
      }
      // Three standard errors of 200 trials at 90 % are 6.4 points; 200 draws blur the ends by 1 more.
      #expect((163...199).contains(hits), "\(persistence): \(hits) of 200")
    }
  }
}
