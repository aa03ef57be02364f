/// A square matrix with few entries, and the products that a Kalman filter makes with it.
///
/// Most rows of a transition copy one state (a random walk, a season that moves along, a coefficient).
/// Runs of such rows are moved as blocks; only the other, general rows cost arithmetic.
public struct SparseTransition: Sendable, Equatable {
  public let order: Int
  /// Row i holds the entries `starts[i] ..< starts[i + 1]`.
  private(set) var starts: [Int]
  private(set) var columns: [Int]
  private(set) var values: [Double]
  /// The rows that are no plain copy.
  let generalRows: [Int]
  /// Maximal runs of copying rows as triples (first row, first source, length).
  let runs: [Int]
  /// The general rows with their zeros, and the range of columns that holds their entries.
  private(set) var generalValues: [Double]
  private(set) var supports: [Int]

  /// - Parameters:
  ///   - order: the number of rows.
  ///   - entries: (row, column, value), each place at most once, in any order.
  ///   - parameters: rows whose values may change later, and so never count as copies.
  init(
    order: Int, entries: [(row: Int, column: Int, value: Double)], parameters: Set<Int> = []
  ) {
    self.order = order
    let sorted = entries.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
    var starts = [0]
    for row in 0..<order { starts.append(starts[row] + sorted.count { $0.row == row }) }
    self.starts = starts
    columns = sorted.map(\.column)
    values = sorted.map(\.value)
    var general: [Int] = []
    var runs: [Int] = []
    for row in 0..<order {
      let range = starts[row]..<starts[row + 1]
      guard range.count == 1, sorted[range.lowerBound].value == 1, !parameters.contains(row) else {
        general.append(row)
        continue
      }
      let source = sorted[range.lowerBound].column
      let last = runs.count - 3
      if last >= 0, runs[last] + runs[last + 2] == row, runs[last + 1] + runs[last + 2] == source {
        runs[last + 2] += 1
      } else {
        runs += [row, source, 1]
      }
    }
    generalRows = general
    self.runs = runs
    generalValues = [Double](repeating: 0, count: general.count * order)
    supports = []
    for (g, row) in general.enumerated() {
      let range = starts[row]..<starts[row + 1]
      for e in range { generalValues[g * order + columns[e]] = values[e] }
      supports += [
        range.isEmpty ? 0 : columns[range.lowerBound],
        range.isEmpty ? 0 : columns[range.upperBound - 1] + 1,
      ]
    }
  }

  /// A dense matrix without its zeros.
  init(_ dense: [[Double]]) {
    var entries: [(row: Int, column: Int, value: Double)] = []
    for (i, row) in dense.enumerated() {
      for (j, value) in row.enumerated() where value != 0 { entries.append((i, j, value)) }
    }
    self.init(order: dense.count, entries: entries)
  }

  /// The entry at (`row`, `column`), which must be stored to be set.
  subscript(row: Int, column: Int) -> Double {
    get {
      (starts[row]..<starts[row + 1]).first { columns[$0] == column }.map { values[$0] } ?? 0
    }
    set {
      let index = (starts[row]..<starts[row + 1]).first { columns[$0] == column }
      guard let index, let general = generalRows.firstIndex(of: row) else {
        preconditionFailure("an entry that may change")
      }
      values[index] = newValue
      generalValues[general * order + column] = newValue
    }
  }

  /// Whether so few rows are general that Aᵀ N A is best taken as copies and one update of rank two
  /// for each of them.
  var isMostlyCopies: Bool { 3 * generalRows.count <= order }

  var transposed: SparseTransition {
    var entries: [(row: Int, column: Int, value: Double)] = []
    for row in 0..<order {
      for e in starts[row]..<starts[row + 1] { entries.append((columns[e], row, values[e])) }
    }
    // Rows of one entry that another matrix may change are general there too.
    let changing = Set(
      generalRows.flatMap { row in (starts[row]..<starts[row + 1]).map { columns[$0] } })
    return SparseTransition(order: order, entries: entries, parameters: changing)
  }

  /// Lends pointers for the loops of a pass.
  func withKernel<R>(_ body: (Kernel) -> R) -> R {
    starts.withUnsafeBufferPointer { starts in
      columns.withUnsafeBufferPointer { columns in
        values.withUnsafeBufferPointer { values in
          generalRows.withUnsafeBufferPointer { general in
            runs.withUnsafeBufferPointer { runs in
              generalValues.withUnsafeBufferPointer { rows in
                supports.withUnsafeBufferPointer { supports in
                  body(
                    Kernel(
                      order: order, starts: starts, columns: columns, values: values,
                      general: general, runs: runs, rows: rows, supports: supports))
                }
              }
            }
          }
        }
      }
    }
  }

  /// The products, on borrowed memory: a filter calls them once a period, and array accesses with
  /// their checks would double its time.
  struct Kernel {
    let order: Int
    let starts: UnsafeBufferPointer<Int>
    let columns: UnsafeBufferPointer<Int>
    let values: UnsafeBufferPointer<Double>
    let general: UnsafeBufferPointer<Int>
    let runs: UnsafeBufferPointer<Int>
    let rows: UnsafeBufferPointer<Double>
    let supports: UnsafeBufferPointer<Int>

    /// y = Aᵀ x.
    @inline(__always)
    func multiplyTransposed(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>) {
      for i in 0..<order { y[i] = 0 }
      for i in 0..<order {
        for e in starts[i]..<starts[i + 1] { y[columns[e]] += values[e] * x[i] }
      }
    }

    /// B = Aᵀ N A for a symmetric N, where A = C + Σ eᵢ wᵢᵀ with copies C and general rows i:
    ///
    /// ```
    /// Aᵀ N A = Cᵀ N C + Σ (qᵢ wᵢᵀ + wᵢ qᵢᵀ),   qᵢ = Cᵀ N eᵢ + ½ Σⱼ Nᵢⱼ wⱼ
    /// ```
    func transposedCongruence(
      _ n: UnsafePointer<Double>, into b: UnsafeMutablePointer<Double>,
      scratch q: UnsafeMutablePointer<Double>
    ) {
      let m = order
      for i in 0..<m * m { b[i] = 0 }
      var a = 0
      while a < runs.count {
        for x in 0..<runs[a + 2] {
          let target = b + (runs[a + 1] + x) * m
          let source = n + (runs[a] + x) * m
          var c = 0
          while c < runs.count {
            let (to, from) = (target + runs[c + 1], source + runs[c])
            for y in 0..<runs[c + 2] { to[y] += from[y] }
            c += 3
          }
        }
        a += 3
      }
      for g in 0..<general.count {
        let source = n + general[g] * m
        for i in 0..<m { q[i] = 0 }
        var c = 0
        while c < runs.count {
          let (to, from) = (q + runs[c + 1], source + runs[c])
          for y in 0..<runs[c + 2] { to[y] += from[y] }
          c += 3
        }
        for h in 0..<general.count {
          let half = 0.5 * source[general[h]]
          let row = rows.baseAddress.unsafelyUnwrapped + h * m
          for j in supports[2 * h]..<supports[2 * h + 1] { q[j] += half * row[j] }
        }
        let row = rows.baseAddress.unsafelyUnwrapped + g * m
        let (low, high) = (supports[2 * g], supports[2 * g + 1])
        for i in 0..<m {
          let (target, qi) = (b + i * m, q[i])
          for j in low..<high { target[j] += qi * row[j] }
        }
        for i in low..<high {
          let (target, wi) = (b + i * m, row[i])
          for j in 0..<m { target[j] += wi * q[j] }
        }
      }
    }

    /// y = A x.
    @inline(__always)
    func multiply(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>) {
      for i in 0..<order {
        var sum = 0.0
        for e in starts[i]..<starts[i + 1] { sum += values[e] * x[columns[e]] }
        y[i] = sum
      }
    }

    /// Q = A P Aᵀ for a symmetric P; `w` holds a row of length `order` for each general row.
    func congruence(
      _ p: UnsafePointer<Double>, into q: UnsafeMutablePointer<Double>,
      scratch w: UnsafeMutablePointer<Double>
    ) {
      let m = order
      for g in 0..<general.count {
        let row = w + g * m
        let i = general[g]
        for j in 0..<m { row[j] = 0 }
        for e in starts[i]..<starts[i + 1] {
          let c = values[e]
          let source = p + columns[e] * m
          for j in 0..<m { row[j] += c * source[j] }
        }
      }
      var a = 0
      while a < runs.count {
        for x in 0..<runs[a + 2] {
          let target = q + (runs[a] + x) * m
          let source = p + (runs[a + 1] + x) * m
          var b = 0
          while b < runs.count {
            let (to, from) = (target + runs[b], source + runs[b + 1])
            for y in 0..<runs[b + 2] { to[y] = from[y] }
            b += 3
          }
        }
        a += 3
      }
      for g in 0..<general.count {
        let i = general[g]
        let row = w + g * m
        var b = 0
        while b < runs.count {
          let (first, source) = (runs[b], runs[b + 1])
          for y in 0..<runs[b + 2] {
            let value = row[source + y]
            q[i * m + first + y] = value
            q[(first + y) * m + i] = value
          }
          b += 3
        }
        for h in 0...g {
          let j = general[h]
          var sum = 0.0
          for e in starts[j]..<starts[j + 1] { sum += values[e] * row[columns[e]] }
          q[i * m + j] = sum
          q[j * m + i] = sum
        }
      }
    }
  }
}
