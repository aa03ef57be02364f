import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Structural breaks") struct BaiPerronTests {
  static let names = ["nile", "level", "trend"]

  static func fitted(_ name: String) throws -> (breaks: StructuralBreaks, reference: JSON) {
    let reference = try Oracle.load("structural-breaks", as: JSON.self)[name] ?? .null
    let breaks = try BaiPerron().fitted(
      design: reference.matrix("design"), response: reference.numbers("response"))
    return (breaks, reference)
  }

  @Test(
    "dates, sums of squares and BIC for every number of breaks as strucchange", arguments: names)
  func partitions(_ name: String) throws {
    let (breaks, reference) = try Self.fitted(name)
    let sums = reference.numbers("residualSums")
    #expect(breaks.partitions.count == sums.count)
    for (partition, sum) in zip(breaks.partitions, sums) {
      // strucchange adds up squared recursive residuals of the levels; ours are of what the whole
      // sample leaves.
      #expect(partition.residualSumOfSquares.isClose(to: sum, relative: 1e-9))
    }
    #expect(breaks.partitions.map(\.bic).isClose(to: reference.numbers("bic"), absolute: 1e-6))
    let dates = reference["breaks"]?.array?.map { $0.numbersOrEmpty.map { Int($0) } } ?? []
    #expect(breaks.partitions.dropFirst().map(\.breaks) == dates)
    #expect(breaks.selectedCount(by: .bic) == Int(reference.value("selected")))
  }

  @Test("intervals of the dates as strucchange", arguments: names)
  func intervals(_ name: String) throws {
    let (breaks, reference) = try Self.fitted(name)
    let count = breaks.selectedCount(by: .bic)
    let cases: [(String, Double, Bool)] = [
      ("intervals", 0.95, false), ("intervals90", 0.9, false), ("sharedIntervals", 0.95, true),
    ]
    for (key, level, shared) in cases {
      let own = try breaks.intervals(
        count, level: level, sharedMoments: shared, sharedVariance: shared)
      let expected = reference[key]?.array?.map { $0.numbersOrEmpty.map { Int($0) } } ?? []
      #expect(own.map { [$0.lower ?? 0, $0.estimate, $0.upper ?? 0] } == expected)
    }
  }

  @Test("the Nile fell after 1898, and between 1895 and 1902 with 95 %")
  func nile() throws {
    let (breaks, _) = try Self.fitted("nile")
    let interval = try breaks.intervals(1)[0]
    // Cobb (1978) and strucchange's manual; the first flow is that of 1871.
    #expect(1870 + interval.estimate == 1898)
    #expect(1870 + (interval.lower ?? 0) == 1895 && 1870 + (interval.upper ?? 0) == 1902)
    #expect(breaks.selectedCount(by: .lwz) == 1)
    #expect(try breaks.sequentialCount(.asymptotic).count == 1)
  }

  @Test("F statistics of one break and their functionals as strucchange", arguments: names)
  func singleBreak(_ name: String) throws {
    let (breaks, reference) = try Self.fitted(name)
    let null = BreakNull.simulated(RandomStream(seed: 1), replicates: 19)
    let supremum = try breaks.singleBreakTest(.supremum, null)
    let average = try breaks.singleBreakTest(.average, null)
    let exponential = try breaks.singleBreakTest(.exponential, null)
    for (test, key) in [(supremum, "supremum"), (average, "average"), (exponential, "exponential")]
    {
      let expected = (reference[key] ?? .null).value("statistic")
      #expect(test.statistic.isClose(to: expected, relative: 1e-9))
      #expect(test.pValue == 0.05)  // the least that 19 replicates can give
    }
  }

  @Test("dynamic programming finds the best of all partitions")
  func exhaustive() throws {
    var stream = RandomStream(seed: 3)
    let n = 24
    let y = (0..<n).map { _ in stream.normal() }
    let x = Matrix(columns: [[Double](repeating: 1, count: n), (0..<n).map(Double.init)])
    let breaks = try BaiPerron(trimming: 0.2).fitted(design: x, response: y)
    #expect(breaks.minimumSegment == 4 && breaks.partitions.count == 5)
    func rss(_ range: Range<Int>) throws -> Double {
      try AuxiliaryRegression(x.selectingRows(range), Array(y[range])).residualSumOfSquares
    }
    var best = (Double.infinity, [Int]())
    for i in 4...(n - 8) {
      for j in (i + 4)...(n - 4) {
        let value = try rss(0..<i) + rss(i..<j) + rss(j..<n)
        if value < best.0 { best = (value, [i, j]) }
      }
    }
    #expect(breaks.partitions[2].breaks == best.1)
    #expect(breaks.partitions[2].residualSumOfSquares.isClose(to: best.0, relative: 1e-12))
    // The test of a second break agrees with its definition: the better of both segments.
    let first = breaks.partitions[1].breaks[0]
    var least = Double.infinity
    for segment in [0..<first, first..<n] {
      let other = try rss(segment == 0..<first ? first..<n : 0..<first)
      let shortest = 4
      for k in stride(
        from: segment.lowerBound + shortest, through: segment.upperBound - shortest, by: 1)
      {
        least = min(
          least, try rss(segment.lowerBound..<k) + rss(k..<segment.upperBound) + other)
      }
    }
    let expected =
      (breaks.partitions[1].residualSumOfSquares - least) / 2 / (least / Double(n - 6))
    let test = try #require(try breaks.test(ofOneMoreThan: 1, .asymptotic))
    #expect(test.statistic.isClose(to: expected, relative: 1e-10))
  }

  @Test("a further break has the limit of the largest of independent sup-F statistics")
  func furtherBreakLimit() throws {
    let (breaks, _) = try Self.fitted("level")
    let test = try #require(try breaks.test(ofOneMoreThan: 1, .asymptotic))
    // Segments of 35 and 55 rows with parts of 13.
    let inside = [35.0, 55].map {
      1 - SupremumDistribution(dimension: 1, trimming: 13 / $0).upper(test.statistic)
    }
    #expect(breaks.minimumSegment == 13)
    #expect(try #require(test.pValue).isClose(to: 1 - inside[0] * inside[1], absolute: 1e-14))
    #expect(try breaks.test(ofOneMoreThan: 5, .asymptotic) == nil)  // nowhere 26 rows are left
  }

  @Test("the segments are the same in other units and from another origin")
  func invariance() throws {
    let (breaks, reference) = try Self.fitted("trend")
    var design = reference.matrix("design")
    for i in 0..<design.rowCount { design[i, 1] += 2000 }
    let response = reference.numbers("response").map { 1e6 * $0 - 3e5 }
    let moved = try BaiPerron().fitted(design: design, response: response)
    #expect(moved.partitions.map(\.breaks) == breaks.partitions.map(\.breaks))
    #expect(try moved.intervals(2) == breaks.intervals(2))
  }

  @Test("simulated and asymptotic p-values agree in a long series without a break")
  func simulatedAgreesWithAsymptotic() throws {
    var stream = RandomStream(seed: 8)
    let n = 150
    let y = (0..<n).map { _ in stream.normal() }
    let x = Matrix(columns: [[Double](repeating: 1, count: n)])
    let breaks = try BaiPerron().fitted(design: x, response: y)
    let asymptotic = try #require(try breaks.singleBreakTest(.supremum, .asymptotic).pValue)
    let simulated = try #require(
      try breaks.singleBreakTest(.supremum, .simulated(stream, replicates: 999)).pValue)
    // Monte-Carlo error 0.016 at most; the discrete maximum lies below the continuous one, which
    // is worth 0.05 at n = 150.
    #expect(simulated.isClose(to: asymptotic, absolute: 0.1) && simulated > 0.01)
    let again = try breaks.singleBreakTest(.supremum, .simulated(stream, replicates: 999)).pValue
    #expect(again == simulated)
    let one = try breaks.test(of: 1, from: stream, replicates: 49)
    let single = try breaks.singleBreakTest(.supremum, .simulated(stream, replicates: 49))
    #expect(one.pValue == single.pValue)
    #expect(one.statistic.isClose(to: single.statistic, relative: 1e-12))
  }

  @Test("two breaks are found by every criterion in series that have two")
  func selection() throws {
    let (breaks, _) = try Self.fitted("level")
    #expect(breaks.selectedCount(by: .lwz) == 2)
    let (count, tests) = try breaks.sequentialCount(.asymptotic)
    #expect(count == 2 && tests.count == 3)
    let several = try breaks.test(of: 2, from: RandomStream(seed: 2), replicates: 39)
    #expect(several.pValue == 1.0 / 40)
    let (trend, _) = try Self.fitted("trend")
    let null = BreakNull.simulated(RandomStream(seed: 4), replicates: 199)
    let sequence = try trend.sequentialCount(null)
    #expect(sequence.count == 2 && sequence.tests.count == 3)
  }

  @Test("short series, exact fits and impossible options are refused")
  func refusals() throws {
    let ones = Matrix(columns: [[Double](repeating: 1, count: 12)])
    let short = #expect(throws: Diagnostic.self) {
      try BaiPerron(trimming: 0.1).fitted(design: ones, response: (0..<12).map(Double.init))
    }
    #expect(short?.code == .seriesTooShort)
    let exact = #expect(throws: Diagnostic.self) {
      try BaiPerron(trimming: 0.2).fitted(
        design: ones, response: [Double](repeating: 3, count: 12))
    }
    #expect(exact?.code == .notIdentified)
    let trimming = #expect(throws: Diagnostic.self) {
      try BaiPerron(trimming: 0.7).fitted(design: ones, response: (0..<12).map(Double.init))
    }
    #expect(trimming?.code == .illegalOption)
    let missing = #expect(throws: Diagnostic.self) {
      try BaiPerron(trimming: 0.2).fitted(
        design: ones, response: (0..<12).map { $0 == 3 ? .nan : Double($0) })
    }
    #expect(missing?.code == .valueOutOfRange)
    let (breaks, _) = try Self.fitted("nile")
    let count = #expect(throws: Diagnostic.self) { try breaks.intervals(9) }
    #expect(count?.code == .illegalOption)
  }
}
