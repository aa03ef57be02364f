import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

/// Whatever the data and the options: an answer without NaN, or a diagnostic that says what to do.
@Suite("Laws of interrupted time series") struct SegmentedLawTests {
  private typealias Design = InterruptedTimeSeries

  /// A design whose options are drawn.
  private static func design(_ draws: inout RandomStream) -> InterruptedTimeSeries {
    func one<T>(_ values: [T]) -> T { values[draws.integer(below: values.count)] }
    var its = Design()
    its.scale = one([.level, .log])
    its.family = one(Design.Family.allCases)
    its.effect = one(Design.Effect.allCases)
    its.errors = one(Design.Errors.allCases)
    its.degrees = one(Design.Degrees.allCases)
    its.control = one(Design.Control.allCases)
    its.lag = one([0, 0, 1, 5])
    its.phaseIn = one([0, 0, 3])
    its.pulse = one([0, 0, 0, 1, 4])
    its.donut = one([0, 0, 0, 1, 4])
    its.trend = one([true, true, false])
    its.season = one([true, false])
    its.fourier = one([0, 0, 0, 2])
    its.workingDays = one([true, false, false])
    its.lags = one([-1, 0, 50])
    its.interruptions =
      one([true, false, false, false, false])
      ? Interruptions([
        Interruptions.Item(period: .month(2017, 3), isOn: false),
        Interruptions.Item(period: .month(2017, 9), isOn: true),
      ]) : Interruptions()
    return its
  }

  /// A study of one to four units, with zeros, gaps, constant stretches and large values.
  private static func study(_ draws: inout RandomStream) throws -> Study {
    let count = 1 + draws.integer(below: 4)
    let n = 3 + draws.integer(below: 60)
    let kind = draws.integer(below: 6)
    let missing = draws.integer(below: 3) == 0 ? 0.2 : 0
    let start = Period.month(2015, 1)
    let entries = (0..<count).map { unit -> Panel.Entry in
      let values = (0..<n).map { t -> Double in
        if draws.uniform() < missing { return .nan }
        switch kind {
        case 0: return CaseloadMath.Poisson(mean: 0.4).quantile(draws.uniform())
        case 1: return t < n / 2 ? 0 : 5
        case 2: return 1e9 + 1e3 * draws.normal()
        case 3: return (50 + 3 * draws.normal()).rounded()
        case 4: return max(0, 3 * draws.normal()).rounded()
        default: return 20 * Double(t) + 100
        }
      }
      return Panel.Entry(key: ["u\(unit)"], series: TimeSeries(start: start, values: values))
    }
    let event = draws.integer(below: 3) == 0 ? draws.integer(below: n + 4) - 2 : n / 2
    var starts = ["u0": start.advanced(by: event)]
    if count > 2, draws.integer(below: 2) == 0 {
      starts["u1"] = start.advanced(by: event + draws.integer(below: 3))
    }
    var study = try Study(
      Panel(keyNames: ["court"], entries: entries), treatmentStart: starts,
      calendar: draws.integer(below: 2) == 0 ? .china : .weekdays)
    func variable(_ value: () -> Double) -> Study.Variable {
      Study.Variable(
        name: Text("x"),
        series: entries.map { $0.series.replacing((0..<n).map { _ in value() }) })
    }
    if draws.integer(below: 4) == 0 { study.exposure = variable { 1000 + 100 * draws.uniform() } }
    if draws.integer(below: 5) == 0 { study.covariates = [variable { draws.normal() }] }
    if draws.integer(below: 6) == 0 {
      study.treatment = variable { Double(draws.integer(below: 2)) }
    }
    return study
  }

  static func check(_ number: UInt64) throws -> Bool {
    var draws = RandomStream(seed: 111).substream(number)
    let its = design(&draws)
    let study = try study(&draws)
    let result: EffectEstimate
    do {
      result = try its.estimate(study, level: 0.9)
    } catch {
      #expect(error.severity == .error && !error.message.en.isEmpty && !error.message.zh.isEmpty)
      return false
    }
    // JSON has no NaN: it would throw.
    _ = try JSONEncoder().encode(result)
    #expect(result.path.contains { $0.effect != nil }, "\(number)")
    if let error = result.average.standardError { #expect(error > 0, "\(number)") }
    #expect(!result.estimand.en.isEmpty && !result.estimand.zh.isEmpty)
    return true
  }

  @Test("200 drawn designs on drawn data answer without NaN, or say why not")
  func drawn() throws {
    let answers = try (0..<200).count { try Self.check(UInt64($0)) }
    #expect((40...190).contains(answers), "\(answers) answers")
  }
}
