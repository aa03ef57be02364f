import CaseloadData

/// "x in January–October, r % down on the year": what was the base, and does it fit the year's
/// total that is printed elsewhere?
///
/// The base is the set of whole numbers that round to the printed change. Bases of parts add up to
/// the base of the whole. Against a printed total of the base year, cases accepted (受理) are read
/// as carried in + newly filed: with n a month and c carried in,
///
/// ```
/// base = c + m n,   total = c + 12 n   ⇒   n = (total − base)/(12 − m),   c = base − m n ≥ 0
/// ```
enum YearOnYearCheck {
  struct Base {
    let claim: PublishedFigure
    let current: PublishedFigure
    /// Every whole number that rounds to the printed change.
    let range: ClosedRange<Int>
    let period: (from: Period, to: Period)
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
    for base in bases where !used.contains(base.claim.id) {
      // All parts of the scope that the base belongs to, for the same periods.
      let whole = register.scopes.first { $0.value.contains(base.claim.scope) }
      let parts = whole.map { scope in
        bases.filter {
          scope.value.contains($0.claim.scope) && $0.claim.metric == base.claim.metric
            && $0.period == base.period
        }
      }
      if let whole, let parts, Set(parts.map(\.claim.scope)) == Set(whole.value) {
        used.formUnion(parts.map(\.claim.id))
        findings.append(finding(parts, scope: whole.key, register, growth))
      } else {
        used.insert(base.claim.id)
        findings.append(finding([base], scope: base.claim.scope, register, growth))
      }
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
    evidence += [
      AuditFinding.Evidence(
        "change.low", Text(en: "combined change, at most", zh: "合计同比（降幅上限）"),
        100 * (current / Double(high) - 1), unit: percent, decimals: 2),
      AuditFinding.Evidence(
        "change.high", Text(en: "combined change, at least", zh: "合计同比（降幅下限）"),
        100 * (current / Double(low) - 1), unit: percent, decimals: 2),
    ]
    var ids = parts.flatMap { [$0.current.id, $0.claim.id] }
    let span = low == high ? "\(low)" : "\(low)–\(high)"
    let window = "\(period.from) … \(period.to)"

    // The year's own total, if it is printed.
    let perYear = Int((period.from.frequency.periodsPerYear ?? 1).rounded())
    let months = period.from.distance(to: period.to) + 1
    guard months < perYear, let year = period.from.containing(.yearly),
      period.to.containing(.yearly) == year,
      let total = register.level(parts[0].claim.metric, scope, from: year, to: year),
      let value = total.value
    else {
      return AuditFinding(
        check: "yearOnYear", figures: ids, verdict: .confirmed,
        statement: Text(
          en: "The printed changes put the same periods of the year before (\(window)) at \(span).",
          zh: "由所述同比可得上年同期（\(window)）为 \(span)。"), evidence: evidence, repairs: [])
    }
    ids.append(total.id)
    let middle = Double(low + high) / 2
    let rest = Double(perYear - months)
    func reading(_ total: Double) -> (monthly: Double, carried: Double) {
      let monthly = (total - middle) / rest
      return (monthly, middle - Double(months) * monthly)
    }
    let direct = reading(value)
    evidence += interval(
      "rest",
      Text(
        en: "left for the other \(perYear - months) periods of \(year)",
        zh: "\(year)年其余 \(perYear - months) 期的余数"),
      Int(value) - high...Int(value) - low, cases)
    evidence += [
      AuditFinding.Evidence(
        "rest.share", Text(en: "their share of the year", zh: "其占全年比重"),
        100 * (value - middle) / value, unit: percent, decimals: 1),
      AuditFinding.Evidence(
        "carriedIn", Text(en: "cases carried in that this implies", zh: "由此推出的旧存"),
        direct.carried, unit: cases),
    ]
    for share in [0.05, 0.15] {
      let implied =
        middle / (share + (1 - share) * Double(months) / Double(perYear))
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
      let reading = reading(repaired)
      evidence += [
        AuditFinding.Evidence(
          "repair.\(repair.to).carriedIn",
          Text(en: "carried in, if the total were \(repair.to)", zh: "若总数为 \(repair.to)，旧存"),
          reading.carried, unit: cases),
        AuditFinding.Evidence(
          "repair.\(repair.to).share",
          Text(
            en: "its share of \(repair.to)", zh: "其占 \(repair.to) 的比重"),
          100 * reading.carried / repaired, unit: percent, decimals: 1),
      ]
    }
    let tooSmall = value < Double(low)
    let share = direct.carried / value
    let verdict: AuditFinding.Verdict =
      tooSmall || direct.carried < -0.02 * value
      ? .impossible : (share > 0.5 ? .inconsistent : .confirmed)
    let carried = NumberText.decimal(direct.carried)
    let restShare = NumberText.percent((value - middle) / value, 1)
    let statement: Text
    switch verdict {
    case .confirmed:
      statement = Text(
        en:
          "The printed changes put \(window) at \(span); the \(year) total of \(total.text) agrees.",
        zh: "由所述同比可得 \(window) 为 \(span)；与 \(year) 年总数 \(total.text) 相符。")
    default:
      statement = Text(
        en: "The printed changes put \(window) at \(span). A \(year) total of \(total.text) would "
          + "leave \(restShare.en) of the year to its last \(perYear - months) periods and needs "
          + "\(carried.en) cases carried in"
          + (direct.carried < 0 ? ", which cannot be." : ", which is implausible."),
        zh: "由所述同比可得 \(window) 为 \(span)。若 \(year) 年总数为 \(total.text)，则最后 "
          + "\(perYear - months) 期占全年 \(restShare.zh)，且旧存须为 \(carried.zh) 件"
          + (direct.carried < 0 ? "，不可能成立。" : "，难以成立。"))
    }
    return AuditFinding(
      check: "yearOnYear", figures: ids, verdict: verdict, statement: statement,
      evidence: evidence, repairs: [])
  }

  /// One piece of evidence for a number, two for a range.
  private static func interval(
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
