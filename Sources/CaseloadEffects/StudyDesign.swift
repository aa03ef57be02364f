import CaseloadData
import CaseloadMath

/// What a study can tell, before any estimate is looked at: its units, periods and waves, what is
/// missing, and which designs the data allow.
public struct StudyDesign: Codable, Sendable {
  /// The units whose treatment begins in one period.
  public struct Cohort: Codable, Sendable, Equatable {
    public let start: Period
    public let units: [String]
    /// Periods of the data before the start, and from it on.
    public let periodsBefore: Int
    public let periodsAfter: Int
  }

  /// A stretch of a unit without values between its first and its last.
  public struct Gap: Codable, Sendable, Equatable {
    public let unit: String
    public let from: Period
    public let to: Period
  }

  /// A unit that is observed in a part of the study's time only.
  public struct Span: Codable, Sendable, Equatable {
    public let unit: String
    public let from: Period
    public let to: Period
  }

  /// How much an effect so many periods after the start can rest on.
  public struct Support: Codable, Sendable, Equatable {
    /// Periods since the first treated one; negative before.
    public let eventTime: Int
    /// Treated units that are observed then.
    public let treatedUnits: Int
    /// Cohorts that they belong to.
    public let cohorts: Int
    /// Units not treated then that are observed in the calendar period of one of them.
    public let comparisonUnits: Int
  }

  /// Whether a design can answer the study.
  public struct Feasibility: Codable, Sendable {
    /// Its identifier: `callaway-santanna`.
    public let design: String
    public let name: Text
    public let isFeasible: Bool
    /// Why not, and what to do; `nil` for a feasible one.
    public let reason: Diagnostic?
  }

  public let outcome: Text
  public let measure: Measure
  public let frequency: Frequency
  public let start: Period
  public let end: Period
  public let periodCount: Int
  public let unitCount: Int
  /// Values that are not missing.
  public let observationCount: Int
  /// Whether every unit has a value in every period.
  public let isBalanced: Bool
  /// In time.
  public let cohorts: [Cohort]
  public let neverTreated: [String]
  /// Units whose treatment begins after the data end.
  public let notYetTreated: [String]
  /// Units that are treated in every period of the data.
  public let alwaysTreated: [String]
  /// Clusters with a treated unit, and without.
  public let treatedClusters: Int
  public let comparisonClusters: Int
  /// Whether a treatment that began goes on to the end.
  public let isAbsorbing: Bool
  public let gaps: [Gap]
  public let partial: [Span]
  public let support: [Support]
  /// No randomization of the programme among the clusters gives a p-value below this.
  public let smallestPValue: Double?
  /// What the study brings beside outcome and starts: `exposure`, `diverted`, ….
  public let variables: [String]
  public let designs: [Feasibility]
  /// A fall, as a rate, at 5 % and a power of 80 %, by the noise of the untreated periods; `nil`
  /// without comparison units, or where an outcome has no logarithm.
  public let minimumDetectableEffect: Double?
  /// What to bear in mind, most important first.
  public private(set) var notes: [Text]
}

extension StudyDesign {
  /// The design of a study.
  ///
  /// - Parameters:
  ///   - study: as it was asked.
  ///   - estimators: the designs to try; what they estimate is not looked at.
  ///   - stream: of whatever a design draws.
  /// - Throws: what ``StudyGrid`` throws for a study without units or of several frequencies.
  public init(
    _ study: Study, estimators: [any EffectEstimator], from stream: RandomStream
  ) throws(Diagnostic) {
    let grid = try StudyGrid(study)
    let census = StudyCensus(study, grid)
    let entries = study.panel.entries
    outcome = entries.first?.series.name ?? Text("")
    measure = entries.first?.series.measure ?? .flow
    frequency = grid.start.frequency
    start = grid.start
    end = grid.period(grid.periodCount - 1)
    periodCount = grid.periodCount
    unitCount = grid.unitCount
    observationCount = grid.outcome.count { !$0.isNaN }
    isBalanced = !grid.outcome.contains { $0.isNaN }
    cohorts = grid.cohorts.map { column in
      Cohort(
        start: grid.period(column), units: census.units { $0 == column }, periodsBefore: column,
        periodsAfter: grid.periodCount - column)
    }
    neverTreated = census.units { $0 == StudyGrid.never }
    notYetTreated = census.units { $0 != StudyGrid.never && $0 >= grid.periodCount }
    alwaysTreated = census.units { $0 <= 0 }
    treatedClusters = census.treatedClusters.count
    comparisonClusters = grid.clusterCount - census.treatedClusters.count
    isAbsorbing = Self.isAbsorbing(study)
    // Each row of a cross-section has one value: nothing is missing of it.
    gaps = study.isRepeatedCrossSection ? [] : census.gaps
    partial = study.isRepeatedCrossSection ? [] : census.partial
    support = census.support
    smallestPValue = Self.smallestPValue(
      treated: census.treatedClusters.count, of: grid.clusterCount)
    variables = Self.variables(study)
    designs = estimators.map { Self.feasibility(of: $0, study, from: stream) }
    minimumDetectableEffect = Self.detectable(study)
    notes = []
    notes = StudyAdvice(self, study).notes
  }

  /// 1/C(n, k): one of all equally likely assignments.
  static func smallestPValue(treated k: Int, of n: Int) -> Double? {
    guard k > 0, k < n else { return nil }
    var assignments = 1.0
    for i in 0..<min(k, n - k) { assignments *= Double(n - i) / Double(i + 1) }
    return 1 / assignments
  }

  private static func isAbsorbing(_ study: Study) -> Bool {
    guard let treatment = study.treatment else { return true }
    return treatment.series.allSatisfy { series in
      let values = series.values.drop { $0 == 0 || $0.isNaN }
      return !values.contains(0)
    }
  }

  private static func detectable(_ study: Study) -> Double? {
    guard !study.isRepeatedCrossSection, let grid = try? StudyGrid(study, scale: .log) else {
      return nil
    }
    return MinimumDetectableEffect(grid)?.value.map { -expm1(-$0) }
  }

  private static func variables(_ study: Study) -> [String] {
    let held: [(String, Bool)] = [
      ("exposure", study.exposure != nil), ("diverted", study.diverted != nil),
      ("covariates", !study.covariates.isEmpty), ("dose", !study.dose.isEmpty),
      ("treatment", study.treatment != nil), ("weights", !study.unitWeights.isEmpty),
      ("cluster", !study.clusters.isEmpty), ("strata", !study.strata.isEmpty),
      ("eligible", !study.eligible.isEmpty), ("region", !study.regions.isEmpty),
      ("negative-control", !study.negativeControls.isEmpty),
    ]
    return held.filter(\.1).map(\.0)
  }

  /// Tries a design: with few draws where it draws, and where that is refused in full,
  /// since only the design knows all that it needs. What it estimates is not looked at.
  private static func feasibility(
    of estimator: some EffectEstimator, _ study: Study, from stream: RandomStream
  ) -> Feasibility {
    let card = type(of: estimator).card
    let quick = MethodOptions.changing(estimator, quickest)
    if let quick, (try? quick.estimate(study, level: 0.95, from: stream)) != nil {
      return Feasibility(design: card.id, name: card.name, isFeasible: true, reason: nil)
    }
    do throws(Diagnostic) {
      _ = try estimator.estimate(study, level: 0.95, from: stream)
      return Feasibility(design: card.id, name: card.name, isFeasible: true, reason: nil)
    } catch {
      return Feasibility(design: card.id, name: card.name, isFeasible: false, reason: error)
    }
  }

  private static let quickest: [String: JSON] = ["draws": 200]
}
