import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Diagnostics of residuals") struct ResidualDiagnosticsTests {
  private func noise(_ seed: UInt64, count: Int = 120) -> [Double] {
    var draws = RandomStream(seed: seed)
    return (0..<count).map { _ in draws.normal() }
  }

  @Test("as many lags as R's checkresiduals takes")
  func lags() {
    func lags(_ n: Int, _ m: Int, _ fitted: Int = 0) -> Int {
      ResidualDiagnostics.usualLags(n, seasonLength: m, fittedParameters: fitted)
    }
    #expect(lags(144, 12) == 24)
    #expect(lags(72, 12) == 14)  // USAccDeaths: round(72/5)
    #expect(lags(100, 1) == 10)
    #expect(lags(20, 1, 4) == 7)
  }

  @Test("every model's residuals are examined", arguments: ForecastModels.all.map { $0.card.id })
  func everyModel(id: String) throws {
    let fit: any FittedForecastModel = try ForecastModels.model(id).fitted(to: TestSeries.monthly)
    let diagnostics = try ResidualDiagnostics(fit, seasonLength: 12)
    #expect(diagnostics.count == fit.residuals.count { !$0.isNaN })
    #expect(diagnostics.autocorrelation?.degreesOfFreedom != nil)
    #expect(diagnostics.normality != nil && diagnostics.correlogram != nil)
  }

  @Test("noise passes, a walk and a bias do not")
  func verdicts() throws {
    let clean = try ResidualDiagnostics(residuals: noise(3), seasonLength: 12)
    #expect(try #require(clean.autocorrelation?.pValue) > 0.05)
    #expect(try #require(clean.bias?.pValue) > 0.05)
    #expect(try #require(clean.normality?.pValue) > 0.05)
    var level = 0.0
    let walk = noise(4).map { e -> Double in
      level += e
      return level
    }
    let walked = try ResidualDiagnostics(residuals: walk, seasonLength: 12)
    #expect(try #require(walked.autocorrelation?.pValue) < 1e-6)
    let biased = try ResidualDiagnostics(residuals: noise(3).map { $0 + 1 }, seasonLength: 12)
    #expect(try #require(biased.bias?.pValue) < 1e-6)
  }

  @Test("fitted coefficients are taken off the degrees of freedom")
  func degreesOfFreedom() throws {
    let diagnostics = try ResidualDiagnostics(
      residuals: [.nan, .nan] + noise(3), seasonLength: 12, fittedParameters: 3)
    #expect(diagnostics.autocorrelation?.degreesOfFreedom?.numerator == 21)
    #expect(diagnostics.count == 120)
  }

  @Test("constant residuals have no tests, too few are refused, and lags must be possible")
  func edges() throws {
    let constant = try ResidualDiagnostics(residuals: [0, 0, 0, 0], seasonLength: 1)
    #expect(constant.autocorrelation == nil && constant.normality == nil && constant.bias == nil)
    #expect(throws: Diagnostic.self) {
      try ResidualDiagnostics(residuals: [1, 2, .nan], seasonLength: 1)
    }
    #expect(throws: Diagnostic.self) {
      try ResidualDiagnostics(residuals: noise(3), seasonLength: 1, lags: 0)
    }
    let few = try ResidualDiagnostics(residuals: [1, -1, 2], seasonLength: 1)
    #expect(few.autocorrelation == nil)
  }
}
