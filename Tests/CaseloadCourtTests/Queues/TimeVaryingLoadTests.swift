import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite struct TimeVaryingLoadTests {
  @Test func constantArrivalsAreStationary() throws {
    let load = try TimeVaryingLoad(
      arrivalRates: [120, 120, 120], periodLength: 1.0 / 12, serviceRate: 4)
    for interval in load.intervals {
      #expect(interval.loadAtEnd.isClose(to: 30, relative: 1e-13))
      #expect(interval.meanLoad.isClose(to: 30, relative: 1e-13))
      #expect(interval.completed.isClose(to: 10, relative: 1e-13))
    }
  }

  @Test func loadsBalanceAndRepeat() throws {
    let rates = (0..<12).map { 100.0 + 40 * Double($0 % 5) }
    let load = try TimeVaryingLoad(
      arrivalRates: rates, periodLength: 1.0 / 12, serviceRate: 3)
    #expect(
      load.intervals[0].loadAtStart.isClose(to: load.intervals[11].loadAtEnd, relative: 1e-13))
    for interval in load.intervals {
      // What comes in less what is completed is the change of the load.
      let change = interval.arrivalRate / 12 - interval.completed
      #expect(
        change.isClose(to: interval.loadAtEnd - interval.loadAtStart, relative: 0, absolute: 1e-11))
    }
    let fixed = try TimeVaryingLoad(
      arrivalRates: [60], periodLength: 2, serviceRate: 1, initialLoad: 0)
    #expect(fixed.intervals[0].loadAtEnd.isClose(to: 60 * -expm1(-2), relative: 1e-14))
  }

  @Test func theLoadLagsBehindTheArrivals() throws {
    let load = try TimeVaryingLoad(
      arrivalRates: [120, 480, 120, 120], periodLength: 1.0 / 12, serviceRate: 12)
    let servers = try load.servers(waitProbability: 0.2)
    // The wave passes below its stationary load and is still there a month later.
    #expect(servers[1].modified < servers[1].stationary)
    #expect(servers[2].modified > servers[2].stationary)
    #expect(throws: Diagnostic.self) { try load.servers(waitProbability: 0) }
    #expect(throws: Diagnostic.self) {
      try TimeVaryingLoad(arrivalRates: [], periodLength: 1, serviceRate: 1)
    }
    #expect(throws: Diagnostic.self) {
      try TimeVaryingLoad(arrivalRates: [-1], periodLength: 1, serviceRate: 1)
    }
  }
}
