import CaseloadData
import CaseloadMath

/// The statistic π(t)ᵀV(t)⁻¹π(t) with π(t) = a − t·b and V(t) = A − t·C + t²·B, against its critical
/// value.
struct AndersonRubinCurve {
  let intercept: [Double]
  let slope: [Double]
  let first: Matrix
  let second: Matrix
  /// C, symmetric.
  let cross: Matrix
  let critical: Double
  var center = 0.0
  var unit = 1.0

  /// The coefficient at t.
  func value(_ t: Double) -> Double { center + unit * t }

  /// The pieces for V(t) = s²(t)·I, where the statistic is a ratio of quadratics.
  func quadraticPieces() throws(Diagnostic) -> [(Double, Double)] {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let a = dot(slope, slope) - critical * second[0, 0]
    let b = dot(intercept, slope) - critical * cross[0, 0] / 2
    let c = dot(intercept, intercept) - critical * first[0, 0]
    // a·t² − 2b·t + c ≤ 0.
    let discriminant = b * b - a * c
    if discriminant < 0 { return a > 0 ? [] : [(-.infinity, .infinity)] }
    let root = discriminant.squareRoot()
    let q = b >= 0 ? b + root : b - root
    guard q != 0 else { return a > 0 ? [(0, 0)] : [(-.infinity, .infinity)] }
    let near = c / q
    guard a != 0 else { return b > 0 ? [(near, .infinity)] : [(-.infinity, near)] }
    let (low, high) = (min(near, q / a), max(near, q / a))
    return a > 0 ? [(low, high)] : [(-.infinity, low), (high, .infinity)]
  }

  /// The pieces for any V, on t = tan θ.
  func pieces() throws(Diagnostic) -> [(Double, Double)] {
    let count = 720
    let half = Double.pi / 2
    let step = Double.pi / Double(count)
    var points = (0..<count).map { -half + (Double($0) + 0.5) * step }
    let values = points.map(excess)
    guard values.allSatisfy({ !$0.isNaN }) else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The covariance of the instruments' coefficients is singular.",
          zh: "工具变量系数的协方差奇异。"),
        hint: Text(en: "Use fewer instruments or more clusters.", zh: "请减少工具变量或增加聚类。"))
    }
    // An extremum on the wrong side of a neighbor may hide a short piece or a short gap.
    var extra: [Double] = []
    for k in 0..<count {
      let (before, after) = (values[(k + count - 1) % count], values[(k + 1) % count])
      let isDip = values[k] > 0 && values[k] <= before && values[k] <= after
      let isBump = values[k] < 0 && values[k] >= before && values[k] >= after
      guard isDip || isBump else { continue }
      let sign = isDip ? 1.0 : -1.0
      let found = Brent.minimum(in: points[k] - step...points[k] + step, tolerance: 1e-10) {
        sign * excess($0)
      }
      if found.value < 0 { extra.append(found.point[0]) }
    }
    // Around the circle: θ and θ + π are the same value.
    points += extra.map { $0 < -half ? $0 + 2 * half : $0 >= half ? $0 - 2 * half : $0 }
    points.sort()
    let isInside = points.map { excess($0) <= 0 }
    if isInside.allSatisfy({ $0 }) { return [(-.infinity, .infinity)] }
    if !isInside.contains(true) { return [] }
    var pieces: [(Double, Double)] = []
    let isInsideAtEnd = excess(half) <= 0
    var start: Double? = isInsideAtEnd ? -.infinity : nil
    let stations = [-half] + points + [half]
    let states = [isInsideAtEnd] + isInside + [isInsideAtEnd]
    for k in 1..<stations.count where states[k] != states[k - 1] {
      let end = tangent(crossing(stations[k - 1], stations[k], startsInside: states[k - 1]))
      if let begin = start {
        pieces.append((begin, end))
        start = nil
      } else {
        start = end
      }
    }
    if let begin = start { pieces.append((begin, .infinity)) }
    return pieces
  }

  private func tangent(_ angle: Double) -> Double { sin(angle) / cos(angle) }

  private func crossing(_ a: Double, _ b: Double, startsInside: Bool) -> Double {
    var (low, high) = (a, b)
    for _ in 0..<80 {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { break }
      if (excess(middle) <= 0) == startsInside { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  /// The statistic less its critical value at tan θ; NaN for a singular covariance.
  private func excess(_ angle: Double) -> Double {
    let (c, s) = (cos(angle), sin(angle))
    let pi = zip(intercept, slope).map { c * $0 - s * $1 }
    let v = c * c * first - (c * s) * cross + s * s * second
    guard let factor = try? Cholesky(v) else { return .nan }
    return zip(pi, factor.solve(pi)).reduce(0) { $0 + $1.0 * $1.1 } - critical
  }
}
