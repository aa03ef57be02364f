import CaseloadData
import CaseloadMath

/// A test of a model against a larger one that holds it.
public struct DevianceTest: Codable, Sendable, Equatable {
  /// What the fall of the deviance is compared with.
  public enum Reference: String, Codable, Sendable, CaseIterable {
    /// χ², of the fall over the dispersion of the larger model.
    case chiSquared = "chi-squared"
    /// F, which allows for the dispersion being an estimate.
    case fisher = "f"
  }

  public let reference: Reference
  /// D₀ − D₁; for a negative binomial with θ estimated 2(ℓ₁ − ℓ₀).
  public let difference: Double
  /// The coefficients that the larger model has more.
  public let numeratorDegreesOfFreedom: Double
  /// Those of the larger model for F with an estimated dispersion; else `nil`.
  public let denominatorDegreesOfFreedom: Double?
  /// difference/φ for χ²; difference/(degrees of freedom · φ) for F.
  public let statistic: Double
  public let pValue: Double
}

extension GeneralizedLinearFit {
  /// The analysis of deviance of `smaller`, nested in this model.
  ///
  /// With θ estimated the two models have deviances of different families, and twice the difference
  /// of the log-likelihoods takes their place.
  ///
  /// - Parameters:
  ///   - smaller: the model under the null hypothesis.
  ///   - reference: by default χ² for a known dispersion and F for an estimated one.
  /// - Returns: the test.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for fits to other observations, of another
  ///   family or link, or that are not nested; ``DiagnosticCode/notIdentified`` without degrees of
  ///   freedom for a dispersion.
  /// - Source: McCullagh & Nelder, *Generalized Linear Models*, 2nd ed. (1989), §2.3.
  public func devianceTest(
    against smaller: GeneralizedLinearFit, reference: DevianceTest.Reference? = nil
  ) throws(Diagnostic) -> DevianceTest {
    let degreesOfFreedom = coefficients.count - smaller.coefficients.count
    guard response == smaller.response, usedRows == smaller.usedRows,
      weights == smaller.weights, offset == smaller.offset,
      model.family == smaller.model.family, link == smaller.link,
      model.theta == smaller.model.theta, degreesOfFreedom > 0, spans(smaller.x)
    else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Two models can be compared by their deviances when they have the same observations, "
            + "family and link, and the columns of one are among those of the other.",
          zh: "只有观测、分布族和联系函数相同，且一个模型的列包含在另一个之中时，才能比较偏差。"),
        hint: Text(
          en: "Compare models of different kinds by AIC.", zh: "不同类的模型请用 AIC 比较。"))
    }
    let known = model.family.isDispersionKnown
    guard let dispersion else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The larger model fits every observation, so the dispersion is not known.",
          zh: "较大的模型完全拟合了数据，离散参数无法得知。"),
        hint: Text(en: "Use fewer terms.", zh: "请减少项数。"))
    }
    var difference = max(0, smaller.deviance - deviance)
    if model.family == .negativeBinomial, model.theta == nil, let logLikelihood,
      let smallerLogLikelihood = smaller.logLikelihood
    {
      difference = max(0, 2 * (logLikelihood - smallerLogLikelihood))
    }
    let q = Double(degreesOfFreedom)
    let reference = reference ?? (known ? .chiSquared : .fisher)
    switch reference {
    case .chiSquared:
      let statistic = difference / dispersion
      return DevianceTest(
        reference: reference, difference: difference, numeratorDegreesOfFreedom: q,
        denominatorDegreesOfFreedom: nil, statistic: statistic,
        pValue: ChiSquared(degreesOfFreedom: q).upper(statistic))
    case .fisher:
      let statistic = difference / (q * dispersion)
      // F with infinitely many degrees of freedom below is χ²/q.
      let pValue =
        known
        ? ChiSquared(degreesOfFreedom: q).upper(q * statistic)
        : FisherF(
          numeratorDegreesOfFreedom: q, denominatorDegreesOfFreedom: residualDegreesOfFreedom
        ).upper(statistic)
      return DevianceTest(
        reference: reference, difference: difference, numeratorDegreesOfFreedom: q,
        denominatorDegreesOfFreedom: known ? nil : residualDegreesOfFreedom,
        statistic: statistic, pValue: pValue)
    }
  }

  /// Whether the columns of `other` are combinations of those of this fit.
  private func spans(_ other: Matrix) -> Bool {
    guard other.rowCount == x.rowCount else { return false }
    for j in 0..<other.columnCount {
      let column = other.column(j)
      guard let rest = try? LeastSquares(x, column) else { return false }
      let length = column.reduce(0) { $0 + $1 * $1 }
      if rest.residualSumOfSquares > 1e-16 * length { return false }
    }
    return true
  }
}
