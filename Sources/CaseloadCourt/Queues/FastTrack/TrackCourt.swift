import CaseloadData

/// A court whose judges are to be organized.
struct TrackCourt {
  let classes: [TrackClass]
  let judges: Int
  let discipline: TeamDiscipline
  let objective: TrackObjective

  /// Checked numbers.
  init(
    classes: [TrackClass], judges: Int, discipline: TeamDiscipline, objective: TrackObjective
  ) throws(Diagnostic) {
    try QueueChecks.servers(judges)
    guard judges >= 2 else {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(en: "One judge cannot be split into two teams.", zh: "一名法官无法分成两个团队。"),
        hint: Text(
          en: "Compare priority with --model priority, or give at least 2 judges.",
          zh: "可用 --model priority 比较优先级，或给出至少两名法官。"))
    }
    guard classes.contains(where: \.qualifies), classes.contains(where: { !$0.qualifies }) else {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "A fast track needs a class that qualifies for it and one that does not.",
          zh: "速裁分流需要至少一类符合速裁条件的案件和一类不符合的案件。"),
        hint: Text(
          en: "Mark simple cases with fast=yes and the others with fast=no.",
          zh: "请将简单案件标为 fast=yes，其余标为 fast=no。"))
    }
    self.classes = classes
    self.judges = judges
    self.discipline = discipline
    self.objective = objective
    let load = classes.reduce(0) { $0 + $1.service.load }
    let rate = classes.reduce(0) { $0 + $1.service.arrivalRate }
    let capacity = Double(judges) * rate / load
    try QueueChecks.stable(arrivalRate: rate, capacity: capacity, spare: capacity - rate)
  }

  /// What the sensitivity varies: its name, the team, and which number.
  enum Parameter { case arrivals, service, variation }
  static let parameters: [(name: String, isFast: Bool, kind: Parameter)] = [
    ("fastArrivals", true, .arrivals), ("ordinaryArrivals", false, .arrivals),
    ("fastService", true, .service), ("ordinaryService", false, .service),
    ("fastVariation", true, .variation), ("ordinaryVariation", false, .variation),
  ]

  func scaled(_ parameter: Parameter, isFast: Bool, by factor: Double) throws(Diagnostic)
    -> TrackCourt
  {
    var changed: [TrackClass] = []
    for one in classes {
      guard one.qualifies == isFast else {
        changed.append(one)
        continue
      }
      let s = one.service
      changed.append(
        try TrackClass(
          try ServiceClass(
            name: s.name, arrivalRate: s.arrivalRate * (parameter == .arrivals ? factor : 1),
            meanService: s.meanService * (parameter == .service ? factor : 1),
            squaredVariation: s.squaredVariation * (parameter == .variation ? factor : 1)),
          qualifies: one.qualifies, weight: one.weight, longestMeanWait: one.longestMeanWait))
    }
    return TrackCourt(unchecked: changed, self)
  }

  private init(unchecked classes: [TrackClass], _ other: TrackCourt) {
    self.classes = classes
    judges = other.judges
    discipline = other.discipline
    objective = other.objective
  }

  func load(isFast: Bool) -> Double {
    classes.filter { $0.qualifies == isFast }.reduce(0) { $0 + $1.service.load }
  }

  /// The numbers of fast judges with which both teams keep up.
  var stableSplits: [Int] {
    let (fast, ordinary) = (load(isFast: true), load(isFast: false))
    return (1..<judges).filter { Double($0) > fast && Double(judges - $0) > ordinary }
  }

  /// The waits of `members` as one team.
  private func team(_ members: [ServiceClass], _ count: Int) throws(Diagnostic) -> (
    waits: [Double], isExact: Bool
  ) {
    let pool = try ServiceClass.pooled(members, name: "team")
    switch discipline {
    case .sharing:
      let court = try ProcessorSharing(
        arrivalRate: pool.arrivalRate, serviceRate: 1 / pool.meanService, servers: count)
      return (members.map { court.meanSojourn(work: $0.meanService) - $0.meanService }, true)
    case .inOrder:
      let queue = try GeneralServiceQueue(
        arrivalRate: pool.arrivalRate, meanService: pool.meanService, servers: count,
        serviceVariation: pool.squaredVariation)
      // Equal moments are not an equal law: several judges with mixed classes are approximated.
      let isOneLaw = members.allSatisfy {
        $0.squaredVariation == 1 && abs($0.meanService / members[0].meanService - 1) < 1e-12
      }
      return (members.map { _ in queue.meanWait }, count == 1 || isOneLaw)
    }
  }

  func pooled() throws(Diagnostic) -> TrackPlan {
    let result = try team(classes.map(\.service), judges)
    return plan(.pooled, nil, result.waits, result.isExact)
  }

  func priority() throws(Diagnostic) -> TrackPlan {
    let fast = try ServiceClass.pooled(
      classes.filter(\.qualifies).map(\.service), name: "fast")
    let ordinary = try ServiceClass.pooled(
      classes.filter { !$0.qualifies }.map(\.service), name: "ordinary")
    let queue = try PriorityQueue(classes: [fast, ordinary], servers: judges)
    return plan(
      .priority, nil, classes.map { queue.waits[$0.qualifies ? 0 : 1] }, queue.isExact)
  }

  func split(fastJudges k: Int) throws(Diagnostic) -> TrackPlan {
    let fast = try team(classes.filter(\.qualifies).map(\.service), k)
    let ordinary = try team(classes.filter { !$0.qualifies }.map(\.service), judges - k)
    var (f, o) = (fast.waits.makeIterator(), ordinary.waits.makeIterator())
    let waits = classes.map { ($0.qualifies ? f.next() : o.next()) ?? 0 }
    return plan(.split, k, waits, fast.isExact && ordinary.isExact)
  }

  private func plan(_ kind: TrackPlan.Kind, _ k: Int?, _ waits: [Double], _ isExact: Bool)
    -> TrackPlan
  {
    let rates = classes.map(\.service.arrivalRate)
    let total = rates.reduce(0, +)
    let fastRate = zip(classes, rates).reduce(0) { $0 + ($1.0.qualifies ? $1.1 : 0) }
    let m = Double(judges)
    let (fast, ordinary) = k.map { (Double($0), m - Double($0)) } ?? (m, m)
    let loads = (load(isFast: true), load(isFast: false))
    let weighted = zip(classes, rates).reduce(0) { $0 + $1.0.weight * $1.1 }
    let sum = classes.indices.reduce(0) { $0 + classes[$1].weight * rates[$1] * waits[$1] }
    let largest = classes.indices.map { classes[$0].weight * waits[$0] }.max() ?? 0
    return TrackPlan(
      kind: kind, fastJudges: k, fastCasesPerJudge: (k == nil ? total : fastRate) / fast,
      ordinaryCasesPerJudge: (k == nil ? total : total - fastRate) / ordinary,
      fastUtilization: (k == nil ? loads.0 + loads.1 : loads.0) / fast,
      ordinaryUtilization: (k == nil ? loads.0 + loads.1 : loads.1) / ordinary,
      classes: zip(classes, waits).map { ClassMeasures($0.service, meanWait: $1) },
      meanWait: zip(rates, waits).reduce(0) { $0 + $1.0 * $1.1 } / total,
      objective: objective == .minimax ? largest : weighted > 0 ? sum / weighted : 0,
      keepsTargets: zip(classes, waits).allSatisfy { one, wait in
        one.longestMeanWait.map { wait <= $0 } ?? true
      }, isExact: isExact)
  }

  var noSplit: Diagnostic {
    let (fast, ordinary) = (load(isFast: true), load(isFast: false))
    return Diagnostic(
      .infeasiblePlan, .note,
      Text(
        en: "No split into whole judges keeps up: the fast track needs more than "
          + "\(NumberText.decimal(fast, 2).en) of \(judges), the others more than "
          + "\(NumberText.decimal(ordinary, 2).en).",
        zh: "没有整数分法能使两个团队都跟得上：速裁团队需多于 \(NumberText.decimal(fast, 2).zh) 名，"
          + "其余需多于 \(NumberText.decimal(ordinary, 2).zh) 名，共 \(judges) 名。"),
      hint: Text(
        en: "Let the teams help each other, or let more or fewer classes qualify.",
        zh: "请允许两队互相支援，或调整符合速裁条件的类别。"))
  }
}
