import CaseloadData
import CaseloadMath
import CaseloadRegression

/// Each way of inference for one average effect, and the choice among them.
struct WaysOfInference<Estimator: DifferenceEstimator> {
  let estimator: Estimator
  let grid: StudyGrid
  let effect: AverageEffect
  let level: Double
  let randomization: RandomizationInference
  let stream: RandomStream

  var counts: ClusterCounts { ClusterCounts(grid) }

  /// What one way says.
  struct Result {
    var estimate: Estimate
    var degreesOfFreedom: Double?
    var draws: Int?
    var isEnumerated: Bool?
    var smallestPValue: Double?
    var criticalValue: Double?
    var minimumDetectableEffect: Double?
    /// Of a randomization, by the t statistic.
    var byT: Inference.Alternative?
    /// What to add to the reason.
    var remark: Text?
  }

  /// The way that was asked for or that the numbers of clusters ask for, and those to compare.
  func chosen() throws(Diagnostic) -> (
    kind: Inference.Kind, reason: Text, others: [Inference.Kind]
  ) {
    let counts = counts
    let asked: Inference.Kind
    switch estimator.inference {
    case .auto: return try automatic(counts)
    case .influence: asked = .influence
    case .randomization: asked = .randomization
    case .cr1: asked = .cr1
    case .cr2: asked = .cr2
    case .cr3: asked = .cr3
    case .jackknife: asked = .jackknife
    case .multiplierBootstrap: asked = .multiplierBootstrap
    case .wildBootstrap: asked = .wildBootstrap
    }
    var reason = Text(en: "As asked for.", zh: "按指定方式。")
    if asked != .randomization, counts.areFew {
      reason =
        reason
        + Text(
          en: " With \(counts.treated) treated and \(counts.comparison) comparison clusters its "
            + "tests reject far too often or hardly ever; randomization would hold its level.",
          zh: "受干预群组 \(counts.treated) 个、对照群组 \(counts.comparison) 个时，该检验的实际水平严重偏离名义水平，"
            + "随机化推断则不会。")
    }
    return (asked, reason, asked != .randomization && counts.areFew ? [.randomization] : [])
  }

  private func automatic(_ counts: ClusterCounts) throws(Diagnostic) -> (
    kind: Inference.Kind, reason: Text, others: [Inference.Kind]
  ) {
    if counts.areFew {
      return (
        .randomization,
        Text(
          en: "\(counts.treated) treated and \(counts.comparison) comparison clusters are too few "
            + "for a standard error (\(ClusterCounts.fewest) of each are needed): the estimate is "
            + "ranked among those of other assignments of the programme.",
          zh: "受干预群组 \(counts.treated) 个、对照群组 \(counts.comparison) 个，不足以计算标准误"
            + "（各需至少 \(ClusterCounts.fewest) 个）：改为将估计值置于其他分配方案的估计值中比较。"),
        [.cr2, .cr3, .wildBootstrap]
      )
    }
    if try estimator.regression(grid) != nil {
      return (
        .cr2,
        Text(
          en: "\(counts.treated) treated and \(counts.comparison) comparison clusters: standard "
            + "errors by cluster, corrected for their number (CR2), with Satterthwaite's degrees of "
            + "freedom.",
          zh: "受干预群组 \(counts.treated) 个、对照群组 \(counts.comparison) 个：采用小样本修正的聚类标准误"
            + "（CR2）与 Satterthwaite 自由度。"),
        [.cr3, .wildBootstrap]
      )
    }
    if counts.treated < ClusterCounts.manyForInfluence
      || counts.comparison < ClusterCounts.manyForInfluence
    {
      return (
        .jackknife,
        Text(
          en: "\(counts.treated) treated and \(counts.comparison) comparison clusters, fewer than "
            + "\(ClusterCounts.manyForInfluence) on a side: the spread of the estimates with one "
            + "cluster left out, and Student's t with Welch's degrees of freedom.",
          zh: "受干预群组 \(counts.treated) 个、对照群组 \(counts.comparison) 个，某一方少于 "
            + "\(ClusterCounts.manyForInfluence) 个：采用逐一剔除群组的刀切法及 Welch 自由度的 t 分布。"),
        [.influence]
      )
    }
    return (
      .influence,
      Text(
        en: "\(counts.treated) treated and \(counts.comparison) comparison clusters suffice for "
          + "the influence functions of the clusters and the normal distribution.",
        zh: "受干预群组 \(counts.treated) 个、对照群组 \(counts.comparison) 个，足以采用群组影响函数与正态分布。"),
      []
    )
  }

  func result(_ kind: Inference.Kind) throws(Diagnostic) -> Result {
    switch kind {
    case .randomization: return try randomized()
    case .cr1: return try clustered(.cr1)
    case .cr2: return try clustered(.cr2)
    case .cr3: return try clustered(.cr3)
    case .wildBootstrap: return try wild()
    case .jackknife: return try jackknifed()
    case .multiplierBootstrap: return try multiplied()
    case .influence, .model, .posterior: return try influence()
    }
  }

  /// A standard error needs at least two clusters on each side.
  func requireClusters(_ name: Text) throws(Diagnostic) {
    let counts = counts
    guard counts.treated > 1, counts.comparison > 1 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "With \(counts.treated) treated and \(counts.comparison) comparison clusters no "
            + "standard error is defined for \(name.en).",
          zh: "受干预群组 \(counts.treated) 个、对照群组 \(counts.comparison) 个，\(name.zh)没有可定义的标准误。"),
        hint: Text(
          en: "Use --set inference=randomization, which needs no standard error.",
          zh: "请用 --set inference=randomization，无需标准误。"))
    }
  }

  func estimate(standardError: Double, degreesOfFreedom: Double?) -> Estimate {
    let row = Coefficient(
      term: "", estimate: effect.value, standardError: standardError,
      degreesOfFreedom: degreesOfFreedom ?? .infinity, level: level)
    return Estimate(
      value: effect.value, standardError: standardError, lower: row.lower, upper: row.upper,
      level: level, pValue: row.pValue.isNaN ? nil : row.pValue)
  }

  func result(standardError: Double, degreesOfFreedom: Double?) -> Result {
    Result(
      estimate: estimate(standardError: standardError, degreesOfFreedom: degreesOfFreedom),
      degreesOfFreedom: degreesOfFreedom,
      minimumDetectableEffect: MinimumDetectableEffect.of(
        standardError: standardError, degreesOfFreedom: degreesOfFreedom))
  }
}

extension WaysOfInference {
  private func randomized() throws(Diagnostic) -> Result {
    let test: RandomizationInference.Result
    var note = Text("")
    do {
      test = try randomize(randomization)
    } catch {
      // Nobody asked for it by name: the estimate is answered with what there is.
      guard estimator.inference == .auto else { throw error }
      var across = randomization
      across.ignoresStrata = true
      guard !grid.stratum.isEmpty, let other = try? randomize(across) else {
        return Result(
          estimate: Estimate(
            value: effect.value, standardError: nil, lower: nil, upper: nil, level: level,
            pValue: nil),
          remark: Text(en: " ", zh: "") + error.message)
      }
      test = other
      note = Text(
        en: " Within the strata no other assignment was possible; they are disregarded.",
        zh: "层内没有其他可能的分配，故不考虑分层。")
    }
    let estimate = Estimate(
      value: effect.value, standardError: nil, lower: test.lower, upper: test.upper, level: level,
      pValue: test.pValue)
    let byT = test.pValueOfT.map {
      Inference.Alternative(
        kind: .randomization, variant: "t",
        estimate: Estimate(
          value: effect.value, standardError: nil, lower: nil, upper: nil, level: level, pValue: $0)
      )
    }
    return Result(
      estimate: estimate, draws: test.isEnumerated ? test.count : test.count - 1,
      isEnumerated: test.isEnumerated,
      smallestPValue: test.smallestPValue,
      minimumDetectableEffect: test.minimumDetectableEffect, byT: byT,
      remark: Self.remark(test) + note)
  }

  private func randomize(_ inference: RandomizationInference) throws(Diagnostic)
    -> RandomizationInference.Result
  {
    try inference.test(
      estimator, grid, effect: effect, level: level, from: stream.substream(named: "randomization"))
  }

  private static func remark(_ test: RandomizationInference.Result) -> Text {
    let least = NumberText.pValue(test.smallestPValue)
    var text =
      test.isEnumerated
      ? Text(
        en: " All \(test.count) assignments were computed.", zh: "已计算全部 \(test.count) 种分配。")
      : Text(
        en: " \(test.count - 1) assignments were drawn at random.",
        zh: "随机抽取了 \(test.count - 1) 种分配。")
    if test.failures > 0 {
      text =
        text
        + Text(
          en: " \(test.failures) more allow no estimate and are left out.",
          zh: "另有 \(test.failures) 种无法估计，已略去。")
    }
    if test.smallestPValue > 0.05 + 1e-12 {
      text =
        text
        + Text(
          en: " No p-value below \(least.en) is possible, so 5 % cannot be reached whatever the "
            + "effect.",
          zh: "p 值不可能低于 \(least.zh)，因此无论效应多大都达不到 5% 水平。")
    } else if test.isEnumerated {
      text =
        text
        + Text(
          en: " The smallest possible p-value is \(least.en).", zh: "可能的最小 p 值为 \(least.zh)。")
    }
    if let t = test.pValueOfT, (t <= 0.05 + 1e-12) != (test.pValue <= 0.05 + 1e-12) {
      text =
        text
        + Text(
          en: " Ranked by the t statistic, which bears units of unlike size and noise better, "
            + "\(NumberText.pStatement(t).en).",
          zh: "若按 t 统计量排序（对规模与波动不同的单位更稳健），\(NumberText.pStatement(t).zh)。")
    }
    if !test.isLinear {
      text =
        text
        + Text(
          en: " The estimate is not linear in the outcome: the interval was found by bisection.",
          zh: "估计量对结果变量非线性：区间由二分法求得。")
    }
    return text
  }

  private func clustered(_ correction: CovarianceKind.CR) throws(Diagnostic) -> Result {
    let name = Text(correction.rawValue.uppercased())
    try requireClusters(name)
    let regression = try requiredRegression(name)
    let kind = CovarianceKind.clustered(by: [regression.clusters], correction)
    let covariance = try regression.fit.covariance(kind)
    let l = regression.contrast
    let product = covariance * l
    let variance = zip(l, product).reduce(0) { $0 + $1.0 * $1.1 }
    guard variance > 0, variance.isFinite else { throw noStandardError(name) }
    let degrees = try regression.fit.degreesOfFreedom(kind, of: l)
    return result(
      standardError: variance.squareRoot(), degreesOfFreedom: degrees.isFinite ? degrees : nil)
  }

  private func wild() throws(Diagnostic) -> Result {
    let name = Text(en: "the wild bootstrap", zh: "野生自助法")
    try requireClusters(name)
    let regression = try requiredRegression(name)
    let test = try WildClusterBootstrap().test(
      regression.contrast, in: regression.fit, clusters: regression.clusters, level: level,
      from: stream.substream(named: "wild"))
    return Result(
      estimate: Estimate(
        value: effect.value, standardError: nil, lower: test.lower, upper: test.upper,
        level: level, pValue: test.pValue),
      draws: test.draws, isEnumerated: test.isEnumerated,
      smallestPValue: test.isEnumerated ? 2 / Double(test.draws) : 1 / Double(test.draws))
  }

  func influence() throws(Diagnostic) -> Result {
    let error = try requiredError(Text(en: "influence functions", zh: "影响函数"))
    let few = counts.all < ClusterCounts.manyForInfluence
    return result(
      standardError: error, degreesOfFreedom: few ? Double(counts.all - 1) : nil)
  }

  /// Random signs of the clusters' influences; the same draws give simultaneous bands elsewhere.
  private func multiplied() throws(Diagnostic) -> Result {
    let error = try requiredError(Text(en: "the multiplier bootstrap", zh: "乘子自助法"))
    let draws = 1_999
    var statistics: [Double] = []
    statistics.reserveCapacity(draws)
    let named = stream.substream(named: "multiplier")
    for k in 0..<draws {
      var draw = named.substream(UInt64(k))
      var (word, sum) = (UInt64(0), 0.0)
      for (g, value) in effect.influence.enumerated() {
        if g % 64 == 0 { word = draw.next() }
        sum += word & 1 == 0 ? value : -value
        word >>= 1
      }
      statistics.append(abs(sum) / error)
    }
    let t = abs(effect.value) / error
    let reached = statistics.count { $0 >= t * (1 - 1e-12) }
    let critical = Descriptive.quantile(statistics, level) ?? .nan
    return Result(
      estimate: Estimate(
        value: effect.value, standardError: error, lower: effect.value - critical * error,
        upper: effect.value + critical * error, level: level,
        pValue: Double(reached + 1) / Double(draws + 1)),
      draws: draws, isEnumerated: false, smallestPValue: 1 / Double(draws + 1),
      criticalValue: critical,
      minimumDetectableEffect: MinimumDetectableEffect.of(
        standardError: error, degreesOfFreedom: nil))
  }

  func requiredError(_ name: Text) throws(Diagnostic) -> Double {
    try requireClusters(name)
    guard let error = effect.standardError, error > 0, error.isFinite else {
      throw noStandardError(name)
    }
    return error
  }

  private func requiredRegression(_ name: Text) throws(Diagnostic) -> AverageRegression {
    guard let regression = try estimator.regression(grid) else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The average of \(Estimator.card.id) is no coefficient of a linear regression, which "
            + "\(name.en) needs.",
          zh: "\(Estimator.card.id) 的平均效应不是线性回归的系数，不能采用\(name.zh)。"),
        hint: Text(
          en: "Use --set inference=auto, influence, jackknife or randomization.",
          zh: "请用 --set inference=auto、influence、jackknife 或 randomization。"))
    }
    return regression
  }

  func noStandardError(_ name: Text) -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "\(name.en) gives no standard error for this study.",
        zh: "\(name.zh)在本研究中不能给出标准误。"),
      hint: Text(
        en: "Use --set inference=randomization.", zh: "请用 --set inference=randomization。"))
  }
}
