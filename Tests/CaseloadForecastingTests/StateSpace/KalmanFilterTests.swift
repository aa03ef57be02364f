import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Kalman filter") struct KalmanFilterTests {
  @Test("the exact diffuse likelihood agrees with its definition, missing values or none")
  func definition() throws {
    for (name, model) in SmallModels.all {
      for (seed, gaps) in SmallModels.gaps.enumerated() {
        let y = SmallModels.series(24, seed: UInt64(seed), missing: gaps)
        let reference = try DenseReference(model, y)
        var filter = KalmanFilter(y, stateCount: model.stateCount)
        let summary = filter.run(model)
        #expect(summary.undeterminedCount == 0)
        #expect(summary.diffuseCount == model.isDiffuse.count { $0 })
        #expect(
          summary.logLikelihood.isClose(to: reference.logLikelihood, relative: 1e-11),
          "\(name), \(gaps)")
        // The concentrated likelihood is the likelihood at the scale that maximizes it.
        var scaled = model
        scaled.observationVariance *= summary.scale
        scaled.disturbanceVariances = scaled.disturbanceVariances.map { $0 * summary.scale }
        scaled.initialVariance = scaled.initialVariance.map { $0 * summary.scale }
        let atScale = filter.run(scaled)
        #expect(atScale.scale.isClose(to: 1, relative: 1e-11))
        #expect(
          atScale.logLikelihood.isClose(to: summary.concentratedLogLikelihood, relative: 1e-11))
      }
    }
  }

  @Test("a diffuse state that the data never show is counted")
  func undetermined() {
    // The regressor is zero throughout; the other series is too short for its trend.
    let model = StateSpaceModel(
      Z: [1, 0], H: 1, T: [[1, 0], [0, 1]], R: [[1], [0]], Q: [1], isDiffuse: [true, true],
      regressors: [[Double]](repeating: [0], count: 20))
    var filter = KalmanFilter(SmallModels.series(20, seed: 1), stateCount: 2)
    #expect(filter.run(model).undeterminedCount == 1)
    var short = KalmanFilter([3], stateCount: 2)
    #expect(short.run(SmallModels.trend).undeterminedCount == 1)
    // A regressor that repeats the level is no more determined than one that is zero.
    let collinear = model.replacing(regressors: [Double](repeating: 1, count: 20))
    var other = KalmanFilter(SmallModels.series(20, seed: 1), stateCount: 2)
    #expect(other.run(collinear).undeterminedCount == 1)
  }

  @Test("the steady state changes no digit that counts")
  func steadyState() {
    // A missing value every 200 periods leaves the steady state; without regressors it is used.
    let y = SmallModels.series(1200, seed: 8, missing: [300, 301, 700])
    for (_, model) in SmallModels.all where model.regressors.isEmpty {
      var filter = KalmanFilter(y, stateCount: model.stateCount)
      let summary = filter.run(model)
      // One that changes the row and so never repeats: a regressor of zeros with a known coefficient.
      let m = model.stateCount
      var T = (0..<m).map { i in (0..<m).map { model.transition[i, $0] } + [0] }
      T.append([Double](repeating: 0, count: m) + [1])
      var plain = StateSpaceModel(
        Z: model.observationRow(0) + [0], H: model.observationVariance, T: T,
        R: (0...m).map { i in
          model.loadings.map { column in column.first { $0.state == i }?.coefficient ?? 0 }
        }, Q: model.disturbanceVariances, isDiffuse: model.isDiffuse + [false],
        regressors: [[Double]](repeating: [0], count: y.count))
      for i in 0..<m {
        for j in 0..<m {
          plain.initialVariance[i * (m + 1) + j] = model.initialVariance[i * m + j]
        }
      }
      var slow = KalmanFilter(y, stateCount: m + 1)
      let expected = slow.run(plain).logLikelihood
      #expect(summary.logLikelihood.isClose(to: expected, relative: 1e-12))
    }
  }

  @Test("the scores agree with differences of the likelihood")
  func scores() throws {
    for (name, model) in SmallModels.all {
      for (seed, gaps) in SmallModels.gaps.enumerated() {
        let y = SmallModels.series(40, seed: UInt64(seed), missing: gaps)
        var filter = KalmanFilter(y, stateCount: model.stateCount)
        filter.run(model)
        var score = LikelihoodScore(model)
        score.run(&filter, model, scale: 1)
        func difference(_ change: (inout StateSpaceModel, Double) -> Void) -> Double {
          var (up, down) = (model, model)
          change(&up, 1e-5)
          change(&down, -1e-5)
          return (filter.run(up).logLikelihood - filter.run(down).logLikelihood) / 2e-5
        }
        if model.observationVariance > 0 {
          let numeric = difference { $0.observationVariance += $1 }
          // Central differences of step 1e-5 leave about 1e-10 |L''' | and 1e-16 |L| / 1e-5.
          #expect(
            score.observation.isClose(to: numeric, relative: 1e-6, absolute: 1e-7), "\(name)")
        }
        for j in model.disturbanceVariances.indices {
          let numeric = difference { $0.disturbanceVariances[j] += $1 }
          #expect(
            score.disturbances[j].isClose(to: numeric, relative: 1e-6, absolute: 1e-7),
            "\(name), \(j)")
        }
        for i in 0..<model.stateCount where !model.isDiffuse[i] {
          let numeric = difference { $0.initialVariance[i * (model.stateCount + 1)] += $1 }
          let exact =
            0.5 * (score.initial[i] * score.initial[i] - score.initialInformation[i])
          #expect(exact.isClose(to: numeric, relative: 1e-6, absolute: 1e-7), "\(name), P₁ \(i)")
        }
      }
    }
  }

  @Test("at the concentrated scale the scores are those of the concentrated likelihood")
  func concentratedScores() {
    let y = SmallModels.series(40, seed: 3, missing: [7])
    var model = SmallModels.trend
    var filter = KalmanFilter(y, stateCount: 2)
    let summary = filter.run(model)
    var score = LikelihoodScore(model)
    score.run(&filter, model, scale: summary.scale)
    for j in 0..<2 {
      let at = model.disturbanceVariances[j]
      model.disturbanceVariances[j] = at + 1e-5
      let up = filter.run(model).concentratedLogLikelihood
      model.disturbanceVariances[j] = at - 1e-5
      let down = filter.run(model).concentratedLogLikelihood
      model.disturbanceVariances[j] = at
      #expect(score.disturbances[j].isClose(to: (up - down) / 2e-5, relative: 1e-6))
    }
  }
}
