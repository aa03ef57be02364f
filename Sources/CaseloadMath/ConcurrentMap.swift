/// The results of `body(0) … body(count − 1)`, in that order, however many threads ran them.
///
/// The only fan-out in the package. Work is cut into chunks, so that a task's cost (about 2 µs)
/// is spread over many short bodies; cancellation is checked between bodies.
///
/// - Parameters:
///   - count: how many results.
///   - threads: at most this many bodies at once; `nil` leaves it to the runtime.
///   - progress: called with (done, count) as chunks finish, in no particular order.
///   - body: a pure function of its index; what it draws comes from the substream of that index.
/// - Returns: one result an index, in order.
/// - Throws: what a body throws, or `CancellationError`.
public func concurrentMap<R: Sendable>(
  _ count: Int, threads: Int? = nil, progress: (@Sendable (Int, Int) -> Void)? = nil,
  _ body: @escaping @Sendable (Int) throws -> R
) async throws -> [R] {
  guard count > 0 else { return [] }
  precondition((threads ?? 1) > 0, "at least one thread")
  if threads == 1 {
    return try (0..<count).map { i in
      try Task.checkCancellation()
      let result = try body(i)
      progress?(i + 1, count)
      return result
    }
  }
  let chunk = max(1, min(64, count / ((threads ?? 8) * 4)))
  let chunkCount = (count + chunk - 1) / chunk
  return try await withThrowingTaskGroup(of: (Int, [R]).self) { group in
    var next = 0
    func add() {
      let index = next
      next += 1
      group.addTask {
        let range = index * chunk..<min(count, (index + 1) * chunk)
        return (
          index,
          try range.map { i in
            try Task.checkCancellation()
            return try body(i)
          }
        )
      }
    }
    while next < min(chunkCount, threads ?? 64) { add() }
    var parts = [[R]](repeating: [], count: chunkCount)
    var done = 0
    while let (index, part) = try await group.next() {
      parts[index] = part
      done += part.count
      progress?(done, count)
      if next < chunkCount { add() }
    }
    return parts.flatMap { $0 }
  }
}
