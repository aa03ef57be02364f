import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("ETS") struct ETSTests {
  private func model(
    _ form: String = "automatic", _ box: ETSParameterBox = .rCompatible,
    _ weights: ETS.Weights = .best
  ) -> ETS {
    var model = ETS()
    model.form = form
    model.parameterBox = box
    model.weights = weights
    return model
  }

  private func parameter(_ fit: ETS.Fitted, _ symbol: String) throws -> Double {
    try #require(fit.parameters.first { $0.symbol == symbol }).estimate
  }

  @Test(
    "every form's likelihood is at least R's", .enabled(if: SharedData.isPresent))
  func everyForm() throws {
    let series = try #require(ETSOracle.json("r_ets_all_forms").members)
    #expect(series.count == 8)
    for (name, forms) in series {
      let data = try #require(ETSOracle.series[name])
      for (code, theirs) in try #require(forms.members) {
        let fit = try model(code).fitted(to: data)
        let expected = try #require(theirs["loglik"]?.number)
        let ours = try #require(fit.logLikelihood)
        #expect(ours >= expected - 0.01, "\(name) \(code): \(ours) against \(expected)")
        // The number of parameters is R's, and so the criteria follow.
        if abs(ours - expected) < 10 {
          let k = 0.5 * (try #require(theirs["aic"]?.number) + 2 * expected)
          #expect(Double(fit.parameterCount).isClose(to: k, relative: 1e-9), "\(name) \(code)")
        }
        #expect(fit.form == theirs["method"]?.string)
      }
    }
  }

  @Test("the automatic choice is at least as good as R's", .enabled(if: SharedData.isPresent))
  func automatic() throws {
    var better = 0
    for (name, theirs) in try #require(ETSOracle.json("r_ets").members) {
      let data = try #require(ETSOracle.series[name])
      // R leaves out all but the longest run without missing values.
      guard let m = theirs["m"]?.number, m >= 1, data.missingCount == 0 else { continue }
      let fit = try model().fitted(to: data)
      let expected = try #require(theirs["aicc"]?.number)
      let ours = try #require(fit.aicc)
      #expect(
        ours <= expected + 0.02,
        "\(name): \(fit.form) \(ours), R \(theirs["method"]?.string ?? "") \(expected)")
      if ours < expected - 0.1 { better += 1 }
    }
    #expect(better >= 10, "\(better)")
  }

  @Test(
    "parameters and regressors are recovered from long series", arguments: ["AAN", "MAN", "MNM"])
  func recovery(_ code: String) throws {
    let form = try #require(ETSForm(code))
    let n = 1200
    var draws = RandomStream(seed: 5)
    let columns = [
      (0..<n).map { _ in draws.normal() }, (0..<n).map { $0 >= 700 ? 1.0 : 0 },
    ]
    var state = ETSState(
      level: 300, slope: form.trend == .none ? 0 : 0.1,
      seasons: form.season == .none ? [] : [1.2, 0.9, 1.05, 0.85])
    let truth = ETSSmoothing(
      alpha: 0.3, beta: form.trend == .none ? 0 : 0.004, gamma: form.season == .none ? 0 : 0.1)
    let values = (0..<n).map { t -> Double in
      let mean = state.mean(form, truth) + 2 * columns[0][t] - 15 * columns[1][t]
      let error = form.error == .multiplicative ? 0.007 * mean * draws.normal() : 2 * draws.normal()
      state.step(form, truth, error: error)
      return mean + error
    }
    let series = TimeSeries(
      start: Period(frequency: .quarterly, ordinal: 0), values: values)
    let regressors = Regressors(names: ["noise", "step"], columns: columns)
    let fit = try model(code).fitted(to: series, regressors: regressors)
    // About three standard errors each.
    #expect(try parameter(fit, "α").isClose(to: 0.3, absolute: 0.1))
    #expect(try parameter(fit, "noise").isClose(to: 2, absolute: 0.6))
    #expect(try parameter(fit, "step").isClose(to: -15, absolute: 12))
    if form.trend != .none { #expect(try parameter(fit, "β").isClose(to: 0.004, absolute: 0.008)) }
    if form.season != .none { #expect(try parameter(fit, "γ").isClose(to: 0.1, absolute: 0.06)) }
    let future = Regressors(names: ["noise", "step"], columns: [[3, 0, -3], [1, 1, 0]])
    let ahead = fit.marginals(3, regressors: future)
    let still = fit.marginals(
      3, regressors: Regressors(names: ["noise", "step"], columns: [[0, 0, 0], [0, 0, 0]]))
    for (h, shift) in [3 * 2.0 - 15, -15, -6].enumerated() {
      let difference = ahead[h].mean - still[h].mean
      #expect(difference.isClose(to: shift, absolute: 13))
    }
    let paths = fit.paths(3, count: 4000, regressors: future, from: RandomStream(seed: 8))
    for h in 0..<3 {
      let mean = try #require(Descriptive.mean(paths.row(h)))
      let sigma = ahead[h].standardDeviation
      #expect(mean.isClose(to: ahead[h].mean, absolute: 8 * sigma / 4000.0.squareRoot()))
    }
  }

  @Test("dependent regressors are named")
  func rankDeficient() throws {
    let n = TestSeries.monthly.count
    let column = (0..<n).map { Double($0 % 5) }
    let regressors = Regressors(
      names: ["days", "twice"], columns: [column, column.map { 3 - 2 * $0 }])
    let error = #expect(throws: Diagnostic.self) {
      try ETS().fitted(to: TestSeries.monthly, regressors: regressors)
    }
    #expect(error?.code == .rankDeficient)
    #expect(
      error?.message.en.contains("days") == true || error?.message.en.contains("twice") == true)
  }

  @Test("a form that is asked for is fitted or refused with a reason")
  func explicitForms() throws {
    for form in ETSForm.all {
      #expect(try model(form.code).fitted(to: TestSeries.gappy).form == form.description)
    }
    #expect(throws: Diagnostic.self) { try model("AdAN").fitted(to: TestSeries.monthly) }
    let signed = TestSeries.scaled(TestSeries.monthly, by: 1, plus: -200)
    let negative = #expect(throws: Diagnostic.self) { try model("MNN").fitted(to: signed) }
    #expect(negative?.code == .modelNotApplicable)
    #expect(try model("ZZZ").fitted(to: signed).members[0].form.hasMultiplicativePart == false)
    let yearly = TimeSeries(start: .year(2000), values: (0..<20).map { 10 + Double($0 % 3) })
    #expect(throws: Diagnostic.self) { try model("ANA").fitted(to: yearly) }
    let short = TimeSeries(start: .month(2020, 1), values: (0..<14).map { 10 + Double($0 % 3) })
    let error = #expect(throws: Diagnostic.self) { try model("AAA").fitted(to: short) }
    #expect(error?.code == .seriesTooShort)
  }

  @Test("an average holds the forms by weight, and its forecast is their mixture")
  func average() throws {
    for (weights, divisor) in [(ETS.Weights.tempered, 4.0), (.akaike, 2.0)] {
      let fit = try model("automatic", .cautious, weights).fitted(to: TestSeries.monthly)
      #expect(fit.members.count > 1)
      #expect(fit.members.reduce(0) { $0 + $1.weight }.isClose(to: 1, relative: 1e-12))
      var aicc: [Double] = []
      for member in fit.members {
        let alone = ETS.Fitted(member)
        aicc.append(try #require(alone.aicc))
        #expect(member.weight >= 0.01)
      }
      for (member, value) in zip(fit.members, aicc) {
        let ratio = exp(-(value - aicc[0]) / divisor)
        // Members off the best are fitted loosely, and their criterion is that of the loose fit.
        #expect((member.weight / fit.members[0].weight).isClose(to: ratio, relative: 1e-6))
      }
      let marginals = fit.marginals(6)
      for (h, marginal) in marginals.enumerated() {
        let means = fit.members.map {
          $0.moments(6, regressors: [])[h].mean * $0.unit * $0.weight
        }
        #expect(marginal.mean.isClose(to: means.reduce(0, +), relative: 1e-12))
      }
      let paths = fit.paths(6, count: 20_000, from: RandomStream(seed: 3))
      for (h, marginal) in marginals.enumerated() {
        let mean = try #require(Descriptive.mean(paths.row(h)))
        let sigma = marginal.standardDeviation
        #expect(mean.isClose(to: marginal.mean, absolute: 4.5 * sigma / 20_000.0.squareRoot()))
      }
      #expect(try fit.updated(with: TestSeries.monthly).marginals(6) == marginals)
      #expect(fit.form.contains("%"))
    }
  }

  @Test("the cautious box bounds the trend's parameter")
  func cautious() throws {
    for baseline in RBaseline.all {
      let fit = try model("ZAZ", .cautious).fitted(to: baseline.series)
      let limit = 0.2 / Double(baseline.series.seasonLength)
      #expect(fit.members[0].smoothing.beta <= limit * (1 + 1e-12))
    }
  }

  @Test("one wild value does not make the cautious choice forget the others")
  func wildValue() throws {
    var draws = RandomStream(seed: 12)
    var values = (0..<96).map { _ in 500 * exp(0.15 * draws.normal()) }
    values[88] = 11_000
    values[89] = 6000
    let series = TimeSeries(start: .month(2015, 1), values: values)
    func squares(_ fit: ETS.Fitted) -> Double { fit.residuals.reduce(0) { $0 + $1 * $1 } }
    let least =
      try ETSForm.all.filter { $0.isStable && $0.trend != .multiplicative }
      .map { squares(try model($0.code, .cautious).fitted(to: series)) }.min() ?? 0
    let cautious = squares(try model("automatic", .cautious).fitted(to: series))
    let free = squares(try model().fitted(to: series))
    // Twice, with room for what polishing changes.
    #expect(cautious <= 2.1 * least)
    #expect(free > 2.1 * least, "\(free / least)")
  }

  @Test("the box of an explicit form is that of the automatic choice")
  func explicitBox() throws {
    let chosen = try model("automatic", .cautious).fitted(to: TestSeries.monthly)
    let code = chosen.members[0].form.code
    let alone = try model(code, .cautious).fitted(to: TestSeries.monthly)
    #expect(
      try #require(alone.logLikelihood).isClose(
        to: try #require(chosen.logLikelihood), absolute: 0.05))
    let trend = try model("AAN", .cautious).fitted(to: TestSeries.monthly)
    #expect(trend.members[0].smoothing.beta <= 0.2 / 12 * (1 + 1e-12))
  }

  @Test("the seasons add up to 0, or average 1, at the start")
  func constraint() throws {
    for (code, mean) in [("AAA", 0.0), ("MNM", 1), ("MAdM", 1), ("MNA", 0)] {
      let fit = try model(code).fitted(to: TestSeries.gappy)
      let seasons = fit.members[0].initial.seasons
      #expect(seasons.count == 12)
      #expect((seasons.reduce(0, +) / 12).isClose(to: mean, absolute: 1e-12))
    }
  }

  @Test("a missing value leaves level and season alone, and is not counted")
  func missing() throws {
    for form in ETSForm.all {
      let smoothing = ETSSmoothing(
        alpha: 0.4, beta: form.trend == .none ? 0 : 0.1, gamma: form.season == .none ? 0 : 0.3,
        phi: form.isDamped ? 0.9 : 1)
      let initial = ETSState(
        level: 10, slope: form.trend == .none ? 0 : (form.trend == .additive ? 0.1 : 1.01),
        seasons: form.season == .none ? [] : [1.1, 0.9])
      let member = ETSMember(
        form: form, smoothing: smoothing, initial: initial, coefficients: [], unit: 1, weight: 1,
        parameterCount: 2)
      // The mean in place of the value has no error either.
      let (_, means) = member.filtered([9, .nan, 11], [])
      let a = member.filtered([9, .nan, 11, 12], []).member
      let b = member.filtered([9, means[1], 11, 12], []).member
      #expect(a.final.level.isClose(to: b.final.level, relative: 1e-14))
      #expect(a.final.slope.isClose(to: b.final.slope, relative: 1e-14))
      #expect(a.final.seasons.isClose(to: b.final.seasons, relative: 1e-14))
      #expect(a.observationCount == 3 && b.observationCount == 4)
    }
  }

  @Test("every form takes any scale, and scales with it")
  func scales() throws {
    for code in ["ANN", "AAdA", "MAM", "MNA", "MMdM"] {
      let reference = try model(code).fitted(to: TestSeries.monthly).marginals(12)
      for scale in [1e-140, 1e140] {
        let series = TestSeries.scaled(TestSeries.monthly, by: scale)
        for (a, b) in zip(try model(code).fitted(to: series).marginals(12), reference) {
          // Where the search ends its criterion is flat to 1e-10.
          #expect((a.mean / scale).isClose(to: b.mean, relative: 1e-4), "\(code) \(scale)")
          let deviation = a.standardDeviation / scale
          #expect(deviation.isClose(to: b.standardDeviation, relative: 1e-3), "\(code) \(scale)")
        }
      }
    }
  }

  @Test("short series are fitted by what their length bears", arguments: 4...30)
  func short(_ n: Int) throws {
    var draws = RandomStream(seed: UInt64(n))
    let values = (0..<n).map { 50 + 3 * draws.normal() + Double($0) }
    for weights in ETS.Weights.allCases {
      let series = TimeSeries(start: .month(2020, 1), values: values)
      let fit = try model("automatic", .cautious, weights).fitted(to: series)
      #expect(fit.members.allSatisfy { n >= $0.parameterCount })
      #expect(fit.marginals(12).allSatisfy { $0.mean.isFinite && $0.standardDeviation > 0 })
    }
  }

  @Test(
    "awkward series give a diagnostic or a valid answer in every form, box and average",
    arguments: ["ANN", "AAdA", "MAM", "MNN", "MMdM", "AMA", "ZZZ", "ZZN"])
  func awkward(_ form: String) throws {
    for (name, values) in ForecastModelLawsTests.awkward {
      for box in ETSParameterBox.allCases {
        for weights in ETS.Weights.allCases {
          let series = TimeSeries(
            start: Period(frequency: .quarterly, ordinal: 8000), values: values)
          do {
            let fit = try model(form, box, weights).fitted(to: series)
            for marginal in fit.marginals(10) {
              #expect(marginal.mean.isFinite && marginal.standardDeviation >= 0, "\(name)")
              #expect(marginal.interval(0.95).lowerBound.isFinite, "\(name)")
            }
            #expect(fit.parameters.allSatisfy { $0.estimate.isFinite }, "\(name)")
          } catch {
            #expect(error.severity == .error && error.hint != nil, "\(name)")
          }
        }
      }
    }
  }

  @Test("a regressor that is always zero is named")
  func zeroRegressor() throws {
    let zeros = Regressors(names: ["none"], columns: [[Double](repeating: 0, count: 60)])
    let error = #expect(throws: Diagnostic.self) {
      try ETS().fitted(to: TestSeries.monthly, regressors: zeros)
    }
    #expect(error?.code == .rankDeficient && error?.message.en.contains("none") == true)
  }

  @Test("an average and a fit with regressors load again and carry on")
  func reload() throws {
    let series = TestSeries.gappy
    let columns = [(0..<60).map { Double(($0 * 7) % 5) }]
    let regressors = Regressors(names: ["days"], columns: columns)
    let future = Regressors(names: ["days"], columns: [[0, 1, 2, 3]])
    let fit = try model("automatic", .cautious, .tempered).fitted(
      to: series, regressors: regressors)
    let copy = try roundTrip(fit)
    #expect(copy.marginals(4, regressors: future) == fit.marginals(4, regressors: future))
    #expect(copy.parameters == fit.parameters && copy.states == fit.states)
    let same = try copy.updated(with: series, regressors: regressors)
    #expect(same.marginals(4, regressors: future) == fit.marginals(4, regressors: future))
    #expect(throws: Diagnostic.self) { try copy.updated(with: series) }
  }

  @Test("what an average reports is that of its form with the largest weight")
  func criteria() throws {
    let best = try model("automatic", .cautious).fitted(to: TestSeries.monthly)
    let average = try model("automatic", .cautious, .akaike).fitted(to: TestSeries.monthly)
    #expect(average.aicc == best.aicc)
    #expect(average.members.map(\.weight) == average.members.map(\.weight).sorted(by: >))
    for (criterion, value) in [
      (ETS.Criterion.aic, \ETS.Fitted.aic), (.bic, \.bic), (.aicc, \.aicc),
    ] {
      var model = ETS()
      model.criterion = criterion
      let chosen = try #require(try model.fitted(to: TestSeries.monthly)[keyPath: value])
      for code in ["ANA", "MNM", "AAdA", "MAN"] {
        let other = try #require(
          try self.model(code, .cautious).fitted(to: TestSeries.monthly)[keyPath: value])
        #expect(chosen <= other + 1e-6)
      }
    }
  }

}
