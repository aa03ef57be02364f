import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Placebo programmes") struct PlaceboProgrammesTests {
  private func panel(_ units: Int = 40, periods: Int = 12, seed: UInt64 = 1) -> Panel {
    var stream = RandomStream(seed: seed)
    return Panel(
      keyNames: ["court"],
      entries: (0..<units).map { i in
        let level = 100 * stream.uniform()
        return Panel.Entry(
          key: ["c\(i)"],
          series: TimeSeries(
            measure: .ratio, start: .year(2001),
            values: (0..<periods).map { _ in level + stream.normal() }))
      })
  }

  @Test("a programme treats as many units as asked, at starts inside the data")
  func programme() throws {
    let grid = try PlaceboProgrammes.grid(panel())
    #expect(grid.cohort.allSatisfy { $0 == StudyGrid.never })
    var programmes = PlaceboProgrammes()
    programmes.treated = 6
    programmes.waves = 3
    programmes.comparison = 10
    for draw in 0..<50 {
      let own = try #require(
        programmes.programme(grid, from: RandomStream(seed: UInt64(draw))))
      let starts = own.cohort.filter { $0 != StudyGrid.never }
      #expect(starts.count == 6 && Set(starts).count == 3 && own.unitCount == 16)
      #expect(starts.allSatisfy { $0 >= 4 && $0 <= 10 })
    }
    programmes.before = 10
    #expect(programmes.programme(grid, from: RandomStream(seed: 1)) == nil)
  }

  @Test("with many treated units of plain noise the rate is the nominal one")
  func size() async throws {
    let grid = try PlaceboProgrammes.grid(panel(60))
    var programmes = PlaceboProgrammes()
    programmes.count = 400
    programmes.treated = 20
    programmes.waves = 2
    let outcome = try await programmes.outcome(
      on: grid, from: RandomStream(seed: 3), threads: 2
    ) { (grid, _) throws(Diagnostic) in
      InfluenceEstimate.estimate(try Imputation().average(grid), level: 0.95, scale: .level)
    }
    #expect(outcome.answered == 400 && outcome.refusals.isEmpty)
    let rate = try #require(outcome.rate)
    // Three Monte Carlo errors of a rate of 5 %, and what a normal distribution misses.
    #expect(rate > 0.017 && rate < 0.1, "\(rate)")
    #expect(
      try #require(outcome.monteCarloError).isClose(
        to: (rate * (1 - rate) / 400).squareRoot(), relative: 1e-12))
    let spread = try #require(outcome.standardDeviation)
    #expect(try #require(outcome.meanStandardError).isClose(to: spread, relative: 0.15))
  }

  @Test("an effect that is added is found, and the number of threads changes nothing")
  func power() async throws {
    let grid = try PlaceboProgrammes.grid(panel(30, seed: 2))
    var programmes = PlaceboProgrammes()
    programmes.count = 60
    programmes.treated = 10
    programmes.effect = 3
    let one = try await programmes.outcome(
      of: Imputation(), on: grid, from: RandomStream(seed: 4), threads: 1)
    let two = try await programmes.outcome(
      of: Imputation(), on: grid, from: RandomStream(seed: 4), threads: 2)
    #expect(one == two)
    #expect(try #require(one.rate) > 0.95)
    #expect(try #require(one.meanEffect).isClose(to: 3, absolute: 0.1))
    #expect(try roundTrip(one) == one)
  }

  @Test("refusals are counted by their code")
  func refusals() async throws {
    let grid = try PlaceboProgrammes.grid(panel(10, seed: 5))
    var programmes = PlaceboProgrammes()
    programmes.count = 10
    programmes.treated = 1
    let outcome = try await programmes.outcome(
      of: RothSantAnna(), on: grid, from: RandomStream(seed: 6))
    #expect(outcome.refusals == ["CL0303": 10] && outcome.rate == nil)
    #expect(!outcome.text.en.isEmpty && !outcome.text.zh.isEmpty)
  }

  @Test("base rates of four units, counted by hand")
  func baseRatesByHand() throws {
    let values: [[Double]] = [
      [100, 90, 80], [100, 80, 80], [100, 120, 60], [100, 97, 96],
    ]
    let panel = Panel(
      keyNames: ["court"],
      entries: values.enumerated().map {
        Panel.Entry(key: ["\($0)"], series: TimeSeries(start: .year(2001), values: $1))
      })
    let rates = try BaseRates(panel, fall: 0.05, largeFall: 0.15)
    // Falls of 5 %: −10, −20, −11.1, −50 %; of 15 %: −20, −50 %.
    #expect(rates.shareOfFalls == 0.5 && rates.shareOfLargeFalls == 0.25)
    // One pair of six in each period.
    #expect(try #require(rates.pairRate).isClose(to: 2.0 / 12, relative: 1e-14))
    // The unit that grew by 20 % fell by half.
    let ratios: [Double] = [80.0 / 90, 1, 0.5, 96.0 / 97]
    let change: [Double] = ratios.map { log($0) }
    let mean: Double = change.reduce(0, +) / 4
    let net: Double = change[2] - mean
    #expect(try #require(rates.changeAfterGrowth).isClose(to: net, relative: 1e-12))
    #expect(rates.fallAfterGrowth == 1)
  }

  @Test("units below the least value are not used, and none is an error")
  func least() throws {
    #expect(throws: Diagnostic.self) {
      try BaseRates(panel(), fall: 0.05, largeFall: 0.1, least: 1e6)
    }
  }
}

@Suite(
  "Base rates of real courts",
  .enabled(if: SharedData.isPresent, "the shared reference data are not here"))
struct BaseRatesOracleTests {
  /// The lines of a compressed table.
  private func lines(_ name: String) throws -> [[String]] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/gzip")
    process.arguments = ["-dc", try SharedData.file("court/\(name)").path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
      // Commas inside quotation marks do not separate.
      var cells = [""]
      var isQuoted = false
      for byte in line.utf8 {
        if byte == UInt8(ascii: "\"") {
          isQuoted.toggle()
        } else if byte == UInt8(ascii: ","), !isQuoted {
          cells.append("")
        } else {
          cells[cells.count - 1].unicodeScalars.append(UnicodeScalar(byte))
        }
      }
      return cells
    }
  }

  /// Sums by unit and year.
  private func panel(_ cells: [(unit: String, year: Int, value: Double)]) -> Panel {
    var sums: [String: [Int: Double]] = [:]
    for cell in cells { sums[cell.unit, default: [:]][cell.year, default: 0] += cell.value }
    let years = cells.map(\.year)
    let (first, last) = (years.min() ?? 0, years.max() ?? 0)
    return Panel(
      keyNames: ["court"],
      entries: sums.keys.sorted().map { unit in
        Panel.Entry(
          key: [unit],
          series: TimeSeries(
            start: .year(first), values: (first...last).map { sums[unit]?[$0] ?? .nan }))
      })
  }

  private func expect(_ rates: BaseRates, _ name: String, pairs draws: Double) throws {
    let all: JSON = try SharedData.json("causal/simulation/base_rates_real_courts.json")
    let oracle = try #require(all[name])
    func number(_ key: String) throws -> Double { try #require(oracle[key]?.number) }
    #expect(try Double(rates.units) == number("courts"))
    #expect(try Double(rates.periods) == number("years"))
    let figures: [(String, Double?)] = [
      ("share_fall_4_6", rates.shareOfFalls), ("share_fall_11_5", rates.shareOfLargeFalls),
      ("sd_log_growth", rates.deviation), ("sd_log_growth_net_of_year", rates.netDeviation),
      ("rtm_slope", rates.persistence),
      ("top_decile_next_year_mean_log_change_net", rates.changeAfterGrowth),
      ("top_decile_share_then_fall_4_6_net", rates.fallAfterGrowth),
    ]
    for (key, own) in figures {
      #expect(
        try #require(own).isClose(to: number(key), relative: 1e-10), "\(key) \(own ?? .nan)")
    }
    // The reference drew pairs at random; ours are all pairs: three of its errors.
    let drawn = try number("random_court_pair_share_both_fall_4_6_and_one_11_5")
    let error = (drawn * (1 - drawn) / draws).squareRoot()
    let own = try #require(rates.pairRate)
    #expect(own.isClose(to: drawn, absolute: 3 * error), "\(own) \(drawn)")
  }

  @Test("civil filings of Florida's counties, and in calm years")
  func florida() throws {
    let rows = try lines("florida_county_case_type_annual_1986_2013.csv.gz").dropFirst()
    let cells = rows.compactMap { row -> (String, Int, Double)? in
      guard row[2].hasSuffix("Civil"), let year = Int(row[4]), let value = Double(row[5]) else {
        return nil
      }
      return (row[1], year, value)
    }
    let panel = panel(cells)
    let name = "Florida civil filings by county 1986-2013 (>=500/yr)"
    try expect(
      BaseRates(panel, fall: 0.046, largeFall: 0.115, least: 500), name, pairs: 2000)
    // Of the same 45 counties.
    let kept = Set(
      panel.entries.filter { entry in entry.series.values.allSatisfy { $0 >= 500 } }.map {
        $0.key[0]
      })
    let calm = self.panel(cells.filter { (1995...2006).contains($0.1) && kept.contains($0.0) })
    try expect(
      BaseRates(calm, fall: 0.046, largeFall: 0.115), "same, 1995-2006 only", pairs: 10_000)
  }

  @Test("criminal filings of New Jersey's municipal courts")
  func newJersey() throws {
    let rows = try lines("nj_municipal_courts_2005_2025.csv.gz").dropFirst()
    let cells = rows.compactMap { row -> (String, Int, Double)? in
      guard row[3] == "filings", let year = Int(row[0]), let value = Double(row[7]) else {
        return nil
      }
      return (row[1] + "/" + row[2], year, value)
    }
    try expect(
      BaseRates(panel(cells), fall: 0.046, largeFall: 0.115, least: 200),
      "NJ municipal criminal filings (>=200/yr)", pairs: 20_000)
  }
}
