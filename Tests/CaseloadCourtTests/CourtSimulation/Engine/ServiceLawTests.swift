import CaseloadData
import CaseloadMath
import Testing

@testable import CaseloadCourt

@Suite("Service laws")
struct ServiceLawTests {
  @Test(
    "draws at evenly spaced uniforms have the law's mean and spread",
    arguments: [
      ("deterministic", 0.5), ("exponential", 1), ("lognormal", 0.7), ("hyperexponential", 1.4),
    ])
  func moments(name: String, spread: Double) throws {
    let family = try #require(ServiceLaw.Family(rawValue: name))
    let law = try ServiceLaw(family, mean: 3, coefficientOfVariation: spread)
    let sampler = ServiceSampler(law)
    let count = 20_000
    let draws = (0..<count).map { sampler.draw((Double($0) + 0.5) / Double(count)) }
    let mean = try #require(Descriptive.mean(draws))
    let square = try #require(Descriptive.mean(draws.map { $0 * $0 }))
    // The midpoint rule cuts the tail at 1/40000; the second moment feels it most.
    #expect(abs(mean - 3) < 3e-3)
    #expect(abs(square / law.secondMoment - 1) < 0.01)
  }

  @Test("gamma draws follow their law", arguments: [0.3, 0.9, 1.5])
  func gamma(spread: Double) throws {
    let sampler = ServiceSampler(
      try ServiceLaw(.gamma, mean: 3, coefficientOfVariation: spread))
    let law = Gamma(shape: 1 / (spread * spread), scale: 3 * spread * spread)
    var stream = RandomStream(seed: 2)
    let count = 40_000
    let draws = (0..<count).map { _ in sampler.draw(stream.uniform()) }.sorted()
    // Kolmogorov's distance: 1.95 / √n is exceeded once in a thousand samples.
    let distance = draws.indices.reduce(0.0) {
      let p = law.cumulative(draws[$1])
      return max($0, p - Double($1) / Double(count), Double($1 + 1) / Double(count) - p)
    }
    #expect(distance < 1.95 / Double(count).squareRoot())
  }

  @Test("a hyperexponential law by its branches has the moments of the mixture")
  func branches() throws {
    let law = try ServiceLaw(branches: [
      .init(probability: 0.8, mean: 0.25), .init(probability: 0.2, mean: 4),
    ])
    #expect(abs(law.mean - 1) < 1e-15)
    #expect(abs(law.secondMoment - 6.5) < 1e-14)
    #expect(try abs(law.scaled(by: 2).secondMoment - 26) < 1e-13)
  }

  @Test("numbers that make no law are refused")
  func refusals() {
    #expect(throws: Diagnostic.self) { try ServiceLaw(.exponential, mean: 0) }
    #expect(throws: Diagnostic.self) {
      try ServiceLaw(.gamma, mean: 1, coefficientOfVariation: 0)
    }
    #expect(throws: Diagnostic.self) {
      try ServiceLaw(.hyperexponential, mean: 1, coefficientOfVariation: 0.5)
    }
    #expect(throws: Diagnostic.self) {
      try ServiceLaw(branches: [.init(probability: 0.8, mean: 1)])
    }
    #expect(throws: Diagnostic.self) { try ServiceLaw(branches: []) }
  }
}
