import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Forecasts from states") struct StateForecastTests {
  @Test("a forecast is the smoothed signal of values that are missing")
  func missingValues() throws {
    for (name, model) in SmallModels.all {
      let m = model.stateCount
      let y = SmallModels.series(24, seed: 3, missing: [5, 6])
      var filter = KalmanFilter(y, stateCount: m)
      filter.run(model)
      let future = model.replacing(
        regressors: Array(model.regressors.dropFirst(24 * model.regressorStates.count)))
      let moments = StateForecast(
        future, mean: filter.nextMean, variance: filter.nextVariance
      ).moments(12)
      let reference = try DenseReference(model, y + [Double](repeating: .nan, count: 12))
      for h in 0..<12 {
        let z = model.observationRow(24 + h)
        let state = reference.states[24 + h]
        let mean = (0..<m).reduce(0) { $0 + z[$1] * state[$1] }
        var variance = model.observationVariance
        for i in 0..<m {
          for j in 0..<m { variance += z[i] * z[j] * reference.variances[24 + h][i, j] }
        }
        #expect(moments[h].mean.isClose(to: mean, relative: 1e-10), "\(name), \(h)")
        #expect(moments[h].variance.isClose(to: variance, relative: 1e-10), "\(name), \(h)")
      }
    }
  }

  @Test("products with a sparse transition agree with their definition")
  func sparse() {
    for (name, model) in SmallModels.all {
      let (a, m) = (model.transition, model.stateCount)
      var draws = RandomStream(seed: 6)
      var p = [Double](repeating: 0, count: m * m)
      for i in 0..<m {
        for j in 0...i {
          let value = draws.normal()
          p[i * m + j] = value
          p[j * m + i] = value
        }
      }
      var (forward, backward) = (p, p)
      var scratch = p
      // The buffers are not empty: a model has states.
      p.withUnsafeBufferPointer { p in
        scratch.withUnsafeMutableBufferPointer { w in
          forward.withUnsafeMutableBufferPointer { q in
            a.withKernel {
              $0.congruence(
                p.baseAddress.unsafelyUnwrapped, into: q.baseAddress.unsafelyUnwrapped,
                scratch: w.baseAddress.unsafelyUnwrapped)
            }
          }
          backward.withUnsafeMutableBufferPointer { q in
            a.withKernel {
              $0.transposedCongruence(
                p.baseAddress.unsafelyUnwrapped, into: q.baseAddress.unsafelyUnwrapped,
                scratch: w.baseAddress.unsafelyUnwrapped)
            }
          }
        }
      }
      for i in 0..<m {
        for j in 0..<m {
          var (there, back) = (0.0, 0.0)
          for k in 0..<m {
            for l in 0..<m {
              there += a[i, k] * p[k * m + l] * a[j, l]
              back += a[k, i] * p[k * m + l] * a[l, j]
            }
          }
          #expect(
            forward[i * m + j].isClose(to: there, relative: 1e-12, absolute: 1e-12), "\(name)")
          #expect(
            backward[i * m + j].isClose(to: back, relative: 1e-12, absolute: 1e-12), "\(name)")
        }
      }
      let turned = a.transposed
      for i in 0..<m { for j in 0..<m { #expect(turned[j, i] == a[i, j]) } }
    }
  }
}
