import CaseloadData
import CaseloadRegression
import Testing

@testable import CaseloadReport

@Suite struct RegressionTableTextTests {
  typealias Samples = RegressionTableSamples

  private static func table(_ count: Int, _ language: Language) throws -> RegressionTable {
    var options = RegressionTable.Options()
    options.language = language
    options.title = Text(en: "Filings and appeals", zh: "收案与上诉")
    options.names = [.init("judges", Text(en: "Judges", zh: "法官数"))]
    return try RegressionTable(
      models: (0..<count).map { Samples.four[$0 % 4] }, options: options)
  }

  @Test(
    "no line is wider than asked for, however many models there are",
    arguments: [1, 4, 9], Language.allCases)
  func width(count: Int, language: Language) throws {
    for width in [50, 80, 132] {
      let text = try Self.table(count, language).text(width: width)
      for line in text.split(separator: "\n") {
        #expect(String(line).displayWidth <= width, "\(line)")
      }
    }
  }

  @Test("a table that is too wide goes on in panels that hold every column once")
  func panels() throws {
    let table = try Self.table(9, .en)
    let text = table.text(width: 60)
    for column in 1...9 {
      #expect(text.ranges(of: "(\(column))").count == 1)
    }
    let panels = text.split(separator: "\n").count { $0.contains("Judges") }
    #expect(panels > 1)
    // Every panel's rows hold what the whole table's rows hold.
    let whole = RenderedTable(text: table.text(width: 400))
    let folded = RenderedTable(text: text)
    for label in ["Judges", "AIC", "Observations"] {
      #expect(
        folded.rows.filter { $0.label == label }.flatMap(\.cells)
          == whole.rows.filter { $0.label == label }.flatMap(\.cells))
    }
  }

  @Test("decimal points stand under one another, whatever the width of the labels")
  func decimalPoints() throws {
    for language in Language.allCases {
      let lines = try Self.table(2, language).text().split(separator: "\n").map(String.init)
      // The first model's numbers with a point: no other column begins before the second's.
      let places = lines.compactMap { line -> Int? in
        guard line.contains("12.35") || line.contains("(1.99)") || line.contains("345.7"),
          let point = line.firstIndex(of: ".")
        else { return nil }
        return String(line[..<point]).displayWidth
      }
      #expect(places.count == 4)  // two estimates, an error, and the AIC of 12,345.7
      #expect(Set(places).count == 1)
    }
  }

  @Test("headings over several columns are not divided between panels where that can be")
  func headingsStayWhole() throws {
    var options = RegressionTable.Options()
    options.spanners = [
      .init(Text("First instance"), columnCount: 2), .init(Text("Appeal"), columnCount: 2),
    ]
    let text = try RegressionTable(models: Samples.four, options: options).text(width: 70)
    #expect(text.ranges(of: "First instance").count == 1)
    #expect(text.ranges(of: "Appeal").count == 1)
  }

  @Test("long words are broken, Chinese is wrapped before no closing mark")
  func wrapping() {
    #expect("one two three".wrapped(7) == ["one two", "three"])
    #expect("abcdefghij".wrapped(4) == ["abcd", "efgh", "ij"])
    #expect("".wrapped(10) == [""])
    #expect("n − 1 and p < 0.05".wrapped(10) == ["n − 1 and", "p < 0.05"])
    #expect("法官人数，案件数。".wrapped(8) == ["法官人", "数，案件", "数。"])
    for width in 2...12 {
      for line in "第 2、3 列：按法院聚类（CR1）。".wrapped(width) {
        #expect(line.displayWidth <= width)
      }
    }
  }
}
