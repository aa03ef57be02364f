import CaseloadData

/// Dated events that moved court series at large and are known without being told.
public struct CalendarKnowledge: Sendable {
  public let event: KnownEvent
  /// What it did, with figures.
  public let note: Text
  /// Where that is said.
  public let source: String
  /// Studies with this calendar; `nil` for all.
  public let calendar: WorkCalendar.Kind?

  /// In time.
  public static let all = [
    CalendarKnowledge(
      event: KnownEvent(
        id: "registration-reform", kind: .level, from: .month(2015, 5),
        name: Text(en: "the case registration reform of May 2015", zh: "2015 年 5 月立案登记制改革")),
      note: Text(
        en: "1,132,714 cases were registered in May 2015, 29 % more than a year before "
          + "(administrative +221 %), by amounts that differed between courts.",
        zh: "2015 年 5 月全国登记立案 1132714 件，同比增长 29%（行政案件 +221%），各法院增幅不一。"),
      source: "Supreme People's Court, figures for May 2015", calendar: .china),
    CalendarKnowledge(
      event: KnownEvent(
        id: "pandemic", kind: .pulse, from: .month(2020, 2), to: .month(2020, 6),
        name: Text(en: "the pandemic of 2020", zh: "2020 年疫情")),
      note: Text(
        en: "In 2020 the cases of Chinese courts fell for the first time since 2004, when many "
          + "programmes began.",
        zh: "2020 年全国法院收案自 2004 年以来首次下降，恰逢许多项目启动。"),
      source: "Supreme People's Court, press conference of 29 July 2022", calendar: nil),
  ]

  /// How many days before or after a start an event is too near to be told apart from it.
  public static let nearDays = 184

  /// Those that concern a study.
  static func events(of study: Study) -> [CalendarKnowledge] {
    all.filter { $0.calendar == nil || $0.calendar == study.calendar }
  }
}
