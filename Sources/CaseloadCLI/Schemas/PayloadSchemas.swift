import Caseload

/// The JSON Schema of each command's result: what a program may rely on.
enum PayloadSchemas {
  static let names = schemas.map(\.name)

  /// The schema of the envelope with the payload of `command`.
  static func schema(_ command: String) -> JSON? {
    guard let payload = schemas.first(where: { $0.name == command })?.payload else { return nil }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": .string("caseload.\(command)/1"),
      "type": "object",
      "required": ["schema", "version", "command", "inputs", "payload", "diagnostics"],
      "properties": [
        "schema": ["const": .string("caseload.\(command)/1")],
        "version": string("the version of Caseload"),
        "command": array(string("an argument"), "a command line that makes this result again"),
        "seed": number("the seed of random draws, where there are any"),
        "inputs": map(string("64 hexadecimal digits"), "SHA-256 of each file that was read"),
        "payload": payload,
        "diagnostics": array(diagnostic, "what was assumed and noticed"),
      ],
    ]
  }

  /// `value` with a null for every property of the schema of `command` that it leaves out: what is
  /// missing is written, not dropped.
  static func completed(_ value: JSON, schema id: String) -> JSON {
    let command = id.split(separator: "/").first?.split(separator: ".").last.map(String.init)
    guard let payload = schemas.first(where: { $0.name == command })?.payload else { return value }
    return completed(value, payload)
  }

  private static func completed(_ value: JSON, _ schema: JSON) -> JSON {
    switch value {
    case .object(var members):
      if case .object(let properties)? = schema["properties"] {
        for (name, inner) in properties { members[name] = completed(members[name] ?? .null, inner) }
      }
      return .object(members)
    case .array(let items):
      guard let inner = schema["items"] else { return value }
      return .array(items.map { completed($0, inner) })
    default: return value
    }
  }

  private static let schemas: [(name: String, payload: JSON)] = [
    ("forecast", forecast), ("fit", fit), ("backtest", backtest), ("decompose", decompose),
    ("study", study), ("effect", effect), ("effects", effects), ("trend", trend),
    ("regress", regress), ("workload", workload), ("audit", audit), ("inspect", inspect),
    ("indicators", indicators), ("postmortem", postmortem), ("backlog", backlog), ("age", age),
    ("staff", staff), ("staff-allocate", staffAllocate), ("staff-plan", staffPlan),
    ("staff-track", staffTrack), ("staff-pipeline", staffPipeline), ("staff-team", staffTeam),
    ("simulate-court", simulateCourt), ("workload-need", workloadNeed),
    ("indicator-values", indicatorValues), ("indicator-definitions", indicatorDefinitions),
    ("queue", queue), ("scenario", scenario),
  ]
}
