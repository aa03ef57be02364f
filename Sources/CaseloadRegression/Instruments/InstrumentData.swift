import CaseloadData
import CaseloadMath

/// The data of a fit by instruments: scaled by √w, off the fixed effects, without columns that
/// depend on others.
struct InstrumentData: Sendable {
  /// y less the offset, n values.
  let response: [Double]
  /// W, n × p.
  let exogenous: Matrix
  /// X, n × m.
  let endogenous: Matrix
  /// Z, n × L.
  let instruments: Matrix
  let exogenousNames: [String]
  let endogenousNames: [String]
  let instrumentNames: [String]
  let responseName: String
  let hasIntercept: Bool
  /// √w; `nil` without weights.
  let roots: [Double]?
  let absorbed: AbsorbedEffects?
  /// The observations of the design that were used; `nil` for all.
  let observations: [Int]?
  /// Those of the design, for the rows that were used.
  let clusters: [Grouping]
  /// Σ w (y − ȳ)², or Σ w y² without an intercept and effects.
  let totalSumOfSquares: Double
  let notes: [Diagnostic]

  init(_ design: DesignMatrix, keepsSingletons: Bool) throws(Diagnostic) {
    guard let endogenous = design.endogenous, let instruments = design.instruments else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(en: "The formula names no instruments.", zh: "公式中没有工具变量。"),
        hint: Text(
          en: "Write y ~ w | x ~ z, with x endogenous and z its instruments.",
          zh: "请写作 y ~ w | x ~ z，其中 x 为内生变量，z 为其工具变量。"))
    }
    let isAbsorbing = !design.fixedEffects.isEmpty
    var columns = Columns(design)
    var (w, x, z) = (design.matrix, endogenous.matrix, instruments.matrix)
    var (wNames, xNames, zNames) = (design.names, endogenous.names, instruments.names)
    var left: [String] = []
    if isAbsorbing {
      let within = try WithinData(design, keepsSingletons: keepsSingletons)
      columns = Columns(within, of: design)
      let kept = within.rows
      func projected(_ a: Matrix, _ names: [String]) -> Projected {
        Projected(columns.observations == nil ? a : a.selectingRows(kept), names, within)
      }
      let y = Projected(
        Matrix(rowCount: kept.count, columnCount: 1, storage: within.column(-1)),
        [design.responseName], within)
      let own = projected(w, wNames)
      let endogenous = projected(x, xNames)
      let excluded = projected(z, zNames)
      columns.response = y.matrix.storage
      let slow = y.slow + own.slow + endogenous.slow + excluded.slow
      if !slow.isEmpty { columns.notes.append(Self.notProjected(slow)) }
      guard endogenous.explained.isEmpty else {
        throw Self.explained(endogenous.explained.map { xNames[$0] })
      }
      (w, wNames) = Self.without(own.explained, own.matrix, wNames, &left)
      (x, xNames) = (endogenous.matrix, xNames)
      (z, zNames) = Self.without(excluded.explained, excluded.matrix, zNames, &left)
    }
    if let roots = columns.roots {
      (w, x, z) = (w.scalingRows(roots), x.scalingRows(roots), z.scalingRows(roots))
      columns.response = zip(columns.response, roots).map { $0 * $1 }
    }

    let dependent = DependentColumns.find(w.beside(z))
    let own = dependent.filter { $0 < w.columnCount }
    guard own.isEmpty || isAbsorbing else {
      throw Diagnostic(
        QR.Failure.rankDeficient(rank: w.columnCount - own.count, dependentColumns: own),
        names: wNames)
    }
    let excluded = dependent.filter { $0 >= w.columnCount }.map { $0 - w.columnCount }
    (w, wNames) = Self.without(own, w, wNames, &left)
    (z, zNames) = Self.without(excluded, z, zNames, &left)
    if !left.isEmpty {
      columns.notes.append(DependentColumns.warning(left, areAbsorbed: isAbsorbing))
    }
    guard zNames.count >= xNames.count else {
      throw Self.tooFewInstruments(zNames, for: xNames, leftOut: left)
    }
    let repeated = DependentColumns.find(w.beside(x))
    guard repeated.isEmpty else {
      throw Diagnostic(
        QR.Failure.rankDeficient(
          rank: w.columnCount + x.columnCount - repeated.count, dependentColumns: repeated),
        names: wNames + xNames)
    }
    let effects = columns.absorbed?.parameterCount ?? 0
    let n = columns.response.count
    guard n > w.columnCount + z.columnCount + effects else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "\(n) observations cannot determine the \(w.columnCount + z.columnCount + effects) "
            + "coefficients of the first stage.",
          zh: "\(n) 个观测不足以确定第一阶段的 \(w.columnCount + z.columnCount + effects) 个系数。"),
        hint: Text(en: "Use fewer instruments or more data.", zh: "请减少工具变量或增加数据。"))
    }
    response = columns.response
    (exogenous, self.endogenous, self.instruments) = (w, x, z)
    (exogenousNames, endogenousNames, instrumentNames) = (wNames, xNames, zNames)
    responseName = design.responseName
    hasIntercept = design.hasIntercept
    roots = columns.roots
    absorbed = columns.absorbed
    observations = columns.observations
    clusters = columns.clusters
    totalSumOfSquares = columns.totalSumOfSquares
    notes = columns.notes
  }

  /// What does not depend on which columns there are.
  private struct Columns {
    var response: [Double]
    let roots: [Double]?
    let absorbed: AbsorbedEffects?
    let observations: [Int]?
    let clusters: [Grouping]
    let totalSumOfSquares: Double
    var notes: [Diagnostic]

    init(_ design: DesignMatrix) {
      response = design.offset.map { zip(design.response, $0).map { $0 - $1 } } ?? design.response
      roots = design.weights.map { $0.map { $0.squareRoot() } }
      absorbed = nil
      observations = nil
      clusters = design.clusters
      totalSumOfSquares =
        design.hasIntercept
        ? FixedEffectsFit.centeredSquares(response, design.weights)
        : FixedEffectsFit.squares(response, design.weights)
      notes = design.notes
    }

    init(_ within: WithinData, of design: DesignMatrix) {
      response = within.column(-1)
      roots = within.weights.map { $0.map { $0.squareRoot() } }
      absorbed = within.absorbed()
      let isWhole = within.rows.count == design.response.count
      observations = isWhole ? nil : within.rows
      clusters = isWhole ? design.clusters : design.clusters.map { $0.selecting(within.rows) }
      totalSumOfSquares = FixedEffectsFit.centeredSquares(response, within.weights)
      notes = within.notes
    }
  }

  /// Columns off the fixed effects.
  private struct Projected {
    let matrix: Matrix
    /// The columns that the effects explain.
    let explained: [Int]
    /// The columns whose projection did not converge.
    let slow: [String]

    init(_ a: Matrix, _ names: [String], _ within: WithinData) {
      var result = a
      var (explained, slow) = ([Int](), [String]())
      for j in 0..<a.columnCount {
        let before = a.column(j)
        let projection = within.projector.projection(of: before)
        if !projection.isConverged { slow.append(names[j]) }
        for i in before.indices { result[i, j] = projection.residual[i] }
        let after = FixedEffectsFit.squares(projection.residual, within.weights)
        // What is left of an explained column is rounding errors, as FixedEffectsFit has it.
        if after <= 1e-10 * FixedEffectsFit.centeredSquares(before, within.weights)
          || after <= 1e-20 * FixedEffectsFit.squares(before, within.weights)
        {
          explained.append(j)
        }
      }
      matrix = result
      self.explained = explained
      self.slow = slow
    }
  }

  private static func without(
    _ indices: [Int], _ a: Matrix, _ names: [String], _ left: inout [String]
  ) -> (Matrix, [String]) {
    guard !indices.isEmpty else { return (a, names) }
    left += indices.map { names[$0] }
    let kept = names.indices.filter { !indices.contains($0) }
    return (a.selectingColumns(kept), kept.map { names[$0] })
  }

  private static func notProjected(_ names: [String]) -> Diagnostic {
    let list = names.joined(separator: ", ")
    return Diagnostic(
      .notConverged, .warning,
      Text(
        en: "The projection of \(list) off the fixed effects did not converge.",
        zh: "\(list) 对固定效应的投影未收敛。"),
      hint: Text(
        en: "Treat the estimates with care; fewer fixed effects would help.",
        zh: "请谨慎对待估计值；可减少固定效应。"))
  }

  private static func explained(_ names: [String]) -> Diagnostic {
    let list = names.joined(separator: ", ")
    return Diagnostic(
      .notIdentified, .error,
      Text(
        en: "The fixed effects explain the endogenous \(list), so its effect is not identified.",
        zh: "固定效应完全解释了内生变量 \(list)，其效应无法识别。"),
      hint: Text(en: "Use fewer or coarser fixed effects.", zh: "请减少固定效应或采用更粗的分组。"))
  }

  private static func tooFewInstruments(
    _ instruments: [String], for endogenous: [String], leftOut: [String]
  ) -> Diagnostic {
    let list = endogenous.joined(separator: ", ")
    let (m, l) = (endogenous.count, instruments.count)
    return Diagnostic(
      .notIdentified, .error,
      Text(
        en: "\(m) endogenous \(m == 1 ? "variable needs" : "variables (\(list)) need") as many "
          + "instruments; there \(l == 1 ? "is 1" : "are \(l)")"
          + (leftOut.isEmpty ? "." : " after leaving out \(leftOut.joined(separator: ", "))."),
        zh: "\(m) 个内生变量（\(list)）至少需要同样多的工具变量，现有 \(l) 个"
          + (leftOut.isEmpty ? "。" : "（已略去 \(leftOut.joined(separator: "、"))）。")),
      hint: Text(
        en: "Add instruments that are no combination of other columns.",
        zh: "请增加不是其他列线性组合的工具变量。"))
  }
}
