import Caseload

/// The answer of `caseload queue`.
struct QueueResult: Encodable, Sendable {
  /// The measures of one model, or why it has none.
  struct Row: Encodable, Sendable {
    let model: String
    let name: Text
    let servers: Int?
    let measures: QueueMeasures?
    /// In days, whatever the unit of the rates.
    let meanWaitDays: Double?
    let meanSojournDays: Double?
    let reason: Text?

    init(_ kind: QueueKind, servers: Int?, measures: QueueMeasures?, days: Double, reason: Text?) {
      model = kind.rawValue
      name = kind.name
      self.servers = kind.hasServers ? servers : nil
      self.measures = measures
      meanWaitDays = measures?.meanWait.map { $0 * days }
      meanSojournDays = measures?.meanSojourn.map { $0 * days }
      self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
      case model, name, servers, meanWaitDays, meanSojournDays, reason
    }

    // The measures stand beside the rest: their names are those of the contract.
    func encode(to encoder: any Encoder) throws {
      try measures?.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(model, forKey: .model)
      try container.encode(name, forKey: .name)
      try container.encodeIfPresent(servers, forKey: .servers)
      try container.encodeIfPresent(meanWaitDays, forKey: .meanWaitDays)
      try container.encodeIfPresent(meanSojournDays, forKey: .meanSojournDays)
      try container.encodeIfPresent(reason, forKey: .reason)
    }
  }

  struct Tail: Encodable, Sendable {
    let time: Double
    /// P(W > time).
    let probability: Double
  }

  struct Quantile: Encodable, Sendable {
    let probability: Double
    let time: Double
    let days: Double
  }

  struct Requirement: Encodable, Sendable {
    /// Such as `waitProbability`.
    let target: String
    let limit: Double
    /// Of a target on the tail of the wait.
    let time: Double?
    let servers: Int
    let achieved: Double
    let withOneFewer: Double?
    let squareRoot: StaffingRequirement.SquareRoot?

    init(_ need: StaffingRequirement) {
      switch need.target {
      case .waitProbability(let x): (target, limit, time) = ("waitProbability", x, nil)
      case .meanWait(let x): (target, limit, time) = ("meanWait", x, nil)
      case .meanSojourn(let x): (target, limit, time) = ("meanSojourn", x, nil)
      case .waitTail(let t, let x): (target, limit, time) = ("waitTail", x, t)
      case .utilization(let x): (target, limit, time) = ("utilization", x, nil)
      case .abandonment(let x): (target, limit, time) = ("abandonmentProbability", x, nil)
      }
      servers = need.servers
      achieved = need.achieved
      withOneFewer = need.withOneFewer
      squareRoot = need.squareRoot
    }
  }

  struct Path: Encodable, Sendable {
    struct Point: Encodable, Sendable {
      let time: Double
      let pending: Double
    }
    /// Where pending cases settle; `nil` where they grow without bound.
    let steadyState: Double?
    /// Cases a unit of time by which they grow in the long run.
    let growth: Double
    /// Until no more than one case a judge is pending; `nil` where that never happens.
    let timeToClear: Double?
    let points: [Point]
  }

  /// One month of arrivals that change.
  struct Month: Encodable, Sendable {
    /// From 1 on.
    let month: Int
    let arrivals: Double
    /// Judges busy if the month went on for ever.
    let stationaryLoad: Double
    /// What the month before leaves included.
    let meanLoad: Double
    let peakLoad: Double
    /// Judges for the target at the peak load.
    let servers: Int
    /// The same from the stationary load.
    let stationaryServers: Int
  }

  let row: Row
  let timeUnit: QueueTimeUnit
  let serviceRate: Double
  let abandonmentRate: Double?
  let serviceVariation: Double
  let waitTail: [Tail]
  let waitQuantiles: [Quantile]
  /// Kingman's upper bound of the mean wait.
  let meanWaitBound: Double?
  /// How many times its own work a case stays, under processor sharing.
  let slowdown: Double?
  let classes: [ClassMeasures]
  let requirements: [Requirement]
  let comparison: [Row]
  let path: Path?
  let months: [Month]
  let split: FastTrackSplit?
  let threshold: FastTrackThreshold?

  private enum CodingKeys: String, CodingKey {
    case timeUnit, serviceRate, abandonmentRate, serviceVariation, waitTail, waitQuantiles,
      meanWaitBound, slowdown, classes, requirements, comparison, path, months, split, threshold
  }

  func encode(to encoder: any Encoder) throws {
    try row.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(timeUnit, forKey: .timeUnit)
    try container.encode(serviceRate, forKey: .serviceRate)
    try container.encodeIfPresent(abandonmentRate, forKey: .abandonmentRate)
    try container.encode(serviceVariation, forKey: .serviceVariation)
    try container.encode(waitTail, forKey: .waitTail)
    try container.encode(waitQuantiles, forKey: .waitQuantiles)
    try container.encodeIfPresent(meanWaitBound, forKey: .meanWaitBound)
    try container.encodeIfPresent(slowdown, forKey: .slowdown)
    try container.encode(classes, forKey: .classes)
    try container.encode(requirements, forKey: .requirements)
    try container.encode(comparison, forKey: .comparison)
    try container.encodeIfPresent(path, forKey: .path)
    try container.encode(months, forKey: .months)
    try container.encodeIfPresent(split, forKey: .split)
    try container.encodeIfPresent(threshold, forKey: .threshold)
  }
}
