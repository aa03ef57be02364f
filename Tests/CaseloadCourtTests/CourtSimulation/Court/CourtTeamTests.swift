import CaseloadMath
import Testing

@testable import CaseloadCourt

@Suite("Teams")
struct CourtTeamTests {
  @Test("Leontief: the scarcest member decides, and more than needed helps nobody")
  func leontief() {
    let team = CourtTeam(assistants: 8, clerks: 30)
    #expect(team.worth(judges: 10, need: .init(assistant: 1, clerk: 1)) == 0.8)
    #expect(team.worth(judges: 10, need: .init(assistant: 0.5, clerk: 1)) == 1)
    #expect(team.worth(judges: 10, need: .init(assistant: 0, clerk: 6)) == 0.5)
  }

  @Test("CES agrees with its definition, and passes through Cobb–Douglas to Leontief")
  func constantElasticity() {
    func worth(_ elasticity: Double) -> Double {
      CourtTeam(
        assistants: 8, clerks: 12, complement: .ces, elasticity: elasticity, judgeWeight: 0.4
      ).worth(judges: 10, need: .init())
    }
    // σ = 2: ρ = ½
    let half = 0.4 + 0.3 * 0.8.squareRoot() + 0.3 * 1.2.squareRoot()
    #expect(abs(worth(2) - half * half) < 1e-12)
    #expect(abs(worth(1) - exp(0.3 * log(0.8) + 0.3 * log(1.2))) < 1e-12)
    #expect(abs(worth(1 + 1e-6) - worth(1)) < 1e-6)
    #expect(abs(worth(0.002) - 0.8) < 0.01)
    #expect(
      CourtTeam(assistants: 10, clerks: 10, complement: .ces).worth(judges: 10, need: .init())
        == 1)
  }
}
