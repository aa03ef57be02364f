import CaseloadMath

/// One run of a queue whose servers take one case at a time.
///
/// The cases present live in parallel arrays, one slot a case, with a list of free slots; those who
/// wait form a doubly linked list a class, so that who abandons leaves its middle at no cost. What
/// a case needs and how long it is patient are drawn at its arrival from streams of its class, so
/// that case n is the same case whatever the number of servers.
struct ServerQueueRun {
  private enum Kind { static let arrival = 0, departure = 1, abandonment = 2 }

  private let servers: Int
  private let rates: [Double]
  private let patience: [Double]
  private let services: [ServiceSampler]
  private var arrivals: [RandomStream]
  private var needs: [RandomStream]
  private var patiences: [RandomStream]

  private var future = EventHeap()
  private var arrived: [Double] = []
  private var began: [Double] = []
  private var need: [Double] = []
  private var classOf: [Int32] = []
  private var stamps: [UInt32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var free: [Int32] = []
  private var heads: [Int32]
  private var tails: [Int32]

  init(_ queue: SimulatedQueue, stream: RandomStream) {
    servers = queue.servers
    rates = queue.classes.map(\.arrivalRate)
    patience = queue.classes.map(\.abandonmentRate)
    services = queue.classes.map { ServiceSampler($0.service) }
    func streams(_ name: String) -> [RandomStream] {
      let purpose = stream.substream(named: name)
      return queue.classes.indices.map { purpose.substream(UInt64($0)) }
    }
    arrivals = streams("arrivals")
    needs = streams("service")
    patiences = streams("patience")
    heads = Array(repeating: -1, count: queue.classes.count)
    tails = heads
  }

  /// Runs the queue from empty.
  ///
  /// - Parameter schedule: warm-up and batches, counted in cases that leave.
  /// - Returns: the batches, and how many events there were.
  mutating func batches(_ schedule: QueueSchedule) -> (batches: [QueueBatch], events: Int) {
    for k in rates.indices {
      future.push(exponential(&arrivals[k], rates[k]), kind: Kind.arrival, subject: Int32(k))
    }
    var result: [QueueBatch] = []
    result.reserveCapacity(schedule.batches)
    var sums = [QueueBatch.ClassSums](repeating: QueueBatch.ClassSums(), count: rates.count)
    var (present, waiting, busy) = (0.0, 0.0, 0.0)
    var (inSystem, inQueue, inService) = (0, 0, 0)
    var (now, started) = (0.0, 0.0)
    var remaining = schedule.warmUp
    var isWarm = remaining == 0
    if isWarm { remaining = schedule.batchSize }
    var events = 0

    while true {
      let event = future.first
      let elapsed = event.time - now
      present += elapsed * Double(inSystem)
      waiting += elapsed * Double(inQueue)
      busy += elapsed * Double(inService)
      now = event.time
      events += 1
      var hasLeft = false

      switch event.kind {
      case Kind.arrival:
        let k = Int(event.subject)
        future.replaceFirst(
          now + exponential(&arrivals[k], rates[k]), kind: Kind.arrival, subject: event.subject)
        let slot = admitted(k, now)
        inSystem += 1
        let i = Int(slot)
        // Drawn whether it waits or not, so that the next case is as patient in any scenario.
        let patient = patience[k] > 0 ? exponential(&patiences[k], patience[k]) : 0
        if inService < servers {
          inService += 1
          began[i] = now
          future.push(now + need[i], kind: Kind.departure, subject: slot)
        } else {
          inQueue += 1
          enqueue(slot, k)
          if patience[k] > 0 {
            future.push(
              now + patient, kind: Kind.abandonment, subject: slot, stamp: stamps[i])
          }
        }

      case Kind.departure:
        let i = Int(event.subject)
        let k = Int(classOf[i])
        let wait = began[i] - arrived[i]
        sums[k].left += 1
        sums[k].wait += wait
        if wait > 0 { sums[k].waited += 1 }
        sums[k].sojourn += now - arrived[i]
        inSystem -= 1
        hasLeft = true
        release(event.subject)
        if inQueue > 0 {
          var first = 0
          while heads[first] < 0 { first += 1 }
          let slot = heads[first]
          unlink(slot, first)
          inQueue -= 1
          let j = Int(slot)
          began[j] = now
          // The stamp changes, so that the patience of a case in service ends nothing.
          stamps[j] &+= 1
          future.replaceFirst(now + need[j], kind: Kind.departure, subject: slot)
        } else {
          inService -= 1
          _ = future.pop()
        }

      default:
        _ = future.pop()
        let i = Int(event.subject)
        guard stamps[i] == event.stamp else { break }
        let k = Int(classOf[i])
        unlink(event.subject, k)
        inQueue -= 1
        inSystem -= 1
        sums[k].left += 1
        sums[k].abandoned += 1
        sums[k].waited += 1
        sums[k].wait += now - arrived[i]
        sums[k].sojourn += now - arrived[i]
        hasLeft = true
        release(event.subject)
      }

      guard hasLeft else { continue }
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
  private func exponential(_ stream: inout RandomStream, _ rate: Double) -> Double {
    -log(stream.uniform()) / rate
  }

  /// A slot for a case that arrives, with what it will need.
  @inline(__always)
  private mutating func admitted(_ k: Int, _ now: Double) -> Int32 {
    let draw = services[k].draw(needs[k].uniform())
    if let slot = free.popLast() {
      let i = Int(slot)
      arrived[i] = now
      need[i] = draw
      classOf[i] = Int32(k)
      return slot
    }
    arrived.append(now)
    began.append(now)
    need.append(draw)
    classOf.append(Int32(k))
    stamps.append(0)
    next.append(-1)
    previous.append(-1)
    return Int32(arrived.count - 1)
  }

  @inline(__always)
  private mutating func release(_ slot: Int32) {
    stamps[Int(slot)] &+= 1
    free.append(slot)
  }

  private mutating func enqueue(_ slot: Int32, _ k: Int) {
    let i = Int(slot)
    next[i] = -1
    previous[i] = tails[k]
    if tails[k] >= 0 { next[Int(tails[k])] = slot } else { heads[k] = slot }
    tails[k] = slot
  }

  private mutating func unlink(_ slot: Int32, _ k: Int) {
    let i = Int(slot)
    let (before, after) = (previous[i], next[i])
    if before >= 0 { next[Int(before)] = after } else { heads[k] = after }
    if after >= 0 { previous[Int(after)] = before } else { tails[k] = before }
  }
}
