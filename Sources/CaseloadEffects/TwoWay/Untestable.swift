import CaseloadData

extension AssumptionStatus {
  /// An assumption that the data of a design of differences cannot bear out.
  static func untestable(_ assumption: Text) -> AssumptionStatus {
    AssumptionStatus(
      assumption, .untestable,
      evidence: Text(
        en: "The data of the study cannot tell; knowledge of the programme has to.",
        zh: "研究数据无法判断，须依据对措施的了解。"))
  }
}
