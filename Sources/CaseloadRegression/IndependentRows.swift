/// Rows gathered one by one as long as each is independent of those before.
struct IndependentRows {
  private(set) var indices: [Int] = []
  private var directions: [Double] = []
  private let design: OrthonormalRows

  init(of design: OrthonormalRows) {
    self.design = design
    indices.reserveCapacity(design.columnCount)
    directions.reserveCapacity(design.columnCount * design.columnCount)
  }

  var isComplete: Bool { indices.count == design.columnCount }

  /// Forgets all rows.
  mutating func removeAll() {
    indices.removeAll(keepingCapacity: true)
    directions.removeAll(keepingCapacity: true)
  }

  /// A row of which less than this share is new counts as dependent.
  static let threshold = 1e-7

  /// Adds row `i` unless it depends on the rows gathered so far.
  mutating func add(_ i: Int) {
    let p = design.columnCount
    let start = directions.count
    var norm = 0.0
    for j in 0..<p {
      let value = design.storage[i * p + j]
      directions.append(value)
      norm += value * value
    }
    for _ in 0..<2 {
      for k in 0..<indices.count {
        var c = 0.0
        for j in 0..<p { c += directions[k * p + j] * directions[start + j] }
        for j in 0..<p { directions[start + j] -= c * directions[k * p + j] }
      }
    }
    var rest = 0.0
    for j in start..<start + p { rest += directions[j] * directions[j] }
    guard rest > Self.threshold * Self.threshold * norm else {
      directions.removeLast(p)
      return
    }
    let length = rest.squareRoot()
    for j in start..<start + p { directions[j] /= length }
    indices.append(i)
  }
}
