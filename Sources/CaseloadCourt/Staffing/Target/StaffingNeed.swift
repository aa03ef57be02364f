import CaseloadData
import CaseloadMath

/// The fewest judges that keep a promise about the disposition time, and how sure that is.
public struct StaffingNeed: Codable, Sendable, Equatable {
  /// One number of judges.
  public struct Point: Codable, Sendable, Equatable {
    public let judges: Int
    /// P(kept) with them.
    public let probability: Double
  }

  public let target: StaffingTarget
  /// The fewest judges with P(kept) ≥ p; `nil` where no number, or none that is allowed, will do.
  public let judges: Int?
  /// P(kept) with them, or with the most that are allowed.
  public let probability: Double
  /// With one fewer; `nil` for none fewer.
  public let probabilityWithOneFewer: Double?
  /// P(kept) with as many judges as one likes.
  public let highestProbability: Double
  /// Judges beside their probability, from hopeless to certain.
  public let curve: [Point]
  /// Over scenarios: the judges that each would need if it were known to be the case. `nil` for one
  /// scenario.
  public let interval: DrawSummary?
  /// Of `probability`, from the number of scenarios; `nil` for one.
  public let standardError: Double?
  public let scenarios: Int
  public let diagnostics: [Diagnostic]
}

extension StaffingTarget {
  /// The fewest judges for one scenario.
  ///
  /// - Parameters:
  ///   - scenario: intake, pace and pending cases.
  ///   - mostJudges: that may be appointed; `nil` for no limit.
  /// - Returns: the need; `judges` is `nil`, with a diagnostic, where it cannot be met.
  /// - Throws: what checking the numbers throws.
  public func need(in scenario: Scenario, mostJudges: Int? = nil) throws(Diagnostic)
    -> StaffingNeed
  {
    try need(over: [scenario], mostJudges: mostJudges)
  }

  /// The fewest judges when it is not known which of `scenarios` will be: the probability is the
  /// mean over them, each as likely as the others.
  ///
  /// ```
  /// P(kept | c) = Σᵢ P(kept | c, scenario i) / n
  /// ```
  ///
  /// - Parameters:
  ///   - scenarios: at least one; draws of intake, pace and pending cases.
  ///   - mostJudges: that may be appointed; `nil` for no limit.
  /// - Returns: the need; `judges` is `nil`, with a diagnostic, where it cannot be met.
  /// - Throws: ``DiagnosticCode/notComputable`` for no scenario, and what checking the numbers
  ///   throws.
  public func need(over scenarios: [Scenario], mostJudges: Int? = nil) throws(Diagnostic)
    -> StaffingNeed
  {
    try check()
    for scenario in scenarios { try scenario.check() }
    guard !scenarios.isEmpty else {
      throw Diagnostic(
        .notComputable, .error,
        Text(en: "There is no scenario to staff for.", zh: "没有可供测算的情景。"),
        hint: Text(en: "Give filings, or draws of them.", zh: "请给出收案数或其抽样。"))
    }
    if let mostJudges, mostJudges < 0 {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(en: "At most \(mostJudges) judges is not possible.", zh: "法官上限不能为 \(mostJudges)。"),
        hint: Text(en: "Give a number of at least zero.", zh: "请给出不小于零的数。"))
    }
    func mean(_ judges: Int) -> Double {
      scenarios.map { probability(judges: Double(judges), in: $0) }.accurateSum
        / Double(scenarios.count)
    }
    let highest =
      scenarios.map { highestProbability(in: $0) }.accurateSum / Double(scenarios.count)
    let limit = mostJudges ?? Self.mostJudges
    let judges = fewest(upTo: limit, reaching: probability, mean)
    var diagnostics: [Diagnostic] = []
    if judges == nil { diagnostics.append(unreachable(highest, limit, mean(limit))) }
    let shown = judges ?? limit
    var interval: DrawSummary?
    var standardError: Double?
    if scenarios.count > 1 {
      let each = scenarios.compactMap { scenario in
        fewest(upTo: Self.mostJudges, reaching: probability) {
          probability(judges: Double($0), in: scenario)
        }.map(Double.init)
      }
      // An interval over only those that can be met would be too short.
      interval = each.count == scenarios.count ? DrawSummary(each) : nil
      let values = scenarios.map { probability(judges: Double(shown), in: $0) }
      standardError = Descriptive.standardDeviation(values).map {
        $0 / Double(scenarios.count).squareRoot()
      }
    }
    return StaffingNeed(
      target: self, judges: judges, probability: mean(shown),
      probabilityWithOneFewer: judges.flatMap { $0 > 0 ? mean($0 - 1) : nil },
      highestProbability: highest, curve: curve(around: shown, limit, highest, mean),
      interval: interval, standardError: standardError, scenarios: scenarios.count,
      diagnostics: diagnostics)
  }

  /// The smallest number whose probability, which never falls, reaches `wanted`.
  private func fewest(upTo limit: Int, reaching wanted: Double, _ probability: (Int) -> Double)
    -> Int?
  {
    var (below, reached) = (-1, 1)
    while reached < limit, probability(reached) < wanted {
      below = reached
      reached = min(limit, reached * 2)
    }
    reached = min(reached, limit)
    guard probability(reached) >= wanted else { return nil }
    while reached - below > 1 {
      let middle = below + (reached - below) / 2
      if probability(middle) >= wanted { reached = middle } else { below = middle }
    }
    return reached
  }

  private func curve(
    around judges: Int, _ limit: Int, _ highest: Double, _ probability: (Int) -> Double
  ) -> [StaffingNeed.Point] {
    let first = fewest(upTo: limit, reaching: 0.005 * highest, probability) ?? judges
    let last = fewest(upTo: limit, reaching: 0.9995 * highest, probability) ?? judges
    let from = max(0, min(first, judges - 1))
    let to = max(last, judges)
    let step = max(1, (to - from) / 60)
    var numbers = Set(stride(from: from, through: to, by: step))
    numbers.formUnion([max(0, judges - 1), judges, to])
    return numbers.sorted().map {
      StaffingNeed.Point(judges: $0, probability: probability($0))
    }
  }

  private func unreachable(_ highest: Double, _ limit: Int, _ reached: Double) -> Diagnostic {
    let wanted = NumberText.percent(probability)
    let days = NumberText.plain(maximumDays)
    if highest < probability {
      let most = NumberText.percent(highest)
      let least = NumberText.plain(minimumDays)
      return Diagnostic(
        .infeasiblePlan, .warning,
        Text(
          en: "No number of judges keeps \(days) days with \(wanted.en): every case takes at least "
            + "\(least) days, and even without limit of judges it is \(most.en).",
          zh: "无论多少法官都不能以 \(wanted.zh) 的概率做到 \(days) 天：每案至少需 \(least) 天，"
            + "即使法官不限，概率也只有 \(most.zh)。"),
        hint: Text(
          en: "Allow more days, or shorten the steps that every case goes through.",
          zh: "请放宽天数，或缩短每案必经环节。"))
    }
    let most = NumberText.percent(reached)
    return Diagnostic(
      .infeasiblePlan, .warning,
      Text(
        en:
          "With at most \(limit) judges, \(days) days are kept with \(most.en), not \(wanted.en).",
        zh: "法官不超过 \(limit) 名时，\(days) 天的达标概率为 \(most.zh)，不到 \(wanted.zh)。"),
      hint: Text(en: "Allow more judges, more days or less certainty.", zh: "请增加法官、放宽天数或降低概率。"))
  }

  /// More judges than any court has.
  private static let mostJudges = 100_000_000
}
