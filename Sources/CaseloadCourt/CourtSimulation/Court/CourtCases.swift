import CaseloadMath

/// The cases of a simulated court, in parallel arrays with a list of free slots.
///
/// A case is known by its slot; what is scheduled for it carries the stamp that the slot had then,
/// and means nothing once the slot is another case's.
struct CourtCases: Sendable {
  /// Where a case stands.
  enum State: UInt8, Sendable {
    case absent
    /// On its way: later this month, or in mediation before filing.
    case unfiled
    /// With a judge, for whose attention it waits.
    case waiting
    /// On the judge's active docket.
    case active
    /// Waiting for a date.
    case gap
  }

  var state: [State] = []
  var type: [Int32] = []
  var track: [Int32] = []
  var judge: [Int32] = []
  var stage: [Int32] = []
  /// The day of filing; below zero for those of the opening stock.
  var filed: [Double] = []
  /// Minutes of all stages together.
  var minutes: [Double] = []
  /// Minutes left of the present stage; while active, as of its entry.
  var left: [Double] = []
  /// The judge's work clock at which the present stage is done.
  var finish: [Double] = []
  /// What the case still draws: its waiting times.
  var draws: [RandomStream] = []
  var stamp: [UInt32] = []
  var next: [Int32] = []
  var previous: [Int32] = []
  private var free: [Int32] = []

  var count: Int { state.count }

  /// A slot for a new case.
  mutating func added(
    type k: Int, filed day: Double, minutes need: Double, draws stream: RandomStream
  )
    -> Int
  {
    if let slot = free.popLast() {
      let i = Int(slot)
      state[i] = .unfiled
      type[i] = Int32(k)
      stage[i] = 0
      filed[i] = day
      minutes[i] = need
      draws[i] = stream
      judge[i] = -1
      return i
    }
    state.append(.unfiled)
    type.append(Int32(k))
    track.append(0)
    judge.append(-1)
    stage.append(0)
    filed.append(day)
    minutes.append(need)
    left.append(0)
    finish.append(0)
    draws.append(stream)
    stamp.append(0)
    next.append(-1)
    previous.append(-1)
    return count - 1
  }

  mutating func remove(_ i: Int) {
    state[i] = .absent
    stamp[i] &+= 1
    free.append(Int32(i))
  }
}

/// Lists of waiting cases, one a judge, linked through the cases.
struct WaitingLists: Sendable {
  private var heads: [Int32]
  private var tails: [Int32]

  init(count: Int) {
    heads = Array(repeating: -1, count: count)
    tails = heads
  }

  func first(_ list: Int) -> Int { Int(heads[list]) }

  mutating func append(_ i: Int, to list: Int, _ cases: inout CourtCases) {
    cases.next[i] = -1
    cases.previous[i] = tails[list]
    if tails[list] >= 0 {
      cases.next[Int(tails[list])] = Int32(i)
    } else {
      heads[list] = Int32(i)
    }
    tails[list] = Int32(i)
  }

  /// Before all others: a case that comes back from a gap, and was begun before them.
  mutating func prepend(_ i: Int, to list: Int, _ cases: inout CourtCases) {
    cases.previous[i] = -1
    cases.next[i] = heads[list]
    if heads[list] >= 0 {
      cases.previous[Int(heads[list])] = Int32(i)
    } else {
      tails[list] = Int32(i)
    }
    heads[list] = Int32(i)
  }

  mutating func remove(_ i: Int, from list: Int, _ cases: inout CourtCases) {
    let (before, after) = (cases.previous[i], cases.next[i])
    if before >= 0 { cases.next[Int(before)] = after } else { heads[list] = after }
    if after >= 0 { cases.previous[Int(after)] = before } else { tails[list] = before }
  }
}
