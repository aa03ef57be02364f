import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("caseload backtest") struct BacktestCommandTests {
  private static let yearly =
    "period,value\n" + (0..<12).map { "\(2010 + $0),\(100 + 7 * $0 + $0 % 3)\n" }.joined()
  private static let two =
    "court,period,value\n"
    + ["East", "West"].flatMap { court in
      (0..<12).map { "\(court),\(2010 + $0),\((court == "East" ? 100 : 900) + $0 * 7 % 13)\n" }
    }.joined()
  private static let usual = ["--horizon", "2", "--windows", "3", "--model", "naive,drift"]

  @Test("a pipe gets the columns of the contract, one row a window")
  func columns() throws {
    let outcome = try CommandRunner.run(["backtest", "-"] + Self.usual, input: Self.two)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(whereSeparator: \.isNewline)
    #expect(
      lines.first
        == "court,model,origin,mase,smape,rmsse,crps,msis,coverage80,coverage95")
    let rows = CommandRunner.rows(outcome.output)
    #expect(rows.count == 12)
    #expect(rows.prefix(3).map { $0["origin"] } == ["2017", "2018", "2019"])
    #expect(
      rows.map { $0["model"] }.prefix(6) == ["naive", "naive", "naive", "drift", "drift", "drift"])
  }

  @Test("the scores of a naive forecast are those of the definition")
  func scores() throws {
    let outcome = try CommandRunner.run(
      ["backtest", "-", "--horizon", "2", "--windows", "1", "--model", "naive"],
      input: "period,value\n1,10\n2,13\n3,11\n4,14\n5,10\n")
    let row = try #require(CommandRunner.rows(outcome.output).first)
    // The model sees 10, 13, 11 and forecasts 11 for 14 and 10; naive errors of 3 and 2.
    #expect(try #require(row["mase"].flatMap(Double.init)).isClose(to: 2 / 2.5, relative: 1e-14))
    let smape = (200 * 3.0 / 25 + 200 * 1.0 / 21) / 2
    #expect(try #require(row["smape"].flatMap(Double.init)).isClose(to: smape, relative: 1e-14))
    let rmsse = (5.0 / 6.5).squareRoot()
    #expect(try #require(row["rmsse"].flatMap(Double.init)).isClose(to: rmsse, relative: 1e-14))
    #expect(row["origin"] == "3")
  }

  @Test(
    "the number of threads changes no byte", arguments: ["csv", "json"], [true, false])
  func threads(format: String, isFixed: Bool) throws {
    let base =
      [
        "backtest", "Datasets/riverside", "--by", "court", "--horizon", "3", "--windows", "3",
        "--format", format,
      ] + (isFixed ? ["--fixed-parameters"] : [])
    let one = try CommandRunner.run(base + ["--threads", "1"])
    let two = try CommandRunner.run(base + ["--threads", "2"])
    #expect(one.status == 0)
    #expect(one.output == two.output)
  }

  @Test("a window without a forecast is a row with its reason, not dropped")
  func failures() throws {
    let arguments = [
      "backtest", "-", "--horizon", "1", "--windows", "11", "--model", "naive,drift",
    ]
    let outcome = try CommandRunner.run(arguments, input: Self.yearly)
    #expect(outcome.status == 0)
    let rows = CommandRunner.rows(outcome.output)
    #expect(rows.count == 22)
    #expect(rows.count { $0["mase"] == "" } == 1 + 2)
    #expect(outcome.errors.contains("warning[CL0301]"))
    let json = try CommandRunner.json(arguments, input: Self.yearly)
    let windows = try #require(json["payload"]?["series"]?.array?.first?["windows"]?.array)
    #expect(windows.first?["failure"]?["code"]?.string == "CL0301")
    #expect(windows.first?["scores"] == .null)
    let summary = try #require(json["payload"]?["summary"]?.array)
    #expect(summary.map { $0["failed"]?.number } == [1, 2])
    #expect(summary.map { $0["compared"]?.number } == [9, 9])
  }

  @Test("a constant series has no scaled scores, and no infinity")
  func constant() throws {
    let input = "period,value\n" + (0..<8).map { "\(2010 + $0),5\n" }.joined()
    let outcome = try CommandRunner.run(["backtest", "-"] + Self.usual, input: input)
    #expect(outcome.status == 0)
    for row in CommandRunner.rows(outcome.output) {
      #expect(row["mase"] == "" && row["rmsse"] == "" && row["msis"] == "")
      #expect(row["smape"] == "0" && row["crps"] == "0" && row["coverage95"] == "1")
    }
  }

  @Test("the table begins with the summary, in both languages")
  func table() throws {
    for (language, words) in [
      ("en", ["Backtest of 2 models on 2 series", "rank", "Friedman"]),
      ("zh", ["在 2 个序列上回测 2 个模型", "平均秩", "Friedman 检验"]),
    ] {
      let outcome = try CommandRunner.run(
        ["backtest", "-", "--format", "table", "--lang", language] + Self.usual, input: Self.two)
      #expect(outcome.status == 0)
      for word in words { #expect(outcome.output.contains(word), "\(word)") }
      #expect(outcome.output.hasPrefix(words[0]))
    }
  }

  @Test("the scores that are asked for, in that order")
  func metrics() throws {
    let outcome = try CommandRunner.run(
      ["backtest", "-", "--metrics", "wis,mae"] + Self.usual, input: Self.yearly)
    #expect(
      outcome.output.split(whereSeparator: \.isNewline).first == "model,origin,wis,mae")
  }

  @Test(
    "what cannot be done is refused before the data are read",
    arguments: [
      (["--model", "naiv"], "naive"), (["--metrics", "mas"], "mase"),
      (["--model", "naive,naive"], "twice"), (["--windows", "0"], "windows"),
      (["--step", "0"], "step"), (["--threads", "0"], "threads"),
      (["--window", "12", "--fixed-parameters"], "fixed"), (["--model", ","], "model"),
      (["--metrics", ","], "score"),
    ])
  func refusals(extra: [String], word: String) throws {
    let base = extra.contains("--windows") ? [] : ["--windows", "2"]
    let outcome = try CommandRunner.run(
      ["backtest", "absent.csv", "--horizon", "2"] + base + extra)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(word))
  }

  @Test("a series that is too short for any window is an error with its reason")
  func tooShort() throws {
    let outcome = try CommandRunner.run(
      ["backtest", "-", "--horizon", "6", "--windows", "2"], input: "period,value\n1,1\n2,2\n")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("error[CL0301]"))
  }

  @Test("a dry run says what would be done")
  func dryRun() throws {
    let outcome = try CommandRunner.run(
      ["backtest", "Datasets/riverside", "--by", "court", "--dry-run"] + Self.usual)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("models: naive,drift"))
  }
}
