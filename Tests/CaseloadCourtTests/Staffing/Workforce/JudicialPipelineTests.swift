import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Pipeline of judges") struct JudicialPipelineTests {
  typealias AgeGroup = JudicialPipeline.AgeGroup
  typealias Hazard = JudicialPipeline.Hazard

  @Test("without promotions the mean is the survival of each age")
  func survival() async throws {
    let hazards = [Hazard(fromAge: 0, probability: 0.02), Hazard(fromAge: 50, probability: 0.1)]
    let pipeline = JudicialPipeline(
      judges: [AgeGroup(age: 40, count: 20), AgeGroup(age: 48, count: 10)], assistants: [],
      posts: 40, judgeHazards: hazards)
    let years = try await pipeline.projection(
      years: 4, replicates: 4000, from: RandomStream(seed: 1))
    for (t, year) in years.enumerated() {
      func alive(_ age: Int) -> Double {
        (0...t).reduce(1) { $0 * (age + $1 < 50 ? 0.98 : 0.9) }
      }
      let expected = 20 * alive(40) + 10 * alive(48)
      let variance = 20 * alive(40) * (1 - alive(40)) + 10 * alive(48) * (1 - alive(48))
      let error = (variance / 4000).squareRoot()
      #expect(abs(year.judges.mean - expected) < 4 * error, "year \(t + 1)")
      #expect(year.promotions.mean == 0)
    }
  }

  @Test("everybody retires at the age of retirement, and posts are filled in order of service")
  func promotion() async throws {
    let pipeline = JudicialPipeline(
      judges: [AgeGroup(age: 58, count: 3), AgeGroup(age: 40, count: 5)],
      assistants: [
        AgeGroup(age: 30, count: 2, service: 4), AgeGroup(age: 28, count: 4, service: 2),
      ],
      posts: 8, newAssistants: 1)
    let years = try await pipeline.projection(years: 4, replicates: 3, from: RandomStream(seed: 1))
    // Three retire at 60 in the second year; two assistants have five years then, and four more
    // have them in the third, when one post is vacant.
    #expect(years.map(\.judges.mean) == [8, 7, 8, 8])
    #expect(years.map(\.leavingJudges.mean) == [0, 3, 0, 0])
    #expect(years.map(\.promotions.mean) == [0, 2, 1, 0])
    #expect(years.map(\.assistants.mean) == [7, 6, 6, 7])
    #expect(years.allSatisfy { $0.judges.lower95 == $0.judges.upper95 })
    let capped = try await {
      var capped = pipeline
      capped.promotionCap = 1
      return try await capped.projection(years: 3, replicates: 1, from: RandomStream(seed: 1))
    }()
    #expect(capped.map(\.promotions.mean) == [0, 1, 1])
  }

  @Test("the same answer on any number of threads, and the chance of a shortage")
  func threads() async throws {
    let pipeline = JudicialPipeline(
      judges: [AgeGroup(age: 45, count: 34)], assistants: [AgeGroup(age: 30, count: 6, service: 3)],
      posts: 34, judgeHazards: [Hazard(fromAge: 0, probability: 0.06)],
      assistantHazards: [Hazard(fromAge: 0, probability: 0.1)], newAssistants: 2)
    let needed = [33.0, 33, 33]
    let one = try await pipeline.projection(
      years: 3, needed: needed, replicates: 500, from: RandomStream(seed: 9), threads: 1)
    let four = try await pipeline.projection(
      years: 3, needed: needed, replicates: 500, from: RandomStream(seed: 9), threads: 4)
    #expect(one == four)
    // First year: nobody can be promoted; fewer than 33 of 34 stay.
    let expected = 1 - pow(0.94, 34) - 34 * 0.06 * pow(0.94, 33)
    #expect(abs(try #require(one[0].shortageProbability) - expected) < 4 * 0.5 / 500.0.squareRoot())
  }

  @Test("wrong tables are refused")
  func refused() async throws {
    var pipeline = JudicialPipeline(judges: [AgeGroup(age: 40, count: 3)], assistants: [], posts: 3)
    func code(_ pipeline: JudicialPipeline, years: Int = 2) async -> DiagnosticCode? {
      do {
        _ = try await pipeline.projection(years: years, replicates: 1, from: RandomStream(seed: 1))
      } catch { return (error as? Diagnostic)?.code }
      return nil
    }
    #expect(await code(pipeline) == nil)
    #expect(await code(pipeline, years: 0) == .malformedDefinition)
    pipeline.judgeHazards = [Hazard(fromAge: 0, probability: 1.2)]
    #expect(await code(pipeline) == .illegalProbability)
    pipeline.judgeHazards = [
      Hazard(fromAge: 50, probability: 0.1), Hazard(fromAge: 40, probability: 0.1),
    ]
    #expect(await code(pipeline) == .malformedDefinition)
    pipeline.judgeHazards = []
    pipeline.posts = -1
    #expect(await code(pipeline) == .illegalStaff)
    pipeline.posts = 3
    pipeline.judges = [AgeGroup(age: 200, count: 3)]
    #expect(await code(pipeline) == .illegalStaff)
  }
}
