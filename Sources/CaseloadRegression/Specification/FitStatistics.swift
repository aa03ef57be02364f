import CaseloadData
import CaseloadMath

/// The figures of a whole fit, by the kind of the fit.
enum FitStatistics {
  typealias Statistic = ModelSummary.Statistic

  static func list(_ fit: any RegressionFit, _ kind: CovarianceKind, _ design: DesignMatrix)
    -> [Statistic]
  {
    var list = [
      Statistic("observations", Text(en: "Observations", zh: "观测数"), Double(fit.observationCount)),
      Statistic(
        "residualDegreesOfFreedom", Text(en: "Residual degrees of freedom", zh: "剩余自由度"),
        fit.residualDegreesOfFreedom),
    ]
    switch fit.unwrapped {
    case let fit as LinearFit where !design.expandedEffects.isEmpty:
      list += expanded(
        design, fit.observations, fit.residualSumOfSquares, fit.estimatingEquations.dispersion)
    case let fit as FixedEffectsFit where !design.expandedEffects.isEmpty:
      list += expanded(
        design, fit.observations, fit.residualSumOfSquares, fit.estimatingEquations.dispersion)
    case let fit as LinearFit: list += linear(fit, kind)
    case let fit as FixedEffectsFit: list += within(fit)
    case let fit as PoissonFixedEffectsFit: list += poisson(fit)
    case let fit as GeneralizedLinearFit: list += generalized(fit)
    case let fit as QuantileFit:
      list += [
        Statistic("quantile", Text(en: "Quantile", zh: "分位点"), fit.quantile),
        Statistic("objective", Text(en: "Objective", zh: "目标函数"), fit.objective),
        Statistic(
          "pseudoRSquared", Text(en: "Pseudo R¹", zh: "伪 R¹"), fit.pseudoRSquared),
      ]
    case let fit as RobustFit:
      list += [
        Statistic("scale", Text(en: "Robust scale", zh: "稳健尺度"), fit.scale),
        Statistic("rSquared", Text(en: "Robust R²", zh: "稳健 R²"), fit.rSquared),
        Statistic(
          "outliers", Text(en: "Observations with a weight below 0.1", zh: "权重低于 0.1 的观测"),
          Double(fit.robustnessWeights.count { $0 < 0.1 })),
      ]
    case let fit as RidgeFit:
      list += [
        Statistic("penalty", Text(en: "Penalty", zh: "惩罚参数"), fit.penalty),
        Statistic(
          "effectiveDegreesOfFreedom", Text(en: "Effective degrees of freedom", zh: "有效自由度"),
          fit.effectiveDegreesOfFreedom),
        Statistic(
          "generalizedCrossValidation",
          Text(en: "Generalized cross-validation", zh: "广义交叉验证"),
          fit.generalizedCrossValidation),
        Statistic(
          "leaveOneOutError", Text(en: "Leave-one-out error", zh: "留一误差"), fit.leaveOneOutError),
      ]
    case let fit as AutoregressiveFit:
      list += [
        Statistic(
          "autocorrelation", Text(en: "Autocorrelation ρ", zh: "自相关系数 ρ"), fit.autocorrelation),
        Statistic(
          "residualStandardError", Text(en: "Error standard deviation", zh: "误差标准差"),
          fit.variance.squareRoot()),
        Statistic(
          "restrictedLogLikelihood", Text(en: "Restricted log-likelihood", zh: "限制对数似然"),
          fit.restrictedLogLikelihood),
      ]
    case let fit as PraisWinstenFit:
      list += [
        Statistic(
          "autocorrelation", Text(en: "Autocorrelation ρ", zh: "自相关系数 ρ"), fit.autocorrelation),
        Statistic(
          "residualStandardError", Text(en: "Residual standard error", zh: "残差标准误"),
          fit.residualStandardError),
        Statistic(
          "durbinWatsonBefore", Text(en: "Durbin–Watson before", zh: "变换前 Durbin–Watson"),
          fit.durbinWatsonBefore.statistic),
        Statistic(
          "durbinWatsonAfter", Text(en: "Durbin–Watson after", zh: "变换后 Durbin–Watson"),
          fit.durbinWatsonAfter.statistic),
        Statistic("iterations", Text(en: "Iterations", zh: "迭代次数"), Double(fit.iterations)),
      ]
    case let fit as GeneralizedFit:
      list += fit.autoregression.enumerated().map { k, phi in
        Statistic("phi\(k + 1)", Text(en: "φ\(k + 1)", zh: "φ\(k + 1)"), phi)
      }
      list += [
        Statistic(
          "residualStandardError", Text(en: "Error standard deviation", zh: "误差标准差"),
          fit.variance.squareRoot()),
        Statistic(
          fit.criterion == .reml ? "restrictedLogLikelihood" : "maximizedLogLikelihood",
          fit.criterion == .reml
            ? Text(en: "Restricted log-likelihood", zh: "限制对数似然")
            : Text(en: "Maximized log-likelihood", zh: "最大对数似然"), fit.maximum),
      ]
    case let fit as RandomEffectsFit:
      list += [
        Statistic(
          "errorVariance", Text(en: "Error variance", zh: "误差方差"), fit.errorVariance),
        Statistic(
          "effectVariance", Text(en: "Variance of the effects", zh: "随机效应方差"),
          fit.effectVariance),
        Statistic(
          "intraclassCorrelation", Text(en: "Intraclass correlation", zh: "组内相关系数"),
          fit.intraclassCorrelation),
      ]
    case let fit as InstrumentalVariablesFit:
      list += [
        Statistic(
          "residualStandardError", Text(en: "Residual standard error", zh: "残差标准误"),
          fit.residualStandardError),
        Statistic("rSquared", Text(en: "R²", zh: "R²"), fit.rSquared),
      ]
      if let kappa = fit.kappa {
        list.append(Statistic("kappa", Text(en: "κ", zh: "κ"), kappa))
      }
    default: break
    }
    if fit.logLikelihood != nil {
      list += [
        Statistic("logLikelihood", Text(en: "Log-likelihood", zh: "对数似然"), fit.logLikelihood),
        Statistic("aic", Text(en: "AIC", zh: "AIC"), fit.aic),
        Statistic("bic", Text(en: "BIC", zh: "BIC"), fit.bic),
      ]
    }
    return list
  }

  private static func linear(_ fit: LinearFit, _ kind: CovarianceKind) -> [Statistic] {
    let f = jointTest(fit, kind)
    return [
      Statistic(
        "residualStandardError", Text(en: "Residual standard error", zh: "残差标准误"),
        fit.residualStandardError),
      Statistic("rSquared", Text(en: "R²", zh: "R²"), fit.rSquared),
      Statistic("adjustedRSquared", Text(en: "Adjusted R²", zh: "调整 R²"), fit.adjustedRSquared),
      Statistic("fStatistic", Text(en: "F", zh: "F"), f?.statistic),
      Statistic("fPValue", Text(en: "p of F", zh: "F 的 p 值"), f?.pValue),
    ]
  }

  /// That all coefficients but the intercept are zero, by the covariance of the table.
  private static func jointTest(_ fit: LinearFit, _ kind: CovarianceKind) -> (
    statistic: Double, pValue: Double
  )? {
    if kind == .classical { return fit.fTest.map { ($0.statistic, $0.pValue) } }
    let p = fit.coefficients.count
    let tested = Array((fit.hasIntercept ? 1 : 0)..<p)
    guard !tested.isEmpty,
      let test = try? fit.jointTest(
        kind, restrictions: Matrix.identity(p).selectingRows(tested),
        values: [Double](repeating: 0, count: tested.count)),
      let pValue = test.pValue
    else { return nil }
    return (test.statistic, pValue)
  }

  private static func within(_ fit: FixedEffectsFit) -> [Statistic] {
    let equations = fit.estimatingEquations
    return [
      Statistic(
        "residualStandardError", Text(en: "Residual standard error", zh: "残差标准误"),
        equations.dispersion.squareRoot()),
      Statistic("rSquared", Text(en: "R²", zh: "R²"), fit.rSquared),
      Statistic("withinRSquared", Text(en: "Within R²", zh: "组内 R²"), fit.withinRSquared),
    ]
  }

  /// The same where effects have columns of their own: they stay no regressors of the reader's.
  private static func expanded(
    _ design: DesignMatrix, _ used: [Int]?, _ squares: Double, _ dispersion: Double
  ) -> [Statistic] {
    let design = used.map { design.selectingRows($0) } ?? design
    let y = design.offset.map { zip(design.response, $0).map { $0 - $1 } } ?? design.response
    let effects = design.fixedEffects + design.expandedEffects
    let residual = EffectProjector(effects, weights: design.weights).projection(of: y).residual
    let total = FixedEffectsFit.centeredSquares(y, design.weights)
    let inside = FixedEffectsFit.squares(residual, design.weights)
    return [
      Statistic(
        "residualStandardError", Text(en: "Residual standard error", zh: "残差标准误"),
        dispersion.squareRoot()),
      Statistic("rSquared", Text(en: "R²", zh: "R²"), total > 0 ? 1 - squares / total : .nan),
      Statistic(
        "withinRSquared", Text(en: "Within R²", zh: "组内 R²"),
        inside > 0 ? 1 - squares / inside : .nan),
    ]
  }

  private static func poisson(_ fit: PoissonFixedEffectsFit) -> [Statistic] {
    [
      Statistic("deviance", Text(en: "Deviance", zh: "偏差"), fit.deviance),
      Statistic("pearson", Text(en: "Pearson χ²", zh: "Pearson χ²"), fit.pearson),
      Statistic("pseudoRSquared", Text(en: "Pseudo R²", zh: "伪 R²"), fit.pseudoRSquared),
      Statistic(
        "separated", Text(en: "Separated observations left out", zh: "略去的完全分离观测"),
        Double(fit.separatedCount)),
      Statistic("iterations", Text(en: "Iterations", zh: "迭代次数"), Double(fit.iterations)),
    ]
  }

  private static func generalized(_ fit: GeneralizedLinearFit) -> [Statistic] {
    var list = [
      Statistic("deviance", Text(en: "Deviance", zh: "偏差"), fit.deviance),
      Statistic("nullDeviance", Text(en: "Null deviance", zh: "零模型偏差"), fit.nullDeviance),
      Statistic("pearson", Text(en: "Pearson χ²", zh: "Pearson χ²"), fit.pearsonChiSquared),
      Statistic("dispersion", Text(en: "Dispersion", zh: "离散参数"), fit.dispersion),
    ]
    if let theta = fit.theta {
      list += [
        Statistic("theta", Text(en: "θ", zh: "θ"), theta),
        Statistic(
          "thetaStandardError", Text(en: "Standard error of θ", zh: "θ 的标准误"),
          fit.thetaStandardError),
        Statistic("alpha", Text(en: "α = 1/θ", zh: "α = 1/θ"), fit.alpha),
      ]
    }
    return list
  }
}
