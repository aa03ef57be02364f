import CaseloadCourt
import CaseloadData

/// Clauses that say what an audit found, one for each verdict, so that sentences, titles and text
/// alternatives all say what the finding says.
enum VerdictText {
  /// The convention under which a growth claim agrees.
  private static func convention(_ growth: ClaimReading.Growth) -> Text {
    growth.finding.convention ?? Text(en: "another convention", zh: "另一口径")
  }

  /// The answer on a growth claim; `claim` and `rate` are marks.
  static func growth(_ growth: ClaimReading.Growth, claim: String, rate: String) -> Text {
    let en = "The printed growth of \(claim) % a year "
    let zh = "原文所称年均增长 \(claim)% "
    switch growth.finding.verdict {
    case .confirmed:
      return Text(
        en: en + "agrees with its endpoints, which give \(rate). ",
        zh: zh + "与其首末值相符，按首末值为 \(rate)。")
    case .consistent:
      let convention = convention(growth)
      return Text(
        en: en
          + "agrees with its endpoints only as \(convention.en); compounded, as average growth is "
          + "reckoned, they give \(rate). ",
        zh: zh + "仅按\(convention.zh)计算时与其首末值相符，按年均复合增长计算为 \(rate)。")
    case .notChecked:
      return Text(
        en: en + "could not be checked; its endpoints give \(rate). ",
        zh: zh + "无可核对，按首末值为 \(rate)。")
    case .scopeQuestion:
      return Text(
        en: en
          + "would agree with its endpoints only if they counted different things; as printed they "
          + "give \(rate). ",
        zh: zh + "仅在首末值口径不同时才可能成立，按所载首末值为 \(rate)。")
    case .inconsistent:
      return Text(
        en: en + "does not follow from its own endpoints, which give \(rate). ",
        zh: zh + "不能由其首末值得出，按首末值应为 \(rate)。")
    case .impossible:
      return Text(
        en: en + "cannot follow from its own endpoints, which give \(rate). ",
        zh: zh + "不可能由其首末值得出，按首末值应为 \(rate)。")
    }
  }

  /// What follows "the endpoints give … a year"; `claim` is a mark or the printed text.
  static func growthClause(_ growth: ClaimReading.Growth, claim: String) -> Text {
    switch growth.finding.verdict {
    case .confirmed: Text(en: ", as the printed \(claim) % says", zh: "，与所载 \(claim)% 相符")
    case .consistent:
      Text(
        en: "; the printed \(claim) % is \(convention(growth).en)",
        zh: "；所载 \(claim)% 是\(convention(growth).zh)")
    case .notChecked:
      Text(en: "; the printed \(claim) % could not be checked", zh: "；所载 \(claim)% 无可核对")
    case .scopeQuestion:
      Text(
        en: "; the printed \(claim) % would need counts of different things",
        zh: "；所载 \(claim)% 仅在口径不同时才可能成立")
    case .inconsistent: Text(en: ", not the printed \(claim) %", zh: "，而不是所载的 \(claim)%")
    case .impossible:
      Text(en: ", and cannot be the printed \(claim) %", zh: "，不可能是所载的 \(claim)%")
    }
  }

  /// What follows "a total of … would leave … to the rest of the year".
  static func base(_ verdict: AuditFinding.Verdict) -> Text {
    switch verdict {
    case .confirmed: Text(en: ", which is possible", zh: "，可以成立")
    case .consistent: Text(en: ", which is possible under another reading", zh: "，换一种口径可以成立")
    case .notChecked:
      Text(en: ", which nothing here confirms or contradicts", zh: "，现有数字无从核对")
    case .scopeQuestion:
      Text(en: ", which fits only if the two count different things", zh: "，仅在二者口径不同时成立")
    case .inconsistent: Text(en: ", which is implausible", zh: "，难以成立")
    case .impossible: Text(en: ", which cannot be", zh: "，不可能成立")
    }
  }

  /// What "n judges at c cases each" says of the printed caseload.
  static func load(_ verdict: AuditFinding.Verdict) -> Text {
    switch verdict {
    case .confirmed:
      Text(en: "That is close to the printed caseload.", zh: "与所载案件数相近。")
    case .consistent:
      Text(
        en: "That is close to the printed caseload under another convention.",
        zh: "换一种口径与所载案件数相近。")
    case .notChecked:
      Text(en: "No caseload is printed to hold it against.", zh: "未载可供核对的案件数。")
    case .scopeQuestion:
      Text(
        en:
          "That is far from the printed caseload: the two count different things, or one of them is wrong.",
        zh: "与所载案件数相差较大：二者或口径不同，或有一项有误。")
    case .inconsistent:
      Text(en: "That does not agree with the printed caseload.", zh: "与所载案件数不符。")
    case .impossible:
      Text(en: "That cannot be, with the printed caseload.", zh: "按所载案件数不可能成立。")
    }
  }

  /// What to do with the figures, from the worst verdict on them.
  static func advice(_ findings: [AuditFinding]) -> Text {
    let verdicts = Set(findings.map(\.verdict))
    if verdicts.contains(where: \.isFinding) {
      return Text(
        en: "Until the source is checked, these figures should not be used for planning.",
        zh: "在核实来源之前，这些数字不宜用于规划。")
    }
    if verdicts.contains(.scopeQuestion) {
      return Text(
        en: "Whether all of the figures count the same things should be asked of the source.",
        zh: "各项数字口径是否一致，应向来源核实。")
    }
    if verdicts.contains(.consistent) {
      return Text(
        en: "The convention should be stated wherever the figures are used.",
        zh: "引用这些数字时应注明所用口径。")
    }
    if verdicts.contains(.confirmed) {
      return Text(
        en: "The figures that could be checked do not contradict each other.",
        zh: "可以核对的数字之间未发现矛盾。")
    }
    return Text(
      en: "Nothing in the register can confirm or contradict its claims.", zh: "登记表中没有可供核对的数字。")
  }
}
