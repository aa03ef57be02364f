import CaseloadMath

/// A randomization test of which only the verdict is wanted.
extension RandomizationInference {
  /// Compares assignments until p > α is certain.
  static func verdict(
    _ estimator: some DifferenceEstimator, _ grid: StudyGrid, _ value: Double, at alpha: Double,
    of total: Int, _ forEachOther: (([Int]) -> Bool) -> Void
  ) -> (pValue: Double, compared: Int, failures: Int) {
    var (reached, compared, failures) = (1, 1, 0)
    var isCertain = false
    forEachOther { cohort in
      guard let other = try? estimator.average(grid.with(cohort: cohort)).value, other.isFinite
      else {
        failures += 1
        return true
      }
      compared += 1
      if reaches(other, value) { reached += 1 }
      // Those that fail make the total smaller, and p larger still.
      isCertain = Double(reached) > (alpha + 1e-12) * Double(total)
      return !isCertain
    }
    return (Double(reached) / Double(isCertain ? total : compared), compared, failures)
  }
}
