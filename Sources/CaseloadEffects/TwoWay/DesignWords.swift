import CaseloadData

/// The words that estimands of designs of many units share.
struct DesignWords {
  private let grid: StudyGrid
  private let outcome: Text

  /// - Parameters:
  ///   - study: names the outcome.
  ///   - grid: what is left of it.
  init(_ study: Study, _ grid: StudyGrid) {
    self.grid = grid
    outcome = study.panel.entries.first?.series.name ?? Text(en: "the outcome", zh: "结果变量")
  }

  private var treated: [Int] {
    grid.cohort.indices.filter { grid.cohort[$0] > 0 && grid.cohort[$0] < grid.periodCount }
  }

  /// "filings of the 3 treated units (East, West, North) from 2007 to 2010".
  var subject: Text {
    let rows = treated
    let labels = rows.map { grid.labels[$0] }
    let names =
      labels.count <= 3
      ? Text(en: " (\(labels.joined(separator: ", ")))", zh: "（\(labels.joined(separator: "、"))）")
      : Text("")
    let from = grid.period(rows.map { grid.cohort[$0] }.min() ?? 0)
    let to = grid.period(grid.periodCount - 1)
    let unit = rows.count == 1 ? "treated unit" : "treated units"
    return Text(
      en: "\(outcome.en) of the \(rows.count) \(unit)\(names.en) from \(from) to \(to)",
      zh: "\(rows.count) 个受干预单位\(names.zh)自 \(from) 至 \(to) 的\(outcome.zh)")
  }

  /// How unit-periods are averaged.
  var weighting: Text {
    grid.weights.allSatisfy { $0 == grid.weights[0] }
      ? Text(en: "every treated unit and period counting alike", zh: "各受干预单位与时期等权")
      : Text(en: "treated units and periods counting by the units' weights", zh: "按单位权重加权")
  }

  /// "on the scale of …".
  static func scale(_ scale: EffectEstimate.Scale) -> Text {
    switch scale {
    case .level: Text(en: "in the outcome's own units", zh: "以结果变量原单位计")
    case .log:
      Text(en: "as a rate, from mean differences of logarithms", zh: "以比率计（对数均值之差）")
    }
  }

  /// Never treated units, or how many there are.
  var neverCount: Int { grid.cohort.count { $0 >= grid.periodCount } }
}

extension StudyGrid {
  /// The same without the outcomes of units that are treated in all periods, which would pass for
  /// untreated ones.
  var withoutAlwaysTreated: StudyGrid {
    guard cohort.contains(where: { $0 <= 0 }) else { return self }
    var copy = self
    for i in cohort.indices where cohort[i] <= 0 {
      for t in 0..<periodCount { copy.outcome[i * periodCount + t] = .nan }
    }
    return copy
  }
}

extension Diagnostic {
  /// What a study holds that a design of lasting starts does not use.
  ///
  /// - Parameters:
  ///   - study: as it was asked.
  ///   - usesCovariates: whether the design does.
  /// - Returns: one warning or note each.
  static func unused(_ study: Study, usesCovariates: Bool) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    if study.treatment != nil {
      notes.append(
        Diagnostic(
          .assumption, .warning,
          Text(
            en:
              "The treatment goes up and down again; this design takes it to last from its start.",
            zh: "干预强度有升有降；该设计视其自起点起持续。"),
          hint: Text(
            en: "Use --design chaisemartin, which follows units in and out.",
            zh: "请用 --design chaisemartin，可处理进入与退出。")))
    }
    if !usesCovariates, !study.covariates.isEmpty {
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "This design does not use covariates ("
              + study.covariates.map(\.name.en).joined(separator: ", ") + ").",
            zh: "该设计不使用协变量（" + study.covariates.map(\.name.zh).joined(separator: "、")
              + "）。"),
          hint: Text(
            en: "etwfe, sun-abraham and event-study do.",
            zh: "etwfe、sun-abraham 与 event-study 使用协变量。")))
    }
    return notes
  }

  /// Says which effects the comparison units cannot tell.
  ///
  /// - Parameters:
  ///   - names: of the terms.
  ///   - instead: what is estimated.
  /// - Returns: a warning.
  static func termsNotIdentified(_ names: [Text], instead: Text) -> Diagnostic {
    let shown = names.prefix(5)
    let more = names.count - shown.count
    return Diagnostic(
      .notIdentified, .warning,
      Text(
        en: "Not identified: " + shown.map(\.en).joined(separator: ", ")
          + (more > 0 ? " and \(more) more" : "") + ". " + instead.en,
        zh: "无法识别：" + shown.map(\.zh).joined(separator: "、")
          + (more > 0 ? " 等另 \(more) 项" : "") + "。" + instead.zh))
  }

  /// Says that no treated cell has a counterfactual.
  static var nothingIdentified: Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "No effect can be told apart from the effects of units and periods: there is no period "
          + "in which treated units are seen beside untreated ones, and before their start.",
        zh: "无法把干预效应与单位效应、时期效应区分开：没有同时可见处理与未处理单位且处理单位有干预前观测的时期。"),
      hint: Text(
        en: "Add never treated units, or periods before the first start.",
        zh: "请增加从未受干预的单位，或增加首次干预前的时期。"))
  }
}
