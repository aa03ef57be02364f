import CaseloadData

extension CourtCaseType {
  /// Checks every number.
  ///
  /// - Parameter tracks: the names of the court's tracks.
  /// - Throws: the first `Diagnostic`, placed at the case type.
  func check(tracks: [String]) throws(Diagnostic) {
    do {
      try checkParts(tracks)
    } catch {
      throw error.located(Diagnostic.Location(series: id))
    }
  }

  private func checkParts(_ tracks: [String]) throws(Diagnostic) {
    try SimulationCheck.rate("mean", filings.mean, allowsZero: true)
    if let dispersion = filings.dispersion { try SimulationCheck.rate("dispersion", dispersion) }
    for count in filings.path where count < 0 {
      throw Diagnostic(
        .negativeCount, .error,
        Text(en: "The path of filings holds \(count).", zh: "收案路径中有 \(count)。"),
        hint: Text(en: "Counts are zero or more.", zh: "件数不得小于零。"))
    }
    try Self.checkMonths("monthFactors", filings.monthFactors)
    try SimulationCheck.rate("growth + 1", filings.growth + 1)
    if !stages.isEmpty { try SimulationCheck.shares("stages", stages.map(\.share)) }
    try SimulationCheck.count("stages", 64 - stages.count, least: 0)
    for stage in stages { if let need = stage.need { try CourtTeam.check(need) } }
    try SimulationCheck.rate("withdrawalHazard", withdrawalHazard, allowsZero: true)
    try SimulationCheck.rate("mediationHazard", mediationHazard, allowsZero: true)
    if let diversion {
      try SimulationCheck.probability("share", diversion.share)
      try SimulationCheck.probability("returnShare", diversion.returnShare)
      try SimulationCheck.rate("returnDays", diversion.returnDays)
    }
    if let opening {
      try SimulationCheck.count("pending", opening.pending, least: 0)
      try SimulationCheck.rate("remainingShare", opening.remainingShare)
    }
    for route in routes where !tracks.contains(route.track) {
      throw SimulationCheck.unknown(
        route.track, among: tracks, Text(en: "track", zh: "办案轨道"))
    }
    if !routes.isEmpty { try SimulationCheck.shares("routes", routes.map(\.probability)) }
  }

  /// Twelve factors above zero, or none.
  static func checkMonths(_ name: String, _ factors: [Double]) throws(Diagnostic) {
    guard factors.isEmpty || factors.count == 12 else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "'\(name)' has \(factors.count) numbers.", zh: "“\(name)”有 \(factors.count) 个数。"),
        hint: Text(en: "Give twelve, from January on, or none.", zh: "请给出自一月起的十二个数，或不给。"))
    }
    for factor in factors { try SimulationCheck.rate(name, factor, allowsZero: true) }
  }
}
