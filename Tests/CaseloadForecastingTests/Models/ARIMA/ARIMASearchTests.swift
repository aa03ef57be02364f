import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

/// R's `auto.arima`; `r_autoarima.json`, `r_autoarima_search.json`.
@Suite(
  "Choice of ARIMA orders, as R's auto.arima",
  .enabled(if: SharedData.isPresent, "needs the shared reference data"))
struct ARIMASearchTests {
  private static func series(_ name: String) throws -> TimeSeries {
    try #require(RBaseline.all.first { $0.name == name }?.series)
  }

  /// A line of R's trace: `ARIMA(2,1,2)(1,1,1)[12] with drift : 1020.5`, or `Inf`.
  private static func parsed(_ line: String) -> (form: String, value: Double)? {
    let parts = line.split(separator: ":")
    guard parts.count == 2, !line.contains("Best") else { return nil }
    let words = parts[0].split(separator: " ").joined(separator: " ")
    guard words.hasPrefix("ARIMA(") else { return nil }
    let value = parts[1].trimmingCharacters(in: .whitespaces)
    return (words, value == "Inf" ? .infinity : Double(value) ?? .nan)
  }

  @Test(
    "every model of R's path has R's likelihood, or a better one",
    arguments: ["AirPassengers", "USAccDeaths", "UKgas", "Nile", "WWWusage", "M3_N1800"])
  func trace(_ name: String) throws {
    let json = try SharedData.json("forecast/oracles/r_autoarima_search.json")[name]
    let lines = (json?["stepwise"]?["trace"]?.array ?? []).compactMap(\.string)
    let path = lines.compactMap(Self.parsed)
    #expect(path.count > 8)
    let series = try Self.series(name)
    var seen = 0
    for (form, value) in path where value.isFinite {
      let digits = form.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
      var model = ARIMA()
      model.order = .fixed(digits[0], digits[1], digits[2])
      model.seasonalOrder =
        digits.count > 5 ? .fixed(digits[3], digits[4], digits[5]) : .fixed(0, 0, 0)
      model.constant = form.contains("with drift") || form.contains("non-zero") ? .yes : .no
      let fit = try model.fitted(to: series)
      // AICc to twice 0.01 in ln L; R prints seven digits.
      #expect(try #require(fit.aicc) <= value + 0.02, "\(form)")
      seen += 1
    }
    #expect(seen > 8)
  }

  @Test(
    "the model chosen is R's, or better by the criterion",
    arguments: [
      "AirPassengers", "JohnsonJohnson", "LakeHuron", "M3_N0001", "M3_N0400", "M3_N0700",
      "M3_N1300", "M3_N1402", "M3_N1600", "M3_N2700", "M3_N2900", "Nile", "UKgas", "USAccDeaths",
      "WWWusage", "airmiles", "austres", "discoveries", "fdeaths", "lh", "lynx", "nhtemp", "uspop",
      "woolyrnq",
    ])
  func chosen(_ name: String) throws {
    let json = try #require(try SharedData.json("forecast/oracles/r_autoarima.json")[name])
    var model = ARIMA()
    model.differencing = .rCompatible
    let fit = try model.fitted(to: Self.series(name))
    let aicc = try #require(json["aicc"]?.number)
    // R's diffuse prior adds a few thousandths for seasonal differences.
    #expect(try #require(fit.aicc) <= aicc + 0.01)
    let arma = (json["arma"]?.array ?? []).map { Int($0.number ?? 0) }
    let order = fit.members[0].order
    let isSame =
      [
        order.autoregressive, order.movingAverage, order.seasonalAutoregressive,
        order.seasonalMovingAverage, order.differences, order.seasonalDifferences,
      ] == [arma[0], arma[1], arma[2], arma[3], arma[5], arma[6]]
    #expect(isSame)
    // Where we find a better optimum the rest differs.
    guard isSame, try #require(fit.aicc) > aicc - 0.01 else { return }
    // R's σ² counts the values that the differences use up, divided by its prior's 10³.
    let residuals = (json["residuals"]?.array ?? []).map { $0.number ?? 0 }
    let freedom = Double(fit.observationCount - fit.parameterCount + 1)
    let extra = residuals.prefix(order.lost).reduce(0) { $0 + $1 * $1 } / freedom
    let sigma2 = try #require(json["sigma2"]?.number) - extra
    #expect(try #require(fit.innovationVariance).isClose(to: sigma2, relative: 2e-3))
    #expect(try #require(fit.bic).isClose(to: json["bic"]?.number ?? .nan, absolute: 0.01))
    #expect(try #require(fit.aic).isClose(to: json["aic"]?.number ?? .nan, absolute: 0.01))
  }

  @Test(
    "forecasts at R's coefficients are R's", arguments: ["AirPassengers", "UKgas", "lynx", "lh"])
  func forecasts(_ name: String) throws {
    let json = try #require(try SharedData.json("forecast/oracles/r_autoarima.json")[name])
    let series = try Self.series(name)
    let arma = (json["arma"]?.array ?? []).map { Int($0.number ?? 0) }
    func values(_ prefix: String, _ count: Int) -> [Double] {
      (1..<max(1, count + 1)).filter { $0 <= count }
        .map { json["coef"]?["\(prefix)\($0)"]?.number ?? .nan }
    }
    let process = ARMACase(
      values("ar", arma[0]), values("ma", arma[1]), values("sar", arma[2]),
      values("sma", arma[3]), season: series.seasonLength, differences: arma[5],
      seasonalDifferences: arma[6])
    let mean = json["coef"]?["intercept"]?.number ?? 0
    let standing = ARIMAStanding(
      process.order, process.coefficients.values, beta: [],
      series.replacing(series.values.map { $0 - mean }), .none, 0..<series.count)
    let expected = (json["forecast"]?["mean"]?.array ?? []).map { $0.number ?? .nan }
    let upper = (json["forecast"]?["upper95"]?.array ?? []).map { $0.number ?? .nan }
    let means = standing.terminal.means(expected.count).map { $0 + mean }
    let variances = standing.terminal.variances(expected.count)
    let sigma2 = try #require(json["sigma2"]?.number)
    for h in expected.indices {
      let deviation = (upper[h] - expected[h]) / 1.959963984540054
      // R's diffuse prior is not quite diffuse.
      #expect(means[h].isClose(to: expected[h], absolute: 1e-5 * deviation))
      #expect((sigma2 * variances[h]).squareRoot().isClose(to: deviation, relative: 1e-5))
    }
  }

  @Test("a full search finds at least what the steps find", arguments: ["UKgas", "Nile"])
  func full(_ name: String) throws {
    var model = ARIMA()
    model.search = .full
    model.differencing = .rCompatible
    let series = try Self.series(name)
    let fit = try model.fitted(to: series)
    let json = try SharedData.json("forecast/oracles/r_autoarima_search.json")[name]
    let expected = try #require(json?["full_exact"]?["aicc"]?.number)
    #expect(try #require(fit.aicc) <= expected + 0.01)
  }
}
