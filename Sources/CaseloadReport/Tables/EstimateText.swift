import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The numbers of a regression table as they are shown.
struct EstimateText {
  let decimals: RegressionTable.Decimals

  /// Below this many decimals a number is written out, above it in powers of ten.
  private static let mostDecimals = 8
  /// Numbers from here on are written in powers of ten.
  private static let largest = 1e12

  /// A number whose uncertainty is `standardError`: an estimate, its standard error, an end of its
  /// interval.
  ///
  /// With ``RegressionTable/Decimals/significant(_:)`` it has the decimals of the standard error,
  /// and a number that would then read as 0 has one digit that does not.
  func text(_ x: Double, standardError: Double) -> Text {
    guard x.isFinite else { return Text("–") }
    switch decimals {
    case .fixed(let count): return NumberText.decimal(x, count)
    case .significant(let digits):
      let isUseful = standardError.isFinite && standardError > 0
      let scale = isUseful ? standardError : abs(x)
      if x == 0 && !isUseful { return NumberText.decimal(0, digits) }
      var count = max(0, digits - 1 - Self.exponent(scale))
      if x != 0, abs(x) < 0.5 * pow(10, Double(-count)) { count = -Self.exponent(x) }
      if count > Self.mostDecimals || abs(x) >= Self.largest {
        return Text(Self.scientific(x, digits: digits))
      }
      return NumberText.decimal(x, count)
    }
  }

  /// A t or z statistic.
  func statistic(_ x: Double) -> Text {
    abs(x) >= Self.largest && x.isFinite
      ? Text(Self.scientific(x, digits: 3)) : NumberText.decimal(x, 2)
  }

  func pValue(_ p: Double) -> Text { p.isFinite ? NumberText.pValue(p) : Text("–") }

  /// A figure of the whole fit; its identifier tells p-values from other numbers.
  func figure(_ id: String, _ value: Double?) -> Text {
    guard let value, value.isFinite else { return Text("–") }
    if id.hasSuffix("pValue") || id.hasSuffix("PValue") { return pValue(value) }
    if value == value.rounded(), abs(value) < Self.largest { return NumberText.decimal(value) }
    if abs(value) >= Self.largest || abs(value) < 1e-6 {
      return Text(Self.scientific(value, digits: 3))
    }
    switch decimals {
    case .fixed(let count): return NumberText.decimal(value, count)
    case .significant: return NumberText.significant(value, 3)
    }
  }

  /// The power of ten of the first digit of `x`, which is finite and not 0.
  private static func exponent(_ x: Double) -> Int { Int(log10(abs(x)).rounded(.down)) }

  /// `1.23e−12`.
  private static func scientific(_ x: Double, digits: Int) -> String {
    guard x != 0 else { return "0" }
    var power = exponent(x)
    var mantissa = abs(x) / pow(10, Double(power))
    // Subnormal numbers leave the range of the powers of ten.
    if !mantissa.isFinite { mantissa = abs(x) * 1e300 / pow(10, Double(power + 300)) }
    let unit = pow(10, Double(digits - 1))
    if (mantissa * unit).rounded() >= 10 * unit {
      mantissa /= 10
      power += 1
    }
    let number = NumberText.decimal(x < 0 ? -mantissa : mantissa, digits - 1).zh
    return number + "e" + (power < 0 ? "−" : "") + String(abs(power))
  }
}

/// A coefficient on the scale on which the table shows it.
struct ShownCoefficient {
  let estimate: Double
  let standardError: Double
  let statistic: Double
  let pValue: Double
  let lower: Double
  let upper: Double
  let isNormal: Bool

  /// Exponentiated, the standard error is e^β · s by the delta method and the interval's ends are
  /// those of β exponentiated; the statistic and the p-value stay those of β = 0.
  init(_ coefficient: Coefficient, isExponentiated: Bool) {
    let factor = isExponentiated ? exp(coefficient.estimate) : 1
    estimate = isExponentiated ? factor : coefficient.estimate
    standardError = factor * coefficient.standardError
    statistic = coefficient.statistic
    pValue = coefficient.pValue
    // An end at infinity is one that was not found; e^−∞ would be a number.
    func shown(_ end: Double) -> Double {
      end.isFinite ? (isExponentiated ? exp(end) : end) : .nan
    }
    lower = shown(coefficient.lower)
    upper = shown(coefficient.upper)
    isNormal = coefficient.degreesOfFreedom.isInfinite
  }
}
