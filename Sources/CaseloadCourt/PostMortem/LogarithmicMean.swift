import CaseloadMath

/// The logarithmic mean of two numbers that are not negative.
///
/// ```
/// L(a, b) = (a − b) / ln(a / b),   L(a, a) = a,   L(a, 0) = 0
/// ```
///
/// It turns a difference into logarithms, which add up over factors: a − b = L(a, b) ln(a / b).
///
/// - Source: Ang (2004), *Energy Policy* 32, 1131–1139 (logarithmic mean Divisia index).
func logarithmicMean(_ a: Double, _ b: Double) -> Double {
  guard a > 0, b > 0 else { return 0 }
  let relative = (a - b) / b
  // ln(1 + x)/x keeps its digits where a and b are close.
  return relative == 0 ? b : b * relative / log1p(relative)
}
