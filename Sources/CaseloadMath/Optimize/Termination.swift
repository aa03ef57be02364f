/// Why an optimizer stopped. Not an error: the caller decides what a stop is worth.
public enum Termination: String, Codable, Sendable {
  /// The tolerance was met; the parameters are the minimizer to that tolerance.
  case converged
  /// The limit of iterations was reached; the parameters are the best seen.
  case iterationLimit
  /// No step improves any more, short of the tolerance; the parameters are the best seen.
  case stalled
  /// The objective was not finite at the start; the parameters are the starting point.
  case failed
}

/// Where a minimization ended.
public struct Minimum: Sendable {
  public let point: [Double]
  public let value: Double
  public let iterations: Int
  public let termination: Termination
}
