import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("The design of a study")
struct StudyDesignTests {
  private func series(_ values: [Double], from start: Int = 2010) -> TimeSeries {
    TimeSeries(start: .year(start), values: values)
  }

  private func study(_ units: [(String, TimeSeries)], _ starts: [String: Int]) throws -> Study {
    try Study(
      Panel(
        keyNames: ["court"], entries: units.map { Panel.Entry(key: [$0.0], series: $0.1) }),
      treatmentStart: starts.mapValues { .year($0) })
  }

  private let full = (0..<8).map { 10 + Double($0 * $0 % 5) }

  private func design(_ study: Study) throws -> StudyDesign {
    try StudyDesign(
      study, estimators: [InterruptedTimeSeries()], from: RandomStream(seed: 1))
  }

  @Test("waves, and who is never, not yet or always treated")
  func counts() throws {
    let names = ["A", "B", "C", "D", "E", "F"]
    let design = try design(
      try study(
        names.map { ($0, series(full)) },
        ["A": 2013, "B": 2013, "C": 2015, "D": 2030, "E": 2010]))
    #expect(design.cohorts.map(\.units) == [["A", "B"], ["C"]])
    #expect(design.cohorts.map(\.periodsBefore) == [3, 5])
    #expect(design.cohorts.map(\.periodsAfter) == [5, 3])
    #expect(design.neverTreated == ["F"])
    #expect(design.notYetTreated == ["D"])
    #expect(design.alwaysTreated == ["E"])
    #expect(design.isBalanced && design.isAbsorbing)
    #expect(design.treatedClusters == 4 && design.comparisonClusters == 2)
    #expect(design.smallestPValue?.isClose(to: 1 / 15.0) == true)  // C(6, 4) = 15
    #expect(design.notes.contains { $0.en.contains("Treated from the first period on") })
    #expect(design.notes.contains { $0.en.contains("2 waves") })
  }

  @Test("support counts, at each event time, the treated that are seen and the untreated then")
  func support() throws {
    let design = try design(
      try study(
        [("A", series(full)), ("B", series(full)), ("C", series(full)), ("D", series(full))],
        ["A": 2013, "B": 2015]))
    let byTime = Dictionary(uniqueKeysWithValues: design.support.map { ($0.eventTime, $0) })
    #expect(byTime.keys.min() == -5 && byTime.keys.max() == 4)
    #expect(byTime[-5]?.treatedUnits == 1 && byTime[-3]?.treatedUnits == 2)
    // In 2013 B is not yet treated: B, C and D compare. At +4 it is 2017, and only A is that far.
    #expect(byTime[0]?.treatedUnits == 2 && byTime[0]?.comparisonUnits == 3)
    #expect(byTime[4]?.treatedUnits == 1 && byTime[4]?.comparisonUnits == 2)
    #expect(byTime[4]?.cohorts == 1)
  }

  @Test("gaps and shorter spans are named with their periods")
  func gaps() throws {
    var broken = full
    broken[3] = .nan
    broken[4] = .nan
    let design = try design(
      try study(
        [("A", series(full)), ("B", series(broken)), ("C", series([1, 2, 3], from: 2012))],
        ["A": 2014]))
    #expect(
      design.gaps == [StudyDesign.Gap(unit: "B", from: .year(2013), to: .year(2014))])
    #expect(
      design.partial == [StudyDesign.Span(unit: "C", from: .year(2012), to: .year(2014))])
    #expect(!design.isBalanced && design.observationCount == 8 + 6 + 3)
  }

  @Test("a design that cannot answer says why, one that can is named to begin with")
  func feasibility() throws {
    let short = try design(try study([("A", series([1, 2, 3]))], ["A": 2011]))
    #expect(short.designs.map(\.isFeasible) == [false])
    #expect(short.designs.first?.reason?.hint != nil)
    #expect(short.notes.contains { $0.en.contains("alone, it identifies no effect") })
    #expect(!short.notes.contains { $0.en.hasPrefix("Begin with") })
    let late = try design(try study([("A", series(full)), ("B", series(full))], ["A": 2012]))
    #expect(late.notes.contains { $0.en.contains("whether it moved like the others") })
    let long = try design(
      try Study(TestStudies.series(60, at: 30, sigma: 2), from: .month(2017, 7)))
    #expect(long.designs.map(\.isFeasible) == [true])
    #expect(long.notes.last?.en == "Begin with: its.")
    #expect(long.notes.first?.en.hasPrefix("Nothing is untreated") == true)
  }

  @Test("few treated clusters bring the least possible p-value, and whether it reaches 5 %")
  func few() throws {
    let names = (0..<6).map { "U\($0)" }
    let one = try design(
      try study(names.map { ($0, series(full)) }, ["U0": 2014]))
    #expect(one.notes.contains { $0.en.contains("below 0.167") && $0.en.contains("5 %") })
    #expect(StudyDesign.smallestPValue(treated: 3, of: 6)?.isClose(to: 0.05) == true)
    #expect(StudyDesign.smallestPValue(treated: 0, of: 6) == nil)
    #expect(StudyDesign.smallestPValue(treated: 6, of: 6) == nil)
  }

  @Test("what such a study can find comes from the noise before, and not from the effect")
  func detectable() throws {
    func panel(_ effect: Double) throws -> Study {
      let names = (0..<8).map { "U\($0)" }
      return try study(
        names.enumerated().map { unit, name in
          (
            name,
            series(
              (0..<8).map { t in
                let treated = unit < 3 && t >= 4
                return 100 + Double((t * 7 + unit * 5) % 11) - (treated ? effect : 0)
              })
          )
        }, ["U0": 2014, "U1": 2014, "U2": 2014])
    }
    let none = try #require(try design(panel(0)).minimumDetectableEffect)
    #expect(none > 0.01 && none < 0.2)
    #expect(try design(panel(40)).minimumDetectableEffect == none)
    let alone = try Study(TestStudies.series(60, at: 30, sigma: 2), from: .month(2017, 7))
    #expect(try design(alone).minimumDetectableEffect == nil)
  }

  @Test("a treatment that ends is noticed, and so is a start beside the pandemic")
  func switching() throws {
    var study = try study([("A", series(full)), ("B", series(full))], ["A": 2013])
    study.treatment = Study.Variable(
      name: Text("on"),
      series: [series([0, 0, 0, 1, 1, 0, 0, 0]), series([0, 0, 0, 0, 0, 0, 0, 0])])
    #expect(try !design(study).isAbsorbing)
    let monthly = try Study(
      TestStudies.series(72, at: 58, sigma: 2), from: .month(2019, 11))
    #expect(try design(monthly).notes.contains { $0.en.contains("pandemic of 2020") })
  }

  @Test("the result survives JSON")
  func codable() throws {
    let design = try design(try study([("A", series(full)), ("B", series(full))], ["A": 2013]))
    let again = try roundTrip(design)
    #expect(again.cohorts == design.cohorts && again.support == design.support)
  }
}
