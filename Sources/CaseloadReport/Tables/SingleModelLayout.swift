import CaseloadData
import CaseloadRegression

extension RegressionTable.Layout {
  /// One model with all that is known of its coefficients, under the figures of the whole fit.
  init(of model: ModelSummary, _ terms: TermSelection, _ options: RegressionTable.Options)
    throws(Diagnostic)
  {
    let text = EstimateText(decimals: options.decimals)
    title = options.title
    facts = try Self.facts(model, options, text)
    let shown = terms.terms.map { term in
      term.coefficients[0].map {
        ShownCoefficient($0, isExponentiated: options.isExponentiated)
      }
    }
    let symbols = Set(shown.compactMap { $0.map { $0.isNormal ? "z" : "t" } })
    let level = NumberText.percent(model.level, Self.decimals(ofLevel: model.level))
    let interval = Text(en: "\(level.en) confidence interval", zh: "\(level.zh) 置信区间")
    let estimate =
      options.isExponentiated
      ? Text(en: "exp(Estimate)", zh: "估计值的指数") : Text(en: "Estimate", zh: "估计值")
    let names = [
      estimate, Text(en: "Std. error", zh: "标准误"), Text(symbols.sorted().joined(separator: "/")),
      Text(en: "p", zh: "p 值"), Text(en: "lower", zh: "下限"), Text(en: "upper", zh: "上限"),
    ]
    header = [
      Array(repeating: HeaderCell(text: Text("")), count: 4)
        + [HeaderCell(text: interval, columnCount: 2)],
      names.map { HeaderCell(text: $0) },
    ]
    let rows = zip(terms.terms, shown).map { term, shown in
      Row(
        label: term.label,
        lines: [
          shown.map { Self.line($0, options.starThresholds, text) }
            ?? Array(repeating: .blank, count: names.count)
        ])
    }
    blocks = rows.isEmpty ? [] : [Block(kind: .coefficients, rows: rows)]
    notes = TableNotes([model], terms, options).single(hasGaps: hasUnidentified)
  }

  private static func line(
    _ coefficient: ShownCoefficient, _ thresholds: [Double], _ text: EstimateText
  ) -> [Cell] {
    let error = coefficient.standardError
    let digits = [
      text.text(error, standardError: error), text.statistic(coefficient.statistic),
      text.pValue(coefficient.pValue), text.text(coefficient.lower, standardError: error),
      text.text(coefficient.upper, standardError: error),
    ]
    return [estimate(coefficient, thresholds, text)]
      + digits.map { .number(Numeral(digits: $0)) }
  }

  private static func facts(
    _ model: ModelSummary, _ options: RegressionTable.Options, _ text: EstimateText
  ) throws(Diagnostic) -> [RegressionTable.Fact] {
    var facts = [
      RegressionTable.Fact(
        label: Text(en: "Response", zh: "因变量"), value: .words(Text(model.response))),
      RegressionTable.Fact(
        label: Text(en: "Model", zh: "模型"), value: .words(FitFigures.family(model.family))),
    ]
    let label = options.labels.first ?? Text(model.label)
    if label != Text(model.response) {
      facts.insert(.init(label: Text(en: "Label", zh: "标签"), value: .words(label)), at: 0)
    }
    func count(_ label: Text, _ groups: ModelSummary.Groups) -> RegressionTable.Fact {
      .init(
        label: label + Text(groups.name),
        value: .number(Numeral(digits: NumberText.decimal(Double(groups.count)))))
    }
    let groups =
      model.fixedEffects.map { count(Text(en: "Fixed effects: ", zh: "固定效应水平数："), $0) }
      + model.clusters.map { count(Text(en: "Clusters: ", zh: "聚类数："), $0) }
    for (id, name) in try FitFigures.chosen(of: [model], options) {
      facts.append(.init(label: name, value: FitFigures.cell(id, of: model, text)))
      if id == FitFigures.observationsID { facts += groups }
    }
    return facts
  }

  /// As many decimals as it takes to write 0.95, 0.99 or 0.999 as a percentage.
  static func decimals(ofLevel level: Double) -> Int {
    (0..<4).first { decimals in
      let scale = (0..<decimals).reduce(100.0) { product, _ in product * 10 }
      return abs((level * scale).rounded() - level * scale) < 1e-6
    } ?? 4
  }
}
