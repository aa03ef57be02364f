import CaseloadData

/// A simulated queue beside its closed form, quantity by quantity.
public struct QueueComparison: Codable, Sendable, Equatable {
  /// One quantity, simulated and by formula.
  public struct Row: Codable, Sendable, Equatable {
    /// `wait`, `sojourn`, `waitProbability`, `abandonment`, `waiting`, `present`, `utilization` or
    /// `littleGap`.
    public let quantity: String
    /// From 1, in the order of priority; `nil` for all cases.
    public let caseClass: Int?
    public let simulated: Estimate
    /// `nil` where no closed form is known.
    public let closedForm: Double?
    /// (simulated − closed form) / standard error; `nil` where one is missing or the error is 0.
    public let zScore: Double?
  }

  /// Such as `M/M/3`; `nil` for a queue without a closed form.
  public let closedFormName: String?
  public let offeredLoad: Double
  public let parts: Int
  public let cases: Int
  public let events: Int
  public let rows: [Row]

  /// Holds `simulation` against the closed form of its queue.
  public init(_ simulation: QueueSimulation) {
    let reference = QueueReference(simulation.queue)
    closedFormName = reference?.name
    offeredLoad = simulation.queue.offeredLoad
    parts = simulation.parts
    cases = simulation.cases
    events = simulation.events
    var rows: [Row] = []
    func add(_ quantity: String, _ index: Int?, _ estimate: Estimate, _ truth: Double?) {
      var score: Double?
      if let truth, let error = estimate.standardError, error > 0 {
        score = (estimate.value - truth) / error
      }
      rows.append(
        Row(
          quantity: quantity, caseClass: index, simulated: estimate, closedForm: truth,
          zScore: score))
    }
    func add(_ index: Int?, _ means: QueueSimulation.Means, _ truth: QueueReference.Means?) {
      add("wait", index, means.wait, truth?.wait)
      add("sojourn", index, means.sojourn, truth?.sojourn)
      add("waitProbability", index, means.waitProbability, truth?.waitProbability)
      if simulation.queue.classes.contains(where: { $0.abandonmentRate > 0 }) {
        add("abandonment", index, means.abandonment, truth?.abandonment)
      }
    }
    add(nil, simulation.all, reference?.all)
    if simulation.classes.count > 1 {
      for (k, means) in simulation.classes.enumerated() {
        add(k + 1, means, reference?.classes[k])
      }
    }
    add("waiting", nil, simulation.waiting, reference?.waiting)
    add("present", nil, simulation.present, reference?.present)
    add("utilization", nil, simulation.utilization, reference?.utilization)
    add("littleGap", nil, simulation.littleGap, simulation.queue.isStable ? 0 : nil)
    self.rows = rows
  }
}
