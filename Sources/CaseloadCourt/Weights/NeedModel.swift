import CaseloadData
import CaseloadMath

/// Turns numbers of cases into judges, with one set of drawn weights for all courts.
public struct NeedModel: Sendable {
  /// One court's cases.
  public struct Court: Sendable {
    public let name: String
    public let volumes: [CaseVolume]
    /// Full-time judges in post; `nil` where not known.
    public let judgesInPost: Double?

    /// A court.
    public init(name: String, volumes: [CaseVolume], judgesInPost: Double? = nil) {
      self.name = name
      self.volumes = volumes
      self.judgesInPost = judgesInPost
    }
  }

  /// The need of each court, and of all together.
  public struct Result: Sendable {
    public let courts: [JudgeNeed]
    /// Weights and judge year are the same for all courts, so their errors do not average out.
    public let total: JudgeNeed
    /// What the intervals leave out.
    public let diagnostics: [Diagnostic]
  }

  public let study: WeightStudy
  public let drawCount: Int
  /// Of the closed intervals.
  public let level: Double
  private let stream: RandomStream

  /// A model.
  ///
  /// - Parameters:
  ///   - study: the table of weights.
  ///   - draws: how many joint draws, at least 100.
  ///   - level: coverage of the closed intervals, between 0 and 1.
  ///   - stream: the source of the draws; each case type, court and the judge year has a substream of
  ///     its own, so that a type more leaves the draws of the others as they are.
  /// - Throws: ``DiagnosticCode/illegalProbability``, ``DiagnosticCode/illegalRate`` for fewer than
  ///   100 draws.
  public init(
    _ study: WeightStudy, draws: Int = 10_000, level: Double = 0.95, from stream: RandomStream
  ) throws(Diagnostic) {
    try WeightChecks.level(level)
    try WeightChecks.positive(
      Double(draws - 99), Text(en: "The number of draws less 99", zh: "抽样次数减 99"))
    self.study = study
    drawCount = draws
    self.level = level
    self.stream = stream
  }

  /// The need of one court.
  ///
  /// - Parameters:
  ///   - volumes: cases by type.
  ///   - judgesInPost: full-time judges; `nil` where not known.
  /// - Returns: the need.
  /// - Throws: as ``needs(of:)``.
  public func need(of volumes: [CaseVolume], judgesInPost: Double? = nil) throws(Diagnostic)
    -> JudgeNeed
  {
    try needs(of: [Court(name: "", volumes: volumes, judgesInPost: judgesInPost)]).courts[0]
  }

  /// The need of every court.
  ///
  /// - Parameter courts: at least one.
  /// - Returns: needs in the order of `courts`, their total and what was left out.
  /// - Throws: ``DiagnosticCode/missingWeight`` for a case type without weight, or one that occurs
  ///   twice in a court; ``DiagnosticCode/illegalStaff`` for judges below zero;
  ///   ``DiagnosticCode/emptyInput`` for no court or no case type.
  public func needs(of courts: [Court]) throws(Diagnostic) -> Result {
    try check(courts)
    let year = study.weights.judgeYear
    let yearDraws = logNormal(
      year.minutes, year.standardError, stream.substream(named: "judge year"))
    var weightDraws: [String: [Double]] = [:]
    for entry in study.entries {
      let weight = entry.weight
      weightDraws[entry.caseType] = logNormal(
        weight.minutes, weight.standardError, stream.substream(named: "weight " + weight.caseType))
    }
    var needs: [JudgeNeed] = []
    var totals = [Double](repeating: 0, count: drawCount)
    var totalCases: [String: (mean: Double, variance: Double, isUncertain: Bool)] = [:]
    var caseVariances = 0.0
    var jointLoad: [Double]?
    for court in courts {
      var minutes = [Double](repeating: 0, count: drawCount)
      var caseVariance = 0.0
      // Draws of forecasts may go together, so the variance of their sum is taken as a whole.
      var joint: [Double]?
      var parts: [JudgeNeed.Part] = []
      for volume in court.volumes {
        let entry = try study.entry(of: volume.caseType)
        let weight = entry.weight
        let cases = volume.sampled(
          drawCount,
          from: stream.substream(named: "cases \(court.name)/\(volume.caseType)"))
        if let drawn = weightDraws[volume.caseType] {
          for k in 0..<drawCount { minutes[k] += cases[k] * drawn[k] }
        }
        if case .draws = volume.law {
          var sum = joint ?? [Double](repeating: 0, count: drawCount)
          for k in 0..<drawCount { sum[k] += weight.minutes * cases[k] }
          joint = sum
        } else {
          let deviation = weight.minutes * (volume.standardDeviation ?? 0)
          caseVariance += deviation * deviation
        }
        let part = part(entry, mean: volume.mean, deviation: volume.standardDeviation)
        parts.append(part)
        var sum = totalCases[volume.caseType] ?? (0, 0, false)
        sum.mean += volume.mean
        sum.variance += (volume.standardDeviation ?? 0) * (volume.standardDeviation ?? 0)
        sum.isUncertain = sum.isUncertain || volume.standardDeviation != nil
        totalCases[volume.caseType] = sum
      }
      caseVariances += caseVariance
      if let joint {
        caseVariance += Descriptive.variance(joint) ?? 0
        jointLoad = jointLoad.map { zip($0, joint).map { $0 + $1 } } ?? joint
      }
      for k in 0..<drawCount {
        minutes[k] /= yearDraws[k]
        totals[k] += minutes[k]
      }
      needs.append(
        JudgeNeed(
          parts: parts, judgeYear: year, caseVariance: caseVariance, rounding: study.rounding,
          judgesInPost: court.judgesInPost, level: level, draws: minutes))
    }
    caseVariances += jointLoad.flatMap(Descriptive.variance) ?? 0
    let parts = study.entries.compactMap { entry in
      totalCases[entry.caseType].map { sum in
        part(
          entry, mean: sum.mean, deviation: sum.isUncertain ? sum.variance.squareRoot() : nil)
      }
    }
    let posts = courts.compactMap(\.judgesInPost)
    let total = JudgeNeed(
      parts: parts, judgeYear: year, caseVariance: caseVariances, rounding: study.rounding,
      judgesInPost: posts.count == courts.count ? posts.accurateSum : nil, level: level,
      draws: totals)
    return Result(courts: needs, total: total, diagnostics: omissions(parts))
  }

  private func part(_ entry: WeightStudy.Entry, mean: Double, deviation: Double?)
    -> JudgeNeed.Part
  {
    let weight = entry.weight
    let year = study.weights.judgeYear.minutes
    return JudgeNeed.Part(
      caseType: entry.caseType, basis: entry.basis, cases: mean, casesStandardError: deviation,
      minutes: weight.minutes, minutesStandardError: weight.standardError,
      workloadMinutes: mean * weight.minutes, judges: mean * weight.minutes / year,
      casesPerJudge: year / weight.minutes)
  }

  /// Draws of a positive quantity by its mean and standard error; the mean itself without one.
  private func logNormal(_ mean: Double, _ error: Double?, _ stream: RandomStream) -> [Double] {
    guard let error, error > 0 else { return [Double](repeating: mean, count: drawCount) }
    var stream = stream
    let ratio = error / mean
    let variance = log1p(ratio * ratio)
    let (center, deviation) = (log(mean) - 0.5 * variance, variance.squareRoot())
    return (0..<drawCount).map { _ in exp(center + deviation * stream.normal()) }
  }

  /// What the intervals take as certain.
  private func omissions(_ parts: [JudgeNeed.Part]) -> [Diagnostic] {
    var missing: [Text] = []
    let bare = parts.filter { $0.minutesStandardError == nil }.map(\.caseType)
    if !bare.isEmpty {
      let names = bare.joined(separator: ", ")
      missing.append(
        Text(en: "the weights of \(names)", zh: "\(bare.joined(separator: "、"))的权重"))
    }
    if study.weights.judgeYear.standardError == nil {
      missing.append(Text(en: "the judge year", zh: "法官年工作时间"))
    }
    if parts.allSatisfy({ $0.casesStandardError == nil }) {
      missing.append(Text(en: "the numbers of cases", zh: "案件数"))
    }
    guard !missing.isEmpty else { return [] }
    return [
      Diagnostic(
        .assumption, .note,
        Text(
          en: "The interval of the need holds only what was given: taken as certain are "
            + missing.map(\.en).joined(separator: "; ") + ".",
          zh: "所需法官的区间仅反映所给的不确定性：以下各项按确定值处理：" + missing.map(\.zh).joined(separator: "；")
            + "。"),
        hint: Text(
          en: "Give their standard errors, or a forecast of the cases.",
          zh: "请给出其标准误，或案件数的预测。"))
    ]
  }

  private func check(_ courts: [Court]) throws(Diagnostic) {
    guard !courts.isEmpty, courts.allSatisfy({ !$0.volumes.isEmpty }) else {
      throw Diagnostic(
        .emptyInput, .error,
        Text(en: "There are no cases to weigh.", zh: "没有可加权的案件。"),
        hint: Text(en: "Give the cases of at least one type.", zh: "请至少给出一类案件的数量。"))
    }
    for court in courts {
      let place = Diagnostic.Location(series: court.name)
      if let judges = court.judgesInPost, !(judges >= 0 && judges.isFinite) {
        throw Diagnostic(
          .illegalStaff, .error,
          Text(
            en: "\(WeightChecks.shown(judges)) judges in post are not possible.",
            zh: "在岗法官不能为 \(WeightChecks.shown(judges)) 名。"), at: place,
          hint: Text(en: "Correct the number of judges.", zh: "请更正法官人数。"))
      }
      var seen: Set<String> = []
      for volume in court.volumes where !seen.insert(volume.caseType).inserted {
        throw Diagnostic(
          .missingWeight, .error,
          Text(
            en: "The case type '\(volume.caseType)' occurs twice in one court.",
            zh: "同一法院的案件类型“\(volume.caseType)”出现两次。"), at: place,
          hint: Text(en: "Add its cases up.", zh: "请将其案件数合并。"))
      }
    }
  }
}
