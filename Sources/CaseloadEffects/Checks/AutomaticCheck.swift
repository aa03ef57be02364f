import CaseloadData

/// One thing that is checked of every estimate.
///
/// To add a check: write its file, then add its name to ``EffectChecks/all``.
public protocol AutomaticCheck: Sendable {
  /// For programs: `pre-trend`.
  static var id: String { get }
  static var name: Text { get }
  /// Which studies and designs it concerns, in words.
  static var condition: Text { get }
  /// What comes out; `nil` where the check does not concern the study or the design.
  static func outcome(_ context: CheckContext) -> EffectCheck?
}

extension AutomaticCheck {
  /// An outcome of this check.
  static func check(
    _ verdict: AssumptionStatus.Verdict, _ finding: Text, _ figures: [EffectCheck.Figure] = []
  ) -> EffectCheck {
    EffectCheck(
      id: id, name: name, verdict: verdict, finding: finding,
      figures: figures.map { figure in
        // No NaN leaves a check.
        EffectCheck.Figure(figure.name, figure.value.flatMap { $0.isFinite ? $0 : nil })
      })
  }

  /// That the data do not allow the check, and what is missing.
  static func untestable(_ missing: Text) -> EffectCheck { check(.untestable, missing) }
}
