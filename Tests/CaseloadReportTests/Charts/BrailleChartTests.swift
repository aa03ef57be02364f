import CaseloadData
import CaseloadForecasting
import Testing

@testable import CaseloadReport

@Suite("Terminal charts")
struct BrailleChartTests {
  private func chart(_ values: [Double], horizon: Int, width: Int = 40, height: Int = 8) throws
    -> [String]
  {
    let forecast = try Forecast(
      TimeSeries(start: .month(2020, 1), values: values), model: Naive(), horizon: horizon)
    return BrailleChart(forecast, width: width, height: height).text
      .split(separator: "\n").map(String.init)
  }

  private func dots(_ line: String) -> Int {
    line.unicodeScalars.filter { (0x2801...0x28FF).contains($0.value) }.count
  }

  @Test("a chart has its height in lines, a line of periods below, and cells of braille only")
  func shape() throws {
    let lines = try chart((0..<30).map { 100 + Double($0 * $0 % 17) }, horizon: 6)
    #expect(lines.count == 9)
    for line in lines.dropLast() {
      let cells = line.split(separator: "┤", maxSplits: 1).last.map(String.init) ?? ""
      #expect(cells.unicodeScalars.count == 40)
      #expect(cells.unicodeScalars.allSatisfy { (0x2800...0x28FF).contains($0.value) })
    }
    #expect(lines.last?.contains("2022-07") == true)  // the first period ahead
  }

  @Test("a rising line runs from the bottom left to the top right")
  func direction() throws {
    let lines = try chart((0..<40).map(Double.init), horizon: 1)
    let cells = lines.dropLast().map { Array($0.split(separator: "┤", maxSplits: 1).last ?? "") }
    func isDrawn(_ row: Int, _ columns: Range<Int>) -> Bool {
      columns.contains { cells[row][$0] != "\u{2800}" }
    }
    #expect(isDrawn(7, 0..<8) && !isDrawn(0, 0..<8))
    #expect(isDrawn(0, 32..<40) && !isDrawn(7, 20..<34))
  }

  @Test(
    "constant, short, missing and huge values draw something and never trap",
    arguments: [
      [5, 5, 5, 5], [0, 0, 0], [1, 2], [3, .nan, 4, .nan, 5], [1e14, 2e14, 1.5e14],
      [1e-9, 2e-9, 1e-9],
    ])
  func edges(values: [Double]) throws {
    let lines = try chart(values, horizon: 3)
    #expect(lines.count == 9)
    #expect(lines.reduce(0) { $0 + dots($1) } > 0)
  }
}
