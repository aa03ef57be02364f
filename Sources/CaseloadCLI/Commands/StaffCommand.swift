import ArgumentParser
import Caseload

struct StaffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "staff",
    abstract: "How many judges, where, by when, and how sure that is.",
    discussion: """
      EXAMPLES
        caseload staff --filings 6834 --per-judge 201 --pending 800 --max-days 60
        caseload staff --filings 6834 --per-judge 201 --max-days 60 --overdispersion 25
        caseload staff allocate loads.csv --judges 34 --method all
        caseload staff plan --example > plan.yaml
        caseload staff plan plan.yaml --draws 50
        caseload staff track cases.csv --judges 34 --ratio 2.4
        caseload staff pipeline pipeline.yaml --years 10 --needed 34
        caseload staff team team.yaml --budget 20000
      """,
    subcommands: [
      StaffTargetCommand.self, StaffAllocateCommand.self, StaffPlanCommand.self,
      StaffTrackCommand.self, StaffPipelineCommand.self, StaffTeamCommand.self,
    ], defaultSubcommand: StaffTargetCommand.self)
}
