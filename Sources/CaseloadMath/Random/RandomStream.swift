/// A reproducible source of random numbers, addressed by *what* is drawn rather than *when*.
///
/// A stream is a 64-bit key; ``substream(_:)`` derives the key of a child stream, and the `n`-th
/// draw is a pure function of (key, n). Replicate 17 of a bootstrap therefore sees the same
/// numbers on one thread or on sixteen, and adding a model to a run never changes another's draws.
///
/// The standard library's generators are not used: their documentation lets the algorithm change
/// between Swift releases, and a report must not.
///
/// - Source: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
///   SC '11, doi:10.1145/2063384.2063405. This is Philox-4×32 with ten rounds.
public struct RandomStream: Sendable {
  let key: UInt64
  var counter: UInt64 = 0
  var pending: UInt64?

  /// The root of a tree of streams: equal seeds give equal draws on every machine.
  public init(seed: UInt64) { key = seed }

  /// The independent stream named by `index`, for example the replicate or the series number.
  public func substream(_ index: UInt64) -> RandomStream {
    let block = Self.philox(
      counter: (
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0x5EED, 0xC0DE
      ), key: key)
    return RandomStream(seed: UInt64(block.0) | UInt64(block.1) << 32)
  }

  /// The independent stream named by a word, so that adding a consumer shifts no other's draws.
  public func substream(named name: String) -> RandomStream {
    // FNV-1a, 64 bits.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return substream(hash)
  }

  /// The next draw from U(0, 1): an odd multiple of 2⁻⁵³, so never 0 and never 1.
  public mutating func uniform() -> Double {
    // 52 bits and a half: with 53 bits the largest draw would round to 1.
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// The next draw from N(0, 1), by inversion: one uniform makes one normal.
  public mutating func normal() -> Double { Normal.standard.quantile(uniform()) }

  /// The next draw from the whole numbers 0 ..< `bound`, each equally likely.
  ///
  /// - Source: Lemire (2019), "Fast random integer generation in an interval", *ACM TOMACS* 29(1).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "no whole number lies below \(bound)")
    let range = UInt64(bound)
    let threshold = (0 &- range) % range
    while true {
      let (high, low) = next().multipliedFullWidth(by: range)
      if low >= threshold { return Int(high) }
    }
  }

  /// The whole numbers 0 ..< `count` in random order (Fisher & Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, integer(below: i + 1)) }
    return order
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if let word = pending {
      pending = nil
      return word
    }
    let c = counter
    counter &+= 1
    let b = Self.philox(
      counter: (UInt32(truncatingIfNeeded: c), UInt32(truncatingIfNeeded: c >> 32), 0, 0), key: key)
    pending = UInt64(b.2) | UInt64(b.3) << 32
    return UInt64(b.0) | UInt64(b.1) << 32
  }

  static func philox(counter: (UInt32, UInt32, UInt32, UInt32), key: UInt64) -> (
    UInt32, UInt32, UInt32, UInt32
  ) {
    var c = counter
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) * UInt64(c.0)
      let p1 = UInt64(0xCD9E_8D57) * UInt64(c.2)
      c = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c.1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c.3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return c
  }
}
