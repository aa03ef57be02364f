import CaseloadData
import CaseloadMath

/// What switching effects are reported as: by horizon with placebos, cohort and direction, and words.
struct SwitchReport {
  let effects: SwitchEffects
  let options: ChaisemartinDHaultfoeuille
  let path: [EffectEstimate.Point]
  let cells: [EffectEstimate.Cell]
  let quantities: [EffectEstimate.Quantity]
  /// Of all placebos at once.
  let placeboTest: (statistic: Double, numerator: Int, denominator: Int, pValue: Double)?
  private let sums: [SwitchEffects.Sum]

  /// The most placebos unless more are asked for.
  static let automaticPlacebos = 6

  init(_ effects: SwitchEffects, _ options: ChaisemartinDHaultfoeuille, level: Double) {
    self.effects = effects
    self.options = options
    let grid = effects.grid
    let paths = effects.paths
    let last = max(1, options.lastHorizon(paths))
    func estimate(_ average: AverageEffect) -> Estimate {
      InfluenceEstimate.estimate(average, level: level, scale: options.scale)
    }
    let sums = (1...last).map { effects.first($0) }
    self.sums = sums
    func divisor(_ sum: SwitchEffects.Sum) -> Double {
      options.normalized ? sum.accumulated : sum.weight
    }
    var path: [EffectEstimate.Point] = []
    let most = options.placebos > 0 ? options.placebos : Self.automaticPlacebos
    var placebos: [AverageEffect] = []
    for horizon in 1...max(1, min(most, last)) {
      let sum = effects.first(horizon, isPlacebo: true)
      guard let average = sum.average(over: divisor(sum)) else { continue }
      placebos.append(average)
      path.insert(InfluenceEstimate.point(-1 - horizon, estimate(average)), at: 0)
    }
    placeboTest = Self.joint(placebos)
    path.append(InfluenceEstimate.point(-1, nil))
    for (index, sum) in sums.enumerated() {
      guard let average = sum.average(over: divisor(sum)) else { continue }
      path.append(InfluenceEstimate.point(index, estimate(average)))
    }
    self.path = path

    var quantities: [EffectEstimate.Quantity] = []
    func add(_ id: String, _ name: Text, _ average: AverageEffect?) {
      guard let average else { return }
      quantities.append(
        EffectEstimate.Quantity(id: id, name: name, estimate: estimate(average)))
    }
    if options.effect != .average {
      add(
        "average-total",
        Text(en: "Total effect per unit of treatment", zh: "每单位处理的总效应"),
        ChaisemartinDHaultfoeuille.total(sums))
    }
    if options.effect != .first {
      add(
        "first-period", Text(en: "Effect in the first period of a change", zh: "变化首期的效应"),
        sums.first.flatMap { $0.average(over: $0.weight) })
    }
    let every = effects.every()
    if options.effect != .everySwitch {
      add(
        "every-switch", Text(en: "Effect of all changes at once", zh: "所有变化的即时效应"),
        every.average(over: every.present))
    }
    let (up, down) = (effects.every(direction: .up), effects.every(direction: .down))
    if down.switchers > 0 {
      add(
        "switch-on", Text(en: "All changes upwards", zh: "所有上升变化"),
        up.average(over: up.present))
      add(
        "switch-off", Text(en: "All changes downwards (per unit less)", zh: "所有下降变化（每减少一单位）"),
        down.average(over: down.present))
    }
    let placebo = effects.every(isPlacebo: true)
    add(
      "every-switch-placebo",
      Text(en: "Placebo of all changes, a period earlier", zh: "所有变化提前一期的安慰剂"),
      placebo.average(over: placebo.present))
    for (index, sum) in sums.enumerated() where !options.normalized && sum.accumulated > 0 {
      add(
        "normalized-\(index + 1)",
        Text(
          en: "Effect after \(index + 1) periods per unit of treatment received",
          zh: "\(index + 1) 期后每单位所受处理的效应"),
        sum.average(over: sum.accumulated))
    }
    self.quantities = quantities

    var cells: [EffectEstimate.Cell] = []
    for start in Set(paths.change).sorted() where start != StudyGrid.never {
      for horizon in 1...last where start - 1 + horizon < paths.periodCount {
        let sum = effects.first(horizon, start: start)
        guard let average = sum.average(over: sum.weight) else { continue }
        let value = estimate(average)
        cells.append(
          EffectEstimate.Cell(
            cohort: grid.period(start), period: grid.period(start - 1 + horizon),
            value: value.value, standardError: value.standardError))
      }
    }
    self.cells = cells
  }

  /// Whether all placebos are 0: F(k, C − 1) of the Wald statistic over k.
  private static func joint(_ placebos: [AverageEffect]) -> (
    statistic: Double, numerator: Int, denominator: Int, pValue: Double
  )? {
    let defined = placebos.filter { !$0.influence.isEmpty }
    guard let clusters = defined.first?.influence.count, clusters > defined.count + 1 else {
      return nil
    }
    let influence = Matrix(columns: defined.map(\.influence))
    guard let factor = try? Cholesky(BLAS.crossProduct(influence)) else { return nil }
    let values = defined.map(\.value)
    let wald = zip(values, factor.solve(values)).reduce(0) { $0 + $1.0 * $1.1 }
    let f = wald / Double(defined.count)
    guard f.isFinite else { return nil }
    let p = FisherF(
      numeratorDegreesOfFreedom: Double(defined.count),
      denominatorDegreesOfFreedom: Double(clusters - 1)
    ).upper(f)
    return (f, defined.count, clusters - 1, p)
  }

  /// In words, whose effect on what, when.
  func estimand(_ study: Study) -> Text {
    let outcome = study.panel.entries[0].series.name
    let switchers = sums.first?.switchers ?? 0
    let last = sums.lastIndex { $0.switchers > 0 }.map { $0 + 1 } ?? 1
    let relative = options.scale == .log
    let effect =
      relative ? Text(en: "relative effect", zh: "相对效应") : Text(en: "effect", zh: "效应")
    switch options.effect {
    case .average:
      return Text(
        en:
          "Average \(effect.en) on \(outcome.en) of a unit more of treatment for a period, over the "
          + "\(last) periods from the first change of \(switchers) switching units on, lasting "
          + "effects of earlier periods included, against units of the same first treatment that "
          + "have not changed yet.",
        zh: "处理增加一单位、持续一期对\(outcome.zh)的平均\(effect.zh)：\(switchers) 个改变处理的单位自首次改变起 "
          + "\(last) 期（含先前时期的持续影响），与初始处理相同且尚未改变的单位比较。")
    case .first:
      return Text(
        en: "Average \(effect.en) on \(outcome.en) in the first period after the first change of "
          + "treatment of \(switchers) units (signed by its direction), against units of the same "
          + "first treatment that have not changed yet.",
        zh: "\(switchers) 个单位首次改变处理后首期对\(outcome.zh)的平均\(effect.zh)（按方向取号），与初始处理相同且尚未改变的单位比较。")
    case .everySwitch:
      let every = effects.every()
      return Text(
        en:
          "Average \(effect.en) on \(outcome.en) of a unit more of treatment in the period of each "
          + "of \(every.switchers) changes, against units whose treatment stays in that period.",
        zh: "\(every.switchers) 次处理变化当期，处理每增加一单位对\(outcome.zh)的平均\(effect.zh)，与当期处理不变的单位比较。")
    }
  }

  /// The design's assumptions and what the data say.
  var assumptions: [AssumptionStatus] {
    let parallel = ChaisemartinDHaultfoeuille.card.assumptions[0]
    guard let test = placeboTest else {
      return [
        AssumptionStatus(
          parallel, .untestable,
          evidence: Text(
            en: "There are too few periods or switchers before the changes to test it.",
            zh: "变化前时期或切换单位过少，无法检验。"))
      ]
    }
    let p = test.pValue
    return [
      AssumptionStatus(
        parallel, p < 0.05 ? .violated : p < 0.2 ? .doubtful : .supported,
        evidence: Text(
          en: "\(test.numerator) placebos before the changes: F(\(test.numerator), "
            + "\(test.denominator)) = \(NumberText.decimal(test.statistic, 2).en), p = "
            + "\(NumberText.decimal(p, 3).en). What holds before need not hold after.",
          zh: "变化前 \(test.numerator) 个安慰剂：F(\(test.numerator), \(test.denominator)) = "
            + "\(NumberText.decimal(test.statistic, 2).zh)，p = \(NumberText.decimal(p, 3).zh)。此前成立未必此后成立。"
        ),
        summary: p < 0.05
          ? Text(
            en: "Switching units moved differently before their change already.",
            zh: "切换单位在变化之前就已有不同变动。")
          : Text(
            en: "No clear difference before the changes; what holds before need not hold after.",
            zh: "变化前无明显差异；此前成立未必此后成立。"),
        pValue: p)
    ]
  }

  /// Which switchers have no comparison, and what was left out.
  var notes: [Diagnostic] {
    let (grid, paths) = (effects.grid, effects.paths)
    var notes: [Diagnostic] = []
    let unused = paths.change.indices.filter { i in
      guard paths.change[i] != StudyGrid.never else { return false }
      let t = paths.change[i]
      return !paths.change.indices.contains {
        paths.change[$0] > t && paths.first[$0] == paths.first[i]
          && !paths.outcome[$0 * paths.periodCount + t].isNaN
      }
    }
    if let first = unused.first {
      let (label, period) = (grid.labels[first], grid.period(paths.change[first]).description)
      let shown = unused.prefix(5).map { grid.labels[$0] }.joined(separator: ", ")
      notes.append(
        Diagnostic(
          .noComparison, .warning,
          Text(
            en: "\(unused.count) units change when no unit of the same first treatment is left to "
              + "compare them with, and count only as comparisons before: \(shown)"
              + (unused.count > 5 ? ", …." : "."),
            zh: "\(unused.count) 个单位改变时已无初始处理相同的可比单位，仅在此前作为对照：\(shown)"
              + (unused.count > 5 ? "……。" : "。")),
          at: Diagnostic.Location(series: label, period: period)))
    }
    if let cell = grid.outcome.indices.first(where: {
      !grid.outcome[$0].isNaN && paths.outcome[$0].isNaN
    }) {
      let (i, t) = (cell / paths.periodCount, cell % paths.periodCount)
      let count = grid.outcome.indices.count {
        !grid.outcome[$0].isNaN && paths.outcome[$0].isNaN
      }
      notes.append(
        Diagnostic(
          .rowsLeftOut, .warning,
          Text(
            en: "\(count) observations are not used after the first change, as their treatment is "
              + "missing or has been both above and below its first value (the first: "
              + "\(grid.labels[i]), \(grid.period(t))).",
            zh: "\(count) 个观测未用于首次变化后的估计：处理缺失，或先后高于且低于初始值（首个：\(grid.labels[i])，"
              + "\(grid.period(t))）。"),
          at: Diagnostic.Location(series: grid.labels[i], period: grid.period(t).description)))
    }
    return notes
  }
}
