import ArgumentParser
import Caseload
import Foundation

/// How many threads a command on many series uses; the result is the same.
struct ThreadOption: ParsableArguments {
  @Option(help: "How many threads; the result is the same.")
  var threads: Int?

  func count() throws(Diagnostic) -> Int? {
    if let threads, threads < 1 {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "\(threads) threads are not possible.", zh: "线程数不能为 \(threads)。"),
        hint: Text(en: "Give a number from 1 on.", zh: "请给出不小于 1 的数。"))
    }
    return threads
  }
}

/// A body run on every series, batch by batch, with the results in order.
struct SeriesRun {
  let threads: Int?
  let isQuiet: Bool
  private(set) var notes = NoteCollector()

  init(threads: Int?, _ options: GlobalOptions) {
    self.threads = threads
    isQuiet = options.quiet
  }

  /// Runs `body` on each series of `batches` and hands the results on in the order of the data.
  mutating func run<R: Sendable>(
    _ batches: inout SeriesBatches, _ body: @escaping @Sendable (SeriesInput) throws -> R,
    consume: ([(SeriesInput, R)]) throws -> Void
  ) async throws {
    notes.add(batches.notes)
    let progress = isQuiet ? nil : Progress(of: batches.seriesCount)
    var done = 0
    while let (inputs, batchNotes) = try batches.next() {
      notes.add(batchNotes)
      let before = done
      let results = try await concurrentMap(
        inputs.count, threads: threads, progress: { part, _ in progress?.show(before + part) }
      ) { try body(inputs[$0]) }
      try consume(Array(zip(inputs, results)))
      done += inputs.count
    }
    progress?.clear()
  }

  mutating func add(_ diagnostics: [Diagnostic]) { notes.add(diagnostics) }
}

/// How far a long run is, on standard error: from two seconds on, and never in a file's way.
final class Progress: Sendable {
  private let count: Int
  private let start = ContinuousClock.now
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state: Lock

  /// When to speak next; a lock of its own, since batches finish on many threads.
  private final class Lock: @unchecked Sendable {
    // Guarded by the lock, hence unchecked.
    let lock = NSLock()
    var next = Duration.seconds(2)
    var isShown = false
  }

  init(of count: Int) {
    self.count = count
    state = Lock()
  }

  func show(_ done: Int) {
    state.lock.withLock {
      let elapsed = start.duration(to: .now)
      guard elapsed >= state.next, done < count else { return }
      state.next = elapsed + (isTerminal ? .milliseconds(500) : .seconds(15))
      let seconds = Double(elapsed.components.seconds)
      let left = Int((seconds * Double(count - done) / Double(max(1, done))).rounded())
      let text = "\(done)/\(count) (\(100 * done / count) %), \(left) s"
      write(isTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
      state.isShown = true
    }
  }

  /// Takes the line off a terminal.
  func clear() {
    state.lock.withLock { if isTerminal, state.isShown { write("\r\u{1B}[K") } }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
