import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Altered studies") struct StudyVariationsTests {
  private func study() throws -> Study {
    var study = try CheckPanel.study(units: 4, treated: 2, periods: 12, at: 6)
    let other = CheckPanel.series(4, 12, stream: RandomStream(seed: 5))
    study.diverted = Study.Variable(name: Text("diverted"), series: other)
    study.regions = ["a", "a", "b", "b"]
    study.clusters = ["1", "2", "3", "4"]
    study.unitWeights = [1, 2, 3, 4]
    study.dose = [0: 0.5, 1: 2]
    return study
  }

  @Test("units are kept with everything that belongs to them")
  func selecting() throws {
    let kept = try study().selecting([3, 1])
    #expect(kept.panel.entries.map(\.key) == [["court 3"], ["court 1"]])
    #expect(kept.treatmentStart.keys.sorted() == [1] && kept.dose == [1: 2])
    #expect(kept.regions == ["b", "a"] && kept.clusters == ["4", "2"])
    #expect(kept.unitWeights == [4, 2])
    #expect(kept.diverted?.series.count == 2)
    #expect(kept.diverted?.series[1] == (try study()).diverted?.series[1])
  }

  @Test("starts move, the data stay")
  func startingEarlier() throws {
    let study = try study()
    let earlier = study.startingEarlier(by: 2)
    #expect(earlier.treatmentStart[0] == study.treatmentStart[0]?.advanced(by: -2))
    #expect(earlier.panel.entries[0].series == study.panel.entries[0].series)
    #expect(earlier.dose == study.dose)
  }

  @Test("a window cuts the outcome and the variables alike")
  func window() throws {
    let study = try study()
    let begin = study.panel.entries[0].series.start
    let cut = study.window(begin..<begin.advanced(by: 6))
    #expect(cut.panel.entries.allSatisfy { $0.series.count == 6 })
    #expect(cut.diverted?.series.allSatisfy { $0.count == 6 } == true)
    #expect(cut.treatmentStart == study.treatmentStart)
    let gap = study.leavingOut(begin.advanced(by: 2)..<begin.advanced(by: 4))
    #expect(gap.panel.entries[1].series.missingCount == 2)
  }

  @Test("the intake is filings and diverted cases, missing where either is")
  func intake() throws {
    var study = try study()
    let intake = try #require(study.intake)
    let own = study.panel.entries[2].series.values[3]
    let diverted = try #require(study.diverted).series[2].values[3]
    #expect(intake.panel.entries[2].series.values[3].isClose(to: own + diverted, relative: 1e-15))
    let short = try #require(study.diverted).series.map {
      TimeSeries(start: $0.start.advanced(by: 1), values: Array($0.values.dropFirst()))
    }
    study.diverted = Study.Variable(name: Text("diverted"), series: short)
    #expect(try #require(study.intake).panel.entries[0].series.values[0].isNaN)
    study.diverted = nil
    #expect(study.intake == nil)
  }
}
