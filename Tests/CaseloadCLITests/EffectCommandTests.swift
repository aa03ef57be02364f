import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("The effect and study commands")
struct EffectCommandTests {
  private static let series =
    "period,value\n"
    + (0..<60).map { "\(2015 + $0 / 12)-\($0 % 12 + 1),\(100 + $0 * 7 % 11 + ($0 < 40 ? 0 : 9))\n" }
    .joined().replacing(/-(\d),/) { "-0\($0.1)," }

  private static let panel =
    "court,period,filings,from,judges\n"
    + ["A", "B", "C", "D"].enumerated().flatMap { unit, court in
      (0..<20).map { t in
        let start = unit < 2 ? "2012" : ""
        let drop = unit < 2 && t >= 12 ? 15 : 0
        return
          "\(court),\(2000 + t),\(90 + 10 * unit + (t * 7 + unit * 3) % 9 - drop),\(start),\(3 + unit)\n"
      }
    }.joined()

  private static let panelOptions = [
    "-", "--outcome", "filings", "--unit", "court", "--time", "period", "--treated-from", "from",
  ]

  @Test("the study is shown without an estimate")
  func study() throws {
    let outcome = try CommandRunner.run(
      ["study"] + Self.panelOptions, input: Self.panel)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("4 units over 20 periods"))
    #expect(outcome.output.contains("2012  2 units, 12 periods before, 8 after: A, B"))
    #expect(!outcome.output.contains("lower") && !outcome.output.contains("95 %"))
    for (view, header) in [
      ("cohorts", "start,units"), ("support", "eventTime,"), ("designs", "design,name"),
    ] {
      let rows = try CommandRunner.run(
        ["study"] + Self.panelOptions + ["--view", view, "--format", "csv"], input: Self.panel)
      #expect(rows.output.hasPrefix(header))
    }
  }

  @Test(
    "each view has its rows, with a column of designs where there are several",
    arguments: [
      ("estimates", "term,estimate"), ("path", "period,eventTime"), ("cells", "cohort,period"),
      ("checks", "check,name"), ("quantities", "quantity,name"), ("weights", "unit,weight"),
      ("assumptions", "assumption,verdict"), ("comparisons", "kind,treated"),
    ])
  func views(view: String, header: String) throws {
    let arguments = ["effect", "-", "--from", "2018-05", "--format", "csv", "--view", view]
    let one = try CommandRunner.run(arguments, input: Self.series)
    #expect(one.status == 0 && one.output.hasPrefix(header), "\(one.errors)")
    let several = try CommandRunner.run(arguments + ["--design", "its,did"], input: Self.series)
    #expect(several.output.hasPrefix("design," + header))
  }

  @Test("without a view, csv is the path of one design and the estimates of several")
  func defaultView() throws {
    let arguments = ["effect", "-", "--from", "2018-05", "--format", "csv"]
    #expect(try CommandRunner.run(arguments, input: Self.series).output.hasPrefix("period,"))
    let all = try CommandRunner.run(arguments + ["--design", "its,did"], input: Self.series)
    let rows = CommandRunner.rows(all.output)
    #expect(rows.contains { $0["design"] == "its" && $0["term"] == "average" })
  }

  @Test("the same numbers stand in text, csv, json, markdown and LaTeX")
  func sameNumbers() throws {
    let arguments = ["effect", "-", "--from", "2018-05", "--design", "its,did"]
    let json = try CommandRunner.json(arguments, input: Self.series)
    let its = try #require(json["payload"]?.array?.first { $0["design"]?.string == "its" })
    let value = try #require(its["average"]?["value"]?.number)
    let csv = try CommandRunner.run(arguments + ["--format", "csv"], input: Self.series)
    let row = CommandRunner.rows(csv.output).first {
      $0["design"] == "its" && $0["term"] == "average"
    }
    #expect(row?["estimate"].flatMap(Double.init) == value)
    let shown = NumberText.decimal(value, 1).en
    for format in ["table", "md", "latex"] {
      let text = try CommandRunner.run(arguments + ["--format", format], input: Self.series)
      #expect(text.output.contains(shown), "\(format): \(text.output)")
    }
  }

  @Test("a chart is written as its file's name says, and needs no tool as Vega-Lite")
  func chart() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).vl.json")
    defer { try? FileManager.default.removeItem(at: file) }
    let outcome = try CommandRunner.run(
      ["effect", "-", "--from", "2018-05", "-o", file.path], input: Self.series)
    #expect(outcome.status == 0)
    let json = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file))
    #expect(json["$schema"]?.string?.contains("vega-lite") == true)
    #expect(json["title"]?["text"]?.array?.first?.string?.contains("than without") == true)
  }

  @Test("the first sentence answers, and a margin too small to matter changes the words")
  func words() throws {
    let arguments = ["effect", "-", "--from", "2018-05"]
    let plain = try CommandRunner.run(arguments, input: Self.series)
    #expect(plain.output.contains("the values were on average"))
    #expect(plain.output.contains("rules out no change and a fall"))
    let wide = try CommandRunner.run(arguments + ["--negligible", "50"], input: Self.series)
    #expect(wide.output.contains("rule out a change that matters"))
    let bad = try CommandRunner.run(arguments + ["--negligible", "-1"], input: Self.series)
    #expect(bad.status == 64)
  }

  @Test("designs are chosen by name, mistakes are answered, and options go where they are known")
  func designs() throws {
    let typo = try CommandRunner.run(
      ["effect", "-", "--from", "2018-05", "--design", "itss"], input: Self.series)
    #expect(typo.status == 64 && typo.errors.contains("Did you mean 'its'"))
    let option = try CommandRunner.run(
      ["effect", "-", "--from", "2018-05", "--design", "its,did", "--set", "sesson=false"],
      input: Self.series)
    #expect(option.status == 64 && option.errors.contains("Did you mean 'season'"))
    let known = try CommandRunner.json(
      ["effect", "-", "--from", "2018-05", "--design", "its,did", "--set", "effect=level"],
      input: Self.series)
    let its = known["payload"]?.array?.first { $0["design"]?.string == "its" }
    #expect(its?["slopeChange"] == .null)
  }

  @Test(
    "a study that cannot be is refused with its place",
    arguments: [
      ("A,2005,", "A,2004,", "CL0203"), ("B,2003,1", "B,2003,x1", "CL0201"),
      ("A,2010,", "A,year,", "CL0205"),
    ])
  func refused(old: String, new: String, code: String) throws {
    for command in ["effect", "study"] {
      let outcome = try CommandRunner.run(
        [command] + Self.panelOptions, input: Self.panel.replacing(old, with: new))
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("error[\(code)]") && outcome.errors.contains("row "))
    }
  }

  @Test("a unit with two starts is refused with both")
  func twoStarts() throws {
    let broken = Self.panel.replacing(/(A,2007,\d+),2012/) { "\($0.1),2013" }
    let outcome = try CommandRunner.run(["effect"] + Self.panelOptions, input: broken)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("'2012' in row 2 and '2013'"))
    #expect(outcome.errors.contains("row 9, column from, series A, period 2007"))
  }

  @Test("two runs with one seed give the same bytes")
  func reproducible() throws {
    let arguments = ["effect"] + Self.panelOptions + ["--design", "its,did", "--format", "json"]
    let first = try CommandRunner.run(arguments + ["--seed", "7"], input: Self.panel)
    let second = try CommandRunner.run(arguments + ["--seed", "7"], input: Self.panel)
    #expect(first.status == 0 && first.output == second.output)
  }

  @Test("Chinese words have full-width marks", arguments: ["study", "effect"])
  func chineseMarks(command: String) throws {
    let designs = command == "effect" ? ["--design", "did,twfe,imputation", "--no-checks"] : []
    let outcome = try CommandRunner.run(
      [command] + Self.panelOptions + designs + ["--lang", "zh"], input: Self.panel)
    #expect(outcome.status == 0)
    for line in (outcome.output + outcome.errors).split(whereSeparator: \.isNewline) {
      #expect(line.firstMatch(of: /\p{Han}[,:;()]|[,:;()]\p{Han}/) == nil, "\(line)")
    }
  }
}
