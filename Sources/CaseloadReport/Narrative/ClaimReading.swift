import CaseloadCourt
import CaseloadData

/// What the findings of an audit say, in pieces that sentences are made of.
struct ClaimReading {
  /// The growth claim and the endpoints that it stands on.
  struct Growth {
    let finding: AuditFinding
    let first: PublishedFigure
    let last: PublishedFigure
    let claim: PublishedFigure
    let from: Period
    let to: Period

    var holds: Bool { finding.verdict == .confirmed || finding.verdict == .consistent }
  }

  /// The base that year-on-year changes imply for the year before.
  struct Base {
    let finding: AuditFinding
    /// The periods of the current figures: "January–October 2020".
    let window: Text
    /// The year that the base lies in.
    let year: Period
    /// The printed total of that year, against which the base was held; `nil` where there is none.
    let total: PublishedFigure?

    var hasTotal: Bool { total != nil }
    /// Whether the total counts cases carried in beside the new ones.
    var carriesIn: Bool { finding.evidence.contains { $0.id == "carriedIn" } }
    var contradicts: Bool { finding.verdict.isFinding }
  }

  let growth: Growth?
  let base: Base?

  init(_ inputs: ReportInputs) {
    guard let register = inputs.register else {
      (growth, base) = (nil, nil)
      return
    }
    growth = inputs.findings.first { $0.check == "growth" }.flatMap { finding in
      guard finding.figures.count == 3, let first = register[finding.figures[0]],
        let last = register[finding.figures[1]], let claim = register[finding.figures[2]],
        let from = first.from, let to = last.from
      else { return nil }
      return Growth(
        finding: finding, first: first, last: last, claim: claim, from: from, to: to)
    }
    base = inputs.findings.first { $0.check == "yearOnYear" }.flatMap { finding in
      guard let current = finding.figures.first.flatMap({ register[$0] }),
        let from = current.from, let to = current.to,
        let year = from.containing(.yearly)
      else { return nil }
      return Base(
        finding: finding, window: ReportDraft.span(from, to), year: year.advanced(by: -1),
        total: finding.evidence.contains { $0.id == "rest.share" }
          ? finding.figures.last.flatMap { register[$0] } : nil)
    }
  }
}

extension ReportDraft {
  /// The mark of a piece of evidence, or of its low and high ends: "7,320–7,326".
  mutating func rangeMark(_ prefix: String, of finding: AuditFinding) -> Text {
    let items = finding.evidence.filter {
      $0.id == prefix || $0.id == prefix + ".low" || $0.id == prefix + ".high"
    }
    var marks: [String] = []
    for item in items { marks.append(evidence(item, of: finding)) }
    // A dash before a minus sign would read as two.
    let isSigned = items.contains { $0.value < 0 }
    return Text(
      en: marks.joined(separator: isSigned ? " to " : "–"),
      zh: marks.joined(separator: isSigned ? " 至 " : "–"))
  }

  /// The mark of the base: of the sum of its parts, or of the only one.
  mutating func baseMark(_ base: ClaimReading.Base) -> Text {
    let finding = base.finding
    if finding.evidence.contains(where: { $0.id.hasPrefix("base.sum") }) {
      return rangeMark("base.sum", of: finding)
    }
    let id = finding.evidence.first { $0.id.hasPrefix("base.") }?.id ?? ""
    return rangeMark(id.split(separator: ".").prefix(2).joined(separator: "."), of: finding)
  }
}
