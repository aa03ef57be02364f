import CaseloadData
import CaseloadMath

extension TBATS {
  /// A TBATS model with its estimates.
  ///
  /// The forecast of a transformed series is the image f⁻¹ of a normal distribution: its median is
  /// f⁻¹ of the mean, which R prints as the point forecast, and its mean is the mean of the data (R's
  /// with `biasadj = TRUE`, there to the second order). σ² = Σ ε²/(n − parameters − initial states);
  /// R divides by n.
  public struct Fitted: FittedForecastModel {
    public let form: String
    @NullForNaN public private(set) var residuals: [Double]
    /// Gaussian on the transformed scale, with its constant and the Jacobian of the transformation.
    public let logLikelihood: Double?
    public let observationCount: Int
    public let diagnostics: [Diagnostic]
    let shape: TBATSShape
    let smoothing: TBATSParameters
    /// x₀, on the scale of the data over ``unit``.
    let seeds: [Double]
    let unit: Double
    private let state: TBATSState
    /// σ², on that scale.
    private let variance: Double

    init(
      _ series: TimeSeries, _ result: TBATSSearch.Result, unit: Double, diagnostics: [Diagnostic]
    ) {
      self.init(
        series, shape: result.shape, smoothing: result.parameters, seeds: result.seeds, unit: unit,
        variance: nil, diagnostics: diagnostics)
    }

    private init(
      _ series: TimeSeries, shape: TBATSShape, smoothing: TBATSParameters, seeds: [Double],
      unit: Double, variance: Double?, diagnostics: [Diagnostic]
    ) {
      let boxCox = smoothing.lambda.map { BoxCox(lambda: $0) }
      let system = TBATSSystem(shape, smoothing)
      var state = TBATSState(shape, seeds: seeds)
      var residuals: [Double] = []
      var squares = Accumulator()
      var scaled: [Double] = []
      for y in series.values {
        let (mean, arma) = system.mean(state)
        guard !y.isNaN else {
          residuals.append(.nan)
          system.advance(&state, arma: arma, innovation: 0)
          continue
        }
        scaled.append(y / unit)
        let innovation = (boxCox.map { $0(y / unit) } ?? y / unit) - mean
        squares.add(product: innovation, innovation)
        residuals.append(y - unit * (boxCox?.positiveInverse(mean) ?? mean))
        system.advance(&state, arma: arma, innovation: innovation)
      }
      let n = Double(scaled.count)
      let count = shape.parameterCount + shape.seedCount
      self.variance = variance ?? squares.value / max(1, n - Double(count))
      let jacobian = boxCox?.logJacobian(scaled) ?? 0
      logLikelihood =
        squares.value > 0
        ? -0.5 * n * (log(2 * .pi * squares.value / n) + 1) + jacobian - n * log(unit) : nil
      form = shape.form(smoothing)
      self.residuals = residuals
      self.diagnostics = diagnostics
      observationCount = scaled.count
      (self.shape, self.smoothing, self.seeds, self.unit) = (shape, smoothing, seeds, unit)
      self.state = state
    }

    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Fitted
    {
      let isPositive = series.values.allSatisfy { $0.isNaN || $0 > 0 }
      guard smoothing.lambda == nil || isPositive else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "The model transforms its data, which needs values above zero.",
            zh: "模型对数据作了变换，要求数值大于零。"),
          hint: Text(
            en: "Fit the model again, with --set boxCox=never.",
            zh: "请用 --set boxCox=never 重新拟合。"))
      }
      return Fitted(
        series, shape: shape, smoothing: smoothing, seeds: seeds, unit: unit, variance: variance,
        diagnostics: diagnostics)
    }

    /// One more than R counts: the variance.
    public var parameterCount: Int { shape.parameterCount + shape.seedCount + 1 }

    /// On the scale of the transformed data.
    public var innovationVariance: Double? {
      variance * pow(unit, 2 * (smoothing.lambda ?? 1))
    }

    public var parameters: [Parameter] {
      var list: [Parameter] = []
      func add(_ en: String, _ zh: String, _ symbol: String, _ value: Double) {
        list.append(Parameter(name: Text(en: en, zh: zh), symbol: symbol, estimate: value))
      }
      if let lambda = smoothing.lambda { add("transformation", "变换参数", "λ", lambda) }
      add("level smoothing", "水平平滑系数", "α", smoothing.alpha)
      if shape.hasTrend { add("trend smoothing", "趋势平滑系数", "β", smoothing.beta) }
      if shape.isDamped { add("damping", "阻尼系数", "φ", smoothing.phi) }
      for (i, period) in shape.periods.enumerated() {
        let length = period == period.rounded() ? String(Int(period)) : String(period)
        add("season \(length), first", "季节 \(length) 平滑一", "γ₁(\(length))", smoothing.gamma1[i])
        add("season \(length), second", "季节 \(length) 平滑二", "γ₂(\(length))", smoothing.gamma2[i])
      }
      for (i, a) in smoothing.autoregressive.enumerated() {
        add("error autoregression \(i + 1)", "误差自回归 \(i + 1)", "ar\(i + 1)", a)
      }
      for (i, m) in smoothing.movingAverage.enumerated() {
        add("error moving average \(i + 1)", "误差移动平均 \(i + 1)", "ma\(i + 1)", m)
      }
      add("error variance", "误差方差", "σ²", innovationVariance ?? variance)
      return list
    }

    public var states: [Parameter] {
      var list = [
        Parameter(name: Text(en: "level", zh: "水平"), symbol: "ℓ", estimate: state.level)
      ]
      if shape.hasTrend {
        list.append(
          Parameter(name: Text(en: "slope", zh: "斜率"), symbol: "b", estimate: state.slope))
      }
      let season = state.season.reduce(0, +)
      if !shape.periods.isEmpty {
        list.append(
          Parameter(name: Text(en: "next season", zh: "下期季节成分"), symbol: "s", estimate: season))
      }
      // Without a transformation the states are in the units of the data.
      guard smoothing.lambda == nil else { return list }
      return list.map {
        Parameter(name: $0.name, symbol: $0.symbol, estimate: $0.estimate * unit)
      }
    }

    /// c₀ = 1, cⱼ = w′Fʲ⁻¹g: what an innovation adds to the value j periods later.
    func impulses(_ count: Int) -> [Double] {
      let system = TBATSSystem(shape, smoothing)
      var state = TBATSState(shape)
      return (0..<count).map { j in
        let (mean, arma) = system.mean(state)
        system.advance(&state, arma: j == 0 ? 0 : arma, innovation: j == 0 ? 1 : 0)
        return j == 0 ? 1 : mean
      }
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      let system = TBATSSystem(shape, smoothing)
      let impulses = impulses(horizon)
      var state = state
      var sum = 0.0
      return (0..<horizon).map { h in
        let (mean, arma) = system.mean(state)
        system.advance(&state, arma: arma, innovation: 0)
        sum += impulses[h] * impulses[h]
        let deviation = (variance * sum).squareRoot()
        guard let lambda = smoothing.lambda else {
          return .normal(mean: unit * mean, standardDeviation: unit * deviation)
        }
        let boxCox = BoxCox(lambda: lambda)
        let unit = unit
        return PredictiveDistribution.normal(mean: mean, standardDeviation: deviation)
          .image { unit * boxCox.positiveInverse($0) }
      }
    }

    public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
      -> Matrix
    {
      let system = TBATSSystem(shape, smoothing)
      let deviation = variance.squareRoot()
      let boxCox = smoothing.lambda.map { BoxCox(lambda: $0) }
      var result = Matrix(rowCount: horizon, columnCount: count)
      for path in 0..<count {
        var draws = stream.substream(UInt64(path))
        var state = state
        for h in 0..<horizon {
          let (mean, arma) = system.mean(state)
          let innovation = deviation * draws.normal()
          let value = mean + innovation
          result[h, path] = unit * (boxCox?.positiveInverse(value) ?? value)
          system.advance(&state, arma: arma, innovation: innovation)
        }
      }
      return result
    }
  }
}
