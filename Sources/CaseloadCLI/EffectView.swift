import ArgumentParser
import Caseload

/// What the rows of csv and jsonl hold.
enum EffectView: String, ExpressibleByArgument, CaseIterable {
  case estimates, path, cells, checks, quantities, assumptions, weights, comparisons

  /// The rows of `answers`; several designs are told apart by a first column.
  func table(_ answers: [EffectTable.Row], isComparison: Bool, _ language: Language) -> ResultTable
  {
    let columns = (isComparison ? ["design"] : []) + columns
    let all = answers.flatMap { answer -> [[Cell]] in
      let own: [[Cell]]
      if let estimate = answer.estimate {
        own = rows(estimate, language)
      } else if self == .estimates, let reason = answer.reason {
        own = [refusal(reason, language)]
      } else {
        own = []
      }
      return own.map { (isComparison ? [.text(answer.design)] : []) + $0 }
    }
    return ResultTable(columns, all)
  }

  private var columns: [String] {
    switch self {
    case .estimates:
      [
        "term", "estimate", "standardError", "lower", "upper", "pValue", "level", "scale",
        "inference", "estimand", "reason",
      ]
    case .path:
      [
        "period", "eventTime", "observed", "counterfactual", "effect", "standardError", "lower",
        "upper", "simultaneousLower", "simultaneousUpper",
      ]
    case .cells: ["cohort", "period", "value", "standardError"]
    case .checks: ["check", "name", "verdict", "finding", "figure", "value"]
    case .quantities:
      ["quantity", "name", "estimate", "standardError", "lower", "upper", "pValue"]
    case .assumptions: ["assumption", "verdict", "evidence", "pValue"]
    case .weights: ["unit", "weight"]
    case .comparisons: ["kind", "treated", "comparison", "value", "weight"]
    }
  }

  private func rows(_ estimate: EffectEstimate, _ language: Language) -> [[Cell]] {
    switch self {
    case .estimates: terms(estimate, language)
    case .path:
      estimate.path.map { point in
        [
          .text(point.period?.description ?? ""), .number(Double(point.eventTime), decimals: 0),
        ]
          + [
            point.observed, point.counterfactual, point.effect, point.standardError, point.lower,
            point.upper, point.simultaneousLower, point.simultaneousUpper,
          ].map { Cell.number($0) }
      }
    case .cells:
      estimate.cells.map { cell in
        [
          .text(cell.cohort.description), .text(cell.period.description), .number(cell.value),
          .number(cell.standardError),
        ]
      }
    case .checks:
      estimate.checks.flatMap { check -> [[Cell]] in
        let head: [Cell] = [
          .text(check.id), .text(check.name[language]), .text(check.verdict.rawValue),
          .text(check.finding[language]),
        ]
        guard !check.figures.isEmpty else { return [head + [.text(""), .number(nil)]] }
        return check.figures.map { head + [.text($0.name), .number($0.value)] }
      }
    case .quantities:
      estimate.quantities.map { quantity in
        [.text(quantity.id), .text(quantity.name[language])] + numbers(quantity.estimate)
      }
    case .assumptions:
      estimate.assumptions.map { status in
        [
          .text(status.assumption[language]), .text(status.verdict.rawValue),
          .text(status.evidence[language]), .number(status.pValue),
        ]
      }
    case .weights: estimate.weights.map { [.text($0.unit), .number($0.weight)] }
    case .comparisons:
      estimate.comparisons.map { comparison in
        [
          .text(comparison.kind.rawValue), .text(comparison.treated.description),
          .text(comparison.comparison?.description ?? ""), .number(comparison.value),
          .number(comparison.weight),
        ]
      }
    }
  }

  private func numbers(_ estimate: Estimate) -> [Cell] {
    [
      estimate.value, estimate.standardError, estimate.lower, estimate.upper, estimate.pValue,
    ].map { Cell.number($0) }
  }

  /// The average first, then what else there is one of, then the average by other inference.
  private func terms(_ estimate: EffectEstimate, _ language: Language) -> [[Cell]] {
    func row(_ term: String, _ value: Estimate, _ scale: String, _ kind: String) -> [Cell] {
      [.text(term)] + numbers(value) + [
        .number(value.level, decimals: 2), .text(scale), .text(kind),
        .text(term == "average" ? estimate.estimand[language] : ""), .text(""),
      ]
    }
    let scale = estimate.scale.rawValue
    let kind = estimate.inference?.kind.rawValue ?? ""
    var rows = [row("average", estimate.average, scale, kind)]
    if let total = estimate.cumulative { rows.append(row("cumulative", total, "level", kind)) }
    if let step = estimate.levelChange { rows.append(row("levelChange", step, scale, kind)) }
    if let slope = estimate.slopeChange { rows.append(row("slopeChange", slope, scale, kind)) }
    for other in estimate.inference?.alternatives ?? [] {
      let name = other.kind.rawValue + (other.variant.map { ":\($0)" } ?? "")
      rows.append(row("average", other.estimate, scale, name))
    }
    return rows
  }

  private func refusal(_ reason: Diagnostic, _ language: Language) -> [Cell] {
    [.text("")] + [Cell](repeating: .number(nil), count: 6)
      + [.text(""), .text(""), .text(""), .text(reason.message[language])]
  }
}
