import Caseload

/// Notes of a long run: the first few of a kind are kept, the rest are counted.
struct NoteCollector {
  private var kept: [DiagnosticCode: [Diagnostic]] = [:]
  private var counts: [DiagnosticCode: Int] = [:]
  private(set) var first: Diagnostic?

  mutating func add(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      if first == nil { first = diagnostic }
      counts[diagnostic.code, default: 0] += 1
      if counts[diagnostic.code, default: 0] <= Self.shown {
        kept[diagnostic.code, default: []].append(diagnostic)
      }
    }
  }

  /// Prints the first of each kind and how many more there are; with `--strict` the first is an
  /// error.
  func show(_ options: GlobalOptions) throws(Diagnostic) {
    if options.strict, let first { throw first.asError }
    guard !options.quiet else { return }
    let terminal = Terminal(CommandLine.arguments)
    for (code, group) in kept.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      for diagnostic in group { terminal.show(diagnostic) }
      let more = counts[code, default: 0] - group.count
      if more > 0 {
        terminal.show(
          Diagnostic(
            code, .note, Text(en: "\(more) more like this.", zh: "另有 \(more) 条同类提示。")))
      }
    }
  }

  private static let shown = 3
}
