import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite(
  "Prior sweep on the data of Sicily",
  .enabled(if: SharedData.isPresent, "the shared data are absent"))
struct PriorSweepTests {
  @Test("the sweep holds +47.9 and +1.9, and no headline is left")
  func sicily() throws {
    let study = try CounterfactualStudies.shared("sicily", outcome: "aces", before: 36)
    let result = try BayesianStructural(sweep: true).estimate(study)
    // The number asked for is still there.
    #expect(result.average.value.isClose(to: 47.885640385183706, relative: 1e-5))
    let check = try #require(result.checks.first { $0.id == "prior-sweep" })
    #expect(check["headline"] == 0)
    #expect(check["verdictChanges"] == 1)
    #expect(check.verdict == .violated || check.verdict == .doubtful)
    #expect(try #require(check["level-0.01.average"]).isClose(to: 47.885640385, relative: 1e-4))
    #expect(try #require(check["level-0.1.average"]).isClose(to: 1.9062424588, absolute: 0.003))
    let warning = try #require(result.diagnostics.first { $0.code == .priorDecides })
    #expect(warning.severity == .warning)
    let status = try #require(
      result.assumptions.first { $0.assumption.en == PriorSweep.assumption.en })
    #expect(status.verdict == check.verdict)
    print(check.figures.map { "\($0.name) \($0.value ?? .nan)" }.joined(separator: "\n"))
    print(check.finding.en, warning.message.en, warning.message.zh)
    for s in result.assumptions { print(s.verdict, s.evidence.en, s.evidence.zh) }
  }

  @Test("defaults on the shared series")
  func defaults() throws {
    for (name, outcome, before) in [("sicily", "aces", 36), ("nile", "flow", 28), ("ci_google", "y", 61)] {
      let study = try CounterfactualStudies.shared(name, outcome: outcome, before: before)
      let r = try BayesianStructural().estimate(study)
      print(name, r.average, r.inference!.reason.en, r.checks.first!.finding.en)
    }
    for (name, regressors, before) in [("ci_google", ["x1", "x2"], 61), ("ci_arma", ["X"], 70)] {
      let study = try CounterfactualStudies.shared(name, outcome: "y", regressors: regressors, before: before)
      let r = try BayesianStructural().estimate(study)
      print(name, r.average, r.inference!.reason.en, r.checks.first!.finding.en)
      for q in r.quantities { print("  ", q.id, q.estimate.value, q.estimate.standardError ?? 0) }
      for s in r.assumptions { print("  ", s.verdict, s.evidence.en) }
      for s in r.checks { print("  ", s.verdict, s.finding.en) }
    }
  }
}
