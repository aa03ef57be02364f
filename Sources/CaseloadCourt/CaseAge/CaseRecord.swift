import CaseloadData

/// One case of a register, as of the day on which the register was drawn.
public struct CaseRecord: Codable, Sendable, Equatable {
  /// As the court numbers it; `nil` where the register has no numbers.
  public var id: String?
  /// The day of filing.
  public var filed: Period
  /// The day of closing; `nil` for a case that is open.
  public var closed: Period?
  /// How it closed: judgment, mediation, withdrawal, …; `nil` for an open case, and where outcomes
  /// are not told.
  public var outcome: String?
  /// The first day on which the register could have held the case, where that is later than the
  /// day of filing: cases that had closed before are not in it (left truncation).
  public var entry: Period?
  /// Days on which the clock stood still.
  public var suspendedDays: Double
  /// Whether the clock stands still now.
  public var isSuspended: Bool
  /// Values of the grouping columns, in their order.
  public var labels: [String]
  /// The line of the file.
  public var row: Int?

  /// A case.
  public init(
    id: String? = nil, filed: Period, closed: Period? = nil, outcome: String? = nil,
    entry: Period? = nil, suspendedDays: Double = 0, isSuspended: Bool = false,
    labels: [String] = [], row: Int? = nil
  ) {
    self.id = id
    self.filed = filed
    self.closed = closed
    self.outcome = outcome
    self.entry = entry
    self.suspendedDays = suspendedDays
    self.isSuspended = isSuspended
    self.labels = labels
    self.row = row
  }
}

/// What can be wrong with a row of a register.
public enum CaseDefect: String, Codable, Sendable, CaseIterable {
  case missingFiled = "missing-filing-date"
  case notADate = "not-a-date"
  case closedBeforeFiled = "closed-before-filed"
  case filedAfterExtraction = "filed-after-extraction"
  case closedAfterExtraction = "closed-after-extraction"
  case negativeAge = "negative-age"
  case enteredAfterEnd = "entered-after-end"
  case duplicate = "duplicate-number"
  case missingOutcome = "missing-outcome"
  case notADuration = "not-a-duration"

  /// As a sentence without a period.
  public var text: Text {
    switch self {
    case .missingFiled: Text(en: "there is no filing date", zh: "缺少立案日期")
    case .notADate:
      Text(en: "a date is not a day such as 2024-03-01", zh: "日期不是 2024-03-01 这样的日")
    case .closedBeforeFiled:
      Text(en: "the case closed before it was filed", zh: "结案日期早于立案日期")
    case .filedAfterExtraction:
      Text(en: "the case was filed after the register was drawn", zh: "立案日期晚于数据提取日期")
    case .closedAfterExtraction:
      Text(en: "the case closed after the register was drawn", zh: "结案日期晚于数据提取日期")
    case .negativeAge:
      Text(en: "more days were suspended than the case has lasted", zh: "扣除天数超过案件历时")
    case .enteredAfterEnd:
      Text(
        en: "the case came under observation no earlier than it ended", zh: "进入观察的日期不早于案件结束")
    case .duplicate: Text(en: "the case number occurs twice", zh: "案号重复")
    case .missingOutcome: Text(en: "a closed case has no outcome", zh: "已结案件缺少结案方式")
    case .notADuration:
      Text(en: "the suspended days are not a number of days", zh: "扣除天数不是天数")
    }
  }

  var hint: Text {
    switch self {
    case .filedAfterExtraction, .closedAfterExtraction:
      Text(
        en: "Give the day on which the register was drawn with --as-of, or correct the date.",
        zh: "请用 --as-of 指明数据提取日期，或更正该日期。")
    case .duplicate:
      Text(en: "Keep one row a case, or leave --id out.", zh: "每案只保留一行，或不使用 --id。")
    default:
      Text(
        en: "Correct the row, or leave such rows out with --drop-invalid.",
        zh: "请更正该行，或用 --drop-invalid 略去此类行。")
    }
  }

  /// The code of the diagnostic.
  var code: DiagnosticCode {
    switch self {
    case .missingFiled, .missingOutcome: .missingValues
    case .notADate: .notAPeriod
    case .notADuration: .notANumber
    case .duplicate: .malformedTable
    default: .valueOutOfRange
    }
  }
}
