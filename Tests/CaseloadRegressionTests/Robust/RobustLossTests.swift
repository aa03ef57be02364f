import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Robust loss") struct RobustLossTests {
  static let losses = RobustRegression.Estimator.allCases.map(\.loss)

  @Test("ψ′ is the derivative of ψ away from corners", arguments: losses)
  func slopes(_ loss: RobustLoss) {
    for u in [-9.3, -4.4, -2.9, -1.1, -0.2, 0.3, 1.2, 1.9, 3.3, 6.1, 8.4] {
      let h = 1e-5
      let difference = (loss.psi(u + h) - loss.psi(u - h)) / (2 * h)
      #expect(loss.slope(u).isClose(to: difference, absolute: 1e-9))  // h² times ψ‴/6
      #expect(loss.psi(-u) == -loss.psi(u))
    }
    #expect(loss.weight(0) == 1)
  }

  @Test("the consistency factor of R² agrees with its definition")
  func renaud() {
    let loss = RobustRegression.Estimator.mm.loss
    var (weight, product) = (0.0, 0.0)
    let step = 1e-3
    for k in -9000...9000 {
      let u = Double(k) * step
      let density = Normal.standard.density(u) * step
      weight += loss.weight(u) * density
      product += u * loss.psi(u) * density
    }
    #expect((weight / product).isClose(to: 1.207617, absolute: 1e-6))
  }
}
