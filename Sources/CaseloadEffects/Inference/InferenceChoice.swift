/// Which inference a design of many units is asked for.
public enum InferenceChoice: String, Codable, Sendable, CaseIterable {
  /// By the numbers of treated and comparison clusters.
  case auto
  case influence, randomization, cr1, cr2, cr3, jackknife
  case multiplierBootstrap = "multiplier-bootstrap"
  case wildBootstrap = "wild-bootstrap"
}
