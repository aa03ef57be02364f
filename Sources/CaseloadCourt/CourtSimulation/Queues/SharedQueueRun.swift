import CaseloadMath

/// One run of a queue whose servers share the cases present.
///
/// Each of the n cases in progress gets the rate min(1, c/n). Instead of moving every departure
/// whenever n changes, the run keeps the work V(t) that one case in progress has received since the
/// start:
///
/// ```
/// dV/dt = min(1, c/n),   a case that enters at V₀ with need S leaves when V = V₀ + S
/// ```
///
/// so that the departures stay in one heap ordered by V, and an event costs O(log n).
struct SharedQueueRun {
  private let servers: Double
  private let limit: Int
  private let rates: [Double]
  private let services: [ServiceSampler]
  private var arrivals: [RandomStream]
  private var needs: [RandomStream]

  private var departures = EventHeap()
  private var nextArrival: [Double] = []
  private var arrived: [Double] = []
  private var began: [Double] = []
  private var need: [Double] = []
  private var classOf: [Int32] = []
  private var next: [Int32] = []
  private var free: [Int32] = []

  init(_ queue: SimulatedQueue, stream: RandomStream) {
    servers = Double(queue.servers)
    limit = queue.limit ?? .max
    rates = queue.classes.map(\.arrivalRate)
    services = queue.classes.map { ServiceSampler($0.service) }
    func streams(_ name: String) -> [RandomStream] {
      let purpose = stream.substream(named: name)
      return queue.classes.indices.map { purpose.substream(UInt64($0)) }
    }
    arrivals = streams("arrivals")
    needs = streams("service")
  }

  /// Runs the queue from empty.
  ///
  /// - Parameter schedule: warm-up and batches, counted in cases that leave.
  /// - Returns: the batches, and how many events there were.
  mutating func batches(_ schedule: QueueSchedule) -> (batches: [QueueBatch], events: Int) {
    nextArrival = rates.indices.map { -log(arrivals[$0].uniform()) / rates[$0] }
    var result: [QueueBatch] = []
    result.reserveCapacity(schedule.batches)
    var sums = [QueueBatch.ClassSums](repeating: QueueBatch.ClassSums(), count: rates.count)
    var (present, waiting, busy) = (0.0, 0.0, 0.0)
    var (inProgress, inQueue) = (0, 0)
    var (head, tail) = (Int32(-1), Int32(-1))
    var (now, started, virtual) = (0.0, 0.0, 0.0)
    var remaining = schedule.warmUp
    var isWarm = remaining == 0
    if isWarm { remaining = schedule.batchSize }
    var events = 0

    while true {
      var k = 0
      for other in 1..<max(1, rates.count) where nextArrival[other] < nextArrival[k] { k = other }
      let arrival = nextArrival[k]
      let share = inProgress == 0 ? 1 : min(1, servers / Double(inProgress))
      var isDeparture = false
      var time = arrival
      if inProgress > 0 {
        let departure = now + max(0, departures.first.time - virtual) / share
        if departure <= arrival { (isDeparture, time) = (true, departure) }
      }
      let elapsed = time - now
      present += elapsed * Double(inProgress + inQueue)
      waiting += elapsed * Double(inQueue)
      busy += elapsed * min(servers, Double(inProgress))
      virtual += elapsed * share
      now = time
      events += 1

      guard isDeparture else {
        nextArrival[k] = now - log(arrivals[k].uniform()) / rates[k]
        let slot = admitted(k, now)
        if inProgress < limit {
          inProgress += 1
          departures.push(virtual + need[Int(slot)], kind: 0, subject: slot)
        } else {
          inQueue += 1
          next[Int(slot)] = -1
          if tail >= 0 { next[Int(tail)] = slot } else { head = slot }
          tail = slot
        }
        continue
      }

      let slot = departures.first.subject
      virtual = departures.first.time
      let i = Int(slot)
      let wait = began[i] - arrived[i]
      let kind = Int(classOf[i])
      sums[kind].left += 1
      sums[kind].wait += wait
      if wait > 0 { sums[kind].waited += 1 }
      sums[kind].sojourn += now - arrived[i]
      free.append(slot)
      if inQueue > 0 {
        let entering = head
        head = next[Int(entering)]
        if head < 0 { tail = -1 }
        inQueue -= 1
        began[Int(entering)] = now
        departures.replaceFirst(virtual + need[Int(entering)], kind: 0, subject: entering)
      } else {
        inProgress -= 1
        _ = departures.pop()
        // Nobody has received anything from here on: V may start again, and stays precise.
        if inProgress == 0 { virtual = 0 }
      }

      remaining -= 1
      guard remaining == 0 else { continue }
      if isWarm {
        var batch = QueueBatch(classes: 0)
        batch.elapsed = now - started
        (batch.present, batch.waiting, batch.busy) = (present, waiting, busy)
        batch.classes = sums
        result.append(batch)
        if result.count == schedule.batches { return (result, events) }
      }
      isWarm = true
      remaining = schedule.batchSize
      (present, waiting, busy) = (0, 0, 0)
      started = now
      for k in sums.indices { sums[k] = QueueBatch.ClassSums() }
    }
  }

  @inline(__always)
  private mutating func admitted(_ k: Int, _ now: Double) -> Int32 {
    let draw = services[k].draw(needs[k].uniform())
    if let slot = free.popLast() {
      let i = Int(slot)
      arrived[i] = now
      began[i] = now
      need[i] = draw
      classOf[i] = Int32(k)
      return slot
    }
    arrived.append(now)
    began.append(now)
    need.append(draw)
    classOf.append(Int32(k))
    next.append(-1)
    return Int32(arrived.count - 1)
  }
}
