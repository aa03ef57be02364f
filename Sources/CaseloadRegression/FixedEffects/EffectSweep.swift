/// One pass over the rows, group by group of the eliminated way, for the product with S.
///
/// These passes run once an iteration over every row, and bounds checks cost them a third of their
/// speed, so they work on buffers. Every index was made by ``EffectProjector`` from a code below the
/// number of levels of its grouping.
enum EffectSweep {
  /// The groups of the eliminated way: the rows `starts[g]` ..< `starts[g + 1]`, and 1 / Σ w of each.
  struct Groups {
    let starts: [Int32]
    let inverseWeights: [Double]

    /// Calls `body` with the rows and 1 / Σ w of each group.
    @inline(__always)
    func forEach(_ body: (Range<Int>, Double) -> Void) {
      starts.withUnsafeBufferPointer { starts in
        inverseWeights.withUnsafeBufferPointer { inverse in
          for g in inverse.indices {
            body(Int(starts[g])..<Int(starts[g + 1]), inverse[g])
          }
        }
      }
    }
  }

  /// q −= D₂ᵀ W P₁ D₂ p for one remaining way.
  static func one(
    _ groups: Groups, _ list: [Int32], _ weights: [Double]?, _ p: [Double], _ q: inout [Double]
  ) {
    list.withUnsafeBufferPointer { list in
      p.withUnsafeBufferPointer { p in
        q.withUnsafeMutableBufferPointer { q in
          guard let weights else {
            groups.forEach { rows, inverse in
              var sum = 0.0
              for r in rows { sum += p[Int(list[r])] }
              let mean = sum * inverse
              for r in rows { q[Int(list[r])] -= mean }
            }
            return
          }
          weights.withUnsafeBufferPointer { w in
            groups.forEach { rows, inverse in
              var sum = 0.0
              for r in rows { sum += w[r] * p[Int(list[r])] }
              let mean = sum * inverse
              for r in rows { q[Int(list[r])] -= w[r] * mean }
            }
          }
        }
      }
    }
  }

  /// q += D₂ᵀ W (I − P₁) D₂ p for two remaining ways.
  static func two(
    _ groups: Groups, _ first: [Int32], _ second: [Int32], _ weights: [Double]?, _ p: [Double],
    _ q: inout [Double]
  ) {
    first.withUnsafeBufferPointer { a in
      second.withUnsafeBufferPointer { b in
        p.withUnsafeBufferPointer { p in
          q.withUnsafeMutableBufferPointer { q in
            guard let weights else {
              groups.forEach { rows, inverse in
                var sum = 0.0
                for r in rows { sum += p[Int(a[r])] + p[Int(b[r])] }
                let mean = sum * inverse
                for r in rows {
                  let (i, j) = (Int(a[r]), Int(b[r]))
                  let value = p[i] + p[j] - mean
                  q[i] += value
                  q[j] += value
                }
              }
              return
            }
            weights.withUnsafeBufferPointer { w in
              groups.forEach { rows, inverse in
                var sum = 0.0
                for r in rows { sum += w[r] * (p[Int(a[r])] + p[Int(b[r])]) }
                let mean = sum * inverse
                for r in rows {
                  let (i, j) = (Int(a[r]), Int(b[r]))
                  let value = w[r] * (p[i] + p[j] - mean)
                  q[i] += value
                  q[j] += value
                }
              }
            }
          }
        }
      }
    }
  }

  /// q += D₂ᵀ W (I − P₁) D₂ p for any number of remaining ways.
  static func several(
    _ groups: Groups, _ lists: [[Int32]], _ weights: [Double]?, _ p: [Double], _ q: inout [Double]
  ) {
    groups.forEach { rows, inverse in
      var sum = 0.0
      for list in lists { for r in rows { sum += (weights?[r] ?? 1) * p[Int(list[r])] } }
      let mean = sum * inverse
      for r in rows {
        var value = -mean
        for list in lists { value += p[Int(list[r])] }
        value *= weights?[r] ?? 1
        for list in lists { q[Int(list[r])] += value }
      }
    }
  }
}
