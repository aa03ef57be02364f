import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("The ETS kernel") struct ETSKernelTests {
  /// −2 ln L, straight from the displayed recursion.
  private static func literal(
    _ y: [Double], _ effect: [Double], _ form: ETSForm, _ p: ETSSmoothing, level: Double,
    slope: Double, seasons: [Double]
  ) -> Double {
    var (l, b) = (level, slope)
    var s = seasons
    var (squares, logs, n) = (0.0, 0.0, 0.0)
    for t in y.indices {
      let growth = form.trend == .multiplicative ? pow(b, p.phi) : p.phi * b
      let q =
        switch form.trend {
        case .none: l
        case .additive: l + growth
        case .multiplicative: l * growth
        }
      let old = seasons.isEmpty ? 0 : s[t]
      let mu =
        switch form.season {
        case .none: q + effect[t]
        case .additive: q + old + effect[t]
        case .multiplicative: q * old + effect[t]
        }
      let isSeen = !y[t].isNaN
      let epsilon = isSeen ? y[t] - mu : 0
      let pt = form.season == .multiplicative ? epsilon / old : epsilon
      if isSeen {
        n += 1
        squares +=
          form.error == .multiplicative ? (epsilon / mu) * (epsilon / mu) : epsilon * epsilon
        logs += form.error == .multiplicative ? log(mu) : 0
      }
      let next = q + p.alpha * pt
      switch form.trend {
      case .none: break
      case .additive: b = p.phi * b + p.beta * pt
      case .multiplicative: b = growth + p.beta * pt / l
      }
      l = next
      switch form.season {
      case .none: break
      case .additive: s.append(old + p.gamma * epsilon)
      case .multiplicative: s.append(old + p.gamma * epsilon / q)
      }
    }
    return n * log(squares) + 2 * logs
  }

  private static let y: [Double] = TestSeries.gappy.values.map { $0 / 200 }
  private static let columns: [[Double]] = [
    (0..<60).map { Double(($0 * 7) % 5) / 3 }, (0..<60).map { $0 >= 30 ? 1 : 0 },
  ]

  private static func smoothing(_ form: ETSForm) -> ETSSmoothing {
    ETSSmoothing(
      alpha: 0.3, beta: form.trend == .none ? 0 : 0.012,
      gamma: form.season == .none ? 0 : 0.15, phi: form.isDamped ? 0.93 : 1)
  }

  private static func load(_ tape: ETSTape, _ form: ETSForm) {
    tape.level[0] = 0.97
    tape.slope[0] =
      form.trend == .none ? 0 : (form.trend == .additive ? 0.004 : 1.004)
    for j in 0..<12 {
      let season = [3, 1, -1.5, 2, -0.5, 0.5, -4, -2, 2.5, 0, 1, -2][j] / 20
      tape.season[j] = form.season == .multiplicative ? 1 + season : season
    }
    tape.coefficients[0] = 0.02
    tape.coefficients[1] = -0.03
  }

  private func onTape<R>(_ body: (ETSTape) -> R) throws -> R {
    try ETSTape.with(Self.y, regressors: Self.columns, seasonLength: 12, body)
  }

  @Test("the likelihood agrees with its definition, in every form", arguments: ETSForm.all)
  func agreesWithItsDefinition(_ form: ETSForm) throws {
    let value = try onTape { tape in
      Self.load(tape, form)
      var none: ETSGradient?
      return tape.evaluate(form, Self.smoothing(form), &none)
    }
    let expected = try onTape { tape in
      Self.load(tape, form)
      let effect = (0..<60).map { 0.02 * Self.columns[0][$0] - 0.03 * Self.columns[1][$0] }
      return Self.literal(
        Self.y, effect, form, Self.smoothing(form), level: tape.level[0], slope: tape.slope[0],
        seasons: form.season == .none ? [] : (0..<12).map { tape.season[$0] })
    }
    #expect(value.isClose(to: expected, relative: 1e-12))
  }

  @Test("the adjoint gradient is that of central differences", arguments: ETSForm.all)
  func gradient(_ form: ETSForm) throws {
    for kind in ETSParameterBox.allCases {
      let box = ETSBox(kind, form: form, seasonLength: 12)
      try onTape { tape in
        let problem = ETSProblem(tape: tape, form: form, box: box)
        Self.load(tape, form)
        let x = problem.coordinates(Self.smoothing(form))
        var gradient = [Double](repeating: 0, count: x.count)
        let value = x.withUnsafeBufferPointer { x in
          gradient.withUnsafeMutableBufferPointer { problem.evaluate(x, $0) }
        }
        #expect(value.isClose(to: problem.value(x), relative: 1e-14))
        for i in x.indices {
          let step = 1e-5
          var (up, down) = (x, x)
          up[i] += step
          down[i] -= step
          let difference = (problem.value(up) - problem.value(down)) / (2 * step)
          // Central differences: h² f‴/6 and rounding 1e-16 f/h.
          #expect(
            gradient[i].isClose(to: difference, relative: 2e-6, absolute: 2e-5),
            "\(form), coordinate \(i)")
        }
      }
    }
  }

  @Test("the information is that of the means' derivatives", arguments: ETSForm.all)
  func information(_ form: ETSForm) throws {
    let box = ETSBox(.rCompatible, form: form, seasonLength: 12)
    try onTape { tape in
      let problem = ETSProblem(tape: tape, form: form, box: box)
      Self.load(tape, form)
      let x = problem.coordinates(Self.smoothing(form))
      let d = x.count
      let inverse = problem.inverseInformation(x)
      func means(_ x: [Double]) -> [Double] {
        _ = problem.value(x)
        return (0..<60).map { tape.mean[$0] }
      }
      let center = means(x)
      var squares = 0.0
      var rows: [[Double]] = []
      for t in 0..<60 where !Self.y[t].isNaN {
        let unit = form.error == .multiplicative ? center[t] : 1
        squares += (Self.y[t] - center[t]) * (Self.y[t] - center[t]) / unit / unit
      }
      let jacobian = (0..<d).map { i -> [Double] in
        var (up, down) = (x, x)
        up[i] += 1e-6
        down[i] -= 1e-6
        return zip(means(up), means(down)).map { ($0 - $1) / 2e-6 }
      }
      for i in 0..<d {
        rows.append(
          (0..<d).map { j in
            var sum = 0.0
            for t in 0..<60 where !Self.y[t].isNaN {
              let unit = form.error == .multiplicative ? center[t] : 1
              sum += jacobian[i][t] * jacobian[j][t] / unit / unit
            }
            return 2 * 54 / squares * sum
          })
      }
      // H⁻¹ H = 1, up to the ridge of 1e-6 and the differences.
      for i in 0..<d {
        for j in 0..<d {
          let sum = (0..<d).reduce(0.0) { $0 + (inverse?[i * d + $1] ?? .nan) * rows[$1][j] }
          let size = (rows[j][j] / rows[i][i]).squareRoot()
          #expect(
            sum.isClose(to: i == j ? 1 : 0, absolute: 1e-3 * max(1, size)), "\(form) \(i) \(j)")
        }
      }
    }
  }

  @Test(
    "likelihoods, errors and last states at fixed parameters are R's",
    .enabled(if: SharedData.isPresent))
  func fixedParameters() throws {
    let cases = try #require(ETSOracle.json("r_ets_fixed_params")["cases"]?.array)
    #expect(cases.count == 100)
    for entry in cases {
      let name = try #require(entry["series"]?.string)
      let season = try #require(entry["season"]?.string)
      let error = try #require(entry["error"]?.string)
      let trend = try #require(entry["trend"]?.string)
      let form = try #require(
        ETSOracle.form(error, trend, entry["damped"]?.isTrue ?? false, season))
      let series = try #require(ETSOracle.series[name])
      let m = form.season == .none ? 1 : series.seasonLength
      let state = ETSOracle.state(ETSOracle.numbers(entry["init"]), form)
      let smoothing = ETSSmoothing(
        alpha: try #require(entry["alpha"]?.number),
        beta: form.trend == .none ? 0 : try #require(entry["beta"]?.number),
        gamma: form.season == .none ? 0 : try #require(entry["gamma"]?.number),
        phi: form.isDamped ? try #require(entry["phi"]?.number) : 1)
      let expected = entry["lik"]?.number
      let value = try ETSTape.with(series.values, regressors: [], seasonLength: m) { tape in
        tape.level[0] = state.level
        tape.slope[0] = state.slope
        for (j, season) in state.seasons.enumerated() { tape.season[j] = season }
        var none: ETSGradient?
        return tape.evaluate(form, smoothing, &none)
      }
      let label = "\(name) \(form)"
      guard let expected else {
        #expect(!value.isFinite, "\(label)")
        continue
      }
      // Where a mean is negative R takes ln |μ|, and we refuse.
      if value.isFinite {
        #expect(value.isClose(to: expected, relative: 1e-9), "\(label)")
      }
      let member = ETSMember(
        form: form, smoothing: smoothing, initial: state, coefficients: [], unit: 1, weight: 1,
        parameterCount: 1)
      let (filtered, means) = member.filtered(series.values, [])
      #expect(
        try #require(filtered.logLikelihood).isClose(to: -0.5 * expected, relative: 1e-9),
        "\(label)")
      for (t, error) in ETSOracle.numbers(entry["e"]).enumerated() {
        let ours =
          (series.values[t] - means[t]) / (form.error == .multiplicative ? means[t] : 1)
        #expect(ours.isClose(to: error, relative: 1e-9, absolute: 1e-9), "\(label), \(t)")
      }
      let last = ETSOracle.state(ETSOracle.numbers(entry["final_state"]), form)
      #expect(filtered.final.level.isClose(to: last.level, relative: 1e-9), "\(label)")
      #expect(filtered.final.slope.isClose(to: last.slope, relative: 1e-9), "\(label)")
      #expect(
        filtered.final.upcomingSeasons.isClose(to: last.seasons, relative: 1e-9, absolute: 1e-9),
        "\(label)")
    }
  }
}
