import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Sandwich covariances") struct SandwichTests {
  /// Twenty rows, one of them far out: n h/p = 9.8, beyond the limits of HC4 and HC5.
  private static let outlying: (x: Matrix, y: [Double]) = {
    let t: [Double] = (0..<19).map(Double.init) + [200]
    let y: [Double] = t.enumerated().map { i, t in 3 + 0.5 * t + Double(i * i % 7) }
    return (Matrix(columns: [t.map { _ in 1 }, t]), y)
  }()

  @Test(
    "HC0 to HC5 agree with their formulas, also at a high leverage",
    arguments: CovarianceKind.HC.allCases, [false, true])
  func heteroskedasticAgreesWithItsDefinition(_ hc: CovarianceKind.HC, _ isOutlying: Bool) throws {
    let (x, y) = isOutlying ? Self.outlying : (LinearModelTests.x, LinearModelTests.y)
    let names = (0..<x.columnCount).map { "b\($0)" }
    let fit = try LinearModel().fitted(x, y, names: names)
    let (n, p) = (x.rowCount, x.columnCount)
    // (XᵀX)⁻¹ from the normal equations, leverages from it: literal, and good enough at κ ≈ 30.
    let bread = try Cholesky(x.transposed() * x).inverse()
    let leverages = (0..<n).map { i in
      let row = x.row(i)
      return zip(row, bread * row).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let largest = leverages.max() ?? .nan
    var meat = Matrix(rowCount: p, columnCount: p)
    for i in 0..<n {
      let e = fit.residuals[i]
      let h = leverages[i]
      let ratio = Double(n) * h / Double(p)
      let omega =
        switch hc {
        case .hc0: e * e
        case .hc1: e * e * Double(n) / Double(n - p)
        case .hc2: e * e / (1 - h)
        case .hc3: e * e / pow(1 - h, 2)
        case .hc4: e * e / pow(1 - h, min(4, ratio))
        case .hc4m: e * e / pow(1 - h, min(1, ratio) + min(1.5, ratio))
        case .hc5:
          e * e
            / pow(1 - h, min(ratio, max(4, 0.7 * Double(n) * largest / Double(p)))).squareRoot()
        }
      for a in 0..<p { for b in 0..<p { meat[a, b] += omega * x[i, a] * x[i, b] } }
    }
    let expected = bread * meat * bread
    let actual = try fit.covariance(.heteroskedastic(hc))
    for (a, b) in zip(actual.storage, expected.storage) {
      #expect(a.isClose(to: b, relative: 1e-11))
    }
  }

  @Test("Newey and West's covariance agrees with its formula", arguments: [0, 1, 3])
  func neweyWestAgreesWithItsDefinition(_ lags: Int) throws {
    let (x, y) = (LinearModelTests.x, LinearModelTests.y)
    let fit = try LinearModel().fitted(x, y, names: LinearModelTests.names)
    let (n, p) = (x.rowCount, x.columnCount)
    let bread = try Cholesky(x.transposed() * x).inverse()
    var meat = Matrix(rowCount: p, columnCount: p)
    for s in 0..<n {
      for t in 0..<n where abs(s - t) <= lags {
        let weight = 1 - Double(abs(s - t)) / Double(lags + 1)
        for a in 0..<p {
          for b in 0..<p {
            meat[a, b] += weight * fit.residuals[s] * fit.residuals[t] * x[s, a] * x[t, b]
          }
        }
      }
    }
    let expected = Double(n) / Double(n - p) * (bread * meat * bread)
    let actual = try fit.covariance(.neweyWest(lags: lags))
    for (a, b) in zip(actual.storage, expected.storage) {
      #expect(a.isClose(to: b, relative: 1e-10, absolute: 1e-14))
    }
  }

  @Test(
    "the clustered covariance agrees with its formula", arguments: [CovarianceKind.CR.cr0, .cr1])
  func clusteredAgreesWithItsDefinition(_ correction: CovarianceKind.CR) throws {
    let (x, y) = (LinearModelTests.x, LinearModelTests.y)
    let labels = ["b", "a", "b", "c", "a", "c", "b"]
    let fit = try LinearModel().fitted(x, y, names: LinearModelTests.names)
    let (n, p) = (7, 3)
    let bread = try Cholesky(x.transposed() * x).inverse()
    var meat = Matrix(rowCount: p, columnCount: p)
    for s in 0..<n {
      for t in 0..<n where labels[s] == labels[t] {
        for a in 0..<p {
          for b in 0..<p {
            meat[a, b] += fit.residuals[s] * fit.residuals[t] * x[s, a] * x[t, b]
          }
        }
      }
    }
    let factor = correction == .cr0 ? 1 : (3.0 / 2) * (6.0 / 4)
    let expected = factor * (bread * meat * bread)
    let kind = CovarianceKind.clustered(by: [Grouping(name: "cluster", labels: labels)], correction)
    let actual = try fit.covariance(kind)
    for (a, b) in zip(actual.storage, expected.storage) {
      #expect(a.isClose(to: b, relative: 1e-10, absolute: 1e-14))
    }
    #expect(try fit.degreesOfFreedom(kind, coefficient: 0) == 2)  // G − 1
  }

  @Test(
    "CR2 and CR3 and their degrees of freedom agree with n × n matrices",
    arguments: [CovarianceKind.CR.cr2, .cr3])
  func leverageCorrectionsAgreeWithTheirDefinition(_ correction: CovarianceKind.CR) throws {
    let x = Matrix(columns: [
      [Double](repeating: 1, count: 9), [1, 3, 2, 5, 4, 4, 7, 6, 2], [0, 1, 1, 0, 2, 1, 0, 3, 1],
    ])
    let y: [Double] = [2, 5, 3, 9, 8, 6, 12, 14, 5]
    let grouping = Grouping(name: "cluster", labels: ["a", "a", "b", "b", "b", "c", "c", "d", "d"])
    let fit = try LinearModel().fitted(x, y, names: LinearModelTests.names)
    let bread = try Cholesky(x.transposed() * x).inverse()
    let residualMaker = Matrix.identity(9) - x * bread * x.transposed()
    var meat = Matrix(rowCount: 3, columnCount: 3)
    var directions: [[Double]] = []  // (I − H)_g A_g X_g (XᵀX)⁻¹ l
    for g in 0..<grouping.count {
      let rows = (0..<9).filter { grouping.codes[$0] == Int32(g) }
      let block = residualMaker.selectingRows(rows).selectingColumns(rows)
      let eigen = try SymmetricEigen(block)
      let power = correction == .cr2 ? -0.5 : -1.0
      let adjustment =
        eigen.vectors
        * eigen.vectors.transposed().scalingRows(eigen.values.map { pow($0, power) })
      let part = x.selectingRows(rows)
      let score = part.transposed() * (adjustment * rows.map { fit.residuals[$0] })
      for a in 0..<3 { for b in 0..<3 { meat[a, b] += score[a] * score[b] } }
      let direction = adjustment * (part * bread.column(1))
      directions.append(residualMaker.selectingColumns(rows) * direction)
    }
    let kind = CovarianceKind.clustered(by: [grouping], correction)
    let actual = try fit.covariance(kind)
    for (a, b) in zip(actual.storage, (bread * meat * bread).storage) {
      #expect(a.isClose(to: b, relative: 1e-10, absolute: 1e-13))
    }
    let d = Matrix(columns: directions)
    let products = d.transposed() * d
    let trace = products.diagonal.reduce(0, +)
    let squares = products.storage.reduce(0) { $0 + $1 * $1 }
    #expect(
      try fit.degreesOfFreedom(kind, coefficient: 1).isClose(
        to: trace * trace / squares, relative: 1e-10))
  }

  @Test("the jackknife is the spread of refitted models", arguments: [true, false])
  func jackknifeAgreesWithRefitting(_ isClustered: Bool) throws {
    let x = Matrix(columns: [
      [Double](repeating: 1, count: 9), [1, 3, 2, 5, 4, 4, 7, 6, 2], [0, 1, 1, 0, 2, 1, 0, 3, 1],
    ])
    let y: [Double] = [2, 5, 3, 9, 8, 6, 12, 14, 5]
    let labels =
      isClustered ? ["a", "a", "b", "b", "b", "c", "c", "d", "d"] : (0..<9).map { "\($0)" }
    let grouping = Grouping(name: "cluster", labels: labels)
    var replicates: [[Double]] = []
    for g in 0..<grouping.count {
      let rows = (0..<9).filter { grouping.codes[$0] != Int32(g) }
      replicates.append(
        try LinearModel().fitted(
          x.selectingRows(rows), rows.map { y[$0] }, names: LinearModelTests.names
        ).coefficients)
    }
    let fit = try LinearModel().fitted(x, y, names: LinearModelTests.names)
    let v = try fit.covariance(.jackknife(by: isClustered ? grouping : nil))
    let count = Double(replicates.count)
    for j in 0..<3 {
      let values = replicates.map { $0[j] }
      let mean = values.reduce(0, +) / count
      let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      #expect(v[j, j].isClose(to: (count - 1) / count * spread, relative: 1e-10))
    }
  }

  @Test("R's sandwich agrees for HC0 to HC5", arguments: ["cars", "series", "growth"])
  func heteroskedasticOracle(_ name: String) throws {
    let oracle = try RegressionOracle(name)
    let exact = oracle.exact["covariances"] ?? .null
    for hc in CovarianceKind.HC.allCases where hc != .hc4m {
      let actual = try oracle.fit.covariance(.heteroskedastic(hc))
      let expected = exact.matrix(hc.rawValue.uppercased())
      #expect(relativeDistance(actual, expected) < oracle.tolerance)  // mpmath, 50 digits
    }
    let classical = try oracle.fit.covariance(.classical)
    #expect(relativeDistance(classical, exact.matrix("const")) < oracle.tolerance)
  }

  @Test(
    "R's NeweyWest agrees at fixed and automatic lags", arguments: ["cars", "series", "growth"])
  func neweyWestOracle(_ name: String) throws {
    let oracle = try RegressionOracle(name)
    let adjusted = (oracle.exact["neweyWest"]?.array ?? []).filter { $0["adjust"] == .bool(true) }
    #expect(adjusted.count >= 1)
    for entry in adjusted {
      let actual = try oracle.fit.covariance(.neweyWest(lags: Int(entry.value("lag"))))
      let expected = entry.matrix("covariance")
      #expect(relativeDistance(actual, expected) < oracle.sandwichTolerance)  // mpmath, 50 digits
    }
    let bandwidth = oracle.values["bandwidth"] ?? .null
    #expect(oracle.fit.automaticLags == Int(bandwidth.value("lagUsed")))  // R sandwich 3.0-2
    let automatic = try oracle.fit.covariance(.neweyWest(lags: nil))
    let reference = bandwidth.matrix("covarianceAdjusted")
    #expect(relativeDistance(automatic, reference) < oracle.sandwichTolerance)  // R sandwich 3.0-2
  }

  @Test(
    "the public schools of Greene's table 12.3 have R's HC0 to HC5",
    .enabled(if: SharedData.isPresent))
  func publicSchools() throws {
    let check =
      try SharedData.json("causal/public_schools.oracle.json", as: JSON.self)["checks"]?["hc"]
      ?? .null
    let data = try SharedData.columns("causal/public_schools.csv")
    let rows = data["Expenditure", default: []].indices.filter {
      !data["Expenditure", default: []][$0].isNaN
    }
    let y = rows.map { data["Expenditure", default: []][$0] }
    let income = rows.map { data["Income", default: []][$0] * 1e-4 }
    let names = ["(Intercept)", "Income", "I(Income^2)"]
    let x = Matrix(columns: [income.map { _ in 1 }, income, income.map { $0 * $0 }])
    let fit = try LinearModel().fitted(x, y, names: names)
    #expect(y.count == 50)
    for hc in CovarianceKind.HC.allCases {
      let table = try fit.coefficientTable(.heteroskedastic(hc))
      let expected = check["se"]?[hc == .hc4m ? "HC4m" : hc.rawValue.uppercased()] ?? .null
      for row in table {
        let se = expected.value(row.term)
        #expect(row.standardError.isClose(to: se, relative: 1e-10))  // R sandwich 3.0.2
      }
    }
  }

  @Test("Petersen's panel has R's clustered errors", .enabled(if: SharedData.isPresent))
  func petersen() throws {
    let file = try SharedData.json("causal/petersen.oracle.json", as: JSON.self)
    let check = file["checks"]?["clustered"] ?? .null
    let data = try SharedData.columns("causal/petersen.csv")
    let x = Matrix(columns: [data["x", default: []].map { _ in 1 }, data["x", default: []]])
    let fit = try LinearModel().fitted(x, data["y", default: []], names: ["(Intercept)", "x"])
    let firms = Grouping(name: "firm", labels: data["firm", default: []].map { "\($0)" })
    let years = Grouping(name: "year", labels: data["year", default: []].map { "\($0)" })
    let kinds: [(String, CovarianceKind)] = [
      ("classical", .classical), ("HC1", .heteroskedastic(.hc1)),
      ("cl_firm", .clustered(by: [firms], .cr1)),
      ("cl_year", .clustered(by: [years], .cr1)),
      ("cl_both", .clustered(by: [firms, years], .cr1)),
      ("cl_firm_HC0_noadj", .clustered(by: [firms], .cr0)),
      ("cl_year_CR2", .clustered(by: [years], .cr2)),
      ("cl_year_CR3", .clustered(by: [years], .cr3)),
      ("dk_L4", .driscollKraay(times: years, lags: 4)),
    ]
    for (name, kind) in kinds {
      for row in try fit.coefficientTable(kind) {
        let se = check[name]?.value(row.term) ?? .nan
        // R sandwich 3.0.2 and clubSandwich 0.5.8.
        #expect(row.standardError.isClose(to: se, relative: 1e-11))
      }
    }
    let degreesOfFreedom = try fit.coefficientTable(.clustered(by: [years], .cr2))
      .map(\.degreesOfFreedom)
    // clubSandwich 0.5.8, whose degrees of freedom lose digits to a difference of n × n matrices.
    #expect(
      degreesOfFreedom.isClose(to: check.numbers("cl_year_CR2_df"), relative: 1e-9))
  }

  @Test(
    "the Sicilian smoking ban's rates have statsmodels' Newey–West errors",
    .enabled(if: SharedData.isPresent))
  func sicily() throws {
    let file = try SharedData.json("causal/sicily.oracle.json", as: JSON.self)
    let check = file["checks"]?["ols_rate_newey_west"] ?? .null
    let data = try SharedData.columns("causal/sicily.csv")
    let time = data["time", default: []]
    let rate = zip(data["aces", default: []], data["stdpop", default: []]).map { $0 / $1 * 1e5 }
    func harmonic(_ k: Double, _ f: (Double) -> Double) -> [Double] {
      time.map { f(2 * .pi * k * $0 / 12) }
    }
    let names = ["const", "smokban", "time", "h1", "h2", "h3", "h4"]
    let fit = try LinearModel().fitted(
      Matrix(columns: [
        time.map { _ in 1 }, data["smokban", default: []], time, harmonic(1, { sin($0) }),
        harmonic(1, { cos($0) }), harmonic(2, { sin($0) }), harmonic(2, { cos($0) }),
      ]), rate, names: names)
    for row in try fit.coefficientTable(.classical) {
      #expect(row.estimate.isClose(to: check["coef"]?.value(row.term) ?? .nan, relative: 1e-10))
      #expect(
        row.standardError.isClose(to: check["ols_se"]?.value(row.term) ?? .nan, relative: 1e-10))
    }
    for lag in [0, 1, 3, 6, 12] {
      let expected = check["hac"]?["\(lag)"]?["se_small_sample_n_over_nk"] ?? .null
      for row in try fit.coefficientTable(.neweyWest(lags: lag)) {
        let se = expected.value(row.term)
        #expect(row.standardError.isClose(to: se, relative: 1e-10))  // statsmodels 0.15.0
      }
    }
  }

  @Test("Newey–West without lags is HC1")
  func noLagsIsHC1() throws {
    let fit = try LinearModel().fitted(
      LinearModelTests.x, LinearModelTests.y, names: LinearModelTests.names)
    let a = try fit.covariance(.neweyWest(lags: 0))
    let b = try fit.covariance(.heteroskedastic(.hc1))
    #expect(relativeDistance(a, b) < 1e-14)
  }

  @Test("one observation a cluster without correction is HC0")
  func singletonClustersAreHC0() throws {
    let fit = try LinearModel().fitted(
      LinearModelTests.x, LinearModelTests.y, names: LinearModelTests.names)
    let labels = (0..<7).map(String.init)
    let a = try fit.covariance(.clustered(by: [Grouping(name: "cluster", labels: labels)], .cr0))
    let b = try fit.covariance(.heteroskedastic(.hc0))
    #expect(relativeDistance(a, b) < 1e-14)
  }

  @Test("every covariance is symmetric to the last bit")
  func symmetry() throws {
    let fit = try LinearModel().fitted(
      LinearModelTests.x, LinearModelTests.y, names: LinearModelTests.names)
    let labels = ["b", "a", "b", "c", "a", "c", "b"]
    for id in CovarianceKind.ids {
      let clusters = Grouping(name: "cluster", labels: labels)
      let v = try fit.covariance(
        CovarianceKind(id: id, clusters: [clusters], times: clusters))
      #expect(v == v.transposed(), "\(id)")
    }
  }

  @Test("an observation that is fitted exactly has no HC2, and is named")
  func exactlyFittedObservation() throws {
    let x = Matrix(columns: [
      [1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 0, 0],
    ])
    let fit = try LinearModel().fitted(
      x, [2, 3, 5, 9, 8, 10], names: ["(Intercept)", "time", "fourth"])
    let error = #expect(throws: Diagnostic.self) { try fit.covariance(.heteroskedastic(.hc3)) }
    #expect(error?.code == .notIdentified)
    #expect(error?.message.en.contains("Observation 4") == true)
    let table = try fit.coefficientTable(.heteroskedastic(.hc1))
    #expect(table[1].standardError > 0)
  }

  @Test("a single cluster is refused")
  func oneCluster() throws {
    let fit = try LinearModel().fitted(
      LinearModelTests.x, LinearModelTests.y, names: LinearModelTests.names)
    let labels = [String](repeating: "a", count: 7)
    let error = #expect(throws: Diagnostic.self) {
      try fit.covariance(.clustered(by: [Grouping(name: "cluster", labels: labels)], .cr1))
    }
    #expect(error?.code == .notIdentified)
  }

  @Test("more lags than observations are as many as there are")
  func manyLags() throws {
    let fit = try LinearModel().fitted(
      LinearModelTests.x, LinearModelTests.y, names: LinearModelTests.names)
    let v = try fit.covariance(.neweyWest(lags: 40))
    #expect(v.diagonal.allSatisfy { $0 >= 0 })
  }

  /// The largest difference over the largest element.
  private func relativeDistance(_ a: Matrix, _ b: Matrix) -> Double {
    guard a.storage.count == b.storage.count else { return .infinity }
    let scale = b.storage.map { abs($0) }.max() ?? .nan
    return zip(a.storage, b.storage).map { abs($0 - $1) / scale }.max() ?? .nan
  }
}
