import Caseload
import CaseloadIO
import Foundation

/// Runs every analysis that a dataset allows, for a report.
struct ReportAssembly {
  let data: String
  let seed: UInt64
  let horizon: Int?
  /// A file of scenarios; `nil` for the dataset's own, or one more judge.
  var scenarios: String?

  func inputs(_ dataset: Dataset) async throws -> ReportInputs {
    let profile = dataset.profile
    let options: DataOptions
    do { options = try DataOptions.parse([data]) } catch {
      preconditionFailure("the data argument does not parse: \(error)")
    }
    let (panel, notes) = try options.panel(dataset)
    var inputs = ReportInputs(
      title: dataset.package == nil && data == "-" ? Text("") : dataset.title,
      sources: dataset.package?.sources.map {
        $0.path.isEmpty ? $0.title : "\($0.title) (\($0.path))"
      } ?? (data == "-" ? [] : [data]),
      panel: panel, version: CaseloadRelease.version)
    inputs.isSimulated = profile.isSimulated
    inputs.events = profile.events
    inputs.calendar = profile.calendar
    inputs.seriesTitle = Self.seriesTitle(dataset)
    inputs.digests = dataset.digests
    inputs.notes = dataset.notes + notes
    inputs.names = Self.names(dataset)
    let stream = RandomStream(seed: seed)

    if let name = profile.figures {
      let register = try FigureRegister(try dataset.table(name), scopes: profile.scopes)
      let (findings, auditNotes) = try FigureAudit.findings(register)
      inputs.register = register
      inputs.findings = findings
      inputs.notes += auditNotes
      if let cause = profile.claimedCause { inputs.interventionName = cause }
      inputs.yardsticks = profile.yardsticks
    } else {
      try addSeries(&inputs, panel, profile, stream)
    }
    if let intervention = profile.intervention {
      let reading = try StudyReading(dataset, intervention)
      let study = reading.study
      var design = InterruptedTimeSeries()
      design.scale = intervention.scale
      inputs.interventionName = intervention.name
      inputs.study = study
      let drawn = stream.substream(named: "effect")
      let answer = try design.estimate(study, level: 0.95, from: drawn)
      let checks = EffectChecks.run(
        study, design, answer, from: drawn.substream(named: "checks"))
      let estimate = answer.with(checks: checks)
      inputs.effect = estimate
      inputs.notes += reading.notes + estimate.diagnostics
    }
    if profile.workload != nil {
      let (account, workloadNotes) = try WorkloadInputs(seed: seed, options: options).account(
        dataset)
      inputs.account = account
      inputs.notes += workloadNotes
      try await addScenarios(&inputs, dataset, options)
    }
    return inputs
  }

  /// Scenarios, and the next year of every court as their base has it, so that a report holds one
  /// answer. Without pending cases or judges there are none.
  private func addScenarios(
    _ inputs: inout ReportInputs, _ dataset: Dataset, _ options: DataOptions
  ) async throws {
    let own =
      dataset.package == nil
      ? nil
      : URL(fileURLWithPath: data).appendingPathComponent(
        "scenarios.yaml"
      ).path
    let path = scenarios ?? own.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    guard let account = inputs.account,
      account.courts.contains(where: { $0.projection?.pending != nil })
    else { return }
    let run: ScenarioRun
    do {
      let (state, _) = try WorkloadInputs(options: options).courtState(dataset)
      var plan = ScenarioPlan.oneMoreJudge(state, names: inputs.names)
      if let path {
        plan = try YAMLFile.decode(ScenarioPlan.self, at: path)
        let digest = try YAMLFile.digest(at: path)
        inputs.digests[digest.name] = digest.sha256
      }
      run = try await ScenarioRun.projected(state, plan, seed: seed)
    } catch let diagnostic as Diagnostic where scenarios == nil {
      // The file that was asked for must be right; the rest of a report stands without scenarios.
      inputs.notes.append(diagnostic.asNote)
      return
    }
    inputs.scenarios = run
    inputs.notes += run.diagnostics
    inputs.account = account.projected { court in
      court.workload.key.first.flatMap { WorkloadProjection(run, court: $0) }
    }
  }

  /// Growth by the last key and of the total; the forecast of the total.
  private func addSeries(
    _ inputs: inout ReportInputs, _ panel: Panel, _ profile: CaseloadProfile, _ stream: RandomStream
  ) throws(Diagnostic) {
    let total: TimeSeries
    do { total = try panel.total() } catch {
      // Ratios of several units have no sum; the report says that it lacks a total.
      inputs.notes.append(error.asNote)
      return
    }
    inputs.total = total
    func growth(_ series: TimeSeries, _ key: [String: String], _ index: UInt64)
      throws(Diagnostic) -> Growth
    {
      try Growth(
        of: series, events: profile.events.filter { $0.applies(to: key) },
        calendar: profile.calendar, from: stream.substream(index))
    }
    if let key = panel.keyNames.last {
      let groups = try panel.aggregated(by: [key])
      for (index, entry) in groups.entries.enumerated() {
        inputs.growth.append(
          (entry.key[0], try growth(entry.series, [key: entry.key[0]], UInt64(index))))
      }
    }
    inputs.growth.append(("", try growth(total, [:], 1000)))
    do { try addForecast(&inputs, total, stream.substream(named: "forecast")) } catch {
      inputs.notes.append(error.asNote)
    }
  }

  /// The forecast of the total and, for a flow, of its sum.
  private func addForecast(
    _ inputs: inout ReportInputs, _ total: TimeSeries, _ stream: RandomStream
  ) throws(Diagnostic) {
    let model = Automatic()
    let ahead = horizon ?? max(1, Int((total.frequency.periodsPerYear ?? 1).rounded()))
    let forecast = try Forecast(total, model: model, horizon: ahead)
    inputs.forecast = forecast
    guard total.measure == .flow else { return }
    inputs.forecastTotal =
      ahead == 1
      ? forecast.marginals[0]
      : try Forecast.total(of: total, model: model, horizon: ahead, from: stream)
  }

  /// What the default series holds, where the dataset holds more than that.
  private static func seriesTitle(_ dataset: Dataset) -> Text? {
    guard let package = dataset.package, package.resources.count > 1,
      !dataset.profile.isSimulated, let name = dataset.profile.series?.resource
    else { return nil }
    return package.resources.first { $0.name == name }?.title
  }

  /// Names of key values in both languages, where the descriptor gives them.
  private static func names(_ dataset: Dataset) -> [String: Text] { dataset.profile.names }
}
