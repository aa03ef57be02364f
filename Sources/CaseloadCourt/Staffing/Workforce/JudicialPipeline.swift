import CaseloadData
import CaseloadMath

/// Assistants who become judges, and judges who retire: the headcount of the coming years, person
/// by person.
///
/// Each year, in this order: everybody grows a year older; those who have reached the age of
/// retirement go; others leave with the hazard of their age; new assistants come; assistants with
/// enough years of service are made judges, the longest-serving first, while posts are vacant.
///
/// ```
/// E[judges after t years without promotions, below the age of retirement] = Σ_people Π_s (1 − h(age + s))
/// ```
public struct JudicialPipeline: Codable, Sendable, Equatable {
  /// People of one grade and age.
  public struct AgeGroup: Codable, Sendable, Equatable {
    /// In years.
    public let age: Int
    public let count: Int
    /// Years of service, for assistants.
    public let service: Int

    public init(age: Int, count: Int, service: Int = 0) {
      self.age = age
      self.count = count
      self.service = service
    }
  }

  /// A hazard from an age on.
  public struct Hazard: Codable, Sendable, Equatable {
    /// From this age on, until that of the next entry.
    public let fromAge: Int
    /// P(leaves in a year).
    public let probability: Double

    public init(fromAge: Int, probability: Double) {
      self.fromAge = fromAge
      self.probability = probability
    }
  }

  public var judges: [AgeGroup]
  public var assistants: [AgeGroup]
  /// Posts of judges; assistants are promoted while fewer are filled.
  public var posts: Int
  /// The age at which a judge or assistant retires at the latest.
  public var retirementAge: Int
  public var judgeHazards: [Hazard]
  public var assistantHazards: [Hazard]
  /// Years of service after which an assistant can be made a judge.
  public var yearsToPromotion: Int
  /// New assistants a year.
  public var newAssistants: Int
  /// Their age.
  public var entryAge: Int
  /// The most promotions a year; `nil` for no limit.
  public var promotionCap: Int?

  /// A pipeline.
  public init(
    judges: [AgeGroup], assistants: [AgeGroup], posts: Int, retirementAge: Int = 60,
    judgeHazards: [Hazard] = [], assistantHazards: [Hazard] = [], yearsToPromotion: Int = 5,
    newAssistants: Int = 0, entryAge: Int = 25, promotionCap: Int? = nil
  ) {
    self.judges = judges
    self.assistants = assistants
    self.posts = posts
    self.retirementAge = retirementAge
    self.judgeHazards = judgeHazards
    self.assistantHazards = assistantHazards
    self.yearsToPromotion = yearsToPromotion
    self.newAssistants = newAssistants
    self.entryAge = entryAge
    self.promotionCap = promotionCap
  }

  /// The headcount at the end of one year, over replicates.
  public struct Year: Codable, Sendable, Equatable {
    /// 1 for the first.
    public let year: Int
    public let judges: DrawSummary
    public let assistants: DrawSummary
    public let leavingJudges: DrawSummary
    public let promotions: DrawSummary
    /// P(fewer judges than `needed`); `nil` where no need was given.
    public let shortageProbability: Double?
  }

  /// The headcount of the coming years.
  ///
  /// - Parameters:
  ///   - years: how many, from 1 to 100.
  ///   - needed: judges needed, one a year; `nil` where not asked for.
  ///   - replicates: at least 1.
  ///   - stream: the source; replicate k draws from its k-th substream.
  ///   - threads: at most this many at once; the answer does not depend on it.
  /// - Returns: one entry a year.
  /// - Throws: a `Diagnostic` with ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/illegalProbability`` or ``DiagnosticCode/malformedDefinition``, or
  ///   `CancellationError`.
  public func projection(
    years: Int, needed: [Double]? = nil, replicates: Int = 2000, from stream: RandomStream,
    threads: Int? = nil
  ) async throws -> [Year] {
    try check(years: years, needed: needed, replicates: replicates)
    let runs = try await concurrentMap(replicates, threads: threads) { k in
      run(years, stream.substream(UInt64(k)))
    }
    return (0..<years).map { y in
      func summary(_ value: (Headcount) -> Int) -> DrawSummary {
        DrawSummary(runs.map { Double(value($0[y])) })
      }
      return Year(
        year: y + 1, judges: summary(\.judges), assistants: summary(\.assistants),
        leavingJudges: summary(\.leavingJudges), promotions: summary(\.promotions),
        shortageProbability: needed.map { needed in
          Double(runs.count { Double($0[y].judges) < needed[y] }) / Double(replicates)
        })
    }
  }

  private struct Headcount: Sendable {
    var judges = 0
    var assistants = 0
    var leavingJudges = 0
    var promotions = 0
  }

  /// One replicate. Ages and years of service count the people in them.
  private func run(_ years: Int, _ stream: RandomStream) -> [Headcount] {
    var stream = stream
    let ages = Self.largestAge + 1
    var judgesAt = [Int](repeating: 0, count: ages)
    for group in judges { judgesAt[group.age] += group.count }
    // Assistants one by one: age and service.
    var waiting = assistants.flatMap { group in
      [(age: Int, service: Int)](
        repeating: (group.age, group.service), count: group.count)
    }
    let judgeHazard = (0..<ages).map { hazard(judgeHazards, $0) }
    let assistantHazard = (0..<ages).map { hazard(assistantHazards, $0) }
    var result: [Headcount] = []
    for _ in 0..<years {
      var year = Headcount()
      var next = [Int](repeating: 0, count: ages)
      for age in 0..<(ages - 1) where judgesAt[age] > 0 {
        for _ in 0..<judgesAt[age] {
          let leaves =
            age + 1 >= retirementAge || stream.uniform() < judgeHazard[age]
          if leaves { year.leavingJudges += 1 } else { next[age + 1] += 1 }
        }
      }
      judgesAt = next
      waiting = waiting.compactMap { person in
        let leaves =
          person.age + 1 >= retirementAge || stream.uniform() < assistantHazard[person.age]
        return leaves ? nil : (person.age + 1, person.service + 1)
      }
      waiting.append(
        contentsOf: [(age: Int, service: Int)](
          repeating: (entryAge, 0), count: newAssistants))
      var filled = judgesAt.reduce(0, +)
      let ready = waiting.indices.filter { waiting[$0].service >= yearsToPromotion }
        .sorted { (-waiting[$0].service, $0) < (-waiting[$1].service, $1) }
      let vacant = min(max(0, posts - filled), promotionCap ?? .max)
      let chosen = Set(ready.prefix(vacant))
      for index in chosen { judgesAt[waiting[index].age] += 1 }
      waiting = waiting.indices.filter { !chosen.contains($0) }.map { waiting[$0] }
      filled += chosen.count
      year.judges = filled
      year.assistants = waiting.count
      year.promotions = chosen.count
      result.append(year)
    }
    return result
  }

  private func hazard(_ table: [Hazard], _ age: Int) -> Double {
    table.last { $0.fromAge <= age }?.probability ?? 0
  }

  static let largestAge = 120
}
