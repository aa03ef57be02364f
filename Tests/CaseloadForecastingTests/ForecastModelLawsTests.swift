import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

/// What every model in the registry must satisfy, whatever it is.
@Suite("Laws of forecast models") struct ForecastModelLawsTests {
  static let ids = ForecastModels.all.map { $0.card.id }
  private let stream = RandomStream(seed: 2026)

  private func fit(_ id: String, _ series: TimeSeries = TestSeries.monthly) throws
    -> any FittedForecastModel
  {
    let model = try ForecastModels.model(id)
    let fit: any FittedForecastModel = try model.fitted(to: series)
    return fit
  }

  @Test("quantiles never cross", arguments: ids)
  func quantiles(_ id: String) throws {
    for series in Self.series(for: id) {
      for marginal in try fit(id, series).marginals(24) {
        var last = -Double.infinity
        for step in 1...199 {
          let quantile = marginal.quantile(Double(step) / 200)
          #expect(quantile >= last)
          last = quantile
        }
        let (narrow, wide) = (marginal.interval(0.8), marginal.interval(0.95))
        #expect(wide.lowerBound <= narrow.lowerBound && narrow.upperBound <= wide.upperBound)
      }
    }
  }

  @Test("the same stream gives the same bytes, another one others", arguments: ids)
  func determinism(_ id: String) throws {
    let a = try fit(id).paths(12, count: 20, from: stream)
    let b = try fit(id).paths(12, count: 20, from: stream)
    let c = try fit(id).paths(12, count: 20, from: RandomStream(seed: 2027))
    #expect(a == b)
    #expect(a != c)
    #expect(try fit(id).marginals(12) == fit(id).marginals(12))
  }

  @Test(
    "paths agree with marginals in mean and standard deviation",
    arguments: LawExemptions.ids(.moments))
  func paths(_ id: String) throws {
    let count = 4000
    for series in Self.series(for: id) {
      let fit = try fit(id, series)
      let paths = fit.paths(18, count: count, from: stream)
      for (h, marginal) in fit.marginals(18).enumerated() {
        let draws = paths.row(h)
        let mean = try #require(Descriptive.mean(draws))
        let deviation = try #require(Descriptive.standardDeviation(draws))
        // 4.5 standard errors of a mean, σ/√N, and of a standard deviation, σ √((κ − 1)/4N) with
        // the kurtosis κ (3 for a normal, more for a mixture): a chance of 7e-6 each.
        let sigma = marginal.standardDeviation
        #expect(mean.isClose(to: marginal.mean, absolute: 4.5 * sigma / Double(count).squareRoot()))
        let fourth = try #require(Descriptive.mean(draws.map { pow(($0 - mean) / deviation, 4) }))
        let bound = 4.5 * sigma * ((max(3, fourth) - 1) / Double(4 * count)).squareRoot()
        #expect(deviation.isClose(to: sigma, absolute: bound))
      }
    }
  }

  @Test("a longer horizon and more paths leave the earlier ones alone", arguments: ids)
  func prefix(_ id: String) throws {
    let fit = try fit(id)
    #expect(Array(fit.marginals(20).prefix(13)) == fit.marginals(13))
    let long = fit.paths(20, count: 8, from: stream)
    let short = fit.paths(13, count: 5, from: stream)
    for path in 0..<5 { #expect(Array(long.column(path).prefix(13)) == short.column(path)) }
  }

  @Test(
    "a change of units by a power of two, or of sign, scales the forecast exactly",
    arguments: LawExemptions.ids(.exactScale))
  func exactScale(_ id: String) throws {
    let reference = try fit(id).marginals(12)
    for scale in [1024, -0.125] {
      let scaled = try fit(id, TestSeries.scaled(TestSeries.monthly, by: scale)).marginals(12)
      for (a, b) in zip(scaled, reference) {
        #expect(a.mean == scale * b.mean)
        #expect(a.standardDeviation == abs(scale) * b.standardDeviation)
      }
    }
  }

  @Test("any change of units scales the forecast", arguments: LawExemptions.ids(.scale))
  func scale(_ id: String) throws { try checkMoved(id, by: [(1000, 0), (0.01, 0)]) }

  @Test("a shift of the data moves the forecast", arguments: LawExemptions.ids(.shift))
  func shift(_ id: String) throws { try checkMoved(id, by: [(1, 5000), (0.01, -3)]) }

  private func checkMoved(_ id: String, by moves: [(scale: Double, shift: Double)]) throws {
    let reference = try fit(id).marginals(12)
    for (scale, shift) in moves {
      let moved = try fit(id, TestSeries.scaled(TestSeries.monthly, by: scale, plus: shift))
      for (a, b) in zip(moved.marginals(12), reference) {
        let sigma = scale * b.standardDeviation
        // Damped Holt's search ends where its criterion is flat, to √(1e-10) of a parameter.
        #expect(a.mean.isClose(to: scale * b.mean + shift, absolute: 1e-4 * sigma))
        #expect(a.standardDeviation.isClose(to: sigma, relative: 1e-4))
      }
    }
  }

  @Test("models and forecasts survive JSON", arguments: ids)
  func codable(_ id: String) throws {
    try Self.checkRoundTrip(ForecastModels.model(id))
    let forecast = try Forecast(
      Self.series(for: id).last!, model: ForecastModels.model(id), horizon: 6)
    let copy = try roundTrip(forecast)
    #expect(copy.marginals == forecast.marginals)
    #expect(copy.parameters == forecast.parameters)
    #expect(copy.model == id && copy.start == forecast.start)
    #expect(copy.history.values.map(\.bitPattern) == forecast.history.values.map(\.bitPattern))
  }

  @Test("a saved model loads again and forecasts the same bits", arguments: ids)
  func saved(_ id: String) throws {
    for series in [TestSeries.monthly, TestSeries.gappy] {
      guard let model = try? SavedForecastModel(ForecastModels.model(id), fittedTo: series) else {
        #expect(LawExemptions.all[id]?[.missingValues] != nil)
        continue
      }
      let copy = try roundTrip(model)
      #expect(type(of: copy.model).card.id == id)
      #expect(copy.fit.form == model.fit.form)
      #expect(copy.fit.marginals(18) == model.fit.marginals(18))
      let paths = model.fit.paths(18, count: 8, from: stream)
      #expect(copy.fit.paths(18, count: 8, from: stream) == paths)
      #expect(copy.fit.aicc == model.fit.aicc)
    }
  }

  @Test(
    "updating with the history itself changes nothing, with more values the end", arguments: ids)
  func updated(_ id: String) throws {
    let model = try SavedForecastModel(ForecastModels.model(id), fittedTo: TestSeries.monthly)
    let same = try model.updated(with: [])
    for (a, b) in zip(same.fit.marginals(12), model.fit.marginals(12)) {
      #expect(a.mean.isClose(to: b.mean, relative: 1e-9))
      #expect(a.standardDeviation.isClose(to: b.standardDeviation, relative: 1e-9))
    }
    // The last year again: the same parameters stand at another place.
    let more = Array(TestSeries.monthly.values.suffix(12))
    let longer = try model.updated(with: more)
    #expect(longer.history.count == TestSeries.monthly.count + 12)
    #expect(longer.fit.residuals.count == longer.history.count)
    #expect(longer.fit.parameters.map(\.symbol) == model.fit.parameters.map(\.symbol))
    #expect(longer.fit.marginals(12).allSatisfy { $0.mean.isFinite })
  }

  /// The series that model `id` takes: without missing values last where it takes none.
  private static func series(for id: String) -> [TimeSeries] {
    LawExemptions.ids(.missingValues).contains(id)
      ? [TestSeries.monthly, TestSeries.gappy] : [TestSeries.monthly]
  }

  private static func checkRoundTrip<M: ForecastModel>(_ model: M) throws {
    #expect(try roundTrip(model) == model)
  }

  static let awkward: [(name: String, values: [Double])] = [
    ("empty", []), ("one value", [5]), ("two values", [5, 7]), ("three values", [5, 7, 6]),
    ("six values", [3, 1, 4, 1, 5, 9]), ("all missing", [Double](repeating: .nan, count: 30)),
    ("one observed", (0..<30).map { $0 == 12 ? 4 : .nan }),
    ("two observed, apart", (0..<30).map { $0 == 12 || $0 == 20 ? 4 : .nan }),
    ("every other missing", (0..<30).map { $0 % 2 == 0 ? Double($0) : .nan }),
    ("missing from the middle on", (0..<30).map { $0 < 15 ? Double($0 * $0 % 7) : .nan }),
    ("missing up to the middle", (0..<30).map { $0 < 15 ? .nan : Double($0 * $0 % 7) }),
    ("constant", [Double](repeating: 24, count: 30)), ("zeros", [Double](repeating: 0, count: 30)),
    ("a line", (0..<30).map { 3 * Double($0) }), ("one spike", (0..<30).map { $0 == 9 ? 1e6 : 0 }),
    ("huge", (0..<30).map { 1e150 * (1 + 0.1 * Double($0 % 3)) }),
    ("tiny", (0..<30).map { 1e-150 * (1 + Double($0 % 3)) }),
    ("alternating", (0..<30).map { $0 % 2 == 0 ? 1 : -1 }),
  ]

  @Test("awkward input gives a diagnostic or a valid answer, never a trap", arguments: ids)
  func awkwardInput(_ id: String) throws {
    let models =
      id == "damped-holt"
      ? try SeasonalTreatment.allCases.map {
        try ForecastModels.model(id, options: ["seasonal": $0.rawValue])
      } : [try ForecastModels.model(id)]
    for (name, values) in Self.awkward {
      for start in [Period.month(2020, 1), .year(1990)] {
        for model in models {
          let series = TimeSeries(start: start, values: values)
          do {
            let forecast = try Forecast(series, model: model, horizon: 14)
            for marginal in forecast.marginals {
              #expect(marginal.mean.isFinite, "\(id), \(name)")
              #expect(marginal.standardDeviation >= 0, "\(id), \(name)")
            }
          } catch {
            #expect(error.severity == .error && error.hint != nil, "\(id), \(name)")
          }
        }
      }
    }
  }

  @Test(
    "a constant series forecasts itself with zero width", arguments: LawExemptions.ids(.constant))
  func constant(_ id: String) throws {
    let series = TimeSeries(start: .month(2020, 1), values: [Double](repeating: 24, count: 30))
    for marginal in try fit(id, series).marginals(12) {
      #expect(marginal.mean.isClose(to: 24, relative: 1e-12))
      #expect(marginal.standardDeviation < 1e-12 * 24)
    }
  }

  @Test(
    "missing values have no residual, and the rest have one",
    arguments: LawExemptions.ids(.missingValues))
  func missingResiduals(_ id: String) throws {
    let residuals = try fit(id, TestSeries.gappy).residuals
    #expect(residuals.count == 60)
    for i in [4, 17, 18, 19, 33, 58] { #expect(residuals[i].isNaN) }
    #expect(residuals.count { !$0.isNaN } >= 60 - 6 - 12 - 6)
  }

  @Test(
    "missing values widen a forecast or leave it about as wide",
    arguments: LawExemptions.ids(.missingValues))
  func missingValues(_ id: String) throws {
    let (full, gappy) = (try fit(id).marginals(6), try fit(id, TestSeries.gappy).marginals(6))
    for (a, b) in zip(full, gappy) {
      #expect(b.mean.isClose(to: a.mean, absolute: 3 * a.standardDeviation))
      #expect(b.standardDeviation > 0.5 * a.standardDeviation)
    }
  }

  @Test(
    "the likelihood is Gaussian, with its constant",
    arguments: LawExemptions.ids(.gaussianLikelihood))
  func likelihood(_ id: String) throws {
    let fit = try fit(id, Self.series(for: id).last!)
    let residuals = fit.residuals.filter { !$0.isNaN }
    let n = Double(residuals.count)
    let squares = residuals.reduce(0) { $0 + $1 * $1 }
    let density = Normal(mean: 0, standardDeviation: (squares / n).squareRoot())
    let sum = residuals.reduce(0) { $0 + density.logDensity($1) }
    #expect(try #require(fit.logLikelihood).isClose(to: sum, relative: 1e-10))
  }

  @Test("the card's least number of values suffices, and one less does not", arguments: ids)
  func minimum(_ id: String) throws {
    let model = try ForecastModels.model(id)
    let needed = type(of: model).card.minimumObservations
    let start = id == "seasonal-naive" ? Period(frequency: .halfYearly, ordinal: 4000) : .year(1990)
    var draws = RandomStream(seed: 1)
    let values = (0..<needed).map { _ in 10 + draws.normal() }
    let enough = TimeSeries(start: start, values: values)
    let forecast = try Forecast(enough, model: model, horizon: 3)
    #expect(forecast.marginals.allSatisfy { $0.mean.isFinite && $0.standardDeviation.isFinite })
    let short = TimeSeries(start: start, values: Array(values.dropLast()))
    let error = #expect(throws: Diagnostic.self) { try Forecast(short, model: model, horizon: 3) }
    #expect(error?.code == .seriesTooShort)
    #expect(error?.hint != nil)
  }
}
