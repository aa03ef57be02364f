import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Orthonormal rows") struct OrthonormalRowsTests {
  /// An intercept, calendar years and their squares: a condition number about 1e13.
  static let x = Matrix(columns: [
    (2000..<2040).map { _ in 1 }, (2000..<2040).map { Double($0) },
    (2000..<2040).map { Double($0 * $0) },
  ])

  @Test("the columns are orthogonal and of mean square 1, whatever the condition of the design")
  func orthogonality() {
    let z = OrthonormalRows(Self.x)
    for j in 0..<3 {
      for k in 0..<3 {
        let product = (0..<40).reduce(0) { $0 + z.storage[$1 * 3 + j] * z.storage[$1 * 3 + k] }
        #expect((product / 40).isClose(to: j == k ? 1 : 0, absolute: 1e-14))  // p·ε
      }
    }
  }

  @Test("coefficients give the same products in both coordinates")
  func coefficients() {
    let z = OrthonormalRows(Self.x)
    let gamma = [2.0, -1, 0.5]
    let beta = z.coefficients(gamma)
    var products = [Double](repeating: 0, count: 40)
    z.multiply(gamma, into: &products)
    // β has terms of 1e4·year²: nine digits cancel.
    #expect((Self.x * beta).isClose(to: products, absolute: 1e-5))
  }

  @Test("normal equations and products agree with their definitions")
  func products() {
    let z = OrthonormalRows(Self.x)
    let weights = (0..<40).map { $0 % 4 == 0 ? 0 : Double($0) / 7 }
    let v = (0..<40).map { Double(($0 * $0) % 11) }
    var cross = Matrix(rowCount: 3, columnCount: 3)
    var right = [0.0, 0, 0]
    z.normalEquations(weights: weights, v, into: &cross, &right)
    for j in 0..<3 {
      var sum = 0.0
      for i in 0..<40 { sum += weights[i] * z.storage[i * 3 + j] * v[i] }
      #expect(right[j].isClose(to: sum, absolute: 1e-11))
      for k in 0...j {
        var sum = 0.0
        for i in 0..<40 { sum += weights[i] * z.storage[i * 3 + j] * z.storage[i * 3 + k] }
        #expect(cross[j, k].isClose(to: sum, absolute: 1e-12))
      }
    }
  }
}
