import CaseloadData

/// Names, dates and numbers of a scenario, held against the state that it is about.
struct ScenarioChecks {
  let state: CourtState
  let periods: [Period]
  /// Where the scenario stands in its file.
  let path: String

  private func place(_ entry: String, _ key: String? = nil) -> Diagnostic.Location {
    Diagnostic.Location(
      column: path + (entry.isEmpty ? "" : "." + entry) + (key.map { "." + $0 } ?? ""))
  }

  func court(_ name: String?, _ entry: String) throws(Diagnostic) -> Int {
    guard let name else {
      if state.courts.count == 1 { return 0 }
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(en: "The court is not named.", zh: "未指明法院。"), at: place(entry),
        hint: Text(
          en: "Write court: \(state.courts[0]).", zh: "请写明 court: \(state.courts[0])。"))
    }
    guard let index = state.courts.firstIndex(of: name) else {
      throw Diagnostic.unknownName(
        name, among: state.courts, kind: Text(en: "court", zh: "法院"), at: place(entry, "court"))
    }
    return index
  }

  func courts(_ name: String?, _ entry: String) throws(Diagnostic) -> [Int] {
    name == nil ? Array(state.courts.indices) : [try court(name, entry)]
  }

  func dockets(_ court: String?, _ caseType: String?, _ entry: String) throws(Diagnostic) -> [Int] {
    let courts = try courts(court, entry)
    var type: Int?
    if let caseType {
      type = state.caseTypes.firstIndex(of: caseType)
      guard type != nil else {
        throw Diagnostic.unknownName(
          caseType, among: state.caseTypes, kind: Text(en: "case type", zh: "案件类型"),
          at: place(entry, "caseType"))
      }
    }
    let found = state.dockets.indices.filter { index in
      let docket = state.dockets[index]
      return courts.contains(docket.court) && (type.map { docket.caseType == $0 } ?? true)
    }
    guard !found.isEmpty else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "The court '\(court ?? "")' has no cases of type '\(caseType ?? "")'.",
          zh: "法院“\(court ?? "")”没有“\(caseType ?? "")”类案件。"), at: place(entry),
        hint: Text(en: "Name another court or type.", zh: "请改写法院或案件类型。"))
    }
    return found
  }

  /// The docket of the same case type in another court.
  func counterpart(of docket: Int, in name: String, _ entry: String) throws(Diagnostic) -> Int {
    guard let target = state.courts.firstIndex(of: name) else {
      throw Diagnostic.unknownName(
        name, among: state.courts, kind: Text(en: "court", zh: "法院"), at: place(entry, "to"))
    }
    let type = state.dockets[docket].caseType
    guard
      let index = state.dockets.firstIndex(where: { $0.court == target && $0.caseType == type }),
      index != docket
    else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en:
            "'\(state.caseTypes[type])' cannot be routed to '\(name)': it is the same court, or has "
            + "no such cases.",
          zh: "“\(state.caseTypes[type])”不能移送至“\(name)”：为同一法院，或该院没有此类案件。"),
        at: place(entry, "to"),
        hint: Text(
          en: "Name a court that has this case type.", zh: "请写明受理该类案件的另一法院。"))
    }
    return index
  }

  /// `period` in the frequency of the data: 2026 is a year where the data are yearly.
  func period(_ period: Period, _ entry: String) throws(Diagnostic) -> Period {
    let frequency = state.start.frequency
    if period.frequency == frequency { return period }
    if period.frequency == .index, frequency == .yearly { return .year(period.ordinal) }
    if let day = period.firstDay, let own = Period(of: frequency, containing: day) { return own }
    if period.frequency == .index, (1000...9999).contains(period.ordinal),
      let day = Period.year(period.ordinal).firstDay,
      let own = Period(of: frequency, containing: day)
    {
      return own
    }
    throw Diagnostic(
      .notAPeriod, .error,
      Text(
        en: "\(period) is not a period of \(frequency.rawValue) data.",
        zh: "\(period) 不是 \(frequency.rawValue) 数据的时期。"), at: place(entry, "from"),
      hint: Text(en: "Write it as \(state.start).", zh: "请写作 \(state.start) 的形式。"))
  }

  /// How much of a change holds in each period ahead; one that lies before them holds in full.
  func ramp(_ from: Period, _ length: Int, _ entry: String) throws(Diagnostic) -> [Double] {
    let from = try period(from, entry)
    guard length >= 0 else { throw notANumber(entry, "ramp") }
    return periods.map { period in
      let elapsed = from.distance(to: period)
      return elapsed < 0 ? 0 : min(1, Double(elapsed + 1) / Double(length + 1))
    }
  }

  func percent(_ percent: Double, _ error: Double, _ entry: String) throws(Diagnostic) {
    guard percent > -100, percent.isFinite, error >= 0, error.isFinite else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "A change of \(NumberText.plain(percent)) percent with a standard error of "
            + "\(NumberText.plain(error)) is not possible.",
          zh: "变动 \(NumberText.plain(percent))%、标准误 \(NumberText.plain(error)) 不可能成立。"),
        at: place(entry, "percent"),
        hint: Text(
          en: "Give a percentage above −100, and an error that is not below zero.",
          zh: "百分比须大于 −100，标准误不得小于零。"))
    }
  }

  func probability(_ value: Double, _ key: String, _ entry: String) throws(Diagnostic) {
    guard value >= 0, value <= 1 else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(
          en: "\(key) is \(NumberText.plain(value)), which is not between 0 and 1.",
          zh: "\(key) 为 \(NumberText.plain(value))，不在 0 与 1 之间。"), at: place(entry, key),
        hint: Text(en: "Write 0.15 for 15 %.", zh: "15% 请写作 0.15。"))
    }
  }

  func diversion(_ diversion: Scenario.Diversion, _ entry: String) throws(Diagnostic) {
    try probability(diversion.share, "share", entry)
    try probability(diversion.returns, "returns", entry)
    let (mean, error) = (diversion.share, diversion.standardError)
    guard error >= 0, error.isFinite, error == 0 || error * error < mean * (1 - mean) else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(
          en: "A share of \(NumberText.plain(mean)) cannot have a standard error of "
            + "\(NumberText.plain(error)).",
          zh: "占比 \(NumberText.plain(mean)) 的标准误不可能为 \(NumberText.plain(error))。"),
        at: place(entry, "standardError"),
        hint: Text(
          en: "It must be below √(share · (1 − share)).", zh: "标准误须小于 √(占比·(1 − 占比))。"))
    }
    guard diversion.lag >= 0, diversion.minutes >= 0, diversion.minutes.isFinite else {
      throw notANumber(entry, diversion.lag < 0 ? "lag" : "minutes")
    }
  }

  func notANumber(_ entry: String, _ key: String? = nil) -> Diagnostic {
    Diagnostic(
      .illegalRate, .error,
      Text(en: "A number here is below zero or not finite.", zh: "此处数值小于零或不是有限数。"),
      at: place(entry, key), hint: Text(en: "Correct it.", zh: "请更正。"))
  }
}
