import CaseloadData
import CaseloadMath

/// Effects of a treatment that may go up and down again, by units that switch against units that have
/// not yet.
///
/// ```
/// DID_ℓ: outcome ℓ periods after the first change, less the last before it, against units of the same
///        first treatment that have not changed yet;  minus that where treatment went down
/// δ = Σ_ℓ Σ_i S_i DID_iℓ / Σ_ℓ Σ_i |D_{i,F−1+ℓ} − D_i1|      per unit of treatment
/// DID_M: every change between two periods, against units whose treatment stays
/// ```
///
/// `effect=average` is δ over all horizons: the programme's total effect per unit-period of treatment,
/// whatever lasting effects earlier treatment has. `first` is DID_1. `every-switch` is DID_M, which
/// uses later changes too and needs effects that do not outlast the treatment. Without the study's
/// `treatment` the programme stays from its start on.
///
/// - Sources: de Chaisemartin & D'Haultfœuille (2020), *American Economic Review* 110, 2964–2996;
///   de Chaisemartin & D'Haultfœuille (2024), *Review of Economics and Statistics*. As
///   `did_multiplegt` and `did_multiplegt_dyn`.
public struct ChaisemartinDHaultfoeuille: DifferenceEstimator {
  /// What the headline is.
  public enum Effect: String, Codable, Sendable, CaseIterable {
    case average, first
    case everySwitch = "every-switch"
  }

  public var scale = EffectEstimate.Scale.level
  public var effect = Effect.average
  /// Periods since the change over which effects are estimated; 0 for all.
  public var horizons = 0
  /// Periods before the change that are tested; 0 for up to 6.
  public var placebos = 0
  /// Whether the path is per unit of treatment received.
  public var normalized = false
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "chaisemartin",
    name: Text(en: "Switchers against stayers", zh: "切换者与未切换者比较"),
    summary: Text(
      en: "Units whose treatment changes, up or down, against units of the same treatment so far "
        + "whose treatment has not changed yet.",
      zh: "处理水平（上升或下降）改变的单位，与此前处理水平相同且尚未改变的单位比较。"),
    equation:
      #"\mathrm{DID}_\ell = \frac1{N_\ell}\sum_i S_i (Y_{i,F_i-1+\ell} - Y_{i,F_i-1} - \overline{\Delta Y}_{\text{not yet}})"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "effect",
        Text(
          en: "average (per unit of treatment, all horizons), first (first period) or every-switch "
            + "(all changes)",
          zh: "average（各期每单位处理）、first（首期）或 every-switch（所有变化）")
      ),
      ("horizons", Text(en: "periods since the change; 0 for all", zh: "变化后的时期数；0 表示全部")),
      (
        "placebos",
        Text(en: "periods before the change to test; 0 for up to 6", zh: "检验的变化前时期数；0 表示至多 6")
      ),
      (
        "normalized",
        Text(en: "true for a path per unit of treatment received", zh: "true 表示按所受处理量计的路径")
      ),
      (
        "inference",
        Text(
          en: "auto, influence, randomization, multiplier-bootstrap, jackknife",
          zh: "auto、influence、randomization、multiplier-bootstrap、jackknife")
      ),
    ],
    assumptions: [
      Text(
        en: "Units of the same first treatment would have moved in parallel had it not changed.",
        zh: "若处理水平不变，初始处理相同的单位会平行变动。"),
      Text(en: "Nobody acted on a change before it came.", zh: "变化之前无人提前反应。"),
      Text(en: "Clusters are independent.", zh: "群组之间相互独立。"),
    ],
    sources: [
      Bibliography.chaisemartinDHaultfoeuille2020, Bibliography.chaisemartinDHaultfoeuille2024,
    ], minimumObservations: 2)

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let effects = SwitchEffects(grid: grid, paths: TreatmentPaths(grid))
    guard let average = headline(effects) else { throw Self.nothing(grid, effects.paths) }
    return average
  }

  /// The last horizon: asked for, or that the data allow.
  func lastHorizon(_ paths: TreatmentPaths) -> Int {
    let longest = paths.periodCount - (paths.change.min() ?? paths.periodCount)
    return max(0, horizons > 0 ? min(horizons, longest) : longest)
  }

  /// `nil` where no switcher has a control.
  private func headline(_ effects: SwitchEffects) -> AverageEffect? {
    switch effect {
    case .everySwitch:
      let sum = effects.every()
      return sum.average(over: sum.present)
    case .first:
      let sum = effects.first(1)
      return sum.average(over: sum.weight)
    case .average:
      return Self.total((1...max(1, lastHorizon(effects.paths))).map { effects.first($0) })
    }
  }

  /// δ from the sums of all horizons; `nil` where nothing was treated more or less.
  static func total(_ sums: [SwitchEffects.Sum]) -> AverageEffect? {
    guard var whole = sums.first else { return nil }
    for sum in sums.dropFirst() {
      whole.value += sum.value
      whole.present += sum.present
      for c in whole.influence.indices { whole.influence[c] += sum.influence[c] }
      whole.switchingClusters.formUnion(sum.switchingClusters)
    }
    return whole.average(over: whole.present)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    try TreatmentReversal.refuseCrossSections(study, design: Self.card.id)
    // Units treated from the first period on may be the comparison of those that stop.
    let grid: StudyGrid
    var notes: [Diagnostic] = []
    if study.treatment == nil {
      let prepared = try PreparedStudy(study, scale: scale)
      (grid, notes) = (prepared.grid, prepared.notes)
    } else {
      grid = try StudyGrid(study, scale: scale)
    }
    let effects = SwitchEffects(grid: grid, paths: TreatmentPaths(grid))
    guard let average = headline(effects) else { throw Self.nothing(grid, effects.paths) }
    let answer = try DifferenceInference.answer(
      self, grid, effect: average, level: level, from: stream)
    let report = SwitchReport(effects, self, level: level)
    if !study.covariates.isEmpty {
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "Covariates are not used by this design.", zh: "该设计不使用协变量。"),
          hint: Text(
            en: "Use --design imputation or callaway-santanna for them.",
            zh: "如需协变量，请用 --design imputation 或 callaway-santanna。")))
    }
    return EffectEstimate(
      design: Self.card.id, estimand: report.estimand(study), scale: scale,
      average: InfluenceEstimate.rate(answer.average, scale), quantities: report.quantities,
      path: report.path, cells: report.cells, inference: answer.inference,
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: answer.minimumDetectableEffect.map {
        scale == .log ? -expm1(-$0) : $0
      },
      assumptions: report.assumptions, diagnostics: notes + report.notes)
  }

  private static func nothing(_ grid: StudyGrid, _ paths: TreatmentPaths) -> Diagnostic {
    let switcher = paths.change.firstIndex { $0 != StudyGrid.never }
    guard let switcher else {
      return Diagnostic(
        .noTreatedUnit, .error,
        Text(
          en: "No unit's treatment changes inside the data.", zh: "数据期内没有任何单位的处理水平改变。"),
        hint: Text(
          en: "The data run from \(grid.start) to \(grid.period(grid.periodCount - 1)).",
          zh: "数据范围为 \(grid.start) 至 \(grid.period(grid.periodCount - 1))。"))
    }
    let (label, period) = (
      grid.labels[switcher], grid.period(paths.change[switcher]).description
    )
    return Diagnostic(
      .noComparison, .error,
      Text(
        en:
          "No unit whose treatment changes can be set against one of the same first treatment that "
          + "has not changed yet and is observed in the same periods (\(label) changes in \(period)).",
        zh: "没有任何处理改变的单位可与初始处理相同、尚未改变且同期有观测的单位比较（\(label) 于 \(period) 改变）。"),
      at: Diagnostic.Location(series: label, period: period),
      hint: Text(
        en:
          "Add units that keep their first treatment longer, or fill the gaps around the changes.",
        zh: "请加入更久保持初始处理的单位，或补齐变化前后的缺值。"))
  }
}
