import ArgumentParser
import Caseload
import CaseloadIO

/// One series with what is known beside it.
struct SeriesInput: Sendable {
  let key: [String]
  /// `court=East`; `nil` for a single series.
  let label: String?
  let series: TimeSeries
  /// One row a period of the series.
  let regressors: Regressors
  /// One row a period ahead, as far as the data go.
  let future: Regressors
}

/// Columns that help to explain the series.
struct RegressorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Columns of regressors, with commas.",
      discussion:
        "The rows ahead have an empty value and the regressors filled in."))
  var regressors: String?

  var names: [String] {
    (regressors ?? "").split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)
  }
}

/// The series of DATA, a batch at a time: of a large CSV file only the batch is in memory.
struct SeriesBatches {
  let keyNames: [String]
  let seriesCount: Int
  /// The dataset, where it was read as a whole.
  let dataset: Dataset?
  /// What reading it noticed.
  let notes: [Diagnostic]
  private let entries: [SeriesInput]
  private let stream: SeriesStream?
  private let regressors: [String]
  private var position = 0

  /// How many series make a batch: enough to keep all threads busy, few enough to hold.
  private static let size = 512

  /// Opens the data.
  ///
  /// - Parameters:
  ///   - options: which data, and how they are read.
  ///   - regressors: names of columns.
  ///   - streams: whether the result is written as it comes.
  /// - Throws: what reading the data throws.
  init(_ options: DataOptions, regressors: [String] = [], streams: Bool) throws(Diagnostic) {
    self.regressors = regressors
    if streams, let stream = try options.stream() {
      self.stream = stream
      keyNames = stream.keyNames
      seriesCount = stream.seriesCount
      (dataset, notes, entries) = (nil, [], [])
      return
    }
    stream = nil
    let dataset = try options.dataset()
    let (panel, notes) = try options.panel(dataset)
    var columns: [(name: String, panel: Panel)] = []
    for name in regressors {
      columns.append((name, try options.regressor(name, in: dataset, beside: panel)))
    }
    entries = try Self.inputs(panel, columns)
    keyNames = panel.keyNames
    seriesCount = entries.count
    self.dataset = dataset
    self.notes = dataset.notes + notes
  }

  /// The next batch; `nil` after the last.
  mutating func next() throws(Diagnostic) -> (inputs: [SeriesInput], notes: [Diagnostic])? {
    guard position < seriesCount else { return nil }
    let range = position..<min(seriesCount, position + Self.size)
    position = range.upperBound
    guard let stream else { return (Array(entries[range]), []) }
    let table = try stream.table(range)
    let (panel, notes) = try table.panel(stream.selection)
    var columns: [(name: String, panel: Panel)] = []
    for name in regressors {
      var selection = stream.selection
      selection.value = name
      selection.measure = .ratio
      columns.append((name, try table.panel(selection).panel))
    }
    return (try Self.inputs(panel, columns), notes)
  }

  private static func inputs(_ panel: Panel, _ columns: [(name: String, panel: Panel)])
    throws(Diagnostic) -> [SeriesInput]
  {
    var inputs: [SeriesInput] = []
    for (index, entry) in panel.entries.enumerated() {
      var series = entry.series
      var (known, future) = (Regressors.none, Regressors.none)
      if !columns.isEmpty {
        // What follows the last value is the time ahead.
        let count = (series.observed.last?.index ?? -1) + 1
        let all = Regressors(
          names: columns.map(\.name), columns: columns.map { $0.panel.entries[index].series.values }
        )
        known = all.window(0..<count)
        future = all.window(count..<series.count)
        series = series.window(series.start..<series.start.advanced(by: count))
      }
      inputs.append(
        SeriesInput(
          key: entry.key, label: panel.label(entry.key), series: series, regressors: known,
          future: future))
    }
    return inputs
  }
}

extension DataOptions {
  /// The file as a stream of series; `nil` where it has to be read as a whole.
  func stream() throws(Diagnostic) -> SeriesStream? {
    let path = table.data
    let lower = path.lowercased()
    guard lower.hasSuffix(".csv") || lower.hasSuffix(".tsv"), by?.isEmpty != true,
      ["auto", "utf-8", "utf8"].contains(table.encoding.lowercased())
    else { return nil }
    var selection = try selection()
    if let by { selection.keys = by.split(separator: ",").map(String.init) }
    return SeriesStream(path, selection)
  }

  /// The regressor `name`, series by series as in `panel`.
  func regressor(_ name: String, in dataset: Dataset, beside panel: Panel) throws(Diagnostic)
    -> Panel
  {
    var options = self
    options.value = name
    options.measure = Measure.ratio.rawValue
    let own = try options.panel(dataset).panel
    guard own.entries.map(\.key) == panel.entries.map(\.key),
      zip(own.entries, panel.entries).allSatisfy({ $0.series.periods == $1.series.periods })
    else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The regressor '\(name)' does not cover the periods of the series.",
          zh: "回归变量“\(name)”没有覆盖序列的各个时期。"),
        at: Diagnostic.Location(column: name),
        hint: Text(
          en: "Give it in the same rows as the values.", zh: "请与数值放在同一行给出。"))
    }
    return own
  }
}
