import CaseloadCourt
import CaseloadData
import CaseloadMath
import Testing

@Suite("Judges needed, with uncertainty") struct NeedModelTests {
  private static func study(errors: Bool = true, rounding: JudgeRounding = .up) throws
    -> WeightStudy
  {
    try WeightStudy(
      [
        .init(CaseWeight(caseType: "civil", minutes: 160, standardError: errors ? 8 : nil)),
        .init(CaseWeight(caseType: "criminal", minutes: 300, standardError: errors ? 20 : nil)),
      ], judgeYear: JudgeYear(minutes: 77_400, standardError: errors ? 2000 : nil),
      rounding: rounding)
  }

  private func code<T>(_ body: () throws -> T) -> DiagnosticCode? {
    do {
      _ = try body()
      return nil
    } catch { return (error as? Diagnostic)?.code }
  }

  @Test("the closed interval and the variance shares are the delta method's")
  func closedForm() throws {
    let model = try NeedModel(Self.study(), from: RandomStream(seed: 3))
    let need = try model.need(
      of: [
        CaseVolume(caseType: "civil", .normal(mean: 5000, standardDeviation: 250)),
        CaseVolume(caseType: "criminal", .known(800)),
      ], judgesInPost: 13)
    let minutes = 5000.0 * 160 + 800 * 300
    let value = minutes / 77_400
    #expect(abs(need.judges.value - value) < 1e-12)
    let civil: Double = 5000 * 8
    let criminal: Double = 800 * 20
    let weights = civil * civil + criminal * criminal
    let spread: Double = 160 * 250
    let filings = spread * spread
    let year = value * 2000 * value * 2000
    let all = weights + filings + year
    let variance = all / 77_400 / 77_400
    #expect(abs(try #require(need.judges.standardError) - variance.squareRoot()) < 1e-12)
    let shares = try #require(need.varianceShares)
    #expect(abs(shares.weights - weights / all) < 1e-12)
    #expect(abs(shares.weights + shares.judgeYear + shares.filings - 1) < 1e-12)
    #expect(need.posts == 14 && need.missingPosts == 1)
    #expect(abs(try #require(need.utilization) - value / 13) < 1e-12)
    // The simulated law agrees with the closed one to what 10,000 draws allow.
    let drawn = try #require(need.simulated)
    let upper = try #require(need.judges.upper)
    #expect(abs(drawn.mean - value) < 0.03 && abs(drawn.upper95 - upper) < 0.12)
    let normal = Normal.standard.upper((13 - value) / variance.squareRoot())
    #expect(abs(try #require(need.shortageProbability) - normal) < 0.02)
  }

  @Test("nothing uncertain gives no interval, and a note says what was taken as certain")
  func certain() throws {
    let result = try NeedModel(Self.study(errors: false), from: RandomStream(seed: 3)).needs(
      of: [.init(name: "a", volumes: [CaseVolume(caseType: "civil", .known(100))], judgesInPost: 1)]
    )
    #expect(result.total.simulated == nil && result.total.judges.lower == nil)
    #expect(result.total.shortageProbability == nil && result.total.varianceShares == nil)
    #expect(result.diagnostics.first?.message.en.contains("the judge year") == true)
  }

  @Test("a total shares its weights: its error is no smaller than the weights' own")
  func total() throws {
    let model = try NeedModel(Self.study(), from: RandomStream(seed: 3))
    let cases = try [CaseVolume(caseType: "civil", .normal(mean: 1000, standardDeviation: 100))]
    let result = try model.needs(
      of: (0..<16).map { .init(name: "\($0)", volumes: cases, judgesInPost: 2) })
    let one = try #require(result.courts[0].judges.standardError)
    let all = try #require(result.total.judges.standardError)
    // Filings average out, weights and judge year do not.
    let value = result.total.judges.value
    let yearShare: Double = 2000 / 77_400
    let shared = value * (0.05 * 0.05 + yearShare * yearShare).squareRoot()
    let filings = 4 * 100 * 160 / 77_400.0
    #expect(abs(all - (shared * shared + filings * filings).squareRoot()) < 1e-9)
    #expect(all > 4 * one * 0.9 && result.total.judgesInPost == 32)
    let simulated = try #require(result.total.simulated)
    #expect(abs((simulated.upper95 - simulated.lower95) / (2 * 1.96 * all) - 1) < 0.05)
  }

  @Test("draws of a forecast keep what types share")
  func jointDraws() throws {
    var stream = RandomStream(seed: 9)
    let shocks = (0..<2000).map { _ in stream.normal() }
    let a = try CaseVolume(caseType: "civil", .draws(shocks.map { 1000 + 50 * $0 }))
    let b = try CaseVolume(caseType: "criminal", .draws(shocks.map { 1000 - 50 * 160 / 300 * $0 }))
    let need = try NeedModel(Self.study(errors: false), from: stream).need(of: [a, b])
    // The shocks cancel in minutes.
    #expect(try #require(need.judges.standardError) < 1e-9)
  }

  @Test("a type more leaves the draws of the others as they were")
  func substreams() throws {
    let model = try NeedModel(Self.study(), draws: 500, from: RandomStream(seed: 3))
    let civil = try CaseVolume(caseType: "civil", .negativeBinomial(mean: 500, size: 20))
    let again = try model.need(of: [civil])
    #expect(try model.need(of: [civil]) == again)
    let zero = try CaseVolume(caseType: "criminal", .known(0))
    #expect(try model.need(of: [civil, zero]).simulated == again.simulated)
  }

  @Test("the mean of years forecasts one like them")
  func meanOfYears() throws {
    let volume = try CaseVolume(caseType: "a", meanOf: [90, 100, 140])
    #expect(abs(volume.mean - 110) < 1e-12)
    #expect(abs(try #require(volume.standardDeviation) - (700 * 4 / 3.0).squareRoot()) < 1e-9)
    #expect(try CaseVolume(caseType: "a", meanOf: [90]).law == .known(90))
    // No spread below that of a Poisson count.
    let equal = try CaseVolume(caseType: "a", meanOf: [100, 100])
    #expect(abs(try #require(equal.standardDeviation) - 150.0.squareRoot()) < 1e-9)
    #expect(code { try CaseVolume(caseType: "a", meanOf: []) } == .illegalRate)
  }

  @Test("wrong input is refused with its reason")
  func refused() throws {
    let model = try NeedModel(Self.study(), from: RandomStream(seed: 3))
    let civil = try CaseVolume(caseType: "civil", .known(10))
    let other = try CaseVolume(caseType: "family", .known(10))
    #expect(code { try model.need(of: [other]) } == .missingWeight)
    #expect(code { try model.need(of: [civil, civil]) } == .missingWeight)
    #expect(code { try model.need(of: []) } == .emptyInput)
    #expect(code { try model.need(of: [civil], judgesInPost: -1) } == .illegalStaff)
    #expect(code { try CaseVolume(caseType: "civil", .known(-1)) } == .negativeCount)
    #expect(code { try CaseVolume(caseType: "civil", .known(.nan)) } == .negativeCount)
    #expect(code { try CaseVolume(caseType: "civil", .draws([1])) } == .illegalRate)
    #expect(
      code { try NeedModel(Self.study(), draws: 10, from: RandomStream(seed: 1)) } == .illegalRate)
    #expect(
      code { try NeedModel(Self.study(), level: 1, from: RandomStream(seed: 1)) }
        == .illegalProbability)
  }

  /// True weights and judge year about the estimates, and filings about their forecast: the interval
  /// must hold what is then needed in 95 % of worlds.
  @Test("intervals of 95 % hold the need in 93 to 97 % of simulated worlds")
  func coverage() throws {
    let worlds = 600
    var held = (closed: 0, simulated: 0)
    for world in 0..<worlds {
      var stream = RandomStream(seed: 77).substream(UInt64(world))
      let truth = (civil: 160.0, criminal: 300.0, year: 77_400.0, mean: 900.0)
      // What a time study would find, and a forecast with its true law.
      let study = try WeightStudy(
        [
          .init(
            CaseWeight(
              caseType: "civil", minutes: truth.civil + 10 * stream.normal(), standardError: 10)),
          .init(
            CaseWeight(
              caseType: "criminal", minutes: truth.criminal + 24 * stream.normal(),
              standardError: 24)),
        ],
        judgeYear: JudgeYear(minutes: truth.year + 2500 * stream.normal(), standardError: 2500))
      let need = try NeedModel(study, draws: 600, from: stream.substream(1)).need(
        of: [
          CaseVolume(caseType: "civil", .negativeBinomial(mean: truth.mean, size: 60)),
          CaseVolume(caseType: "criminal", .normal(mean: 400, standardDeviation: 30)),
        ])
      let civil = NegativeBinomial(mean: truth.mean, size: 60).sample(&stream)
      let criminal = 400 + 30 * stream.normal()
      let needed = (truth.civil * civil + truth.criminal * criminal) / truth.year
      let (lower, upper) = (try #require(need.judges.lower), try #require(need.judges.upper))
      if lower <= needed, needed <= upper { held.closed += 1 }
      let drawn = try #require(need.simulated)
      if drawn.lower95 <= needed, needed <= drawn.upper95 { held.simulated += 1 }
    }
    let shares = (Double(held.closed) / Double(worlds), Double(held.simulated) / Double(worlds))
    #expect((0.93...0.97).contains(shares.0) && (0.93...0.97).contains(shares.1), "\(shares)")
  }
}
