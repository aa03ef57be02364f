import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("The regress command") struct RegressCommandTests {
  /// Six courts over eight years: filings, judges, a programme from 2014 in three courts.
  static let panel: String = {
    var text = "court,year,filings,judges,programme,price,cost,size\n"
    for (c, court) in ["East", "West", "North", "South", "River", "Lake"].enumerated() {
      for t in 0..<8 {
        let programme = c < 3 && t >= 4 ? 1 : 0
        let wave = (c * 7 + t * 5) % 11
        let filings = 200 + 35 * c + 9 * t - 22 * programme + wave
        let judges = 4 + c + (t + 2 * c) % 3
        let cost = (3 * c + 4 * t) % 7
        let price = 2 * cost + wave % 4
        text +=
          "\(court),\(2010 + t),\(filings),\(judges),\(programme),\(price),\(cost),\(10 + c)\n"
      }
    }
    return text
  }()

  private static func rows(_ arguments: [String], input: String = panel) throws
    -> [[String: String]]
  {
    let outcome = try CommandRunner.run(["regress", "-", "--quiet"] + arguments, input: input)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return CommandRunner.rows(outcome.output)
  }

  @Test("the columns are the contract's")
  func columns() throws {
    let outcome = try CommandRunner.run(
      ["regress", "-", "--formula", "filings ~ judges"], input: Self.panel)
    #expect(
      outcome.output.hasPrefix("term,estimate,standardError,statistic,pValue,lower,upper\n"))
    #expect(CommandRunner.rows(outcome.output).map { $0["term"] } == ["(Intercept)", "judges"])
  }

  @Test("effects behind the bar give what dummies give, and so does --fixed-effects")
  func fixedEffects() throws {
    let dummies = try Self.rows(["--formula", "filings ~ programme + court + C(year)"])
    let absorbed = try Self.rows(["--formula", "filings ~ programme | court + year"])
    let option = try Self.rows(
      ["--formula", "filings ~ programme", "--fixed-effects", "court,year"])
    let expected = try #require(dummies.first { $0["term"] == "programme" })
    for rows in [absorbed, option] {
      #expect(rows.count == 1)
      for name in ["estimate", "standardError", "pValue"] {
        let (a, b) = (Double(rows[0][name] ?? "") ?? .nan, Double(expected[name] ?? "") ?? .nan)
        #expect(a.isClose(to: b, relative: 1e-9), "\(name)")
      }
    }
  }

  @Test(
    "every covariance, estimator and family answers",
    arguments: [
      "--covariance hc3", "--covariance newey-west:2 --estimator ols", "--covariance jackknife",
      "--covariance andrews:raw", "--cluster court --covariance cr2",
      "--cluster court,year --covariance cr1:each", "--cluster court --covariance wild:webb:199",
      "--covariance driscoll-kraay:1 --time year --unit court", "--weights size",
      "--family poisson", "--family quasi-poisson --covariance hc1", "--family gamma:log",
      "--family negative-binomial", "--estimator ridge --set penalty=3",
      "--estimator quantile --set quantile=0.75", "--estimator mm", "--estimator huber",
      "--estimator prais-winsten", "--estimator gls --set order=2", "--estimator ar1",
    ])
  func answers(_ options: String) throws {
    let rows = try Self.rows(
      ["--formula", "filings ~ judges + programme"] + options.split(separator: " ").map(String.init)
    )
    #expect(rows.count == 3)
    for row in rows {
      #expect((Double(row["standardError"] ?? "") ?? 0) > 0, "\(options) \(row)")
      #expect(Double(row["estimate"] ?? "") != nil)
    }
  }

  @Test("instruments follow the bar, and random effects take the place of fixed ones")
  func instruments() throws {
    let rows = try Self.rows(["--formula", "filings ~ judges | price ~ cost"])
    #expect(rows.map { $0["term"] } == ["(Intercept)", "price", "judges"])
    let random = try Self.rows(
      ["--formula", "filings ~ programme | court", "--estimator", "random-effects"])
    #expect(random.map { $0["term"] } == ["(Intercept)", "programme"])
  }

  @Test("several models stand side by side, and their rows are told apart")
  func comparison() throws {
    let arguments = [
      "--formula", "filings ~ judges", "--formula", "filings ~ judges | court", "--cluster",
      "court",
    ]
    let rows = try Self.rows(arguments)
    #expect(rows.map { $0["model"] } == ["1", "1", "2"])
    let table = try CommandRunner.run(
      ["regress", "-", "--format", "table"] + arguments, input: Self.panel)
    #expect(table.output.contains("(1)") && table.output.contains("(2)"))
    #expect(table.output.contains("clustered by court (6)"))
    let json = try CommandRunner.json(["regress", "-"] + arguments, input: Self.panel)
    #expect(json["payload"]?["models"]?.array?.count == 2)
  }

  @Test(
    "a table is written for papers and pages",
    arguments: [("latex", "\\toprule"), ("html", "<table"), ("md", "| ---")])
  func formats(_ format: String, _ mark: String) throws {
    let outcome = try CommandRunner.run(
      ["regress", "-", "--format", format, "--formula", "filings ~ judges + court"],
      input: Self.panel)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(mark) || outcome.output.contains("---"))
    #expect(outcome.output.contains("judges"))
  }

  @Test("another command's result is not written as LaTeX")
  func latexElsewhere() throws {
    let outcome = try CommandRunner.run(
      ["inspect", "Datasets/riverside", "--format", "latex"], input: "")
    #expect(outcome.status == 64 && outcome.errors.contains("caseload regress"))
  }

  @Test("tests, hypotheses and adjusted p-values are in the payload")
  func tests() throws {
    let json = try CommandRunner.json(
      [
        "regress", "-", "--formula", "filings ~ judges + programme", "--tests",
        "breusch-pagan,vif,condition", "--hypothesis", "judges = programme", "--adjust", "holm",
      ], input: Self.panel)
    let payload = try #require(json["payload"])
    #expect(payload["tests"]?.array?.first?["id"]?.string == "breusch-pagan")
    #expect(payload["inflationFactors"]?.array?.count == 2)
    #expect((payload["conditionNumber"]?.number ?? 0) > 1)
    let test = payload["hypotheses"]?.array?.first?["test"]
    #expect(test?["pValue"]?.number != nil)
    #expect(payload["adjustedPValues"]?.array?.first == .null)
    #expect(payload["adjustedPValues"]?.array?.count == 3)
  }

  @Test("predictions are at the rows of the new data, with both intervals")
  func predictions() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try "court,judges\nEast,5\nLake,\nLake,9\n".write(to: file, atomically: true, encoding: .utf8)
    let rows = try Self.rows(
      ["--formula", "filings ~ judges + court", "--predict", file.path, "--view", "predictions"])
    #expect(rows.map { $0["row"] } == ["1", "3"])
    let numbers = ["observationLower", "lower", "mean", "upper", "observationUpper"].map {
      Double(rows[0][$0] ?? "") ?? .nan
    }
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("dependent columns are left out with a warning that names them")
  func collinear() throws {
    let outcome = try CommandRunner.run(
      ["regress", "-", "--formula", "filings ~ judges + I(2 * judges + 1)"], input: Self.panel)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning[CL0304]"))
    #expect(outcome.errors.contains("I(2 * judges + 1)"))
    #expect(CommandRunner.rows(outcome.output).count == 2)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let code: String
    let mentions: String
    var input = RegressCommandTests.panel
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(
    "bad input is answered with what and where",
    arguments: [
      Refusal(
        arguments: ["--formula", "filings ~ judges + (year"], status: 64, code: "CL0305",
        mentions: "^"),
      Refusal(
        arguments: ["--formula", "filings ~ jugdes"], status: 65, code: "CL0106",
        mentions: "Did you mean 'judges'"),
      Refusal(
        arguments: ["--formula", "y ~ g"], status: 65, code: "CL0304", mentions: "g has 1 level",
        input: "y,g\n1,a\n2,a\n4,a\n"),
      Refusal(
        arguments: ["--formula", "y ~ x"], status: 65, code: "CL0107", mentions: "x in 3",
        input: "y,x\n1,\n2,\n4,\n"),
      Refusal(
        arguments: ["--formula", "y ~ x", "--weights", "w"], status: 65, code: "CL0208",
        mentions: "row 3, column w", input: "y,x,w\n1,1,1\n2,3,-2\n4,4,1\n"),
      Refusal(
        arguments: ["--formula", "y ~ a + b + c"], status: 65, code: "CL0301",
        mentions: "3 observations", input: "y,a,b,c\n1,1,2,3\n2,3,1,5\n4,4,7,1\n"),
      Refusal(
        arguments: ["--formula", "y ~ x", "--family", "binomial"], status: 65, code: "CL0308",
        mentions: "x", input: "y,x\n0,1\n0,2\n0,3\n1,4\n1,5\n1,6\n"),
      Refusal(
        arguments: ["--formula", "filings ~ judges", "--cluster", "cort"], status: 65,
        code: "CL0106", mentions: "Did you mean 'court'"),
      Refusal(
        arguments: ["--formula", "filings ~ judges", "--covariance", "cr1"], status: 64,
        code: "CL0803", mentions: "--cluster"),
      Refusal(
        arguments: [
          "--formula", "filings ~ judges", "--covariance", "newey-west", "--time", "year",
        ],
        status: 65, code: "CL0302", mentions: "driscoll-kraay"),
      Refusal(
        arguments: ["--formula", "filings ~ judges", "--hypothesis", "jugdes = 1"], status: 64,
        code: "CL0801", mentions: "Did you mean 'judges'"),
      Refusal(
        arguments: ["--formula", "filings ~ judges", "--family", "poison"], status: 64,
        code: "CL0801", mentions: "Did you mean 'poisson'"),
      Refusal(
        arguments: [
          "--formula", "filings ~ judges", "--estimator", "quantile", "--set", "quantile=2",
        ],
        status: 64, code: "CL0802", mentions: "2"),
      Refusal(
        arguments: ["--formula", "filings ~ size | court"], status: 65, code: "CL0303",
        mentions: "size"),
    ])
  func refused(_ example: Refusal) throws {
    let outcome = try CommandRunner.run(
      ["regress", "-"] + example.arguments, input: example.input)
    #expect(outcome.status == example.status, "\(outcome.errors)")
    #expect(outcome.errors.contains("error[\(example.code)]"), "\(outcome.errors)")
    #expect(outcome.errors.contains(example.mentions), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("counts that are not whole are a warning, and the answer is there")
  func nonIntegerCounts() throws {
    let outcome = try CommandRunner.run(
      ["regress", "-", "--formula", "y ~ x", "--family", "poisson"],
      input: "y,x\n1.5,1\n2,3\n4,4\n3,7\n")
    #expect(outcome.status == 0 && outcome.errors.contains("warning[CL0309]"))
    #expect(CommandRunner.rows(outcome.output).count == 2)
  }

  @Test("the same command gives the same bytes, on one thread and on two")
  func reproducible() throws {
    let arguments = [
      "regress", "-", "--formula", "filings ~ judges + programme | court + year", "--cluster",
      "court", "--covariance", "wild:webb:499", "--format", "json", "--threads",
    ]
    let one = try CommandRunner.run(arguments + ["1"], input: Self.panel)
    let two = try CommandRunner.run(arguments + ["2"], input: Self.panel)
    #expect(one.status == 0 && one.output == two.output)
  }
}
