import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Regression with the autocorrelation integrated out") struct IntegratedAutoregressionTests {
  private static let names = ["1", "t", "D"]

  /// A line and a step in n periods, some of them missing.
  private static func data(
    _ n: Int, missing: Set<Int> = [], rho: Double = 0.5, seed: UInt64 = 11
  ) -> (x: Matrix, y: [Double], times: [Int]) {
    var draws = RandomStream(seed: seed)
    var error = draws.normal()
    var all: [Double] = []
    for t in 0..<n {
      all.append(2 + 0.1 * Double(t) + (t >= n / 2 ? 1 : 0) + error)
      error = rho * error + (1 - rho * rho).squareRoot() * draws.normal()
    }
    let times = (0..<n).filter { !missing.contains($0) }
    let columns = [
      times.map { _ in 1.0 }, times.map(Double.init), times.map { $0 >= n / 2 ? 1.0 : 0 },
    ]
    return (Matrix(columns: columns), times.map { all[$0] }, times)
  }

  /// The mixture by its definition: dense matrices on a fine grid of θ and, with white noise, of φ.
  private static func definition(
    _ x: Matrix, _ y: [Double], _ times: [Int], contrast: [Double], hasWhiteNoise: Bool,
    knownVariance: Double? = nil
  ) throws -> [(weight: Double, center: Double, scale: Double)] {
    let (n, p) = (y.count, x.columnCount)
    let (count, angles) = (hasWhiteNoise ? 300 : 4000, hasWhiteNoise ? 60 : 1)
    var raw: [(log: Double, center: Double, scale: Double)] = []
    for a in 0..<angles {
      let angle = (Double(a) + 0.5) / Double(angles) * 0.5 * .pi
      let share = hasWhiteNoise ? sin(angle) * sin(angle) : 0
      for k in 0..<count {
        let rho = sin((Double(k) + 0.5) / Double(count) * .pi - 0.5 * .pi)
        var r = Matrix(rowCount: n, columnCount: n)
        for i in 0..<n {
          for j in 0..<n {
            let lag = abs(times[i] - times[j])
            r[i, j] = lag == 0 ? 1 : (1 - share) * pow(rho, Double(lag))
          }
        }
        guard let factor = try? Cholesky(r) else { continue }
        let inverse = factor.inverse()
        let weighted = inverse * x
        let normal = x.transposed(times: weighted)
        let covariance = try Cholesky(normal)
        let beta = covariance.solve(BLAS.gemv(weighted, y, transposingA: true))
        let fitted = x * beta
        let e = y.indices.map { y[$0] - fitted[$0] }
        let squares = zip(e, inverse * e).reduce(0) { $0 + $1.0 * $1.1 }
        let likelihood =
          knownVariance.map { -0.5 * squares / $0 } ?? (-0.5 * Double(n - p) * log(squares))
        let prior = hasWhiteNoise ? 2 * log(cos(angle)) : 0
        let v = covariance.inverse()
        let variance = zip(contrast, v * contrast).reduce(0) { $0 + $1.0 * $1.1 }
        raw.append(
          (
            -0.5 * (factor.logDeterminant + covariance.logDeterminant) + likelihood + prior,
            zip(contrast, beta).reduce(0) { $0 + $1.0 * $1.1 },
            (variance * (knownVariance ?? squares / Double(n - p))).squareRoot()
          ))
      }
    }
    let top = raw.map(\.log).max() ?? 0
    let total = raw.reduce(0) { $0 + exp($1.log - top) }
    return raw.map { (exp($0.log - top) / total, $0.center, $0.scale) }
  }

  @Test(
    "it agrees with its definition: mean, both quantiles and the p-value",
    arguments: [(false, false), (false, true), (true, false), (true, true)])
  func agreesWithItsDefinition(_ hasWhiteNoise: Bool, _ isKnown: Bool) throws {
    let (x, y, times) = Self.data(14, missing: [3, 9])
    let variance = isKnown ? 1.3 : nil
    let contrast = [0.0, 0, 1]
    let fit = try IntegratedAutoregression(
      x, y, names: Self.names, times: times, hasWhiteNoise: hasWhiteNoise,
      knownVariance: variance)
    let estimate = fit.estimate(of: contrast, level: 0.9)
    let mixture = try Self.definition(
      x, y, times, contrast: contrast, hasWhiteNoise: hasWhiteNoise, knownVariance: variance)
    func below(_ point: Double) -> Double {
      mixture.reduce(0) { sum, part in
        let z = (point - part.center) / part.scale
        let law =
          isKnown
          ? Normal.standard.cumulative(z)
          : StudentT(degreesOfFreedom: Double(y.count - 3)).cumulative(z)
        return sum + part.weight * law
      }
    }
    // The sum by midpoints is good to about 1e-5.
    let mean = mixture.reduce(0) { $0 + $1.weight * $1.center }
    #expect(estimate.value.isClose(to: mean, absolute: 1e-4))
    #expect(below(try #require(estimate.lower)).isClose(to: 0.05, absolute: 1e-4))
    #expect(below(try #require(estimate.upper)).isClose(to: 0.95, absolute: 1e-4))
    let p = 2 * min(below(0), 1 - below(0))
    #expect(try #require(estimate.pValue).isClose(to: p, absolute: 2e-4))
    let square = mixture.reduce(0) {
      $0 + $1.weight * ($1.scale * $1.scale + ($1.center - mean) * ($1.center - mean))
    }
    #expect(
      try #require(estimate.standardError).isClose(to: square.squareRoot(), relative: 1e-3))
  }

  @Test("a contrast is linear: twice the contrast is twice everything but the p-value")
  func linear() throws {
    let (x, y, times) = Self.data(24)
    let fit = try IntegratedAutoregression(x, y, names: Self.names, times: times)
    let one = fit.estimate(of: [0, 0, 1], level: 0.95)
    let two = fit.estimate(of: [0, 0, 2], level: 0.95)
    #expect(two.value.isClose(to: 2 * one.value, relative: 1e-12))
    #expect(try #require(two.upper).isClose(to: 2 * #require(one.upper), relative: 1e-8))
    #expect(try #require(two.pValue).isClose(to: #require(one.pValue), relative: 1e-8))
    #expect(fit.coefficients[2].isClose(to: one.value, relative: 1e-12))
  }

  @Test("a change of units and another line leave the step's test alone")
  func invariance() throws {
    let (x, y, times) = Self.data(24)
    let moved = times.indices.map { 1e4 * y[$0] - 3e6 + 700 * Double(times[$0]) }
    let base = try IntegratedAutoregression(x, y, names: Self.names, times: times)
    let other = try IntegratedAutoregression(x, moved, names: Self.names, times: times)
    let (a, b) = (
      base.estimate(of: [0, 0, 1], level: 0.95), other.estimate(of: [0, 0, 1], level: 0.95)
    )
    #expect(b.value.isClose(to: 1e4 * a.value, relative: 1e-7))
    #expect(try #require(b.lower).isClose(to: 1e4 * #require(a.lower), relative: 1e-6))
    #expect(other.autocorrelation.isClose(to: base.autocorrelation, absolute: 1e-8))
  }

  @Test("a long series has the autocorrelation and the interval of REML")
  func longSeries() throws {
    let (x, y, times) = Self.data(600, rho: 0.4, seed: 12)
    let fit = try IntegratedAutoregression(x, y, names: Self.names, times: times)
    let reml = try AutoregressiveRegression().fitted(x, y, names: Self.names, times: times)
    #expect(fit.autocorrelation.isClose(to: reml.autocorrelation, absolute: 0.01))
    let (a, b) = (
      fit.estimate(of: [0, 0, 1], level: 0.95), reml.estimate(of: [0, 0, 1], level: 0.95)
    )
    let error = try #require(b.standardError)
    #expect(a.value.isClose(to: b.value, absolute: 0.02 * error))
    #expect(try #require(a.standardError).isClose(to: error, relative: 0.03))
    #expect(fit.innovations.count == 600)
    let lag = zip(fit.innovations, fit.innovations.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let square = fit.innovations.reduce(0) { $0 + $1 * $1 }
    #expect(abs(lag / square) < 0.1)
  }

  @Test("too few rows, dependent columns and an exact fit are diagnostics")
  func refused() throws {
    let (x, y, times) = Self.data(14)
    func code(_ x: Matrix, _ y: [Double], _ times: [Int]) -> DiagnosticCode? {
      do {
        _ = try IntegratedAutoregression(x, y, names: Self.names, times: times)
        return nil
      } catch { return error.code }
    }
    let rows = [0, 6, 12]
    #expect(code(x.selectingRows(rows), rows.map { y[$0] }, rows) == .seriesTooShort)
    let twice = Matrix(columns: [x.column(0), x.column(1), x.column(1)])
    #expect(code(twice, y, times) == .rankDeficient)
    #expect(code(x, x.column(1).map { 3 + 2 * $0 }, times) == .notIdentified)
  }
}
