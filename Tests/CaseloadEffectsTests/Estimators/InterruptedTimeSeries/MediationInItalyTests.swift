import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

/// Italy's mandatory mediation, on in March 2011, off in December 2012, on in September 2013: the
/// first stage, six years of registered mediations.
@Suite(
  "Mandatory mediation in Italy",
  .enabled(if: SharedData.isPresent, "the shared reference data are absent"))
struct MediationInItalyTests {
  private func mediations() throws -> TimeSeries {
    let columns = try SharedData.columns("court/mediation/italy_mandatory_mediation_annual.csv")
    return TimeSeries(
      name: Text(en: "registered mediations", zh: "登记调解"), start: .year(2011),
      values: try #require(columns["mediations_registered"]))
  }

  /// The share of each year in which mediation was mandatory: from 21 March 2011, to 12 December
  /// 2012, from 20 September 2013.
  private let share: [Double] = [286.0 / 365, 347.0 / 366, 103.0 / 365, 1, 1, 1]

  @Test("a switch after two years is refused, with what is there")
  func tooFewBefore() throws {
    var its = InterruptedTimeSeries()
    its.effect = .level
    its.interruptions = try #require(Interruptions("2014:on"))
    let study = try Study(mediations(), from: .year(2013))
    let error = #expect(throws: Diagnostic.self) { try its.estimate(study, level: 0.95) }
    #expect(error?.code == .tooFewPeriods)
    #expect(error?.message.en.contains("2 periods before") == true)
    #expect(error?.hint?.en == "The data run from 2011 to 2016.")
  }

  @Test("without a trend off and on are identified, on two points and one")
  func switches() throws {
    var its = InterruptedTimeSeries()
    its.effect = .level
    its.trend = false
    its.errors = .ols
    its.interruptions = try #require(Interruptions("2014:on"))
    let series = try mediations()
    let result = try its.estimate(Study(series, from: .year(2013)), level: 0.95)
    // The year without is one point: its level change is that year less the mean of those before.
    let y = series.values
    let off = y[2] - (y[0] + y[1]) / 2
    #expect(try #require(result.levelChange).value.isClose(to: off, relative: 1e-12))
    let on = try #require(result.quantities.first { $0.id == "level-change-2014" })
    #expect(on.estimate.value.isClose(to: (y[3] + y[4] + y[5]) / 3 - y[2], relative: 1e-12))
    let warning = try #require(
      result.diagnostics.first { $0.code == .tooFewPeriods && $0.severity == .warning })
    #expect(warning.location?.period == "2013")
    #expect(result.degreesOfFreedom == 3)
  }

  @Test("the share of the year as an intensity: a full year adds about 146 thousand, ± 90")
  func intensity() throws {
    var study = try Study(mediations(), from: .year(2011))
    study.treatment = Study.Variable(
      name: Text(en: "mandatory", zh: "强制"),
      series: [TimeSeries(measure: .ratio, start: .year(2011), values: share)])
    var its = InterruptedTimeSeries()
    its.errors = .ols
    let result = try its.estimate(study, level: 0.95)
    // Least squares of six points on a line and the share, by its normal equations.
    let t = (0..<6).map(Double.init)
    let y = try mediations().values
    func residual(_ v: [Double]) -> [Double] {
      let mean = v.reduce(0, +) / 6
      let slope = zip(t, v).reduce(0) { $0 + ($1.0 - 2.5) * $1.1 } / 17.5
      return zip(t, v).map { $1 - mean - slope * ($0 - 2.5) }
    }
    let (x, z) = (residual(share), residual(y))
    let square = x.reduce(0) { $0 + $1 * $1 }
    let effect = zip(x, z).reduce(0) { $0 + $1.0 * $1.1 } / square
    let errors = zip(x, z).map { $1 - effect * $0 }
    let rest = errors.reduce(0) { $0 + $1 * $1 }
    let change = try #require(result.levelChange)
    #expect(change.value.isClose(to: effect, relative: 1e-10))
    #expect(
      try #require(change.standardError).isClose(
        to: (rest / 3 / square).squareRoot(), relative: 1e-10))
    #expect(result.degreesOfFreedom == 3)
    #expect(effect > 0 && (change.lower ?? 0) < effect)
    #expect(result.slopeChange == nil)
  }
}
