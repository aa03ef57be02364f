import ArgumentParser
import Caseload
import CaseloadIO

struct StaffTrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Divide judges between a fast track and the ordinary one, by workload.",
    discussion: """
      EXAMPLES
        caseload staff track cases.csv --judges 34
        caseload staff track cases.csv --judges 34 --ratio 2.4
        caseload staff track cases.csv --judges 34 --fast small-claims,divorce --fast-judges 3

      cases.csv has a row for each case type: caseType and cases, and weight (1
      without) and simple (yes or no; yes without) where there are any. Without
      --fast, the simple types are chosen that even out the loads best.
      """)

  @OptionGroup var tableOptions: TableOptions
  @OptionGroup var global: GlobalOptions

  @Option(help: "Judges of both tracks.")
  var judges: Int

  @Option(help: "The case types of the fast track, with commas.")
  var fast: String?

  @Option(help: "The judges of the fast track.")
  var fastJudges: Int?

  @Option(help: "How many times the load of an ordinary judge a fast-track judge can bear.")
  var ratio = 1.0

  func run() throws {
    let dataset = try tableOptions.dataset()
    let groups = try groups(dataset.table(tableOptions.resource))
    let split: TrackSplit
    if let fast {
      let types = fast.split(separator: ",").map(String.init)
      if let fastJudges {
        split = try TrackSplit(groups, fastTypes: types, fastJudges: fastJudges, judges: judges)
      } else {
        split = try TrackSplit.balanced(groups, fastTypes: types, judges: judges, ratio: ratio)
      }
    } else {
      split = try TrackSplit.best(groups, judges: judges, ratio: ratio, fastJudges: fastJudges)
    }
    let table = ResultTable(
      ["track", "judges", "load"],
      [
        [
          .text("fast"), .number(Double(split.fastJudges), decimals: 0),
          .number(split.fastLoad, decimals: 1),
        ],
        [
          .text("ordinary"), .number(Double(split.ordinaryJudges), decimals: 0),
          .number(split.ordinaryLoad, decimals: 1),
        ],
      ])
    try CommandResult(
      schema: "caseload.staff-track/1", payload: split, table: table, text: text(split),
      isTabular: false, diagnostics: dataset.notes
    ).emit(global, dataset)
  }

  private func text(_ split: TrackSplit) -> String {
    let language = global.language
    func number(_ x: Double?) -> String {
      x.map { NumberText.decimal($0, 1)[language] } ?? "–"
    }
    let ratio = split.ratio.map { NumberText.decimal($0, 2)[language] } ?? "–"
    if language == .zh {
      return "速裁轨道：\(split.fastTypes.joined(separator: "、"))，\(split.fastJudges) 名法官，人均 "
        + "\(number(split.fastLoad))。\n普通轨道：\(split.ordinaryJudges) 名法官，人均 "
        + "\(number(split.ordinaryLoad))。\n负荷比 \(ratio)；不分轨时人均 \(number(split.pooledLoad))。\n"
    }
    return
      "Fast track: \(split.fastTypes.joined(separator: ", ")); \(split.fastJudges) judges with "
      + "\(number(split.fastLoad)) each.\nOrdinary track: \(split.ordinaryJudges) judges with "
      + "\(number(split.ordinaryLoad)) each.\nRatio \(ratio); in one track it would be "
      + "\(number(split.pooledLoad)) each.\n"
  }

  private func groups(_ table: Table) throws(Diagnostic) -> [TrackSplit.CaseGroup] {
    let names = try table.text("caseType")
    let cases = try StaffOptions.amounts("cases", of: table)
    let weights =
      table.columnNames.contains("weight")
      ? try StaffOptions.amounts("weight", of: table) : cases.map { _ in 1 }
    let marks = table.columnNames.contains("simple") ? try table.text("simple") : nil
    var groups: [TrackSplit.CaseGroup] = []
    for i in names.indices {
      let isSimple: Bool
      switch marks?[i].lowercased() ?? "yes" {
      case "yes", "true", "1", "y", "是": isSimple = true
      case "no", "false", "0", "n", "否", "": isSimple = false
      default:
        throw Diagnostic(
          .valueOutOfRange, .error,
          Text(
            en: "'\(marks?[i] ?? "")' is neither yes nor no.", zh: "“\(marks?[i] ?? "")”既非是也非否。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: "simple"),
          hint: Text(en: "Write yes or no.", zh: "请写 yes 或 no（是或否）。"))
      }
      groups.append(
        TrackSplit.CaseGroup(
          name: names[i], cases: cases[i], weight: weights[i], isSimple: isSimple))
    }
    return groups
  }
}
