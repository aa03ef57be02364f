import CaseloadData
import CaseloadMath

/// What a reader should know of a covariance before trusting it.
enum CovarianceWarnings {
  static func list(_ fit: any RegressionFit, _ kind: CovarianceKind, _ design: DesignMatrix)
    -> [Diagnostic]
  {
    switch kind {
    case .clustered(let ways, let correction, let combination):
      return fewClusters(ways, correction) + soleClusters(fit, ways, correction, design)
        + indefinite(fit, ways, correction, combination)
    case .jackknife(let grouping?): return soleClusters(fit, [grouping], .cr3, design)
    case .neweyWest, .andrews, .driscollKraay: return gaps(design)
    default: return []
    }
  }

  private static func fewClusters(_ ways: [Grouping], _ correction: CovarianceKind.CR)
    -> [Diagnostic]
  {
    guard correction == .cr0 || correction == .cr1,
      let few = ways.min(by: { $0.count < $1.count }), few.count < 20
    else { return [] }
    return [
      Diagnostic(
        .assumption, .note,
        Text(
          en: "With \(few.count) clusters of \(few.name) these errors tend to be too small.",
          zh: "\(few.name) 只有 \(few.count) 个聚类，标准误往往偏小。"),
        hint: Text(
          en: "Compare --covariance cr2, cr3 or wild.",
          zh: "请与 --covariance cr2、cr3 或 wild 比较。"))
    ]
  }

  /// Coefficients that only one cluster identifies: without it there is nothing to compare.
  private static func soleClusters(
    _ fit: any RegressionFit, _ ways: [Grouping], _ correction: CovarianceKind.CR,
    _ design: DesignMatrix
  ) -> [Diagnostic] {
    guard ways.count == 1, correction == .cr2 || correction == .cr3, let equations = fit.equations,
      let basis = try? ClusterBasis(equations, ways[0])
    else { return [] }
    return fit.coefficientNames.indices.compactMap { j in
      guard !design.isExpandedEffect(fit.coefficientNames[j]),
        let g = basis.soleCluster(of: j)
      else { return nil }
      let (name, label) = (fit.coefficientNames[j], ways[0].labels[g])
      return Diagnostic(
        .notIdentified, .warning,
        Text(
          en:
            "Only the cluster \(label) of \(ways[0].name) identifies \(name): its clustered error "
            + "says nothing of how it would differ elsewhere.",
          zh: "只有 \(ways[0].name) 的聚类 \(label) 能识别 \(name)：其聚类标准误不能说明在别处会有多大差异。"),
        hint: Text(
          en: "Compare placebo clusters (randomization) instead.",
          zh: "请改用安慰剂聚类（随机化推断）比较。"))
    }
  }

  private static func indefinite(
    _ fit: any RegressionFit, _ ways: [Grouping], _ correction: CovarianceKind.CR,
    _ combination: CovarianceKind.Combination
  ) -> [Diagnostic] {
    guard ways.count > 1, let equations = fit.equations,
      let sum = try? equations.clusteredCovariance(ways, correction, combination),
      equations.positiveCovariance(sum) != nil
    else { return [] }
    let negative = fit.coefficientNames.indices.filter { sum[$0, $0] <= 0 }
      .map { fit.coefficientNames[$0] }
    let detail = negative.isEmpty ? "" : " (\(negative.joined(separator: ", ")))"
    return [
      Diagnostic(
        .notIdentified, .warning,
        Text(
          en:
            "The covariance of several ways of clustering has negative eigenvalues, which were set "
            + "to zero"
            + (negative.isEmpty ? "." : "; by itself it has negative variances\(detail)."),
          zh: "多维聚类协方差存在负特征值，已置为零" + (negative.isEmpty ? "。" : "；其本身含有负方差\(detail)。")),
        hint: Text(
          en: "Cluster by the way that matters most, and compare.",
          zh: "请只按最重要的变量聚类并加以比较。"))
    ]
  }

  private static func gaps(_ design: DesignMatrix) -> [Diagnostic] {
    guard let times = design.times else { return [] }
    let ordinals = times.labels.compactMap(Int.init)
    guard let first = ordinals.first, let last = ordinals.last else { return [] }
    let missing = last - first + 1 - ordinals.count
    guard missing > 0 else { return [] }
    return [
      Diagnostic(
        .gap, .note,
        Text(
          en:
            "\(missing) periods of \(times.name) are missing; lags count the periods that are there.",
          zh: "\(times.name) 缺少 \(missing) 个时期；滞后按已有时期计数。"),
        hint: Text(
          en: "--estimator ar1 allows for gaps.", zh: "--estimator ar1 可处理缺口。"))
    ]
  }
}
