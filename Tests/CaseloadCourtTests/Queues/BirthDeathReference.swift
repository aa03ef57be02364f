/// The stationary law of a birth–death chain on 0 … n by Gaussian elimination of πQ = 0, Σπ = 1:
/// slow, and independent of every formula under test.
func stationaryLaw(birth: (Int) -> Double, death: (Int) -> Double, states n: Int) -> [Double] {
  // Rows are the balance equations of states 0 … n − 1, the last row the sum.
  var a = [[Double]](repeating: [Double](repeating: 0, count: n + 2), count: n + 1)
  for i in 0..<n {
    a[i][i] -= birth(i) + (i > 0 ? death(i) : 0)
    if i > 0 { a[i][i - 1] += birth(i - 1) }
    a[i][i + 1] += death(i + 1)
  }
  for j in 0...n { a[n][j] = 1 }
  a[n][n + 1] = 1
  for k in 0...n {
    var best = k
    for i in k...n where abs(a[i][k]) > abs(a[best][k]) { best = i }
    a.swapAt(k, best)
    for i in 0...n where i != k && a[i][k] != 0 {
      let factor = a[i][k] / a[k][k]
      for j in k...(n + 1) { a[i][j] -= factor * a[k][j] }
    }
  }
  return (0...n).map { a[$0][n + 1] / a[$0][$0] }
}

/// ∫ f over [0, ∞) of a tail that decays, by Simpson's rule on `panels` pieces up to `end`.
func integral(to end: Double, panels: Int = 20_000, _ f: (Double) -> Double) -> Double {
  let h = end / Double(2 * panels)
  var sum = f(0) + f(end)
  for i in 1..<(2 * panels) { sum += f(Double(i) * h) * (i % 2 == 1 ? 4 : 2) }
  return sum * h / 3
}
