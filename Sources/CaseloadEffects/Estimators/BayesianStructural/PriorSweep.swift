import CaseloadData
import CaseloadMath

/// The average effect under other priors of the level and with or without a slope.
///
/// A local level follows the data as loosely as its prior lets it, and a level without a slope takes a
/// rising series for an effect; neither shows in an interval. Settings that the time before makes less
/// than a hundredth as likely as the best are shown and not counted; the setting asked for always counts.
struct PriorSweep: Sendable {
  struct Setting: Sendable {
    let level: Double
    let hasSlope: Bool
    /// On the scale of the estimate.
    let average: Double
    let lower: Double
    let upper: Double
    /// ln p(y), up to a constant that all settings share.
    let logEvidence: Double
    var isCounted = true
    var isChosen = false

    /// −1, 0, 1: the interval lies below zero, holds it, lies above.
    var verdict: Int { upper < 0 ? -1 : lower > 0 ? 1 : 0 }
    var id: String { (hasSlope ? "linear-" : "level-") + NumberText.plain(level) }
  }

  private(set) var settings: [Setting]

  /// Swept beside the prior asked for.
  static let levels = [0.001, 0.01, 0.03, 0.1, 0.3]
  /// Of settings with less than this share of the best one's evidence none is counted.
  private static let leastEvidence = 0.01

  init(_ settings: [Setting]) {
    let best = settings.map(\.logEvidence).max() ?? 0
    self.settings = settings.map { setting in
      var copy = setting
      copy.isCounted =
        setting.isChosen || !(setting.logEvidence < best + log(Self.leastEvidence))
      return copy
    }
  }

  var counted: [Setting] { settings.filter(\.isCounted) }
  var chosen: Setting? { settings.first(where: \.isChosen) }
  var signFlips: Bool {
    counted.contains { $0.average > 0 } && counted.contains { $0.average < 0 }
  }
  var verdictChanges: Bool { Set(counted.map(\.verdict)).count > 1 }
  /// Whether an average may be stated without its prior.
  var allowsHeadline: Bool { !verdictChanges && !signFlips }
  var lowest: Setting? { counted.min { $0.average < $1.average } }
  var highest: Setting? { counted.max { $0.average < $1.average } }

  static let name = Text(en: "Sweep of the priors", zh: "先验扫描")
  static let assumption = Text(
    en: "The answer does not hang on the prior of the level or on the slope.",
    zh: "结论不取决于水平的先验或是否设斜率。")

  func status(_ shown: (Double) -> Text) -> AssumptionStatus {
    let range = range(shown)
    if allowsHeadline {
      return AssumptionStatus(
        Self.assumption, .supported,
        evidence: Text(
          en: "\(range.en); the interval's verdict is the same in all.",
          zh: "\(range.zh)，各设定下区间结论一致。"),
        summary: Text(
          en: "The interval's verdict is the same under every prior that the time before allows.",
          zh: "在干预前数据所容许的各种先验下，区间结论一致。"))
    }
    return AssumptionStatus(
      Self.assumption, signFlips ? .violated : .doubtful,
      evidence: Text(
        en: "\(range.en): "
          + (signFlips
            ? "the sign is the prior's choice."
            : "whether zero is ruled out is the prior's choice."),
        zh: "\(range.zh)：" + (signFlips ? "符号取决于先验。" : "能否排除零取决于先验。")),
      summary: signFlips
        ? Text(
          en: "The sign of the effect changes with the prior: no number should lead.",
          zh: "效应的符号随先验而变，不宜以任何一个数字为结论。")
        : Text(
          en: "Whether the interval holds zero changes with the prior: no number should lead.",
          zh: "区间是否含零随先验而变，不宜以任何一个数字为结论。"))
  }

  private func range(_ shown: (Double) -> Text) -> Text {
    guard let lowest, let highest else { return Text("") }
    return Text(
      en: "From \(shown(lowest.average).en) (\(lowest.words.en)) to \(shown(highest.average).en) "
        + "(\(highest.words.en)) over \(counted.count) of \(settings.count) settings",
      zh: "在 \(settings.count) 种设定中的 \(counted.count) 种下，由 \(shown(lowest.average).zh)"
        + "（\(lowest.words.zh)）至 \(shown(highest.average).zh)（\(highest.words.zh)）")
  }

  func check(_ shown: (Double) -> Text) -> EffectCheck {
    let status = status(shown)
    var figures: [EffectCheck.Figure] = [
      .init("headline", allowsHeadline ? 1 : 0), .init("signFlips", signFlips ? 1 : 0),
      .init("verdictChanges", verdictChanges ? 1 : 0), .init("lowest", lowest?.average),
      .init("highest", highest?.average), .init("settings", Double(settings.count)),
      .init("counted", Double(counted.count)),
    ]
    let best = settings.map(\.logEvidence).max() ?? 0
    if let chosen, chosen.logEvidence.isFinite {
      figures.append(.init("relativeEvidence", exp(chosen.logEvidence - best)))
    }
    for setting in settings {
      figures += [
        .init("\(setting.id).average", setting.average),
        .init("\(setting.id).lower", setting.lower), .init("\(setting.id).upper", setting.upper),
        .init(
          "\(setting.id).relativeEvidence",
          setting.logEvidence.isFinite ? exp(setting.logEvidence - best) : nil),
      ]
    }
    return EffectCheck(
      id: "prior-sweep", name: Self.name, verdict: status.verdict, finding: status.evidence,
      figures: figures)
  }

  /// The warning of an estimate that must not lead; `nil` where it may.
  func warning(_ shown: (Double) -> Text, at location: Diagnostic.Location?) -> Diagnostic? {
    guard !allowsHeadline else { return nil }
    let range = range(shown)
    return Diagnostic(
      .priorDecides, .warning,
      Text(
        en:
          "The average effect runs \(range.en.prefix(1).lowercased() + range.en.dropFirst()): it is "
          + "the prior's, not the data's, and no single number should lead a report.",
        zh: "平均效应\(range.zh)：它由先验而非数据决定，报告不宜以单一数字为结论。"),
      at: location,
      hint: Text(
        en: "Add comparison units or earlier periods, or report the whole sweep.",
        zh: "请增加参照单位或更早的时期，或完整报告扫描结果。"))
  }
}

extension PriorSweep.Setting {
  var words: Text {
    Text(
      en: "level prior \(NumberText.plain(level)), \(hasSlope ? "with" : "no") slope",
      zh: "水平先验 \(NumberText.plain(level))，\(hasSlope ? "有" : "无")斜率")
  }
}
