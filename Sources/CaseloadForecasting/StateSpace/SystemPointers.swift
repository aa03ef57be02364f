/// A model's matrices on borrowed memory, for the loops of a pass.
///
/// The passes run once for each trial of an optimizer: pointers spare them the checks, reference counts
/// and copies that arrays inside a structure would cost in every period.
struct SystemPointers {
  let stateCount: Int
  let transition: SparseTransition.Kernel
  let transposed: SparseTransition.Kernel?
  let observedStates: UnsafeBufferPointer<Int>
  let observedWeights: UnsafeBufferPointer<Double>
  let regressorStart: Int
  let regressorCount: Int
  let regressors: UnsafeBufferPointer<Double>
  let observationVariance: Double
  /// R Q Rᵀ as (place in the matrix, value).
  let disturbancePlaces: UnsafeBufferPointer<Int>
  let disturbanceValues: UnsafeBufferPointer<Double>
  let initialMean: UnsafeBufferPointer<Double>
  let initialVariance: UnsafeBufferPointer<Double>
  let isDiffuse: UnsafeBufferPointer<Bool>

  /// m = P Zₜᵀ, for a symmetric P.
  @inline(__always)
  func observe(
    _ p: UnsafePointer<Double>, _ t: Int, into result: UnsafeMutablePointer<Double>
  ) {
    let m = stateCount
    for j in 0..<m { result[j] = 0 }
    for e in 0..<observedStates.count {
      let (weight, row) = (observedWeights[e], p + observedStates[e] * m)
      for j in 0..<m { result[j] += weight * row[j] }
    }
    for r in 0..<regressorCount {
      let (weight, row) = (regressors[t * regressorCount + r], p + (regressorStart + r) * m)
      for j in 0..<m { result[j] += weight * row[j] }
    }
  }

  /// Zₜ x.
  @inline(__always)
  func observed(_ x: UnsafePointer<Double>, _ t: Int) -> Double {
    var sum = 0.0
    for e in 0..<observedStates.count { sum += observedWeights[e] * x[observedStates[e]] }
    for r in 0..<regressorCount {
      sum += regressors[t * regressorCount + r] * x[regressorStart + r]
    }
    return sum
  }

  /// x ← x + c Zₜᵀ.
  @inline(__always)
  func addRow(_ c: Double, _ t: Int, to x: UnsafeMutablePointer<Double>) {
    for e in 0..<observedStates.count { x[observedStates[e]] += c * observedWeights[e] }
    for r in 0..<regressorCount {
      x[regressorStart + r] += c * regressors[t * regressorCount + r]
    }
  }

  /// A ← A − Zᵀ gᵀ − g Z + c Zᵀ Z, for a symmetric A.
  @inline(__always)
  func bordered(
    _ a: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>, _ c: Double, _ t: Int
  ) {
    let m = stateCount
    // With u = g − c/2 Zᵀ the three terms are −Zᵀ uᵀ − u Z.
    @inline(__always) func entry(_ weight: Double, _ state: Int) {
      let row = a + state * m
      for j in 0..<m {
        let u = weight * g[j]
        row[j] -= u
        a[j * m + state] -= u
      }
    }
    @inline(__always) func square(_ weight: Double, _ state: Int) {
      for e in 0..<observedStates.count {
        a[state * m + observedStates[e]] += c * weight * observedWeights[e]
      }
      for r in 0..<regressorCount {
        a[state * m + regressorStart + r] += c * weight * regressors[t * regressorCount + r]
      }
    }
    for e in 0..<observedStates.count { entry(observedWeights[e], observedStates[e]) }
    for r in 0..<regressorCount {
      entry(regressors[t * regressorCount + r], regressorStart + r)
    }
    for e in 0..<observedStates.count { square(observedWeights[e], observedStates[e]) }
    for r in 0..<regressorCount {
      square(regressors[t * regressorCount + r], regressorStart + r)
    }
  }
}

extension StateSpaceModel {
  /// Lends the matrices; with `transposed`, Tᵀ as well.
  func withSystem<R>(transposed: SparseTransition? = nil, _ body: (SystemPointers) -> R) -> R {
    let m = stateCount
    var places: [Int] = []
    var entries: [Double] = []
    for (column, variance) in zip(loadings, disturbanceVariances) where variance != 0 {
      for (i, a) in column {
        for (j, b) in column {
          places.append(i * m + j)
          entries.append(variance * a * b)
        }
      }
    }
    func lend(_ backward: SparseTransition.Kernel?) -> R {
      transition.withKernel { kernel in
        observedStates.withUnsafeBufferPointer { observedStates in
          observedWeights.withUnsafeBufferPointer { observedWeights in
            regressors.withUnsafeBufferPointer { regressors in
              places.withUnsafeBufferPointer { places in
                entries.withUnsafeBufferPointer { entries in
                  initialMean.withUnsafeBufferPointer { initialMean in
                    initialVariance.withUnsafeBufferPointer { initialVariance in
                      isDiffuse.withUnsafeBufferPointer { isDiffuse in
                        body(
                          SystemPointers(
                            stateCount: m, transition: kernel, transposed: backward,
                            observedStates: observedStates, observedWeights: observedWeights,
                            regressorStart: regressorStates.lowerBound,
                            regressorCount: regressorStates.count, regressors: regressors,
                            observationVariance: observationVariance,
                            disturbancePlaces: places, disturbanceValues: entries,
                            initialMean: initialMean, initialVariance: initialVariance,
                            isDiffuse: isDiffuse))
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    guard let transposed else { return lend(nil) }
    return transposed.withKernel { lend($0) }
  }
}
