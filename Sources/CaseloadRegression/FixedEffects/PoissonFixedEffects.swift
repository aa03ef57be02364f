import CaseloadData
import CaseloadMath

/// Poisson pseudo-maximum likelihood with fixed effects absorbed, in any number of ways.
///
/// ```
/// E yᵢ = μᵢ = exp(xᵢᵀβ + Σ_k α_k[gᵢₖ] + oᵢ)
/// z = η − o + (y − μ)/μ;   β ← least squares of z on x within the effects, with weights μ
/// ```
///
/// Consistent for any distribution with that mean, so y need not be whole. Each iteration projects z
/// and what is left of x off the effects, starting from the effects of the iteration before, loosely
/// at first and ever more tightly. Observations that a maximum-likelihood estimate cannot reach,
/// because their fitted mean would have to be 0, are found beforehand and left out.
///
/// - Sources: Santos Silva & Tenreyro (2006), *Review of Economics and Statistics* 88, 641–658;
///   Correia, Guimarães & Zylkin (2020), *Stata Journal* 20, 95–115 (the algorithm); Correia,
///   Guimarães & Zylkin (2021), arXiv:1903.01633 (separation).
public struct PoissonFixedEffects: Method {
  /// Whether rows that are alone in a level stay.
  public var keepsSingletons = false

  public init() {}

  public static let card = MethodCard(
    id: "poisson-fixed-effects",
    name: Text(en: "Poisson regression with fixed effects", zh: "固定效应泊松回归"),
    summary: Text(
      en: "Pseudo-maximum likelihood of counts and other non-negative outcomes within groups.",
      zh: "对计数及其他非负结果按分组吸收固定效应的泊松伪极大似然估计。"),
    equation: #"\operatorname{E} y_i = \exp(x_i^\top\beta + \sum_k \alpha_{k,g_{ik}})"#,
    options: [
      (
        name: "keepsSingletons",
        help: Text(
          en: "true keeps the rows that are alone in a level.", zh: "true 保留独占某一水平的行。")
      )
    ],
    assumptions: [
      Text(
        en: "The logarithm of the mean is linear in the coefficients.",
        zh: "均值的对数对系数是线性的。")
    ],
    sources: [Bibliography.santosSilvaTenreyro, Bibliography.correiaGuimaraesZylkinFast],
    minimumObservations: 3)

  static let deviationTolerance = 1e-12
  static let iterationLimit = 200

  /// The model on a design with fixed effects.
  ///
  /// - Throws: ``DiagnosticCode/negativeCount`` for a negative outcome,
  ///   ``DiagnosticCode/notIdentified`` where nothing is left to estimate.
  public func fitted(_ design: DesignMatrix) throws(Diagnostic) -> PoissonFixedEffectsFit {
    if let row = design.response.firstIndex(where: { $0 < 0 }) {
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(design.responseName) is negative in observation \(row + 1).",
          zh: "第 \(row + 1) 个观测的 \(design.responseName) 为负。"),
        hint: Text(
          en: "A Poisson model needs 0 or more.", zh: "泊松模型要求取值不小于 0。"))
    }
    var data = try CountData(design, keepsSingletons: keepsSingletons)
    let columns = try data.prepare()
    return try PoissonFixedEffectsFit(data, columns: columns)
  }
}

/// The data of a Poisson fit with fixed effects: rows, then columns, that it cannot use are left out.
struct CountData: Sendable {
  let design: DesignMatrix
  private(set) var rows: [Int]
  private(set) var notes: [Diagnostic]
  private(set) var effects: [Grouping] = []
  private(set) var y: [Double] = []
  private(set) var offset: [Double]?
  private(set) var weights: [Double]?
  private(set) var x = Matrix(rowCount: 0, columnCount: 0)
  private let keepsSingletons: Bool
  /// How many observations were separated.
  private(set) var separatedCount = 0

  init(_ design: DesignMatrix, keepsSingletons: Bool) throws(Diagnostic) {
    self.design = design
    self.keepsSingletons = keepsSingletons
    rows = Array(0..<design.response.count)
    notes = design.notes
  }

  /// Leaves out singletons and separated rows, and finds the columns that are left.
  ///
  /// - Returns: the columns of the design to use.
  mutating func prepare() throws(Diagnostic) -> [Int] {
    let all = rows.count
    func select(_ kept: [Int], _ effects: [Grouping]) -> [Grouping] {
      effects.map { $0.selecting(kept) }
    }
    // Levels with nothing but zeros, and singletons, until neither is left.
    var effects = design.fixedEffects
    var zeros = 0
    var singletons = 0
    while true {
      let before = rows.count
      var kept = Self.withoutZeroLevels(effects, rows.map { design.response[$0] })
      if kept.count < rows.count {
        zeros += rows.count - kept.count
        rows = kept.map { rows[$0] }
        effects = select(kept, effects)
      }
      if !keepsSingletons {
        kept = EffectCounts.withoutSingletons(effects)
        if kept.count < rows.count {
          singletons += rows.count - kept.count
          rows = kept.map { rows[$0] }
          effects = select(kept, effects)
        }
      }
      if rows.count == before { break }
    }
    guard !rows.isEmpty else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "No observation is left: all are zero, or alone in a level of a fixed effect.",
          zh: "没有可用的观测：均为零，或独占固定效应的某一水平。"),
        hint: Text(en: "Use fewer or coarser fixed effects.", zh: "请减少固定效应或采用更粗的分组。"))
    }
    self.effects = effects
    load()
    // Zeros that a combination of regressors and effects tells apart.
    let separated = PoissonSeparation.rectified(x, y, effects)
    if !separated.isEmpty {
      let isSeparated = Set(separated)
      let kept = y.indices.filter { !isSeparated.contains($0) }
      rows = kept.map { rows[$0] }
      self.effects = select(kept, effects)
      load()
    }
    separatedCount = zeros + separated.count
    if separatedCount > 0 {
      notes.append(
        Diagnostic(
          .rowsLeftOut, .warning,
          Text(
            en:
              "\(separatedCount) of \(all) observations are separated: their fitted mean would be "
              + "0, so they say nothing of the coefficients and were left out.",
            zh: "\(all) 个观测中有 \(separatedCount) 个被完全分离：其拟合均值只能为 0，对系数没有信息，已略去。"),
          hint: Text(
            en: "\(zeros) lie in a level of a fixed effect without a positive outcome.",
            zh: "其中 \(zeros) 个所在的固定效应水平没有正值。")))
    }
    if singletons > 0 {
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "\(singletons) of \(all) observations are alone in a level of a fixed effect and "
              + "were left out.",
            zh: "\(all) 个观测中有 \(singletons) 个独占固定效应的某一水平，已略去。")))
    }
    // Columns that the effects, or the other columns, explain.
    let projector = EffectProjector(self.effects, weights: weights)
    var kept: [Int] = []
    var dropped: [String] = []
    var within: [[Double]] = []
    for j in 0..<x.columnCount {
      let residual = projector.projection(of: x.column(j), tolerance: 1e-9).residual
      let before = FixedEffectsFit.centeredSquares(x.column(j), weights)
      let after = FixedEffectsFit.squares(residual, weights)
      let whole = FixedEffectsFit.squares(x.column(j), weights)
      if FixedEffectsFit.isLeft(after, of: before, whole: whole) {
        kept.append(j)
        within.append(residual)
      } else {
        dropped.append(design.names[j])
      }
    }
    let dependent = DependentColumns.find(
      Matrix(rowCount: y.count, columnCount: within.count, storage: within.flatMap { $0 }))
    dropped += dependent.map { design.names[kept[$0]] }
    kept = kept.indices.filter { !dependent.contains($0) }.map { kept[$0] }
    if !dropped.isEmpty { notes.append(DependentColumns.warning(dropped, areAbsorbed: true)) }
    return kept
  }

  private mutating func load() {
    let isWhole = rows.count == design.response.count
    y = rows.map { design.response[$0] }
    x = isWhole ? design.matrix : design.matrix.selectingRows(rows)
    offset = design.offset.map { values in rows.map { values[$0] } }
    weights = design.weights.map { values in rows.map { values[$0] } }
  }

  /// The rows outside levels whose outcomes are all zero.
  private static func withoutZeroLevels(_ effects: [Grouping], _ y: [Double]) -> [Int] {
    var isKept = [Bool](repeating: true, count: y.count)
    for effect in effects {
      var isPositive = [Bool](repeating: false, count: effect.count)
      for (i, code) in effect.codes.enumerated() where y[i] > 0 { isPositive[Int(code)] = true }
      for (i, code) in effect.codes.enumerated() where !isPositive[Int(code)] { isKept[i] = false }
    }
    return y.indices.filter { isKept[$0] }
  }
}

/// A fitted Poisson regression with fixed effects.
public struct PoissonFixedEffectsFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  public let diagnostics: [Diagnostic]
  /// y − μ̂.
  public let residuals: [Double]
  public let fittedValues: [Double]
  public let observations: [Int]?
  public let estimatingEquations: EstimatingEquations
  /// 2 Σ w (y ln(y/μ̂) − (y − μ̂)).
  public let deviance: Double
  /// Σ w (y − μ̂)²/μ̂.
  public let pearson: Double
  /// With the constant −Σ w ln Γ(y + 1).
  public let logLikelihood: Double?
  /// 1 − ln L / ln L₀, L₀ with a constant mean.
  public let pseudoRSquared: Double
  public let iterations: Int
  public let separatedCount: Int
  public let effects: [Grouping]

  init(_ data: CountData, columns: [Int]) throws(Diagnostic) {
    let (y, n) = (data.y, data.y.count)
    let prior = data.weights
    let offset = data.offset
    let x = data.x.selectingColumns(columns)
    var (sum, weight) = (Accumulator(), Accumulator())
    for i in 0..<n {
      sum.add(product: prior?[i] ?? 1, y[i])
      weight.add(prior?[i] ?? 1)
    }
    let mean = sum.value / weight.value
    var mu = y.map { 0.5 * ($0 + mean) }
    var eta = mu.map { log($0) }
    var deviance = Self.deviance(y, mu, prior)
    var projector = EffectProjector(data.effects, weights: prior)
    var responseStart: [Double]?
    // What is left of x keeps the same span within the effects, so it is projected further.
    var within = x
    var beta = [Double](repeating: 0, count: columns.count)
    var working = [Double](repeating: 0, count: n)
    var notes = data.notes
    var tolerance = 1e-4
    var iteration = 0
    var isConverged = false
    var solution: LeastSquares?
    var workingResiduals = [Double](repeating: 0, count: n)
    while iteration < PoissonFixedEffects.iterationLimit {
      iteration += 1
      for i in 0..<n { working[i] = mu[i] * (prior?[i] ?? 1) }
      projector.setWeights(working)
      var z = eta
      for i in 0..<n { z[i] += (y[i] - mu[i]) / mu[i] - (offset?[i] ?? 0) }
      let response = projector.projection(of: z, from: responseStart, tolerance: tolerance)
      responseStart = response.unknowns
      for j in 0..<columns.count {
        let column = projector.projection(of: within.column(j), tolerance: tolerance).residual
        for i in 0..<n { within[i, j] = column[i] }
      }
      let roots = working.map { $0.squareRoot() }
      let scaled = within.scalingRows(roots)
      let scaledResponse = zip(response.residual, roots).map { $0 * $1 }
      if columns.isEmpty {
        workingResiduals = response.residual
      } else {
        let fit = try Self.solved(scaled, scaledResponse, columns.map { data.design.names[$0] })
        solution = fit
        beta = fit.coefficients
        workingResiduals = zip(fit.residuals, roots).map { $0 / $1 }
      }
      // η = z − residual: what x and the effects together fit.
      let previous = eta
      for i in 0..<n {
        eta[i] = z[i] - workingResiduals[i] + (offset?[i] ?? 0)
        mu[i] = exp(eta[i])
      }
      var next = Self.deviance(y, mu, prior)
      var halvings = 0
      while !(next <= deviance * (1 + 1e-7)) || !next.isFinite, iteration > 1, halvings < 30 {
        for i in 0..<n {
          eta[i] = 0.5 * (eta[i] + previous[i])
          mu[i] = exp(eta[i])
        }
        next = Self.deviance(y, mu, prior)
        halvings += 1
      }
      let change = abs(deviance - next) / (0.1 + abs(next))
      deviance = next
      if change < PoissonFixedEffects.deviationTolerance, tolerance <= EffectProjector.tolerance {
        isConverged = true
        break
      }
      // Tighter as the estimates settle, and fully tight before the end.
      if change < 1e-2 { tolerance = max(EffectProjector.tolerance, min(tolerance, change * 1e-4)) }
      if change < 1e-8 { tolerance = EffectProjector.tolerance }
    }
    if !isConverged {
      notes.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The Poisson regression did not converge in \(iteration) iterations.",
            zh: "泊松回归在 \(iteration) 次迭代后未收敛。"),
          hint: Text(en: "Treat the estimates with care.", zh: "请谨慎对待估计值。")))
    }
    coefficientNames = columns.map { data.design.names[$0] }
    coefficients = beta
    fittedValues = mu
    residuals = (0..<n).map { y[$0] - mu[$0] }
    observations = n == data.design.response.count ? nil : data.rows
    effects = data.effects
    separatedCount = data.separatedCount
    iterations = iteration
    self.deviance = deviance
    diagnostics = notes
    var (pearson, logLikelihood, null) = (Accumulator(), Accumulator(), Accumulator())
    for i in 0..<n {
      let w = prior?[i] ?? 1
      pearson.add(product: w * (y[i] - mu[i]) / mu[i], y[i] - mu[i])
      let constant = SpecialFunctions.logGamma(y[i] + 1)
      logLikelihood.add(w * (y[i] * eta[i] - mu[i] - constant))
      null.add(w * (y[i] * log(mean) - mean - constant))
    }
    self.pearson = pearson.value
    self.logLikelihood = logLikelihood.value
    pseudoRSquared = 1 - logLikelihood.value / null.value
    // The information at the estimate, not at the last but one.
    let final = (0..<n).map { mu[$0] * (prior?[$0] ?? 1) }
    let roots = final.map { $0.squareRoot() }
    let scaled = within.scalingRows(roots)
    let absorbed = AbsorbedEffects(
      groupings: data.effects, redundant: EffectCounts.redundant(data.effects), leverages: nil)
    let scores = (0..<n).map { roots[$0] * (y[$0] - mu[$0]) / mu[$0] }
    let bread: Matrix
    if let information = try? LeastSquares(scaled, scores) {
      bread = information.crossProductInverse
    } else {
      bread = solution?.crossProductInverse ?? Matrix(rowCount: 0, columnCount: 0)
    }
    // fixest's factor for the effects that are estimated, so that the two agree.
    let factor = Double(n - 1) / Double(n - columns.count - absorbed.parameterCount)
    estimatingEquations = EstimatingEquations(
      x: scaled, residuals: scores, bread: bread, dispersion: factor, hasIntercept: false,
      absorbed: absorbed, isDispersionKnown: true)
  }

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observationCount: Int { residuals.count }
  public var auxiliaryParameterCount: Int { 0 }
  public var residualDegreesOfFreedom: Double { estimatingEquations.residualDegreesOfFreedom }

  private static func solved(_ x: Matrix, _ y: [Double], _ names: [String]) throws(Diagnostic)
    -> LeastSquares
  {
    do {
      return try LeastSquares(x, y)
    } catch {
      throw Diagnostic(error, names: names)
    }
  }

  private static func deviance(_ y: [Double], _ mu: [Double], _ weights: [Double]?) -> Double {
    var sum = Accumulator()
    for i in y.indices {
      let own = y[i] > 0 ? y[i] * log(y[i] / mu[i]) - (y[i] - mu[i]) : mu[i]
      sum.add(2 * (weights?[i] ?? 1) * own)
    }
    return sum.value
  }
}
