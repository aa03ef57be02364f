import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Predictions of means") struct MeanPredictionTests {
  static let new = Matrix(rows: [[1, -2, 0], [1, 0, 1], [1, 0.5, 0], [1, 3, 1]])

  @Test("predictions are those of R on both scales", arguments: ["poisson", "binomial", "gamma"])
  func againstR(name: String) throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit(
      ["poisson": "poisson-log", "binomial": "binomial-logit", "gamma": "gamma-log"][name] ?? "")
    let offset = name == "poisson" ? [100.0, 150, 80, 400].map { log($0) } : nil
    let rows = try fit.predictions(Self.new, offset: offset, covariance: .classical)
    let expected = oracle.values["predictions"]?[name] ?? .null
    func compare(_ values: [Double], _ member: String) {
      #expect(values.isClose(to: expected.numbers(member), relative: 1e-9), "\(name) \(member)")
    }
    compare(rows.map(\.linearPredictor), "link")
    compare(rows.map(\.linearPredictorStandardError), "linkStandardError")
    compare(rows.map(\.mean), "mean")
    compare(rows.map(\.meanStandardError), "meanStandardError")
  }

  @Test("intervals for new observations are those of R's predict.lm")
  func linear() throws {
    let oracle = try GeneralizedLinearOracle()
    let expected = oracle.values["predictions"]?["linear"] ?? .null
    let linear = try LinearModel().fitted(oracle.x, oracle.column("amount"), names: oracle.names)
    let gaussian = try oracle.fit("gaussian-identity")
    for rows in [
      try linear.predictionIntervals(Self.new, level: 0.9),
      try gaussian.predictionIntervals(Self.new, level: 0.9),
    ] {
      #expect(rows.map(\.mean).isClose(to: expected.numbers("fit"), relative: 1e-12))
      #expect(rows.map(\.lower).isClose(to: expected.numbers("lower"), relative: 1e-11))
      #expect(rows.map(\.upper).isClose(to: expected.numbers("upper"), relative: 1e-11))
    }
  }

  @Test("a linear fit and a gaussian one predict the same means and intervals")
  func linearMeans() throws {
    let oracle = try GeneralizedLinearOracle()
    let linear = try LinearModel().fitted(oracle.x, oracle.column("amount"), names: oracle.names)
    let gaussian = try oracle.fit("gaussian-identity")
    let kind = CovarianceKind.heteroskedastic(.hc2)
    let own = try linear.predictions(Self.new, covariance: kind)
    let other = try gaussian.predictions(Self.new, covariance: kind)
    for (a, b) in zip(own, other) {
      #expect(a.mean.isClose(to: b.mean, relative: 1e-12))
      #expect(try #require(a.lower).isClose(to: #require(b.lower), relative: 1e-11))
      #expect(try #require(a.upper).isClose(to: #require(b.upper), relative: 1e-11))
    }
  }

  @Test("the interval of a mean is that of the linear predictor transformed, in order")
  func transformed() throws {
    let oracle = try GeneralizedLinearOracle()
    for name in ["binomial-cloglog", "gamma-inverse", "poisson-sqrt", "poisson-log"] {
      let fit = try oracle.fit(name)
      for row in try fit.predictions(
        oracle.x, offset: fit.offset, covariance: .classical)
      {
        let ends = [row.linearPredictorLower, row.linearPredictorUpper].map {
          fit.link.mean($0).value
        }
        #expect(row.lower == ends.min() && row.upper == ends.max())
        #expect(row.linearPredictorLower < row.linearPredictor)
        #expect(try #require(row.lower) < row.mean && row.mean < #require(row.upper))
      }
    }
  }

  @Test("an interval that reaches the pole of the inverse link has no upper end")
  func pole() {
    let (lower, upper) = Link.inverse.means(from: -0.1, to: 0.5, family: .gamma)
    #expect(lower == 2 && upper == nil)
    #expect(Link.squareRoot.means(from: -1, to: 2, family: .poisson) == (0, 4))
  }

  @Test("a row outside the domain of the link is an error that names it")
  func outsideDomain() throws {
    let fit = try GeneralizedLinearOracle().fit("gamma-inverse")
    let far = Matrix(rows: [[1, 0, 0], [1, 1e6, 0], [1, -1e6, 0]])
    let error = #expect(throws: Diagnostic.self) {
      try fit.predictions(far, covariance: .classical)
    }
    #expect(error?.code == .valueOutOfRange)
    #expect(
      error?.message.en.contains("row 2") == true || error?.message.en.contains("row 3") == true)
  }

  @Test("a column without a finite coefficient may be given, as zeros")
  func omittedColumn() throws {
    let dummy = [0.0, 0, 0, 0, 1, 1]
    let x = Matrix(columns: [[1, 1, 1, 1, 1, 1], dummy])
    let fit = try GeneralizedLinearModel().fitted(x, [3, 1, 2, 4, 0, 0], names: ["c", "closed"])
    let open = try fit.predictions(Matrix(rows: [[1, 0]]), covariance: .classical)
    #expect(open[0].mean.isClose(to: 2.5, relative: 1e-13))
    let error = #expect(throws: Diagnostic.self) {
      try fit.predictions(Matrix(rows: [[1, 0], [1, 1]]), covariance: .classical)
    }
    #expect(error?.code == .notIdentified)
    #expect(error?.message.en.hasPrefix("Row 2 has closed") == true)
  }

  @Test("intervals for new observations need a gaussian response")
  func notGaussian() throws {
    let fit = try GeneralizedLinearOracle().fit("poisson-sqrt")
    let error = #expect(throws: Diagnostic.self) { try fit.predictionIntervals(Self.new) }
    #expect(error?.code == .modelNotApplicable)
  }
}
