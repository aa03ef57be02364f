/// What a simulated queue did between two moments: sums, from which every mean follows.
struct QueueBatch: Sendable {
  /// Of the cases of one class that left in the batch.
  struct ClassSums: Sendable {
    var left = 0
    var abandoned = 0
    var waited = 0
    /// Σ of the times from arrival to the start of service, or to abandonment.
    var wait = 0.0
    /// Σ of the times from arrival to leaving.
    var sojourn = 0.0
  }

  /// Length of the batch.
  var elapsed = 0.0
  /// ∫ cases present, cases waiting, busy servers.
  var present = 0.0
  var waiting = 0.0
  var busy = 0.0
  var classes: [ClassSums]

  init(classes: Int) { self.classes = Array(repeating: ClassSums(), count: classes) }

  /// Over all classes.
  var total: ClassSums {
    classes.reduce(into: ClassSums()) {
      $0.left += $1.left
      $0.abandoned += $1.abandoned
      $0.waited += $1.waited
      $0.wait += $1.wait
      $0.sojourn += $1.sojourn
    }
  }
}

/// How long a queue is simulated, and how the run is cut.
struct QueueSchedule: Sendable {
  /// Cases that leave before anything is counted.
  let warmUp: Int
  /// Cases that leave in one batch.
  let batchSize: Int
  let batches: Int
}
