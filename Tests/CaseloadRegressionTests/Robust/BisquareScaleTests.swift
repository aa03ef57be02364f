import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Bisquare scale") struct BisquareScaleTests {
  @Test("χ′ is the derivative of χ, and χ reaches 1 at its constant")
  func chi() {
    let scale = BisquareScale()
    for u in [-1.4, -0.3, 0.2, 0.9, 1.5] {
      let h = 1e-5
      let difference = (scale.chi(u + h) - scale.chi(u - h)) / (2 * h)
      #expect(scale.slope(u).isClose(to: difference, absolute: 1e-9))
    }
    #expect(scale.chi(scale.c) == 1 && scale.chi(40) == 1)
  }

  @Test("the constant gives a mean of one half at normal errors")
  func consistency() {
    let scale = BisquareScale()
    var mean = 0.0
    let step = 1e-3
    for k in -8000...8000 {
      let u = Double(k) * step
      mean += scale.chi(u) * Normal.standard.density(u) * step
    }
    #expect(mean.isClose(to: 0.5, absolute: 3e-6))  // the constant has six digits: 5e-6 · slope ½
  }

  @Test("the scale solves its equation wherever the search starts", arguments: [1e-8, 1, 1e9])
  func scale(_ start: Double) {
    let residuals = [0.1, -2.0, 0.7, 30, -1.1, 0.4, 0, 5]
    let chi = BisquareScale()
    let s = chi.scale(residuals, degreesOfFreedom: 6, from: start)
    #expect(chi.total(residuals, scale: s).isClose(to: 3, relative: 1e-13))
  }

  @Test("too many zero residuals have the scale zero")
  func zeroScale() {
    let residuals = [0.0, 0, 0, 0, 0, 3, 4]
    #expect(BisquareScale().scale(residuals, degreesOfFreedom: 6, from: 1) == 0)
  }
}
