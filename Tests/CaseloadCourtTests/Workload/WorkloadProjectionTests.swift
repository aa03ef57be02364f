import CaseloadData
import CaseloadForecasting
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Workload projection") struct WorkloadProjectionTests {
  private let stream = RandomStream(seed: 81)

  /// Six years of months: about 100 filings a month, 5 judges who each resolve about 235 a year.
  private static func court(judges: Double = 5, incoming: Double = 100, opening: Double = 300)
    -> CourtWorkload.Series
  {
    var draws = RandomStream(seed: 82)
    let filed = (0..<72).map { _ in (incoming + 6 * draws.normal()).rounded() }
    let closed = (0..<72).map { _ in (5 * 235 / 12.0 + 8 * draws.normal()).rounded() }
    var open = opening
    let pending = zip(filed, closed).map { a, b in
      open = max(0, open + a - b)
      return open
    }
    func series(_ measure: Measure, _ values: [Double]) -> TimeSeries {
      TimeSeries(measure: measure, start: .month(2018, 1), values: values)
    }
    return CourtWorkload.Series(
      incoming: series(.flow, filed), resolved: series(.flow, closed),
      pending: series(.stock, pending), judges: series(.stock, filed.map { _ in judges }))
  }

  private func project(
    _ series: CourtWorkload.Series, model: any ForecastModel = DampedHolt(), seed: UInt64 = 81
  ) throws -> WorkloadProjection {
    try WorkloadProjection(
      CourtWorkload(key: [], series), series, model: model, from: RandomStream(seed: seed))
  }

  @Test("pending′ = pending + incoming − resolved, in the mean")
  func balance() throws {
    let series = Self.court()
    let projection = try project(series)
    let opening = try #require(series.pending?.values.last)
    let resolved = try #require(projection.resolved)
    let pending = try #require(projection.pending)
    // An identity draw by draw, so that it holds in the means to rounding.
    let mean = opening + projection.incoming.mean - resolved.mean
    #expect(pending.mean.isClose(to: mean, relative: 1e-12))
    #expect(pending.lower95 >= 0)
  }

  @Test("the judges needed are the intake over what a judge resolves")
  func need() throws {
    let series = Self.court()
    let projection = try project(series)
    let need = try #require(projection.judgesNeeded)
    // E[I/P] = E[I]·E[1/P] for independent draws, and E[1/P] = (1 + s²)/E[P] to second order;
    // s is below 4 % here, and 4000 draws of a spread below 6 % leave 0.1 %.
    let ratio = projection.incoming.mean / (try #require(projection.productivity)).mean
    #expect(need.mean.isClose(to: ratio, relative: 0.005))
    #expect(projection.judgesInPost == 5)
  }

  @Test("productivity is last year's cases a judge, spread by the changes of its logarithm")
  func productivity() throws {
    let series = Self.court()
    let workload = try CourtWorkload(key: [], series)
    let rates = workload.years.compactMap(\.casesPerJudge)
    let projection = try project(series)
    let changes = zip(rates.dropFirst(), rates).map { log($0 / $1) }
    let spread = try #require(Descriptive.standardDeviation(changes))
    let latest = try #require(rates.last)
    let error = latest * spread * 1.2533 / 4000.0.squareRoot()  // of a median
    let productivity = try #require(projection.productivity)
    #expect(productivity.median.isClose(to: latest, absolute: 4.5 * error))
    let wide = log(productivity.upper95 / productivity.lower95)
    #expect(wide.isClose(to: 2 * 1.96 * spread, relative: 0.1))
  }

  @Test("the intake is the total of the forecast's paths")
  func intake() throws {
    let series = Self.court()
    let projection = try project(series, model: Naive())
    let last = try #require(series.incoming.values.last)
    let fit = try Naive().fitted(to: series.incoming)
    let variance = fit.marginals(1)[0].standardDeviation
    // Σ h² over h = 1…12 is 650.
    let sigma = 650.0.squareRoot() * variance
    #expect(
      projection.incoming.mean.isClose(to: 12 * last, absolute: 4.5 * sigma / 4000.0.squareRoot()))
    let width = projection.incoming.upper95 - projection.incoming.lower95
    #expect(width.isClose(to: 2 * 1.96 * sigma, relative: 0.08))
    #expect(projection.model == "naive")
    #expect(projection.period == "2024-01/2024-12")
  }

  @Test("one seed gives one projection, another seed another near it")
  func determinism() throws {
    let series = Self.court()
    let (a, b, c) = (try project(series), try project(series), try project(series, seed: 83))
    #expect(a.incoming.mean == b.incoming.mean && a.pending?.upper95 == b.pending?.upper95)
    #expect(a.shortageProbability == b.shortageProbability)
    #expect(a.incoming.mean != c.incoming.mean)
    #expect(a.incoming.mean.isClose(to: c.incoming.mean, relative: 0.01))
  }

  @Test("intervals are nested around the median")
  func nested() throws {
    let projection = try project(Self.court())
    let ranges = [
      projection.incoming, projection.productivity, projection.resolved, projection.pending,
      projection.judgesNeeded,
    ].compactMap { $0 }
    #expect(ranges.count == 5)
    for range in ranges {
      let points = [range.lower95, range.lower80, range.median, range.upper80, range.upper95]
      #expect(points == points.sorted())
    }
  }

  @Test("the probability of a shortage falls with the judges in post")
  func shortage() throws {
    let few = Self.court(judges: 5)
    var more = few
    // The same output from twice the judges: each resolves half, so that twice as many are needed.
    more.judges = few.judges.map { $0.replacing($0.values.map { 2 * $0 }) }
    let (a, b) = (try project(few), try project(more))
    let (needA, needB) = (try #require(a.judgesNeeded), try #require(b.judgesNeeded))
    #expect(needB.mean.isClose(to: 2 * needA.mean, relative: 1e-12))
    #expect(a.shortageProbability == b.shortageProbability)
    // Judges who join after the last complete year meet the same need.
    var joined = few
    joined.incoming = few.incoming.replacing(few.incoming.values.map { 0.5 * $0 })
    let relieved = try project(joined)
    let (before, after) = (
      try #require(a.shortageProbability), try #require(relieved.shortageProbability)
    )
    #expect(before > after)
    #expect((0...1).contains(before) && after == 0)
  }

  @Test("no more is resolved than there is")
  func capacity() throws {
    // Few cases and none pending: everything is resolved, and nothing is left.
    let series = Self.court(incoming: 20, opening: 0)
    let projection = try project(series)
    let (resolved, pending) = (try #require(projection.resolved), try #require(projection.pending))
    #expect(resolved.mean.isClose(to: projection.incoming.mean, relative: 1e-12))
    #expect(abs(pending.mean) < 1e-9 && abs(pending.upper95) < 1e-9)
  }

  @Test("yearly series project the next year")
  func yearly() throws {
    func series(_ measure: Measure, _ values: [Double]) -> TimeSeries {
      TimeSeries(measure: measure, start: .year(2018), values: values)
    }
    let court = CourtWorkload.Series(
      incoming: series(.flow, [1000, 1040, 1010, 1100, 1080]),
      resolved: series(.flow, [980, 1020, 1030, 1050, 1090]),
      pending: series(.stock, [200, 220, 200, 250, 240]),
      judges: series(.stock, [5, 5, 5, 5, 5]))
    let projection = try project(court, model: Drift())
    #expect(projection.period == "2023")
    #expect(try #require(projection.productivity).median.isClose(to: 218, relative: 0.01))
    let error = projection.incoming.upper95 - projection.incoming.lower95
    #expect(projection.incoming.mean.isClose(to: 1100, absolute: error / 30))
  }

  @Test(
    "without resolved cases or judges the intake is still projected, and what is missing is said")
  func missing() throws {
    for part in ["resolved", "judges"] {
      var series = Self.court()
      if part == "resolved" { series.resolved = nil } else { series.judges = nil }
      let projection = try project(series)
      #expect(projection.incoming.mean > 0)
      #expect(projection.productivity == nil && projection.judgesNeeded == nil)
      #expect(projection.pending == nil)
      let missing = projection.diagnostics.filter { $0.code == .notComputable }
      #expect(missing.contains { $0.hint?.en.contains("--resolved") == true }, "\(part)")
    }
  }

  @Test("a stated load stands in for productivity, without a spread of its own")
  func statedLoad() throws {
    var series = Self.court()
    series.resolved = nil
    let workload = try CourtWorkload(key: [], series)
    let projection = try WorkloadProjection(
      workload, series, model: Naive(), statedProductivity: 200, from: RandomStream(seed: 1))
    let need = try #require(projection.judgesNeeded)
    #expect(need.mean.isClose(to: projection.incoming.mean / 200, relative: 1e-12))
  }

  @Test("one change of productivity is no spread, and that is said")
  func unknownSpread() throws {
    func series(_ measure: Measure, _ values: [Double]) -> TimeSeries {
      TimeSeries(measure: measure, start: .year(2021), values: values)
    }
    let court = CourtWorkload.Series(
      incoming: series(.flow, [1000, 1040]), resolved: series(.flow, [980, 1020]),
      pending: series(.stock, [200, 220]), judges: series(.stock, [5, 5]))
    let projection = try project(court, model: Naive())
    #expect(projection.diagnostics.contains { $0.code == .notIdentified })
  }

  @Test("a stock older than the last intake is not carried into the projection")
  func staleStock() throws {
    var series = Self.court()
    let pending = try #require(series.pending)
    series.pending = pending.window(pending.start..<pending.lastPeriod)
    #expect(try project(series).pending == nil)
  }

  @Test("without a stock the backlog is left out and the rest stays")
  func noStock() throws {
    var series = Self.court()
    series.pending = nil
    let projection = try project(series)
    #expect(projection.pending == nil)
    #expect(projection.judgesNeeded != nil)
  }

  @Test("an intake that is too short to forecast is a diagnostic")
  func tooShort() throws {
    func series(_ measure: Measure, _ value: Double) -> TimeSeries {
      TimeSeries(measure: measure, start: .year(2023), values: [value])
    }
    let court = CourtWorkload.Series(
      incoming: series(.flow, 100), resolved: series(.flow, 90), pending: series(.stock, 10),
      judges: series(.stock, 2))
    let error = #expect(throws: Diagnostic.self) { try project(court, model: Naive()) }
    #expect(error?.code == .seriesTooShort)
  }
}
