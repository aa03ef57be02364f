import Caseload

/// Regressions.
extension PayloadSchemas {
  static let coefficient = object([
    "term": string("the column"), "estimate": number("coefficient"),
    "standardError": number("by the covariance"), "statistic": number("estimate / standard error"),
    "pValue": number("two-sided"), "lower": number("lower end"), "upper": number("upper end"),
    "degreesOfFreedom": number("of the t distribution; null for the normal distribution"),
  ])

  static let groups = object([
    "name": string("the column"), "count": number("how many groups"),
  ])

  static let regressionMembers: [String: JSON] = [
    "formula": string("as given"), "estimator": string("as chosen"),
    "family": string("distribution and link, or the estimator"), "response": string("the response"),
    "covariance": string("as chosen"), "covarianceNote": text,
    "coefficients": array(coefficient, "one a term"),
    "level": number("coverage, as a fraction"),
    "droppedTerms": array(string("a term"), "terms that other terms imply"),
    "fixedEffects": array(groups, "absorbed"), "clusters": array(groups, "of the errors"),
    "covarianceMatrix": object([
      "terms": array(string("a term"), "rows and columns"),
      "values": array(array(number("covariance"), "a row"), "of the coefficients"),
    ]),
    "bootstrap": array(
      object([
        "estimate": number("coefficient"), "hypothesis": number("its value under the hypothesis"),
        "statistic": number("t"), "standardError": number("clustered"),
        "pValue": number("symmetric"), "equalTailedPValue": number("equal-tailed"),
        "lower": number("lower end; null where unbounded"),
        "upper": number("upper end; null where unbounded"),
        "level": number("coverage, as a fraction"), "clusters": number("how many"),
        "draws": number("bootstrap samples"), "isEnumerated": typed("boolean", "all sign vectors"),
        "monteCarloError": number("of the p-value"),
      ]), "one a term, for the wild bootstrap"),
    "tests": array(hypothesisTest, "of the specification"),
    "inflationFactors": array(
      object([
        "term": string("the term"), "value": number("variance inflation factor"),
        "columnCount": number("columns of the term"),
      ]), "one a term"),
    "conditionNumber": number("the largest condition index"),
    "breaks": array(
      object([
        "row": number("the last row before it, in the order of time"),
        "lower": number("lower end"), "upper": number("upper end"),
      ]), "of the coefficients"),
    "confidenceSet": optional(
      object([
        "level": number("coverage, as a fraction"),
        "pieces": array(
          object([
            "lower": number("lower end; null where unbounded"),
            "upper": number("upper end; null where unbounded"),
          ]), "in ascending order"),
      ])),
    "influential": array(number("an observation"), "observations, counted from 1"),
    "hypotheses": array(
      object(["hypothesis": string("as given"), "test": hypothesisTest]), "tested"),
    "adjustment": optional(string("how p-values are adjusted")),
    "adjustmentNote": optional(text),
    "adjustedPValues": array(
      number("adjusted"), "one a term; null for the intercept and for terms that are not counted"),
    "marginalEffects": array(coefficient, "average effects on the mean"),
    "predictions": array(
      object([
        "row": number("of the new data, from 1"), "mean": number("predicted"),
        "standardError": number("of the mean"), "lower": number("lower end, of the mean"),
        "upper": number("upper end, of the mean"),
        "observationLower": number("lower end, of a new observation"),
        "observationUpper": number("upper end, of a new observation"),
      ]), "one a row of new data"),
    "observations": number("rows used"), "residualDegreesOfFreedom": number("n − k"),
    "residualStandardError": number("of the errors"), "rSquared": number("R²"),
    "adjustedRSquared": number("adjusted R²"), "withinRSquared": number("R² within the effects"),
    "pseudoRSquared": number("1 − ln L / ln L₀, or of a quantile"),
    "fStatistic": number("of all terms"), "fPValue": number("of all terms"),
    "logLikelihood": number("with all constants"), "aic": number("AIC"), "bic": number("BIC"),
    "deviance": number("twice the distance from the best likelihood"),
    "nullDeviance": number("of a constant mean"), "pearson": number("χ²"),
    "dispersion": number("variance over that of the family"),
    "theta": number("of a negative binomial"), "thetaStandardError": number("of θ"),
    "alpha": number("1/θ"), "separated": number("observations left out"),
    "iterations": number("until convergence"), "quantile": number("τ"),
    "objective": number("Σ ρ(e)"), "scale": number("robust"), "outliers": number("how many"),
    "penalty": number("λ"), "effectiveDegreesOfFreedom": number("of a ridge"),
    "generalizedCrossValidation": number("of a ridge"),
    "leaveOneOutError": number("of a ridge"), "autocorrelation": number("ρ"),
    "restrictedLogLikelihood": number("of REML"),
    "maximizedLogLikelihood": number("of ML"), "durbinWatsonBefore": number("of least squares"),
    "durbinWatsonAfter": number("of the innovations"), "phi1": number("φ₁"), "phi2": number("φ₂"),
    "phi3": number("φ₃"), "phi4": number("φ₄"), "errorVariance": number("within units"),
    "effectVariance": number("between units"), "intraclassCorrelation": number("between / total"),
    "kappa": number("of LIML"),
  ]

  static let regress = object(
    regressionMembers.merging(
      ["models": optional(array(object(regressionMembers), "where there are several"))]
    ) { $1 })
}
