import CaseloadData
import CaseloadMath

extension Automatic {
  /// The members with their weights.
  public struct Fitted: FittedForecastModel {
    let members: [NamedFit]
    /// One a member; they add up to 1.
    public let weights: [Double]
    /// c: by how much the mixture is stretched.
    public let spread: Double
    @NullForNaN public private(set) var residuals: [Double]
    public let observationCount: Int
    public let diagnostics: [Diagnostic]

    init(
      series: TimeSeries, members: [NamedFit], weights: [Double], spread: Double,
      diagnostics: [Diagnostic]
    ) {
      self.members = members
      self.weights = weights
      self.spread = spread
      observationCount = series.count - series.missingCount
      self.diagnostics =
        diagnostics
        + (members.count == 1 ? members[0].fit.diagnostics : [])
      residuals = Self.residuals(members.map(\.fit.residuals), weights, count: series.count)
    }

    /// The errors of the mixture's one-step means; where a member has none, of the others'.
    private static func residuals(_ all: [[Double]], _ weights: [Double], count: Int) -> [Double] {
      (0..<count).map { t in
        var (sum, total) = (0.0, 0.0)
        for (residuals, weight) in zip(all, weights) where !residuals[t].isNaN {
          sum += weight * residuals[t]
          total += weight
        }
        return total > 0 ? sum / total : .nan
      }
    }

    /// The identifiers of the members.
    public var memberIdentifiers: [String] { members.map(\.id) }

    /// Members and weights; what each of them fitted stands in the names of ``parameters``.
    public var form: String {
      members.count == 1
        ? members[0].fit.form
        : zip(members, weights).map { member, weight in
          "\(Int((100 * weight).rounded())) % \(member.id)"
        }.joined(separator: " + ")
    }

    public var parameters: [Parameter] {
      guard members.count > 1 else { return members[0].fit.parameters }
      return zip(members, weights).map { member, weight in
        Parameter(
          name: Text(en: "weight of \(member.fit.form)", zh: "\(member.fit.form) 的权重"),
          symbol: "w[\(member.id)]", estimate: weight)
      }
    }

    public var states: [Parameter] { members.count == 1 ? members[0].fit.states : [] }

    /// None: a mixture of models of different kinds has no likelihood that they share.
    public var logLikelihood: Double? { members.count == 1 ? members[0].fit.logLikelihood : nil }
    public var parameterCount: Int { members.reduce(0) { $0 + $1.fit.parameterCount } }

    /// The mean square of the one-step errors.
    public var innovationVariance: Double? {
      if members.count == 1 { return members[0].fit.innovationVariance }
      let errors = residuals.filter { !$0.isNaN }
      return errors.isEmpty
        ? nil : errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      let own = members.map { $0.fit.marginals(horizon, regressors: regressors) }
      guard members.count > 1 else { return own[0] }
      return (0..<horizon).map { h in
        let mixture = PredictiveDistribution.mixing(zip(own, weights).map { ($0[h], $1) })
        return mixture.transformed(scale: spread, shift: (1 - spread) * mixture.mean)
      }
    }

    public func paths(
      _ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream
    ) -> Matrix {
      guard members.count > 1 else {
        return members[0].fit.paths(
          horizon, count: count, regressors: regressors, from: stream)
      }
      let chooser = stream.substream(named: "member")
      let chosen = (0..<count).map { path -> Int in
        var draw = chooser.substream(UInt64(path))
        var left = draw.uniform()
        for (i, weight) in weights.enumerated() {
          left -= weight
          if left < 0 { return i }
        }
        return weights.count - 1
      }
      let means = marginals(horizon, regressors: regressors).map(\.mean)
      var result = Matrix(rowCount: horizon, columnCount: count)
      for (i, member) in members.enumerated() {
        // A member draws all paths, so that path k does not depend on which others it has.
        guard let last = chosen.lastIndex(of: i) else { continue }
        let paths = member.fit.paths(
          horizon, count: last + 1, regressors: regressors,
          from: stream.substream(named: member.id))
        for path in 0...last where chosen[path] == i {
          for h in 0..<horizon {
            result[h, path] = means[h] + spread * (paths[h, path] - means[h])
          }
        }
      }
      return result
    }

    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Self
    {
      var later: [NamedFit] = []
      for member in members {
        later.append(
          NamedFit(
            model: member.model,
            fit: try member.fit.updated(with: series, regressors: regressors)))
      }
      return Fitted(
        series: series, members: later, weights: weights, spread: spread, diagnostics: diagnostics)
    }
  }
}

extension PredictiveDistribution {
  /// The mixture of distributions; what is not normal enters with its mean and standard deviation.
  static func mixing(_ parts: [(PredictiveDistribution, weight: Double)])
    -> PredictiveDistribution
  {
    var components: [NormalComponent] = []
    for (part, weight) in parts {
      if case .mixture(let own) = part {
        components += own.map {
          NormalComponent(
            weight: weight * $0.weight, mean: $0.mean, standardDeviation: $0.standardDeviation)
        }
      } else {
        components.append(
          NormalComponent(
            weight: weight, mean: part.mean, standardDeviation: part.standardDeviation))
      }
    }
    return .mixture(components)
  }
}
