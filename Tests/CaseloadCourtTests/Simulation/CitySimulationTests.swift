import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadCourt

@Suite("Simulated city") struct CitySimulationTests {
  private static let city = CitySimulation(seed: 7)

  @Test("the same seed gives the same city, another seed another")
  func determinism() {
    let again = CitySimulation(seed: 7)
    #expect(again.communities == Self.city.communities)
    #expect(again.dockets == Self.city.dockets && again.judges == Self.city.judges)
    #expect(CitySimulation(seed: 8).communities != Self.city.communities)
  }

  @Test("what is drawn does not depend on what else is drawn")
  func independentStreams() {
    var faster = CityModel()
    faster.casesPerJudgeMonth = 25
    let other = CitySimulation(faster, seed: 7)
    #expect(other.communities == Self.city.communities)
    #expect(other.dockets.map(\.filings) == Self.city.dockets.map(\.filings))
    #expect(other.judges != Self.city.judges)
  }

  @Test("pending cases roll forward exactly and never below zero")
  func rollForward() {
    #expect(Self.city.dockets.count == 10)
    for docket in Self.city.dockets {
      for t in 1..<Self.city.model.months {
        let expected = docket.pending[t - 1] + docket.filings[t] - docket.resolved[t]
        #expect(docket.pending[t] == expected)
      }
      #expect(docket.pending.allSatisfy { $0 >= 0 } && docket.resolved.allSatisfy { $0 >= 0 })
    }
  }

  @Test("a court's civil dockets are the sum of its communities")
  func communitiesAddUp() {
    let model = Self.city.model
    for court in model.courts.indices {
      let members = Self.city.communities.filter { $0.court == court }
      let civil = Self.city.dockets.filter {
        $0.court == court && model.caseTypes[$0.caseType].isCivil
      }
      #expect(members.count == 10 && civil.count == 2)
      for t in 0..<model.months {
        let filed = members.reduce(0) { $0 + $1.filings[t] }
        #expect(civil.reduce(0) { $0 + $1.filings[t] } == filed)
      }
    }
  }

  @Test("each wave opens as many centres as the law says, and disputes are settled only after")
  func waves() {
    let model = Self.city.model
    for wave in model.waves {
      #expect(Self.city.communities.count { $0.mediationFrom == wave.opens } == wave.communities)
    }
    #expect(Self.city.communities.count { $0.mediationFrom == nil } == 8)
    #expect(Set(Self.city.communities.map(\.id)).count == 20)
    for community in Self.city.communities {
      let open = community.mediationFrom.map { model.start.distance(to: $0) } ?? model.months
      #expect(community.diverted[..<open].allSatisfy { $0 == 0 })
      if open < model.months { #expect(community.diverted[open...].reduce(0, +) > 0) }
    }
  }

  /// Within-centre counts before and after, against the communities that never get one: a
  /// difference in differences of logarithms, whose standard error here is about 0.01.
  @Test("centres lower civil filings by the law's effect")
  func effect() {
    let model = Self.city.model
    let never = Self.city.communities.filter { $0.mediationFrom == nil }
    var (sum, weight) = (0.0, 0.0)
    for community in Self.city.communities {
      guard let opens = community.mediationFrom else { continue }
      let open = model.start.distance(to: opens)
      func logRatio(_ range: Range<Int>) -> Double {
        let own = community.filings[range].reduce(0, +)
        let others = never.reduce(0) { $0 + $1.filings[range].reduce(0, +) }
        return log(Double(own) / Double(others))
      }
      sum += logRatio(open..<model.months) - logRatio(0..<open)
      weight += 1
    }
    #expect((sum / weight).isClose(to: log(0.85), absolute: 0.03))
  }

  @Test("filings follow the law's mean: level, growth and the step of the registration reform")
  func means() throws {
    let model = Self.city.model
    let residents = Double(Self.city.communities.reduce(0) { $0 + $1.population })
    for (k, law) in model.caseTypes.enumerated() where !law.isCivil {
      let dockets = Self.city.dockets.filter { $0.caseType == k }
      // 2016, after the reform and before the pandemic: t from 36 to 47.
      let filed = (36..<48).reduce(0) { sum, t in sum + dockets.reduce(0) { $0 + $1.filings[t] } }
      var expected = 0.0
      for t in 36..<48 {
        let month = model.start.advanced(by: t)
        let share = try #require(WorkCalendar.springFestivalShare(of: month))
        expected +=
          residents / 10_000 * law.yearlyRate / 12
          * exp(
            law.logGrowth * Double(t) / 12 + model.monthEffects[t % 12]
              + model.springFestivalEffect * share + law.registrationStep)
      }
      // Shocks of 3 % with autocorrelation 0.4 leave 1.3 % over a year; counts 1/√n and their
      // dispersion less: three standard errors.
      let error = 0.013 + 1 / expected.squareRoot() + 0.025
      #expect(Double(filed).isClose(to: expected, relative: 3 * error), "\(law.id)")
    }
  }

  @Test("judges are set each January and never fewer than before")
  func judges() {
    for posts in Self.city.judges {
      #expect(posts.count == Self.city.model.months)
      for t in 1..<posts.count {
        #expect(posts[t] >= posts[t - 1])
        if t % 12 != 0 { #expect(posts[t] == posts[t - 1]) }
      }
    }
  }

  @Test("the law survives JSON")
  func codable() throws {
    let model = CityModel()
    let data = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(CityModel.self, from: data) == model)
    #expect(model.end == .month(2026, 1))
  }
}
