import CaseloadData
import CaseloadMath

/// The effect that a study finds with the probability `power`, before its outcome is looked at.
///
/// ```
/// MDE = (z₁₋α/₂ + z_power) · SE
/// SE² = σ² (1/N₁ + 1/N₀) · V
/// V   = (1 − ρ)(1/T₀ + 1/T₁)                         equal correlation
/// V   = Var of (mean of T₁ − mean of T₀ periods)      first-order autoregression
/// ```
///
/// σ is the standard deviation of a unit's outcome about its own level and the common path, ρ the
/// correlation of two of its periods, N₁ and N₀ are numbers of treated and comparison units, T₀ and T₁
/// of periods before and after. Court series are autocorrelated rather than equally correlated; with
/// long windows the two differ much.
///
/// - Sources: Bloom (1995), *Evaluation Review* 19, 547–556; Frison & Pocock (1992), *Statistics in
///   Medicine* 11, 1685–1704 (equal correlation).
public struct MinimumDetectableEffect: Codable, Sendable, Equatable {
  /// How two periods of a unit are correlated.
  public enum Correlation: String, Codable, Sendable, CaseIterable {
    /// Any two alike.
    case equal
    /// ρ to the power of their distance.
    case autoregressive
  }

  public var treatedUnits: Int
  public var comparisonUnits: Int
  public var periodsBefore: Int
  public var periodsAfter: Int
  /// σ, on the scale on which the effect is measured.
  public var standardDeviation: Double
  /// ρ, below 1.
  public var autocorrelation = 0.0
  public var correlation = Correlation.equal
  /// Of the two-sided test.
  public var significance = 0.05
  public var power = 0.8

  /// A study by its size and its noise.
  public init(
    treatedUnits: Int, comparisonUnits: Int, periodsBefore: Int, periodsAfter: Int,
    standardDeviation: Double, autocorrelation: Double = 0, correlation: Correlation = .equal,
    significance: Double = 0.05, power: Double = 0.8
  ) {
    self.treatedUnits = treatedUnits
    self.comparisonUnits = comparisonUnits
    self.periodsBefore = periodsBefore
    self.periodsAfter = periodsAfter
    self.standardDeviation = standardDeviation
    self.autocorrelation = autocorrelation
    self.correlation = correlation
    self.significance = significance
    self.power = power
  }

  /// The standard error of the difference in differences; `nil` for a study that has none.
  public var standardError: Double? {
    guard treatedUnits > 0, comparisonUnits > 0, periodsBefore > 0, periodsAfter > 0,
      standardDeviation >= 0, abs(autocorrelation) < 1
    else { return nil }
    let units = 1 / Double(treatedUnits) + 1 / Double(comparisonUnits)
    let variance = standardDeviation * standardDeviation * units * periodFactor
    return variance.isFinite ? variance.squareRoot() : nil
  }

  /// MDE; `nil` for a study that has none.
  public var value: Double? {
    guard significance > 0, significance < 1, power > 0, power < 1 else { return nil }
    let reach =
      Normal.standard.upperQuantile(significance / 2) + Normal.standard.quantile(power)
    return standardError.map { reach * $0 }
  }

  /// V.
  private var periodFactor: Double {
    let (before, after) = (Double(periodsBefore), Double(periodsAfter))
    switch correlation {
    case .equal: return (1 - autocorrelation) * (1 / before + 1 / after)
    case .autoregressive:
      // Weights −1/T₀ and 1/T₁, summed by distance.
      let n = periodsBefore + periodsAfter
      let weights = (0..<n).map { $0 < periodsBefore ? -1 / before : 1 / after }
      var sum = 0.0
      var correlation = 1.0
      for lag in 0..<n {
        var products = 0.0
        for t in lag..<n { products += weights[t] * weights[t - lag] }
        sum += (lag == 0 ? 1 : 2) * correlation * products
        correlation *= autocorrelation
        if abs(correlation) < 1e-17 { break }
      }
      return sum
    }
  }

  /// The detectable effect of a test with a standard error and Student's t.
  ///
  /// - Parameters:
  ///   - standardError: of the estimate.
  ///   - degreesOfFreedom: `nil` for the normal distribution.
  /// - Returns: (t₁₋α/₂ + t_power) · SE for the 5 % level and a power of 80 %.
  static func of(standardError: Double, degreesOfFreedom: Double?) -> Double {
    guard let degreesOfFreedom, degreesOfFreedom.isFinite else {
      return standardError
        * (Normal.standard.upperQuantile(0.025) + Normal.standard.quantile(0.8))
    }
    let t = StudentT(degreesOfFreedom: degreesOfFreedom)
    return standardError * (t.upperQuantile(0.025) + t.quantile(0.8))
  }
}

extension MinimumDetectableEffect {
  /// The detectable effect of a study by the noise of its periods without treatment.
  ///
  /// Units' means and common period effects are taken out of the untreated cells; σ and ρ are
  /// what is left, ρ with Nickell's correction (1 + ρ)/T for the means that were estimated. `nil`
  /// where no cohort has periods before and after, or nothing varies.
  ///
  /// - Parameters:
  ///   - grid: on the scale of the effect; outcomes of treated cells are not looked at.
  ///   - correlation: how periods are correlated.
  public init?(_ grid: StudyGrid, correlation: Correlation = .autoregressive) {
    let treated = (0..<grid.unitCount).filter {
      grid.cohort[$0] > 0 && grid.cohort[$0] < grid.periodCount
    }
    let comparison = (0..<grid.unitCount).filter { grid.cohort[$0] >= grid.periodCount }
    guard !treated.isEmpty, let noise = UntreatedNoise(grid) else { return nil }
    let others = comparison.isEmpty ? treated.count - 1 : comparison.count
    let before = treated.map { Double(grid.cohort[$0]) }.reduce(0, +) / Double(treated.count)
    let periodsBefore = max(1, Int(before.rounded()))
    self.init(
      treatedUnits: treated.count, comparisonUnits: others, periodsBefore: periodsBefore,
      periodsAfter: max(1, grid.periodCount - periodsBefore),
      standardDeviation: noise.standardDeviation, autocorrelation: noise.autocorrelation,
      correlation: correlation)
  }
}
