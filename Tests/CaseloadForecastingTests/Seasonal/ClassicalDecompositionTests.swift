import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Classical decomposition") struct ClassicalDecompositionTests {
  @Test(
    "parts and figure are R's decompose", .enabled(if: SharedData.isPresent),
    arguments: RDecomposition.all)
  func oracle(_ series: RDecomposition) throws {
    for kind in ClassicalDecomposition.Kind.allCases {
      let method = "decompose_\(kind.rawValue)"
      guard !series.numbers(method, "figure").isEmpty else { continue }
      let ours = try ClassicalDecomposition(series.values, period: series.period, kind)
      let size = kind == .additive ? series.size : 1
      #expect(
        largestDifference(ours.trend, series.numbers(method, "trend")) < 1e-10 * series.size)
      #expect(largestDifference(ours.figure, series.numbers(method, "figure")) < 1e-10 * size)
      #expect(largestDifference(ours.seasonal, series.numbers(method, "seasonal")) < 1e-10 * size)
      #expect(largestDifference(ours.remainder, series.numbers(method, "random")) < 1e-10 * size)
    }
  }

  @Test("trend and figure agree with their equations", arguments: [4, 5])
  func agreesWithItsDefinition(_ m: Int) throws {
    let y = TestSeries.monthly.values
    let k = m / 2
    for kind in ClassicalDecomposition.Kind.allCases {
      let ours = try ClassicalDecomposition(y, period: m, kind)
      var ratios = [[Double]](repeating: [], count: m)
      for t in y.indices {
        guard t >= k, t + k < y.count else {
          #expect(ours.trend[t].isNaN)
          continue
        }
        var sum = y[(t - k)...(t + k)].reduce(0, +)
        if m % 2 == 0 { sum -= 0.5 * (y[t - k] + y[t + k]) }
        let trend = sum / Double(m)
        #expect(ours.trend[t].isClose(to: trend, relative: 1e-13))
        ratios[t % m].append(kind == .additive ? y[t] - trend : y[t] / trend)
      }
      let means = ratios.map { $0.reduce(0, +) / Double($0.count) }
      let mean = means.reduce(0, +) / Double(m)
      let figure = means.map { kind == .additive ? $0 - mean : $0 / mean }
      #expect(ours.figure.isClose(to: figure, relative: 1e-11))
    }
  }

  @Test("missing values leave gaps in the trend and no others")
  func missing() throws {
    let ours = try ClassicalDecomposition(TestSeries.gappy.values, period: 12, .additive)
    #expect(ours.trend[10].isNaN && ours.trend[11].isNaN && !ours.trend[45].isNaN)
    #expect(ours.figure.allSatisfy { $0.isFinite })
  }

  @Test("what cannot be decomposed is refused with a reason")
  func refusals() {
    func code(_ values: [Double], _ period: Int, _ kind: ClassicalDecomposition.Kind)
      -> DiagnosticCode?
    {
      let error = #expect(throws: Diagnostic.self) {
        try ClassicalDecomposition(values, period: period, kind)
      }
      return error?.code
    }
    #expect(code([1, 2, 3, 4, 5, 6], 1, .additive) == .modelNotApplicable)
    #expect(code([1, 2, 3, 4, 5, 6], 4, .additive) == .seriesTooShort)
    #expect(code([1, 2, 3, 0, 5, 6], 2, .multiplicative) == .modelNotApplicable)
  }
}
