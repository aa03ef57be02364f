import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Accumulate")
struct AccumulateTests {
  @Test("a small summand survives between two large ones that cancel")
  func smallSummandSurvives() {
    #expect([1e16, 1, -1e16].accurateSum == 1)  // 0 in plain double arithmetic
  }

  @Test("ten million tenths sum to a million")
  func tenthsSumToAMillion() {
    #expect(repeatElement(0.1, count: 10_000_000).accurateSum == 1_000_000)  // correctly rounded
  }

  @Test("a sum starts from the value it is given")
  func sumStartsFromItsValue() {
    var sum = Accumulator(1e16)
    sum.add(1)
    sum.add(-1e16)
    #expect(sum.value == 1)
  }

  @Test("a dot product keeps the rounding errors of its products")
  func dotProductKeepsRoundingErrors() {
    // (1 + 2⁻³⁰)(1 − 2⁻³⁰) − 1 = −2⁻⁶⁰; the plain product rounds to 1.
    var sum = Accumulator()
    sum.add(product: 1 + 0x1p-30, 1 - 0x1p-30)
    sum.add(-1)
    #expect(sum.value == -0x1p-60)
  }

  @Test("an ill-conditioned dot product is as accurate as in twice the precision")
  func illConditionedDotProduct() {
    // x·y with terms of 1e20 that cancel; the exact value is 1.
    let x = [1e10, 1, -1e10, 3e9]
    let y = [1e10, 1, 1e10, 0]
    var sum = Accumulator()
    for (a, b) in zip(x, y) { sum.add(product: a, b) }
    #expect(sum.value == 1)  // Ogita, Rump & Oishi (2005), proposition 5.5
  }

  @Test("NaN makes the sum NaN")
  func nanMakesTheSumNaN() {
    #expect([1, .nan, 2].accurateSum.isNaN)
  }

  @Test("nothing sums to zero")
  func nothingSumsToZero() {
    #expect([Double]().accurateSum == 0)
  }
}
