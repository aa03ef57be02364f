import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@Suite("Envelope")
struct EnvelopeTests {
  @Test("the same result makes the same bytes")
  func sameBytes() throws {
    let envelope = Envelope(
      schema: "caseload.example/1", version: "0.1", command: ["caseload", "example"], seed: 7,
      inputs: ["b.csv": "02", "a.csv": "01"], payload: ["value": 1.5], diagnostics: [])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(envelope), as: UTF8.self)
    #expect(
      text == #"{"command":["caseload","example"],"diagnostics":[],"#
        + #""inputs":{"a.csv":"01","b.csv":"02"},"payload":{"value":1.5},"#
        + #""schema":"caseload.example\/1","seed":7,"version":"0.1"}"#)
  }

  @Test("a transformation carries the interval over and scales the error by the derivative")
  func transformedEstimate() {
    let estimate = Estimate(
      value: 0, standardError: 0.1, lower: -0.2, upper: 0.2, level: 0.95, pValue: 0.5)
    let rate = estimate.transformed(derivative: 1) { expm1($0) }
    #expect(
      rate
        == Estimate(
          value: 0, standardError: 0.1, lower: expm1(-0.2), upper: expm1(0.2), level: 0.95,
          pValue: 0.5))
  }
}
