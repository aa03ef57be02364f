import CaseloadData
import CaseloadMath
import CaseloadRegression
import Testing

@testable import CaseloadReport

/// Tables of models that were fitted, not made up.
@Suite struct RegressionTableFitTests {
  private static let table: Table = {
    var draws = RandomStream(seed: 11)
    var (courts, months): ([String], [String]) = ([], [])
    var (filings, judges, mediation): ([Double], [Double], [Double]) = ([], [], [])
    for court in 0..<12 {
      for month in 0..<10 {
        courts.append("C\(court)")
        months.append("M\(month)")
        let bench = 5 + Double(court) + 3 * draws.uniform()
        let treated = month > 4 && court % 2 == 1 ? 1.0 : 0
        judges.append(bench)
        mediation.append(treated)
        filings.append(exp(2 + 0.05 * bench - 0.2 * treated + 0.2 * draws.normal()).rounded())
      }
    }
    return Table(
      source: "simulated",
      columns: [
        .init(name: "court", cells: .text(courts)), .init(name: "month", cells: .text(months)),
        .init(name: "filings", cells: .number(filings)),
        .init(name: "judges", cells: .number(judges)),
        .init(name: "mediation", cells: .number(mediation)),
      ])
  }()

  private static func summary(
    _ formula: String, family: Family = .gaussian, estimator: RegressionEstimator = .standard,
    covariance: String? = nil, clusters: [String] = []
  ) async throws -> ModelSummary {
    var specification = try RegressionSpecification(formula)
    specification.family = family
    specification.estimator = estimator
    specification.covariance = covariance
    specification.design.clusters = clusters
    return try await specification.fitted(to: table).summary
  }

  @Test("every estimator and family has a name in both languages and a place in the table")
  func estimators() async throws {
    let formula = "filings ~ mediation + judges"
    var models: [ModelSummary] = []
    for estimator in RegressionEstimator.allCases {
      let own =
        switch estimator {
        case .twoStage, .liml, .momentMethod: "filings ~ 1 | judges ~ mediation + month"
        case .randomEffects: "filings ~ mediation + judges | court"
        default: formula
        }
      models.append(try await Self.summary(own, estimator: estimator))
    }
    for family in [Family.poisson, .quasiPoisson, .negativeBinomial, .gamma] {
      models.append(try await Self.summary(formula, family: family))
    }
    models.append(
      try await Self.summary("filings ~ mediation | court + month", clusters: ["court"]))
    for language in Language.allCases {
      var options = RegressionTable.Options()
      options.language = language
      let table = try RegressionTable(models: models, options: options)
      let families = table.layout.header[1].map { $0.text[language] }
      #expect(Set(families).count >= models.count - 1)
      #expect(!families.contains { models.map(\.family).contains($0) })
      let rows = RenderedTable(markdown: table.markdown).rows
      #expect(rows.count { $0.label == (language == .zh ? "观测数" : "Observations") } == 1)
      for model in models {
        let single = try RegressionTable(models: [model], options: options)
        for format in RegressionTable.Format.allCases {
          #expect(!single.rendered(format).contains("nan"))
        }
      }
    }
  }

  @Test("clustered and bootstrapped columns stand side by side, each with its words")
  func bootstrap() async throws {
    let formula = "filings ~ mediation + judges"
    let models = [
      try await Self.summary(formula, covariance: "cr2", clusters: ["court"]),
      try await Self.summary(formula, covariance: "wild", clusters: ["court"]),
    ]
    let notes = try RegressionTable(models: models).layout.notes.map(\.en)
    #expect(notes.contains { $0.hasPrefix("Column 1: Standard errors clustered by court (12)") })
    #expect(notes.contains { $0.hasPrefix("Column 2: p-values and intervals by the") })
    let references = notes.filter { $0.contains("refer to") }
    #expect(references.count == 1)
    #expect(references[0].hasSuffix("by coefficient (column 1)."))
    // Alone, draws take the place of any distribution.
    let single = try RegressionTable(models: [models[1]])
    #expect(!single.layout.notes.contains { $0.en.contains("refer to") })
    #expect(single.layout.header[1].map(\.text.en).contains("t"))
  }
}
