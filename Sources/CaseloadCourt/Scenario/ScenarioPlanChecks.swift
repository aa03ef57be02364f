import CaseloadData

extension ScenarioPlan {
  /// The base and all scenarios, each with what it combines and its place in the file; and the
  /// periods ahead.
  ///
  /// - Throws: ``DiagnosticCode/illegalOption`` for a horizon or number of draws that is not possible,
  ///   ``DiagnosticCode/illegalRate``, ``DiagnosticCode/openingMismatch``,
  ///   ``DiagnosticCode/malformedDefinition`` for a repeated or circular scenario.
  func checked(against state: CourtState) throws(Diagnostic) -> (
    [(scenario: Scenario, path: String)], [Period]
  ) {
    try checkNumber(Double(horizon), "horizon", in: 1...600)
    try checkNumber(Double(draws), "draws", in: 100...1_000_000)
    guard targetDays > 0, targetDays.isFinite else { throw Self.illegal("targetDays", targetDays) }
    guard staffingError >= 0, staffingError < 100 else {
      throw Self.illegal("staffingError", staffingError)
    }
    if let judgeCost, !(judgeCost >= 0 && judgeCost.isFinite) {
      throw Self.illegal("judgeCost", judgeCost)
    }
    try checkOpening(state)
    var list: [(scenario: Scenario, path: String)] = [(.base, "base")]
    for (index, scenario) in scenarios.enumerated() {
      let path = "scenarios[\(index)]"
      guard !list.contains(where: { $0.scenario.id == scenario.id }), !scenario.id.isEmpty else {
        throw Diagnostic(
          .malformedDefinition, .error,
          Text(
            en: "The scenario id '\(scenario.id)' is taken.", zh: "情景标识“\(scenario.id)”已被使用。"),
          at: Diagnostic.Location(column: path + ".id"),
          hint: Text(
            en: "Give every scenario an id of its own; 'base' is what is compared against.",
            zh: "请为每个情景起不同的标识；base 为比较基准。"))
      }
      list.append((try combined(scenario, path, seen: []), path))
    }
    return (list, (0..<horizon).map { state.start.advanced(by: $0) })
  }

  /// `scenario` with everything that it combines in itself.
  ///
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for an unknown or circular combination.
  public func combined(_ scenario: Scenario) throws(Diagnostic) -> Scenario {
    let index = scenarios.firstIndex { $0.id == scenario.id } ?? 0
    var result = try combined(scenario, "scenarios[\(index)]", seen: [])
    result.combines = []
    return result
  }

  private func combined(_ scenario: Scenario, _ path: String, seen: [String]) throws(Diagnostic)
    -> Scenario
  {
    var result = scenario
    guard !seen.contains(scenario.id) else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "The scenario '\(scenario.id)' combines itself.",
          zh: "情景“\(scenario.id)”包含了自身。"),
        at: Diagnostic.Location(column: path + ".combines"),
        hint: Text(en: "Leave it out.", zh: "请去掉该项。"))
    }
    for id in scenario.combines {
      guard let other = scenarios.first(where: { $0.id == id }) else {
        throw Diagnostic.unknownName(
          id, among: scenarios.map(\.id), kind: Text(en: "scenario", zh: "情景"),
          code: .malformedDefinition, at: Diagnostic.Location(column: path + ".combines"))
      }
      let part = try combined(other, path, seen: seen + [scenario.id])
      result.filings += part.filings
      result.diversion += part.diversion
      result.judges += part.judges
      result.productivity += part.productivity
      result.routing += part.routing
    }
    return result
  }

  /// A stated opening must be the last closing.
  private func checkOpening(_ state: CourtState) throws(Diagnostic) {
    let last = [state.start.advanced(by: -1)]
    for (index, stated) in opening.enumerated() {
      let check = ScenarioChecks(state: state, periods: last, path: "opening[\(index)]")
      let dockets = try check.dockets(stated.court, stated.caseType, "")
      let sum = dockets.reduce(0.0) { $0 + state.dockets[$1].opening }
      guard abs(sum - stated.pending) <= 0.5 else {
        throw Diagnostic(
          .openingMismatch, .error,
          Text(
            en:
              "The file states \(NumberText.plain(stated.pending)) cases pending at the start; the "
              + "data end with \(NumberText.plain(sum)).",
            zh: "文件称期初未结 \(NumberText.plain(stated.pending)) 件，而数据期末为 "
              + "\(NumberText.plain(sum)) 件。"),
          at: Diagnostic.Location(
            column: "opening[\(index)].pending", period: last[0].description),
          hint: Text(
            en: "Correct one of the two, or leave the opening out.",
            zh: "请更正其中之一，或删去 opening。"))
      }
    }
  }

  private func checkNumber(_ value: Double, _ name: String, in range: ClosedRange<Double>)
    throws(Diagnostic)
  {
    guard range.contains(value) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "\(name) cannot be \(NumberText.plain(value)).",
          zh: "\(name) 不能为 \(NumberText.plain(value))。"),
        at: Diagnostic.Location(column: name),
        hint: Text(
          en: "It lies between \(NumberText.plain(range.lowerBound)) and "
            + "\(NumberText.plain(range.upperBound)).",
          zh: "取值范围为 \(NumberText.plain(range.lowerBound)) 至 "
            + "\(NumberText.plain(range.upperBound))。"))
    }
  }

  private static func illegal(_ name: String, _ value: Double) -> Diagnostic {
    Diagnostic(
      .illegalRate, .error,
      Text(
        en: "\(name) cannot be \(NumberText.plain(value)).",
        zh: "\(name) 不能为 \(NumberText.plain(value))。"),
      at: Diagnostic.Location(column: name),
      hint: Text(en: "Give a finite number above zero.", zh: "请给出大于零的有限数。"))
  }
}
