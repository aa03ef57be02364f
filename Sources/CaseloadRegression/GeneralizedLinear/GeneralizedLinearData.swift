import CaseloadData
import CaseloadMath

/// The data of a generalized linear model after they have been looked over: inside the range of the
/// family, of full rank, and without what is separated.
struct GeneralizedLinearData {
  var x: Matrix
  var y: [Double]
  var offset: [Double]?
  var weights: [Double]?
  /// The observations used, 0-based.
  var rows: [Int]
  /// The columns used, 0-based.
  var columns: [Int]
  var diagnostics: [Diagnostic] = []

  /// Separated observations and columns that are listed by name or number.
  private static let listed = 5

  init(
    x: Matrix, y: [Double], names: [String], offset: [Double]?, weights: [Double]?, family: Family,
    link: Link, hasIntercept: Bool
  ) throws(Diagnostic) {
    let n = x.rowCount
    precondition(y.count == n && names.count == x.columnCount, "data of different lengths")
    precondition((offset?.count ?? n) == n && (weights?.count ?? n) == n)
    self.x = x
    self.y = y
    self.offset = offset
    self.weights = weights
    rows = Array(0..<n)
    columns = Array(0..<x.columnCount)
    if let weights { try Self.checkWeights(weights) }
    if let row = offset?.firstIndex(where: { !$0.isFinite }) {
      throw Self.outOfRange(
        row, Text(en: "the offset is not finite", zh: "偏移量不是有限数"),
        hint: Text(
          en: "The logarithm of a zero exposure is not finite; leave such rows out.",
          zh: "暴露量为零时其对数不是有限数，请去掉这些行。"))
    }
    do {
      // For the rank and for finite values; with the columns' own names.
      _ = try LeastSquares(x, y)
    } catch {
      throw Diagnostic(error, names: names)
    }
    try checkResponse(family)
    guard let sides = Separation.sides(y, family: family, link: link),
      let separation = Separation(x, sides: sides, hasIntercept: hasIntercept)
    else { return }
    try leaveOut(separation, names: names, family: family)
  }

  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for one that is not positive.
  static func checkWeights(_ weights: [Double]) throws(Diagnostic) {
    guard let row = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) else { return }
    throw outOfRange(
      row,
      Text(
        en: "the weight, or number of trials, is zero, negative or missing",
        zh: "权重或试验次数为零、为负或缺失"),
      hint: Text(
        en: "Leave those rows out, or give them positive weights.",
        zh: "请去掉这些行或给出正的权重。"))
  }

  private static func outOfRange(
    _ row: Int, _ what: Text, code: DiagnosticCode = .valueOutOfRange, hint: Text
  ) -> Diagnostic {
    Diagnostic(
      code, .error,
      Text(
        en: "Observation \(row + 1): \(what.en).", zh: "第 \(row + 1) 个观测：\(what.zh)。"),
      hint: hint)
  }

  private mutating func checkResponse(_ family: Family) throws(Diagnostic) {
    switch family {
    case .gaussian: return
    case .gamma:
      guard let row = y.firstIndex(where: { $0 <= 0 }) else { return }
      throw Self.outOfRange(
        row, Text(en: "\(y[row]) is not positive", zh: "\(y[row]) 不是正数"),
        hint: Text(
          en: "The gamma family needs positive values; for counts with zeros use poisson or "
            + "negative-binomial.",
          zh: "gamma 分布族要求正值；含零的计数请用 poisson 或 negative-binomial。"))
    case .poisson, .quasiPoisson, .negativeBinomial:
      if let row = y.firstIndex(where: { $0 < 0 }) {
        throw Self.outOfRange(
          row, Text(en: "the count \(y[row]) is negative", zh: "计数 \(y[row]) 为负"),
          code: .negativeCount,
          hint: Text(
            en: "Correct it, or use the family gaussian.", zh: "请更正，或改用 gaussian 分布族。"))
      }
      if !family.isQuasi { warnOfFractions(y, tolerance: 1e-9, family) }
    case .binomial, .quasiBinomial:
      if let row = y.firstIndex(where: { !(0...1).contains($0) }) {
        throw Self.outOfRange(
          row,
          Text(en: "\(y[row]) is no proportion from 0 to 1", zh: "\(y[row]) 不是 0 到 1 之间的比例"),
          hint: Text(
            en: "Give successes and trials, or proportions with the trials as weights.",
            zh: "请给出成功次数与试验次数，或给出比例并以试验次数为权重。"))
      }
      // R's tolerance: proportions are often typed to three digits.
      if family == .binomial {
        warnOfFractions(y.indices.map { y[$0] * (weights?[$0] ?? 1) }, tolerance: 1e-3, family)
      }
    }
  }

  private mutating func warnOfFractions(_ counts: [Double], tolerance: Double, _ family: Family) {
    let found = counts.indices.filter {
      abs(counts[$0] - counts[$0].rounded()) > tolerance * max(1, counts[$0])
    }
    guard let first = found.first else { return }
    diagnostics.append(
      Diagnostic(
        .nonIntegerCounts, .warning,
        Text(
          en: "\(found.count) of \(counts.count) counts are not whole numbers (first: observation "
            + "\(first + 1), \(counts[first])); the likelihood is then none of a \(family.name.en) "
            + "variable.",
          zh: "\(counts.count) 个计数中有 \(found.count) 个不是整数（首个为第 \(first + 1) 个观测，"
            + "\(counts[first])），此时似然并非\(family.name.zh)变量的似然。"),
        hint: Text(
          en: "Estimates hold for the mean; use the quasi family or robust standard errors.",
          zh: "对均值的估计仍成立；请改用拟似然分布族或稳健标准误。")))
  }

  /// Leaves out what is separated and says so, or says why nothing is left.
  private mutating func leaveOut(_ separation: Separation, names: [String], family: Family)
    throws(Diagnostic)
  {
    let all = x.rowCount
    let separated = Set(separation.rows)
    rows = rows.filter { !separated.contains($0) }
    let terms = separation.columns.map { names[$0] }
    let numbers = separation.rows.prefix(Self.listed).map { "\($0 + 1)" }
    let rest = separation.rows.count > Self.listed ? ", …" : ""
    let observations = Text(
      en: numbers.joined(separator: ", ") + rest,
      zh: numbers.joined(separator: "、") + (rest.isEmpty ? "" : " 等"))
    let (en, zh) = (terms.joined(separator: ", "), terms.joined(separator: "、"))
    let agreement = terms.count == 1 ? "separates" : "together separate"
    guard !rows.isEmpty else {
      if y.allSatisfy({ $0 == y[0] }) { throw Self.alike(y[0], family: family) }
      throw Diagnostic(
        .separation, .error,
        Text(
          en: "\(en) \(agreement) the zeros from the ones completely (all \(all) observations), "
            + "so the coefficients have no finite estimates.",
          zh: "\(zh) 把取值 0 与 1 的观测（共 \(all) 个）完全分开，系数没有有限的估计值。"),
        hint: Text(
          en: "Leave out \(en), merge rare categories, or add data in which both outcomes occur.",
          zh: "请去掉 \(zh)、合并稀有类别，或补充两种结果都出现的数据。"))
    }
    x = x.selectingRows(rows)
    y = rows.map { y[$0] }
    if let all = offset { offset = rows.map { all[$0] } }
    if let all = weights { weights = rows.map { all[$0] } }
    let omitted = dropDependentColumns()
    guard rows.count >= columns.count else {
      throw Diagnostic(
        QR.Failure.tooFewRows(rows: rows.count, columns: columns.count), names: names)
    }
    let omittedNames = omitted.map { names[$0] }
    let gone = Text(
      en: omitted.isEmpty
        ? "" : " With them go the columns \(omittedNames.joined(separator: ", ")).",
      zh: omitted.isEmpty ? "" : "随之略去的列：\(omittedNames.joined(separator: "、"))。")
    diagnostics.append(
      Diagnostic(
        .separation, .warning,
        Text(
          en: "\(en) \(agreement) \(separation.rows.count) of \(all) observations "
            + "(\(observations.en)), which any fit predicts as "
            + (family.isCount ? "zero" : "certain")
            + " in the limit; they were left out, and the other estimates are as with them.",
          zh: "\(zh) 把 \(all) 个观测中的 \(separation.rows.count) 个（\(observations.zh)）完全分开，"
            + "其拟合值在极限上为\(family.isCount ? "零" : "必然")；已将其略去，其余估计不受影响。") + gone,
        hint: Text(
          en: "Merge rare categories, or leave out \(en).",
          zh: "可合并稀有类别，或去掉 \(zh)。")))
  }

  private static func alike(_ value: Double, family: Family) -> Diagnostic {
    Diagnostic(
      .separation, .error,
      family.isCount
        ? Text(en: "Every count is zero: there is nothing to estimate.", zh: "所有计数均为零，没有可估计的内容。")
        : Text(
          en: "Every outcome is \(value == 0 ? "0" : "1"): there is nothing to estimate.",
          zh: "所有结果均为 \(value == 0 ? "0" : "1")，没有可估计的内容。"),
      hint: Text(
        en: "Use data in which other values occur too.", zh: "请使用也出现其他取值的数据。"))
  }

  /// Drops columns that depend on those before them; returns which, in the numbering of the whole
  /// design.
  private mutating func dropDependentColumns() -> [Int] {
    let p = x.columnCount
    if x.rowCount >= p, let qr = try? QR(x), qr.rank == p { return [] }
    var kept: [Int] = []
    var basis: [[Double]] = []
    for j in 0..<p {
      var column = x.column(j)
      let before = column.reduce(0) { $0 + $1 * $1 }
      guard before > 0 else { continue }
      // Twice is enough (Parlett).
      for _ in 0..<2 {
        for q in basis {
          let product = zip(q, column).reduce(0) { $0 + $1.0 * $1.1 }
          for i in column.indices { column[i] -= product * q[i] }
        }
      }
      let after = column.reduce(0) { $0 + $1 * $1 }
      guard after > Self.dependence * Self.dependence * before else { continue }
      let scale = 1 / after.squareRoot()
      basis.append(column.map { $0 * scale })
      kept.append(j)
    }
    let omitted = columns.filter { !kept.contains($0) }
    columns = kept
    x = x.selectingColumns(kept)
    return omitted
  }

  /// The part of a column, relative to its length, below which it depends on others.
  private static let dependence = 1e-11
}
