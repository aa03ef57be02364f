import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

/// Tests of models and of many coefficients at once, as a user asks for them.
@Suite("The regress command's tests") struct RegressTestingTests {
  private static let panel = RegressCommandTests.panel
  private static let nested = [
    "regress", "-", "--formula", "filings ~ judges", "--formula", "filings ~ judges + programme",
    "--formula", "filings ~ judges + programme + court", "--tests", "likelihood-ratio",
  ]

  @Test("several formulas are compared each with the one before, one alone with its intercept")
  func likelihoodRatio() throws {
    let json = try CommandRunner.json(Self.nested, input: Self.panel)
    let models = json["payload"]?["models"]?.array ?? []
    let tests = models.map { $0["tests"]?.array ?? [] }
    #expect(tests.map(\.count) == [0, 1, 1])
    let degrees = tests.compactMap { $0.first?["degreesOfFreedom"]?["numerator"]?.number }
    #expect(degrees == [1, 5])
    for k in 1...2 {
      let values = [k - 1, k].map { models[$0]["logLikelihood"]?.number ?? .nan }
      let statistic = tests[k].first?["statistic"]?.number ?? .nan
      #expect(statistic.isClose(to: 2 * (values[1] - values[0]), relative: 1e-9))
    }
    let alone = try CommandRunner.json(
      ["regress", "-", "--formula", "filings ~ judges", "--tests", "likelihood-ratio,condition"],
      input: Self.panel)
    let payload = try #require(alone["payload"])
    #expect(payload["tests"]?.array?.count == 1 && payload["conditionNumber"]?.number != nil)
  }

  @Test("other tests are of each formula, and likelihood-ratio beside them of pairs")
  func besideOthers() throws {
    let outcome = try CommandRunner.run(
      [
        "regress", "-", "--quiet", "--formula", "filings ~ judges", "--formula",
        "filings ~ judges + programme", "--tests", "white,likelihood-ratio", "--view", "tests",
      ], input: Self.panel)
    let rows = CommandRunner.rows(outcome.output)
    #expect(
      rows.map { "\($0["model"] ?? "") \($0["test"] ?? "")" } == [
        "1 white", "2 white", "2 likelihood-ratio",
      ])
  }

  @Test(
    "tests, hypotheses and adjusted p-values stand in every format",
    arguments: ["table", "md", "latex", "html"])
  func formats(_ format: String) throws {
    let outcome = try CommandRunner.run(
      Self.nested + [
        "--hypothesis", "judges", "--adjust", "romano-wolf:99", "--adjust-terms", "judges",
        "--format", format,
      ], input: Self.panel)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for words in ["Likelihood-ratio test", "judges", "Adjusted p-values", "99 draws", "48 rows"] {
      #expect(outcome.output.contains(words), "\(words) in \(format)")
    }
    let conventions = outcome.output.components(separatedBy: "Romano and Wolf's step-down")
    #expect(conventions.count == 2 || format == "table")
    let chinese = try CommandRunner.run(
      Self.nested + ["--format", format, "--lang", "zh"], input: Self.panel)
    #expect(chinese.output.contains("似然比检验"))
  }

  @Test("Romano and Wolf's p-values of outcomes together, by seed, beside the others' of each")
  func romanoWolf() throws {
    let arguments = [
      "regress", "-", "--quiet", "--formula", "filings ~ programme + judges", "--formula",
      "price ~ programme + judges", "--cluster", "court", "--adjust-terms", "prog*",
    ]
    func adjusted(_ options: [String]) throws -> [Double] {
      let outcome = try CommandRunner.run(arguments + options, input: Self.panel)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = CommandRunner.rows(outcome.output)
      #expect(
        rows.filter { $0["adjustedPValue"] != "" }.map { $0["term"] } == ["programme", "programme"])
      return rows.compactMap { Double($0["adjustedPValue"] ?? "") }
    }
    let all = try adjusted(["--adjust", "romano-wolf"])
    // Six courts have 64 sign vectors.
    #expect(all.allSatisfy { ($0 * 64).rounded() == $0 * 64 && $0 > 0 })
    let drawn = try adjusted(["--adjust", "romano-wolf:webb:499", "--seed", "5"])
    #expect(drawn == (try adjusted(["--adjust", "romano-wolf:webb:499", "--seed", "5"])))
    #expect(drawn != (try adjusted(["--adjust", "romano-wolf:webb:499", "--seed", "6"])))
    #expect(drawn.allSatisfy { ($0 * 500).isClose(to: ($0 * 500).rounded(), absolute: 1e-9) })
    // Of one term a model the others change nothing.
    let plain = try adjusted(["--adjust", "holm"])
    let rows = CommandRunner.rows(
      try CommandRunner.run(Array(arguments.dropLast(2)), input: Self.panel).output)
    let own = rows.filter { $0["term"] == "programme" }.compactMap { Double($0["pValue"] ?? "") }
    #expect(plain == own)
  }

  @Test("the seed of draws is in the result, and of an enumeration there is none")
  func seed() throws {
    func seed(_ adjustment: String) throws -> JSON? {
      let json = try CommandRunner.json(
        [
          "regress", "-", "--formula", "filings ~ judges", "--cluster", "court", "--adjust",
          adjustment, "--seed", "7",
        ], input: Self.panel)
      #expect(json["payload"]?["adjustmentNote"]?["zh"]?.string?.contains("Romano–Wolf") == true)
      return json["seed"]
    }
    #expect(try seed("romano-wolf:webb:99")?.number == 7)
    #expect(try seed("romano-wolf")?.number == nil)
  }

  @Test("joint hypotheses under CR2 are Hotelling's, and say so")
  func hotelling() throws {
    let json = try CommandRunner.json(
      [
        "regress", "-", "--formula", "filings ~ judges + price", "--cluster", "court",
        "--covariance", "cr2", "--hypothesis", "judges; price",
      ], input: Self.panel)
    let test = try #require(json["payload"]?["hypotheses"]?.array?.first?["test"])
    #expect(test["id"]?.string == "hotelling")
    #expect((test["degreesOfFreedom"]?["denominator"]?.number ?? 9) < 5)
    #expect(test["detail"]?["en"]?.string?.contains("Tipton") == true)
  }

  @Test("fixed effects alone have figures in every format")
  func effectsAlone() throws {
    for format in ["table", "csv", "json", "jsonl", "md", "latex", "html"] {
      let outcome = try CommandRunner.run(
        ["regress", "-", "--formula", "filings ~ 1 | court", "--format", format],
        input: Self.panel)
      #expect(outcome.status == 0, "\(format): \(outcome.errors)")
      if !["csv", "jsonl"].contains(format) {
        #expect(outcome.output.contains(format == "json" ? "rSquared" : "no coefficient"))
      }
    }
  }

  @Test(
    "what cannot be tested is answered with the reason",
    arguments: [
      (
        [
          "--formula", "filings ~ judges + cost", "--formula", "filings ~ judges + price",
          "--tests", "likelihood-ratio",
        ], "not nested", "CL0302"
      ),
      (
        [
          "--formula", "filings ~ judges", "--family", "quasi-poisson", "--tests",
          "likelihood-ratio",
        ], "quasi-likelihood", "CL0302"
      ),
      (
        ["--formula", "filings ~ judges", "--estimator", "huber", "--tests", "likelihood-ratio"],
        "maximum likelihood", "CL0302"
      ),
      (
        ["--formula", "filings ~ judges", "--adjust", "romano-wolff"], "Did you mean 'romano-wolf'",
        "CL0801"
      ),
      (["--formula", "filings ~ judges", "--adjust", "romano-wolf:beta"], "'beta'", "CL0802"),
      (["--formula", "filings ~ judges", "--adjust-terms", "judges"], "--adjust", "CL0803"),
      (
        ["--formula", "filings ~ judges", "--adjust", "holm", "--adjust-terms", "jugdes"],
        "Did you mean 'judges'", "CL0801"
      ),
      (
        ["--formula", "filings ~ judges", "--family", "poisson", "--adjust", "romano-wolf"],
        "linear", "CL0302"
      ),
      (["--formula", "filings ~ 1", "--adjust", "romano-wolf"], "no term", "CL0802"),
    ])
  func refused(_ arguments: [String], _ mentions: String, _ code: String) throws {
    let outcome = try CommandRunner.run(["regress", "-"] + arguments, input: Self.panel)
    #expect(outcome.status != 0 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("error[\(code)]"), "\(outcome.errors)")
    #expect(outcome.errors.contains(mentions), "\(outcome.errors)")
  }
}
