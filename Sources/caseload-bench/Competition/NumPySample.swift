/// Draws without replacement as NumPy's `default_rng(seed).choice(count, size, replace=False)` makes
/// them, so that both sides of a comparison take the same series.
///
/// Of a population up to 10,000, or a sample of less than a fiftieth of it, NumPy takes Floyd's
/// sample and shuffles it; otherwise it shuffles the end of the list.
///
/// - Sources: NumPy's `SeedSequence` (M. O'Neill, "Developing a seed_seq alternative", 2015), PCG64
///   (M. O'Neill, 2014, "PCG", HMC-CS-2014-0905: XSL-RR 128/64), bounded integers by Lemire (2019),
///   *ACM Transactions on Modeling and Computer Simulation* 29, 3; Bentley & Floyd (1987),
///   *Communications of the ACM* 30, 754–757.
struct NumPySample {
  private var generator: PermutedGenerator

  init(seed: UInt64) { generator = PermutedGenerator(seed: seed) }

  /// `size` different numbers of 0 ..< `count`; all, in order, where there are no more.
  mutating func indices(_ size: Int, of count: Int) -> [Int] {
    guard size < count else { return Array(0..<count) }
    if count > 10_000, size > count / 50 {
      var all = Array(0..<count)
      shuffle(&all, from: max(count - size, 1))
      return Array(all[(count - size)...])
    }
    var seen: Set<Int> = []
    var chosen: [Int] = []
    for j in (count - size)..<count {
      let draw = generator.next(upTo: j)
      let next = seen.contains(draw) ? j : draw
      seen.insert(next)
      chosen.append(next)
    }
    shuffle(&chosen, from: 1)
    return chosen
  }

  private mutating func shuffle(_ items: inout [Int], from first: Int) {
    for i in (first..<items.count).reversed() { items.swapAt(i, generator.next(upTo: i)) }
  }
}

/// NumPy's PCG64.
private struct PermutedGenerator {
  private var state: UInt128 = 0
  private let increment: UInt128
  private var spare: UInt32?

  init(seed: UInt64) {
    let words = Self.seedWords(seed)
    func pair(_ k: Int) -> UInt128 {
      func word(_ i: Int) -> UInt64 { UInt64(words[2 * i]) | UInt64(words[2 * i + 1]) << 32 }
      return UInt128(word(2 * k)) << 64 | UInt128(word(2 * k + 1))
    }
    increment = pair(1) << 1 | 1
    step()
    state &+= pair(0)
    step()
  }

  private mutating func step() {
    let multiplier = UInt128(0x2360_ED05_1FC6_5DA4) << 64 | 0x4385_DF64_9FCC_F645
    state = state &* multiplier &+ increment
  }

  private mutating func next64() -> UInt64 {
    step()
    let mixed = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(state >> 122)
    return mixed >> turn | mixed << ((64 - turn) & 63)
  }

  private mutating func next32() -> UInt32 {
    if let word = spare {
      spare = nil
      return word
    }
    let word = next64()
    spare = UInt32(truncatingIfNeeded: word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// A number of 0 ... `limit`, `limit` below 2³² − 1.
  mutating func next(upTo limit: Int) -> Int {
    guard limit > 0 else { return 0 }
    let range = UInt32(limit) + 1
    var product = UInt64(next32()) * UInt64(range)
    if UInt32(truncatingIfNeeded: product) < range {
      let threshold = (UInt32.max - UInt32(limit)) % range
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(next32()) * UInt64(range)
      }
    }
    return Int(product >> 32)
  }

  /// The state that `SeedSequence(seed)` generates: four words of 64 bits, low halves first.
  private static func seedWords(_ seed: UInt64) -> [UInt32] {
    let entropy = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32), 0, 0]
    var factor: UInt32 = 0x43B0_D7E5
    func folded(_ x: UInt32) -> UInt32 { x ^ x >> 16 }
    func hashed(_ value: UInt32) -> UInt32 {
      let x = value ^ factor
      factor &*= 0x931E_8875
      return folded(x &* factor)
    }
    var pool = entropy.map(hashed)
    for source in 0..<4 {
      for target in 0..<4 where target != source {
        pool[target] = folded(
          0xCA01_F9DD &* pool[target] &- 0x4973_F715 &* hashed(pool[source]))
      }
    }
    factor = 0x8B51_F9DD
    return (0..<8).map { i in
      let x = pool[i % 4] ^ factor
      factor &*= 0x58F3_8DED
      return folded(x &* factor)
    }
  }
}
