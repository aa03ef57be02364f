import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Nelder–Mead")
struct NelderMeadTests {
  static func rosenbrock(_ x: [Double]) -> Double {
    let a = x[1] - x[0] * x[0]
    let b = 1 - x[0]
    return 100 * a * a + b * b
  }

  @Test("Rosenbrock's valley is followed to its end")
  func rosenbrockIsMinimized() {
    let minimum = NelderMead.minimum(from: [-1.2, 1], steps: [0.5, 0.5], of: Self.rosenbrock)
    #expect(minimum.point.isClose(to: [1, 1], relative: 1e-6))  // √tolerance; Nelder & Mead (1965)
  }

  @Test("a quadratic in several dimensions is minimized", arguments: [1, 2, 4, 6])
  func quadraticIsMinimized(dimension: Int) {
    let target = (1...dimension).map { Double($0) }
    let minimum = NelderMead.minimum(
      from: target.map { _ in 0 }, steps: target.map { _ in 1 }
    ) { x in
      zip(x, target).reduce(0) { $0 + $1.1 * ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(minimum.point.isClose(to: target, relative: 1e-6))  // √tolerance
  }

  @Test("a point outside the domain, where the objective is infinite, is never the answer")
  func infinityOutsideTheDomain() {
    // x − ln x over x > 0.
    let minimum = NelderMead.minimum(from: [0.2], steps: [-0.5]) {
      $0[0] > 0 ? $0[0] - log($0[0]) : .infinity
    }
    #expect(minimum.point[0].isClose(to: 1, relative: 1e-6))  // √tolerance
  }

  @Test("a minimum on the edge of the domain is approached")
  func minimumOnTheEdge() {
    let minimum = NelderMead.minimum(from: [3, 3], steps: [1, 1]) { x in
      x[0] >= 1 && x[1] >= 2 ? x[0] + x[1] : .infinity
    }
    #expect(minimum.value.isClose(to: 3, relative: 1e-6))  // √tolerance
  }

  @Test(
    "a start where the objective is not finite is a failure", arguments: [Double.nan, .infinity])
  func startOutsideTheDomainFails(value: Double) {
    let minimum = NelderMead.minimum(from: [1, 2], steps: [1, 1]) { _ in value }
    #expect(minimum.termination == .failed && minimum.point == [1, 2])
  }

  @Test("a search that meets its tolerance says so")
  func convergenceIsReported() {
    let minimum = NelderMead.minimum(from: [1, 1], steps: [1, 1]) { $0[0] * $0[0] + $0[1] * $0[1] }
    #expect(minimum.termination == .converged)
  }

  @Test("few iterations end at their limit with the best point seen")
  func limitIsReported() {
    let minimum = NelderMead.minimum(
      from: [-1.2, 1], steps: [0.5, 0.5], iterationLimit: 5, of: Self.rosenbrock)
    #expect(minimum.termination == .iterationLimit)
  }

  @Test("the value belongs to the point")
  func valueBelongsToThePoint() {
    let minimum = NelderMead.minimum(from: [-1.2, 1], steps: [0.5, 0.5], of: Self.rosenbrock)
    #expect(minimum.value == Self.rosenbrock(minimum.point))
  }

  @Test("a constant objective ends at once")
  func constantObjectiveEnds() {
    let minimum = NelderMead.minimum(from: [1], steps: [1]) { _ in 4 }
    #expect(minimum.termination == .converged)
  }
}
