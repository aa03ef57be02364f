/// What adding two values of a series over time would mean.
public enum Measure: String, Codable, Sendable, CaseIterable {
  /// Filings, dispositions: a quarter is the sum of its months; never negative.
  case flow
  /// Pending cases, judges in post: a quarter is its last month; never negative.
  case stock
  /// A clearance rate, a growth rate: recomputed from its parts, never added or averaged.
  case ratio
}
