import CaseloadData
import CaseloadMath

extension BaggedETS {
  /// The fits of all copies.
  public struct Fitted: FittedForecastModel {
    /// One copy with its fit.
    struct Member: Sendable, Codable {
      let fit: RegisteredFit
      let history: [Double]

      init(_ fit: RegisteredFit, _ history: [Double]) {
        self.fit = fit
        self.history = history
      }
    }

    /// What was observed, less the mean of the copies' fitted values.
    @NullForNaN public private(set) var residuals: [Double]
    public let diagnostics: [Diagnostic]
    public let observationCount: Int
    let members: [Member]
    /// The history, gaps filled in.
    private let complete: [Double]
    private let blockLength: Int
    private let lambda: Double

    init(
      _ series: TimeSeries, complete: [Double], members: [Member], bootstrap: BootstrapSeries,
      diagnostics: [Diagnostic]
    ) {
      self.init(
        series, complete: complete, members: members, blockLength: bootstrap.blockLength,
        lambda: bootstrap.boxCox?.lambda ?? 1, diagnostics: diagnostics)
    }

    private init(
      _ series: TimeSeries, complete: [Double], members: [Member], blockLength: Int,
      lambda: Double, diagnostics: [Diagnostic]
    ) {
      self.members = members
      self.complete = complete
      self.blockLength = blockLength
      self.lambda = lambda
      self.diagnostics = diagnostics
      observationCount = series.count - series.missingCount
      let errors = members.map(\.fit.fit.residuals)
      residuals = series.values.indices.map { t in
        let fitted = zip(members, errors).map { $0.history[t] - $1[t] }.filter { !$0.isNaN }
        guard !fitted.isEmpty else { return .nan }
        return series.values[t] - fitted.accurateSum / Double(fitted.count)
      }
    }

    public var form: String {
      "\(members.count) × \(members.first?.fit.model.uppercased() ?? "")"
    }
    public var logLikelihood: Double? { nil }
    /// That of the series' own fit.
    public var parameterCount: Int { members.first?.fit.fit.parameterCount ?? 0 }
    public var innovationVariance: Double? {
      let known = residuals.filter { !$0.isNaN }
      return known.isEmpty ? nil : known.reduce(0) { $0 + $1 * $1 } / Double(known.count)
    }

    public var parameters: [Parameter] {
      [
        Parameter(
          name: Text(en: "copies", zh: "副本数"), symbol: "B", estimate: Double(members.count)),
        Parameter(
          name: Text(en: "block length", zh: "块长"), symbol: "ℓ", estimate: Double(blockLength)),
        Parameter(name: Text(en: "transformation", zh: "变换参数"), symbol: "λ", estimate: lambda),
      ]
    }

    /// Each copy goes on with the new values; what was revised is revised in every copy.
    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Fitted
    {
      let filled = SeriesInterpolation(series.values, periods: [series.seasonLength]).values
      var updated: [Member] = []
      for member in members {
        let history = filled.indices.map { t -> Double in
          guard t < member.history.count else { return filled[t] }
          let revision = filled[t] - complete[t]
          return revision == 0 ? member.history[t] : member.history[t] + revision
        }
        let fit = try member.fit.fit.updated(with: series.replacing(history))
        updated.append(Member(RegisteredFit(model: member.fit.model, fit: fit), history))
      }
      return Fitted(
        series, complete: filled, members: updated, blockLength: blockLength, lambda: lambda,
        diagnostics: diagnostics)
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      let all = members.map { $0.fit.fit.marginals(horizon) }
      return (0..<horizon).map { h in PredictiveDistribution.pool(all.map { $0[h] }) }
    }

    /// Path k belongs to a copy that its substream draws.
    public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
      -> Matrix
    {
      var result = Matrix(rowCount: horizon, columnCount: count)
      for path in 0..<count {
        let own = stream.substream(UInt64(path))
        var draws = own.substream(named: "copy")
        let member = members[draws.integer(below: members.count)]
        let values = member.fit.fit.paths(horizon, count: 1, from: own)
        for h in 0..<horizon { result[h, path] = values[h, 0] }
      }
      return result
    }
  }
}

extension PredictiveDistribution {
  /// The mixture of `parts` in equal shares: exact for normals, by quantiles for others.
  static func pool(_ parts: [PredictiveDistribution]) -> PredictiveDistribution {
    guard parts.count > 1 else { return parts[0] }
    let share = 1 / Double(parts.count)
    var components: [NormalComponent] = []
    for part in parts {
      switch part {
      case .normal(let mean, let deviation):
        components.append(
          NormalComponent(weight: share, mean: mean, standardDeviation: deviation))
      case .mixture(let inner):
        components += inner.map {
          NormalComponent(
            weight: share * $0.weight, mean: $0.mean, standardDeviation: $0.standardDeviation)
        }
      case .empirical: return .empirical(sorted: pooledQuantiles(parts))
      }
    }
    return .mixture(components)
  }

  /// ``imageCount`` bin means of as many quantiles from every part, so that the mean is kept.
  private static func pooledQuantiles(_ parts: [PredictiveDistribution]) -> [Double] {
    let all = parts.flatMap { part -> [Double] in
      guard case .empirical(let values) = part else {
        guard case .empirical(let values) = part.image(under: { $0 }) else { return [] }
        return values
      }
      return values.count == imageCount
        ? values
        : (0..<imageCount).map { part.quantile((Double($0) + 0.5) / Double(imageCount)) }
    }.sorted()
    let size = parts.count
    return (0..<imageCount).map { bin in
      all[(bin * size)..<((bin + 1) * size)].accurateSum / Double(size)
    }
  }
}
