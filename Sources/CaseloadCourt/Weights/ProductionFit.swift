import CaseloadData
import CaseloadMath
import CaseloadRegression

/// A fitted production function: elasticities, returns to scale, and the judges for a caseload.
public struct ProductionFit: Codable, Sendable {
  /// An elasticity: the percent by which output rises with one percent more of an input.
  public struct Elasticity: Codable, Sendable, Equatable {
    public let input: String
    public let estimate: Estimate
  }

  /// Judges for a caseload, by inversion.
  public struct Need: Codable, Sendable, Equatable {
    public let judges: Double
    /// By the delta method on ln judges.
    public let lower: Double
    public let upper: Double
    /// By Fieller's inversion of the test that the function gives the caseload; `nil` for an end
    /// that is not bounded within a factor of 1,000, as where the elasticity may be zero.
    public let fiellerLower: Double?
    public let fiellerUpper: Double?
    public let level: Double
  }

  public let function: ProductionFunction
  /// Their names, in the order of the arguments below.
  public let inputs: [String]
  /// The means of the logarithms.
  public let centers: [Double]
  public let coefficients: [Coefficient]
  /// p × p, by rows.
  public let covariance: [[Double]]
  /// Of tests; `nil` where they refer to the normal law.
  public let degreesOfFreedom: Double?
  public let level: Double
  public let courtCount: Int
  public let diagnostics: [Diagnostic]

  init(
    function: ProductionFunction, inputs: [String], centers: [Double],
    coefficients: [Coefficient], covariance: Matrix, degreesOfFreedom: Double, level: Double,
    courtCount: Int, diagnostics: [Diagnostic]
  ) {
    self.function = function
    self.inputs = inputs
    self.centers = centers
    self.coefficients = coefficients
    self.covariance = (0..<covariance.rowCount).map { covariance.row($0) }
    self.degreesOfFreedom = degreesOfFreedom.isFinite ? degreesOfFreedom : nil
    self.level = level
    self.courtCount = courtCount
    self.diagnostics = diagnostics
  }

  /// The elasticity of each input.
  ///
  /// - Parameter point: inputs of a court; `nil` for the geometric means.
  /// - Returns: one an input.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for an input that is not above zero.
  public func elasticities(at point: [Double]? = nil) throws(Diagnostic) -> [Elasticity] {
    let l = try logs(point)
    return inputs.indices.map { j in
      Elasticity(
        input: inputs[j],
        estimate: estimate(ProductionFunction.derivative(function.form, l, j), null: 0))
    }
  }

  /// The sum of the elasticities; above 1, large courts resolve more than in proportion. The p-value
  /// is that of constant returns.
  ///
  /// - Parameter point: inputs of a court; `nil` for the geometric means.
  /// - Returns: the sum with its interval.
  /// - Throws: ``DiagnosticCode/valueOutOfRange``.
  public func returnsToScale(at point: [Double]? = nil) throws(Diagnostic) -> Estimate {
    let l = try logs(point)
    var contrast = [Double](repeating: 0, count: coefficients.count)
    for j in inputs.indices {
      let derivative = ProductionFunction.derivative(function.form, l, j)
      for i in contrast.indices { contrast[i] += derivative[i] }
    }
    return estimate(contrast, null: 1)
  }

  /// The expected output of a court.
  ///
  /// - Parameter point: its inputs, above zero.
  /// - Returns: the mean (the geometric mean of a log-linear fit), its interval that of the logarithm.
  /// - Throws: ``DiagnosticCode/valueOutOfRange``.
  public func output(at point: [Double]) throws(Diagnostic) -> Estimate {
    let log = estimate(ProductionFunction.row(function.form, try logs(point)), null: 0)
    let value = exp(log.value)
    return Estimate(
      value: value, standardError: log.standardError.map { $0 * value },
      lower: log.lower.map { exp($0) }, upper: log.upper.map { exp($0) }, level: level,
      pValue: nil)
  }

  /// What one more unit of an input adds to the output of a court: elasticity · output / input.
  ///
  /// - Parameters:
  ///   - input: its name.
  ///   - point: inputs of the court, above zero.
  /// - Returns: cases, with the delta method's standard error.
  /// - Throws: ``DiagnosticCode/valueOutOfRange``, ``DiagnosticCode/unknownName``.
  public func marginalProduct(of input: String, at point: [Double]) throws(Diagnostic) -> Estimate {
    let j = try position(input)
    let l = try logs(point)
    let row = ProductionFunction.row(function.form, l)
    let slope = ProductionFunction.derivative(function.form, l, j)
    let elasticity = value(slope)
    let scale = exp(value(row)) / point[j]
    let gradient = zip(slope, row).map { scale * ($0 + elasticity * $1) }
    let error = variance(gradient).squareRoot()
    let product = scale * elasticity
    return Estimate(
      value: product, standardError: error, lower: product - quantile * error,
      upper: product + quantile * error, level: level, pValue: pValue(product / error))
  }

  /// The amount of an input with which a court resolves `caseload`, its other inputs as they are.
  ///
  /// ```
  /// g(l) = x(l)ᵀβ̂ − ln Q = 0          Fieller: all l with g(l)² ≤ t² x(l)ᵀ V x(l)
  /// ```
  ///
  /// - Parameters:
  ///   - input: the one that is sought, such as judges.
  ///   - caseload: Q, above zero.
  ///   - point: inputs of the court; that of `input` is where the search starts.
  /// - Returns: the amount with both intervals.
  /// - Throws: ``DiagnosticCode/notIdentified`` where the function does not rise with the input, or
  ///   never reaches the caseload within a factor of 1,000; ``DiagnosticCode/valueOutOfRange``,
  ///   ``DiagnosticCode/unknownName``.
  public func need(of input: String = "judges", for caseload: Double, at point: [Double])
    throws(Diagnostic) -> Need
  {
    let j = try position(input)
    try WeightChecks.positive(caseload, Text(en: "The caseload", zh: "案件数"))
    var l = try logs(point)
    let start = l[j]
    let target = log(caseload)
    func row(_ x: Double) -> [Double] {
      l[j] = x
      return ProductionFunction.row(function.form, l)
    }
    func gap(_ x: Double) -> Double { value(row(x)) - target }
    func slope(_ x: Double) -> Double {
      l[j] = x
      return value(ProductionFunction.derivative(function.form, l, j))
    }
    guard slope(start) > 0, let solution = root(gap, from: start, rising: gap(start) < 0),
      slope(solution) > 0
    else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The fitted output does not reach \(NumberText.plain(caseload)) with more "
            + "\(input) alone.",
          zh: "仅增加 \(input)，拟合产出无法达到 \(NumberText.plain(caseload))。"),
        hint: Text(
          en: "Its elasticity is not above zero there; use a Cobb–Douglas form or more courts.",
          zh: "该处弹性不大于零；请改用 Cobb–Douglas 形式或增加法院样本。"))
    }
    let error = variance(row(solution)).squareRoot() / slope(solution)
    func fieller(_ x: Double) -> Double {
      let g = gap(x)
      return g * g - quantile * quantile * variance(row(x))
    }
    func amount(_ x: Double) -> Double { exp(x + centers[j]) }
    return Need(
      judges: amount(solution), lower: amount(solution - quantile * error),
      upper: amount(solution + quantile * error),
      fiellerLower: root(fieller, from: solution, rising: false).map(amount),
      fiellerUpper: root(fieller, from: solution, rising: true).map(amount), level: level)
  }

  /// The nearest zero of `f` above or below `start`, within a factor of 1,000.
  private func root(_ f: (Double) -> Double, from start: Double, rising: Bool) -> Double? {
    let limit = log(1000 as Double)
    let sign = f(start) < 0
    if f(start) == 0 { return start }
    var (near, step) = (start, 0.02)
    while abs(near - start) < limit {
      let far = near + (rising ? step : -step)
      if (f(far) < 0) != sign {
        var (a, b) = (near, far)
        for _ in 0..<200 {
          let middle = 0.5 * (a + b)
          guard middle != a, middle != b else { break }
          if (f(middle) < 0) == sign { a = middle } else { b = middle }
        }
        return 0.5 * (a + b)
      }
      near = far
      step = min(0.1, step * 1.2)
    }
    return nil
  }

  // MARK: Contrasts

  private var quantile: Double {
    degreesOfFreedom.map {
      StudentT(degreesOfFreedom: $0).upperQuantile((1 - level) / 2)
    } ?? Normal.standard.upperQuantile((1 - level) / 2)
  }

  private func pValue(_ statistic: Double) -> Double {
    degreesOfFreedom.map { StudentT(degreesOfFreedom: $0).twoSidedPValue(statistic) }
      ?? min(1, 2 * Normal.standard.upper(abs(statistic)))
  }

  private func value(_ contrast: [Double]) -> Double {
    zip(contrast, coefficients).reduce(0) { $0 + $1.0 * $1.1.estimate }
  }

  private func variance(_ contrast: [Double]) -> Double {
    var sum = 0.0
    for i in contrast.indices {
      for k in contrast.indices { sum += contrast[i] * covariance[i][k] * contrast[k] }
    }
    return max(0, sum)
  }

  private func estimate(_ contrast: [Double], null: Double) -> Estimate {
    let center = value(contrast)
    let error = variance(contrast).squareRoot()
    return Estimate(
      value: center, standardError: error, lower: center - quantile * error,
      upper: center + quantile * error, level: level,
      pValue: error > 0 ? pValue((center - null) / error) : nil)
  }

  private func logs(_ point: [Double]?) throws(Diagnostic) -> [Double] {
    guard let point else { return [Double](repeating: 0, count: inputs.count) }
    guard point.count == inputs.count else {
      throw Diagnostic(
        .missingValues, .error,
        Text(
          en: "\(point.count) inputs are given for \(inputs.joined(separator: ", ")).",
          zh: "给出了 \(point.count) 项投入，应为：\(inputs.joined(separator: "、"))。"),
        hint: Text(en: "Give one number for each.", zh: "请为每项给出一个数。"))
    }
    for (name, x) in zip(inputs, point) where !(x > 0 && x.isFinite) {
      throw ProductionFunction.withoutLogarithm(name, x, nil)
    }
    return zip(point, centers).map { log($0) - $1 }
  }

  private func position(_ input: String) throws(Diagnostic) -> Int {
    guard let position = inputs.firstIndex(of: input) else {
      throw Diagnostic.unknownName(input, among: inputs, kind: Text(en: "input", zh: "投入"))
    }
    return position
  }
}
