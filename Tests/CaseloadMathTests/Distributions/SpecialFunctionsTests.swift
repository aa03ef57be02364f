import CaseloadMath
import CaseloadTestSupport
import Testing

/// One line of a special function in Tests/Oracles/distributions/values.json.
private struct FunctionCase: Decodable {
  let a: Double?
  let b: Double?
  let x: Double
  let value: Double
}

private struct FunctionOracle: Decodable {
  let logGamma: [FunctionCase]
  let digamma: [FunctionCase]
  let trigamma: [FunctionCase]
  let erf: [FunctionCase]
  let erfc: [FunctionCase]
  let regularizedBeta: [FunctionCase]
  let regularizedGammaP: [FunctionCase]
  let regularizedGammaQ: [FunctionCase]
}

@Suite("Special functions")
struct SpecialFunctionsTests {
  private func worst(
    _ cases: KeyPath<FunctionOracle, [FunctionCase]>, _ function: (FunctionCase) -> Double
  ) throws -> WorstError {
    var worst = WorstError()
    for entry in try Oracle.load("distributions", as: FunctionOracle.self)[keyPath: cases] {
      worst.note(
        function(entry), entry.value, scale: max(abs(entry.value), 1e-290),
        "a = \(entry.a ?? .nan), b = \(entry.b ?? .nan), x = \(entry.x)")
    }
    return worst
  }

  @Test("ln Γ agrees with mpmath")
  func logGamma() throws {
    let worst = try worst(\.logGamma) { SpecialFunctions.logGamma($0.x) }
    #expect(worst.error < 1e-15, "\(worst)")  // mpmath 1.4.1
  }

  @Test("ψ agrees with mpmath")
  func digamma() throws {
    let worst = try worst(\.digamma) { SpecialFunctions.digamma($0.x) }
    #expect(worst.error < 1e-15, "\(worst)")  // mpmath 1.4.1
  }

  @Test("ψ′ agrees with mpmath")
  func trigamma() throws {
    let worst = try worst(\.trigamma) { SpecialFunctions.trigamma($0.x) }
    #expect(worst.error < 1e-15, "\(worst)")  // mpmath 1.4.1
  }

  @Test("erf agrees with mpmath")
  func erf() throws {
    let worst = try worst(\.erf) { SpecialFunctions.erf($0.x) }
    #expect(worst.error < 1e-15, "\(worst)")  // mpmath 1.4.1
  }

  @Test("erfc agrees with mpmath")
  func erfc() throws {
    let worst = try worst(\.erfc) { SpecialFunctions.erfc($0.x) }
    #expect(worst.error < 1e-15, "\(worst)")  // mpmath 1.4.1
  }

  @Test("Iₓ(a, b) agrees with mpmath")
  func regularizedBeta() throws {
    let worst = try worst(\.regularizedBeta) {
      SpecialFunctions.regularizedBeta($0.a ?? .nan, $0.b ?? .nan, $0.x)
    }
    #expect(worst.error < 5e-11, "\(worst)")  // mpmath 1.4.1; a, b up to 5·10⁵ lose digits
  }

  @Test("P(a, x) agrees with mpmath")
  func regularizedGammaP() throws {
    let worst = try worst(\.regularizedGammaP) {
      SpecialFunctions.regularizedGammaP($0.a ?? .nan, $0.x)
    }
    #expect(worst.error < 5e-14, "\(worst)")  // mpmath 1.4.1
  }

  @Test("Q(a, x) agrees with mpmath")
  func regularizedGammaQ() throws {
    let worst = try worst(\.regularizedGammaQ) {
      SpecialFunctions.regularizedGammaQ($0.a ?? .nan, $0.x)
    }
    #expect(worst.error < 5e-11, "\(worst)")  // mpmath 1.4.1; a up to 5·10⁵ loses digits
  }

  @Test("ln B agrees with its factorials")
  func logBetaAgreesWithItsDefinition() {
    let value = SpecialFunctions.logBeta(3, 4)
    #expect(value.isClose(to: log(12.0 / 720), relative: 1e-15))  // B(3, 4) = 2! 3! / 6!
  }
}
