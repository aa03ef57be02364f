/// The future of a simulation: events by time, those of one time in the order of their scheduling.
///
/// A heap with four children a node in one array: half the levels of a binary heap, and the four
/// keys that a step compares lie side by side. Nothing is allocated once the array has reached the
/// largest number of events that lie ahead at once.
///
/// An event is never deleted: who cancels one changes the stamp of its subject, and an event whose
/// stamp is not its subject's any more is passed over when its time comes.
///
/// - Source: Johnson (1975), "Priority queues with update and finding minimum spanning trees",
///   *Information Processing Letters* 4(3), 53–57 (d-ary heaps).
struct EventHeap: Sendable {
  /// What happens, when and to whom.
  struct Event: Sendable {
    var time: Double
    /// The number of its scheduling, shifted, over its kind.
    var order: UInt64
    /// An index into a pool: a case, a judge, a class of arrivals.
    var subject: Int32
    var stamp: UInt32

    /// A small number that the owner of the heap gives a meaning.
    var kind: Int { Int(order & 15) }

    static func precedes(_ a: Event, _ b: Event) -> Bool {
      a.time < b.time || (a.time == b.time && a.order < b.order)
    }
  }

  private var events: [Event] = []
  private var scheduled: UInt64 = 0

  /// An empty future.
  init(capacity: Int = 64) { events.reserveCapacity(capacity) }

  var isEmpty: Bool { events.isEmpty }
  var count: Int { events.count }
  /// The next event; one must lie ahead.
  var first: Event { events[0] }
  /// How many events were ever scheduled.
  var scheduledCount: Int { Int(scheduled) }

  mutating func removeAll() { events.removeAll(keepingCapacity: true) }

  /// Schedules an event of a `kind` below 16.
  mutating func push(_ time: Double, kind: Int, subject: Int32, stamp: UInt32 = 0) {
    let event = numbered(time, kind, subject, stamp)
    events.append(event)
    var hole = events.count - 1
    while hole > 0 {
      let parent = (hole - 1) >> 2
      guard Event.precedes(event, events[parent]) else { break }
      events[hole] = events[parent]
      hole = parent
    }
    events[hole] = event
  }

  /// Takes the next event out.
  mutating func pop() -> Event {
    let top = events[0]
    let last = events.removeLast()
    if !events.isEmpty { sink(last) }
    return top
  }

  /// Puts a new event in the place of the next one: cheaper than taking one out and scheduling one.
  mutating func replaceFirst(_ time: Double, kind: Int, subject: Int32, stamp: UInt32 = 0) {
    sink(numbered(time, kind, subject, stamp))
  }

  private mutating func numbered(_ time: Double, _ kind: Int, _ subject: Int32, _ stamp: UInt32)
    -> Event
  {
    scheduled &+= 1
    return Event(
      time: time, order: scheduled << 4 | UInt64(kind), subject: subject, stamp: stamp)
  }

  /// Lets `event` sink from the root to its place.
  private mutating func sink(_ event: Event) {
    // The pointer spares five bounds checks a level: a quarter of the cost of a step.
    events.withUnsafeMutableBufferPointer { heap in
      let count = heap.count
      var hole = 0
      while true {
        let child = hole << 2 + 1
        guard child < count else { break }
        var least = child
        let end = min(child + 4, count)
        var next = child + 1
        while next < end {
          if Event.precedes(heap[next], heap[least]) { least = next }
          next += 1
        }
        guard Event.precedes(heap[least], event) else { break }
        heap[hole] = heap[least]
        hole = least
      }
      heap[hole] = event
    }
  }
}
