import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("The wild cluster bootstrap") struct WildClusterBootstrapTests {
  /// Eight clusters of uneven sizes with a treatment that varies between them.
  static let data: (x: Matrix, y: [Double], clusters: Grouping, periods: Grouping) = {
    var stream = RandomStream(seed: 5)
    var (treated, z, y) = ([Double](), [Double](), [Double]())
    var (labels, periods) = ([String](), [String]())
    for g in 0..<8 {
      let common = stream.normal()
      for t in 0..<(3 + g % 3) {
        treated.append(g % 2 == 0 && t > 0 ? 1 : 0)
        z.append(stream.normal() + 0.3 * Double(t))
        y.append(0.4 * treated[treated.count - 1] + z[z.count - 1] + common + stream.normal())
        labels.append("g\(g)")
        periods.append("t\(t)")
      }
    }
    return (
      Matrix(columns: [z.map { _ in 1 }, treated, z]), y,
      Grouping(name: "cluster", labels: labels), Grouping(name: "period", labels: periods)
    )
  }()

  /// t* of every sign vector, each by fitting the bootstrap sample.
  private func literal(
    _ x: Matrix, _ y: [Double], null r: Double, isRestricted: Bool, kind: CovarianceKind
  ) throws -> (t: Double, draws: [Double]) {
    let names = (0..<x.columnCount).map { "b\($0)" }
    let clusters = Self.data.clusters
    func statistic(_ y: [Double], _ r: Double) throws -> Double {
      let fit = try LinearModel().fitted(x, y, names: names)
      return (fit.coefficients[1] - r) / (try fit.covariance(kind))[1, 1].squareRoot()
    }
    let fit = try LinearModel().fitted(x, y, names: names)
    let others = [0] + Array(2..<x.columnCount)
    var (mean, error) = (fit.fittedValues, fit.residuals)
    var center = fit.coefficients[1]
    if isRestricted {
      let shifted = y.indices.map { y[$0] - r * x[$0, 1] }
      let restricted = try LinearModel().fitted(
        x.selectingColumns(others), shifted, names: others.map { names[$0] })
      error = restricted.residuals
      mean = y.indices.map { y[$0] - error[$0] }
      center = r
    }
    let draws = try (0..<(1 << clusters.count)).map { signs in
      let sample = y.indices.map { i in
        mean[i] + (signs >> Int(clusters.codes[i]) & 1 == 0 ? 1 : -1) * error[i]
      }
      return try statistic(sample, center)
    }
    return (try statistic(y, r), draws)
  }

  @Test(
    "p-values agree with fits of every bootstrap sample",
    arguments: [true, false], [WildClusterBootstrap.Variance.cr1, .cr3])
  func agreesWithItsDefinition(
    _ isRestricted: Bool, _ variance: WildClusterBootstrap.Variance
  ) throws {
    let (x, y, clusters, _) = Self.data
    let fit = try LinearModel().fitted(x, y, names: ["(Intercept)", "treated", "z"])
    var bootstrap = WildClusterBootstrap()
    bootstrap.isRestricted = isRestricted
    bootstrap.variance = variance
    for r in [0, 0.7, -1.2] {
      let result = try bootstrap.test(
        [0, 1, 0], equals: r, in: fit, clusters: clusters, from: RandomStream(seed: 1))
      #expect(result.isEnumerated && result.draws == 256 && result.monteCarloError == 0)
      let kind = CovarianceKind.clustered(by: [clusters], variance == .cr1 ? .cr1 : .cr3)
      let (t, draws) = try literal(x, y, null: r, isRestricted: isRestricted, kind: kind)
      // The factor (n − 1)/(n − p) that boottest keeps with CR3 is common to t and t*.
      let expected = draws.count { abs($0) > abs(t) * (1 + 1e-9) }
      #expect(result.pValue == Double(expected) / 256)
      let (above, below) = (
        draws.count { $0 > t + 1e-9 * abs(t) }, draws.count { $0 < t - 1e-9 * abs(t) }
      )
      #expect(result.equalTailedPValue == min(1, 2 * Double(min(above, below)) / 256))
    }
  }

  @Test("absorbed effects give what dummies give, also where they cross the clusters")
  func absorbed() throws {
    let (x, y, clusters, periods) = Self.data
    let table = Table(
      source: "memory",
      columns: [
        .init(name: "y", cells: .number(y)), .init(name: "treated", cells: .number(x.column(1))),
        .init(name: "z", cells: .number(x.column(2))),
        .init(name: "g", cells: .text(clusters.codes.map { clusters.labels[Int($0)] })),
        .init(name: "t", cells: .text(periods.codes.map { periods.labels[Int($0)] })),
      ])
    let dummies = try LinearModel().fitted(
      DesignMatrix(Formula("y ~ treated + z + g + t"), table))
    let absorbed = try FixedEffectsModel().fitted(
      DesignMatrix(Formula("y ~ treated + z | g + t"), table))
    var contrast = [Double](repeating: 0, count: dummies.coefficients.count)
    contrast[1] = 1
    let a = try WildClusterBootstrap().test(
      contrast, in: dummies, clusters: clusters, from: RandomStream(seed: 1))
    let b = try WildClusterBootstrap().test(
      [1, 0], in: absorbed, clusters: clusters, from: RandomStream(seed: 1))
    #expect(a.estimate.isClose(to: b.estimate, relative: 1e-9))
    #expect(a.pValue == b.pValue)
    #expect(a.lower?.isClose(to: b.lower ?? .nan, absolute: 1e-6) == true)
    #expect(a.upper?.isClose(to: b.upper ?? .nan, absolute: 1e-6) == true)
  }

  @Test("the ends of the interval are where the p-value crosses its level")
  func inversion() throws {
    let (x, y, clusters, _) = Self.data
    let fit = try LinearModel().fitted(x, y, names: ["(Intercept)", "treated", "z"])
    var bootstrap = WildClusterBootstrap()
    bootstrap.weights = .webb
    bootstrap.draws = 1999
    func p(_ r: Double) throws -> Double {
      try bootstrap.test([0, 1, 0], equals: r, in: fit, clusters: clusters, from: .init(seed: 3))
        .pValue
    }
    let result = try bootstrap.test([0, 1, 0], in: fit, clusters: clusters, from: .init(seed: 3))
    let (lower, upper) = (try #require(result.lower), try #require(result.upper))
    let step = 1e-5 * result.standardError
    #expect(try p(lower + step) > 0.05 && p(lower - step) <= 0.05)
    #expect(try p(upper - step) > 0.05 && p(upper + step) <= 0.05)
    #expect(result.monteCarloError > 0 && !result.isEnumerated)
  }

  @Test("signs of the response do not matter, nor the number that a cluster has")
  func invariance() throws {
    let (x, y, clusters, _) = Self.data
    let names = ["(Intercept)", "treated", "z"]
    let fit = try LinearModel().fitted(x, y, names: names)
    let mirrored = try LinearModel().fitted(x, y.map { -$0 }, names: names)
    let a = try WildClusterBootstrap().test(
      [0, 1, 0], in: fit, clusters: clusters, from: RandomStream(seed: 1))
    let b = try WildClusterBootstrap().test(
      [0, 1, 0], in: mirrored, clusters: clusters, from: RandomStream(seed: 1))
    #expect(a.pValue == b.pValue)
    #expect(a.lower?.isClose(to: -(b.upper ?? .nan), absolute: 1e-6) == true)
    let reversed = Array((0..<y.count).reversed())
    let turned = try LinearModel().fitted(
      x.selectingRows(reversed), reversed.map { y[$0] }, names: names)
    let c = try WildClusterBootstrap().test(
      [0, 1, 0], in: turned, clusters: clusters.selecting(reversed), from: RandomStream(seed: 1))
    #expect(a.pValue == c.pValue)
  }

  @Test("with one treated cluster the restricted bootstrap is far wider than the errors")
  func oneTreated() throws {
    let (x, y, clusters, _) = Self.data
    let treated = clusters.codes.map { $0 == 0 ? 1.0 : 0 }
    let fit = try LinearModel().fitted(
      Matrix(columns: [x.column(0), treated]), y, names: ["(Intercept)", "treated"])
    let result = try WildClusterBootstrap().test(
      [0, 1], in: fit, clusters: clusters, from: RandomStream(seed: 1))
    let row = try fit.coefficientTable(.clustered(by: [clusters], .cr1))[1]
    let width = (result.upper ?? .infinity) - (result.lower ?? -.infinity)
    #expect(width > 3 * (row.upper - row.lower) && result.pValue > 2 * row.pValue)
  }

  @Test("a model that is not linear is refused")
  func nonlinear() throws {
    let (x, y, clusters, _) = Self.data
    let design = try DesignMatrix(
      Formula("y ~ z | g"),
      Table(
        source: "memory",
        columns: [
          .init(name: "y", cells: .number(y.map { ($0 * $0).rounded() + 1 })),
          .init(name: "z", cells: .number(x.column(2))),
          .init(name: "g", cells: .text(clusters.codes.map { "\($0)" })),
        ]))
    let fit = try PoissonFixedEffects().fitted(design)
    let error = #expect(throws: Diagnostic.self) {
      try WildClusterBootstrap().test([1], in: fit, clusters: clusters, from: .init(seed: 1))
    }
    #expect(error?.code == .modelNotApplicable)
  }

  @Test(
    "Petersen's panel by years has the enumerated p-values of R's fwildclusterboot",
    .enabled(if: SharedData.isPresent))
  func petersen() throws {
    let checks = try SharedData.json("causal/petersen.oracle.json", as: JSON.self)["checks"]
    let table = try sharedTable("causal/petersen.csv")
    var options = DesignOptions()
    options.clusters = ["year"]
    let design = try DesignMatrix(Formula("y ~ x"), table, options)
    let fit = try LinearModel().fitted(design)
    for (r, expected) in [
      (0.95, 0.037109375), (1.0, 0.32421875), (1.1, 0.083984375), (1.12, 0.021484375),
    ] {
      let result = try WildClusterBootstrap().test(
        [0, 1], equals: r, in: fit, clusters: design.clusters[0], from: .init(seed: 1))
      #expect(result.pValue == expected)
    }
    let results = checks?["wild_cluster_year_enumerated"]?["results"]?.array ?? []
    let result = try WildClusterBootstrap().test(
      [0, 1], equals: 1, in: fit, clusters: design.clusters[0], from: .init(seed: 1))
    #expect(result.statistic.isClose(to: results[0].value("t"), relative: 1e-9))
    let interval = results[0].numbers("ci").map { $0 + 1 }
    // fwildclusterboot interpolates between steps of 1/1024 of the p-value.
    #expect(result.lower?.isClose(to: interval[0], absolute: 1e-4) == true)
    #expect(result.upper?.isClose(to: interval[1], absolute: 1e-4) == true)
    var jackknife = WildClusterBootstrap()
    jackknife.variance = .cr3
    let third = try jackknife.test(
      [0, 1], equals: 1, in: fit, clusters: design.clusters[0], from: .init(seed: 1))
    // The p-value of fwildclusterboot's type 13, 346/1024, is not that of refitting every sample
    // with CR3 in t and t*, which gives 332/1024 here and in numpy.
    #expect(third.pValue == 0.32421875)
    #expect(third.statistic.isClose(to: results[3].value("t"), relative: 1e-9))
    var unrestricted = WildClusterBootstrap()
    unrestricted.isRestricted = false
    let free = try unrestricted.test(
      [0, 1], equals: 1, in: fit, clusters: design.clusters[0], from: .init(seed: 1))
    #expect(free.pValue == results[5].value("p"))
  }

  @Test(
    "twelve states with castle laws have the enumerated p-values of brute force",
    .enabled(if: SharedData.isPresent))
  func castle() throws {
    let check = try SharedData.json("causal/castle.oracle.json", as: JSON.self)["checks"]?[
      "wild_cluster_few_clusters_bruteforce"]
    let full = try sharedTable("causal/castle.csv")
    for name in ["5treated_7control", "2treated_10control", "1treated_11control"] {
      let entry = check?["results"]?[name] ?? .null
      let states = Set(entry["states"]?.array?.compactMap(\.string) ?? [])
      let all = try full.text("state")
      let rows = all.indices.filter { states.contains(all[$0]) }
      let table = Table(
        source: "castle",
        columns: try full.columns.map { column in
          let cells = try full.text(column.name)
          return .init(name: column.name, cells: .text(rows.map { cells[$0] }))
        })
      var options = DesignOptions()
      options.clusters = ["state"]
      let design = try DesignMatrix(Formula("l_homicide ~ post | state + year"), table, options)
      let fit = try FixedEffectsModel().fitted(design)
      #expect(fit.coefficients[0].isClose(to: entry.value("coef"), relative: 1e-8))
      let result = try WildClusterBootstrap().test(
        [1], in: fit, clusters: design.clusters[0], from: .init(seed: 1))
      #expect(result.isEnumerated)
      #expect(result.pValue == entry.value("p_gt"), "\(name)")
    }
  }
}
