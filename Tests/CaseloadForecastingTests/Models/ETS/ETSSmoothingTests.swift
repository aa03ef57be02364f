import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("ETS smoothing parameters") struct ETSSmoothingTests {
  @Test("the admissible region is R's", .enabled(if: SharedData.isPresent))
  func admissible() throws {
    let cases = try #require(ETSOracle.json("r_ets_admissible").array)
    #expect(cases.count == 72)
    for entry in cases {
      let smoothing = ETSSmoothing(
        alpha: try #require(entry["alpha"]?.number), beta: try #require(entry["beta"]?.number),
        gamma: try #require(entry["gamma"]?.number), phi: try #require(entry["phi"]?.number))
      let seasonal = ETSForm(
        error: .additive, trend: .additive, isDamped: true, season: .additive)
      let plain = ETSForm(error: .additive, trend: .additive, isDamped: true)
      for (key, m) in [("ok12", 12), ("ok4", 4)] {
        let expected = entry[key]?.number == 1
        #expect(smoothing.isAdmissible(seasonal, seasonLength: m) == expected, "\(entry) \(m)")
      }
      let expected = entry["okNS"]?.number == 1
      #expect(smoothing.isAdmissible(plain, seasonLength: 1) == expected, "\(entry)")
    }
  }

  @Test("without a trend the root 1 does not count")
  func withoutTrend() {
    let form = ETSForm(error: .additive, season: .additive)
    for alpha in [0.01, 0.3, 0.9] {
      for gamma in [1e-4, 0.05, 0.09] {
        let smoothing = ETSSmoothing(alpha: alpha, gamma: gamma)
        #expect(smoothing.isAdmissible(form, seasonLength: 12))
      }
    }
    #expect(!ETSSmoothing(alpha: 0.9, gamma: 1.3).isAdmissible(form, seasonLength: 12))
  }

  @Test(
    "the box's map stays inside, and its slopes are those of differences", arguments: ETSForm.all)
  func box(_ form: ETSForm) {
    for kind in ETSParameterBox.allCases {
      let box = ETSBox(kind, form: form, seasonLength: 4)
      var draws = RandomStream(seed: 9)
      for _ in 0..<50 {
        let x = (0..<4).map { _ in 2 * draws.normal() }
        func at(_ i: Int, _ step: Double) -> ETSSmoothing {
          var moved = x
          moved[i] += step
          return moved.withUnsafeBufferPointer { box.parameters($0.baseAddress!).0 }
        }
        let p = at(0, 0)
        #expect(p.alpha >= 1e-4 && p.alpha <= 0.9999)
        if form.trend != .none {
          #expect(p.beta >= 1e-4 && p.beta <= max(1e-4, p.alpha) * (1 + 1e-12))
          if kind == .cautious { #expect(p.beta <= 0.05) }
        }
        if form.season != .none { #expect(p.gamma >= 1e-4 && p.gamma <= max(1e-4, 1 - p.alpha)) }
        if form.isDamped { #expect(p.phi >= 0.8 && p.phi <= 0.98) }
        let slopes = x.withUnsafeBufferPointer { box.parameters($0.baseAddress!).1 }
        // Away from the kink at α = b.
        if abs(p.alpha - box.largestBeta) > 1e-3, p.alpha < 0.999 {
          let (up, down) = (at(0, 1e-6), at(0, -1e-6))
          #expect(slopes.alpha.alpha.isClose(to: (up.alpha - down.alpha) / 2e-6, absolute: 1e-8))
          #expect(slopes.alpha.beta.isClose(to: (up.beta - down.beta) / 2e-6, absolute: 1e-8))
          #expect(slopes.alpha.gamma.isClose(to: (up.gamma - down.gamma) / 2e-6, absolute: 1e-8))
        }
      }
    }
  }

  @Test("coordinates of a point inside lead back to it", arguments: ETSForm.all)
  func roundTrip(_ form: ETSForm) {
    let box = ETSBox(.rCompatible, form: form, seasonLength: 4)
    let smoothing = ETSSmoothing(
      alpha: 0.4, beta: form.trend == .none ? 0 : 0.1, gamma: form.season == .none ? 0 : 0.2,
      phi: form.isDamped ? 0.9 : 1)
    var x = [Double](repeating: 0, count: 4)
    x.withUnsafeMutableBufferPointer { box.setCoordinates(of: smoothing, $0.baseAddress!) }
    let back = x.withUnsafeBufferPointer { box.parameters($0.baseAddress!).0 }
    #expect(back.alpha.isClose(to: smoothing.alpha, relative: 1e-12))
    #expect(back.beta.isClose(to: smoothing.beta, relative: 1e-12))
    #expect(back.gamma.isClose(to: smoothing.gamma, relative: 1e-12))
    #expect(back.phi.isClose(to: smoothing.phi, relative: 1e-12))
  }

  @Test("codes name the forms: 30 of them, 19 stable, 15 without multiplicative trend")
  func forms() {
    #expect(ETSForm.all.count == 30 && Set(ETSForm.all).count == 30)
    #expect(ETSForm.all.count(where: \.isStable) == 19)
    #expect(ETSForm.all.count { $0.isStable && $0.trend != .multiplicative } == 15)
    for form in ETSForm.all {
      #expect(ETSForm(form.code) == form)
      #expect(ETSForm(form.description) == form)
    }
    #expect(ETSForm("MAdM")?.description == "ETS(M,Ad,M)")
    for code in ["", "A", "AA", "ANd", "ANdN", "XXX", "AAAA", "ZZZ", "aan", "AdAN"] {
      #expect(ETSForm(code) == nil, "\(code)")
    }
    #expect(ETSFormPattern("ZZZ")?.forms.count == 19)
    #expect(ETSFormPattern("ZNZ")?.forms.count == 5)
    #expect(ETSFormPattern("AMM")?.forms.count == 1)
    #expect(ETSFormPattern("nonsense") == nil)
  }

  @Test("first guesses of the states are R's", .enabled(if: SharedData.isPresent))
  func start() throws {
    let states = try #require(ETSOracle.json("r_ets_initstate").members)
    #expect(states.count == 26)
    for (key, value) in states {
      let words = key.split(separator: " ").map(String.init)
      let series = try #require(ETSOracle.series[words[0]])
      let trend = try #require(ETSForm.Trend(rawValue: words[1]))
      let season = try #require(ETSForm.Season(rawValue: words[2]))
      let start = ETSStart(
        series.values, seasonLength: series.seasonLength, isSeasonal: true, isPositive: true)
      let ours = start.states(trend, season)
      let theirs = ETSOracle.numbers(value)
      #expect(ours.level.isClose(to: theirs[0], relative: 1e-9), "\(key)")
      if trend != .none { #expect(ours.slope.isClose(to: theirs[1], relative: 1e-9), "\(key)") }
      // R keeps the seasons but the first, the latest first.
      let seasons = Array(theirs[(trend == .none ? 1 : 2)...].reversed())
      if season != .none {
        #expect(
          Array(ours.seasons.dropFirst()).isClose(to: seasons, relative: 1e-9, absolute: 1e-9),
          "\(key)")
      }
    }
  }
}
