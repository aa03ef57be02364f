import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite("Rounding of published figures") struct IndicatorRoundingTests {
  @Test(
    "modes differ at halves and rests only",
    arguments: [
      (IndicatorRounding.Mode.halfUp, 2.5, 3.0), (.halfEven, 2.5, 2), (.halfEven, 3.5, 4),
      (.truncate, 2.99, 2), (.up, 2.01, 3), (.up, 2, 2), (.halfUp, -2.5, -3), (.truncate, -2.9, -2),
      // 4.1 · 100 is 409.99…94 and 1.1 · 3 is 3.3000…03: the decimals that were meant.
      (.truncate, 0.1 + 0.2 + 2.7, 3), (.up, 1.1 * 10, 11),
    ])
  func modes(mode: IndicatorRounding.Mode, x: Double, expected: Double) {
    #expect(IndicatorRounding(mode, decimals: 0).rounded(x) == expected)
  }

  @Test("decimals count after the point, and before it below zero")
  func decimals() {
    #expect(IndicatorRounding(.halfUp, decimals: 2).rounded(1.005) == 1.01)
    #expect(IndicatorRounding(.truncate, decimals: 2).rounded(100 * 0.29) == 29)
    #expect(IndicatorRounding(.halfUp, decimals: -2).rounded(12_350) == 12_400)
    #expect(IndicatorRounding(.halfUp, decimals: 2).rounded(.infinity) == .infinity)
  }

  /// 406 a judge from 1,220 cases by 3, and 52.49 % from 1,830 of 3,486: cut off, not rounded.
  @Test(
    "figures that were cut off are told from rounded ones",
    .enabled(if: SharedData.isPresent, "shared data"))
  func article() throws {
    let oracle = try SharedData.json(
      "court/oracles/figure_audit_expected.json", as: JSON.self)
    let mean = try #require(oracle["1220/3"]?.number)
    #expect(IndicatorRounding.modes(giving: 406, decimals: 0, from: mean) == [.truncate])
    #expect(oracle["grim_trunc"]?.array?.map(\.number) == [3])
    let list = oracle["52.49_trunc"]?.array?.compactMap(\.number)
    for denominator in try #require(list) {
      let share = 183_000 / denominator
      #expect(IndicatorRounding.modes(giving: 52.49, decimals: 2, from: share) == [.truncate])
    }
    for (key, numerator) in [("denoms_610", 610.0), ("denoms_1220", 1220), ("denoms_578", 578)] {
      for kind in ["round", "trunc"] {
        for denominator in oracle[key]?[kind]?.array?.compactMap(\.number) ?? [] {
          let modes = IndicatorRounding.modes(
            giving: 52.49, decimals: 2, from: 100 * numerator / denominator)
          #expect(modes.contains(kind == "trunc" ? .truncate : .halfUp), "\(key) \(denominator)")
          #expect(modes.contains(.halfUp) == (kind == "round"))
        }
      }
    }
    for denominator in oracle["7.45_of_5703"]?["round"]?.array?.compactMap(\.number) ?? [] {
      let modes = IndicatorRounding.modes(
        giving: 7.45, decimals: 2, from: 100 * denominator / 5703)
      #expect(modes.contains(.halfUp) && modes.contains(.truncate))
    }
  }
}
