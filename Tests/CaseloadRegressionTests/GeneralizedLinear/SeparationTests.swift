import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Separation") struct SeparationTests {
  static let ones = [Double](repeating: 1, count: 8)
  static let trend = [1.0, 2, 3, 4, 5, 6, 7, 8]

  @Test("a dummy whose counts are all zero is left out with them, and nothing else changes")
  func vanishingDummy() throws {
    let y = [3.0, 1, 4, 0, 0, 0, 2, 6]
    let dummy = [0.0, 0, 0, 0, 1, 1, 0, 0]
    let fit = try GeneralizedLinearModel().fitted(
      Matrix(columns: [Self.ones, Self.trend, dummy]), y, names: ["(Intercept)", "trend", "closed"])
    let rest = [0, 1, 2, 3, 6, 7]
    let expected = try GeneralizedLinearModel().fitted(
      Matrix(columns: [Self.ones, Self.trend]).selectingRows(rest), rest.map { y[$0] },
      names: ["(Intercept)", "trend"])
    #expect(fit.usedRows == rest)
    #expect(fit.usedColumns == [0, 1] && fit.omittedNames == ["closed"])
    #expect(fit.coefficients == expected.coefficients)
    #expect(fit.logLikelihood == expected.logLikelihood)
    let warning = try #require(fit.diagnostics.first)
    #expect(warning.code == .separation && warning.severity == .warning)
    #expect(
      warning.message.en.hasPrefix("closed separates 2 of 8 observations (5, 6)"),
      "\(warning.message.en)")
    #expect(warning.message.en.contains("With them go the columns closed."))
  }

  @Test("the estimates without separated observations are the limit of those with them")
  func limit() throws {
    let y = [3.0, 1, 4, 0, 0, 0, 2, 6]
    let dummy = [0.0, 0, 0, 0, 1, 1, 0, 0]
    let x = Matrix(columns: [Self.ones, Self.trend, dummy])
    let fit = try GeneralizedLinearModel().fitted(x, y, names: ["a", "b", "c"])
    // The coefficient of the dummy held at −40 by the offset.
    let limit = try ReweightedLeastSquares(
      x: x.selectingColumns([0, 1]), y: y, weights: nil, offset: dummy.map { -40 * $0 },
      family: ExponentialFamily(.poisson), link: .log
    ).solved()
    // e⁻⁴⁰ = 4e−18.
    #expect(fit.coefficients.isClose(to: limit.coefficients, relative: 1e-12))
  }

  @Test("a combination of columns separates though none does alone")
  func combination() {
    // x₁ − x₂ is nonzero only in the last two rows, where y = 0.
    let a = [1.0, 2, 3, 4, 5, 6, 8, 9]
    let b = [1.0, 2, 3, 4, 5, 6, 7, 7]
    let y = [2.0, 0, 1, 3, 0, 2, 0, 0]
    let sides = Separation.sides(y, family: .poisson, link: .log)
    let separation = Separation(
      Matrix(columns: [Self.ones, a, b]), sides: sides ?? [], hasIntercept: true)
    #expect(separation?.rows == [6, 7])
    #expect(separation?.columns == [1, 2])
  }

  @Test("nothing is separated where a positive count overlaps")
  func overlap() {
    let y = [3.0, 1, 4, 0, 0, 1, 2, 6]
    let dummy = [0.0, 0, 0, 0, 1, 1, 0, 0]
    let sides = Separation.sides(y, family: .poisson, link: .log) ?? []
    #expect(
      Separation(Matrix(columns: [Self.ones, dummy]), sides: sides, hasIntercept: true) == nil)
  }

  @Test("responses that are all alike are an error")
  func allZero() {
    let error = #expect(throws: Diagnostic.self) {
      try GeneralizedLinearModel().fitted(
        Matrix(columns: [Self.ones]), [Double](repeating: 0, count: 8), names: ["(Intercept)"])
    }
    #expect(error?.code == .separation)
    #expect(error?.message.en == "Every count is zero: there is nothing to estimate.")
    let outcomes = #expect(throws: Diagnostic.self) {
      try GeneralizedLinearModel(family: .binomial).fitted(
        Matrix(columns: [Self.ones, Self.trend]), Self.ones, names: ["(Intercept)", "trend"])
    }
    #expect(outcomes?.message.en == "Every outcome is 1: there is nothing to estimate.")
  }

  @Test(
    "complete separation of a binomial is an error that names the term",
    arguments: [
      Link.logit, .probit, .complementaryLogLog,
    ])
  func completeSeparation(link: Link) throws {
    let noise = [0.3, -1.2, 0.8, 0.1, -0.5, 1.1, -0.2, 0.4]
    let error = #expect(throws: Diagnostic.self) {
      try GeneralizedLinearModel(family: .binomial, link: link).fitted(
        Matrix(columns: [Self.ones, noise, Self.trend]), [0, 0, 0, 0, 1, 1, 1, 1],
        names: ["(Intercept)", "noise", "trend"])
    }
    #expect(error?.code == .separation && error?.severity == .error)
    #expect(
      error?.message.en
        == "trend separates the zeros from the ones completely (all 8 observations), so the "
        + "coefficients have no finite estimates.")
  }

  @Test("quasi-complete separation leaves out what is certain and warns")
  func quasiCompleteSeparation() throws {
    let y = [0.0, 1, 0, 1, 1, 1, 0, 1]
    let dummy = [0.0, 0, 0, 0, 1, 1, 0, 0]
    let fit = try GeneralizedLinearModel(family: .binomial).fitted(
      Matrix(columns: [Self.ones, Self.trend, dummy]), y, names: ["(Intercept)", "trend", "group"])
    #expect(fit.usedRows == [0, 1, 2, 3, 6, 7] && fit.omittedNames == ["group"])
    #expect(fit.diagnostics.map(\.code) == [.separation])
  }

  @Test("separation at a single shared value is quasi-complete")
  func sharedValue() {
    // y = 1 exactly above 4; at 4 both occur.
    let x = [1.0, 2, 3, 4, 4, 5, 6, 7]
    let y = [0.0, 0, 0, 0, 1, 1, 1, 1]
    let sides = Separation.sides(y, family: .binomial, link: .logit) ?? []
    let separation = Separation(Matrix(columns: [Self.ones, x]), sides: sides, hasIntercept: true)
    #expect(separation?.rows == [0, 1, 2, 5, 6, 7])
  }

  @Test("a proportion between 0 and 1 holds its linear predictor")
  func grouped() {
    let y = [0.0, 0, 0.5, 1, 1, 0.2, 0, 1]
    let sides = Separation.sides(y, family: .binomial, link: .logit) ?? []
    // Two mixed rows fix both columns.
    #expect(
      Separation(
        Matrix(columns: [Self.ones, Self.trend]), sides: sides, hasIntercept: true) == nil)
  }

  @Test("a change of units or an invertible mixture of columns separates the same")
  func invariance() {
    let a = [1.0, 2, 3, 4, 5, 6, 8, 9]
    let b = [1.0, 2, 3, 4, 5, 6, 7, 7]
    let y = [2.0, 0, 1, 3, 0, 2, 0, 0]
    let sides = Separation.sides(y, family: .poisson, link: .log) ?? []
    let mixed = Matrix(columns: [
      Self.ones, zip(a, b).map { 1e6 * ($0 + 0.5 * $1) }, zip(a, b).map { 1e-6 * ($0 - 2 * $1) },
    ])
    #expect(Separation.separatedRows(mixed, sides) == [6, 7])
  }

  @Test("what is planted is found, whatever it is mixed with", arguments: 0..<40)
  func planted(trial: Int) {
    var stream = RandomStream(seed: UInt64(trial))
    let (n, k) = (70, trial % 4)
    var columns = [[Double](repeating: 1, count: n)]
    for _ in 0...(trial % 5) { columns.append((0..<n).map { _ in stream.uniform() - 0.5 }) }
    // Nonzero in the first k rows only, but for −3 times another column.
    let own = (0..<n).map { $0 < k ? 0.1 + stream.uniform() : 0 }
    if k > 0 { columns.append(zip(own, columns[1]).map { $0 - 3 * $1 }) }
    let y = (0..<n).map { i in
      let draw = stream.uniform()
      return i < k || draw < 0.6 ? 0.0 : (draw * 5).rounded(.up)
    }
    let x = Matrix(columns: columns)
    for (family, response) in [(Family.poisson, y), (.binomial, y.map { min(1, $0) })] {
      let sides = Separation.sides(response, family: family, link: family.defaultLink) ?? []
      #expect(Separation.separatedRows(x, sides) == Array(0..<k), "\(family)")
    }
  }

  @Test(
    "the published separation data have their separated observations",
    .enabled(if: SharedData.isPresent),
    arguments: ["01", "03", "05", "07", "09", "11", "13", "15", "17"])
  func published(name: String) throws {
    let data = try SharedData.columns("causal/ppml_separation/\(name).csv")
    let y = data["y", default: []]
    let expected = data["separated", default: []]
    var columns = data.keys.filter { $0.hasPrefix("x") }.sorted().map { data[$0, default: []] }
    columns.insert(y.map { _ in 1 }, at: 0)
    for id in data.keys.filter({ $0.hasPrefix("id") }).sorted() {
      let codes = data[id, default: []]
      // A code of 0 is no level: the row has no such effect.
      for level in Set(codes).sorted() { columns.append(codes.map { $0 == level ? 1 : 0 }) }
    }
    // The columns that earlier ones leave independent.
    var kept: [[Double]] = []
    for column in columns {
      if try QR(Matrix(columns: kept + [column]), rankTolerance: 1e-10).rank == kept.count + 1 {
        kept.append(column)
      }
    }
    let sides = try #require(Separation.sides(y, family: .poisson, link: .log))
    let rows = Separation.separatedRows(Matrix(columns: kept), sides)
    // ppmlhdfe's test suite.
    #expect(rows == expected.indices.filter { expected[$0] == 1 }, "\(rows)")
  }
}
