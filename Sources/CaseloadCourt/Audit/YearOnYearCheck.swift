import CaseloadData

/// "x in January–October, r % down on the year": what was the base, and does it fit what is printed of
/// the year before?
///
/// The base is the set of whole numbers that round to the printed change. Bases of parts add up to
/// the base of the whole. A base that is printed itself must lie in that set; a printed total of the
/// base year is held against it by ``YearTotal``; with neither there is nothing to check against.
enum YearOnYearCheck {
  struct Base {
    let claim: PublishedFigure
    let current: PublishedFigure
    /// Every whole number that rounds to the printed change.
    let range: ClosedRange<Int>
    let period: (from: Period, to: Period)

    /// Whether `value` rounds to the printed change.
    func holds(_ value: Double) -> Bool {
      value >= Double(range.lowerBound) - 0.5 && value <= Double(range.upperBound) + 0.5
    }
  }

  static func base(_ claim: PublishedFigure, _ register: FigureRegister) -> Base? {
    guard let from = claim.from, let to = claim.to, from.frequency == to.frequency,
      let change = claim.value,
      let current = register.level(claim.metric, claim.scope, from: from, to: to),
      let value = current.value, change > -100
    else { return nil }
    let half = claim.precision
    func base(_ percent: Double) -> Double { value / (1 + percent / 100) }
    let (low, high) = (base(change + half), base(change - half))
    guard value > 0, low.isFinite, low <= high, high < 1e12 else { return nil }
    // The printed change is rounded half away from zero, so one end of the interval is open.
    func rounds(_ n: Int) -> Bool {
      guard n > 0 else { return false }
      let actual = 100 * (value / Double(n) - 1)
      return abs(actual - change) <= half * (1 + 1e-9)
    }
    // From both ends inwards: an amount in yuan has millions of bases.
    let candidates = Int(low.rounded(.down))...Int(high.rounded(.up))
    guard let first = candidates.first(where: rounds), let last = candidates.last(where: rounds),
      let step = from.frequency.periodsPerYear.map({ Int($0.rounded()) })
    else { return nil }
    return Base(
      claim: claim, current: current, range: first...last,
      period: (from.advanced(by: -step), to.advanced(by: -step)))
  }

  static func findings(
    _ claims: [PublishedFigure], _ register: FigureRegister, growth: [AuditFinding]
  ) -> [AuditFinding] {
    let bases = claims.compactMap { base($0, register) }
    var used: Set<String> = []
    var findings: [AuditFinding] = []
    // The smallest whole first, then by name: a dictionary has no order.
    let wholes = register.scopes.sorted { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
    for base in bases where !used.contains(base.claim.id) {
      var group = [base]
      var scope = base.claim.scope
      for whole in wholes where whole.value.contains(base.claim.scope) {
        let parts = bases.filter {
          whole.value.contains($0.claim.scope) && $0.claim.metric == base.claim.metric
            && $0.period == base.period && !used.contains($0.claim.id)
        }
        guard Set(parts.map(\.claim.scope)) == Set(whole.value) else { continue }
        (group, scope) = (parts, whole.key)
        break
      }
      used.formUnion(group.map(\.claim.id))
      findings.append(finding(group, scope: scope, register, growth))
    }
    return findings
  }

  private static func finding(
    _ parts: [Base], scope: String, _ register: FigureRegister, _ growth: [AuditFinding]
  ) -> AuditFinding {
    let cases = Text(en: "cases", zh: "件")
    let percent = Text("%")
    let current = parts.reduce(0) { $0 + ($1.current.value ?? 0) }
    let low = parts.reduce(0) { $0 + $1.range.lowerBound }
    let high = parts.reduce(0) { $0 + $1.range.upperBound }
    let period = parts[0].period
    var evidence: [AuditFinding.Evidence] = []
    for base in parts {
      evidence += interval(
        "base.\(base.claim.id)",
        Text(
          en: "base of \(base.current.text) (\(base.claim.text) %)",
          zh: "\(base.current.text)（\(base.claim.text)%）的上年同期基数"), base.range, cases)
    }
    if parts.count > 1 {
      evidence += interval(
        "base.sum", Text(en: "sum of the bases", zh: "基数合计"), low...high, cases)
    }
    let isOne = low == high
    let combined =
      parts.count > 1 ? Text(en: "combined change", zh: "合计同比") : Text(en: "change", zh: "同比")
    let changes = [current / Double(high) - 1, current / Double(low) - 1]
    evidence += zip(isOne ? [""] : [".low", ".high"], changes).map { end, change in
      AuditFinding.Evidence(
        "change" + end,
        combined
          + (isOne
            ? Text("")
            : end == ".low"
              ? Text(en: ", at least", zh: "（下限）") : Text(en: ", at most", zh: "（上限）")),
        100 * change, unit: percent, decimals: 2)
    }
    var ids = parts.flatMap { [$0.current.id, $0.claim.id] }
    let span = isOne ? "\(low)" : "\(low)–\(high)"
    let window = period.from == period.to ? "\(period.from)" : "\(period.from) … \(period.to)"
    var statement = Text(
      en: "The printed changes put \(window) at \(span).", zh: "由所述同比可得 \(window) 为 \(span)。")
    var verdict = AuditFinding.Verdict.notChecked
    var repairs: [AuditFinding.Repair] = []

    for base in parts {
      guard let printed = printedBase(base, register), let value = printed.value else { continue }
      ids.append(printed.id)
      let actual = (base.current.value ?? .nan) / value - 1
      evidence.append(
        AuditFinding.Evidence(
          "actual.\(base.claim.id)",
          Text(
            en: "change of \(base.current.text) on the printed \(printed.text)",
            zh: "\(base.current.text) 较所载 \(printed.text) 的变化"), 100 * actual, unit: percent,
          decimals: 2))
      let agrees = base.holds(value)
      statement =
        statement
        + (agrees
          ? Text(
            en: " The printed base \(printed.text) agrees.", zh: "所载基数 \(printed.text) 相符。")
          : Text(
            en: " The printed base is \(printed.text), from which the change is "
              + "\(NumberText.percent(actual, 2).en), not \(base.claim.text) %.",
            zh: "所载基数为 \(printed.text)，据此变化为 \(NumberText.percent(actual, 2).zh)，而不是 "
              + "\(base.claim.text)%。"))
      verdict = worse(verdict, agrees ? .confirmed : .inconsistent)
      if !agrees { repairs += self.repairs(base, printed: printed) }
    }
    if let total = YearTotal(parts, scope: scope, base: low...high, register, growth) {
      ids.append(total.figure.id)
      evidence += total.evidence
      statement = statement + total.statement
      verdict = worse(verdict, total.verdict)
    }
    return AuditFinding(
      check: "yearOnYear", figures: ids, verdict: verdict, statement: statement,
      evidence: evidence, repairs: repairs)
  }

  private static func printedBase(_ base: Base, _ register: FigureRegister) -> PublishedFigure? {
    register.level(
      base.claim.metric, base.claim.scope, from: base.period.from, to: base.period.to)
  }

  /// The graver of two verdicts; anything is graver than nothing to check against.
  private static func worse(_ a: AuditFinding.Verdict, _ b: AuditFinding.Verdict)
    -> AuditFinding.Verdict
  {
    let order: [AuditFinding.Verdict] = [
      .notChecked, .confirmed, .consistent, .scopeQuestion, .inconsistent, .impossible,
    ]
    return (order.firstIndex(of: a) ?? 0) >= (order.firstIndex(of: b) ?? 0) ? a : b
  }

  /// One change of a digit that makes change, base and current figure agree.
  private static func repairs(_ base: Base, printed: PublishedFigure) -> [AuditFinding.Repair] {
    guard let current = base.current.value, let before = printed.value, before > 0 else {
      return []
    }
    let actual = current / before - 1
    var repairs: [AuditFinding.Repair] = []
    func add(_ term: String, _ from: String, _ to: String, _ rate: Double) {
      repairs.append(AuditFinding.Repair(term: term, from: from, to: to, edits: 1, rate: rate))
    }
    let sign = base.claim.text.hasPrefix("-") ? "-" : ""
    for variant in DigitEdits.variants(String(base.claim.text.dropFirst(sign.count))).sorted() {
      guard let size = Double(sign + variant) else { continue }
      let decimals = variant.split(separator: ".").dropFirst().first?.count ?? 0
      let half = (0..<decimals).reduce(0.5) { half, _ in half / 10 }
      if abs(100 * actual - size) <= half { add("change", base.claim.text, sign + variant, actual) }
    }
    for variant in DigitEdits.variants(printed.text).sorted() {
      guard let value = Double(variant), base.holds(value) else { continue }
      add("base", printed.text, variant, current / value - 1)
    }
    for variant in DigitEdits.variants(base.current.text).sorted() {
      guard let value = Double(variant) else { continue }
      let rate = value / before - 1
      if abs(100 * rate - (base.claim.value ?? .nan)) <= base.claim.precision {
        add("current", base.current.text, variant, rate)
      }
    }
    return repairs
  }

  /// One piece of evidence for a number, two for a range.
  static func interval(
    _ id: String, _ label: Text, _ range: ClosedRange<Int>, _ unit: Text
  ) -> [AuditFinding.Evidence] {
    if range.lowerBound == range.upperBound {
      return [AuditFinding.Evidence(id, label, Double(range.lowerBound), unit: unit)]
    }
    return [
      AuditFinding.Evidence(
        id + ".low", label + Text(en: ", at least", zh: "（下限）"), Double(range.lowerBound),
        unit: unit),
      AuditFinding.Evidence(
        id + ".high", label + Text(en: ", at most", zh: "（上限）"), Double(range.upperBound),
        unit: unit),
    ]
  }
}
