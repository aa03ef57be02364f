import ArgumentParser
import Caseload
import CaseloadIO

struct StaffPipelineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline",
    abstract: "The headcount of the coming years: retirements, departures, promotions.",
    discussion: """
      EXAMPLES
        caseload staff pipeline --example > pipeline.yaml
        caseload staff pipeline pipeline.yaml --years 10
        caseload staff pipeline pipeline.yaml --years 10 --needed 34
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A YAML file with judges, assistants and what happens to them.")
  var file: String?

  @Flag(help: "Print an example of such a file.")
  var example = false

  @Option(help: "Years ahead.")
  var years = 10

  @Option(help: "Judges needed: one number, or one a year with commas.")
  var needed: String?

  @Option(help: "Simulated futures.")
  var draws = 2000

  @Option(help: "The seed of the simulation.")
  var seed: UInt64 = 1

  @Option(help: "At most this many threads; the answer does not depend on it.")
  var threads: Int?

  static let exampleFile = """
    posts: 34                   # of judges; assistants are promoted while fewer are filled
    retirementAge: 60
    yearsToPromotion: 5         # of an assistant's service
    newAssistants: 2            # a year
    entryAge: 26
    promotionCap: 4             # a year; leave out for no limit
    judges:
      - {age: 38, count: 10}
      - {age: 46, count: 14}
      - {age: 55, count: 9}
    assistants:
      - {age: 28, count: 6, service: 1}
      - {age: 31, count: 5, service: 4}
    judgeHazards:               # who leaves before retirement, a year, from an age on
      - {fromAge: 0, probability: 0.02}
      - {fromAge: 50, probability: 0.04}
    assistantHazards:
      - {fromAge: 0, probability: 0.08}

    """

  func run() async throws {
    if example {
      if let output = global.output {
        try OutputFile.write(Self.exampleFile, to: output)
      } else {
        printOut(Self.exampleFile)
      }
      return
    }
    let file = try StaffOptions.required(file, "PIPELINE", "pipeline.yaml (--example shows one)")
    try StaffOptions.check(draws: draws, atMost: 100_000)
    guard threads ?? 1 > 0, (1...100).contains(years) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "--years is 1 to 100 and --threads at least 1.",
          zh: "--years 应为 1 至 100，--threads 至少为 1。"),
        hint: Text(en: "Write --years 10.", zh: "请写作 --years 10。"))
    }
    let need = try neededByYear()
    let pipeline = try YAMLFile.decode(JudicialPipeline.self, at: file)
    let result = try await pipeline.projection(
      years: years, needed: need, replicates: draws, from: RandomStream(seed: seed),
      threads: threads)
    let columns = [
      "year", "judges", "lower80", "upper80", "lower95", "upper95", "assistants", "leavingJudges",
      "promotions", "shortageProbability",
    ]
    let rows = result.map { year -> [Cell] in
      [
        .number(Double(year.year), decimals: 0), .number(year.judges.mean, decimals: 1),
        .number(year.judges.lower80, decimals: 0), .number(year.judges.upper80, decimals: 0),
        .number(year.judges.lower95, decimals: 0), .number(year.judges.upper95, decimals: 0),
        .number(year.assistants.mean, decimals: 1), .number(year.leavingJudges.mean, decimals: 2),
        .number(year.promotions.mean, decimals: 2), .number(year.shortageProbability, decimals: 3),
      ]
    }
    try CommandResult(
      schema: "caseload.staff-pipeline/1", payload: result, table: ResultTable(columns, rows),
      seed: seed, inputs: InputDigest.of([file])
    ).emit(global, nil)
  }

  private func neededByYear() throws(Diagnostic) -> [Double]? {
    guard let needed else { return nil }
    let numbers = needed.split(separator: ",").map { Double($0) ?? .nan }
    guard numbers.count == 1 || numbers.count == years, numbers.allSatisfy({ $0 >= 0 }) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "--needed '\(needed)' is neither one number nor \(years).",
          zh: "--needed '\(needed)' 既不是一个数，也不是 \(years) 个数。"),
        hint: Text(en: "Write --needed 34.", zh: "请写作 --needed 34。"))
    }
    return numbers.count == 1 ? [Double](repeating: numbers[0], count: years) : numbers
  }
}
