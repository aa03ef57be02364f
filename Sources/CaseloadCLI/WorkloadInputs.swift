import Caseload
import CaseloadIO

/// Where a workload's columns come from: options first, then the descriptor, then published figures.
struct WorkloadInputs {
  var incoming: String?
  var resolved: String?
  var pending: String?
  var judges: String?
  var casesPerJudge: Double?
  var caseload: Double?
  var model = Automatic.card.id
  var seed: UInt64 = 1
  var options: DataOptions

  /// The account of every court, and notes.
  func account(_ dataset: Dataset) throws(Diagnostic) -> (WorkloadAccount, [Diagnostic]) {
    let profile = dataset.profile.workload
    let isDefault = incoming == nil && options.value == nil
    var notes: [Diagnostic] = []
    var courts: [WorkloadAccount.Court] = []
    var keyNames: [String] = []
    var missing: [Text] = []
    let rate = casesPerJudge ?? profile?.statedCasesPerJudge?.value
    let post = judges.flatMap(Double.init) ?? profile?.statedJudges?.value
    let incomingColumn = incoming ?? options.value ?? profile?.incoming
    if let incomingColumn {
      let (panels, readNotes) = try panels(dataset, profile, isDefault, incomingColumn)
      notes += readNotes
      keyNames = panels.incoming.keyNames
      let stream = RandomStream(seed: seed)
      for (index, entry) in panels.incoming.entries.enumerated() {
        let series = CourtWorkload.Series(
          incoming: entry.series, resolved: panels.resolved?[entry.key],
          pending: panels.pending?[entry.key], judges: panels.judges?[entry.key] ?? panels.post)
        let place = Diagnostic.Location(
          file: dataset.path, series: panels.incoming.label(entry.key))
        let workload: CourtWorkload
        do { workload = try CourtWorkload(key: entry.key, series) } catch {
          throw error.located(place)
        }
        notes += workload.diagnostics
        let chosen =
          try ForecastModels.model(model)
        var projection: WorkloadProjection?
        do throws(Diagnostic) {
          projection = try WorkloadProjection(
            workload, series, model: chosen, statedProductivity: rate, statedJudges: post,
            from: stream.substream(UInt64(index)))
        } catch {
          notes.append(error.asNote.located(place))
          missing.append(error.message)
        }
        for diagnostic in projection?.diagnostics ?? [] {
          if diagnostic.code == .notComputable {
            missing.append(diagnostic.message)
          } else {
            notes.append(diagnostic.located(place))
          }
        }
        courts.append(
          WorkloadAccount.Court(
            label: panels.incoming.label(entry.key) ?? entry.series.name.en, workload: workload,
            projection: projection))
      }
    } else {
      guard profile != nil || casesPerJudge != nil else {
        throw Diagnostic(
          .missingOption, .error,
          Text(
            en: "The workload needs the column of incoming cases.", zh: "工作量分析需要指明收案列。"),
          hint: Text(
            en: "Add --incoming COLUMN, and --resolved, --pending, --judges where you have them.",
            zh: "请加上 --incoming 列名；如有，再加 --resolved、--pending、--judges。"))
      }
      missing = WorkloadAccount.notPublished
    }

    var needs: [WorkloadAccount.Need] = []
    if let caseload {
      let pace =
        rate ?? courts.compactMap { $0.workload.years.last?.casesPerJudge }.last
      if let pace, let need = CourtIndicators.judgesNeeded(caseload: caseload, casesPerJudge: pace)
      {
        needs.append(
          WorkloadAccount.Need(caseload: caseload, casesPerJudge: pace, judges: need))
      }
    } else if let rate {
      for caseload in try publishedCaseloads(dataset) {
        if let need = CourtIndicators.judgesNeeded(caseload: caseload, casesPerJudge: rate) {
          needs.append(
            WorkloadAccount.Need(caseload: caseload, casesPerJudge: rate, judges: need))
        }
      }
    }
    return (
      WorkloadAccount(
        keyNames: keyNames, courts: courts, statedCasesPerJudge: rate, statedJudges: post,
        capacity: rate.flatMap { rate in post.map { rate * $0 } }, needs: needs,
        notComputable: missing), notes
    )
  }

  /// The values of the dataset's default series, where a register stands in for a full table.
  private func publishedCaseloads(_ dataset: Dataset) throws(Diagnostic) -> [Double] {
    guard dataset.profile.series != nil, dataset.profile.figures != nil else { return [] }
    let (panel, _) = try options.panel(dataset)
    return panel.entries.flatMap { $0.series.observed.map(\.value) }
  }

  /// The columns of all courts.
  struct Panels {
    let incoming: Panel
    let resolved: Panel?
    let pending: Panel?
    let judges: Panel?
    /// One number of judges for every period, if that is all there is.
    let post: TimeSeries?
  }

  /// The columns of incoming, resolved and pending cases and of judges, by the same keys.
  func panels(
    _ dataset: Dataset, _ profile: CaseloadProfile.Workload?, _ isDefault: Bool,
    _ incomingColumn: String
  ) throws(Diagnostic) -> (Panels, [Diagnostic]) {
    let (_, base) = try options.selection(dataset)
    let resource =
      options.resource ?? (isDefault ? profile?.resource : nil)
      ?? dataset.profile.series?.resource
    let table = try dataset.table(resource)
    let mainSource = table.source
    let by = options.by.map { $0.split(separator: ",").map(String.init) } ?? profile?.by
    func panel(_ table: Table, _ column: String, _ measure: Measure) throws(Diagnostic) -> (
      Panel, [Diagnostic]
    ) {
      var selection = base
      selection.value = column
      selection.measure = measure
      selection.name = nil
      let others = [incoming, resolved, pending, judges].compactMap { $0 }
      if selection.keys == nil || table.source != mainSource {
        selection.keys = table.columns.filter { candidate in
          !table.isNumeric(candidate) && candidate.name != selection.period
            && !others.contains(candidate.name)
        }.map(\.name)
      }
      let (panel, notes) = try table.panel(selection)
      // --by "" sums all courts; without it a descriptor's own grouping holds.
      guard let by, options.by != nil || !by.isEmpty else { return (panel, notes) }
      return (try panel.aggregated(by: by.filter { panel.keyNames.contains($0) }), notes)
    }
    let (incomingPanel, notes) = try panel(table, incomingColumn, .flow)
    var resolvedPanel: Panel?
    if let column = resolved ?? (isDefault ? profile?.resolved : nil) {
      resolvedPanel = try panel(table, column, .flow).0
    }
    var pendingPanel: Panel?
    if let column = pending ?? (isDefault ? profile?.pending : nil) {
      pendingPanel = try panel(table, column, .stock).0
    }
    var judgesPanel: Panel?
    var post: TimeSeries?
    if let judges, let count = Double(judges) {
      guard let first = incomingPanel.entries.first?.series else {
        return (
          Panels(
            incoming: incomingPanel, resolved: resolvedPanel, pending: pendingPanel, judges: nil,
            post: nil), notes
        )
      }
      post = TimeSeries(
        measure: .stock, start: first.start,
        values: [Double](repeating: count, count: first.count))
    } else if let column = judges ?? (isDefault ? profile?.judgesColumn : nil) {
      let source = try dataset.table(isDefault ? profile?.judgesResource ?? resource : resource)
      judgesPanel = try panel(source, column, .stock).0
    }
    return (
      Panels(
        incoming: incomingPanel, resolved: resolvedPanel, pending: pendingPanel,
        judges: judgesPanel, post: post), notes
    )
  }
}
