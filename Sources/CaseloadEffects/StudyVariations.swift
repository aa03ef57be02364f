import CaseloadData

/// Altered studies, on which checks run the same design again.
extension Study {
  /// A copy of `study` with another panel and other starts; variables must fit the panel.
  private init(_ study: Study, panel: Panel, treatmentStart: [Int: Period]) {
    self.panel = panel
    self.treatmentStart = treatmentStart
    exposure = study.exposure
    diverted = study.diverted
    covariates = study.covariates
    dose = study.dose
    treatment = study.treatment
    unitWeights = study.unitWeights
    clusters = study.clusters
    strata = study.strata
    eligible = study.eligible
    regions = study.regions
    negativeControls = study.negativeControls
    isRepeatedCrossSection = study.isRepeatedCrossSection
    events = study.events
    calendar = study.calendar
  }

  /// The study with other first treated periods, by the panel's index.
  ///
  /// A treatment that goes up and down, and doses, belong to the old starts and are left out.
  public func treated(from starts: [Int: Period]) -> Study {
    var copy = Study(self, panel: panel, treatmentStart: starts)
    copy.treatment = nil
    copy.dose = dose.filter { starts[$0.key] != nil }
    return copy
  }

  /// The study as if every unit had been treated `periods` earlier.
  public func startingEarlier(by periods: Int) -> Study {
    treated(from: treatmentStart.mapValues { $0.advanced(by: -periods) })
  }

  /// The study of some units only, in the order given.
  public func selecting(_ units: [Int]) -> Study {
    func kept<T>(_ values: [T]) -> [T] { values.isEmpty ? [] : units.map { values[$0] } }
    func kept(_ variable: Variable) -> Variable {
      Variable(name: variable.name, series: units.map { variable.series[$0] })
    }
    var starts: [Int: Period] = [:]
    var doses: [Int: Double] = [:]
    for (new, old) in units.enumerated() {
      starts[new] = treatmentStart[old]
      doses[new] = dose[old]
    }
    var copy = Study(
      self, panel: Panel(keyNames: panel.keyNames, entries: units.map { panel.entries[$0] }),
      treatmentStart: starts)
    copy.exposure = exposure.map(kept)
    copy.diverted = diverted.map(kept)
    copy.covariates = covariates.map(kept)
    copy.dose = doses
    copy.treatment = treatment.map(kept)
    copy.unitWeights = kept(unitWeights)
    copy.clusters = kept(clusters)
    copy.strata = kept(strata)
    copy.eligible = kept(eligible)
    copy.regions = kept(regions)
    copy.negativeControls = negativeControls.map(kept)
    return copy
  }

  /// The study of another outcome, one series a unit.
  public func replacingOutcome(_ series: [TimeSeries]) -> Study {
    precondition(series.count == panel.entries.count)
    return Study(
      self,
      panel: Panel(
        keyNames: panel.keyNames,
        entries: zip(panel.entries, series).map { Panel.Entry(key: $0.key, series: $1) }),
      treatmentStart: treatmentStart)
  }

  /// The study inside `range`; units keep their starts.
  public func window(_ range: Range<Period>) -> Study {
    func cut(_ variable: Variable) -> Variable {
      Variable(name: variable.name, series: variable.series.map { $0.window(range) })
    }
    var copy = replacingOutcome(panel.entries.map { $0.series.window(range) })
    copy.exposure = exposure.map(cut)
    copy.diverted = diverted.map(cut)
    copy.covariates = covariates.map(cut)
    copy.treatment = treatment.map(cut)
    copy.negativeControls = negativeControls.map(cut)
    return copy
  }

  /// The study without the values of `periods`, which become gaps.
  public func leavingOut(_ periods: Range<Period>) -> Study {
    replacingOutcome(
      panel.entries.map { entry in
        let series = entry.series
        return series.replacing(
          series.values.enumerated().map {
            periods.contains(series.start.advanced(by: $0.offset)) ? .nan : $0.element
          })
      })
  }

  /// Filings and what was diverted before it was filed, period by period; `nil` without diverted
  /// cases. A period of which one part is missing is missing.
  public var intake: Study? {
    guard let diverted else { return nil }
    return replacingOutcome(
      zip(panel.entries, diverted.series).map { entry, other in
        let own = entry.series
        return own.replacing(
          own.values.enumerated().map {
            $0.element + (other[own.start.advanced(by: $0.offset)] ?? .nan)
          })
      })
  }
}
