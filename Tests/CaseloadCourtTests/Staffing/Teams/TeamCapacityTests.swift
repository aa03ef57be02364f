import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Teams") struct TeamCapacityTests {
  private func team(_ elasticity: Double, clerkPerTeam: Double = 1) throws -> TeamCapacity {
    try TeamCapacity(
      roles: [
        TeamCapacity.Role(name: "judge", share: 2, cost: 300),
        TeamCapacity.Role(name: "assistant", share: 1, cost: 120),
        TeamCapacity.Role(name: "clerk", perTeam: clerkPerTeam, share: 1, cost: 80),
      ], casesPerTeam: 201, elasticity: elasticity)
  }

  @Test(
    "whole teams resolve the same whatever the elasticity", arguments: [0, 0.3, 0.999999, 1, 2, 9])
  func wholeTeams(elasticity: Double) throws {
    let capacity = try team(elasticity).capacity([34, 34, 34])
    #expect(capacity.cases.isClose(to: 6834, relative: 1e-12))
    #expect(capacity.teams.isClose(to: 34, relative: 1e-12))
  }

  @Test("in fixed proportions the scarcest decides")
  func leontief() throws {
    let capacity = try team(0, clerkPerTeam: 0.5).capacity([34, 28, 20])
    #expect(capacity.cases == 201 * 28 && capacity.bottleneck == "assistant")
    #expect(capacity.oneMore == [0, 201, 0])
    let tied = try team(0).capacity([10, 10, 12])
    #expect(tied.bottleneck == "judge" && tied.oneMore == [0, 0, 0])
  }

  @Test("the elasticity of substitution is what it is called", arguments: [0.3, 0.7, 1, 1.8])
  func elasticity(sigma: Double) throws {
    // d ln(x₁/x₂) / d ln(MRS) by differences of the production function.
    let team = try team(sigma)
    func substitution(_ x: [Double]) -> Double {
      let h = 1e-5
      func slope(_ i: Int) -> Double {
        var (up, down) = (x, x)
        up[i] += h
        down[i] -= h
        return (team.cases(up) - team.cases(down)) / (2 * h)
      }
      return slope(1) / slope(0)
    }
    let (a, b) = (substitution([10, 12, 9]), substitution([12, 10, 9]))
    let actual = (log(12.0 / 10) - log(10.0 / 12)) / (log(b) - log(a))
    #expect(actual.isClose(to: sigma, relative: 1e-5))
  }

  @Test("CES agrees with its definition, and nears fixed proportions")
  func definition() throws {
    let x = [30.0, 25, 40]
    let rho = 1 - 1 / 0.4
    let sum = 0.5 * pow(30, rho) + 0.25 * pow(25, rho) + 0.25 * pow(40, rho)
    #expect(try team(0.4).capacity(x).cases.isClose(to: 201 * pow(sum, 1 / rho), relative: 1e-12))
    let douglas = pow(30.0, 0.5) * pow(25, 0.25) * pow(40, 0.25)
    #expect(try team(1).capacity(x).cases.isClose(to: 201 * douglas, relative: 1e-12))
    #expect(try team(0.005).capacity(x).cases.isClose(to: 201 * 25, relative: 0.01))
    #expect(try team(0.5).capacity([30, 0, 40]).cases == 0)
    #expect(try team(2).capacity([30, 0, 40]).cases > 0)
    #expect(try team(2).capacity([0, 0, 0]).cases == 0)
  }

  @Test("the best mix in fixed proportions buys whole teams, after those present")
  func fixedMix() throws {
    let mix = try team(0).bestMix(budget: 5000)
    #expect(mix.staff.isClose(to: [10, 10, 10], relative: 1e-9))
    #expect(mix.casesPerMoney.isClose(to: 201.0 / 500, relative: 1e-9))
    let late = try team(0).bestMix(budget: 5000, present: [12, 2, 2])
    // 3600 for judges; 1400 buys seven pairs.
    #expect(late.staff.isClose(to: [12, 7, 7], relative: 1e-9))
    #expect(late.capacity.cases.isClose(to: 1407, relative: 1e-9))
  }

  @Test(
    "the best mix with substitution: no exchange of money betters it", arguments: [0.4, 1, 2.5])
  func substitutedMix(sigma: Double) throws {
    let team = try team(sigma)
    for present in [[0, 0, 0], [0, 0, 14.0]] {
      let mix = try team.bestMix(budget: 5000, present: present)
      #expect(mix.cost.isClose(to: 5000, relative: 1e-9))
      let costs = team.roles.map(\.cost)
      for i in 0..<3 {
        for j in 0..<3 where j != i {
          var moved = mix.staff
          moved[i] += 0.5 / costs[i]
          moved[j] -= 0.5 / costs[j]
          if moved[j] < present[j] { continue }
          #expect(team.cases(moved) <= mix.capacity.cases * (1 + 1e-12))
        }
      }
      let richer = try team.bestMix(budget: 5001, present: present)
      let gain = richer.capacity.cases - mix.capacity.cases
      #expect(gain.isClose(to: mix.casesPerMoney, relative: 1e-3))
    }
  }

  @Test("wrong numbers are refused")
  func refused() throws {
    #expect(throws: Diagnostic.self) { try TeamCapacity(roles: [], casesPerTeam: 201) }
    #expect(throws: Diagnostic.self) { try team(-1) }
    #expect(throws: Diagnostic.self) { try team(1, clerkPerTeam: 0) }
    #expect(throws: Diagnostic.self) { try team(1).capacity([1, 2]) }
    #expect(throws: Diagnostic.self) { try team(1).capacity([1, 2, -3]) }
    let error = #expect(throws: Diagnostic.self) {
      try team(1).bestMix(budget: 100, present: [1, 1, 1])
    }
    #expect(error?.code == .infeasiblePlan)
  }
}
