import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Interrupted series of counts") struct SegmentedCountsTests {
  private let event = 30

  /// Poisson counts about a rate with a first-order autoregression of deviation `sd` in its
  /// logarithm.
  private func counts(
    _ n: Int = 60, mean: Double = 80, step: Double = -0.3, sd: Double = 0, rho: Double = 0,
    seed: UInt64 = 101, replicate: UInt64 = 0
  ) -> TimeSeries {
    var draws = RandomStream(seed: seed).substream(replicate)
    var z = draws.normal()
    let half = n / 2
    let values = (0..<n).map { t -> Double in
      let mu = mean * exp(0.3 * Double(t) / Double(n) + (t >= half ? step : 0))
      defer { z = rho * z + (1 - rho * rho).squareRoot() * draws.normal() }
      return CaseloadMath.Poisson(mean: mu * exp(sd * z - 0.5 * sd * sd)).quantile(draws.uniform())
    }
    return TimeSeries(
      name: Text(en: "filings", zh: "收案"), start: .month(2013, 1), values: values)
  }

  private func design(
    _ family: InterruptedTimeSeries.Family = .quasiPoisson,
    _ errors: InterruptedTimeSeries.Errors = .reml
  ) -> InterruptedTimeSeries {
    var its = InterruptedTimeSeries(season: false)
    its.family = family
    its.errors = errors
    return its
  }

  @Test(
    "expected counts give the rate ratio exactly",
    arguments: [
      InterruptedTimeSeries.Family.poisson, .quasiPoisson,
    ])
  func exactRates(_ family: InterruptedTimeSeries.Family) throws {
    func line(_ t: Int) -> Double { 4 + 0.01 * Double(t) }
    func change(_ t: Int) -> Double { t >= 30 ? -0.25 + 0.004 * Double(t - 30) : 0 }
    let means = (0..<60).map { (t: Int) -> Double in exp(line(t) + change(t)) }
    let series = TimeSeries(start: .month(2013, 1), values: means)
    let result = try design(family, .ols).estimate(
      TestStudies.study(series, at: event), level: 0.95)
    #expect(result.scale == .log)
    #expect(try #require(result.levelChange).value.isClose(to: expm1(-0.25), relative: 1e-8))
    #expect(try #require(result.slopeChange).value.isClose(to: expm1(0.004), relative: 1e-6))
    #expect(
      try #require(result.path[40].counterfactual).isClose(to: exp(4.4), relative: 1e-8))
    var avoided = 0.0
    for t in 30..<60 { avoided += means[t] - exp(line(t)) }
    #expect(try #require(result.cumulative).value.isClose(to: avoided, relative: 1e-7))
  }

  @Test("an exposure turns counts into rates: twice the exposure, half the rate")
  func exposure() throws {
    let series = counts()
    var study = try TestStudies.study(series, at: event)
    let people = (0..<60).map { $0 >= 30 ? 2000.0 : 1000.0 }
    study.exposure = Study.Variable(
      name: Text(en: "residents", zh: "居民"), series: [series.replacing(people)])
    let plain = try design().estimate(TestStudies.study(series, at: event), level: 0.95)
    let rate = try design().estimate(study, level: 0.95)
    let a = log(1 + (try #require(plain.levelChange).value))
    let b = log(1 + (try #require(rate.levelChange).value))
    #expect(b.isClose(to: a - log(2), absolute: 1e-9))
    #expect(plain.diagnostics.contains { $0.code == .assumption })
    #expect(!rate.diagnostics.contains { $0.code == .assumption })
    #expect(rate.estimand.en.contains("over residents"))
  }

  @Test("a missing exposure leaves its period out, one of zero is refused where it lies")
  func badExposure() throws {
    let series = counts()
    var study = try TestStudies.study(series, at: event)
    var people = [Double](repeating: 1000, count: 60)
    people[7] = .nan
    study.exposure = Study.Variable(name: Text("residents"), series: [series.replacing(people)])
    let result = try design().estimate(study, level: 0.95)
    #expect(result.path.count == 59)
    #expect(result.diagnostics.contains { $0.code == .missingValues })
    people[7] = 0
    study.exposure = Study.Variable(name: Text("residents"), series: [series.replacing(people)])
    let error = #expect(throws: Diagnostic.self) { try design().estimate(study, level: 0.95) }
    #expect(error?.code == .valueOutOfRange)
    #expect(error?.location?.period == "2013-08")
  }

  @Test("zero counts are welcome, negative ones refused")
  func zeros() throws {
    let few = counts(mean: 1.5)
    #expect(few.values.contains(0))
    let result = try design().estimate(TestStudies.study(few, at: event), level: 0.95)
    #expect(result.average.standardError?.isFinite == true)
    var values = few.values
    values[3] = -1
    let error = #expect(throws: Diagnostic.self) {
      try design().estimate(TestStudies.study(few.replacing(values), at: event), level: 0.95)
    }
    #expect(error?.code == .negativeCount)
    #expect(error?.location?.period == "2013-04")
  }

  @Test("no case at all after the start has no finite rate ratio, and says so")
  func noneAfter() throws {
    let values = (0..<60).map { $0 < 30 ? Double(3 + $0 % 4) : 0 }
    let series = TimeSeries(start: .month(2013, 1), values: values)
    let error = #expect(throws: Diagnostic.self) {
      try design().estimate(TestStudies.study(series, at: event), level: 0.95)
    }
    #expect(error?.code == .separation)
  }

  @Test(
    "errors that counts do not have are refused",
    arguments: [
      InterruptedTimeSeries.Errors.praisWinsten, .arima,
    ])
  func illegalErrors(_ errors: InterruptedTimeSeries.Errors) throws {
    let study = try TestStudies.study(counts(), at: event)
    let error = #expect(throws: Diagnostic.self) {
      try design(.poisson, errors).estimate(study, level: 0.95)
    }
    #expect(error?.code == .illegalOption)
  }

  @Test("a comparison series takes out what moves both")
  func comparison() throws {
    let treated = counts(mean: 90, step: -0.5)
    let other = counts(mean: 300, step: -0.2, seed: 102)
    let panel = Panel(
      keyNames: ["court"],
      entries: [
        Panel.Entry(key: ["a"], series: treated), Panel.Entry(key: ["b"], series: other),
      ])
    var its = design(.quasiPoisson)
    its.effect = .level
    let result = try its.estimate(
      Study(panel, treatmentStart: ["a": .month(2015, 7)]), level: 0.95)
    let error = try #require(result.average.standardError)
    #expect(result.average.value.isClose(to: expm1(-0.3), absolute: 3 * error))
    let own = try #require(result.quantities.first { $0.id == "comparison-level-change" }).estimate
    #expect(own.value.isClose(to: expm1(-0.2), absolute: 3 * (own.standardError ?? 0)))
    #expect(result.cumulative != nil)
  }

  @Test("autocorrelated rates: the intervals cover, where independent ones do not")
  func coverage() throws {
    var (covered, naive) = (0, 0)
    let truth = -0.3
    for replicate in 0..<100 {
      let study = try TestStudies.study(
        counts(48, mean: 100, sd: 0.15, rho: 0.6, seed: 103, replicate: UInt64(replicate)), at: 24)
      func holds(_ errors: InterruptedTimeSeries.Errors) throws -> Bool {
        let data = try SegmentedData(study, design(.quasiPoisson, errors))
        let contrast = try #require(data.design.unit("level"))
        let estimate = try data.fitted().estimate(of: contrast, level: 0.95)
        return try #require(estimate.lower) <= truth && truth <= #require(estimate.upper)
      }
      if try holds(.reml) { covered += 1 }
      if try holds(.ols) { naive += 1 }
    }
    #expect(covered >= 88, "\(covered) of 100")  // 0.95 less three binomial deviations
    #expect(naive < 88, "\(naive) of 100")
  }
}
