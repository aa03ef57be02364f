import CaseloadCourt
import CaseloadData
import CaseloadMath
import Testing

@Suite("Production functions of courts") struct ProductionFunctionTests {
  private static let judges: [Double] = [2, 3, 5, 8, 13, 21, 34, 4, 6, 9, 17, 26]
  private static let staff: [Double] = [5, 4, 9, 20, 25, 50, 60, 12, 10, 30, 31, 70]
  private static var inputs: [ProductionFunction.Input] {
    [.init(name: "judges", values: judges), .init(name: "staff", values: staff)]
  }

  private static func law(_ judges: Double, _ staff: Double) -> Double {
    exp(log(120 as Double) + 0.7 * log(judges) + 0.2 * log(staff))
  }

  /// Cobb–Douglas output with a disturbance of the given size.
  private static func output(_ noise: Double, seed: UInt64 = 5) -> [Double] {
    var stream = RandomStream(seed: seed)
    return zip(judges, staff).map { judges, staff in
      law(judges, staff) * exp(noise * stream.normal())
    }
  }

  @Test(
    "an exact Cobb–Douglas law is found exactly", arguments: ProductionFunction.Estimator.allCases)
  func exact(estimator: ProductionFunction.Estimator) throws {
    guard estimator != .negativeBinomial else { return }
    let fit = try ProductionFunction(.cobbDouglas, by: estimator).fitted(
      output: Self.output(0), inputs: Self.inputs)
    let elasticities = try fit.elasticities()
    #expect(abs(elasticities[0].estimate.value - 0.7) < 1e-9)
    #expect(abs(elasticities[1].estimate.value - 0.2) < 1e-9)
    #expect(try abs(fit.returnsToScale().value - 0.9) < 1e-9)
    let output = try fit.output(at: [10, 20])
    #expect(abs(output.value / Self.law(10, 20) - 1) < 1e-9)
    let product = try fit.marginalProduct(of: "judges", at: [10, 20])
    #expect(abs(product.value / (0.7 * output.value / 10) - 1) < 1e-9)
    let need = try fit.need(for: output.value, at: [3, 20])
    #expect(abs(need.judges - 10) < 1e-8)
  }

  @Test("an interval by Fieller's theorem is the root of its quadratic")
  func fieller() throws {
    let fit = try ProductionFunction(.cobbDouglas, by: .logLinear).fitted(
      output: Self.output(0.1), inputs: Self.inputs, covariance: .classical)
    let need = try fit.need(for: 2000, at: [10, 20])
    // (α + βl)² = t² (v₀₀ + 2 l v₀₁ + l² v₁₁) with α = a + b₂ l₂ − ln Q.
    let t = StudentT(degreesOfFreedom: 9).upperQuantile(0.025)
    let b = fit.coefficients.map(\.estimate)
    let v = fit.covariance
    let l2 = log(20 as Double) - fit.centers[1]
    let alpha = b[0] + b[2] * l2 - log(2000 as Double)
    let v00 = v[0][0] + 2 * l2 * v[0][2] + l2 * l2 * v[2][2]
    let v01 = v[0][1] + l2 * v[1][2]
    let A = b[1] * b[1] - t * t * v[1][1]
    let B = alpha * b[1] - t * t * v01
    let C = alpha * alpha - t * t * v00
    let root = (B * B - A * C).squareRoot()
    let ends = [(-B - root) / A, (-B + root) / A].map { exp($0 + fit.centers[0]) }
    #expect(abs(try #require(need.fiellerLower) / ends[0] - 1) < 1e-10)
    #expect(abs(try #require(need.fiellerUpper) / ends[1] - 1) < 1e-10)
    #expect(abs(need.judges / exp(-alpha / b[1] + fit.centers[0]) - 1) < 1e-10)
    #expect(need.lower < need.judges && need.judges < need.upper)
  }

  @Test("a translog's elasticities are its derivatives, and its need is its inverse")
  func translog() throws {
    let fit = try ProductionFunction(.translog, by: .poisson).fitted(
      output: Self.output(0.05), inputs: Self.inputs)
    let point = [7.0, 18]
    let h = 1e-5
    let up = try fit.output(at: [7 * exp(h), 18]).value
    let down = try fit.output(at: [7 * exp(-h), 18]).value
    let slope = (log(up) - log(down)) / (2 * h)
    #expect(try abs(fit.elasticities(at: point)[0].estimate.value - slope) < 1e-8)
    let output = try fit.output(at: point).value
    #expect(try abs(fit.need(for: output, at: [5, 18]).judges - 7) < 1e-9)
    let scale = try fit.elasticities(at: point).map(\.estimate.value).reduce(0, +)
    #expect(try abs(fit.returnsToScale(at: point).value - scale) < 1e-12)
    #expect(fit.coefficients.count == 6)
  }

  @Test("where judges may make no difference, the interval of the need is open")
  func openInterval() throws {
    var stream = RandomStream(seed: 2)
    let output = Self.judges.map { _ in 1000 * exp(0.5 * stream.normal()) }
    let fit = try ProductionFunction(.cobbDouglas, by: .logLinear).fitted(
      output: output, inputs: [Self.inputs[0]], covariance: .classical)
    if fit.coefficients[1].estimate > 0 {
      let need = try fit.need(for: 1100, at: [8])
      #expect(need.fiellerLower == nil || need.fiellerUpper == nil)
    } else {
      #expect(throws: Diagnostic.self) { try fit.need(for: 1100, at: [8]) }
    }
  }

  @Test("wrong input is refused with its reason")
  func refused() throws {
    func code(_ body: () throws -> Void) -> DiagnosticCode? {
      do {
        try body()
        return nil
      } catch { return (error as? Diagnostic)?.code }
    }
    let function = ProductionFunction(.cobbDouglas, by: .logLinear)
    let output = Self.output(0.1)
    #expect(
      code { _ = try function.fitted(output: [0] + output.dropFirst(), inputs: Self.inputs) }
        == .valueOutOfRange)
    #expect(code { _ = try function.fitted(output: output, inputs: []) } == .missingValues)
    let zero = ProductionFunction.Input(name: "judges", values: output.map { _ in 0 })
    #expect(code { _ = try function.fitted(output: output, inputs: [zero]) } == .valueOutOfRange)
    let twice = [Self.inputs[0], .init(name: "posts", values: Self.judges)]
    #expect(code { _ = try function.fitted(output: output, inputs: twice) } == .rankDeficient)
    let fit = try function.fitted(output: output, inputs: Self.inputs)
    #expect(code { _ = try fit.need(of: "judge", for: 10, at: [1, 1]) } == .unknownName)
    #expect(code { _ = try fit.need(for: -1, at: [1, 1]) } == .illegalRate)
    #expect(code { _ = try fit.output(at: [1]) } == .missingValues)
  }
}
