import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("State smoother") struct StateSmootherTests {
  private func smoothed(_ model: StateSpaceModel, _ y: [Double]) -> (KalmanFilter, StateSmoother) {
    var filter = KalmanFilter(y, stateCount: model.stateCount, keepsStates: true)
    filter.run(model)
    return (filter, StateSmoother(filter, model))
  }

  @Test("smoothed states and their variances agree with their definition")
  func definition() throws {
    for (name, model) in SmallModels.all {
      let m = model.stateCount
      for (seed, gaps) in SmallModels.gaps.enumerated() {
        let y = SmallModels.series(24, seed: UInt64(seed), missing: gaps)
        let reference = try DenseReference(model, y)
        let (_, smoother) = smoothed(model, y)
        for t in y.indices {
          // Both are differences from variances of about 1, which is what rounding is relative to:
          // an ARMA state that is observed without noise has the variance zero.
          let scale = max(1, (0..<m).map { reference.variances[t][$0, $0] }.max() ?? 1)
          for i in 0..<m {
            #expect(
              smoother.states[t * m + i].isClose(
                to: reference.states[t][i], relative: 1e-9, absolute: 1e-9),
              "\(name), \(gaps), \(t)")
            for j in 0..<m {
              #expect(
                smoother.variances[(t * m + i) * m + j].isClose(
                  to: reference.variances[t][i, j], absolute: 1e-9 * scale),
                "\(name), \(gaps), \(t), \(i), \(j)")
            }
          }
        }
      }
    }
  }

  @Test(
    "a smoothed variance is no larger than the filtered one, and less wherever later data speak")
  func smaller() {
    let y = SmallModels.series(60, seed: 5, missing: [20, 21, 22])
    let (filter, smoother) = smoothed(SmallModels.level, y)
    let layout = filter.layout
    for t in 1..<60 {
      let predicted = filter.arena[layout.variances + t]
      #expect(smoother.variances[t] < predicted)
    }
  }

  @Test("smoothed disturbances are the smoothed states' differences")
  func disturbances() {
    let y = SmallModels.series(40, seed: 2, missing: [0, 9])
    let (_, smoother) = smoothed(SmallModels.trend, y)
    let model = SmallModels.trend
    for t in 0..<39 {
      let (level, slope) = (smoother.states[2 * t], smoother.states[2 * t + 1])
      let eta = smoother.states[2 * t + 2] - level - slope
      let zeta = smoother.states[2 * t + 3] - slope
      let r = smoother.r
      #expect(eta.isClose(to: model.disturbanceVariances[0] * r[2 * t], absolute: 1e-11))
      #expect(zeta.isClose(to: model.disturbanceVariances[1] * r[2 * t + 1], absolute: 1e-11))
      if !y[t].isNaN {
        #expect(
          (model.observationVariance * smoother.errors[t]).isClose(
            to: y[t] - level, absolute: 1e-11))
      }
    }
  }

  @Test("simulated states have the smoothed moments")
  func simulation() {
    for (name, model) in SmallModels.all {
      let y = SmallModels.series(20, seed: 4, missing: [0, 6, 7])
      let (filter, smoother) = smoothed(model, y)
      let simulation = SimulationSmoother(filter, model)
      let stream = RandomStream(seed: 99)
      let count = 3000
      var sums = [Double](repeating: 0, count: smoother.states.count)
      var squares = sums
      for draw in 0..<count {
        var draws = stream.substream(UInt64(draw))
        for (i, value) in simulation.states(&draws).enumerated() {
          let centered = value - smoother.states[i]
          sums[i] += centered
          squares[i] += centered * centered
        }
      }
      let m = model.stateCount
      for t in y.indices {
        for i in 0..<m {
          let variance = max(0, smoother.variances[(t * m + i) * m + i])
          let n = Double(count)
          // 4.5 standard errors of a mean and of a variance.
          let deviation = variance.squareRoot()
          #expect(
            abs(sums[t * m + i] / n) <= 4.5 * deviation / n.squareRoot() + 1e-9, "\(name), \(t)")
          #expect(
            abs(squares[t * m + i] / n - variance) <= 4.5 * variance * (2 / n).squareRoot() + 1e-9,
            "\(name), \(t)")
        }
      }
    }
  }
}
