import CaseloadMath
import Testing

@testable import CaseloadData

@Suite("NumberText")
struct NumberTextTests {
  @Test(
    "numbers are rounded half away from zero",
    arguments: [
      (0.5, 0, "1"), (-0.5, 0, "−1"), (2.5, 0, "3"), (1.005, 2, "1.01"), (0.285, 2, "0.29"),
      (1.004, 2, "1.00"), (-0.004, 2, "0.00"), (0.05, 1, "0.1"), (9.995, 2, "10.00"),
      (0, 3, "0.000"),
    ])
  func rounding(x: Double, decimals: Int, expected: String) {
    #expect(NumberText.decimal(x, decimals).zh == expected)
  }

  @Test(
    "thousands are set off in English only",
    arguments: [
      (999.0, "999", "999"), (1000, "1,000", "1000"), (1_234_567, "1,234,567", "1234567"),
      (-1234, "−1,234", "−1234"),
    ])
  func grouping(x: Double, en: String, zh: String) {
    #expect(NumberText.decimal(x) == Text(en: en, zh: zh))  // GB/T 15835
  }

  @Test("decimals are not grouped")
  func decimalsAreNotGrouped() {
    #expect(NumberText.decimal(12345.6789, 4).en == "12,345.6789")
  }

  @Test("a number that is not finite is a dash", arguments: [Double.nan, .infinity])
  func nonFinite(x: Double) {
    #expect(NumberText.decimal(x, 2) == Text("–"))
  }

  @Test(
    "a number too large for digits is written with its exponent",
    arguments: [
      (1e16, "1e+16"), (-2.5e20, "−2.5e+20"),
    ])
  func largeNumbers(x: Double, expected: String) {
    #expect(NumberText.decimal(x, 1) == Text(expected))
  }

  @Test(
    "a number whose decimals fill its precision keeps them",
    arguments: [
      (951_995_360_386_446.0, "951995360386446.0000"),
      (900_000_000_000_000.875, "900000000000000.8750"),
      (-999_999_999_999_999.875, "−999999999999999.8750"),
    ])
  func numbersAtFullPrecision(x: Double, expected: String) {
    #expect(NumberText.plainDecimal(x, 4) == expected)
  }

  @Test("any number has as many decimals as asked for")
  func decimalsAsAskedFor() {
    var stream = RandomStream(seed: 3)
    let wrong = (0..<50_000).filter { k in
      let decimals = k % 5
      let exponent = Double(stream.integer(below: 22) - 6)
      let text = NumberText.plainDecimal(min(9e14, stream.uniform() * pow(10, exponent)), decimals)
      let parts = text.split(separator: ".")
      return decimals == 0 ? parts.count != 1 : parts.count != 2 || parts[1].count != decimals
    }
    #expect(wrong.isEmpty)
  }

  @Test("any number reads back within half a unit of its last decimal")
  func readsBack() {
    var stream = RandomStream(seed: 4)
    let wrong = (0..<50_000).filter { k in
      let decimals = k % 5
      let x = stream.uniform() * pow(10, Double(stream.integer(below: 12) - 3))
      let back = Double(NumberText.plainDecimal(x, decimals)) ?? .nan
      return !(abs(back - x) <= 0.5001 * pow(10, -Double(decimals)))
    }
    #expect(wrong.isEmpty)
  }

  @Test(
    "a rate is a percentage, with a space in English",
    arguments: [
      (0.2823, 2, "28.23 %", "28.23%"), (-0.05, 0, "−5 %", "−5%"), (12.5, 0, "1,250 %", "1250%"),
    ])
  func percentages(x: Double, decimals: Int, en: String, zh: String) {
    #expect(NumberText.percent(x, decimals) == Text(en: en, zh: zh))
  }

  @Test(
    "a p-value has three decimals or a bound",
    arguments: [
      (0.0314, "0.031"), (0.0004, "< 0.001"), (0.001, "0.001"), (1, "1.000"), (0, "< 0.001"),
    ])
  func pValues(p: Double, expected: String) {
    #expect(NumberText.pValue(p) == Text(expected))
  }

  @Test(
    "the decimals suit the width of an interval",
    arguments: [
      (1000.0, 0), (50, 0), (10, 1), (1, 2), (0.1, 3), (1e-9, 4), (0, 0), (.infinity, 0),
    ])
  func decimalsForWidth(width: Double, expected: Int) {
    #expect(NumberText.decimals(forWidth: width) == expected)
  }

  @Test(
    "plain text reads back as the same number", arguments: [0.1, 1.0 / 3, 1e300, -5, 123_456_789])
  func plainReadsBack(x: Double) {
    #expect(Double(NumberText.plain(x)) == x)
  }

  @Test("plain text of a missing value is empty")
  func plainOfMissing() {
    #expect(NumberText.plain(.nan) == "")
  }
}
