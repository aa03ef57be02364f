import ArgumentParser
import Caseload
import CaseloadIO

struct StaffPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Recruit over the years at the least cost: who, when, what is not sat, what binds.",
    discussion: """
      EXAMPLES
        caseload staff plan --example > plan.yaml
        caseload staff plan plan.yaml
        caseload staff plan plan.yaml --draws 50 --format json

      A plan has years, judgeTypes and jurisdictions. Numbers are per year: one
      number, or a list with one a year. Days not sat cost the penalty of their
      jurisdiction; shares are of the days demanded. With --draws the demand is
      drawn from its demandError, and the recruits that are best on average are
      held against those that are best for the expected demand.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A YAML file with the plan.")
  var file: String?

  @Flag(help: "Print an example of such a file.")
  var example = false

  @Option(help: "Draws of the demand, from 1 to 200.")
  var draws: Int?

  @Option(help: "The seed of the draws.")
  var seed: UInt64 = 1

  static let exampleFile = """
    # A court plans three years. Money is in thousands, work in sitting days.
    years: [2027, 2028, 2029]
    judgeTypes:
      - name: judge
        initial: 34
        sittingDays: 200        # that a full-time judge can sit
        minimumDays: 150        # that a judge in post must sit
        salary: 300
        recruitmentCost: 40
        exits: [2, 3, 2]        # retirements
        attrition: 0.03         # share of those in post who leave beside these
        recruitmentCap: 5
        minimumShare: 0.6       # of the days demanded, in every jurisdiction
        recruitedFrom:          # a share of the recruits comes from other judges
          - {from: deputy, share: 0.5}
        newcomerOutput: [0.5]   # share of a full load in the first year
      - name: deputy
        initial: 12
        sittingDays: 60
        feePerDay: 1.2
        exits: 1
        recruitmentCap: [6, 6, 6]
        maximumShare: 0.3
    jurisdictions:
      - name: civil
        demand: [5000, 5300, 5600]
        demandError: [150, 300, 450]
        penalty: 4              # what a day that is not sat costs
      - name: enforcement
        demand: [1900, 2000, 2100]
        demandError: [100, 150, 200]
        penalty: 3
    budget: 13500               # a year, for salaries, hiring and fees
    wholeRecruits: false

    """

  struct Payload: Encodable, Sendable {
    let plan: WorkforcePlan
    let stochastic: StochasticWorkforcePlan?
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
    let file = try StaffOptions.required(file, "PLAN", "plan.yaml (--example shows one)")
    if let draws { try StaffOptions.check(draws: draws, atMost: 200) }
    let problem = try YAMLFile.decode(WorkforceProblem.self, at: file)
    let plan: WorkforcePlan
    var stochastic: StochasticWorkforcePlan?
    do {
      plan = try problem.plan()
      if let draws {
        stochastic = try problem.stochasticPlan(
          under: problem.demandDraws(draws, from: RandomStream(seed: seed)))
      }
    } catch {
      throw error.located(Diagnostic.Location(file: file))
    }
    let rows = plan.staff.map { staff -> [Cell] in
      [
        .text(staff.year), .text(staff.judgeType), .number(staff.inPost, decimals: 2),
        .number(staff.recruited, decimals: 2), .number(staff.leaving, decimals: 2),
        .number(staff.daysSat, decimals: 1), .number(staff.utilization, decimals: 3),
      ]
    }
    try CommandResult(
      schema: "caseload.staff-plan/1", payload: Payload(plan: plan, stochastic: stochastic),
      table: ResultTable(
        ["year", "judgeType", "inPost", "recruited", "leaving", "daysSat", "utilization"], rows),
      text: StaffPlanText.report(plan, stochastic, global.language), isTabular: false,
      seed: draws == nil ? nil : seed, inputs: InputDigest.of([file])
    ).emit(global, nil)
  }
}
