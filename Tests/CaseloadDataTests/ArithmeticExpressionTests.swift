import CaseloadData
import Testing

@Suite("Arithmetic over named numbers") struct ArithmeticExpressionTests {
  @Test("expressions have the usual precedence")
  func values() throws {
    let values = ["a": 6.0, "b": 2, "新收": 5]
    func value(_ text: String) throws -> Double? {
      try ArithmeticExpression(text).value(values)
    }
    #expect(try value("a + b * 3") == 12)
    #expect(try value("(a + b) * 3 / 4") == 6)
    #expect(try value("-a ^ 2") == -36)
    #expect(try value("2 ^ -b") == 0.25)
    #expect(try value("新收 * (a >= 6)") == 5)
    #expect(try value("sqrt(b + b) + abs(-1) + floor(1.7)") == 4)
    #expect(try value("a / (b - 2)") == nil)
    #expect(try value("log(0 - a)") == nil)
    #expect(try value("c + 1") == nil)
  }

  @Test("variables are listed once")
  func variables() throws {
    #expect(try ArithmeticExpression("(x + `y z`) / x").variables == ["x", "y z"])
  }

  @Test(
    "what is no arithmetic is refused with its place",
    arguments: ["", "a +", "a b", "lag(a)", "a == 'x'", "(a", "foo(a)"])
  func refused(text: String) {
    let error = #expect(throws: Diagnostic.self) { try ArithmeticExpression(text) }
    #expect(error?.code == .formulaSyntax)
  }
}
