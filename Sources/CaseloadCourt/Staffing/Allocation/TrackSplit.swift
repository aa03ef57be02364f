import CaseloadData
import CaseloadMath

/// Judges divided between a fast track for simple cases and the ordinary track.
///
/// ```
/// load of a track = Σ cases · weight / judges
/// sought: the smallest of  max(fast load / r, ordinary load)
/// ```
///
/// r is how many times the load of an ordinary judge a fast-track judge can bear. By workload only:
/// who waits for whom is a question of queues.
public struct TrackSplit: Codable, Sendable, Equatable {
  /// Cases of one type.
  public struct CaseGroup: Codable, Sendable, Equatable {
    public let name: String
    /// Cases a year.
    public let cases: Double
    /// What one of them weighs: 1 for a count, or minutes.
    public let weight: Double
    /// Whether they may go to the fast track.
    public let isSimple: Bool

    /// Cases of one type.
    public init(name: String, cases: Double, weight: Double = 1, isSimple: Bool = true) {
      self.name = name
      self.cases = cases
      self.weight = weight
      self.isSimple = isSimple
    }
  }

  /// The types of the fast track.
  public let fastTypes: [String]
  public let fastJudges: Int
  public let ordinaryJudges: Int
  /// Weighted cases a judge; `nil` for a track without judges.
  public let fastLoad: Double?
  public let ordinaryLoad: Double?
  /// fastLoad / ordinaryLoad.
  public let ratio: Double?
  /// Weighted cases a judge if there were one track.
  public let pooledLoad: Double

  /// The loads of a split that is already decided.
  ///
  /// - Parameters:
  ///   - groups: all cases.
  ///   - fastTypes: the names of those in the fast track.
  ///   - fastJudges: from 0 to `judges`.
  ///   - judges: all of them, at least 1.
  /// - Throws: ``DiagnosticCode/illegalStaff``, ``DiagnosticCode/illegalRate`` and
  ///   ``DiagnosticCode/malformedDefinition``.
  public init(_ groups: [CaseGroup], fastTypes: [String], fastJudges: Int, judges: Int)
    throws(Diagnostic)
  {
    try Self.check(groups, judges)
    for name in fastTypes where !groups.contains(where: { $0.name == name }) {
      throw Diagnostic.unknownName(
        name, among: groups.map(\.name), kind: Text(en: "case type", zh: "案件类型"),
        code: .malformedDefinition)
    }
    guard (0...judges).contains(fastJudges) else {
      throw Self.illegalStaff("\(fastJudges) of \(judges)")
    }
    let fast = groups.filter { fastTypes.contains($0.name) }.map { $0.cases * $0.weight }
      .accurateSum
    let all = groups.map { $0.cases * $0.weight }.accurateSum
    self.fastTypes = groups.map(\.name).filter(fastTypes.contains)
    self.fastJudges = fastJudges
    ordinaryJudges = judges - fastJudges
    fastLoad = fastJudges > 0 ? fast / Double(fastJudges) : nil
    ordinaryLoad = judges > fastJudges ? (all - fast) / Double(judges - fastJudges) : nil
    if let fastLoad, let ordinaryLoad, ordinaryLoad > 0 {
      ratio = fastLoad / ordinaryLoad
    } else {
      ratio = nil
    }
    pooledLoad = all / Double(judges)
  }

  /// The best number of fast-track judges for given types.
  ///
  /// - Parameters:
  ///   - groups: all cases.
  ///   - fastTypes: the names of those in the fast track.
  ///   - judges: all of them, at least 2.
  ///   - ratio: r, above zero.
  /// - Returns: the split with the smallest of the larger load; of two alike, that with fewer
  ///   fast-track judges.
  /// - Throws: as ``init(_:fastTypes:fastJudges:judges:)``.
  public static func balanced(
    _ groups: [CaseGroup], fastTypes: [String], judges: Int, ratio: Double = 1
  ) throws(Diagnostic) -> TrackSplit {
    try check(groups, judges)
    guard judges >= 2 else { throw illegalStaff("\(judges)") }
    guard ratio > 0, ratio.isFinite else { throw illegalRatio(ratio) }
    var best: (split: TrackSplit, value: Double)?
    for fast in 1..<judges {
      let split = try TrackSplit(groups, fastTypes: fastTypes, fastJudges: fast, judges: judges)
      let value = max((split.fastLoad ?? 0) / ratio, split.ordinaryLoad ?? 0)
      if value < best?.value ?? .infinity { best = (split, value) }
    }
    guard let best else { throw illegalStaff("\(judges)") }
    return best.split
  }

  /// The types and the number of judges for the fast track that even out the loads best.
  ///
  /// All sets of simple types are tried, with the two whole numbers of judges around the share that
  /// evens out the loads: exact, for up to 16 simple types.
  ///
  /// - Parameters:
  ///   - groups: all cases.
  ///   - judges: all of them, at least 2.
  ///   - ratio: r, above zero.
  ///   - fastJudges: how many the fast track has; `nil` to choose.
  /// - Returns: the best split with at least one type in the fast track; of splits alike, that with
  ///   fewer types.
  /// - Throws: as ``init(_:fastTypes:fastJudges:judges:)``; ``DiagnosticCode/notComputable`` for no
  ///   simple type, or more than 16.
  public static func best(
    _ groups: [CaseGroup], judges: Int, ratio: Double = 1, fastJudges: Int? = nil
  ) throws(Diagnostic) -> TrackSplit {
    try check(groups, judges)
    guard judges >= 2 else { throw illegalStaff("\(judges)") }
    guard ratio > 0, ratio.isFinite else { throw illegalRatio(ratio) }
    if let fastJudges, !(1..<judges).contains(fastJudges) {
      throw illegalStaff("\(fastJudges) of \(judges)")
    }
    let simple = groups.filter { $0.isSimple && $0.cases > 0 }
    guard (1...16).contains(simple.count) else { throw wrongCount(simple.count) }
    let all = groups.map { $0.cases * $0.weight }.accurateSum
    var best: (types: [String], fast: Int, value: Double)?
    for set in 1..<(1 << simple.count) {
      let chosen = simple.indices.filter { set >> $0 & 1 == 1 }
      let fast = chosen.map { simple[$0].cases * simple[$0].weight }.accurateSum
      let even = Double(judges) * (fast / ratio) / (fast / ratio + all - fast)
      let numbers = fastJudges.map { [$0] } ?? [Int(even.rounded(.down)), Int(even.rounded(.up))]
      for number in numbers.map({ max(1, min(judges - 1, $0)) }) {
        let value = max(
          fast / Double(number) / ratio, (all - fast) / Double(judges - number))
        let isBetter =
          best.map { best in
            value < best.value * (1 - 1e-12)
              || value <= best.value * (1 + 1e-12) && chosen.count < best.types.count
          } ?? true
        if isBetter { best = (chosen.map { simple[$0].name }, number, value) }
      }
    }
    guard let best else { throw wrongCount(simple.count) }
    return try TrackSplit(groups, fastTypes: best.types, fastJudges: best.fast, judges: judges)
  }

  private static func check(_ groups: [CaseGroup], _ judges: Int) throws(Diagnostic) {
    guard judges >= 1 else { throw illegalStaff("\(judges)") }
    guard Set(groups.map(\.name)).count == groups.count else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(en: "A case type occurs twice.", zh: "某案件类型重复出现。"),
        hint: Text(en: "Give one row a case type.", zh: "每种案件类型只列一行。"))
    }
    for group in groups {
      guard group.cases >= 0, group.cases.isFinite, group.weight > 0, group.weight.isFinite else {
        throw Diagnostic(
          .illegalRate, .error,
          Text(
            en: "'\(group.name)' has \(NumberText.plain(group.cases)) cases of weight "
              + "\(NumberText.plain(group.weight)).",
            zh: "“\(group.name)”有 \(NumberText.plain(group.cases)) 件，权重 "
              + "\(NumberText.plain(group.weight))。"),
          at: Diagnostic.Location(series: group.name),
          hint: Text(
            en: "Cases are not below zero, weights above it.", zh: "案件数不小于零，权重须大于零。"))
      }
    }
  }

  private static func illegalStaff(_ number: String) -> Diagnostic {
    Diagnostic(
      .illegalStaff, .error,
      Text(
        en: "Two tracks cannot be staffed with \(number) judges.", zh: "\(number) 名法官无法分设两个轨道。"),
      hint: Text(en: "Each track needs at least one judge.", zh: "每个轨道至少需要一名法官。"))
  }

  private static func illegalRatio(_ ratio: Double) -> Diagnostic {
    Diagnostic(
      .illegalRate, .error,
      Text(
        en: "A ratio of loads of \(NumberText.plain(ratio)) is not possible.",
        zh: "负荷比不能为 \(NumberText.plain(ratio))。"),
      hint: Text(en: "Give a number above zero; 1 for equal loads.", zh: "请给出大于零的数；1 表示负荷相等。"))
  }

  private static func wrongCount(_ count: Int) -> Diagnostic {
    Diagnostic(
      .notComputable, .error,
      Text(
        en: "\(count) case types may go to the fast track; between 1 and 16 can be tried.",
        zh: "可进入速裁的案件类型有 \(count) 种；可测算 1 至 16 种。"),
      hint: Text(en: "Mark the simple types, or join small ones.", zh: "请标明简单案件类型，或合并小类。"))
  }
}
