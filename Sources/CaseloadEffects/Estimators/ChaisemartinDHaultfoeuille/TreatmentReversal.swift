import CaseloadData

/// What designs of a programme that stays, and of units that are followed, say of other studies.
enum TreatmentReversal {
  /// A warning where a unit's treatment goes down again; `nil` where none does.
  ///
  /// - Parameters:
  ///   - grid: with the treatment's paths.
  ///   - design: the identifier of the design that does not use them.
  /// - Returns: at most one warning, at the first such unit and period.
  static func warning(_ grid: StudyGrid, design: String) -> Diagnostic? {
    guard !grid.treatment.isEmpty else { return nil }
    let periods = grid.periodCount
    var first: (unit: Int, period: Int)?
    var count = 0
    for i in 0..<grid.unitCount {
      var last = -Double.infinity
      for t in 0..<periods {
        let d = grid.treatment[i * periods + t]
        if d.isNaN { continue }
        if d < last {
          count += 1
          if first == nil { first = (i, t) }
          break
        }
        last = d
      }
    }
    guard let first else { return nil }
    let (label, period) = (grid.labels[first.unit], grid.period(first.period).description)
    return Diagnostic(
      .modelNotApplicable, .warning,
      Text(
        en: "The treatment of \(count) units goes down again (the first: \(label), \(period)); "
          + "\(design) counts them as treated from their start on.",
        zh: "\(count) 个单位的处理水平后来下降（首个：\(label)，\(period)）；\(design) 将其自开始起一直视为受干预。"),
      at: Diagnostic.Location(series: label, period: period),
      hint: Text(
        en: "Use --design chaisemartin, which follows the treatment up and down.",
        zh: "请用 --design chaisemartin，它可处理升降的处理水平。"))
  }

  /// Refuses a study of repeated cross-sections.
  ///
  /// - Parameters:
  ///   - study: as it was asked.
  ///   - design: the identifier of the design.
  /// - Throws: ``DiagnosticCode/modelNotApplicable``.
  static func refuseCrossSections(_ study: Study, design: String) throws(Diagnostic) {
    guard study.isRepeatedCrossSection else { return }
    throw Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en:
          "\(design) compares units with themselves, and in repeated cross-sections nobody is seen "
          + "twice.",
        zh: "\(design) 需将单位与其自身前后比较，而重复截面数据中没有单位被重复观测。"),
      hint: Text(
        en: "Average the observations by court and period, or use --design callaway-santanna.",
        zh: "请按法院与时期取平均，或用 --design callaway-santanna。"))
  }
}
