import CaseloadData
import CaseloadMath

/// The tests of a fitted regression that a person can choose by name, and what they found.
public struct SpecificationTests: Codable, Sendable {
  /// One break of the coefficients.
  public struct Break: Codable, Sendable {
    /// The last row before the break, counted from 1 in the order of time.
    public let row: Int
    /// The interval of that row; `nil` where it runs out of the data.
    public let lower: Int?
    /// The other end.
    public let upper: Int?
  }

  public private(set) var tests: [HypothesisTest] = []
  public private(set) var inflationFactors: [Collinearity.InflationFactor] = []
  /// The largest condition index of the scaled columns.
  public private(set) var conditionNumber: Double?
  /// The breaks of the number that the criterion of Schwarz selects.
  public private(set) var breaks: [Break] = []
  /// Observations, counted from 1, that the usual measures of influence single out.
  public private(set) var influential: [Int] = []
  /// The values of the one endogenous coefficient that the Anderson–Rubin test does not reject.
  public private(set) var confidenceSet: ConfidenceSet?
  /// What could not be tested, and why.
  public private(set) var diagnostics: [Diagnostic] = []

  /// The names, some with an option after a colon.
  public static let ids = [
    "breusch-pagan", "white", "goldfeld-quandt", "reset", "jarque-bera", "durbin-watson",
    "breusch-godfrey", "ljung-box", "chow", "cusum", "breaks", "dispersion", "vif", "condition",
    "influence", "first-stage", "weak-instruments", "wu-hausman", "sargan", "hansen",
    "anderson-rubin", "hausman", "mundlak", "likelihood-ratio",
  ]

  /// The tests that need no option and make sense for the data at hand.
  static func usual(_ outcome: RegressionOutcome) -> [String] {
    if outcome.fit.unwrapped is GeneralizedLinearFit {
      return outcome.specification.family == .poisson
        ? ["dispersion", "vif", "condition"] : ["vif", "condition"]
    }
    if let fit = outcome.fit.unwrapped as? InstrumentalVariablesFit {
      return ["first-stage", "weak-instruments", "wu-hausman"]
        + (fit.overidentification > 0 ? [fit.estimator == .gmm ? "hansen" : "sargan"] : [])
        + (fit.endogenousNames.count == 1 ? ["anderson-rubin"] : [])
    }
    if outcome.fit.unwrapped is RandomEffectsFit { return ["hausman", "mundlak"] }
    guard outcome.fit.unwrapped is LinearFit else { return [] }
    let time =
      outcome.design.times == nil
      ? [] : ["durbin-watson", "breusch-godfrey", "ljung-box", "cusum", "breaks"]
    return ["breusch-pagan", "white", "reset", "jarque-bera", "vif", "condition", "influence"]
      + time
  }

  /// Adds a test that was made elsewhere, such as of one model within another.
  public mutating func append(_ test: HypothesisTest) { tests.append(test) }

  /// Runs the tests.
  ///
  /// - Parameters:
  ///   - ids: of ``ids``, such as `breusch-godfrey:4`, `chow:36`, `breaks:3`; `all` for the usual ones.
  ///     `likelihood-ratio` compares with the model of the intercept, or of the absorbed effects, alone.
  ///   - outcome: the regression; tests of heteroskedasticity, form and time order are of least squares.
  /// - Throws: ``DiagnosticCode/unknownName``, ``DiagnosticCode/illegalOption``. A test that the data do
  ///   not allow is a note in ``diagnostics`` when all were asked for, and thrown when it was named.
  public init(_ ids: [String], of outcome: RegressionOutcome) throws(Diagnostic) {
    let isAll = ids.contains("all")
    let chosen = isAll ? Self.usual(outcome) : ids
    for id in chosen {
      let parts = id.split(separator: ":", maxSplits: 1).map(String.init)
      let name = parts.first ?? ""
      guard Self.ids.contains(name) else {
        throw Diagnostic.unknownName(
          name, among: Self.ids + ["all"], kind: Text(en: "test", zh: "检验"))
      }
      do {
        try run(name, parts.count > 1 ? parts[1] : nil, outcome)
      } catch {
        guard isAll else { throw error }
        diagnostics.append(error.asNote)
      }
    }
  }

  private mutating func run(_ id: String, _ option: String?, _ outcome: RegressionOutcome)
    throws(Diagnostic)
  {
    let design = outcome.design
    switch id {
    case "vif":
      // The intercept is no regressor whose variance others could inflate.
      let kept = outcome.fit.coefficientNames.indices.filter {
        outcome.fit.coefficientNames[$0] != "(Intercept)"
      }
      let covariance = try outcome.fit.covariance(.classical)
      let terms = Self.terms(outcome)
      inflationFactors = try Collinearity.inflationFactors(
        covariance: covariance.selectingColumns(kept).selectingRows(kept),
        terms: kept.map { terms[$0] })
      return
    case "condition":
      conditionNumber = try Collinearity.conditionIndices(Self.columns(outcome)).indices.max()
      return
    case "dispersion":
      guard let fit = outcome.fit.unwrapped as? GeneralizedLinearFit else {
        throw Self.notApplicable(id, Text(en: "a Poisson model", zh: "泊松模型"))
      }
      let form = option.map { DispersionTest.Form(rawValue: $0) } ?? .proportional
      guard let form else {
        throw Diagnostic.unknownName(
          option ?? "", among: DispersionTest.Form.allCases.map(\.rawValue),
          kind: Text(en: "form of dispersion", zh: "离散形式"))
      }
      tests.append(try fit.dispersionTest(form).test)
      return
    case "first-stage", "weak-instruments", "wu-hausman", "sargan", "hansen", "anderson-rubin":
      try runInstrumental(id, option, outcome)
      return
    case "hausman", "mundlak":
      guard let fit = outcome.fit.unwrapped as? RandomEffectsFit else {
        throw Self.notApplicable(
          id, Text(en: "random effects (--estimator random-effects)", zh: "随机效应模型"))
      }
      tests.append(
        try id == "hausman"
          ? fit.hausmanTest(sharesVariance: Self.sharesVariance(option)) : fit.mundlakTest())
      return
    case "likelihood-ratio":
      tests.append(try outcome.likelihoodRatioTest())
      return
    default: break
    }
    guard let fit = outcome.fit.unwrapped as? LinearFit, design.weights == nil else {
      throw Self.notApplicable(
        id, Text(en: "least squares without weights", zh: "不加权的最小二乘"))
    }
    let data = OrderedData(fit, design)
    let needsOrder = [
      "durbin-watson", "breusch-godfrey", "ljung-box", "chow", "cusum", "breaks",
    ].contains(id)
    if needsOrder, !data.isOrdered { throw Self.notASeries(id) }
    let x = data.design
    switch id {
    case "breusch-pagan":
      tests.append(try BreuschPagan.test(residuals: data.residuals, columns: x))
    case "white": tests.append(try WhiteTest.test(residuals: data.residuals, design: x))
    case "goldfeld-quandt":
      tests.append(try GoldfeldQuandt.test(design: x, response: data.response))
    case "reset": tests.append(try RESETTest.test(design: x, response: data.response))
    case "jarque-bera": tests.append(try JarqueBera.test(data.residuals))
    case "durbin-watson":
      tests.append(
        try DurbinWatson.test(residuals: data.residuals, design: x, alternative: .twoSided))
    case "breusch-godfrey":
      let order = try Self.number(option, id, 1)
      tests.append(
        try BreuschGodfrey.test(residuals: data.residuals, design: x, order: order))
    case "ljung-box":
      let lags = try Self.number(option, id, max(1, min(10, data.residuals.count / 5)))
      tests.append(try LjungBox.test(data.residuals, lags: lags))
    case "chow":
      let row = try Self.number(option, id, nil)
      tests.append(try ChowTest.test(design: x, response: data.response, row: row))
    case "cusum":
      tests.append(try CumulativeSumTest(.recursive, design: x, response: data.response).test)
      tests.append(try CumulativeSumTest(.ordinary, design: x, response: data.response).test)
    case "breaks":
      let most = try option.map { value throws(Diagnostic) in try Self.number(value, id, nil) }
      let breaks = try BaiPerron(maximumBreaks: most).fitted(design: x, response: data.response)
      let stream = RandomStream(seed: outcome.specification.seed)
      tests.append(try breaks.singleBreakTest(.supremum, .simulated(stream, replicates: 999)))
      let count = breaks.selectedCount(by: .bic)
      if count > 0 {
        self.breaks = try breaks.intervals(count, level: outcome.specification.level).map {
          Break(row: $0.estimate, lower: $0.lower, upper: $0.upper)
        }
      }
    default:
      influential = try InfluenceMeasures(design: x, response: data.response).influential
        .map { data.order[$0] + 1 }
    }
  }

  /// The tests of instruments, with the covariance of the outcome.
  private mutating func runInstrumental(
    _ id: String, _ option: String?, _ outcome: RegressionOutcome
  ) throws(Diagnostic) {
    guard let fit = outcome.fit.unwrapped as? InstrumentalVariablesFit else {
      throw Self.notApplicable(id, Text(en: "instrumental variables", zh: "工具变量模型"))
    }
    let kind = outcome.kind
    switch id {
    case "first-stage":
      for j in fit.endogenousNames.indices { tests.append(try fit.firstStageTest(j, kind)) }
    case "weak-instruments":
      tests.append(try fit.craggDonald())
      let robust = kind == .classical ? CovarianceKind.heteroskedastic(.hc1) : kind
      tests.append(try fit.kleibergenPaap(robust))
      tests.append(try fit.underidentificationTest(robust))
      if fit.endogenousNames.count == 1 { tests.append(try fit.effectiveF(robust)) }
    case "wu-hausman": tests.append(try fit.wuHausmanTest(kind))
    case "sargan": tests.append(try fit.sarganTest())
    case "hansen": tests.append(try fit.hansenTest())
    default:
      let zeros = [Double](repeating: 0, count: fit.endogenousNames.count)
      tests.append(try fit.andersonRubinTest(zeros, kind))
      if fit.endogenousNames.count == 1 {
        confidenceSet = try fit.andersonRubinSet(level: outcome.specification.level, kind)
      }
    }
  }

  /// The data of a linear fit in the order of time.
  private struct OrderedData {
    let design: Matrix
    let response: [Double]
    let residuals: [Double]
    let order: [Int]
    /// Whether no two rows share a period.
    let isOrdered: Bool

    init(_ fit: LinearFit, _ design: DesignMatrix) {
      let n = design.response.count
      var order = Array(0..<n)
      var isOrdered = true
      if let times = design.times {
        order.sort { (times.codes[$0], $0) < (times.codes[$1], $1) }
        isOrdered = times.count == n
      }
      self.order = order
      self.isOrdered = isOrdered
      self.design = design.matrix.selectingRows(order)
      let y = design.offset.map { zip(design.response, $0).map { $0 - $1 } } ?? design.response
      response = order.map { y[$0] }
      residuals = order.map { fit.residuals[$0] }
    }
  }

  private static func columns(_ outcome: RegressionOutcome) -> Matrix {
    let names = outcome.fit.coefficientNames
    let kept = outcome.design.names.indices.filter { names.contains(outcome.design.names[$0]) }
    return outcome.design.matrix.selectingColumns(kept)
  }

  private static func terms(_ outcome: RegressionOutcome) -> [String] {
    let design = outcome.design
    return outcome.fit.coefficientNames.map { name in
      design.names.firstIndex(of: name).map { design.terms[$0] } ?? name
    }
  }

  private static func number(_ option: String?, _ id: String, _ standard: Int?) throws(Diagnostic)
    -> Int
  {
    if option == nil, let standard { return standard }
    guard let option, let number = Int(option), number > 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The test \(id) needs a whole number, not '\(option ?? "")'.",
          zh: "检验 \(id) 需要一个整数，而非 '\(option ?? "")'。"),
        hint: Text(en: "Write \(id):4.", zh: "请写作 \(id):4。"))
    }
    return number
  }

  /// The option of Hausman's test.
  private static func sharesVariance(_ option: String?) throws(Diagnostic) -> Bool {
    guard let option else { return false }
    guard option == "one-variance" else {
      throw Diagnostic.unknownName(
        option, among: ["one-variance"], kind: Text(en: "option of hausman", zh: "hausman 的选项"))
    }
    return true
  }

  private static func notApplicable(_ id: String, _ model: Text) -> Diagnostic {
    Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "The test \(id) is for \(model.en).", zh: "检验 \(id) 适用于\(model.zh)。"),
      hint: Text(
        en: "Leave it out, or fit that model.", zh: "请去掉该检验，或拟合相应的模型。"))
  }

  private static func notASeries(_ id: String) -> Diagnostic {
    Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "The test \(id) is for one series, and a period has several rows.",
        zh: "检验 \(id) 适用于单一序列，而同一时期有多行。"),
      hint: Text(en: "Select one unit.", zh: "请只选一个单位。"))
  }
}
