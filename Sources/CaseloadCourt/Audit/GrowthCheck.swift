import CaseloadData
import CaseloadMath
import CaseloadRegression

/// "From a to b, an average of r % a year": does the rate follow from its endpoints?
///
/// The average yearly growth of official usage is the compound rate over the number of years
/// between the endpoints. The claim holds when that rate, with the endpoints' rounding, meets the
/// printed rate's rounding. Otherwise the digits are searched for a slip that would make it true.
enum GrowthCheck {
  static func finding(_ claim: PublishedFigure, _ register: FigureRegister) -> AuditFinding? {
    guard let from = claim.from, let to = claim.to, from.frequency == to.frequency, to > from,
      let printed = claim.value,
      let first = register.level(claim.metric, claim.scope, from: from, to: from),
      let last = register.level(claim.metric, claim.scope, from: to, to: to),
      let a = first.value, let b = last.value, a > 0, b > 0
    else { return nil }
    let years = Double(from.distance(to: to)) / (from.frequency.periodsPerYear ?? 1)
    let rate = Growth.compoundRate(first: a, last: b, years: years)
    let half = claim.precision / 100
    let claimed = printed / 100
    // What the endpoints' own rounding leaves open.
    let low = Growth.compoundRate(
      first: a + first.precision, last: max(b - last.precision, b / 2), years: years)
    let high = Growth.compoundRate(
      first: max(a - first.precision, a / 2), last: b + last.precision, years: years)
    let agrees = low < claimed + half && high >= claimed - half

    func agreesWith(_ r: Double) -> Bool { r >= claimed - half && r < claimed + half }
    let arithmetic = (b / a - 1) / years
    let slope = log(b / a) / years
    let longer = Growth.compoundRate(first: a, last: b, years: years + 1)
    let verdict: AuditFinding.Verdict =
      agrees
      ? .confirmed
      : (agreesWith(arithmetic) || agreesWith(slope) ? .consistent : .inconsistent)
    let convention =
      verdict != .consistent
      ? nil
      : agreesWith(arithmetic)
        ? Text(en: "the total growth divided by the years", zh: "累计增长除以年数")
        : Text(en: "the yearly change of the logarithm", zh: "对数的年变化")
    let (repairs, leftOut) =
      verdict == .inconsistent
      ? Self.repairs(claim: claim, first: first, last: last, a: a, b: b, from: from, to: to)
      : ([], 0)

    let percent = Text("%")
    let unit = last.unit
    // One decimal more than printed shows the rounding.
    let decimals = 1 + (claim.text.split(separator: ".").dropFirst().first?.count ?? 0)
    let factor = pow(1 + claimed, years)
    let evidence = [
      AuditFinding.Evidence(
        "claimedRate.low", Text(en: "claimed rate, at least", zh: "所述增长率（下限）"),
        100 * (claimed - half), unit: percent, decimals: decimals),
      AuditFinding.Evidence(
        "claimedRate.high", Text(en: "claimed rate, below", zh: "所述增长率（上限）"),
        100 * (claimed + half), unit: percent, decimals: decimals),
      AuditFinding.Evidence(
        "compoundRate",
        Text(en: "compound rate a year", zh: "年均复合增长率"), 100 * rate, unit: percent,
        decimals: 2),
      AuditFinding.Evidence(
        "totalGrowth", Text(en: "total growth", zh: "累计增长"), 100 * (b / a - 1), unit: percent,
        decimals: 1),
      AuditFinding.Evidence(
        "arithmeticMean", Text(en: "total growth over the years", zh: "累计增长除以年数"),
        100 * arithmetic, unit: percent, decimals: 1),
      AuditFinding.Evidence(
        "longerSpan",
        Text(en: "compound rate over one year more", zh: "按多一年计算的复合增长率"), 100 * longer,
        unit: percent, decimals: 2),
      AuditFinding.Evidence(
        "impliedEnd",
        Text(
          en: "end of the series at the claimed rate", zh: "按所述增长率推算的末值"), a * factor,
        unit: unit),
      AuditFinding.Evidence(
        "impliedStart",
        Text(en: "start of the series at the claimed rate", zh: "按所述增长率推算的初值"), b / factor,
        unit: unit),
      AuditFinding.Evidence(
        "yearsAtClaim",
        Text(en: "years that the claimed rate would take", zh: "按所述增长率需要的年数"),
        claimed > 0 ? log(b / a) / log1p(claimed) : .nan, unit: Text(en: "years", zh: "年"),
        decimals: 2),
    ]
    return AuditFinding(
      check: "growth", figures: [first.id, last.id, claim.id], verdict: verdict,
      statement: statement(
        claim, verdict, from: from, to: to, a: first, b: last, rate: rate, repairs: repairs,
        convention: convention), evidence: evidence, repairs: repairs, repairsLeftOut: leftOut,
      convention: convention)
  }

  private static func statement(
    _ claim: PublishedFigure, _ verdict: AuditFinding.Verdict, from: Period, to: Period,
    a: PublishedFigure, b: PublishedFigure, rate: Double, repairs: [AuditFinding.Repair],
    convention: Text?
  ) -> Text {
    let convention = convention ?? Text("")
    let shown = NumberText.percent(rate, 2)
    let en = "\(a.text) (\(from)) → \(b.text) (\(to)) is \(shown.en) a year, compounded; "
    let zh = "\(a.text)（\(from)年）→ \(b.text)（\(to)年），年均复合增长率为 \(shown.zh)；"
    switch verdict {
    case .confirmed:
      return Text(
        en: en + "the printed \(claim.text) % agrees.", zh: zh + "与所述 \(claim.text)% 相符。")
    case .consistent:
      return Text(
        en: en
          + "the printed \(claim.text) % is \(convention.en), which is not what average growth means.",
        zh: zh + "所述 \(claim.text)% 是\(convention.zh)，并非通常所说的年均增长。")
    default:
      let list = repairs.map { "\($0.from)→\($0.to)" }
      let slip =
        list.isEmpty
        ? Text("")
        : Text(
          en: " A slip of the pen could be: \(list.joined(separator: ", ")).",
          zh: "可能的笔误：\(list.joined(separator: "、"))。")
      return Text(
        en: en + "the printed \(claim.text) % does not follow from its endpoints." + slip.en,
        zh: zh + "所述 \(claim.text)% 不能由首末值得出。" + slip.zh)
    }
  }

  /// The changes of digits that make the claim true: one edit of any term; two edits of an endpoint
  /// where no single one works.
  private static func repairs(
    claim: PublishedFigure, first: PublishedFigure, last: PublishedFigure, a: Double, b: Double,
    from: Period, to: Period
  ) -> (repairs: [AuditFinding.Repair], leftOut: Int) {
    let claimed = (claim.value ?? .nan) / 100
    let half = claim.precision / 100
    let years = Double(from.distance(to: to)) / (from.frequency.periodsPerYear ?? 1)
    var repairs: [AuditFinding.Repair] = []
    var leftOut = 0
    func fits(_ rate: Double) -> Bool { rate >= claimed - half && rate < claimed + half }
    func add(_ term: String, _ from: String, _ to: String, _ edits: Int, _ rate: Double) {
      repairs.append(
        AuditFinding.Repair(term: term, from: from, to: to, edits: edits, rate: rate))
    }

    let actual = Growth.compoundRate(first: a, last: b, years: years)
    for variant in DigitEdits.variants(claim.text).sorted() {
      guard let value = Double(variant) else { continue }
      let decimals = variant.split(separator: ".").dropFirst().first?.count ?? 0
      let tolerance = (0..<decimals).reduce(0.5) { half, _ in half / 10 }
      if abs(100 * actual - value) <= tolerance { add("rate", claim.text, variant, 1, actual) }
    }
    if from.frequency == .yearly, !first.isComputed, !last.isComputed {
      for (term, label, other) in [
        ("startYear", from.description, to.ordinal), ("endYear", to.description, from.ordinal),
      ] {
        for variant in DigitEdits.variants(label).sorted() {
          guard variant.count == 4, let year = Int(variant), (1949...2100).contains(year) else {
            continue
          }
          let span = term == "startYear" ? other - year : year - other
          guard span > 0 else { continue }
          let rate = Growth.compoundRate(first: a, last: b, years: Double(span))
          if fits(rate) { add(term, label, variant, 1, rate) }
        }
      }
    }
    for (term, figure) in [("start", first), ("end", last)] where !figure.isComputed {
      func rate(_ variant: String) -> Double? {
        guard let value = Double(variant), value > 0 else { return nil }
        return term == "start"
          ? Growth.compoundRate(first: value, last: b, years: years)
          : Growth.compoundRate(first: a, last: value, years: years)
      }
      var found = false
      for variant in DigitEdits.variants(figure.text).sorted() {
        guard let r = rate(variant), fits(r) else { continue }
        add(term, figure.text, variant, 1, r)
        found = true
      }
      guard !found else { continue }
      let far = DigitEdits.twoStepVariants(figure.text).sorted().compactMap { variant in
        rate(variant).flatMap { fits($0) ? (variant, $0) : nil }
      }
      // Many two-digit repairs repair nothing: they show that almost any number would do.
      if far.count <= Self.mostDistantRepairs {
        for (variant, r) in far { add(term, figure.text, variant, 2, r) }
      } else {
        leftOut += far.count
      }
    }
    return (repairs.sorted { ($0.edits, $0.term, $0.to) < ($1.edits, $1.term, $1.to) }, leftOut)
  }

  private static let mostDistantRepairs = 3
}
