import Caseload

/// What schemas are made of.
extension PayloadSchemas {
  static func typed(_ type: JSON, _ description: String) -> JSON {
    ["type": type, "description": .string(description)]
  }
  static func string(_ description: String) -> JSON { typed("string", description) }
  static func number(_ description: String) -> JSON {
    typed(["number", "null"], description)
  }
  static func array(_ items: JSON, _ description: String) -> JSON {
    ["type": "array", "items": items, "description": .string(description)]
  }
  static func map(_ values: JSON, _ description: String) -> JSON {
    [
      "type": "object", "additionalProperties": values, "description": .string(description),
    ]
  }
  static func object(_ properties: [String: JSON], _ description: String = "") -> JSON {
    [
      "type": "object", "properties": .object(properties), "description": .string(description),
    ]
  }

  /// `schema`, or null where the data do not give it.
  static func optional(_ schema: JSON) -> JSON {
    guard case .object(var members) = schema else { return schema }
    if let values = members["enum"]?.array { members["enum"] = .array(values + [.null]) }
    guard let type = members["type"] else { return .object(members) }
    members["type"] = .array((type.array ?? [type]) + ["null"])
    return .object(members)
  }

  static let text = object(
    ["en": string("English"), "zh": string("Chinese")], "the same words in both languages")
  static let period = typed(
    ["string", "integer"],
    "such as 2019, 2019-H1, 2019-Q1, 2019-03, 2019-W05, 2019-03-01; a number for an index")
  static let key = map(string("a value of a key column"), "the keys that name the series")

  static let estimate = object(
    [
      "value": number("the estimate"), "standardError": number("its standard error"),
      "lower": number("lower end of the interval"), "upper": number("upper end"),
      "level": number("coverage of the interval, as a fraction"),
      "pValue": number("two-sided, of no effect"),
    ], "an estimate with its uncertainty")

  static let diagnostic = object(
    [
      "code": string("such as CL0204; see `caseload explain`"),
      "severity": ["enum": ["note", "warning", "error"]], "message": text,
      "location": optional(
        object([
          "file": optional(string("the file")), "row": number("the line, the header being 1"),
          "column": optional(string("the column or property")),
          "series": optional(string("the keys of the series")), "period": optional(period),
        ])), "hint": optional(text),
    ])

  static let hypothesisTest = object([
    "id": string("the test"), "name": text, "hypothesis": text, "statistic": number("its value"),
    "distribution": text,
    "degreesOfFreedom": optional(
      object([
        "numerator": number("degrees of freedom"),
        "denominator": number("of an F distribution"),
      ])),
    "pValue": number("of the hypothesis"), "detail": optional(text),
  ])
}
