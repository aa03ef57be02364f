import CaseloadData
import CaseloadMath

/// The closed forms of the queues that have them, to hold a simulation against.
public struct QueueReference: Codable, Sendable, Equatable {
  /// The expected means of one class, or of all; `nil` where no closed form is known.
  public struct Means: Codable, Sendable, Equatable {
    public var wait: Double?
    public var sojourn: Double?
    public var waitProbability: Double?
    public var abandonment: Double?
  }

  /// Such as `M/M/3`, `M/G/1` or `M/M/18+M`.
  public let name: String
  public var all = Means()
  /// One a class.
  public var classes: [Means]
  public var waiting: Double?
  public var present: Double?
  public var utilization: Double?

  /// The closed forms of `queue`; `nil` for a queue without a steady state.
  ///
  /// ```
  /// M/M/c       Wq = C / (cμ − λ),   C by ``ErlangC``
  /// M/G/1       Wq = λ E S² / 2(1 − ρ)
  /// priority    Wq,k = W₀ / (1 − σₖ₋₁)(1 − σₖ),   σₖ = ρ₁ + … + ρₖ
  ///             W₀ = Σ λᵢ E Sᵢ² / 2 for c = 1;  W₀ = C / cμ for equal exponential services
  /// M/G/c-PS    as many cases present as in M/M/c with the same means, whatever the law of S
  /// M/M/c+M     ``ErlangA``
  /// ```
  ///
  /// - Sources: Kleinrock (1975), *Queueing Systems* 1, §3.5, §5.6; Cobham (1954), "Priority
  ///   assignment in waiting line problems", *Operations Research* 2(1), 70–76; Kelly (1979),
  ///   *Reversibility and Stochastic Networks*, §3.3 (symmetric queues); Garnett, Mandelbaum &
  ///   Reiman (2002), "Designing a call center with impatient customers", *MSOM* 4(3), 208–227.
  public init?(_ queue: SimulatedQueue) {
    guard queue.isStable else { return nil }
    let classes = queue.classes
    let rate = classes.reduce(0) { $0 + $1.arrivalRate }
    let work = classes.reduce(0) { $0 + $1.arrivalRate * $1.service.mean }
    let square = classes.reduce(0) { $0 + $1.arrivalRate * $1.service.secondMoment }
    let c = Double(queue.servers)
    let isExponential = classes.allSatisfy {
      $0.service.family == .exponential && $0.service.mean == classes[0].service.mean
    }
    let isDeterministic = classes.allSatisfy { $0.service.family == .deterministic }
    let hasPatience = classes.contains { $0.abandonmentRate > 0 }
    let pooled = try? ErlangC(arrivalRate: rate, serviceRate: rate / work, servers: queue.servers)
    let delay = pooled?.waitProbability ?? 1

    if queue.discipline == .processorSharing {
      guard queue.limit == nil || isExponential else { return nil }
      name = "M/\(isExponential ? "M" : "G")/\(queue.servers)-PS"
      let present = delay * work / (c - work) + work
      self.present = present
      utilization = work / c
      all.sojourn = present / rate
      // A case of mean m takes m times as long as a unit of work: Kelly's insensitivity.
      self.classes = classes.map {
        Means(sojourn: queue.limit == nil ? present / work * $0.service.mean : present / rate)
      }
      if queue.limit == nil {
        all.wait = 0
        waiting = 0
      }
      return
    }
    if hasPatience {
      guard classes.count == 1, isExponential else { return nil }
      name = "M/M/\(queue.servers)+M"
      guard
        let law = try? ErlangA(
          arrivalRate: rate, serviceRate: rate / work,
          abandonmentRate: classes[0].abandonmentRate, servers: queue.servers
        ).measures, let waiting = law.meanQueueLength, let present = law.meanInSystem
      else { return nil }
      all = Means(
        wait: law.meanWait, sojourn: law.meanSojourn, waitProbability: law.waitProbability,
        abandonment: law.abandonmentProbability)
      self.classes = [all]
      (self.waiting, self.present, utilization) = (waiting, present, law.utilization)
      return
    }
    // W₀: what is left, on average, of the work that an arriving case finds in service.
    let residual: Double
    if queue.servers == 1 {
      residual = square / 2
    } else if isExponential {
      residual = delay * work / rate / c
    } else {
      return nil
    }
    let isSingle = classes.count == 1
    let service = isExponential ? "M" : isDeterministic ? "D" : "G"
    name = "M/\(service)/\(queue.servers)" + (isSingle ? "" : " priority")
    var above = 0.0
    var waits: [Double] = []
    for one in classes {
      let through = above + one.arrivalRate * one.service.mean / c
      waits.append(residual / ((1 - above) * (1 - through)))
      above = through
    }
    self.classes = zip(classes, waits).map {
      Means(wait: $1, sojourn: $1 + $0.service.mean, waitProbability: delay, abandonment: 0)
    }
    let waiting = zip(classes, waits).reduce(0) { $0 + $1.0.arrivalRate * $1.1 }
    all = Means(
      wait: waiting / rate, sojourn: (waiting + work) / rate, waitProbability: delay,
      abandonment: 0)
    (self.waiting, present, utilization) = (waiting, waiting + work, work / c)
  }
}
