import CaseloadData

/// A printed total of the base year, held against the base of its first months.
///
/// Cases accepted (受理) are carried in + newly filed: with n a month and c carried in,
///
/// ```
/// base = c + m n,   total = c + 12 n   ⇒   n = (total − base)/(12 − m),   c = base − m n ≥ 0
/// ```
///
/// Months differ, so c slightly below zero proves nothing: what is judged is how much the remaining
/// months would take for each that the base covers. Filings that carry nothing in, and spans that do
/// not begin with the year, are judged by that alone.
struct YearTotal {
  let figure: PublishedFigure
  let evidence: [AuditFinding.Evidence]
  let statement: Text
  let verdict: AuditFinding.Verdict

  /// Remaining months that take more than this for one of the base's contradict it …
  static let highPace = 1.75
  /// … and more than this cannot be: nothing is filed at thrice the pace for the rest of a year.
  static let impossiblePace = 3.0
  /// Remaining months below this share of the base's contradict a total without cases carried in.
  static let lowPace = 0.25
  /// More than this share carried in is implausible.
  static let mostCarriedIn = 0.5

  /// `nil` where no total of the year is printed, or the base covers all of it.
  init?(
    _ parts: [YearOnYearCheck.Base], scope: String, base: ClosedRange<Int>,
    _ register: FigureRegister, _ growth: [AuditFinding]
  ) {
    let period = parts[0].period
    let perYear = Int((period.from.frequency.periodsPerYear ?? 1).rounded())
    let count = period.from.distance(to: period.to) + 1
    guard count < perYear, let year = period.from.containing(.yearly),
      period.to.containing(.yearly) == year,
      let total = register.level(parts[0].claim.metric, scope, from: year, to: year),
      let value = total.value, value < 1e15
    else { return nil }
    figure = total
    let cases = Text(en: "cases", zh: "件")
    let middle = Double(base.lowerBound + base.upperBound) / 2
    let restCount = perYear - count
    let rest = Double(restCount)
    let startsYear = period.from.advanced(by: -1).containing(.yearly) != year
    let carries = startsYear && !Self.isNewOnly(total)
    func carriedIn(_ total: Double) -> Double {
      middle - Double(count) * (total - middle) / rest
    }

    var evidence = YearOnYearCheck.interval(
      "rest",
      Text(
        en: "left for the other \(restCount) periods of \(year)", zh: "\(year)年其余 \(restCount) 期的余数"
      ),
      Int(value) - base.upperBound...Int(value) - base.lowerBound, cases)
    evidence.append(
      AuditFinding.Evidence(
        "rest.share", Text(en: "their share of the year", zh: "其占全年比重"),
        100 * (value - middle) / value, unit: Text("%"), decimals: 1))
    let pace = (value - middle) / rest / (middle / Double(count))
    evidence.append(
      AuditFinding.Evidence(
        "rest.pace",
        Text(
          en: "a remaining period for one of the base's", zh: "其余每期与基数每期之比"), pace,
        unit: Text(en: "times", zh: "倍"), decimals: 2))
    let carried = carriedIn(value)
    if carries {
      evidence.append(
        AuditFinding.Evidence(
          "carriedIn", Text(en: "cases carried in that this implies", zh: "由此推出的旧存"), carried,
          unit: cases))
      for share in [0.05, 0.15] {
        let implied = middle / (share + (1 - share) * Double(count) / Double(perYear))
        evidence.append(
          AuditFinding.Evidence(
            "total.carry\(Int(100 * share))",
            Text(
              en: "total of \(year) if \(Int(100 * share)) % were carried in",
              zh: "若旧存占 \(Int(100 * share))%，\(year)年总数"), implied, unit: cases))
      }
      // The repairs that the growth claim offers for the same total, put to the same test.
      for repair in growth.flatMap(\.repairs) where repair.from == total.text {
        guard let repaired = Double(repair.to) else { continue }
        evidence += [
          AuditFinding.Evidence(
            "repair.\(repair.to).carriedIn",
            Text(en: "carried in, if the total were \(repair.to)", zh: "若总数为 \(repair.to)，旧存"),
            carriedIn(repaired), unit: cases),
          AuditFinding.Evidence(
            "repair.\(repair.to).share",
            Text(
              en: "share of \(repair.to) carried in", zh: "旧存占 \(repair.to) 的比重"),
            100 * carriedIn(repaired) / repaired, unit: Text("%"), decimals: 1),
        ]
      }
    }
    self.evidence = evidence

    let isTooSmall = value < Double(base.lowerBound)
    let isTooLow = carries ? carried > Self.mostCarriedIn * value : pace < Self.lowPace
    verdict =
      isTooSmall || pace > Self.impossiblePace
      ? .impossible : (isTooLow || pace > Self.highPace ? .inconsistent : .confirmed)
    statement = Self.statement(
      verdict, total: total, year: year, restCount: restCount,
      share: (value - middle) / value, pace: pace, carried: carries ? carried : nil,
      isTooSmall: isTooSmall)
  }

  /// New filings and dispositions carry nothing in; cases accepted may.
  private static func isNewOnly(_ figure: PublishedFigure) -> Bool {
    let words = ["new", "filing", "filed", "closed", "resolved", "disposed"]
    let metric = figure.metric.lowercased()
    return words.contains { metric.contains($0) } || figure.name.zh.contains("新收")
      || figure.name.zh.contains("结案")
  }

  private static func statement(
    _ verdict: AuditFinding.Verdict, total: PublishedFigure, year: Period, restCount: Int,
    share: Double, pace: Double, carried: Double?, isTooSmall: Bool
  ) -> Text {
    if verdict == .confirmed {
      return Text(
        en: " The \(year) total of \(total.text) agrees.", zh: "\(year) 年总数 \(total.text) 与之相符。")
    }
    if isTooSmall {
      return Text(
        en: " A \(year) total of \(total.text) is less than its own part, which cannot be.",
        zh: "\(year) 年总数 \(total.text) 小于其中一部分，不可能成立。")
    }
    let periods = restCount == 1 ? "period" : "\(restCount) periods"
    let shown = NumberText.percent(share, 1)
    let times = NumberText.decimal(pace, 1)
    let needs = carried.map { NumberText.decimal($0) }
    let end =
      verdict == .impossible
      ? Text(en: ", which cannot be.", zh: "，不可能成立。")
      : Text(en: ", which is implausible.", zh: "，难以成立。")
    return Text(
      en:
        " A \(year) total of \(total.text) would leave \(shown.en) of the year to its other \(periods), "
        + "\(times.en) times the pace of the rest"
        + (needs.map { ", and needs \($0.en) cases carried in" } ?? "") + end.en,
      zh: "若 \(year) 年总数为 \(total.text)，则其余 \(restCount) 期占全年 \(shown.zh)，为其他各期的 \(times.zh) 倍"
        + (needs.map { "，且旧存须为 \($0.zh) 件" } ?? "") + end.zh)
  }
}
