import CaseloadData
import CaseloadMath

/// A series and its regressors as the estimation takes them: centered, of unit variance, regressors of
/// at most 1 in size.
struct StructuralData {
  let series: TimeSeries
  let regressors: Regressors
  let units: StructuralFit.Units
  let values: [Double]
  /// The regressors, row by row.
  let rows: [Double]
  /// How many values are observed.
  let count: Int
  var isConstant: Bool { units.scale == 0 }

  init(_ series: TimeSeries, _ regressors: Regressors) {
    self.series = series
    self.regressors = regressors
    let observed = series.observed.map(\.value)
    count = observed.count
    let largest = observed.reduce(0) { max($0, abs($1)) }
    // Divided first: squares of very large or very small values would leave the range.
    let shares = largest > 0 ? observed.map { $0 / largest } : observed
    let center = Descriptive.mean(shares) ?? 0
    let spread = Descriptive.standardDeviation(shares) ?? 0
    // What rounding leaves of equal values is no spread.
    let isConstant = !(spread > 1e-14)
    units = StructuralFit.Units(
      center: isConstant ? observed.first ?? 0 : largest * center,
      unit: isConstant ? 1 : largest * spread,
      regressors: regressors.columns.map { column in
        let size = column.reduce(0) { max($0, abs($1)) }
        return size > 0 ? size : 1
      }, scale: isConstant ? 0 : 1)
    let (shift, unit) = (units.center, units.unit)
    values = series.values.map { ($0 - shift) / unit }
    rows = StructuralFit.rows(regressors, units.regressors)
  }

  /// Refuses what the values cannot tell: a regressor that repeats another component, a season that
  /// is never observed.
  func checkDetermined(_ form: StructuralForm) throws(Diagnostic) {
    func undetermined(_ count: Int) -> Int {
      var part = form
      part.regressorCount = count
      let columns = Regressors(
        names: Array(regressors.names.prefix(count)),
        columns: Array(regressors.columns.prefix(count)))
      let system = StructuralSystem(
        part, regressors: StructuralFit.rows(columns, units.regressors))
      var filter = KalmanFilter(values, stateCount: part.stateCount)
      return filter.run(system.model).undeterminedCount
    }
    guard undetermined(form.regressorCount) > 0 else { return }
    guard undetermined(0) == 0 else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "The observed values do not determine a \(form.description): some season has none.",
          zh: "观测值不足以确定 \(form.description)：有的季节没有任何数值。"),
        hint: Text(
          en: "Use --set season=none, or a longer series.",
          zh: "请用 --set season=none，或使用更长的序列。"))
    }
    let culprit = (1...form.regressorCount).first { undetermined($0) > 0 } ?? 1
    let name = regressors.names[culprit - 1]
    throw Diagnostic(
      .rankDeficient, .error,
      Text(
        en: "The effect of '\(name)' cannot be told apart from the other components.",
        zh: "“\(name)”的效应无法与其他成分区分。"),
      at: Diagnostic.Location(column: name),
      hint: Text(
        en:
          "Leave it out; a linear regressor repeats the slope, so that trend=level would do, too.",
        zh: "请去掉该变量；线性变量与斜率重复，也可用 trend=level。"))
  }

  /// The fit at `estimate`; `nil` for a constant series.
  func fit(_ form: StructuralForm, _ estimate: StructuralEstimator.Estimate?) -> StructuralFit {
    var units = units
    var diagnostics: [Diagnostic] = []
    let scale = estimate?.scale ?? 0
    units.scale = scale > StructuralEstimator.exactFit ? scale : 0
    if units.scale == 0 {
      diagnostics.append(
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en: "The model repeats the data without error, so the interval has no width.",
            zh: "模型与数据完全吻合，区间宽度为零。")))
    }
    if let termination = estimate?.termination,
      termination == .iterationLimit
        || termination == .failed
    {
      diagnostics.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The search for the variances stopped early (\(termination.rawValue)).",
            zh: "方差的搜索提前停止（\(termination.rawValue)）。")))
    }
    let zeros = [Double](repeating: 0, count: form.sources.count)
    return StructuralFit(
      series: series, regressors: regressors, form: form,
      parameters: estimate?.parameters ?? StructuralParameters(variances: zeros), units: units,
      diagnostics: diagnostics)
  }
}
