import CaseloadCourt
import CaseloadData
import CaseloadForecasting
import CaseloadMath
import CaseloadRegression
import Testing

@testable import CaseloadReport

@Suite("Reports on a series say what its values say")
struct SeriesReportTests {
  /// The report on one series without a descriptor.
  private func report(
    _ values: [Double], from start: Period, name: Text = Text("value"), unit: Text = Text(""),
    title: Text = Text("yr.csv")
  ) throws -> Report {
    let series = TimeSeries(name: name, unit: unit, start: start, values: values)
    var inputs = ReportInputs(title: title, sources: [], panel: Panel(series), version: "0")
    inputs.total = series
    inputs.growth = [("", try Growth(of: series, from: RandomStream(seed: 1)))]
    let model = Automatic()
    let ahead = Int((start.frequency.periodsPerYear ?? 1).rounded())
    if let forecast = try? Forecast(series, model: model, horizon: ahead) {
      inputs.forecast = forecast
      inputs.forecastTotal = try Forecast.total(
        of: series, model: model, horizon: ahead, from: RandomStream(seed: 2))
    }
    return Report(inputs)
  }

  private func text(_ report: Report, _ language: Language) -> String {
    var renderer = MarkdownRenderer(report, language: language, target: .plain)
    return renderer.render()
      + MarkdownRenderer.charts(report).map { $0.title[language] }.joined(separator: "\n")
  }

  private static let falling: [Double] = {
    var draws = RandomStream(seed: 7)
    return (0..<84).map { t in
      (600 * exp(-0.0055 * Double(t)) + 12 * draws.normal()).rounded()
    }
  }()

  private static let yearly: [Double] = [4210, 4380, 4655, 4102, 4290, 4502, 4611, 4656]

  @Test("a falling series is said to fall, by an amount without a sign")
  func falls() throws {
    let report = try report(Self.falling, from: .month(2018, 1))
    let (en, zh) = (text(report, .en), text(report, .zh))
    #expect(en.contains("The values fell from"))
    #expect(en.contains("The values fell by"))
    #expect(en.contains("less than in 2023") && !en.contains("more than in"))
    #expect(zh.contains("降至") && zh.contains("年均下降") && zh.contains("较2023年下降"))
    for wrong in ["rose", "fastest", "winter", "升至", "增长最快", "冬季"] {
      #expect(!en.contains(wrong) && !zh.contains(wrong), "\(wrong)")
    }
    #expect(en.firstMatch(of: /(fell by|That is) −/) == nil)
    #expect(zh.firstMatch(of: /下降 −/) == nil)
  }

  @Test("yearly values have no months, no season and no Spring Festival")
  func yearlyWords() throws {
    let report = try report(Self.yearly, from: .year(2017))
    for language in Language.allCases {
      let text = text(report, language)
      for wrong in ["month", "season", "Spring Festival", "各月", "季节", "春节"] {
        #expect(!text.contains(wrong), "\(wrong)")
      }
    }
  }

  @Test("the register and the methods name the errors that were used")
  func covariance() throws {
    let short = try report(Self.yearly, from: .year(2017))
    let source = try #require(short.figures.first { $0.id == "growth.all" }).source
    #expect(source.en.contains("HC3") && source.zh.contains("HC3"))
    #expect(!text(short, .en).contains("gls-ar1") && text(short, .en).contains("(ols)"))
    let long = try report(Self.falling, from: .month(2018, 1))
    let other = try #require(long.figures.first { $0.id == "growth.all" }).source
    #expect(other.en.contains("AR(1)") && text(long, .en).contains("gls-ar1"))
  }

  @Test("an interval that holds zero is no growth")
  func noGrowth() throws {
    let report = try report([100, 104, 97, 103, 99, 102, 98, 101], from: .year(2017))
    #expect(text(report, .en).contains("Neither growth nor decline"))
    #expect(text(report, .zh).contains("看不出数值有增长或下降"))
  }

  @Test("a plain file gets its forecast with an interval, and what more it would take")
  func forecast() throws {
    let report = try report(Self.yearly, from: .year(2017))
    #expect(MarkdownRenderer.charts(report).contains { $0.id == "forecast" })
    for id in ["forecast.median", "forecast.lower80", "forecast.upper80"] {
      #expect(report.figures.contains { $0.id == id })
    }
    #expect(text(report, .en).contains("cannot be projected from this series alone"))
    #expect(text(report, .zh).contains("不能推算期末未结案件和所需法官"))
  }

  @Test("too short a series is said to have no forecast, and no method of one is listed")
  func noForecast() throws {
    let report = try report([5], from: .year(2024))
    #expect(text(report, .en).contains("No forecast is given"))
    #expect(text(report, .zh).contains("不作预测"))
    #expect(text(report, .en).contains("Only sums and ratios are printed."))
  }

  @Test("the noun is the series' own name")
  func noun() throws {
    let report = try report(
      [563_355, 552_208, 617_098, .nan, .nan, 625_700, 697_000], from: .year(2019),
      name: Text(en: "Cases accepted", zh: "受理案件数"), unit: Text(en: "cases", zh: "件"))
    let (en, zh) = (text(report, .en), text(report, .zh))
    #expect(en.contains("Cases accepted came to 697,000 in 2025, against 563,355 in 2019."))
    #expect(zh.contains("2025年受理案件数为 697000 件，2019年为 563355 件。"))
    #expect(!en.contains("filed") && !zh.contains("新收"))
    #expect(en.contains("There is no figure for 2022 and 2023"))
    #expect(zh.contains("2022年和2023年没有数字"))
  }

  @Test("an empty unit leaves no blanks, a file or standard input makes the title")
  func emptyUnit() throws {
    let report = try report(Self.yearly, from: .year(2017))
    #expect(report.title.en == "Caseload report: yr.csv" && report.title.zh == "案件分析报告：yr.csv")
    for language in Language.allCases {
      let text = text(report, language)
      #expect(!text.contains("  ") && !text.contains(" ，") && !text.contains(" 。"))
    }
    let unnamed = try self.report(Self.yearly, from: .year(2017), title: Text(""))
    #expect(unnamed.title == Text(en: "Caseload report", zh: "案件分析报告"))
  }

  @Test("whole judges of every court are added up, each rounded up")
  func wholeJudges() throws {
    #expect([28.9, 30.5].map(ReportDraft.wholeJudges).reduce(0, +) == 60)
    #expect(ReportDraft.wholeJudges(29) == 29)
    let report = try SampleReports.data()
    let need = try #require(report.figures.first { $0.id == "need.total" })
    #expect(need.value == need.value.rounded() && need.source.en.contains("rounded up"))
    let chart = try #require(MarkdownRenderer.charts(report).first { $0.id == "need" })
    #expect(chart.title.en.contains("\(need.shown.en) judges (80 % interval"))
    #expect(chart.title.zh.contains("法官 \(need.shown.zh) 名（80% 区间"))
  }
}

@Suite("Reports on an effect")
struct EffectReportTests {
  @Test("a flow's effect is added up, with its interval, and its size has no sign")
  func cumulative() throws {
    let report = try SampleReports.data()
    for (language, pattern) in [
      (
        Language.en,
        /Added up over the treated periods that is [0-9,]+ (fewer|more) \(95 % interval/
      ),
      (.zh, /干预后各期累计(减少|增加) [0-9]+ 件（累计效应的 95% 区间/),
    ] {
      var renderer = MarkdownRenderer(report, language: language, target: .plain)
      let text = renderer.render().replacing("\u{A0}", with: " ")
      #expect(text.firstMatch(of: pattern) != nil, "\(language)")
    }
  }
}
