import CaseloadData

/// What an audit says of one claim.
public struct AuditFinding: Codable, Sendable {
  /// From agreement to impossibility.
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    /// The figures agree within their rounding.
    case confirmed
    /// They agree under a convention other than the usual one.
    case consistent
    /// Nothing in the register can confirm or contradict them.
    case notChecked
    /// They would agree if they counted different things.
    case scopeQuestion
    /// They do not agree.
    case inconsistent
    /// No true figures could look like this.
    case impossible

    /// What a report calls it.
    public var text: Text {
      switch self {
      case .confirmed: Text(en: "confirmed", zh: "相符")
      case .consistent: Text(en: "consistent under another convention", zh: "另一口径下相符")
      case .notChecked: Text(en: "nothing to check against", zh: "无可核对")
      case .scopeQuestion: Text(en: "a question of scope", zh: "统计口径存疑")
      case .inconsistent: Text(en: "inconsistent", zh: "不相符")
      case .impossible: Text(en: "impossible", zh: "不可能")
      }
    }

    /// Whether the verdict contradicts the claim.
    public var isFinding: Bool { self == .inconsistent || self == .impossible }
  }

  /// One computed quantity behind a verdict.
  public struct Evidence: Codable, Sendable {
    /// Unique in its finding.
    public let id: String
    public let label: Text
    public let value: Double
    public let unit: Text
    /// How many are shown.
    public let decimals: Int

    public init(_ id: String, _ label: Text, _ value: Double, unit: Text, decimals: Int = 0) {
      self.id = id
      self.label = label
      self.value = value
      self.unit = unit
      self.decimals = decimals
    }

    /// Such as `28.23 %` or `7,789`.
    public var shown: Text {
      let number = NumberText.decimal(value, decimals)
      return unit.en == "%"
        ? Text(en: number.en + " %", zh: number.zh + "%")
        : Text(en: (number.en + " " + unit.en).trimmed, zh: (number.zh + " " + unit.zh).trimmed)
    }
  }

  /// A change of digits that would make the claim true.
  public struct Repair: Codable, Sendable {
    /// `rate`, `startYear`, `endYear`, `start`, `end`; `change`, `base`, `current`.
    public let term: String
    public let from: String
    public let to: String
    /// How many digits are inserted, deleted, replaced or swapped.
    public let edits: Int
    /// What the claim's rate is then, as a fraction.
    public let rate: Double

    /// What ``term`` is called.
    public var termName: Text {
      switch term {
      case "rate": Text(en: "the rate", zh: "增长率")
      case "startYear": Text(en: "the first year", zh: "起始年份")
      case "endYear": Text(en: "the last year", zh: "结束年份")
      case "start": Text(en: "the first value", zh: "初值")
      case "change": Text(en: "the change", zh: "同比")
      case "base": Text(en: "the base", zh: "上年基数")
      case "current": Text(en: "the current figure", zh: "本期数")
      default: Text(en: "the last value", zh: "末值")
      }
    }
  }

  /// The check: `growth`, `yearOnYear`, `load`.
  public let check: String
  /// The figures that it rests on.
  public let figures: [String]
  public let verdict: Verdict
  public let statement: Text
  public let evidence: [Evidence]
  public let repairs: [Repair]
  /// Two-digit changes of an endpoint that would also do, but are too many to mean anything.
  public let repairsLeftOut: Int
  /// The convention under which a growth claim agrees, where it is not the usual one.
  public let convention: Text?

  init(
    check: String, figures: [String], verdict: Verdict, statement: Text, evidence: [Evidence],
    repairs: [Repair] = [], repairsLeftOut: Int = 0, convention: Text? = nil
  ) {
    self.check = check
    self.figures = figures
    self.verdict = verdict
    self.statement = statement
    self.evidence = evidence
    self.repairs = repairs
    self.repairsLeftOut = repairsLeftOut
    self.convention = convention
  }
}

/// The checks that find figures of a report at odds with each other.
public enum FigureAudit {
  /// Every finding, in the order of the claims in the register.
  ///
  /// - Throws: ``DiagnosticCode/noFigures`` for a register without a claim that can be checked.
  public static func findings(_ register: FigureRegister) throws(Diagnostic) -> (
    findings: [AuditFinding], diagnostics: [Diagnostic]
  ) {
    var findings: [AuditFinding] = []
    var diagnostics: [Diagnostic] = []
    for claim in register.figures where claim.claim == .averageAnnualGrowth {
      if let finding = GrowthCheck.finding(claim, register) {
        findings.append(finding)
      } else {
        diagnostics.append(unlinked(claim))
      }
    }
    let growth = findings
    let changes = register.figures.filter { $0.claim == .yearOnYearChange }
    for claim in changes where YearOnYearCheck.base(claim, register) == nil {
      diagnostics.append(unlinked(claim))
    }
    findings += YearOnYearCheck.findings(changes, register, growth: growth)
    findings += LoadCheck.findings(register)
    guard !findings.isEmpty else {
      throw Diagnostic(
        .noFigures, .error,
        Text(
          en: "The register holds no claim that its own figures can check.",
          zh: "登记表中没有可由表内数字核对的表述。"),
        hint: Text(
          en: "Mark derived figures in the column claim: averageAnnualGrowth, yearOnYearChange.",
          zh: "请在 claim 列标明派生数字：averageAnnualGrowth、yearOnYearChange。"))
    }
    return (findings, diagnostics)
  }

  private static func unlinked(_ claim: PublishedFigure) -> Diagnostic {
    Diagnostic(
      .claimNotLinked, .warning,
      Text(
        en:
          "The claim \(claim.id) (\(claim.text)) has no figures above zero of the metric '\(claim.metric)' "
          + "and scope '\(claim.scope)' to be checked against.",
        zh: "表述 \(claim.id)（\(claim.text)）缺少指标 '\(claim.metric)'、口径 '\(claim.scope)' 的对应数字。"))
  }
}

extension String {
  var trimmed: String { split(separator: " ").joined(separator: " ") }
}
