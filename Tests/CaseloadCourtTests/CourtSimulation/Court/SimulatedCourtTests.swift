import CaseloadData
import Foundation
import Testing

@testable import CaseloadCourt

@Suite("Descriptions of courts")
struct SimulatedCourtTests {
  static let minimal = """
    {"start": "2025-01", "months": 6, "minutesPerDay": 300,
     "tracks": [{"id": "all", "judges": 3}],
     "caseTypes": [{"id": "civil", "filings": 40, "minutes": 250}]}
    """

  static func decoded(_ text: String) throws -> SimulatedCourt {
    try JSONDecoder().decode(SimulatedCourt.self, from: Data(text.utf8))
  }

  /// The code of what `body` throws.
  func code(_ body: () throws -> Void) -> DiagnosticCode? {
    do {
      try body()
      return nil
    } catch { return (error as? Diagnostic)?.code }
  }

  @Test("a few lines make a court, with defaults for the rest")
  func defaults() throws {
    let court = try Self.decoded(Self.minimal)
    #expect(court.allocation == .leastLoaded && court.calendar == .china)
    #expect(court.tracks[0].judges == StaffingPlan(judges: 3))
    #expect(court.caseTypes[0].minutes == (try ServiceLaw(.exponential, mean: 250)))
    try court.check()
  }

  @Test("a court that is written is read as the same")
  func roundTrip() throws {
    let court = try CourtSimulationResultTests.scenarios()
    let data = try JSONEncoder().encode(court)
    #expect(try JSONDecoder().decode(SimulatedCourt.self, from: data) == court)
  }

  @Test("a mistyped entry is not passed over")
  func unknownKey() {
    let text = Self.minimal.replacingOccurrences(
      of: "\"months\"", with: "\"absense\": 1, \"months\"")
    #expect(code { _ = try Self.decoded(text) } == .malformedDefinition)
  }

  @Test("numbers that cannot be are refused with their code")
  func illegal() throws {
    func changed(_ change: (inout SimulatedCourt) -> Void) -> DiagnosticCode? {
      code {
        var court = try Self.decoded(Self.minimal)
        change(&court)
        _ = try CourtPlan(court)
      }
    }
    #expect(changed { $0.months = 0 } == .valueOutOfRange)
    #expect(changed { $0.start = .year(2025) } == .malformedDefinition)
    #expect(changed { $0.minutesPerDay = .nan } == .illegalRate)
    #expect(changed { $0.rhythm = [1, 2] } == .malformedDefinition)
    #expect(changed { $0.absence = 1.5 } == .illegalProbability)
    #expect(changed { $0.tracks = [] } == .valueOutOfRange)
    #expect(changed { $0.tracks[0].judges.judges = 0 } == .illegalStaff)
    #expect(changed { $0.tracks[0].judges.judges = -1 } == .illegalStaff)
    #expect(changed { $0.tracks[0].activeLimit = 0 } == .valueOutOfRange)
    #expect(changed { $0.tracks.append($0.tracks[0]) } == .malformedDefinition)
    #expect(changed { $0.caseTypes[0].filings.mean = -1 } == .illegalRate)
    #expect(changed { $0.caseTypes[0].filings.path = [3, -1] } == .negativeCount)
    #expect(changed { $0.caseTypes[0].filings.dispersion = 0 } == .illegalRate)
    #expect(changed { $0.caseTypes[0].diversion = .init(share: 1.2) } == .illegalProbability)
    #expect(changed { $0.caseTypes[0].withdrawalHazard = -0.1 } == .illegalRate)
    #expect(
      changed { $0.caseTypes[0].stages = [.init(id: "a", share: 0.4)] } == .illegalProbability)
    #expect(
      changed { $0.caseTypes[0].routes = [.init(track: "none", probability: 1)] }
        == .malformedDefinition)
    #expect(changed { $0.retirement = .init(hazard: -1) } == .illegalRate)
    #expect(changed { $0.team = CourtTeam(assistants: 0, clerks: 1) } == .illegalRate)
  }

  @Test("a scenario changes what it says, and names what it does not find")
  func scenario() throws {
    let court = try CourtRunTests.busy()
    var scenario = CourtScenario(id: "s")
    scenario.arrivalFactor = 2
    scenario.diversion = ["crime": 0.1]
    scenario.activeLimits = ["fast": 3]
    scenario.assistants = 9
    scenario.minutesFactor = 0.5
    scenario.staffing = ["fast": [.init(from: .month(2025, 2), judges: 1)]]
    let changed = try scenario.applied(to: court)
    #expect(changed.caseTypes.allSatisfy { $0.arrivalFactor == 2 })
    #expect(changed.caseTypes[2].diversion?.share == 0.1)
    #expect(changed.tracks[0].activeLimit == 3 && changed.tracks[0].judges.changes.count == 1)
    #expect(changed.team?.assistants == 9 && changed.team?.clerks == 8)
    #expect(changed.minutesPerDay == 150)
    scenario.staffing = ["slow": []]
    #expect(code { _ = try scenario.applied(to: court) } == .malformedDefinition)
    scenario.staffing = ["fast": [.init(from: .month(2025, 2), judges: -9)]]
    #expect(code { _ = try CourtPlan(scenario.applied(to: court)) } == .illegalStaff)
  }
}
