import CaseloadData
import CaseloadEffects
import Testing

@testable import CaseloadReport

@Suite("What an interval says")
struct EffectReadingTests {
  typealias Row = (lower: Double, upper: Double, negligible: Double, reading: EffectReading)

  /// Each boundary from both sides: an end that lies on it does not cross it.
  static let table: [Row] = [
    (-3, -1, 0, .fall), (-3, -1e-9, 0, .fall), (-3, 0, 0, .undecided), (-3, 2, 0, .undecided),
    (0, 3, 0, .undecided), (1e-9, 3, 0, .rise), (1, 3, 0, .rise), (0, 0, 0, .undecided),
    (-3, -1.01, 1, .fall), (-3, -1, 1, .slightFall), (-3, -0.5, 1, .slightFall),
    (-1, -0.5, 1, .negligible), (-1.01, -0.5, 1, .slightFall), (-1, 1, 1, .negligible),
    (-1.01, 1, 1, .undecided), (-1, 1.01, 1, .undecided), (-0.2, 0.3, 1, .negligible),
    (0.5, 1, 1, .negligible), (0.5, 1.01, 1, .slightRise), (1, 3, 1, .slightRise),
    (1.01, 3, 1, .rise), (-5, 5, 1, .undecided), (0, 2, 1, .undecided), (-2, 0, 1, .undecided),
  ]

  @Test("is read by the table, at each boundary", arguments: table)
  func boundaries(row: Row) {
    #expect(
      EffectReading(lower: row.lower, upper: row.upper, negligible: row.negligible) == row.reading)
  }

  @Test("is the same for the effect with its sign changed", arguments: table)
  func symmetry(row: Row) {
    let mirrored: [EffectReading: EffectReading] = [
      .fall: .rise, .rise: .fall, .slightFall: .slightRise, .slightRise: .slightFall,
    ]
    let reading = EffectReading(
      lower: -row.upper, upper: -row.lower, negligible: row.negligible)
    #expect(reading == mirrored[row.reading] ?? row.reading)
  }

  @Test("is nothing without an interval")
  func unknown() {
    #expect(EffectReading(lower: nil, upper: 1) == .unknown)
    #expect(EffectReading(lower: -1, upper: nil) == .unknown)
    #expect(EffectReading(lower: .nan, upper: .nan) == .unknown)
  }

  @Test(
    "has words of its own in both languages, and never the forbidden ones",
    arguments: EffectReadingTests.table)
  func words(row: Row) {
    let estimate = SampleEffects.answer(
      SampleEffects.estimate((row.lower + row.upper) / 2, row.lower, row.upper, p: 0.01),
      scale: .level)
    let text = EffectText.report(estimate, negligible: row.negligible, .en)
    for word in ["prove", "by chance", "significant", "cause"] {
      #expect(!text.lowercased().contains(word), "\(text)")
    }
    let zh = EffectText.report(estimate, negligible: row.negligible, .zh)
    for word in ["证明", "偶然", "显著"] { #expect(!zh.contains(word), "\(zh)") }
    let certainty = EffectText.certainty(estimate, negligible: row.negligible)
    let expected: Text =
      switch row.reading {
      case .fall:
        row.negligible > 0
          ? Text(en: "rules out a rise, and a fall of less", zh: "也可以排除小于")
          : Text(en: "no change and a rise", zh: "没有变化或上升")
      case .rise:
        row.negligible > 0
          ? Text(en: "rules out a fall, and a rise of less", zh: "也可以排除小于")
          : Text(en: "no change and a fall", zh: "没有变化或下降")
      case .slightFall: Text(en: "the fall may be too small", zh: "下降可能小到")
      case .slightRise: Text(en: "the rise may be too small", zh: "上升可能小到")
      case .negligible: Text(en: "lies within ±", zh: "之内")
      case .undecided: Text(en: "cannot tell a fall of", zh: "无法区分")
      case .unknown: Text("never")
      }
    #expect(certainty.en.contains(expected.en), "\(certainty.en)")
    #expect(certainty.zh.contains(expected.zh), "\(certainty.zh)")
  }
}
