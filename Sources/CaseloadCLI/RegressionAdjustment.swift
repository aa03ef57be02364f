import Caseload
import CaseloadIO
import Foundation

/// p-values of regressions adjusted for how many coefficients were tested.
struct RegressionAdjustment {
  private enum Way {
    case formula(MultipleTesting.Adjustment)
    case romanoWolf(WildClusterBootstrap)
  }

  private static let romanoWolf = "romano-wolf"
  private let way: Way
  private let patterns: [TermPattern]
  private let seed: UInt64

  /// - Parameters:
  ///   - name: as ``MultipleTesting/Adjustment`` has it, or `romano-wolf` with options after colons.
  ///   - terms: patterns with commas; `nil` for all terms but the intercept.
  ///   - seed: of what is drawn.
  /// - Throws: ``DiagnosticCode/unknownName``, ``DiagnosticCode/illegalOption``.
  init(_ name: String, terms: String?, seed: UInt64) throws(Diagnostic) {
    let name = name.lowercased()
    if name == Self.romanoWolf || name.hasPrefix(Self.romanoWolf + ":") {
      let bootstrap = try WildClusterBootstrap(
        id: "wild" + name.dropFirst(Self.romanoWolf.count))
      way = .romanoWolf(bootstrap ?? WildClusterBootstrap())
    } else if let method = MultipleTesting.Adjustment(rawValue: name) {
      way = .formula(method)
    } else {
      throw Diagnostic.unknownName(
        name, among: MultipleTesting.Adjustment.allCases.map(\.rawValue) + [Self.romanoWolf],
        kind: Text(en: "adjustment", zh: "校正方法"))
    }
    patterns =
      terms?.split(separator: ",").map { TermPattern($0.trimmingCharacters(in: .whitespaces)) }
      ?? []
    self.seed = seed
  }

  /// Adds the adjusted p-values of `outcomes` to their results.
  func adjust(_ models: inout [RegressionResult], _ outcomes: [RegressionOutcome])
    throws(Diagnostic)
  {
    let tested = try models.map { model throws(Diagnostic) in try testedRows(model) }
    let names = models.flatMap(\.summary.coefficients).map(\.term)
    for pattern in patterns where !names.contains(where: pattern.matches) {
      throw Diagnostic.unknownName(
        pattern.text, among: names.filter { $0 != Self.intercept }.uniqued,
        kind: Text(en: "term", zh: "项"))
    }
    switch way {
    case .formula(let method):
      for k in models.indices {
        let p = tested[k].map { models[k].summary.coefficients[$0].pValue }
        models[k].set(try MultipleTesting.adjusted(p, method), at: tested[k], method.rawValue)
        if models.count > 1 {
          models[k].adjustmentNote = Text(
            en: "The p-values of each model are adjusted by themselves.", zh: "各模型的 p 值分别校正。")
        }
      }
    case .romanoWolf(let bootstrap): try stepDown(bootstrap, &models, outcomes, tested)
    }
  }

  private static let intercept = "(Intercept)"

  /// The rows of the table that are tested.
  private func testedRows(_ model: RegressionResult) throws(Diagnostic) -> [Int] {
    model.summary.coefficients.indices.filter { row in
      let term = model.summary.coefficients[row].term
      return patterns.isEmpty
        ? term != Self.intercept
          // A star does not mean the intercept.
        : patterns.contains {
          $0.text == term || term != Self.intercept && $0.matches(term)
        }
    }
  }

  private func stepDown(
    _ bootstrap: WildClusterBootstrap, _ models: inout [RegressionResult],
    _ outcomes: [RegressionOutcome], _ tested: [[Int]]
  ) throws(Diagnostic) {
    var family: [RomanoWolf.Hypothesis] = []
    for (k, rows) in tested.enumerated() {
      for row in rows {
        family.append(
          try outcomes[k].romanoWolfHypothesis(models[k].summary.coefficients[row].term))
      }
    }
    guard let first = family.first else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "There is no term to adjust for.", zh: "没有可校正的项。"),
        hint: Text(en: "Leave --adjust out.", zh: "请去掉 --adjust。"))
    }
    var stepDown = RomanoWolf()
    stepDown.bootstrap = bootstrap
    let result = try stepDown.adjusted(family, from: RandomStream(seed: seed))
    let note = Self.note(bootstrap, result, clusters: first.clusters.name, models: models.count)
    var place = 0
    for (k, rows) in tested.enumerated() {
      let own = Array(result.adjustedPValues[place..<place + rows.count])
      place += rows.count
      models[k].set(own, at: rows, Self.romanoWolf)
      models[k].adjustmentNote = note
      if !result.isEnumerated { models[k].drawsSeed = seed }
    }
  }

  /// What was counted, and of which draws.
  private static func note(
    _ bootstrap: WildClusterBootstrap, _ result: RomanoWolf.Result, clusters: String, models: Int
  ) -> Text {
    let count = result.adjustedPValues.count
    let variance =
      clusters.isEmpty
      ? (bootstrap.variance == .cr1 ? "HC1" : "HC3") : bootstrap.variance.rawValue.uppercased()
    let weights = bootstrap.weights == .webb ? "Webb" : "Rademacher"
    let units =
      clusters.isEmpty
      ? Text(en: "\(result.clusters) rows", zh: "\(result.clusters) 行")
      : Text(
        en: "\(result.clusters) clusters of \(clusters)", zh: "\(clusters) 的 \(result.clusters) 个聚类"
      )
    let draws =
      result.isEnumerated
      ? Text(
        en: "p = #{max |t*| ≥ |t|}/B of all B = \(result.draws) sign vectors",
        zh: "p = #{max |t*| ≥ |t|}/B，穷举全部 B = \(result.draws) 种符号")
      : Text(
        en: "p = (#{max |t*| ≥ |t|} + 1)/(B + 1) of B = \(result.draws) draws",
        zh: "p = (#{max |t*| ≥ |t|} + 1)/(B + 1)，抽样 B = \(result.draws) 次")
    let family =
      models > 1
      ? Text(en: "the \(count) tests of all models together", zh: "全部模型的 \(count) 个检验")
      : Text(en: "the \(count) tests", zh: "\(count) 个检验")
    return Text(
      en: "Romano and Wolf's step-down over \(family.en), two-sided: \(draws.en) of the "
        + (bootstrap.isRestricted ? "restricted" : "unrestricted")
        + " wild bootstrap of \(units.en) (\(weights) weights, the same for all tests), t by "
        + "\(variance).",
      zh: "Romano–Wolf 逐步法，针对\(family.zh)（双侧）：\(draws.zh)；"
        + "\(bootstrap.isRestricted ? "约束" : "无约束")野生自助法，\(units.zh)（\(weights) 权重，各检验共用抽样），"
        + "t 用 \(variance)。")
  }
}

extension RegressionResult {
  /// Adjusted p-values at some rows of the table, none at the others.
  fileprivate mutating func set(_ values: [Double], at rows: [Int], _ name: String) {
    adjustment = name
    adjustedPValues = summary.coefficients.map { _ in nil }
    for (value, row) in zip(values, rows) { adjustedPValues[row] = value.isNaN ? nil : value }
  }
}

extension [String] {
  /// Each once, in order of appearance.
  fileprivate var uniqued: [String] {
    reduce(into: []) { list, name in if !list.contains(name) { list.append(name) } }
  }
}
