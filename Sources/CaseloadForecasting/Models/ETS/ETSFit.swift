import CaseloadData
import CaseloadMath

extension ETS {
  /// A fitted form, or a weighted average of several.
  ///
  /// Of an average, likelihood, number of parameters and information criteria are those of the form
  /// with the largest weight; residuals are those of the averaged means.
  public struct Fitted: FittedForecastModel {
    @NullForNaN public private(set) var residuals: [Double]
    public let diagnostics: [Diagnostic]
    /// By weight, the largest first.
    let members: [ETSMember]
    let regressorNames: [String]
    /// Where a member that is simulated draws from.
    static let simulationSeed: UInt64 = 20_080_619

    init(
      members: [ETSMember], residuals: [Double], regressorNames: [String],
      diagnostics: [Diagnostic] = []
    ) {
      self.members = members
      self.residuals = residuals
      self.regressorNames = regressorNames
      self.diagnostics = diagnostics
    }

    /// The members run over `series`.
    init(
      members: [ETSMember], series: TimeSeries, regressors: Regressors,
      diagnostics: [Diagnostic] = []
    ) {
      var filtered: [ETSMember] = []
      var means = [Double](repeating: 0, count: series.count)
      for member in members {
        let pass = member.filtered(series.values, regressors.columns)
        filtered.append(pass.member)
        for t in means.indices { means[t] += member.weight * pass.means[t] }
      }
      self.init(
        members: filtered, residuals: means.indices.map { series.values[$0] - means[$0] },
        regressorNames: regressors.names, diagnostics: diagnostics)
    }

    /// A series of one value: ETS(A,N,N) without error.
    init(constant: Double, series: TimeSeries) {
      let unit = constant == 0 ? 1 : abs(constant)
      self.init(
        members: [
          ETSMember(
            form: ETSForm(error: .additive), smoothing: ETSSmoothing(alpha: 0.5),
            initial: ETSState(level: constant / unit, slope: 0, seasons: []), coefficients: [],
            unit: unit, weight: 1, parameterCount: 3)
        ], series: series, regressors: .none)
    }

    private var first: ETSMember { members[0] }

    public var form: String {
      guard members.count > 1 else { return first.form.description }
      let shares = members.map { "\($0.form) \(Self.percent($0.weight))" }
      return shares.joined(separator: " + ")
    }

    private static func percent(_ share: Double) -> String {
      "\(Int((100 * share).rounded()))%"
    }

    public var logLikelihood: Double? { first.logLikelihood }
    public var parameterCount: Int { first.parameterCount }
    public var observationCount: Int { first.observationCount }
    /// Of an average, that of the form with the largest weight.
    public var innovationVariance: Double? {
      first.form.error == .multiplicative
        ? first.variance : first.variance * first.unit * first.unit
    }

    public var parameters: [Parameter] {
      members.flatMap { member -> [Parameter] in
        let suffix = members.count > 1 ? "[\(member.form.code)]" : ""
        func of(_ name: Text) -> Text {
          members.count > 1
            ? Text(en: "\(name.en) of \(member.form)", zh: "\(member.form) 的\(name.zh)") : name
        }
        let (form, smoothing, unit) = (member.form, member.smoothing, member.unit)
        var result: [Parameter] = []
        func add(_ en: String, _ zh: String, _ symbol: String, _ estimate: Double) {
          result.append(
            Parameter(
              name: of(Text(en: en, zh: zh)), symbol: symbol + suffix, estimate: estimate))
        }
        if members.count > 1 { add("weight", "权重", "w", member.weight) }
        add("level smoothing", "水平平滑系数", "α", smoothing.alpha)
        if form.trend != .none { add("trend smoothing", "趋势平滑系数", "β", smoothing.beta) }
        if form.season != .none { add("season smoothing", "季节平滑系数", "γ", smoothing.gamma) }
        if form.isDamped { add("damping", "阻尼系数", "φ", smoothing.phi) }
        add("initial level", "初始水平", "ℓ₀", member.initial.level * unit)
        if form.trend != .none {
          add(
            "initial trend", "初始趋势", "b₀",
            member.initial.slope * (form.trend == .additive ? unit : 1))
        }
        for (j, season) in member.initial.seasons.enumerated() {
          add(
            "initial season \(j + 1)", "初始季节 \(j + 1)", "s₀,\(j + 1)",
            season * (form.season == .additive ? unit : 1))
        }
        for (name, coefficient) in zip(regressorNames, member.coefficients) {
          add("coefficient of \(name)", "\(name) 的系数", name, coefficient * unit)
        }
        add(
          form.error == .multiplicative ? "relative error variance" : "error variance",
          form.error == .multiplicative ? "相对误差方差" : "误差方差", "σ²",
          form.error == .multiplicative ? member.variance : member.variance * unit * unit)
        return result
      }
    }

    public var states: [Parameter] {
      members.flatMap { member -> [Parameter] in
        let suffix = members.count > 1 ? "[\(member.form.code)]" : ""
        let (form, state, unit) = (member.form, member.final, member.unit)
        var result = [
          Parameter(
            name: Text(en: "level", zh: "水平"), symbol: "ℓ" + suffix, estimate: state.level * unit)
        ]
        if form.trend != .none {
          result.append(
            Parameter(
              name: Text(en: "trend", zh: "趋势"), symbol: "b" + suffix,
              estimate: state.slope * (form.trend == .additive ? unit : 1)))
        }
        for (j, season) in state.upcomingSeasons.enumerated() {
          result.append(
            Parameter(
              name: Text(en: "season of period +\(j + 1)", zh: "第 +\(j + 1) 期的季节项"),
              symbol: "s\(j + 1)" + suffix,
              estimate: season * (form.season == .additive ? unit : 1)))
        }
        return result
      }
    }

    /// The same parameters and initial states, run over `series`.
    ///
    /// - Throws: ``DiagnosticCode/modelNotApplicable`` for regressors other than the fit's.
    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Fitted
    {
      guard regressors.names == regressorNames else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "The fit has other regressors: \(regressorNames.joined(separator: ", ")).",
            zh: "拟合所用的回归变量不同：\(regressorNames.joined(separator: "、"))。"),
          hint: Text(en: "Give the same regressors.", zh: "请给出相同的回归变量。"))
      }
      try Diagnostic.check(regressors, covering: series.count, from: series.start)
      return Fitted(
        members: members, series: series, regressors: regressors, diagnostics: diagnostics)
    }
  }
}
