import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Brent")
struct BrentTests {
  @Test("the vertex of a parabola is found")
  func vertexOfParabola() {
    let minimum = Brent.minimum(in: -10...10) { ($0 - 1.25) * ($0 - 1.25) + 3 }
    #expect(minimum.point[0].isClose(to: 1.25, relative: 1e-7))  // √ε limit, Brent ch. 5
  }

  @Test("a smooth function that is no parabola is minimized")
  func smoothFunction() {
    let minimum = Brent.minimum(in: 0.1...20) { $0 - log($0) }
    #expect(minimum.point[0].isClose(to: 1, relative: 1e-7))  // √ε limit, Brent ch. 5
  }

  @Test("a function with a corner is minimized")
  func corner() {
    let minimum = Brent.minimum(in: -3...5) { abs($0 - 0.75) }
    #expect(minimum.point[0].isClose(to: 0.75, relative: 1e-7))  // tolerance asked for
  }

  @Test("a minimum at the lower end is approached", arguments: [0.0, -4])
  func minimumAtTheEnd(end: Double) {
    let minimum = Brent.minimum(in: end...(end + 7)) { $0 }
    #expect(minimum.point[0].isClose(to: end, absolute: 1e-6))  // a few tolerances × |end|
  }

  @Test("a minimization that meets its tolerance says so")
  func convergenceIsReported() {
    #expect(Brent.minimum(in: -1...2) { $0 * $0 }.termination == .converged)
  }

  @Test("the value belongs to the point")
  func valueBelongsToThePoint() {
    let f = { (x: Double) in (x - 0.5) * (x - 0.5) * (x + 2) }
    let minimum = Brent.minimum(in: 0...3, of: f)
    #expect(minimum.value == f(minimum.point[0]))
  }

  @Test("few iterations end at their limit")
  func limitIsReported() {
    let minimum = Brent.minimum(in: -10...10, iterationLimit: 3) { ($0 - 1) * ($0 - 1) }
    #expect(minimum.termination == .iterationLimit)
  }

  @Test("an objective that is NaN at the start is a failure")
  func nanFails() {
    #expect(Brent.minimum(in: 0...1) { _ in .nan }.termination == .failed)
  }

  @Test("points outside the domain are avoided")
  func infinityIsAvoided() {
    let minimum = Brent.minimum(in: 0...10) { $0 > 6 ? .infinity : ($0 - 5) * ($0 - 5) }
    #expect(minimum.point[0].isClose(to: 5, relative: 1e-7))  // √ε limit, Brent ch. 5
  }
}
