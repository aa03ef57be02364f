import CaseloadData

/// What a standard error is, in words, for the foot of a table.
enum CovarianceNote {
  static func text(
    _ kind: CovarianceKind, _ fit: any RegressionFit, wild: WildClusterBootstrap?,
    result: WildClusterBootstrap.Result?, isAbsorbing: Bool
  ) -> Text {
    if let wild, let result { return bootstrap(wild, result) }
    switch fit.unwrapped {
    case is AutoregressiveFit:
      return Text(
        en: "Standard errors and degrees of freedom of Kenward and Roger.",
        zh: "标准误与自由度按 Kenward–Roger 方法。")
    case is RobustFit:
      return Text(
        en: "Asymptotic standard errors of the robust estimate.", zh: "稳健估计的渐近标准误。")
    case is RidgeFit:
      return Text(
        en:
          "Standard errors around the shrunken mean; they do not allow for the bias of the penalty.",
        zh: "标准误围绕收缩后的均值，未计入惩罚带来的偏差。")
    case is QuantileFit:
      return kind == .classical
        ? Text(
          en: "Standard errors for errors of one distribution (iid).", zh: "误差同分布（iid）标准误。")
        : Text(
          en: "Sandwich standard errors of Hendricks and Koenker (nid).",
          zh: "Hendricks–Koenker 三明治标准误（nid）。")
    case is PraisWinstenFit where kind == .classical:
      return Text(
        en: "Standard errors of the transformed data, which take ρ as known.",
        zh: "标准误取自变换后的数据，视 ρ 为已知。")
    case is GeneralizedFit where kind == .classical:
      return Text(
        en: "Standard errors of generalized least squares, which take the autoregression as known.",
        zh: "广义最小二乘标准误，视自回归系数为已知。")
    case is RandomEffectsFit where kind == .classical:
      return Text(
        en: "Standard errors of random effects by Swamy and Arora's variances.",
        zh: "随机效应标准误（Swamy–Arora 方差）。")
    default: break
    }
    return note(kind, fit, isAbsorbing: isAbsorbing)
      + reference(kind, hasJointTest: !isAbsorbing && hasJointTest(fit))
  }

  private static func note(
    _ kind: CovarianceKind, _ fit: any RegressionFit, isAbsorbing: Bool
  ) -> Text {
    switch kind {
    case .classical:
      return fit.equations?.isDispersionKnown == true
        ? Text(en: "Standard errors of the model's information.", zh: "标准误取自模型信息矩阵。")
        : Text(
          en: "Standard errors for independent errors of one variance.", zh: "独立同方差标准误。")
    case .heteroskedastic(let hc):
      let factor = hc == .hc1 ? "，乘以 n/(n−k)" : ""
      return Text(
        en: "Heteroskedasticity-consistent standard errors (\(hc.rawValue.uppercased())"
          + (hc == .hc1 ? ", times n/(n − k)" : "") + ").",
        zh: "异方差稳健标准误（\(hc.rawValue.uppercased())\(factor)）。")
    case .neweyWest(let lags, let prewhitened, let adjusted):
      let count = lags ?? fit.equations?.automaticLags(prewhitened: prewhitened) ?? 0
      let how = lags == nil ? "chosen by their rule" : "as given"
      return Text(
        en: "Newey–West standard errors with \(count) lags, \(how)"
          + (prewhitened ? ", prewhitened" : "") + (adjusted ? ", times n/(n − k)." : "."),
        zh: "Newey–West 标准误，滞后 \(count) 阶（\(lags == nil ? "按其规则选取" : "指定")）"
          + (prewhitened ? "，预白化" : "") + (adjusted ? "，乘以 n/(n−k)。" : "。"))
    case .andrews(let prewhitened, let adjusted):
      return Text(
        en: "Quadratic spectral kernel with Andrews's bandwidth"
          + (prewhitened ? ", prewhitened" : "")
          + (adjusted ? ", times n/(n − k)." : "."),
        zh: "二次谱核，Andrews 带宽" + (prewhitened ? "，预白化" : "")
          + (adjusted ? "，乘以 n/(n−k)。" : "。"))
    case .driscollKraay(let times, let lags):
      let chosen = lags ?? EstimatingEquations.driscollKraayLags(times.count)
      let count = min(chosen, times.count - 1)
      return Text(
        en: "Driscoll–Kraay standard errors over \(times.count) periods with \(count) lags, times "
          + "n/(n − k).",
        zh: "Driscoll–Kraay 标准误，\(times.count) 个时期，滞后 \(count) 阶，乘以 n/(n−k)。")
    case .jackknife(let grouping):
      let what =
        grouping.map {
          Text(
            en: "one of \($0.count) clusters of \($0.name)", zh: "\($0.name) 的 \($0.count) 个聚类之一")
        } ?? Text(en: "one observation", zh: "一个观测")
      let isExact = fit.equations?.isLinear == true
      return Text(
        en: "Jackknife standard errors leaving out \(what.en) at a time"
          + (isExact ? "." : ", each refit by one step from the estimate."),
        zh: "逐次剔除\(what.zh)的刀切标准误" + (isExact ? "。" : "，每次由估计值迭代一步得到。"))
    case .clustered(let ways, let correction, let combination):
      return clustered(ways, correction, combination, isAbsorbing: isAbsorbing)
    }
  }

  private static func clustered(
    _ ways: [Grouping], _ correction: CovarianceKind.CR,
    _ combination: CovarianceKind.Combination, isAbsorbing: Bool
  ) -> Text {
    let names = ways.map { "\($0.name) (\($0.count))" }
    let list = Text(
      en: names.joined(separator: " and "),
      zh: ways.map { "\($0.name)（\($0.count)）" }.joined(separator: "与"))
    var note = Text(
      en: "Standard errors clustered by \(list.en), \(correction.rawValue.uppercased())",
      zh: "按 \(list.zh) 聚类的标准误，\(correction.rawValue.uppercased())")
    if correction == .cr1 {
      note =
        note
        + Text(
          en: ": times G/(G − 1) · (n − 1)/(n − k)", zh: "：乘以 G/(G−1)·(n−1)/(n−k)")
      if ways.count > 1 {
        note =
          note
          + (combination == .each
            ? Text(en: ", G of each term", zh: "，各项用各自的 G")
            : Text(en: ", the smallest G for all terms", zh: "，各项均用最小的 G"))
      }
      if isAbsorbing {
        note =
          note
          + Text(
            en: ", effects nested in clusters not counted in k", zh: "，嵌套于聚类内的效应不计入 k")
      }
    }
    return note + Text(en: ".", zh: "。")
  }

  /// Where degrees of freedom are not the plain ones, whose number a table states itself.
  private static func reference(_ kind: CovarianceKind, hasJointTest: Bool) -> Text {
    guard case .clustered(let ways, let correction, _) = kind, ways.count == 1,
      correction == .cr2 || correction == .cr3
    else { return Text(en: "", zh: "") }
    return hasJointTest
      ? Text(
        en: " Degrees of freedom of Satterthwaite, F of Hotelling's T².",
        zh: "自由度按 Satterthwaite 方法，F 为 Hotelling T² 检验。")
      : Text(en: " Degrees of freedom of Satterthwaite.", zh: "自由度按 Satterthwaite 方法。")
  }

  /// Whether the table has an F of several coefficients.
  private static func hasJointTest(_ fit: any RegressionFit) -> Bool {
    guard let fit = fit.unwrapped as? LinearFit else { return false }
    return fit.coefficients.count > (fit.hasIntercept ? 2 : 1)
  }

  private static func bootstrap(
    _ wild: WildClusterBootstrap, _ result: WildClusterBootstrap.Result
  ) -> Text {
    let weights = wild.weights == .webb ? "Webb" : "Rademacher"
    let how = Text(
      en: result.isEnumerated ? "all \(result.draws) sign vectors" : "\(result.draws) draws",
      zh: result.isEnumerated ? "穷举全部 \(result.draws) 种符号" : "\(result.draws) 次抽样")
    return Text(
      en: "p-values and intervals by the " + (wild.isRestricted ? "restricted" : "unrestricted")
        + " wild cluster bootstrap of \(result.clusters) clusters (\(weights) weights, \(how.en)), "
        + "inverting the symmetric test; standard errors \(wild.variance.rawValue.uppercased()).",
      zh: "p 值与区间来自\(wild.isRestricted ? "约束" : "无约束")野生聚类自助法（\(result.clusters) 个聚类，"
        + "\(weights) 权重，\(how.zh)），由对称检验反演；标准误为 \(wild.variance.rawValue.uppercased())。")
  }
}
