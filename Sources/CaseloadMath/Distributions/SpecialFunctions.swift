import CBoostMath

/// Special functions, by Boost.Math.
public enum SpecialFunctions {
  /// ln |Γ(x)|.
  public static func logGamma(_ x: Double) -> Double { boost_log_gamma(x) }
  /// ψ(x), the derivative of ln Γ.
  public static func digamma(_ x: Double) -> Double { boost_digamma(x) }
  /// ψ′(x).
  public static func trigamma(_ x: Double) -> Double { boost_trigamma(x) }
  /// The error function.
  public static func erf(_ x: Double) -> Double { boost_erf(x) }
  /// 1 − erf(x), accurate where erf(x) is near 1.
  public static func erfc(_ x: Double) -> Double { boost_erfc(x) }
  /// ln B(a, b).
  public static func logBeta(_ a: Double, _ b: Double) -> Double {
    logGamma(a) + logGamma(b) - logGamma(a + b)
  }
  /// Iₓ(a, b), the regularized incomplete beta function.
  public static func regularizedBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    boost_regularized_beta(a, b, x)
  }
  /// P(a, x), the regularized lower incomplete gamma function.
  public static func regularizedGammaP(_ a: Double, _ x: Double) -> Double {
    boost_regularized_gamma_p(a, x)
  }
  /// Q(a, x) = 1 − P(a, x), computed as such.
  public static func regularizedGammaQ(_ a: Double, _ x: Double) -> Double {
    boost_regularized_gamma_q(a, x)
  }
}
