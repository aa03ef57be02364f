import CaseloadData

/// A start beside the pandemic's: one series cannot tell the two apart.
enum SegmentedPandemic {
  enum Status {
    /// No interruption lies within half a year of February 2020.
    case distant
    /// A comparison shares the shock.
    case controlled
    /// The months of the shock are left out.
    case leftOut
    /// Nothing tells the intervention from the pandemic: no headline is given.
    case confounded
  }

  private static let onset = CivilDate(year: 2020, month: 2, day: 1).dayNumber
  private static let end = CivilDate(year: 2020, month: 7, day: 1).dayNumber
  /// Half a year.
  static let window = 184

  static func status(_ data: SegmentedData) -> Status {
    guard isNear(interruptions(data)) else { return .distant }
    guard data.study.comparison.isEmpty else { return .controlled }
    let rows = (0..<data.design.treatedCount).compactMap { data.period($0) }
    let holdsShock = rows.contains { period in
      guard let first = period.firstDay, let last = period.endDay else { return false }
      return first.dayNumber < end && last.dayNumber > onset
    }
    return data.start == nil || holdsShock ? .confounded : .leftOut
  }

  /// Whether one of the periods begins within half a year of the onset.
  static func isNear(_ starts: [Period]) -> Bool {
    starts.contains { period in
      period.firstDay.map { abs($0.dayNumber - onset) <= window } ?? false
    }
  }

  /// The first periods of all interruptions.
  static func interruptions(_ data: SegmentedData) -> [Period] {
    data.treated.compactMap { data.study.treatmentStart[$0] }
      + data.terms.breaks.dropFirst().compactMap(\.period)
  }

  static func warning(_ data: SegmentedData) -> Diagnostic {
    let start = interruptions(data).first
    return Diagnostic(
      .notIdentified, .warning,
      Text(
        en:
          "NOT ATTRIBUTABLE: the interruption lies within half a year of the pandemic of February "
          + "2020, and one series without a comparison cannot tell the two apart. The interval and "
          + "the p-value of the average effect are withheld.",
        zh: "无法归因：中断距 2020 年 2 月疫情不足半年，没有参照的单一序列无法区分两者。平均效应的区间与 p 值不予给出。"),
      at: Diagnostic.Location(
        series: data.treated.first.map { data.study.label($0) }, period: start?.description),
      hint: Text(
        en: "Add courts without the programme, which share the shock; or leave the shock out with "
          + "--set donut=k, so that no period from 2020-02 to 2020-06 remains.",
        zh: "请加入同受冲击但未实施该措施的法院；或用 --set donut=k 略去冲击期，使 2020-02 至 2020-06 不在数据中。"))
  }
}
