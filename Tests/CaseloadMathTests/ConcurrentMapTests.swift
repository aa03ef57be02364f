import CaseloadMath
import Synchronization
import Testing

@Suite("concurrentMap")
struct ConcurrentMapTests {
  struct Refusal: Error, Equatable {
    let index: Int
  }

  /// The sum of a few draws of replicate `i`.
  private static func replicate(_ i: Int) -> Double {
    var stream = RandomStream(seed: 5).substream(UInt64(i))
    return (0..<20).reduce(0) { sum, _ in sum + stream.normal() }
  }

  @Test("results come in the order of their indices", arguments: [1, 2, 8])
  func resultsKeepTheirOrder(threads: Int) async throws {
    let results = try await concurrentMap(1000, threads: threads) { $0 }
    #expect(results == Array(0..<1000))
  }

  @Test("the number of threads changes no bit", arguments: [2, 8])
  func threadsChangeNoBit(threads: Int) async throws {
    let one = try await concurrentMap(333, threads: 1) { Self.replicate($0) }
    let many = try await concurrentMap(333, threads: threads) { Self.replicate($0) }
    #expect(one == many)
  }

  @Test("without a number of threads the results are the same")
  func unboundedThreadsGiveTheSame() async throws {
    let results = try await concurrentMap(100) { Self.replicate($0) }
    #expect(results == (0..<100).map { Self.replicate($0) })
  }

  @Test("nothing to do gives no results")
  func nothingToDo() async throws {
    let results = try await concurrentMap(0) { $0 }
    #expect(results.isEmpty)
  }

  @Test("an error of a body reaches the caller", arguments: [1, 4])
  func errorsReachTheCaller(threads: Int) async {
    await #expect(throws: Refusal(index: 40)) {
      try await concurrentMap(100, threads: threads) { i in
        if i == 40 { throw Refusal(index: i) }
        return i
      }
    }
  }

  @Test("progress ends at the count", arguments: [1, 4])
  func progressEndsAtTheCount(threads: Int) async throws {
    let furthest = Mutex(0)
    _ = try await concurrentMap(
      250, threads: threads,
      progress: { done, _ in furthest.withLock { $0 = max($0, done) } }
    ) { $0 }
    #expect(furthest.withLock { $0 } == 250)
  }

  @Test("a cancelled task stops with a cancellation", arguments: [1, 4])
  func cancellationStops(threads: Int) async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await concurrentMap(100, threads: threads) { $0 }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
