import CaseloadData
import Testing

@Suite("DiagnosticCode")
struct DiagnosticCodesTests {
  @Test("no two codes have one number")
  func codesAreUnique() {
    #expect(Set(DiagnosticCode.allCases.map(\.rawValue)).count == DiagnosticCode.allCases.count)
  }

  @Test("a code is CL and four digits", arguments: DiagnosticCode.allCases)
  func codesHaveOneForm(code: DiagnosticCode) {
    #expect(code.rawValue.wholeMatch(of: /CL0[1-9]\d\d/) != nil)
  }

  @Test("a code is explained in English", arguments: DiagnosticCode.allCases)
  func explainedInEnglish(code: DiagnosticCode) {
    #expect(code.explanation.en.hasSuffix("."))
  }

  @Test("a code is explained in Chinese", arguments: DiagnosticCode.allCases)
  func explainedInChinese(code: DiagnosticCode) {
    #expect(code.explanation.zh.hasSuffix("。"))
  }

  @Test("no two codes have one explanation")
  func explanationsAreUnique() {
    #expect(Set(DiagnosticCode.allCases.map(\.explanation)).count == DiagnosticCode.allCases.count)
  }

  @Test(
    "the exit status is that of sysexits",
    arguments: [
      (DiagnosticCode.noSuchInput, Int32(66)), (.unknownName, 64), (.illegalOption, 64),
      (.missingOption, 64), (.formulaSyntax, 64), (.cannotWrite, 73), (.toolMissing, 69),
      (.toolFailed, 69), (.notANumber, 65), (.gap, 65), (.rankDeficient, 65),
    ])
  func exitStatus(code: DiagnosticCode, expected: Int32) {
    #expect(code.exitStatus == expected)  // sysexits.h
  }
}
