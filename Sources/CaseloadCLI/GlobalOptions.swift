import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

/// The options that every command has, with one meaning everywhere.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "table, csv, json, jsonl or md; html for reports and regressions, latex for regressions and "
        + "effects."))
  var format: OutputFormat?

  @Option(name: [.short, .long], help: "Write to FILE instead of standard output, all at once.")
  var output: String?

  @Option(help: "en or zh; by default that of the locale.")
  var lang: Language?

  @Flag(help: "Show no notes.")
  var quiet = false

  @Flag(help: "Treat notes and warnings as errors.")
  var strict = false

  @Flag(help: "Show the resolved options and inputs, and do nothing.")
  var dryRun = false

  @Flag(help: "No colour.")
  var noColor = false

  var language: Language {
    lang ?? Terminal.environmentLanguage(ProcessInfo.processInfo.environment)
  }
}

/// How a result is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json, jsonl, md
  /// Reports and regression tables.
  case html
  /// Regression and effect tables.
  case latex

  /// The format that the name of an output file asks for.
  init?(fileName: String) {
    switch URL(fileURLWithPath: fileName).pathExtension.lowercased() {
    case "csv": self = .csv
    case "json": self = .json
    case "jsonl", "ndjson": self = .jsonl
    case "md": self = .md
    case "txt": self = .table
    case "html", "htm": self = .html
    case "tex": self = .latex
    default: return nil
    }
  }
}

extension Language: ExpressibleByArgument {}

/// A whole table, for commands that take its columns by name.
struct TableOptions: ParsableArguments {
  @Argument(help: "A folder with datapackage.json, a CSV or TSV file, or - for standard input.")
  var data: String

  @Option(help: "The resource of a dataset folder.")
  var resource: String?

  @Option(help: "auto, utf-8 or gb18030.")
  var encoding = "auto"

  func dataset() throws(Diagnostic) -> Dataset { try Dataset(data, encoding: encoding) }
}

/// The coverage of intervals, in percent.
struct LevelOption: ParsableArguments {
  @Option(help: "Coverage of the intervals in percent.")
  var level = 95.0

  /// The coverage as a fraction.
  func fraction() throws(Diagnostic) -> Double {
    guard level > 0, level < 100 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A coverage of \(NumberText.plain(level)) percent is not possible.",
          zh: "覆盖率不能为 \(NumberText.plain(level))%。"),
        hint: Text(en: "Write --level 95.", zh: "请写作 --level 95。"))
    }
    return level / 100
  }
}

/// Which data, and how they are read.
struct DataOptions: ParsableArguments {
  @OptionGroup var table: TableOptions

  @Option(help: "The column of periods (default: period).")
  var period: String?

  @Option(help: "The column of values (default: value).")
  var value: String?

  @Option(
    help: ArgumentHelp(
      "The columns that tell series apart, with commas; an empty text sums all series.",
      discussion: "Default: all text columns."))
  var by: String?

  @Option(help: "yearly, half-yearly, quarterly, monthly, weekly, daily, or a season's length.")
  var frequency: String?

  @Option(help: "flow, stock or ratio (default: flow).")
  var measure: String?

  @Option(help: "What a period without a row is: error or missing.")
  var gaps: String?

  var resource: String? { table.resource }

  /// The dataset, and the notes of reading it.
  func dataset() throws(Diagnostic) -> Dataset { try table.dataset() }

  /// The selection that the descriptor gives, with the options laid over it.
  func selection(_ dataset: Dataset) throws(Diagnostic) -> (
    resource: String?, selection: SeriesSelection
  ) {
    let declared = dataset.profile.series
    let isDefault = resource == nil || resource == declared?.resource
    let base = isDefault ? declared?.selection : nil
    return (resource ?? declared?.resource, try selection(over: base ?? SeriesSelection()))
  }

  /// The options laid over `base`.
  func selection(over base: SeriesSelection = SeriesSelection()) throws(Diagnostic)
    -> SeriesSelection
  {
    var selection = base
    if let period { selection.period = period }
    if let value {
      if value != selection.value { selection.name = nil }
      selection.value = value
    }
    if let frequency {
      if let length = Int(frequency) {
        guard (1...10_000).contains(length) else {
          throw illegal(
            "--frequency", frequency, "yearly, half-yearly, quarterly, monthly, weekly, daily, 12")
        }
        // A number is the season's length; it says nothing about what the periods are.
        selection.seasonLength = length
      } else {
        guard let named = Frequency(rawValue: frequency) else {
          throw Diagnostic.unknownName(
            frequency, among: Frequency.allCases.map(\.rawValue),
            kind: Text(en: "frequency", zh: "频率"))
        }
        selection.frequency = named
      }
    }
    if let measure {
      guard let named = Measure(rawValue: measure) else {
        throw Diagnostic.unknownName(
          measure, among: Measure.allCases.map(\.rawValue), kind: Text(en: "measure", zh: "度量类型"))
      }
      selection.measure = named
    }
    if let gaps {
      guard let policy = SeriesSelection.GapPolicy(rawValue: gaps) else {
        throw illegal("--gaps", gaps, "error, missing")
      }
      selection.gaps = policy
    }
    return selection
  }

  private func illegal(_ option: String, _ value: String, _ allowed: String) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(en: "\(option) cannot be '\(value)'.", zh: "\(option) 不能取 '\(value)'。"),
      hint: Text(en: "It can be: \(allowed).", zh: "可取：\(allowed)。"))
  }

  /// The panel, summed over the keys that `--by` leaves out.
  func panel(_ dataset: Dataset) throws(Diagnostic) -> (panel: Panel, notes: [Diagnostic]) {
    let (resource, base) = try selection(dataset)
    let table = try dataset.table(resource)
    var selection = base
    let wanted = by.map { $0.split(separator: ",").map(String.init).filter { !$0.isEmpty } }
    // Keys of the descriptor are read in full and then summed; without one, --by names the keys.
    if selection.keys == nil, let wanted, !wanted.isEmpty { selection.keys = wanted }
    let result = try table.panel(selection)
    if let wanted { return (try result.panel.aggregated(by: wanted), result.notes) }
    return result
  }
}

/// Options of a method, such as `--set seasonal=automatic`.
struct MethodSettings: ParsableArguments {
  @Option(name: .customLong("set"), help: "An option of the method, as name=value; repeatable.")
  var settings: [String] = []

  func values() throws(Diagnostic) -> [String: String] {
    var values: [String: String] = [:]
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "--set '\(setting)' is not name=value.", zh: "--set '\(setting)' 不是 名称=取值 的形式。"),
          hint: Text(en: "Write --set seasonal=automatic.", zh: "请写作 --set seasonal=automatic。"))
      }
      values[String(parts[0])] = String(parts[1])
    }
    return values
  }
}
