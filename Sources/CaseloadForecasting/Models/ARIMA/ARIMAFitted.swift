import CaseloadData
import CaseloadMath

extension ARIMA {
  /// One or several ARIMA models of the same differences, with their weights.
  public struct Fitted: FittedForecastModel {
    /// The residuals of the best model: innovations divided by the square root of their variance in
    /// units of σ², so that all have the variance σ²; NaN for the values that the differences use
    /// up, as for missing ones. Those of transformed values are carried back to the data's scale.
    @NullForNaN public private(set) var residuals: [Double]
    public private(set) var diagnostics: [Diagnostic]
    /// The models, the best first.
    private(set) var members: [Member]
    let regressorNames: [String]
    /// What the data went through first.
    let boxCox: BoxCox?
    /// What the transformation adds to the likelihood.
    private var logJacobian: Double
    /// The position in the series of the first period ahead.
    private(set) var horizonStart: Int
    /// Values that are missing at the end: steps to predict before the first period ahead.
    private(set) var skipped: Int
    /// How many models were compared.
    public let modelCount: Int

    /// - Parameters:
    ///   - selection: the models.
    ///   - boxCox: the transformation.
    ///   - series: the transformed history.
    ///   - regressors: one row a period of it.
    init(
      _ selection: ARIMASelection, _ boxCox: BoxCox?, series: TimeSeries, regressors: Regressors
    ) {
      var members: [Member] = []
      var residuals: [Double] = []
      if let degenerate = selection.degenerate {
        let standing = ARIMAStanding(
          degenerate.order, [], beta: Member.constant(degenerate), series, regressors,
          selection.range)
        residuals = standing.residuals
        members = [
          Member(degenerate, terminal: standing.terminal, count: standing.observationCount)
        ]
      } else {
        for (estimate, weight) in selection.members {
          let standing = ARIMAStanding(
            estimate.order, estimate.coefficients.values, beta: estimate.regression, series,
            regressors, selection.range)
          if members.isEmpty { residuals = standing.residuals }
          members.append(
            Member(
              estimate, weight: weight, variance: standing.variance(estimate.parameterCount),
              terminal: standing.terminal))
        }
      }
      self.members = members
      self.boxCox = boxCox
      self.residuals = Self.carriedBack(residuals, series, boxCox)
      logJacobian = Self.logJacobian(
        series, selection.range.lowerBound + members[0].order.lost, boxCox)
      diagnostics = selection.diagnostics
      regressorNames = regressors.names
      horizonStart = series.count
      skipped = series.count - selection.range.upperBound
      modelCount = selection.modelCount
    }

    private var best: Member { members[0] }

    static func transformed(_ series: TimeSeries, _ boxCox: BoxCox?) -> TimeSeries {
      guard let boxCox else { return series }
      return series.replacing(series.values.map { $0.isNaN ? .nan : boxCox($0) })
    }

    /// y − g⁻¹(z − e) from the residuals e of the transformed values z.
    private static func carriedBack(
      _ residuals: [Double], _ transformed: TimeSeries, _ boxCox: BoxCox?
    ) -> [Double] {
      guard let boxCox else { return residuals }
      return zip(transformed.values, residuals).map { z, e in
        e.isNaN ? .nan : boxCox.positiveInverse(z) - boxCox.positiveInverse(z - e)
      }
    }

    /// Σ ln |dz/dy| over the values that the likelihood counts.
    private static func logJacobian(_ transformed: TimeSeries, _ start: Int, _ boxCox: BoxCox?)
      -> Double
    {
      guard let boxCox else { return 0 }
      return boxCox.logJacobian(
        transformed.values.dropFirst(start).map { $0.isNaN ? .nan : boxCox.positiveInverse($0) })
    }

    /// The estimates of the best model with their standard errors.
    public var coefficients: [Coefficient] { best.coefficients(regressorNames) }

    public var form: String {
      var form = best.order.form(regressors: regressorNames.count)
      if let boxCox { form += ", λ = \((1000 * boxCox.lambda).rounded() / 1000)" }
      return members.count == 1 ? form : "\(members.count) × ARIMA, \(form)"
    }

    public var parameters: [Parameter] {
      coefficients.map { Parameter(name: $0.name, symbol: $0.symbol, estimate: $0.estimate) }
        + [
          Parameter(
            name: Text(en: "innovation variance", zh: "新息方差"), symbol: "σ²",
            estimate: best.variance)
        ]
    }

    /// Gaussian and exact, with the constant −ν/2 ln 2π; conditional on the values that the
    /// differences use up. That of the best model, for the data before a transformation.
    public var logLikelihood: Double? { best.logLikelihood.map { $0 + logJacobian } }
    public var parameterCount: Int { best.parameterCount }
    public var armaCoefficientCount: Int { best.order.coefficientCount }
    public var observationCount: Int { best.observationCount }
    public var innovationVariance: Double? { best.variance }

    /// The same coefficients and σ² from where `series` ends.
    public func updated(with history: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Self
    {
      try Self.check(history, boxCox)
      let series = Self.transformed(history, boxCox)
      try Diagnostic.check(regressors, covering: series.count, from: series.start)
      guard let first = series.values.firstIndex(where: { !$0.isNaN }),
        let last = series.values.lastIndex(where: { !$0.isNaN }),
        last - first > best.order.lost, regressors.count == regressorNames.count
      else {
        throw Diagnostic(
          .seriesTooShort, .error,
          Text(
            en: "The series is too short for the model that is to be updated, or its regressors "
              + "are not those of the model.",
            zh: "序列太短，无法更新该模型，或其回归变量与模型不符。"),
          hint: Text(
            en: "Fit the model anew.", zh: "请重新拟合模型。"))
      }
      var copy = self
      for i in members.indices {
        let member = members[i]
        let standing = ARIMAStanding(
          member.order, member.values.values, beta: member.regression, series, regressors,
          first..<(last + 1))
        copy.members[i] = member.updated(standing)
        if i == 0 { copy.residuals = Self.carriedBack(standing.residuals, series, boxCox) }
      }
      copy.logJacobian = Self.logJacobian(series, first + best.order.lost, boxCox)
      copy.horizonStart = series.count
      copy.skipped = series.count - last - 1
      return copy
    }

    private static func check(_ history: TimeSeries, _ boxCox: BoxCox?) throws(Diagnostic) {
      guard boxCox != nil, let index = history.values.firstIndex(where: { $0 <= 0 }) else { return }
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The model transforms its data, which have to be above zero.",
          zh: "该模型对数据做变换，要求数值大于零。"),
        at: Diagnostic.Location(period: history.start.advanced(by: index).description),
        hint: Text(
          en: "Fit the model again, with --set transformation=none.",
          zh: "请用 --set transformation=none 重新拟合。"))
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      let plain = transformedMarginals(horizon, regressors)
      guard let boxCox else { return plain }
      return plain.map { $0.image { boxCox.positiveInverse($0) } }
    }

    private func transformedMarginals(_ horizon: Int, _ regressors: Regressors)
      -> [PredictiveDistribution]
    {
      let courses = members.map { member in
        let means = member.terminal.means(horizon + skipped).dropFirst(skipped)
        let variances = member.terminal.variances(horizon + skipped).dropFirst(skipped)
        let regression = member.regression(horizon, from: horizonStart, regressors)
        return (
          means: zip(means, regression).map { $0 + $1 },
          deviations: variances.map { member.deviation * $0.squareRoot() }
        )
      }
      return (0..<horizon).map { h in
        if members.count == 1 {
          return .normal(
            mean: courses[0].means[h], standardDeviation: courses[0].deviations[h])
        }
        return .mixture(
          members.indices.map { i in
            PredictiveDistribution.NormalComponent(
              weight: members[i].weight, mean: courses[i].means[h],
              standardDeviation: courses[i].deviations[h])
          })
      }
    }

    public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
      -> Matrix
    {
      let regressions = members.map { $0.regression(horizon, from: horizonStart, regressors) }
      var simulators = members.map {
        ARIMATerminal.Simulator($0.terminal, horizon: horizon + skipped)
      }
      var result = Matrix(rowCount: horizon, columnCount: count)
      for path in 0..<count {
        var draws = stream.substream(UInt64(path))
        var chosen = 0
        if members.count > 1 {
          var rest = draws.uniform()
          while chosen < members.count - 1, rest >= members[chosen].weight {
            rest -= members[chosen].weight
            chosen += 1
          }
        }
        let values = simulators[chosen].path(members[chosen].deviation, &draws).dropFirst(skipped)
        for (h, value) in values.enumerated() {
          let total = value + regressions[chosen][h]
          result[h, path] = boxCox?.positiveInverse(total) ?? total
        }
      }
      return result
    }
  }

  /// An estimate and how well it is known.
  public struct Coefficient: Sendable, Equatable, Codable {
    public let name: Text
    public let symbol: String
    public let estimate: Double
    /// From the second derivatives of the likelihood; `nil` where they do not tell.
    public let standardError: Double?
  }
}
