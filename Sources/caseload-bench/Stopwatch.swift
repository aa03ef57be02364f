import Foundation

/// Seconds that something took.
struct Timing: Codable, Sendable {
  /// By the clock.
  let wall: Double
  /// Of all threads together.
  let processor: Double

  /// What `body` returns, and how long it took.
  static func of<R>(_ body: () async throws -> R) async rethrows -> (R, Timing) {
    let (start, processor) = (ContinuousClock.now, processorSeconds())
    let result = try await body()
    let elapsed = ContinuousClock.now - start
    return (
      result, Timing(wall: elapsed / .seconds(1), processor: processorSeconds() - processor)
    )
  }

  /// The fastest of `repetitions` runs, at least one, and its result.
  static func best<R>(of repetitions: Int, _ body: () async throws -> R) async rethrows -> (
    R, Timing
  ) {
    var best = try await of(body)
    for _ in 1..<max(1, repetitions) {
      let next = try await of(body)
      if next.1.wall < best.1.wall { best = next }
    }
    return best
  }

  private static func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
