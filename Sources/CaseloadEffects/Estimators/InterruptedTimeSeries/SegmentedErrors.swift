import CaseloadData
import CaseloadForecasting
import CaseloadMath
import CaseloadRegression

/// Segmented regressions of a normal outcome, by the model of their errors.
extension SegmentedFit {
  /// The regression of `design` with the errors that `options` name.
  ///
  /// - Throws: ``DiagnosticCode/seriesTooShort`` and ``DiagnosticCode/rankDeficient`` with what to
  ///   leave out.
  static func gaussian(
    _ design: SegmentedDesign, _ options: InterruptedTimeSeries
  ) throws(Diagnostic) -> SegmentedFit {
    let needed = design.names.count + (options.errors == .reml ? 2 : 1)
    try requireRows(design, atLeast: needed)
    let ordinary = try ranked(design) { () throws(Diagnostic) in
      try LinearModel().fitted(design.matrix, design.response, names: design.names)
    }
    guard (try? checkedSumOfSquares(ordinary.residuals, of: design.response)) != nil else {
      return exact(ordinary, design)
    }
    let scaled = design.deviations(ordinary.residuals).map { design.dividing(by: $0) } ?? design
    switch options.errors {
    case .ols, .neweyWest: return try leastSquares(scaled, options)
    case .praisWinsten: return try praisWinsten(scaled)
    case .reml: return try autoregressive(scaled, options)
    case .arima: return try arima(scaled)
    }
  }

  static func requireRows(_ design: SegmentedDesign, atLeast needed: Int) throws(Diagnostic) {
    guard design.response.count < needed else { return }
    let (have, terms) = (design.response.count, design.names.count)
    throw Diagnostic(
      .seriesTooShort, .error,
      Text(
        en: "\(have) periods are observed; the model has \(terms) coefficients "
          + "(\(design.names.joined(separator: ", "))) and needs \(needed) periods.",
        zh: "共观测 \(have) 期；模型有 \(terms) 个系数（\(design.names.joined(separator: "、"))），"
          + "至少需要 \(needed) 期。"),
      hint: Text(
        en: "Use --set effect=level, season=false or trend=false, or add periods.",
        zh: "请设 effect=level、season=false 或 trend=false，或补充时期。"))
  }

  /// Runs `fit`; a failure of rank says what can be left out.
  static func ranked<R>(
    _ design: SegmentedDesign, _ fit: () throws(Diagnostic) -> R
  ) throws(Diagnostic) -> R {
    do {
      return try fit()
    } catch {
      guard error.code == .rankDeficient else { throw error }
      throw Diagnostic(
        .rankDeficient, .error, error.message, at: error.location,
        hint: Text(
          en: "These changes cannot be told apart in the periods observed: use --set effect=level, "
            + "fewer interruptions, season=false, or a shorter donut.",
          zh: "在所观测时期内无法区分这些变化：请设 effect=level、减少 interruptions、season=false，或缩短 donut。"))
    }
  }

  private static func exact(_ fit: LinearFit, _ design: SegmentedDesign) -> SegmentedFit {
    SegmentedFit(
      names: design.names, coefficients: fit.coefficients, law: .exact, autocorrelation: nil,
      innovations: fit.residuals, errorParameters: 0,
      reason: Text(
        en: "The data are fitted exactly: there is no error to judge the effect by.",
        zh: "数据被完全拟合，没有可据以判断效应的误差。"),
      diagnostics: [
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en: "The model fits all \(design.response.count) periods exactly, so that standard "
              + "errors and intervals are not defined.",
            zh: "模型完全拟合了全部 \(design.response.count) 期，标准误与区间无定义。"),
          hint: Text(
            en: "Check whether the values were computed and not observed.",
            zh: "请核对这些数值是否为计算所得而非观测所得。"))
      ])
  }

  private static func leastSquares(
    _ design: SegmentedDesign, _ options: InterruptedTimeSeries
  ) throws(Diagnostic) -> SegmentedFit {
    let fit = try LinearModel().fitted(design.matrix, design.response, names: design.names)
    let (kind, reason) = robust(design, options) { fit.automaticLags }
    let covariance = try fit.covariance(kind)
    let freedom = fit.residualDegreesOfFreedom
    return SegmentedFit(
      names: design.names, coefficients: fit.coefficients,
      law: .student(covariance) { _ in freedom }, autocorrelation: nil, innovations: fit.residuals,
      errorParameters: 0, reason: reason, diagnostics: seamNotes(design, options))
  }

  /// The covariance of `ols` and `newey-west`.
  static func robust(
    _ design: SegmentedDesign, _ options: InterruptedTimeSeries, automatic: () -> Int
  ) -> (CovarianceKind, Text) {
    guard options.errors == .neweyWest else {
      return (
        .classical,
        Text(
          en: "Independent errors: too narrow where they are autocorrelated.",
          zh: "误差视为独立；若存在自相关，区间过窄。")
      )
    }
    let lags = options.lags >= 0 ? options.lags : automatic()
    if design.isStacked {
      let times = Grouping(name: "period", labels: design.eventTimes.map { String($0) })
      return (
        .driscollKraay(times: times, lags: options.lags >= 0 ? options.lags : nil),
        Text(
          en: "Driscoll and Kraay's sandwich; too narrow in short series.",
          zh: "Driscoll–Kraay 稳健协方差；序列较短时区间过窄。")
      )
    }
    return (
      .neweyWest(lags: lags),
      Text(
        en: "Newey and West's sandwich with \(lags) lags; too narrow in short series.",
        zh: "Newey–West 稳健协方差（\(lags) 阶滞后）；序列较短时区间过窄。")
    )
  }

  /// Sandwiches take the rows for consecutive.
  static func seamNotes(_ design: SegmentedDesign, _ options: InterruptedTimeSeries)
    -> [Diagnostic]
  {
    let treated = design.eventTimes.prefix(design.treatedCount)
    guard options.errors == .neweyWest,
      zip(treated, treated.dropFirst()).contains(where: { $1 - $0 > 1 })
    else { return [] }
    return [
      Diagnostic(
        .missingValues, .note,
        Text(
          en: "newey-west takes the periods on both sides of a gap for neighbors.",
          zh: "newey-west 把缺口两侧的时期视为相邻。"),
        hint: Text(en: "reml bridges gaps exactly.", zh: "reml 可精确处理缺口。"))
    ]
  }

  private static func praisWinsten(_ design: SegmentedDesign) throws(Diagnostic) -> SegmentedFit {
    let fit = try PraisWinsten().fitted(
      design.matrix, design.response, names: design.names, hasIntercept: false,
      times: design.times)
    let covariance = try fit.covariance(.classical)
    let freedom = fit.residualDegreesOfFreedom
    return SegmentedFit(
      names: design.names, coefficients: fit.coefficients,
      law: .student(covariance) { _ in freedom }, autocorrelation: fit.autocorrelation,
      innovations: fit.innovations, errorParameters: 1,
      reason: Text(
        en: "Prais and Winsten's transformation, which takes the autocorrelation as known: too "
          + "narrow in short series.",
        zh: "Prais–Winsten 变换，把自相关视为已知；序列较短时区间过窄。"),
      diagnostics: fit.diagnostics)
  }

  private static func autoregressive(
    _ design: SegmentedDesign, _ options: InterruptedTimeSeries
  ) throws(Diagnostic) -> SegmentedFit {
    if options.degrees == .integrated {
      let fit = try IntegratedAutoregression(
        design.matrix, design.response, names: design.names, times: design.times,
        hasWhiteNoise: options.whiteNoise)
      return SegmentedFit(
        integrated: fit,
        reason: options.whiteNoise
          ? Text(
            en: "First-order autoregression with white noise by restricted likelihood, integrated "
              + "over the autocorrelation and the share of noise.",
            zh: "一阶自回归加白噪声误差，限制似然对自相关与白噪声比例积分。")
          : Text(
            en: "First-order autoregression by restricted likelihood, integrated over the "
              + "autocorrelation.",
            zh: "一阶自回归误差，限制似然对自相关系数积分。"))
    }
    guard !options.whiteNoise else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "whiteNoise needs degrees=integrated, and degrees=\(options.degrees.rawValue) was "
            + "given.",
          zh: "whiteNoise 要求 degrees=integrated，现为 degrees=\(options.degrees.rawValue)。"),
        hint: Text(en: "Leave one of the two out.", zh: "请去掉其中之一。"))
    }
    let fit = try AutoregressiveRegression().fitted(
      design.matrix, design.response, names: design.names, times: design.times)
    let isAdjusted = options.degrees == .kenwardRoger
    return SegmentedFit(
      names: design.names, coefficients: fit.coefficients,
      law: .student(isAdjusted ? fit.adjustedCovariance : fit.plugInCovariance) {
        fit.degreesOfFreedom(of: $0)
      }, autocorrelation: fit.autocorrelation, innovations: fit.innovations, errorParameters: 1,
      reason: isAdjusted
        ? Text(
          en: "First-order autoregression by REML, with Kenward and Roger's standard errors and "
            + "degrees of freedom.",
          zh: "REML 一阶自回归误差，Kenward–Roger 标准误与自由度。")
        : Text(
          en: "First-order autoregression by REML, with Satterthwaite's degrees of freedom.",
          zh: "REML 一阶自回归误差，Satterthwaite 自由度。"), diagnostics: fit.diagnostics)
  }

  /// From a fit whose autocorrelation is integrated out.
  init(integrated fit: IntegratedAutoregression, reason: Text, diagnostics: [Diagnostic] = []) {
    self.init(
      names: fit.coefficientNames, coefficients: fit.coefficients, law: .integrated(fit),
      autocorrelation: fit.autocorrelation, innovations: fit.innovations, errorParameters: 1,
      reason: reason, diagnostics: diagnostics)
  }

  /// Generalized least squares with the ARMA errors that ``ARIMA`` chooses.
  ///
  /// The fitted filter is linear: the innovations of a column, taken for a series without
  /// regressors, are that column whitened. What is left is least squares, whose degrees of freedom
  /// allow for the coefficients of the errors too.
  private static func arima(_ design: SegmentedDesign) throws(Diagnostic) -> SegmentedFit {
    guard !design.isStacked else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "errors=arima is for one series, and control=joint has two.",
          zh: "errors=arima 只用于单一序列，而 control=joint 含两个序列。"),
        hint: Text(
          en: "Use errors=reml or control=difference.", zh: "请用 errors=reml 或 control=difference。"))
    }
    let first = design.eventTimes[0]
    let count = (design.eventTimes.last ?? first) - first + 1
    func spread(_ values: [Double], gaps: Double) -> [Double] {
      var result = [Double](repeating: gaps, count: count)
      for (row, k) in design.eventTimes.enumerated() { result[k - first] = values[row] }
      return result
    }
    func series(_ values: [Double]) -> TimeSeries {
      TimeSeries(
        measure: .ratio, start: Period(frequency: .index, ordinal: 1),
        values: spread(values, gaps: .nan))
    }
    var model = ARIMA()
    model.constant = .no
    model.maximumDifferences = 0
    model.maximumSeasonalDifferences = 0
    model.maximumOrder = 3
    let columns = design.columns.map { spread($0, gaps: 0) }
    let fitted = try model.fitted(
      to: series(design.response), regressors: Regressors(names: design.names, columns: columns))
    let zeros = Regressors(
      names: design.names, columns: columns.map { $0.map { _ in 0 } })
    func whitened(_ values: [Double]) throws(Diagnostic) -> [Double] {
      let residuals = try fitted.updated(with: series(values), regressors: zeros).residuals
      return design.eventTimes.map { residuals[$0 - first] }
    }
    var white: [[Double]] = []
    for column in design.columns { white.append(try whitened(column)) }
    let response = try whitened(design.response)
    let fit = try LinearModel().fitted(
      Matrix(columns: white), response, names: design.names, hasIntercept: false)
    let parameters = fitted.armaCoefficientCount
    let freedom = fit.residualDegreesOfFreedom - Double(parameters)
    try requireRows(design, atLeast: design.names.count + parameters + 1)
    let covariance =
      fit.residualDegreesOfFreedom / freedom * (try fit.covariance(.classical))
    return SegmentedFit(
      names: design.names, coefficients: fit.coefficients,
      law: .student(covariance) { _ in freedom }, autocorrelation: nil,
      innovations: fit.residuals, errorParameters: parameters,
      reason: Text(
        en:
          "\(fitted.form) by maximum likelihood, which takes the errors' coefficients as known: too "
          + "narrow in short series.",
        zh: "\(fitted.form)，最大似然估计，把误差模型的系数视为已知；序列较短时区间过窄。"),
      diagnostics: fitted.diagnostics)
  }
}
