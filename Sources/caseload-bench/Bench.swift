import ArgumentParser
import Caseload
import CaseloadIO

/// Measurements that anyone can repeat: accuracy against certified values, coverage of intervals.
@main struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caseload-bench",
    abstract: "Measures what Caseload claims.",
    subcommands: [
      CoverageBench.self, CityBench.self, AccuracyBench.self, ClusterBench.self,
      RegressionBench.self, LeastSquaresBench.self, BootstrapBench.self, CompetitionBench.self,
      SimulatedSeries.self, EffectSpeedBench.self, CityEffectBench.self, PlaceboBench.self,
      EffectSizeBench.self, HawaiiBench.self, SimulatorBench.self, ScenarioBench.self,
    ],
    defaultSubcommand: CoverageBench.self)
}
