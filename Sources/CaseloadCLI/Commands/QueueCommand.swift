import ArgumentParser
import Caseload
import CaseloadIO

struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "How long cases wait with so many judges, and how many judges a promise needs.",
    discussion: """
      EXAMPLES
        caseload queue --arrival-rate 6834 --service-rate 210 --servers 34
        caseload queue --arrival-rate 6834 --service-rate 210 --servers 34 --compare
        caseload queue --model mmc --arrival-rate 8 --service-rate 5 --servers 2
        caseload queue --model erlang-a --arrival-rate 120 --service-rate 1 \\
          --servers 100 --abandonment-rate 1
        caseload queue --model mmc --arrival-rate 400 --service-rate 1 \\
          --target-wait-probability 0.05
        caseload queue --model priority --servers 1 \\
          --class name=simple,arrival=1.6,mean=0.25 \\
          --class name=complex,arrival=0.2,mean=2
        caseload queue --split --servers 2 \\
          --class name=simple,arrival=1.6,mean=0.25,fast=yes \\
          --class name=complex,arrival=0.2,mean=2
        caseload queue --model fluid --arrival-rate 6834 --service-rate 230 \\
          --servers 34 --pending 3000 --time 1 --time 2
        caseload queue --monthly-arrivals 520,480,610,700 --service-rate 12 \\
          --target-wait-probability 0.2

      MODELS
        ps            judges work on all their cases at once (default)
        lps           up to --cases-in-hand cases a judge at once
        mmc           Erlang C: one queue in order, exponential times
        erlang-a      the same, and waiting cases may leave
        mmck          the same as mmc, with --room for so many cases
        mminf         nobody waits
        mg1, mgc      times of any spread, --service-scv (mgc approximate)
        gg1           arrivals of any spread too; Kingman's bound
        priority      classes by --class, the most urgent first
        fluid         the path of pending cases without chance
        halfin-whitt  the limit of many servers; targets exactly
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: "One of the models below.")
  var model: String?

  @OptionGroup var options: QueueOptions
  @OptionGroup var targets: QueueTargets

  @Option(help: "A time whose P(wait > time) to give; repeatable.")
  var waitBeyond: [Double] = []

  @Flag(help: "All models that these numbers allow, side by side.")
  var compare = false

  @Flag(help: "priority: urgent cases interrupt the one in hand.")
  var preemptive = false

  @Option(parsing: .unconditional, help: "fluid: cases pending at the start.")
  var pending: Double?

  @Option(
    name: .customLong("time"), help: "fluid: a time to give the pending cases at; repeatable.")
  var times: [Double] = []

  @Flag(help: "Whether a fast track pays: pooled, priority, and every split of the judges.")
  var split = false

  @Flag(help: "Which case types should be fast: classes in ascending order of their mean.")
  var threshold = false

  @Option(help: "What a split is judged by: mean or minimax.")
  var objective = TrackObjective.weightedMean.rawValue

  @Option(help: "How a team works: in-order or sharing.")
  var team = TeamDiscipline.inOrder.rawValue

  func run() throws {
    let result = try answer()
    try CommandResult(
      schema: "caseload.queue/1", payload: result.payload,
      table: QueueText.table(result.payload),
      text: QueueText.report(result.payload, global.language), isTabular: false,
      diagnostics: result.notes
    ).emit(global, nil)
  }

  private func kind() throws(Diagnostic) -> QueueKind {
    guard let model else { return split || threshold ? .severalServers : .processorSharing }
    guard let kind = QueueKind(rawValue: model) else {
      throw Diagnostic.unknownName(
        model, among: QueueKind.allCases.map(\.rawValue), kind: Text(en: "model", zh: "模型"))
    }
    return kind
  }

  private func answer() throws(Diagnostic) -> (payload: QueueResult, notes: [Diagnostic]) {
    let kind = try kind()
    let unit = try options.unit()
    let classes = try options.trackClasses()
    var setup = try options.setup(classes, servers: nil)
    let wanted = targets.all()
    var notes: [Diagnostic] = []
    var needs: [StaffingRequirement] = []
    for target in wanted { needs.append(try setup.requirement(target, of: kind)) }
    if options.servers == nil, kind.hasServers {
      // The most demanding promise decides.
      guard let most = needs.map(\.servers).max() else {
        if [.singleServer, .kingman].contains(kind) || kind == .priority && !split {
          setup.servers = 1
          return try finish(kind, unit, classes, setup, needs, &notes)
        }
        throw QueueOptions.missing("--servers 34")
      }
      setup.servers = most
    }
    return try finish(kind, unit, classes, setup, needs, &notes)
  }

  private func finish(
    _ kind: QueueKind, _ unit: QueueTimeUnit, _ classes: [TrackClass], _ setup: QueueSetup,
    _ needs: [StaffingRequirement], _ notes: inout [Diagnostic]
  ) throws(Diagnostic) -> (payload: QueueResult, notes: [Diagnostic]) {
    var setup = setup
    if let room = setup.room, room < setup.servers, options.servers == nil {
      setup.room = setup.servers
    }
    var path: QueueResult.Path?
    if kind == .fluid { path = try fluidPath(setup) }
    var queue: (any QueueModel)?
    var priority: PriorityQueue?
    var reason: Text?
    if kind == .priority {
      let one = try PriorityQueue(
        classes: classes.map(\.service), servers: setup.servers,
        discipline: preemptive ? .preemptiveResume : .nonPreemptive)
      priority = one
      queue = one
    } else {
      do { queue = try setup.model(kind) } catch {
        // A path that grows is an answer.
        guard path != nil, error.code == .unboundedBacklog else { throw error }
        notes.append(error.asNote)
        reason = error.message
      }
    }
    let trackObjective = try choice(objective, TrackObjective.self)
    let discipline = try choice(team, TeamDiscipline.self)
    var comparison: FastTrackSplit?
    if split {
      let one = try FastTrackSplit(
        classes: classes, judges: setup.servers, discipline: discipline,
        objective: trackObjective)
      notes += one.diagnostics
      comparison = one
    }
    var search: FastTrackThreshold?
    if threshold {
      search = try FastTrackThreshold(
        caseTypes: classes, judges: setup.servers, discipline: discipline,
        objective: trackObjective)
    }
    var tails: [QueueResult.Tail] = []
    for t in waitBeyond {
      guard t >= 0, t.isFinite else {
        throw Diagnostic(
          .illegalRate, .error,
          Text(
            en: "A wait of \(NumberText.plain(t)) is not possible.",
            zh: "等待时间不能为 \(NumberText.plain(t))。"),
          hint: Text(en: "Give a time from 0 on.", zh: "请给出不小于零的时间。"))
      }
      if let p = queue?.waitTail(beyond: t) {
        tails.append(QueueResult.Tail(time: t, probability: p))
      } else {
        notes.append(Self.noLaw(kind))
        break
      }
    }
    var quantiles: [QueueResult.Quantile] = []
    for p in [0.5, 0.8, 0.9, 0.95, 0.99] {
      guard let t = try quantile(queue, p) else { break }
      quantiles.append(QueueResult.Quantile(probability: p, time: t, days: t * unit.days))
    }
    return (
      QueueResult(
        row: QueueResult.Row(
          kind, servers: setup.servers, measures: queue?.measures, days: unit.days, reason: reason),
        timeUnit: unit, serviceRate: setup.serviceRate, abandonmentRate: setup.abandonmentRate,
        serviceVariation: setup.serviceVariation, waitTail: tails, waitQuantiles: quantiles,
        meanWaitBound: (queue as? KingmanQueue)?.meanWaitBound,
        slowdown: (queue as? ProcessorSharing)?.slowdown,
        classes: priority?.classMeasures ?? [],
        requirements: needs.map(QueueResult.Requirement.init),
        comparison: compare ? rows(setup, classes, unit) : [], path: path,
        months: try months(setup, unit), split: comparison,
        threshold: search), notes
    )
  }

  private func quantile(_ queue: (any QueueModel)?, _ p: Double) throws(Diagnostic) -> Double? {
    if let one = queue as? SingleServerQueue { return try one.waitQuantile(p) }
    guard let queue else { return nil }
    return try queue.waitQuantile(p)
  }

  private func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ text: String, _ type: Value.Type
  ) throws(Diagnostic) -> Value {
    guard let value = Value(rawValue: text) else {
      throw Diagnostic.unknownName(
        text, among: Value.allCases.map(\.rawValue), kind: Text(en: "choice", zh: "选项"))
    }
    return value
  }

  /// Every model that the numbers allow; what one lacks is its reason.
  private func rows(_ setup: QueueSetup, _ classes: [TrackClass], _ unit: QueueTimeUnit)
    -> [QueueResult.Row]
  {
    QueueKind.allCases.compactMap { kind in
      do throws(Diagnostic) {
        let queue: any QueueModel
        if kind == .priority {
          guard !classes.isEmpty else { return nil }
          queue = try PriorityQueue(classes: classes.map(\.service), servers: setup.servers)
        } else {
          queue = try setup.model(kind)
        }
        return QueueResult.Row(
          kind, servers: setup.servers, measures: queue.measures, days: unit.days, reason: nil)
      } catch {
        // What was not asked for is left out.
        if error.code == .missingOption || error.code == .notComputable { return nil }
        return QueueResult.Row(
          kind, servers: setup.servers, measures: nil, days: unit.days, reason: error.message)
      }
    }
  }

  private func fluidPath(_ setup: QueueSetup) throws(Diagnostic) -> QueueResult.Path {
    let flow = try FluidQueue(
      arrivalRate: setup.arrivalRate, serviceRate: setup.serviceRate,
      servers: Double(setup.servers), abandonmentRate: setup.abandonmentRate ?? 0)
    let start = pending ?? flow.steadyState ?? 0
    var points: [QueueResult.Path.Point] = []
    for t in [0] + times {
      points.append(
        QueueResult.Path.Point(time: t, pending: try flow.pending(at: t, from: start)))
    }
    return QueueResult.Path(
      steadyState: flow.steadyState, growth: flow.growth,
      timeToClear: start <= flow.servers ? 0 : try flow.timeToReach(flow.servers, from: start),
      points: points)
  }

  /// The judges that each month needs; the share that waits is that of the target, or 20 %.
  private func months(_ setup: QueueSetup, _ unit: QueueTimeUnit) throws(Diagnostic) -> [QueueResult
    .Month]
  {
    guard let arrivals = try options.months() else { return [] }
    let length = 365 / 12 / unit.days
    let load = try TimeVaryingLoad(
      arrivalRates: arrivals.map { $0 / length }, periodLength: length,
      serviceRate: setup.serviceRate)
    let servers = try load.servers(waitProbability: targets.targetWaitProbability ?? 0.2)
    return arrivals.indices.map { k in
      let interval = load.intervals[k]
      return QueueResult.Month(
        month: k + 1, arrivals: arrivals[k], stationaryLoad: interval.stationaryLoad,
        meanLoad: interval.meanLoad, peakLoad: interval.peakLoad, servers: servers[k].modified,
        stationaryServers: servers[k].stationary)
    }
  }

  private static func noLaw(_ kind: QueueKind) -> Diagnostic {
    Diagnostic(
      .notComputable, .note,
      Text(
        en: "The law of the wait is not known for the model '\(kind.rawValue)' with these numbers.",
        zh: "在这些数值下，模型“\(kind.rawValue)”的等待时间分布未知。"),
      hint: Text(
        en: "Use mmc, erlang-a, lps or mmck, or mg1 with --service-scv 0 or 1.",
        zh: "请用 mmc、erlang-a、lps 或 mmck，或 mg1 并取 --service-scv 0 或 1。"))
  }
}
