import CaseloadData
import CaseloadMath
import CaseloadRegression

/// What courts resolve as a function of judges, staff and size: an alternative to case weights that
/// needs no time study.
///
/// ```
/// ln E Q = a + Σⱼ bⱼ lⱼ                            Cobb–Douglas
///            + ½ Σⱼ cⱼⱼ lⱼ² + Σⱼ<ₖ cⱼₖ lⱼ lₖ       translog        lⱼ = ln xⱼ − mean of ln xⱼ
/// ```
///
/// Q is the number of resolved cases, xⱼ the inputs. By the Poisson or negative binomial likelihood
/// the mean of Q is modelled, and a court without dispositions may stand among the data; by least
/// squares on ln Q it is the geometric mean. With the logarithms centered, bⱼ is the elasticity at
/// the geometric mean of the inputs.
///
/// It says what courts do, not what they should: a court that is slow today makes judges look less
/// productive, and inputs that follow the caseload bias the elasticities.
///
/// - Sources: Washington State, judicial needs estimates (resolutions on judicial officers and court
///   size); Christensen, Jorgenson & Lau (1973), *Review of Economics and Statistics* 55, 28–45
///   (translog); Santos Silva & Tenreyro (2006), *Review of Economics and Statistics* 88, 641–658
///   (Poisson for constant elasticities).
public struct ProductionFunction: Codable, Sendable, Equatable {
  public enum Form: String, Codable, Sendable, CaseIterable {
    case cobbDouglas = "cobb-douglas"
    case translog
  }

  public enum Estimator: String, Codable, Sendable, CaseIterable {
    /// With robust standard errors: consistent for any variance.
    case poisson
    case negativeBinomial = "negative-binomial"
    /// Least squares on logarithms.
    case logLinear = "log-linear"
  }

  /// One input, one value a court (or court and year).
  public struct Input: Codable, Sendable, Equatable {
    public let name: String
    /// Above zero.
    public let values: [Double]

    /// An input.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  public var form: Form
  public var estimator: Estimator

  /// A form and an estimator.
  public init(_ form: Form = .cobbDouglas, by estimator: Estimator = .poisson) {
    self.form = form
    self.estimator = estimator
  }

  /// The function fitted to courts.
  ///
  /// - Parameters:
  ///   - output: cases resolved; above zero for ``Estimator/logLinear``.
  ///   - inputs: at least one, each as long as `output`.
  ///   - covariance: of the coefficients; robust to any variance by default.
  ///   - level: coverage of all intervals.
  /// - Returns: the fit.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` naming the input and row of a value that has no
  ///   logarithm, ``DiagnosticCode/missingValues`` for lengths that differ,
  ///   ``DiagnosticCode/illegalProbability``, and what the regression throws: too few courts,
  ///   columns that depend on each other.
  public func fitted(
    output: [Double], inputs: [Input], covariance: CovarianceKind = .heteroskedastic(.hc1),
    level: Double = 0.95
  ) throws(Diagnostic) -> ProductionFit {
    try WeightChecks.level(level)
    guard !inputs.isEmpty, inputs.allSatisfy({ $0.values.count == output.count }) else {
      throw Diagnostic(
        .missingValues, .error,
        Text(
          en: "The production function needs inputs with one value for each of the "
            + "\(output.count) courts.",
          zh: "生产函数的每项投入须与 \(output.count) 个法院一一对应。"),
        hint: Text(en: "Leave out courts without all inputs.", zh: "请去掉投入不全的法院。"))
    }
    for input in inputs {
      if let row = input.values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw Self.withoutLogarithm(input.name, input.values[row], row)
      }
    }
    if let row = output.firstIndex(where: {
      !($0.isFinite && (estimator == .logLinear ? $0 > 0 : $0 >= 0))
    }) {
      throw Self.withoutLogarithm("output", output[row], row)
    }
    let logs = inputs.map { $0.values.map { log($0) } }
    let centers = logs.map { $0.accurateSum / Double($0.count) }
    let rows = output.indices.map { i in
      Self.row(form, logs.indices.map { logs[$0][i] - centers[$0] })
    }
    let names = Self.names(form, inputs.map(\.name))
    let x = Matrix(rows: rows)
    let fit: any RegressionFit
    switch estimator {
    case .poisson:
      fit = try GeneralizedLinearModel(family: .poisson).fitted(x, output, names: names)
    case .negativeBinomial:
      fit = try GeneralizedLinearModel(family: .negativeBinomial).fitted(x, output, names: names)
    case .logLinear: fit = try LinearModel().fitted(x, output.map { log($0) }, names: names)
    }
    guard fit.coefficients.count == names.count else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "Courts without any output leave some coefficient without a finite estimate.",
          zh: "部分法院无产出，使某些系数没有有限估计值。"),
        hint: Text(en: "Leave those courts out.", zh: "请去掉这些法院。"))
    }
    return ProductionFit(
      function: self, inputs: inputs.map(\.name), centers: centers,
      coefficients: try fit.coefficientTable(covariance, level: level),
      covariance: try fit.covariance(covariance),
      degreesOfFreedom: try fit.degreesOfFreedom(covariance, coefficient: 0), level: level,
      courtCount: output.count, diagnostics: fit.diagnostics)
  }

  /// The columns of a court with logarithms `l` of its inputs, centered.
  static func row(_ form: Form, _ l: [Double]) -> [Double] {
    var row = [1.0] + l
    guard form == .translog else { return row }
    for j in l.indices {
      row.append(0.5 * l[j] * l[j])
      for k in (j + 1)..<max(j + 1, l.count) { row.append(l[j] * l[k]) }
    }
    return row
  }

  /// The derivatives of the columns by the logarithm of input `j`.
  static func derivative(_ form: Form, _ l: [Double], _ j: Int) -> [Double] {
    var row = [Double](repeating: 0, count: 1 + l.count)
    row[1 + j] = 1
    guard form == .translog else { return row }
    for first in l.indices {
      row.append(first == j ? l[j] : 0)
      for second in (first + 1)..<max(first + 1, l.count) {
        row.append(first == j ? l[second] : second == j ? l[first] : 0)
      }
    }
    return row
  }

  private static func names(_ form: Form, _ inputs: [String]) -> [String] {
    var names = ["(Intercept)"] + inputs.map { "ln(\($0))" }
    guard form == .translog else { return names }
    for j in inputs.indices {
      names.append("½ ln(\(inputs[j]))²")
      for k in (j + 1)..<max(j + 1, inputs.count) {
        names.append("ln(\(inputs[j]))·ln(\(inputs[k]))")
      }
    }
    return names
  }

  static func withoutLogarithm(_ name: String, _ x: Double, _ row: Int?) -> Diagnostic {
    Diagnostic(
      .valueOutOfRange, .error,
      Text(
        en: "'\(name)' is \(WeightChecks.shown(x))"
          + (row.map { " in court \($0 + 1)" } ?? "") + "; it has no logarithm.",
        zh: (row.map { "第 \($0 + 1) 个法院的" } ?? "") + "“\(name)”为 \(WeightChecks.shown(x))，没有对数。"),
      at: Diagnostic.Location(column: name),
      hint: Text(
        en: "Leave out courts without that input; without output, fit by poisson.",
        zh: "请去掉没有该项投入的法院；若为产出为零，请用 poisson 估计。"))
  }
}
