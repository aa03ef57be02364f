import CaseloadMath

/// The straight line through the values seen so far, in the form of running sums.
///
/// ```
/// t̄ₙ = t̄ₙ₋₁ + (t − t̄ₙ₋₁)/n        ȳₙ = ȳₙ₋₁ + (yₜ − ȳₙ₋₁)/n
/// Bₜ = Σ (tᵢ − t̄)(yᵢ − ȳ) / Σ (tᵢ − t̄)²        Aₜ = ȳₙ − Bₜ t̄ₙ
/// ```
///
/// With no value missing this is the recursion of Fiorucci et al. (2016). After one value B is 0.
struct RunningLine: Sendable, Codable, Equatable {
  var count = 0.0
  var meanTime = 0.0
  var mean = 0.0
  var timeSquares = 0.0
  var products = 0.0

  mutating func add(_ y: Double, at t: Double) {
    let offset = t - meanTime
    count += 1
    meanTime += offset / count
    mean += (y - mean) / count
    timeSquares += offset * (t - meanTime)
    products += offset * (y - mean)
  }

  /// B.
  var slope: Double { timeSquares > 0 ? products / timeSquares : 0 }
  /// A, the line's value at t = 0.
  var intercept: Double { mean - slope * meanTime }
}

/// How ℓ₀, α and θ are found.
public enum ThetaEstimation: String, Codable, Sendable, CaseIterable {
  /// The squares, and what leaning too far on a few values costs, which forecasts better.
  case cautious
  /// The squares alone, as in other programs.
  case leastSquares = "least-squares"
}

/// The theta lines' regression: given α, the errors are linear in ℓ₀ and in ω = 1 − 1/θ.
///
/// ```
/// yₜ = ℓₜ₋₁ + ω gₜ + εₜ,   ℓₜ = ℓₜ₋₁ + α (yₜ − ℓₜ₋₁)
/// gₜ = (1 − α)ᵗ⁻¹ Aₜ₋₁ + Bₜ₋₁ (1 − (1 − α)ᵗ)/α
/// ```
///
/// Both are therefore solved for, with ω held in [0, 1), and only α is searched. A missing value is
/// taken at its expectation. The first `skipped` observed values do not count: the line of the
/// dynamic models has too little to go by there.
///
/// The cautious criterion draws θ to 2, the value of the standard theta method, and lets the first
/// value speak for the initial level:
///
/// ```
/// Σ εₜ² + (y₁ − ℓ₀ − ω A)² + κ (ω − ½)² Σ gₜ²,   κ = 0.3
/// ```
///
/// with A = Aₙ where the line stands and A = y₁ where it moves. On the M3 series κ between 0.2 and 0.5
/// forecasts alike; the overall weighted average of the optimized model is 0.826 (monthly), 0.901
/// (quarterly) and 0.877 (yearly), against 0.854, 0.909 and 0.894 by the squares alone.
struct ThetaRegression {
  private let y: [Double]
  /// Aₜ₋₁ and Bₜ₋₁ for each t.
  private let intercepts: [Double]
  private let slopes: [Double]
  /// How many observed values do not count.
  private let skipped: Int
  /// ω, where it is given.
  private let weight: Double?
  /// y₁ and A of the cautious criterion; `nil` for the squares alone.
  private let anchor: (value: Double, intercept: Double)?
  // One row a counted value: its error from zero states, and what ℓ₀ and ω add to its mean.
  private var error: [Double]
  private var levelPart: [Double]
  private var linePart: [Double]

  struct Solution {
    /// Σ ε².
    var squares: Double
    /// The same and the cautious terms.
    var criterion: Double
    var initialLevel: Double
    var weight: Double
  }

  /// θ = 1/(1 − ω) reaches 10¹⁰ and no more, as in other programs.
  static let largestWeight = 1 - 1e-10
  /// κ.
  static let caution = 0.3

  init(
    _ y: [Double], intercepts: [Double], slopes: [Double], skipped: Int, weight: Double?,
    anchor: (value: Double, intercept: Double)?
  ) {
    self.y = y
    self.intercepts = intercepts
    self.slopes = slopes
    self.skipped = skipped
    self.weight = weight
    self.anchor = anchor
    error = [Double](repeating: 0, count: y.count)
    levelPart = error
    linePart = error
  }

  /// The ℓ₀ and ω that minimize the criterion, given α.
  mutating func solution(_ alpha: Double) -> Solution {
    let count = fillRows(alpha)
    var (s11, s12, s22, s1, s2) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for i in 0..<count {
      let (e, l, g) = (error[i], levelPart[i], linePart[i])
      s11 += l * l
      s12 += l * g
      s22 += g * g
      s1 += l * e
      s2 += g * e
    }
    let lineSquares = s22
    if let anchor {
      s11 += 1
      s12 += anchor.intercept
      s22 += anchor.intercept * anchor.intercept + Self.caution * lineSquares
      s1 += anchor.value
      s2 += anchor.intercept * anchor.value + 0.5 * Self.caution * lineSquares
    }
    var weight = self.weight ?? 0.5
    let determinant = s11 * s22 - s12 * s12
    // Where a level and a line cannot be told apart, the line of the standard method stands.
    if self.weight == nil, determinant > 1e-13 * s11 * s22 {
      weight = min(max(0, (s11 * s2 - s12 * s1) / determinant), Self.largestWeight)
    }
    let initialLevel = s11 > 0 ? (s1 - weight * s12) / s11 : 0
    // The squares by expansion would lose digits where the fit is close.
    var squares = 0.0
    for i in 0..<count {
      let e = error[i] - initialLevel * levelPart[i] - weight * linePart[i]
      squares += e * e
    }
    var criterion = squares
    if let anchor {
      let first = anchor.value - initialLevel - weight * anchor.intercept
      criterion += first * first + Self.caution * lineSquares * (weight - 0.5) * (weight - 0.5)
    }
    return Solution(
      squares: squares, criterion: criterion, initialLevel: initialLevel, weight: weight)
  }

  /// One pass over the data with three runs at once: the data from zero states, ℓ₀ = 1, and ω = 1.
  ///
  /// Buffers, because the bounds checks of three arrays cost half as much as the recursion itself.
  private mutating func fillRows(_ alpha: Double) -> Int {
    error.withUnsafeMutableBufferPointer { error in
      levelPart.withUnsafeMutableBufferPointer { levelPart in
        linePart.withUnsafeMutableBufferPointer { linePart in
          var (level, levelUnit, lineUnit) = (0.0, 1.0, 0.0)
          var power = 1.0  // (1 − α)ᵗ⁻¹
          var (seen, count) = (0, 0)
          for t in y.indices {
            let next = (1 - alpha) * power
            let line = intercepts[t] * power + slopes[t] * (1 - next) / alpha
            power = next
            let value = y[t]
            guard !value.isNaN else {
              lineUnit += alpha * line
              continue
            }
            let e = value - level
            seen += 1
            if seen > skipped {
              (error[count], levelPart[count], linePart[count]) = (e, levelUnit, lineUnit + line)
              count += 1
            }
            level += alpha * e
            levelUnit *= 1 - alpha
            lineUnit *= 1 - alpha
          }
          return count
        }
      }
    }
  }

  /// The best α in [`low`, `high`]: the best of a grid, then Brent's search beside it.
  mutating func best(low: Double, high: Double) -> (alpha: Double, solution: Solution) {
    let finer = low < 0.02 ? [0.02, 0.05] : []
    let grid = [low] + finer + Self.tenths.filter { $0 > low && $0 < high } + [high]
    var best = (index: 0, value: Double.infinity)
    for (i, alpha) in grid.enumerated() {
      let value = solution(alpha).criterion
      if value < best.value { best = (i, value) }
    }
    let bracket = grid[max(0, best.index - 1)]...grid[min(grid.count - 1, best.index + 1)]
    let minimum = Brent.minimum(in: bracket) { solution($0).criterion }
    let alpha = minimum.value < best.value ? minimum.point[0] : grid[best.index]
    return (alpha, solution(alpha))
  }

  private static let tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
}
