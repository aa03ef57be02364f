import CaseloadData
import CaseloadMath

/// One replication of a simulated court.
///
/// Days are the steps of the judges' time, events happen within them. A judge with n cases on the
/// active docket and r minutes a day gives each r/n; the work V that one case has received is kept
/// a judge, as under processor sharing:
///
/// ```
/// dV/dt = r(day) / n,    a stage that begins at V₀ with m minutes is done when V = V₀ + m
/// ```
///
/// Only the completion that comes next, and comes today, is scheduled; at midnight r changes and
/// all are looked at again.
struct CourtRun {
  enum Kind { static let filing = 0, completion = 1, ending = 2, date = 3 }

  let plan: CourtPlan
  let posts: CourtPosts
  let stream: RandomStream
  var cases = CourtCases()
  var future = EventHeap(capacity: 1024)
  var waitingLists: WaitingLists
  /// By judge: the stages in progress, by the work clock at which they are done.
  var dockets: [EventHeap]
  var work: [Double]
  var lastSeen: [Double]
  var rate: [Double]
  var active: [Int]
  /// By judge: open cases, and their minutes by the means of their types.
  var open: [Int]
  var openMinutes: [Double]
  var judgeStamp: [UInt32]
  var record: CourtRecord
  var month = 0
  var dayEnd = 0.0
  var allocationDraws: RandomStream

  init(_ plan: CourtPlan, _ stream: RandomStream) {
    self.plan = plan
    self.stream = stream
    posts = CourtPosts(plan, stream.substream(named: "judges"))
    let n = plan.judgeCount
    waitingLists = WaitingLists(count: n)
    dockets = Array(repeating: EventHeap(), count: n)
    work = Array(repeating: 0, count: n)
    (lastSeen, rate, openMinutes) = (work, work, work)
    active = Array(repeating: 0, count: n)
    open = active
    judgeStamp = Array(repeating: 0, count: n)
    record = CourtRecord(plan)
    allocationDraws = stream.substream(named: "reallocation")
  }

  /// Runs from the first month to the last.
  mutating func run() -> CourtRecord {
    openStock()
    for day in 0..<plan.days {
      let now = Double(day)
      if plan.monthStarts[month] == day { beginMonth() }
      dayEnd = now + 1
      for j in 0..<plan.judgeCount {
        let minutes = posts.minutes[j * posts.days + day]
        guard minutes != rate[j] || active[j] > 0 else { continue }
        advance(j, to: now)
        rate[j] = minutes
        schedule(j)
      }
      while !future.isEmpty, future.first.time < dayEnd { handle(future.pop()) }
      if plan.monthStarts[month + 1] == day + 1 {
        endMonth(Double(day + 1))
        month += 1
      }
    }
    return record
  }

  private mutating func handle(_ event: EventHeap.Event) {
    record.events += 1
    let i = Int(event.subject)
    switch event.kind {
    case Kind.completion:
      guard judgeStamp[i] == event.stamp else { return }
      advance(i, to: event.time)
      complete(i, event.time)
    case Kind.filing:
      guard cases.stamp[i] == event.stamp else { return }
      file(i, event.time)
    case Kind.ending:
      guard cases.stamp[i] == event.stamp else { return }
      end(i, event.time)
    default:
      guard cases.stamp[i] == event.stamp, cases.state[i] == .gap else { return }
      let j = Int(cases.judge[i])
      advance(j, to: event.time)
      cases.state[i] = .waiting
      waitingLists.prepend(i, to: j, &cases)
      fill(j)
      schedule(j)
    }
  }

  /// Brings the work clock of judge `j` to `time`.
  mutating func advance(_ j: Int, to time: Double) {
    let elapsed = time - lastSeen[j]
    lastSeen[j] = time
    guard active[j] > 0, elapsed > 0 else { return }
    let minutes = elapsed * rate[j]
    work[j] += minutes / Double(active[j])
    record.busy(plan.trackOfJudge[j], minutes)
  }

  /// Schedules the next completion of judge `j`, if it comes today.
  mutating func schedule(_ j: Int) {
    judgeStamp[j] &+= 1
    dropStale(j)
    guard active[j] > 0, rate[j] > 0 else { return }
    let wait = max(0, dockets[j].first.time - work[j]) * Double(active[j]) / rate[j]
    let time = lastSeen[j] + wait
    guard time < dayEnd else { return }
    future.push(time, kind: Kind.completion, subject: Int32(j), stamp: judgeStamp[j])
  }

  /// Cases that ended while they were on the docket leave it when they come to its top.
  private mutating func dropStale(_ j: Int) {
    while !dockets[j].isEmpty, cases.stamp[Int(dockets[j].first.subject)] != dockets[j].first.stamp
    {
      _ = dockets[j].pop()
    }
    // Nobody has received anything from here on: the clock may start again, and stays precise.
    if dockets[j].isEmpty { work[j] = 0 }
  }

  /// The stage at the top of the docket of judge `j` is done.
  private mutating func complete(_ j: Int, _ now: Double) {
    dropStale(j)
    guard active[j] > 0 else { return }
    work[j] = dockets[j].first.time
    let i = Int(dockets[j].pop().subject)
    active[j] -= 1
    if dockets[j].isEmpty { work[j] = 0 }
    let stages = plan.types[Int(cases.type[i])].shares.count
    if Int(cases.stage[i]) + 1 < stages {
      cases.stage[i] += 1
      enter(i, now)
    } else {
      close(i, now, .judgment)
    }
    fill(j)
    schedule(j)
  }

  /// A case comes to its present stage: after its gap, if it has one.
  mutating func enter(_ i: Int, _ now: Double) {
    let k = Int(cases.type[i])
    let stage = Int(cases.stage[i])
    cases.left[i] =
      cases.minutes[i] * plan.types[k].shares[stage] / plan.types[k].worth[month][stage]
    let j = Int(cases.judge[i])
    if let gap = plan.types[k].gaps[stage] {
      cases.state[i] = .gap
      future.push(
        now + gap.draw(cases.draws[i].uniform()), kind: Kind.date, subject: Int32(i),
        stamp: cases.stamp[i])
      return
    }
    cases.state[i] = .waiting
    if stage == 0 {
      waitingLists.append(i, to: j, &cases)
    } else {
      waitingLists.prepend(i, to: j, &cases)
    }
  }

  /// Takes waiting cases on the docket of judge `j` up to its limit.
  mutating func fill(_ j: Int) {
    let limit = plan.tracks[plan.trackOfJudge[j]].activeLimit
    while active[j] < limit {
      let i = waitingLists.first(j)
      guard i >= 0 else { return }
      waitingLists.remove(i, from: j, &cases)
      cases.state[i] = .active
      cases.finish[i] = work[j] + cases.left[i]
      dockets[j].push(
        cases.finish[i], kind: 0, subject: Int32(i), stamp: cases.stamp[i])
      active[j] += 1
    }
  }

  /// A case is withdrawn or settled while it is open.
  private mutating func end(_ i: Int, _ now: Double) {
    let k = Int(cases.type[i])
    let withdrawal = plan.types[k].withdrawalPerDay
    let hazard = withdrawal + plan.types[k].mediationPerDay
    let isWithdrawn = cases.draws[i].uniform() * hazard < withdrawal
    let j = Int(cases.judge[i])
    advance(j, to: now)
    switch cases.state[i] {
    case .active: active[j] -= 1
    case .waiting: waitingLists.remove(i, from: j, &cases)
    default: break
    }
    close(i, now, isWithdrawn ? .withdrawal : .mediation)
    fill(j)
    schedule(j)
  }

  private mutating func close(_ i: Int, _ now: Double, _ outcome: CourtRecord.Outcome) {
    let j = Int(cases.judge[i])
    let k = Int(cases.type[i])
    open[j] -= 1
    openMinutes[j] -= plan.types[k].meanMinutes
    record.closed(type: k, track: Int(cases.track[i]), outcome, days: now - cases.filed[i])
    cases.remove(i)
  }
}
