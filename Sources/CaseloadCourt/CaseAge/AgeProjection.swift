import CaseloadData
import CaseloadMath

/// Open cases over an age, now and in the months to come.
///
/// A running case of age a months is still open h months later with the chance
///
/// ```
/// S(a + h)/S(a),    S(t) = Π_{j < ⌊t⌋} (1 − hⱼ) · (1 − h_⌊t⌋)^{t − ⌊t⌋}
/// ```
///
/// by the hazards of a fitted model, and then counts if a + h is at least the threshold. Cases that
/// are filed from now on reach the threshold only after as many months; they come as a Poisson
/// number a month, filed in its middle. Cases whose clock stands still are passed over.
///
/// Two intervals are given. `exact` is the law of a sum of cases with known chances (Poisson
/// binomial, with the Poisson number of new ones). `simulated` also draws the coefficients of the
/// model from their normal law, which is what an interval for what will be seen needs.
public struct AgeProjection: Codable, Sendable {
  /// One month ahead.
  public struct Step: Codable, Sendable {
    /// Months from the day of the register.
    public let ahead: Int
    /// Expected number over the threshold.
    public let expected: Double
    /// Its 2.5 % and 97.5 % quantiles at the estimated hazards.
    public let exactLower: Int
    public let exactUpper: Int
    /// With the uncertainty of the hazards; `nil` without draws.
    public let simulated: DrawSummary?
    /// Expected closings in this month of the cases that are open now.
    public let expectedClosings: Double
    /// Expected to be open still, of the cases that are open now.
    public let expectedOpen: Double
  }

  public let threshold: Double
  /// Running cases, and those over the threshold.
  public let open: Int
  public let overNow: Int
  public let steps: [Step]

  /// The projection of a register's open cases.
  ///
  /// - Parameters:
  ///   - register: with the labels that the model has.
  ///   - fit: the hazards.
  ///   - horizon: months ahead, 1 … 120.
  ///   - threshold: in months, > 0.
  ///   - filings: expected a month and pattern of covariates, in the order of the fit's; `nil` for
  ///     cases open now only.
  ///   - draws: of the simulation; 0 for none.
  ///   - stream: what they are drawn from.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/negativeCount``, and as the fit does
  ///   for labels that it does not know.
  public init(
    _ register: CaseRegister, by fit: DiscreteHazardFit, horizon: Int, threshold: Double = 12,
    filings: [Double]? = nil, draws: Int = 1000, from stream: RandomStream
  ) throws(Diagnostic) {
    try StockFlowChecks.rate(threshold, Text(en: "the threshold", zh: "案龄界限"))
    guard (1...120).contains(horizon), (0...1_000_000).contains(draws) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A projection goes 1 to 120 months ahead, with up to a million draws.",
          zh: "推算期为 1 至 120 个月，抽样不超过一百万次。"),
        hint: Text(en: "Write --horizon 12.", zh: "请写作 --horizon 12。"))
    }
    if let filings {
      try StockFlowChecks.sameLength(
        filings.count, fit.patterns.count, Text(en: "filings", zh: "收案"))
      for value in filings { try StockFlowChecks.cases(value, Text(en: "filings", zh: "收案")) }
    }
    var columns: [[String]] = []
    for name in fit.model.covariates { columns.append(try register.labels(name)) }
    var index: [[String]: Int] = [:]
    for (k, pattern) in fit.patterns.enumerated() { index[pattern] = k }
    var running: [(age: Double, pattern: Int)] = []
    for (i, record) in register.cases.enumerated()
    where record.closed == nil && !record.isSuspended {
      let pattern = columns.map { $0[i] }
      try fit.check(pattern)
      running.append((register.days(record) / PersonPeriods.month, index[pattern] ?? 0))
    }
    let oldest = running.map(\.age).max() ?? 0
    let months = Int(oldest) + horizon + 2
    let law = Law(
      running: running, horizon: horizon, threshold: threshold, filings: filings ?? [],
      months: months)
    let beta = fit.coefficients.map(\.estimate)
    let curves = fit.patterns.map { fit.cumulative($0, months: months, beta: beta) }
    var simulated: [[Double]] = []
    if draws > 0 {
      simulated = try law.simulate(fit, draws: draws, from: stream)
    }
    self.threshold = threshold
    open = running.count
    overNow = running.count { $0.age >= threshold }
    var before = Double(running.count)
    var steps: [Step] = []
    for ahead in 1...horizon {
      let stays = running.map { law.chance($0.age, ahead, curves[$0.pattern]) }
      let counted = zip(running, stays).filter { $0.0.age + Double(ahead) >= threshold }.map(\.1)
      let fresh = law.newCases(ahead, curves)
      let (lower, upper) = Law.interval(PoissonBinomial(counted), fresh)
      let still = stays.accurateSum
      steps.append(
        Step(
          ahead: ahead, expected: counted.accurateSum + fresh, exactLower: lower,
          exactUpper: upper, simulated: draws > 0 ? DrawSummary(simulated[ahead - 1]) : nil,
          expectedClosings: before - still, expectedOpen: still))
      before = still
    }
    self.steps = steps
  }
}

extension AgeProjection {
  /// The chances of the cases, and draws of their sums.
  fileprivate struct Law {
    let running: [(age: Double, pattern: Int)]
    let horizon: Int
    let threshold: Double
    let filings: [Double]
    let months: Int

    /// −ln S at an age, between whole months even.
    func cumulative(_ age: Double, _ curve: [Double]) -> Double {
      let whole = min(Int(age), curve.count - 2)
      return curve[whole] + (age - Double(whole)) * (curve[whole + 1] - curve[whole])
    }

    func chance(_ age: Double, _ ahead: Int, _ curve: [Double]) -> Double {
      let lost = cumulative(age + Double(ahead), curve) - cumulative(age, curve)
      return min(1, max(0, exp(-lost)))
    }

    /// Expected new cases over the threshold `ahead` months from now.
    func newCases(_ ahead: Int, _ curves: [[Double]]) -> Double {
      var total = 0.0
      for (k, rate) in filings.enumerated() where rate > 0 {
        for month in 0..<ahead {
          let age = Double(ahead - month) - 0.5
          if age >= threshold { total += rate * exp(-cumulative(age, curves[k])) }
        }
      }
      return total
    }

    /// The central 95 % of the sum of a Poisson binomial and a Poisson number.
    static func interval(_ law: PoissonBinomial, _ fresh: Double) -> (Int, Int) {
      guard fresh > 0 else { return (law.quantile(0.025), law.quantile(0.975)) }
      let poisson = Poisson(mean: fresh)
      let most = Int(poisson.quantile(1 - 1e-15)) + 1
      let mass = (0...most).map { poisson.density(Double($0)) }
      var sum = [Double](repeating: 0, count: law.probabilities.count + most)
      for (i, p) in law.probabilities.enumerated() {
        for (j, q) in mass.enumerated() { sum[i + j] += p * q }
      }
      func quantile(_ p: Double) -> Int {
        var total = 0.0
        for (index, value) in sum.enumerated() {
          total += value
          if total >= p - 1e-12 { return law.offset + index }
        }
        return law.offset + sum.count - 1
      }
      return (quantile(0.025), quantile(0.975))
    }

    /// Numbers over the threshold, by month ahead and draw: coefficients are drawn once, and each
    /// case keeps its own luck over the months.
    func simulate(_ fit: DiscreteHazardFit, draws: Int, from stream: RandomStream)
      throws(Diagnostic) -> [[Double]]
    {
      let factor: Matrix
      do { factor = try Cholesky(fit.covariance).lower } catch {
        throw Diagnostic(
          .notIdentified, .error,
          Text(
            en: "The covariance of the hazards is singular; nothing can be drawn from it.",
            zh: "风险系数的协方差矩阵奇异，无法抽样。"),
          hint: Text(en: "Use fewer covariates.", zh: "请减少协变量。"))
      }
      let beta = fit.coefficients.map(\.estimate)
      let p = beta.count
      var result = [[Double]](
        repeating: [Double](repeating: 0, count: draws), count: horizon)
      for draw in 0..<draws {
        var random = stream.substream(UInt64(draw))
        let normal = (0..<p).map { _ in random.normal() }
        let drawn = (0..<p).map { i in
          beta[i] + (0...i).reduce(0) { $0 + factor[i, $1] * normal[$1] }
        }
        let curves = fit.patterns.map { fit.cumulative($0, months: months, beta: drawn) }
        for (age, pattern) in running {
          // Open after h months while the hazard added up is below an exponential draw.
          let luck = -log(random.uniform()) + cumulative(age, curves[pattern])
          for ahead in 1...horizon {
            let later = age + Double(ahead)
            if cumulative(later, curves[pattern]) >= luck { break }
            if later >= threshold { result[ahead - 1][draw] += 1 }
          }
        }
        guard !filings.isEmpty else { continue }
        for ahead in 1...horizon {
          let mean = newCases(ahead, curves)
          if mean > 0 { result[ahead - 1][draw] += Poisson(mean: mean).sample(&random) }
        }
      }
      return result
    }
  }
}
