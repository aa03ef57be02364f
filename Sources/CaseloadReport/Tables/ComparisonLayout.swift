import CaseloadData
import CaseloadRegression

extension RegressionTable.Layout {
  typealias Cell = RegressionTable.Cell
  typealias Numeral = RegressionTable.Numeral
  typealias HeaderCell = RegressionTable.HeaderCell
  typealias Row = RegressionTable.Row
  typealias Block = RegressionTable.Block

  /// Models side by side, one a column, aligned by term.
  init(
    comparing models: [ModelSummary], _ terms: TermSelection, _ options: RegressionTable.Options
  ) throws(Diagnostic) {
    let text = EstimateText(decimals: options.decimals)
    title = options.title
    header = Self.header(models, options)
    let coefficients = terms.terms.map { term in
      let shown = term.coefficients.map { coefficient in
        coefficient.map { ShownCoefficient($0, isExponentiated: options.isExponentiated) }
      }
      var lines = [
        shown.map { $0.map { Self.estimate($0, options.starThresholds, text) } ?? .blank }
      ]
      for below in options.below {
        lines.append(
          shown.map {
            $0.map { Self.below(below, $0, isAlone: options.below.count == 1, text) } ?? .blank
          })
      }
      return Row(label: term.label, lines: lines)
    }
    blocks = coefficients.isEmpty ? [] : [Block(kind: .coefficients, rows: coefficients)]
    if let fixedEffects = Self.fixedEffects(models) { blocks.append(fixedEffects) }
    let figures = try FitFigures.chosen(of: models, options)
    var statistics = figures.map { id, name in
      Row(label: name, lines: [models.map { FitFigures.cell(id, of: $0, text) }])
    }
    let clusters = Self.clusters(models)
    let place = figures.firstIndex { $0.id == FitFigures.observationsID }.map { $0 + 1 }
    statistics.insert(contentsOf: clusters, at: place ?? 0)
    if !statistics.isEmpty { blocks.append(Block(kind: .statistics, rows: statistics)) }
    notes = TableNotes(models, terms, options).comparison(hasGaps: hasUnidentified)
  }

  /// Whether a number of the table is missing because it is not identified.
  var hasUnidentified: Bool {
    let cells = facts.map(\.value) + rows.flatMap(\.lines).joined()
    return cells.contains { cell in
      switch cell {
      case .number(let numeral): numeral.digits.en == "–"
      case .interval(let lower, let upper): lower.en == "–" || upper.en == "–"
      case .relation(_, _, let digits): digits.en == "–"
      case .blank, .words: false
      }
    }
  }

  static func estimate(
    _ coefficient: ShownCoefficient, _ thresholds: [Double], _ text: EstimateText
  ) -> Cell {
    .number(
      Numeral(
        digits: text.text(coefficient.estimate, standardError: coefficient.standardError),
        stars: thresholds.count { coefficient.pValue < $0 }))
  }

  /// What stands below an estimate; alone in parentheses, in company so that it tells what it is.
  private static func below(
    _ below: RegressionTable.Below, _ coefficient: ShownCoefficient, isAlone: Bool,
    _ text: EstimateText
  ) -> Cell {
    let error = coefficient.standardError
    switch below {
    case .standardError:
      return .number(
        Numeral(opening: "(", digits: text.text(error, standardError: error), closing: ")"))
    case .statistic:
      let digits = text.statistic(coefficient.statistic)
      if isAlone { return .number(Numeral(opening: "(", digits: digits, closing: ")")) }
      return .relation(coefficient.isNormal ? "z" : "t", "=", digits)
    case .pValue:
      let digits = text.pValue(coefficient.pValue)
      if isAlone { return .number(Numeral(opening: "(", digits: digits, closing: ")")) }
      let isBound = digits.en.hasPrefix("< ")
      return isBound
        ? .relation("p", "<", Text(String(digits.en.dropFirst(2)))) : .relation("p", "=", digits)
    case .interval:
      // Without commas within the numbers, for one stands between them.
      return .interval(
        lower: Text(text.text(coefficient.lower, standardError: error).zh),
        upper: Text(text.text(coefficient.upper, standardError: error).zh))
    }
  }

  /// Groups of columns, what heads the columns, the kind of model where kinds differ, numbers.
  private static func header(_ models: [ModelSummary], _ options: RegressionTable.Options)
    -> [[HeaderCell]]
  {
    var rows: [[HeaderCell]] = []
    if !options.spanners.isEmpty {
      rows.append(
        options.spanners.flatMap { spanner in
          spanner.label.en.isEmpty && spanner.label.zh.isEmpty
            ? Array(repeating: HeaderCell(text: Text("")), count: spanner.columnCount)
            : [HeaderCell(text: spanner.label, columnCount: spanner.columnCount)]
        })
    }
    var edges: Set<Int> = []
    var column = 0
    for spanner in options.spanners {
      edges.insert(column)
      column += spanner.columnCount
    }
    let labels = options.labels.isEmpty ? models.map { Text($0.label) } : options.labels
    rows.append(joined(labels, edges))
    let families = models.map { FitFigures.family($0.family) }
    if Set(families).count > 1 { rows.append(families.map { HeaderCell(text: $0) }) }
    if models.count > 1 {
      rows.append(models.indices.map { HeaderCell(text: Text("(\($0 + 1))")) })
    }
    return rows
  }

  /// Neighbors that read the same are one cell, unless a group of columns begins between them.
  private static func joined(_ texts: [Text], _ edges: Set<Int>) -> [HeaderCell] {
    var cells: [HeaderCell] = []
    for (column, text) in texts.enumerated() {
      if let last = cells.last, last.text == text, !edges.contains(column) {
        cells[cells.count - 1] = HeaderCell(text: text, columnCount: last.columnCount + 1)
      } else {
        cells.append(HeaderCell(text: text))
      }
    }
    return cells
  }

  private static func fixedEffects(_ models: [ModelSummary]) -> Block? {
    let names = FitFigures.groupNames(models.map(\.fixedEffects))
    guard !names.isEmpty else { return nil }
    let rows = names.map { name in
      let cells = models.map { model -> Cell in
        guard let groups = model.fixedEffects.first(where: { $0.name == name }) else {
          return .words(Text(en: "No", zh: "否"))
        }
        let count = NumberText.decimal(Double(groups.count))
        return .words(Text(en: "Yes (\(count.en))", zh: "是（\(count.zh)）"))
      }
      return Row(label: Text(name), lines: [cells])
    }
    return Block(
      kind: .fixedEffects, heading: Text(en: "Fixed effects (levels)", zh: "固定效应（水平数）"),
      rows: rows)
  }

  private static func clusters(_ models: [ModelSummary]) -> [Row] {
    FitFigures.groupNames(models.map(\.clusters)).map { name in
      let cells = models.map { model -> Cell in
        model.clusters.first { $0.name == name }
          .map { .number(Numeral(digits: NumberText.decimal(Double($0.count)))) } ?? .blank
      }
      return Row(label: Text(en: "Clusters: \(name)", zh: "聚类数：\(name)"), lines: [cells])
    }
  }
}
