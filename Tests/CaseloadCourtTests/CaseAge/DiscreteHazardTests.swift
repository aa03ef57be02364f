import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@Suite("Discrete hazards") struct DiscreteHazardTests {
  @Test(
    "coefficients and standard errors as R's glm has them on the expanded register",
    arguments: ["logitSmooth", "cloglogSmooth", "logitMonthly"])
  func glm(name: String) throws {
    let values = try CaseAgeOracle.values()
    let register = try CaseAgeOracle.register(values)
    let reference = values["hazards"]?[name]
    var model = DiscreteHazard(covariates: ["group", "stratum"])
    if name == "cloglogSmooth" { model.link = .complementaryLogLog }
    if name == "logitMonthly" {
      model = DiscreteHazard(baseline: .monthly(last: 5), covariates: ["group"])
    }
    let fit = try model.fitted(to: register)
    #expect(Double(fit.personPeriods) == reference?["rows"]?.number)
    #expect(Double(fit.events) == reference?["events"]?.number)
    let expected = CaseAgeOracle.numbers(reference?["coefficients"]).compactMap { $0 }
    let errors = CaseAgeOracle.numbers(reference?["standardErrors"]).compactMap { $0 }
    #expect(fit.coefficients.map(\.estimate).isClose(to: expected, relative: 1e-8, absolute: 1e-10))
    #expect(fit.coefficients.map(\.standardError).isClose(to: errors, relative: 1e-7))
    #expect(Optional(fit.logLikelihood).agrees(reference?["logLikelihood"]?.number))
  }

  @Test("a free baseline without covariates is the life table")
  func lifeTable() throws {
    let register = try CaseAgeOracle.register(CaseAgeOracle.values())
    let fit = try DiscreteHazard(baseline: .monthly(last: 6)).fitted(to: register)
    let periods = try PersonPeriods(register)
    let curve = try fit.curve(for: [], months: 6)
    var open = 1.0
    for (point, cell) in zip(curve, periods.cells) {
      let hazard = Double(cell.events) / Double(cell.atRisk)
      #expect(point.hazard.isClose(to: hazard, relative: 1e-9))
      open *= 1 - hazard
      #expect(point.open.isClose(to: open, relative: 1e-9))
    }
    #expect(fit.events + fit.eventsOutside == register.cases.count { $0.closed != nil })
  }

  @Test("months in which nothing closed are merged with the next")
  func merging() throws {
    let asOf = Period.day(2026, 1, 1)
    let days = [20, 25, 100, 110, 115, 140]
    let cases = days.map { day in
      CaseRecord(filed: asOf.advanced(by: -400), closed: asOf.advanced(by: day - 400))
    }
    let open = [CaseRecord](
      repeating: CaseRecord(filed: asOf.advanced(by: -400)), count: 4)
    let register = try CaseRegister(cases + open, asOf: asOf)
    let fit = try DiscreteHazard(baseline: .monthly(last: 4)).fitted(to: register)
    #expect(fit.coefficients.map(\.name) == ["(intercept)", "month 2–4", "month 5"])
  }

  @Test("spikes and types of a simulated register are found again")
  func truth() throws {
    var city = CityModel()
    city.months = 60
    let simulation = try CaseRegisterSimulation(CitySimulation(city, seed: 3))
    let law = simulation.model
    let model = DiscreteHazard(covariates: ["caseType"])
    let fit = try model.fitted(to: simulation.register)
    func coefficient(_ name: String) -> DiscreteHazardFit.Coefficient? {
      fit.coefficients.first { $0.name == name }
    }
    let reference = try #require(law.types.first { $0.caseType == "administrative" })
    let family = try #require(law.types.first { $0.caseType == "family" })
    for (name, value) in [
      ("ln(month)", law.slope), ("ln(month)^2", law.curvature), ("deadline 3", law.spike),
      ("deadline 6", law.spike), ("caseType=family", family.level - reference.level),
      ("(intercept)", reference.level),
    ] {
      let found = try #require(coefficient(name))
      // Four standard errors: six comparisons, one seed.
      #expect(abs(found.estimate - value) < 4 * found.standardError, "\(name)")
    }
  }

  @Test("refused: other links, impossible baselines, unknown covariates and categories")
  func refusals() throws {
    let register = try CaseAgeOracle.register(CaseAgeOracle.values())
    #expect(throws: Diagnostic.self) {
      try DiscreteHazard(link: .probit).fitted(to: register)
    }
    #expect(throws: Diagnostic.self) {
      try DiscreteHazard(baseline: .smooth(degree: 9, deadlines: [])).fitted(to: register)
    }
    #expect(throws: Diagnostic.self) {
      try DiscreteHazard(covariates: ["judge"]).fitted(to: register)
    }
    let fit = try DiscreteHazard(covariates: ["group"]).fitted(to: register)
    #expect(throws: Diagnostic.self) { try fit.curve(for: ["north"], months: 3) }
  }
}
