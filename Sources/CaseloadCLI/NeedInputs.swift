import Caseload
import CaseloadIO

/// The weighted need of every court of a dataset: which cases, which judges, which weights.
struct NeedInputs {
  /// Where the numbers of cases come from.
  enum Cases: Equatable {
    /// The last whole year.
    case latest
    /// The mean of the last whole years.
    case mean(Int)
    /// The year after the last period.
    case forecast

    /// - Throws: ``DiagnosticCode/illegalOption``.
    init(_ text: String) throws(Diagnostic) {
      switch text {
      case "latest": self = .latest
      case "forecast": self = .forecast
      default:
        guard text.hasPrefix("mean:"), let years = Int(text.dropFirst(5)), (1...50).contains(years)
        else {
          throw Diagnostic(
            .illegalOption, .error,
            Text(en: "--cases cannot be '\(text)'.", zh: "--cases 不能取 '\(text)'。"),
            hint: Text(
              en: "Write latest, mean:3 or forecast.", zh: "请写 latest、mean:3 或 forecast。"))
        }
        self = .mean(years)
      }
    }
  }

  let dataset: Dataset
  let options: DataOptions
  let study: WeightStudy
  /// The file of weights, for messages.
  let file: String
  var caseType: String?
  var columns: [WeightStudy.Basis: String] = [:]
  var judges: String?
  var cases: Cases?
  var leaveOut: Set<String> = []
  var model = Automatic.card.id
  var draws = 4000
  var level = 0.95
  var seed: UInt64 = 1

  /// What the command answers.
  struct Answer: Encodable, Sendable {
    struct Court: Encodable, Sendable {
      let key: [String]
      let label: String
      let need: JudgeNeed
    }

    let keyNames: [String]
    /// latest, mean or forecast.
    let cases: String
    /// The year, or the periods, of the cases.
    let period: String?
    let weights: WeightStudy
    let courts: [Court]
    let total: JudgeNeed
  }

  /// Names that a column of each basis usually has.
  private static let usual: [WeightStudy.Basis: [String]] = [
    .filings: ["filings", "incoming", "filed", "received", "新收", "收案", "cases"],
    .pending: ["pending", "pendingEnd", "pending_end", "未结"],
    .resolved: ["resolved", "closed", "结案"],
  ]

  func answer() throws(Diagnostic) -> (Answer, [Diagnostic]) {
    let profile = dataset.profile.workload
    let name = options.resource ?? profile?.resource ?? dataset.profile.series?.resource
    let table = try dataset.table(name)
    let typeColumn = try caseTypeColumn(table)
    let periodColumn = try self.periodColumn(table)
    let courtKeys = try self.courtKeys(table, typeColumn, periodColumn, profile)
    var notes: [Diagnostic] = []
    try checkTypes(table, typeColumn, &notes)

    let stream = RandomStream(seed: seed)
    var volumes: [[String]: [CaseVolume]] = [:]
    var order: [[String]] = []
    var label: String?
    var kind = cases ?? (periodColumn == nil ? .latest : .forecast)
    for basis in WeightStudy.Basis.allCases {
      let types = Set(study.entries.filter { $0.basis == basis }.map(\.caseType))
      guard !types.isEmpty else { continue }
      let column = try countColumn(table, basis, profile)
      let read = try CaseCounts(
        table, column: column, isStock: basis == .pending, keys: courtKeys, type: typeColumn,
        onlyType: study.entries[0].caseType,
        period: periodColumn, selection: options.selection())
      notes += read.notes
      if read.isSnapshot { kind = .latest }
      for (index, entry) in read.entries.enumerated() where types.contains(entry.caseType) {
        let place = Diagnostic.Location(
          file: table.source, series: (entry.court + [entry.caseType]).joined(separator: ", "))
        do throws(Diagnostic) {
          let (volume, period, note) = try entry.volume(
            basis == .pending ? .latest : kind, model: model, draws: draws,
            from: stream.substream(named: "forecast \(basis.rawValue)").substream(UInt64(index)))
          if let note { notes.append(note.located(place)) }
          if basis == .filings || label == nil { label = period ?? label }
          if volumes[entry.court] == nil { order.append(entry.court) }
          volumes[entry.court, default: []].append(volume)
        } catch { throw error.located(place) }
      }
    }
    let posts = try CourtPosts(dataset, table, judges, profile, courtKeys, periodColumn)
    notes += posts.notes
    let courts = order.map { court in
      NeedModel.Court(
        name: court.joined(separator: "/"), volumes: volumes[court] ?? [],
        judgesInPost: posts.judges(of: court, among: order.count))
    }
    let needs = try NeedModel(
      study, draws: draws, level: level, from: stream.substream(named: "need")
    ).needs(of: courts)
    let answers = zip(order, needs.courts).map { court, need in
      Answer.Court(
        key: court, label: zip(courtKeys, court).map { "\($0)=\($1)" }.joined(separator: ", "),
        need: need)
    }
    let total =
      posts.stated.map { needs.total.with(judgesInPost: $0) } ?? needs.total
    let word =
      switch kind {
      case .latest: "latest"
      case .mean(let years): "mean:\(years)"
      case .forecast: "forecast"
      }
    return (
      Answer(
        keyNames: courtKeys, cases: word, period: label, weights: study, courts: answers,
        total: total), notes + needs.diagnostics
    )
  }

  /// The column whose cells are the case types.
  private func caseTypeColumn(_ table: Table) throws(Diagnostic) -> String? {
    if let caseType { return try table.column(caseType).name }
    let known = Set(study.entries.map(\.caseType))
    var best: (name: String, hits: Int)?
    for column in table.columns where !table.isNumeric(column) {
      let hits = Set(try table.text(column.name)).intersection(known).count
      if hits > (best?.hits ?? 0) { best = (column.name, hits) }
    }
    if let best { return best.name }
    // One weight for one column of cases needs no column of types.
    if study.entries.count == 1, !table.columnNames.contains("caseType") { return nil }
    throw Diagnostic(
      .missingWeight, .error,
      Text(
        en: "No column of the table holds case types that have a weight "
          + "(\(study.entries.map(\.caseType).joined(separator: ", "))).",
        zh: "表中没有任何列的取值与权重表中的案件类型相符"
          + "（\(study.entries.map(\.caseType).joined(separator: "、"))）。"),
      at: Diagnostic.Location(file: table.source),
      hint: Text(
        en: "Name the column with --case-type; its cells and the file's caseType must be the same.",
        zh: "请用 --case-type 指明该列；其取值须与权重文件中的 caseType 一致。"))
  }

  private func periodColumn(_ table: Table) throws(Diagnostic) -> String? {
    if let name = options.period { return try table.column(name).name }
    let declared = dataset.profile.series?.selection.period ?? "period"
    return [declared, "period", "year"].first { table.columnNames.contains($0) }
  }

  private func courtKeys(
    _ table: Table, _ type: String?, _ period: String?, _ profile: CaseloadProfile.Workload?
  ) throws(Diagnostic) -> [String] {
    if let by = options.by {
      let names = by.split(separator: ",").map(String.init).filter { !$0.isEmpty }
      for name in names { _ = try table.column(name) }
      return names.filter { $0 != type }
    }
    if let by = profile?.by, !by.isEmpty, by.allSatisfy({ table.columnNames.contains($0) }) {
      return by.filter { $0 != type }
    }
    return table.columns.filter { $0.name != type && $0.name != period && !table.isNumeric($0) }
      .map(\.name)
  }

  private func countColumn(
    _ table: Table, _ basis: WeightStudy.Basis, _ profile: CaseloadProfile.Workload?
  ) throws(Diagnostic) -> String {
    if let name = columns[basis] { return try table.column(name).name }
    let declared =
      switch basis {
      case .filings: profile?.incoming
      case .pending: profile?.pending
      case .resolved: profile?.resolved
      }
    let names = ([declared].compactMap { $0 }) + (Self.usual[basis] ?? [])
    if let name = names.first(where: { table.columnNames.contains($0) }) { return name }
    let option = basis == .filings ? "--incoming" : "--\(basis.rawValue)"
    throw Diagnostic(
      .missingOption, .error,
      Text(
        en: "Weights by \(basis.rawValue) need the column of those cases.",
        zh: "按 \(basis.rawValue) 计数的权重需要相应的案件列。"),
      at: Diagnostic.Location(file: table.source),
      hint: Text(en: "Add \(option) COLUMN.", zh: "请加上 \(option) 列名。"))
  }

  /// Every case type has a weight, and a weight without cases is told.
  private func checkTypes(_ table: Table, _ column: String?, _ notes: inout [Diagnostic])
    throws(Diagnostic)
  {
    guard let column else { return }
    let cells = try table.text(column)
    var seen: Set<String> = []
    for (i, type) in cells.enumerated() where !leaveOut.contains(type) {
      guard seen.insert(type).inserted else { continue }
      do throws(Diagnostic) {
        _ = try study.weights.weight(of: type)
      } catch {
        let list = study.entries.map(\.caseType)
        throw Diagnostic(
          .missingWeight, .error, error.message,
          at: Diagnostic.Location(
            file: table.source, row: table.lines[i], column: column, series: type),
          hint: Text(
            en: "Add it to \(file) (there are \(list.joined(separator: ", "))), or leave its cases "
              + "out with --leave-out '\(type)'.",
            zh: "请在 \(file) 中补上（现有 \(list.joined(separator: "、"))），"
              + "或用 --leave-out '\(type)' 将其排除。"))
      }
    }
    for type in study.entries.map(\.caseType) where !seen.contains(type) {
      notes.append(
        Diagnostic(
          .missingWeight, .warning,
          Text(
            en: "The weight of '\(type)' has no cases in the table.",
            zh: "“\(type)”有权重，但表中没有该类案件。"),
          at: Diagnostic.Location(file: file, series: type),
          hint: Text(
            en: "Check the spelling; otherwise its cases are missing from the need.",
            zh: "请核对名称，否则所需法官中缺少该类案件。")))
    }
  }
}
