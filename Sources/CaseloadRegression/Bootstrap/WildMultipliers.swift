import CaseloadMath

extension WildClusterBootstrap {
  /// The multipliers v of the draws, one a cluster: all signs where they are no more than the draws
  /// asked for, otherwise drawn in blocks, each from a stream of its own.
  struct Multipliers: Sendable {
    let clusters: Int
    /// How many draws there are.
    let count: Int
    let isEnumerated: Bool
    /// Draws a block.
    let width: Int
    private let weights: Weights
    private let stream: RandomStream

    init(clusters: Int, draws: Int, weights: Weights, from stream: RandomStream) {
      self.clusters = clusters
      self.weights = weights
      self.stream = stream
      isEnumerated = weights == .rademacher && clusters < 31 && 1 << clusters <= max(draws, 1)
      count = isEnumerated ? 1 << clusters : max(draws, 1)
      // As many as fit into 32 megabytes.
      width = min(count, max(16, min(1024, 0x40_0000 / max(1, clusters))))
    }

    var blockCount: Int { (count + width - 1) / width }

    /// v of the draws of one block, clusters × draws.
    func block(_ index: Int) -> Matrix {
      let start = index * width
      let own = min(width, count - start)
      let g = clusters
      var v = Matrix(rowCount: g, columnCount: own)
      var draw = stream.substream(UInt64(index))
      v.withUnsafeMutableStorage { values in
        for c in 0..<own {
          if isEnumerated {
            for k in 0..<g { values[c * g + k] = (start + c) >> k & 1 == 0 ? 1 : -1 }
          } else {
            fill(values, at: c * g, &draw)
          }
        }
      }
      return v
    }

    private static let webb = [-1.5, -1, -0.5, 0.5, 1, 1.5].map {
      ($0 < 0 ? -1 : 1) * abs($0).squareRoot()
    }

    private func fill(
      _ values: UnsafeMutableBufferPointer<Double>, at start: Int, _ stream: inout RandomStream
    ) {
      var word: UInt64 = 0
      switch weights {
      case .rademacher:
        for k in 0..<clusters {
          if k % 64 == 0 { word = stream.next() }
          values[start + k] = word & 1 == 0 ? 1 : -1
          word >>= 1
        }
      case .webb:
        for k in 0..<clusters {
          // Sixteen digits to the base 6 of one word, each biased by less than 2⁻²².
          if k % 16 == 0 { word = stream.next() }
          let (digit, rest) = word.multipliedFullWidth(by: 6)
          values[start + k] = Self.webb[Int(digit)]
          word = rest
        }
      }
    }
  }
}
