import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Cases over an age, months ahead") struct AgeProjectionTests {
  @Test("the law of a sum of unequal chances agrees with its definition")
  func poissonBinomial() {
    let chances = [0.1, 0.5, 0.9, 0.3]
    var expected = [Double](repeating: 0, count: 5)
    for bits in 0..<16 {
      var (p, k) = (1.0, 0)
      for (i, chance) in chances.enumerated() {
        let isHit = bits >> i & 1 == 1
        p *= isHit ? chance : 1 - chance
        k += isHit ? 1 : 0
      }
      expected[k] += p
    }
    let law = PoissonBinomial(chances)
    #expect(law.offset == 0 && law.probabilities.isClose(to: expected, relative: 1e-14))
    #expect(law.mean.isClose(to: 1.8, relative: 1e-15))
    #expect(law.quantile(0.5) == 2)
    let sure = PoissonBinomial([1, 1, 0])
    #expect(sure.quantile(0.025) == 2 && sure.quantile(0.975) == 2)
    #expect(PoissonBinomial([]).quantile(0.5) == 0)
    // Many trials: cut tails lose nothing that counts.
    let many = PoissonBinomial([Double](repeating: 0.3, count: 4000))
    #expect(many.probabilities.accurateSum.isClose(to: 1, absolute: 1e-12))
    #expect(many.probabilities.count < 1200)
  }

  @Test("simulated and exact laws agree, and cases are conserved")
  func agreement() throws {
    var city = CityModel()
    city.months = 40
    var law = CaseRegisterModel()
    law.months = 30
    let register = try CaseRegisterSimulation(CitySimulation(city, seed: 5), law).register
    let fit = try DiscreteHazard(covariates: ["caseType"]).fitted(to: register)
    let result = try AgeProjection(
      register, by: fit, horizon: 6, draws: 400, from: RandomStream(seed: 1))
    #expect(result.open == register.open.count { !$0.isSuspended })
    var open = Double(result.open)
    for step in result.steps {
      let simulated = try #require(step.simulated)
      let spread = (simulated.upper95 - simulated.lower95) / 3.92
      #expect(
        abs(simulated.mean - step.expected) < 5 * spread / 400.0.squareRoot() + 0.02 * step.expected
      )
      #expect((open - step.expectedClosings).isClose(to: step.expectedOpen, absolute: 1e-9))
      #expect(Double(step.exactLower) <= step.expected && step.expected <= Double(step.exactUpper))
      open = step.expectedOpen
    }
    let again = try AgeProjection(
      register, by: fit, horizon: 6, draws: 400, from: RandomStream(seed: 1))
    #expect(again.steps.map(\.simulated) == result.steps.map(\.simulated))
  }

  @Test("refused: no threshold, no horizon, filings of another length")
  func refusals() throws {
    let register = try CaseAgeOracle.register(CaseAgeOracle.values())
    let fit = try DiscreteHazard(covariates: ["group"]).fitted(to: register)
    let stream = RandomStream(seed: 1)
    #expect(throws: Diagnostic.self) {
      try AgeProjection(register, by: fit, horizon: 0, from: stream)
    }
    #expect(throws: Diagnostic.self) {
      try AgeProjection(register, by: fit, horizon: 3, threshold: 0, from: stream)
    }
    #expect(throws: Diagnostic.self) {
      try AgeProjection(register, by: fit, horizon: 3, filings: [1], from: stream)
    }
  }
}
