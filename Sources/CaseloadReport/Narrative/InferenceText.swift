import CaseloadData
import CaseloadEffects

extension Inference.Kind {
  /// What a report calls it.
  public var text: Text {
    switch self {
    case .model: Text(en: "error model", zh: "误差模型")
    case .influence: Text(en: "influence functions", zh: "影响函数")
    case .multiplierBootstrap: Text(en: "multiplier bootstrap", zh: "乘数自助法")
    case .cr1: Text(en: "clusters (CR1)", zh: "群组稳健（CR1）")
    case .cr2: Text(en: "clusters (CR2)", zh: "群组稳健（CR2）")
    case .cr3: Text(en: "clusters (CR3)", zh: "群组稳健（CR3）")
    case .wildBootstrap: Text(en: "wild cluster bootstrap", zh: "野群组自助法")
    case .randomization: Text(en: "randomization", zh: "随机化推断")
    case .jackknife: Text(en: "jackknife by cluster", zh: "群组刀切法")
    case .posterior: Text(en: "posterior", zh: "后验分布")
    }
  }
}

extension Inference {
  /// How it was done, in a line: the kind, the clusters, the draws, the least p-value.
  var summary: Text {
    var parts = [kind.text]
    if treatedClusters + comparisonClusters > 1 {
      parts.append(
        Text(
          en: "\(treatedClusters) treated and \(comparisonClusters) comparison clusters",
          zh: "受干预群组 \(treatedClusters) 个，参照群组 \(comparisonClusters) 个"))
    }
    if let draws {
      let count = NumberText.decimal(Double(draws))
      parts.append(
        isEnumerated == true
          ? Text(en: "all \(count.en) assignments", zh: "全部 \(count.zh) 种分配")
          : Text(en: "\(count.en) draws", zh: "抽取 \(count.zh) 次"))
    }
    if let smallestPValue, smallestPValue >= 0.001 {
      let shown = NumberText.pValue(smallestPValue)
      parts.append(
        Text(en: "no p-value below \(shown.en) possible", zh: "p 值不可能小于 \(shown.zh)"))
    }
    return Text(
      en: parts.map(\.en).joined(separator: ", "), zh: parts.map(\.zh).joined(separator: "，"))
  }
}
