import Caseload
import CaseloadIO
import Foundation

extension WorkloadInputs {
  /// Where each court stands, by case type: what scenarios start from.
  ///
  /// - Parameter dataset: with incoming, resolved and pending cases, and judges.
  /// - Returns: the state, and what was noticed in reading it.
  /// - Throws: ``DiagnosticCode/missingOption`` and ``DiagnosticCode/notComputable`` where a column is
  ///   missing; what ``CourtState`` throws.
  func courtState(_ dataset: Dataset) throws(Diagnostic) -> (CourtState, [Diagnostic]) {
    let profile = dataset.profile.workload
    let isDefault = incoming == nil && options.value == nil
    guard let column = incoming ?? options.value ?? profile?.incoming else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "The projection needs the column of incoming cases.", zh: "推算需要指明收案列。"),
        hint: Text(
          en: "Add --incoming, --resolved, --pending and --judges COLUMN.",
          zh: "请加上 --incoming、--resolved、--pending 和 --judges 列名。"))
    }
    var inputs = self
    if options.by == nil, isDefault {
      inputs.options.by = dataset.profile.series?.selection.keys?.joined(separator: ",")
    }
    let (panels, notes) = try inputs.panels(dataset, profile, isDefault, column)
    guard let posts = panels.judges ?? panels.post.map({ Panel($0) }) else {
      throw Diagnostic(
        .notComputable, .error,
        Text(en: "The projection needs judges in post.", zh: "推算需要在岗法官数。"),
        at: Diagnostic.Location(file: dataset.path),
        hint: Text(en: "Give --judges COLUMN, or a number.", zh: "请给出 --judges 列名或人数。"))
    }
    do throws(Diagnostic) {
      let state = try CourtState(
        filed: panels.incoming, resolved: panels.resolved, pending: panels.pending, judges: posts)
      return (state, notes)
    } catch {
      throw error.located(Diagnostic.Location(file: dataset.path))
    }
  }
}
