import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The observed rows of a study with the columns of a regression: what gaps, covariates and
/// covariances beyond clustered ones need.
struct PanelRows {
  /// Where each row lies in the grid.
  let cells: [Int]
  let clusters: Grouping
  let notes: [Diagnostic]
  /// Of all rows but those without a covariate.
  private let units: Grouping
  private let periods: Grouping
  private let matrix: Matrix
  private let names: [String]
  private let response: [Double]
  private let weights: [Double]?
  private let offset: [Double]?
  /// Whether each unit is observed once: its cohort's effect then stands for its own.
  let isCrossSection: Bool
  /// Four gigabytes of columns.
  private static let mostElements = 1 << 29
  static let unitName = "unit"
  static let periodName = "period"

  /// - Parameters:
  ///   - grid: the study.
  ///   - terms: the indicators.
  ///   - usesExposure: whether the logarithm of the exposure is an offset.
  /// - Throws: ``DiagnosticCode/notIdentified`` where no row is left, ``DiagnosticCode/valueOutOfRange``
  ///   for an exposure that is not positive.
  init(_ grid: StudyGrid, _ terms: TwoWayTerms, usesExposure: Bool = false) throws(Diagnostic) {
    let count = grid.periodCount
    var cells: [Int] = []
    var missing = 0
    var perUnit = [Int](repeating: 0, count: grid.unitCount)
    for cell in grid.outcome.indices where !grid.outcome[cell].isNaN {
      perUnit[cell / count] += 1
      let isComplete =
        grid.covariates.allSatisfy { $0[cell].isFinite }
        && (!usesExposure || grid.exposure.isEmpty || !grid.exposure[cell].isNaN)
      if isComplete { cells.append(cell) } else { missing += 1 }
    }
    guard !cells.isEmpty else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "No unit has the outcome and every covariate in one period.",
          zh: "没有任何单位在同一时期同时有结果变量和全部协变量。"),
        hint: Text(en: "Leave out covariates.", zh: "请减少协变量。"))
    }
    if usesExposure, !grid.exposure.isEmpty,
      let cell = cells.first(where: { !(grid.exposure[$0] > 0 && grid.exposure[$0].isFinite) })
    {
      let period = grid.period(cell % count)
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "The exposure of \(grid.labels[cell / count]) is "
            + "\(NumberText.plain(grid.exposure[cell])) in \(period); it has to be above zero.",
          zh: "\(grid.labels[cell / count]) 在 \(period) 的暴露量为 "
            + "\(NumberText.plain(grid.exposure[cell]))，应大于零。"),
        at: Diagnostic.Location(
          series: grid.labels[cell / count], period: period.description),
        hint: Text(
          en: "Correct it, or leave the exposure out.", zh: "请更正，或不使用暴露量。"))
    }
    let width = terms.keys.count + grid.covariates.count
    guard cells.count * max(1, width) <= Self.mostElements else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The study has gaps or covariates, so that its \(cells.count) observations need "
            + "\(width) columns, more than can be held.",
          zh: "研究存在缺失或协变量，\(cells.count) 个观测需要 \(width) 列，超出可处理的规模。"),
        hint: Text(
          en: "Fill the gaps, use longer periods, or --design imputation.",
          zh: "请补齐缺失、采用更长的时期，或用 --design imputation。"))
    }
    notes =
      missing == 0
      ? []
      : [
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en:
              "\(missing) of \(cells.count + missing) observations lack a covariate and were left "
              + "out.",
            zh: "\(cells.count + missing) 个观测中有 \(missing) 个缺少协变量，已略去。"))
      ]
    isCrossSection = count > 1 && perUnit.allSatisfy { $0 <= 1 }
    self.cells = cells
    let isCrossSection = isCrossSection
    units =
      isCrossSection
      ? Self.grouping(
        Self.unitName, cells.map { terms.group[$0 / count] },
        terms.cohorts.map { $0 == StudyGrid.never ? "never" : "\(grid.period($0))" })
      : Self.grouping(Self.unitName, cells.map { $0 / count }, grid.labels)
    periods = Self.grouping(
      Self.periodName, cells.map { $0 % count },
      (0..<count).map { grid.period($0).description })
    clusters = Self.grouping(
      "cluster", cells.map { grid.cluster[$0 / count] },
      (0..<grid.clusterCount).map(String.init))
    var columns = [[Double]](
      repeating: [Double](repeating: 0, count: cells.count), count: terms.keys.count)
    for (row, cell) in cells.enumerated() {
      let term = terms.index[terms.group[cell / count] * count + cell % count]
      if term >= 0 { columns[term][row] = 1 }
    }
    for covariate in grid.covariates { columns.append(cells.map { covariate[$0] }) }
    names = terms.keys.indices.map(Self.name) + grid.covariateNames
    matrix = Matrix(
      rowCount: cells.count, columnCount: columns.count, storage: columns.flatMap { $0 })
    response = cells.map { grid.outcome[$0] }
    weights =
      grid.weights.allSatisfy { $0 == grid.weights[0] }
      ? nil : cells.map { grid.weights[$0 / count] }
    offset =
      usesExposure && !grid.exposure.isEmpty ? cells.map { log(grid.exposure[$0]) } : nil
  }

  /// The column of a term.
  static func name(_ term: Int) -> String { "term \(term)" }

  /// Groups by code, without the labels that no row has.
  private static func grouping(_ name: String, _ codes: [Int], _ labels: [String]) -> Grouping {
    Grouping(name: name, codes: codes.map { Int32($0) }, labels: labels)
      .selecting(Array(codes.indices))
  }

  /// The design with both effects absorbed.
  var absorbing: DesignMatrix {
    DesignMatrix(
      matrix: matrix, names: names, response: response, responseName: "outcome", weights: weights,
      offset: offset, fixedEffects: [units, periods], clusters: [clusters])
  }

  /// The design with a column a period and the units absorbed, whose leverages lie within clusters;
  /// for cross-sections a column a cohort too, and nothing absorbed.
  var withPeriodColumns: DesignMatrix {
    func indicators(_ grouping: Grouping) -> (columns: [[Double]], names: [String]) {
      (
        (1..<max(1, grouping.count)).map { code in
          grouping.codes.map { Int($0) == code ? 1 : 0 }
        }, (1..<max(1, grouping.count)).map { "\(grouping.name) \(grouping.labels[$0])" }
      )
    }
    let time = indicators(periods)
    var columns = time.columns
    var names = time.names
    if isCrossSection {
      let cohorts = indicators(units)
      columns = [[Double](repeating: 1, count: cells.count)] + columns + cohorts.columns
      names = ["(Intercept)"] + names + cohorts.names
    }
    let storage = columns.flatMap { $0 } + matrix.storage
    return DesignMatrix(
      matrix: Matrix(
        rowCount: cells.count, columnCount: columns.count + matrix.columnCount, storage: storage),
      names: names + self.names, response: response, responseName: "outcome",
      hasIntercept: isCrossSection, weights: weights,
      fixedEffects: isCrossSection ? [] : [units], clusters: [clusters])
  }
}
