import CaseloadData

/// What a queue looks like in the long run; one type for every model, so that they can be compared.
///
/// Times are in the unit of the rates: with rates a year, a wait of 0.25 is a quarter of a year.
/// What a model does not define is `nil`, and ``undefined`` says why.
public struct QueueMeasures: Codable, Sendable, Equatable {
  /// Why a measure is missing.
  public struct Undefined: Codable, Sendable, Equatable {
    /// The name of the field.
    public let measure: String
    public let reason: Text

    /// A missing measure and the reason.
    public init(_ measure: String, _ reason: Text) {
      self.measure = measure
      self.reason = reason
    }
  }

  /// λ, cases arriving in a unit of time.
  public var arrivalRate: Double
  /// λ · mean service time: the judges that would be busy if nobody had to wait or left.
  public var offeredLoad: Double
  /// The share of a server's time that is spent on cases.
  public var utilization: Double?
  /// The share of arriving cases that find no server free.
  public var waitProbability: Double?
  /// From arrival to the start of service or to leaving the queue, over all cases; under processor
  /// sharing, how much longer than its own work a case takes.
  public var meanWait: Double?
  /// The mean wait of those cases that wait at all.
  public var meanWaitIfWaiting: Double?
  /// The mean wait of those cases that are served in the end.
  public var meanWaitOfServed: Double?
  /// From arrival to departure.
  public var meanSojourn: Double?
  /// Cases waiting; under processor sharing, cases beyond the number of servers.
  public var meanQueueLength: Double?
  /// Cases waiting or in service: pending cases.
  public var meanInSystem: Double?
  /// The share of accepted cases that leave before their service starts (settled, withdrawn).
  public var abandonmentProbability: Double?
  /// The share of cases that find the waiting room full.
  public var blockingProbability: Double?
  /// Cases served in a unit of time.
  public var throughput: Double?
  /// Whether every number is exact for the model; approximations say so.
  public var isExact: Bool
  public var undefined: [Undefined]

  /// Measures of a queue in which nobody leaves and nobody is turned away, unless set otherwise.
  public init(arrivalRate: Double, offeredLoad: Double, isExact: Bool = true) {
    self.arrivalRate = arrivalRate
    self.offeredLoad = offeredLoad
    self.isExact = isExact
    abandonmentProbability = 0
    blockingProbability = 0
    throughput = arrivalRate
    undefined = []
  }

  /// Fills in what Little's law tells, from the mean wait and the mean service time:
  ///
  /// ```
  /// Lq = λ W,   T = W + E[S],   L = λ T
  /// ```
  mutating func applyLittle(meanWait: Double, meanService: Double) {
    self.meanWait = meanWait
    meanWaitOfServed = meanWait
    meanQueueLength = arrivalRate * meanWait
    meanSojourn = meanWait + meanService
    meanInSystem = arrivalRate * (meanWait + meanService)
  }

  mutating func setUndefined(_ measures: [String], _ reason: Text) {
    undefined += measures.map { Undefined($0, reason) }
  }
}

/// A queue whose long run is known, exactly or approximately.
public protocol QueueModel: Sendable {
  /// The long-run measures.
  var measures: QueueMeasures { get }
  /// P(W > t) for a time `t` ≥ 0; `nil` where the law of the wait is not known.
  func waitTail(beyond t: Double) -> Double?
}

extension QueueModel {
  /// The shortest time that a share `p` of cases does not exceed, by bisection of the tail.
  ///
  /// - Parameter p: from 0 up to, not including, 1.
  /// - Returns: the time; `nil` where the law of the wait is not known.
  /// - Throws: ``DiagnosticCode/illegalProbability`` for a `p` outside its range.
  public func waitQuantile(_ p: Double) throws(Diagnostic) -> Double? {
    try QueueChecks.openProbability(p, Text(en: "the quantile", zh: "分位数"))
    guard let atZero = waitTail(beyond: 0) else { return nil }
    let share = 1 - p
    if atZero <= share { return 0 }
    var high = 1 / measures.arrivalRate
    var steps = 0
    while let tail = waitTail(beyond: high), tail > share, steps < 2000 {
      high *= 2
      steps += 1
    }
    var low = 0.0
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high, high - low > 1e-14 * high else { return high }
      if let tail = waitTail(beyond: middle), tail > share { low = middle } else { high = middle }
    }
  }
}
