import CaseloadCourt
import CaseloadData
import CaseloadEffects
import CaseloadForecasting
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadReport

/// Reports from a small simulated court and from the article's figures.
enum SampleReports {
  static let series: TimeSeries = {
    var draws = RandomStream(seed: 5)
    let values = (0..<72).map { t -> Double in
      let trend = 200 + 1.5 * Double(t)
      let winter = t % 12 == 1 ? -40.0 : 0
      return (trend + winter + 6 * draws.normal()).rounded()
    }
    return TimeSeries(
      name: Text(en: "cases filed", zh: "新收案件"), unit: Text(en: "cases", zh: "件"),
      start: .month(2018, 1), values: values)
  }()

  static func data() throws -> Report { Report(try dataInputs()) }

  static func dataInputs() throws -> ReportInputs {
    let panel = Panel(
      keyNames: ["caseType"],
      entries: [
        Panel.Entry(key: ["civil"], series: series),
        Panel.Entry(key: ["criminal"], series: series.replacing(series.values.map { $0 / 4 })),
      ])
    var inputs = ReportInputs(
      title: Text(en: "Test court", zh: "测试法院"), sources: ["made up"], panel: panel,
      version: "0")
    let total = try panel.total()
    inputs.total = total
    for (index, entry) in panel.entries.enumerated() {
      inputs.growth.append(
        (
          entry.key[0],
          try Growth(of: entry.series, from: RandomStream(seed: UInt64(index)))
        ))
    }
    inputs.growth.append(("", try Growth(of: total, from: RandomStream(seed: 9))))
    inputs.forecast = try Forecast(
      total, model: Automatic(), horizon: 12)
    let study = try Study(series, from: .month(2021, 1))
    inputs.study = study
    inputs.effect = try InterruptedTimeSeries().estimate(study, level: 0.95)
    let flows = CourtWorkload.Series(
      incoming: series, resolved: series.replacing(series.values.map { $0 - 2 }),
      pending: TimeSeries(
        measure: .stock, start: series.start,
        values: series.values.indices.map { 500 + 2 * Double($0) }),
      judges: TimeSeries(
        measure: .stock, start: series.start, values: series.values.map { _ in 14 }))
    let workload = try CourtWorkload(key: ["court"], flows)
    inputs.account = WorkloadAccount(
      keyNames: ["court"],
      courts: [
        WorkloadAccount.Court(
          label: "court", workload: workload,
          projection: try WorkloadProjection(
            workload, flows, model: Drift(), from: RandomStream(seed: 3)))
      ], statedCasesPerJudge: nil, statedJudges: nil, capacity: nil, needs: [], notComputable: [])
    return inputs
  }

  static func figures() throws -> Report { Report(try figureInputs()) }

  static func figureInputs() throws -> ReportInputs {
    func figure(
      _ id: String, _ metric: String, _ text: String, _ from: Period, _ to: Period,
      _ scope: String, _ claim: PublishedFigure.Claim? = nil
    ) -> PublishedFigure {
      PublishedFigure(
        id: id, metric: metric, name: Text(en: "cases accepted", zh: "受理案件数"),
        value: Double(text), text: text,
        unit: claim == nil ? Text(en: "cases", zh: "件") : Text("%"),
        from: from, to: to, scope: scope, claim: claim, quote: "引文")
    }
    let (year13, year19) = (Period.year(2013), Period.year(2019))
    let (january, october) = (Period.month(2020, 1), Period.month(2020, 10))
    let register = FigureRegister(
      [
        figure("J001", "casesAccepted", "2877", year13, year13, "bothCourts"),
        figure("J002", "casesAccepted", "12789", year19, year19, "bothCourts"),
        figure("J003", "casesAccepted", "18", year13, year19, "bothCourts", .averageAnnualGrowth),
        figure("J004", "casesPerJudge", "201", .year(2017), year19, "bothCourts"),
        figure("J005", "quotaJudges", "34", .year(2020), .year(2020), "bothCourts"),
        figure("J022", "fastTrackCases", "1220", january, october, "districtCourt"),
        figure("J023", "fastTrackCasesPerJudge", "406", january, october, "districtCourt"),
        figure("J043", "casesAccepted", "839", january, october, "intermediateCourt"),
        figure(
          "J044", "casesAccepted", "-4.6", january, october, "intermediateCourt",
          .yearOnYearChange),
        figure("J045", "casesAccepted", "5703", january, october, "districtCourt"),
        figure(
          "J046", "casesAccepted", "-11.5", january, october, "districtCourt", .yearOnYearChange),
      ], scopes: ["bothCourts": ["intermediateCourt", "districtCourt"]])
    let series = TimeSeries(
      start: year13, values: [2877, .nan, .nan, .nan, .nan, .nan, 12789])
    var inputs = ReportInputs(
      title: Text(en: "Two courts", zh: "两级法院"), sources: [], panel: Panel(series), version: "0")
    inputs.register = register
    inputs.findings = try FigureAudit.findings(register).findings
    inputs.account = WorkloadAccount(
      keyNames: [], courts: [], statedCasesPerJudge: 201, statedJudges: 34, capacity: 6834,
      needs: [], notComputable: WorkloadAccount.notPublished)
    return inputs
  }
}

@Suite("Reports")
struct ReportTests {
  /// Every text of the body that a reader sees, appendices left out.
  private func prose(_ report: Report) -> [Text] {
    func texts(_ block: Report.Block) -> [Text] {
      switch block {
      case .heading(_, let text, _), .lead(let text), .paragraph(let text): [text]
      case .list(let items): items
      case .callout(_, let inner): inner.flatMap(texts)
      case .tiles(let tiles): tiles.flatMap { [$0.number, $0.caption] }
      default: []
      }
    }
    let body = report.blocks.prefix {
      if case .heading(_, _, let id) = $0 { return id != "register" }
      return true
    }
    return body.flatMap(texts)
  }

  /// What is left of a sentence after figures, years, months, coverages and section numbers.
  private func unexplainedNumbers(_ text: String) -> [Substring] {
    var rest = text.replacing(/\{[^}]*\}/, with: "")
    rest = rest.replacing(/(19|20)[0-9][0-9](-[0-9][0-9])?( ?年)?/, with: "")
    rest = rest.replacing(
      /1—10 ?月|[0-9]{1,2}月|(80|95) ?%|5 (to|至) 15 ?%|5% 至 15%|AR\(1\)/, with: "")
    rest = rest.replacing(/^[0-9]\. |A4/, with: "")
    return rest.matches(of: /[0-9]+/).map(\.output)
  }

  @Test("every number of the prose is a registered figure")
  func numbersAreRegistered() throws {
    for report in [try SampleReports.data(), try SampleReports.figures()] {
      for text in prose(report) {
        for language in Language.allCases {
          #expect(unexplainedNumbers(text[language]).isEmpty, "\(text[language])")
        }
      }
    }
  }

  @Test("both languages use the same figures in every sentence")
  func languagesAgree() throws {
    for report in [try SampleReports.data(), try SampleReports.figures()] {
      for text in prose(report) {
        let marks = { (s: String) in Set(s.matches(of: /\{[^}]*\}/).map { String($0.output) }) }
        #expect(marks(text.en) == marks(text.zh), "\(text.en)")
      }
    }
  }

  @Test("each figure has a label and a source in both languages")
  func figuresAreTraceable() throws {
    for report in [try SampleReports.data(), try SampleReports.figures()] {
      #expect(report.figures.count > 10)
      for figure in report.figures {
        for language in Language.allCases {
          #expect(!figure.label[language].isEmpty && !figure.source[language].isEmpty)
        }
      }
      #expect(Set(report.figures.map(\.id)).count == report.figures.count)
    }
  }

  @Test("a report renders in both languages, for people and for the page")
  func renders() throws {
    for report in [try SampleReports.data(), try SampleReports.figures()] {
      let drawings = MarkdownRenderer.charts(report).map { _ in "<svg></svg>" }
      for language in Language.allCases {
        var plain = MarkdownRenderer(report, language: language, target: .plain)
        var page = MarkdownRenderer(report, language: language, target: .page(drawings: drawings))
        #expect(!plain.render().contains("{growth"))
        #expect(page.render().contains("<figure class=\"chart\""))
      }
    }
  }

  @Test("the report on the article states the rate, the contradiction and what is missing")
  func articleIsAnswered() throws {
    var renderer = MarkdownRenderer(
      try SampleReports.figures(), language: .en, target: .plain)
    let text = renderer.render()
    for expected in [
      "28.23", "7,320", "7,326", "−20,007", "63.6", "not identified", "disposition time: needs",
    ] {
      #expect(text.contains(expected), "\(expected)")
    }
  }

  @Test("Chinese has full-width marks, English has none")
  func punctuation() throws {
    for report in [try SampleReports.data(), try SampleReports.figures()] {
      let charts = MarkdownRenderer.charts(report)
      let texts =
        prose(report) + report.figures.flatMap { [$0.label, $0.source] }
        + charts.flatMap { [$0.title, $0.caption, $0.summary] }
        + [report.title, report.subtitle, report.footer]
      for text in texts {
        let narrow = /\p{Han}[,:;()]|[,:;()]\p{Han}/
        #expect(text.zh.firstMatch(of: narrow) == nil, "\(text.zh)")
        // A printed quotation keeps its own marks.
        guard !text.en.contains("“") else { continue }
        #expect(text.en.firstMatch(of: /[，。；：（）、]/) == nil, "\(text.en)")
        #expect(!text.en.contains("  ") && !text.zh.contains("  "), "\(text.en)")
      }
    }
  }

  @Test("the same figure cannot have two values")
  func contradictionTraps() async {
    await #expect(processExitsWith: .failure) {
      var book = FigureBook()
      book.add("x", 1, .decimal(0), label: Text("x"), source: Text("a"))
      book.add("x", 2, .decimal(0), label: Text("x"), source: Text("b"))
    }
  }
}

@Suite("Charts")
struct ChartTests {
  @Test("each chart has a title, a text alternative, a caption and its data, in both languages")
  func chartsAreComplete() throws {
    let charts =
      MarkdownRenderer.charts(try SampleReports.data())
      + MarkdownRenderer.charts(try SampleReports.figures())
    #expect(charts.count >= 8)
    for chart in charts {
      for language in Language.allCases {
        #expect(!chart.title[language].isEmpty && !chart.summary[language].isEmpty)
        #expect(!chart.caption[language].isEmpty)
        let json = chart.vegaLite(language)
        #expect(json["description"]?.string == chart.summary[language])
        #expect(json["config"] != nil)
        #expect((json["layer"]?.array?.count ?? 0) > 0)
        for layer in json["layer"]?.array ?? [] {
          #expect(layer["data"]?["values"] != nil, "a chart must bring its data")
        }
      }
      #expect(!chart.data.rows.isEmpty)
    }
  }

  @Test("a long title is cut into lines that fit, at spaces in English")
  func titleLines() {
    let words =
      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    let lines = ChartText.lines(words, .en)
    #expect(lines.count == 2)
    #expect(lines.joined(separator: " ") == words)
    #expect(lines.allSatisfy { $0.count <= 78 })
  }

  @Test("a Chinese title is never cut inside a number or before a closing mark")
  func chineseTitleLines() {
    let title = "预计2026年全部法院和各类案件新收案件合计约 12429 件，80% 区间为 11859 至 12967 件（联合路径求和）"
    let lines = ChartText.lines(title, .zh)
    #expect(lines.count > 1)
    #expect(lines.joined().filter { $0 != " " } == title.filter { $0 != " " })
    for number in ["2026", "12429", "80%", "11859", "12967"] {
      #expect(lines.contains { $0.contains(number) }, "\(number)")
    }
  }
}
