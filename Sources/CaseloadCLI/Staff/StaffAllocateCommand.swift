import ArgumentParser
import Caseload
import CaseloadIO

struct StaffAllocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocate",
    abstract: "Share out judges among courts or divisions by load.",
    discussion: """
      EXAMPLES
        caseload staff allocate loads.csv --judges 34
        caseload staff allocate loads.csv --judges 34 --method all
        caseload staff allocate loads.csv --judges 40 --current posts --load-error error
        caseload staff allocate cases.csv --judges 34 --weights weights.yaml

      loads.csv has a row for each court or division: its name in the first column
      of text, and its load. With --weights the columns are case types, and the
      load is the sum of weight and cases.
      """)

  @OptionGroup var tableOptions: TableOptions
  @OptionGroup var global: GlobalOptions

  @Option(help: "Judges to share out, all units together.")
  var judges: Int

  @Option(
    help: ArgumentHelp(
      "minimax, largest-remainder, huntington-hill, webster, jefferson, adams, several with "
        + "commas, or all."))
  var method = AllocationMethod.minimax.rawValue

  @Option(help: "The column of names (default: the first column of text).")
  var unit: String?

  @Option(help: "The column of loads.")
  var load = "load"

  @Option(help: "The fewest judges of a unit: a number or a column.")
  var minimum = "1"

  @Option(help: "The most judges of a unit: a number or a column.")
  var maximum: String?

  @Option(help: "The column of present posts, which are kept.")
  var current: String?

  @Option(help: "The column of the standard errors of the loads.")
  var loadError: String?

  @Option(help: "A YAML file of case weights.")
  var weights: String?

  @Option(help: "Draws of uncertain loads.")
  var draws = 2000

  @Option(help: "The seed of the draws.")
  var seed: UInt64 = 1

  /// One method's answer.
  struct Allocation: Encodable, Sendable {
    let method: AllocationMethod
    let shares: [JudgeAllocation.Share]
    let maximumLoad: Double?
    let fairness: LoadFairness?
    let quotaViolations: [String]
    let risk: AllocationRisk?
  }

  struct Payload: Encodable, Sendable {
    let judges: Int
    let allocations: [Allocation]
    /// Of the largest remainders, up to the number of judges and ten more.
    let paradoxes: [AllocationParadox]
  }

  func run() throws {
    let methods = try chosenMethods()
    try StaffOptions.check(draws: draws)
    let dataset = try tableOptions.dataset()
    let table = try dataset.table(tableOptions.resource)
    let units = try units(table)
    var sampled: [[Double]]?
    if let loadError {
      let errors = try StaffOptions.amounts(loadError, of: table)
      let loads = zip(units, errors).map { UncertainAmount($0.load, standardError: $1) }
      sampled = try AllocationRisk.draws(of: loads, count: draws, from: RandomStream(seed: seed))
    }
    var allocations: [Allocation] = []
    for method in methods {
      let found = try JudgeAllocation(judges, to: units, by: method)
      var risk: AllocationRisk?
      if let sampled, found.maximumLoad != nil {
        risk = try AllocationRisk(judges: found.shares.map(\.judges), draws: sampled)
      }
      allocations.append(
        Allocation(
          method: method, shares: found.shares, maximumLoad: found.maximumLoad,
          fairness: found.fairness, quotaViolations: found.quotaViolations, risk: risk))
    }
    let paradoxes =
      methods.contains(.largestRemainder) && judges <= 2000
      ? try AllocationParadox.search(0...(judges + 10), units: units, by: .largestRemainder) : []
    let rows = allocations.flatMap { allocation in
      allocation.shares.map { share -> [Cell] in
        [
          .text(share.name), .number(share.load, decimals: 0), .text(allocation.method.rawValue),
          .number(Double(share.judges), decimals: 0), .number(share.quota, decimals: 3),
          .number(share.loadPerJudge, decimals: 1),
        ]
      }
    }
    try CommandResult(
      schema: "caseload.staff-allocate/1",
      payload: Payload(judges: judges, allocations: allocations, paradoxes: paradoxes),
      table: ResultTable(["unit", "load", "method", "judges", "quota", "loadPerJudge"], rows),
      text: StaffText.allocation(allocations, paradoxes, global.language),
      seed: sampled == nil ? nil : seed, inputs: InputDigest.of([weights].compactMap { $0 }),
      diagnostics: dataset.notes
    ).emit(global, dataset)
  }

  private func chosenMethods() throws(Diagnostic) -> [AllocationMethod] {
    if method == "all" { return AllocationMethod.allCases }
    var methods: [AllocationMethod] = []
    for name in method.split(separator: ",").map(String.init) {
      guard let named = AllocationMethod(rawValue: name) else {
        throw Diagnostic.unknownName(
          name, among: AllocationMethod.allCases.map(\.rawValue) + ["all"],
          kind: Text(en: "method of allocation", zh: "分配方法"))
      }
      methods.append(named)
    }
    return methods.isEmpty ? [.minimax] : methods
  }

  private func units(_ table: Table) throws(Diagnostic) -> [AllocationUnit] {
    let named = unit ?? table.columns.first { !table.isNumeric($0) }?.name
    let names = try table.text(try StaffOptions.required(named, "--unit", "COLUMN"))
    let least = try bounds(minimum, "--minimum", table)
    var (most, posts): ([Int?]?, [Int?]?)
    if let maximum { most = try bounds(maximum, "--maximum", table) }
    if let current { posts = try StaffOptions.counts(current, of: table) }
    let loads = try loads(table, except: [named, minimum, maximum, current, loadError])
    return names.indices.map { i in
      AllocationUnit(
        name: names[i], load: loads[i], minimum: max(least[i] ?? 0, posts?[i] ?? 0),
        maximum: most?[i])
    }
  }

  private func loads(_ table: Table, except used: [String?]) throws(Diagnostic) -> [Double] {
    guard let weights else { return try StaffOptions.amounts(load, of: table) }
    let weighted = try YAMLFile.decode(CaseWeights.self, at: weights)
    var loads = [Double](repeating: 0, count: table.rowCount)
    for column in table.columns where !used.contains(column.name) && table.isNumeric(column) {
      let minutes: Double
      do {
        minutes = try weighted.weight(of: column.name).minutes
      } catch {
        throw error.located(
          Diagnostic.Location(file: table.source, row: 1, column: column.name))
      }
      let cases = try StaffOptions.amounts(column.name, of: table)
      for i in loads.indices { loads[i] += minutes * cases[i] }
    }
    return loads
  }

  /// A number for all units, or a column.
  private func bounds(_ text: String, _ option: String, _ table: Table) throws(Diagnostic)
    -> [Int?]
  {
    if let number = Int(text) {
      guard number >= 0 else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "\(option) cannot be \(number).", zh: "\(option) 不能为 \(number)。"),
          hint: Text(en: "Give a number of at least zero.", zh: "请给出不小于零的数。"))
      }
      return [Int?](repeating: number, count: table.rowCount)
    }
    return try StaffOptions.counts(text, of: table)
  }
}
