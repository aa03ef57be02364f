import ArgumentParser
import Caseload
import CaseloadIO

struct StaffTeamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "team",
    abstract: "What judges, assistants and clerks can do together, and whom to hire next.",
    discussion: """
      EXAMPLES
        caseload staff team --example > team.yaml
        caseload staff team team.yaml
        caseload staff team team.yaml --budget 20000
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A YAML file with the team and the staff there is.")
  var file: String?

  @Flag(help: "Print an example of such a file.")
  var example = false

  @Option(help: "Money a year for all staff: also shows the best mix, nobody being dismissed.")
  var budget: Double?

  static let exampleFile = """
    casesPerTeam: 201           # that a whole team resolves in a year
    elasticity: 0.5             # of substitution; 0 for fixed proportions
    roles:
      - {name: judge, perTeam: 1, share: 0.6, cost: 300, staff: 34}
      - {name: assistant, perTeam: 1, share: 0.25, cost: 120, staff: 28}
      - {name: clerk, perTeam: 1, share: 0.15, cost: 80, staff: 30}

    """

  /// What the file holds.
  private struct File: Decodable {
    struct Role: Decodable {
      let name: String
      let perTeam: Double?
      let share: Double?
      let cost: Double?
      let staff: Double
    }
    let casesPerTeam: Double
    let elasticity: Double?
    let roles: [Role]
  }

  struct Payload: Encodable, Sendable {
    let roles: [TeamCapacity.Role]
    let staff: [Double]
    let capacity: TeamCapacity.Capacity
    let best: TeamCapacity.Mix?
  }

  func run() throws {
    if example {
      if let output = global.output {
        try OutputFile.write(Self.exampleFile, to: output)
      } else {
        printOut(Self.exampleFile)
      }
      return
    }
    let path = try StaffOptions.required(file, "TEAM", "team.yaml (--example shows one)")
    let file = try YAMLFile.decode(File.self, at: path)
    let staff = file.roles.map(\.staff)
    let payload: Payload
    do {
      let team = try TeamCapacity(
        roles: file.roles.map {
          TeamCapacity.Role(
            name: $0.name, perTeam: $0.perTeam ?? 1, share: $0.share ?? 1, cost: $0.cost ?? 0)
        }, casesPerTeam: file.casesPerTeam, elasticity: file.elasticity ?? 0)
      var mix: TeamCapacity.Mix?
      if let budget { mix = try team.bestMix(budget: budget, present: staff) }
      payload = Payload(
        roles: team.roles, staff: staff, capacity: try team.capacity(staff), best: mix)
    } catch {
      throw error.located(Diagnostic.Location(file: path))
    }
    let rows = payload.roles.indices.map { i -> [Cell] in
      [
        .text(payload.roles[i].name), .number(staff[i], decimals: 1),
        .number(payload.capacity.oneMore[i], decimals: 1),
        .number(payload.best?.staff[i], decimals: 1),
      ]
    }
    let table = ResultTable(["role", "staff", "casesWithOneMore", "bestStaff"], rows)
    try CommandResult(
      schema: "caseload.staff-team/1", payload: payload, table: table,
      text: text(payload, table), isTabular: false, inputs: InputDigest.of([path])
    ).emit(global, nil)
  }

  private func text(_ payload: Payload, _ table: ResultTable) -> String {
    let language = global.language
    func number(_ x: Double, _ decimals: Int = 0) -> String {
      NumberText.decimal(x, decimals)[language]
    }
    let capacity = payload.capacity
    var text = table.text(language) + "\n"
    text +=
      language == .zh
      ? "每年可结案 \(number(capacity.cases)) 件，相当于 \(number(capacity.teams, 1)) 个完整团队；"
        + "瓶颈：\(capacity.bottleneck)。\n"
      : "They resolve \(number(capacity.cases)) cases a year, like \(number(capacity.teams, 1)) whole "
        + "teams; the bottleneck is: \(capacity.bottleneck).\n"
    if let best = payload.best {
      text +=
        language == .zh
        ? "在预算内最多可结案 \(number(best.capacity.cases)) 件，成本 \(number(best.cost))。\n"
        : "The budget buys at most \(number(best.capacity.cases)) cases, for \(number(best.cost)).\n"
    }
    return text
  }
}
