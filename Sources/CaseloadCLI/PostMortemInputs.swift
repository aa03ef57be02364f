import Caseload
import CaseloadIO

/// Tables of projections and outcomes as the paths that a post-mortem compares.
struct PostMortemInputs {
  let columns: PostMortemColumns
  let openings: PendingPath.Openings
  private let planned: [PostMortemColumns.Row]
  private let actual: [PostMortemColumns.Row]
  private let (plannedFile, actualFile): (String, String)

  /// A projection and what became of it; both may be one table.
  init(
    _ columns: PostMortemColumns, openings: PendingPath.Openings, planned: Table?, actual: Table
  ) throws(Diagnostic) {
    self.columns = columns
    self.openings = openings
    (plannedFile, actualFile) = (planned?.source ?? actual.source, actual.source)
    self.planned =
      try planned.map { table throws(Diagnostic) in
        try columns.rows(table, .planned)
      } ?? []
    var past = columns
    past.origin = nil
    // What happened stands beside each origin of one table: once is enough.
    let rows = try past.rows(actual, .actual)
    self.actual = columns.origin == nil || planned == nil ? rows : Self.distinct(rows)
  }

  private static func distinct(_ rows: [PostMortemColumns.Row]) -> [PostMortemColumns.Row] {
    var seen: Set<[String]> = []
    return rows.filter { row in
      let numbers = PostMortemColumns.roles.map { NumberText.plain(row.values[$0] ?? .nan) }
      return seen.insert(row.key + [row.caseType, row.period.description] + numbers).inserted
    }
  }

  /// One projection, made at its origin.
  struct Projection {
    let origin: Period?
    let courts: [PostMortem.Court]
    let notes: [Diagnostic]
  }

  /// The case types, in the order of the actual table.
  var caseTypes: [String] {
    var types: [String] = []
    for row in actual where !types.contains(row.caseType) { types.append(row.caseType) }
    return types
  }

  private var keys: [[String]] {
    var keys: [[String]] = []
    for row in planned.isEmpty ? actual : planned where !keys.contains(row.key) {
      keys.append(row.key)
    }
    return keys
  }

  /// The projections of the table, by origin.
  func projections() throws(Diagnostic) -> [Projection] {
    let origins = Set(planned.map(\.origin)).sorted { a, b in
      guard let a, let b else { return a == nil && b != nil }
      return a < b
    }
    var result: [Projection] = []
    for origin in origins {
      let rows = planned.filter { $0.origin == origin }
      var courts: [PostMortem.Court] = []
      var notes: [Diagnostic] = []
      for key in keys where rows.contains(where: { $0.key == key }) {
        let own = rows.filter { $0.key == key }
        guard let first = own.map(\.period).min() else { continue }
        let before = pending(key, first.advanced(by: -1))
        let hasOpening = own.contains {
          $0.period == first && ($0.has("opening") || $0.has("pending"))
        }
        if !hasOpening, before != nil { notes.append(Self.takesActual(key)) }
        let plan = try path(own, plannedFile, opening: hasOpening ? nil : before)
        let end = plan.periods.upperBound
        let happened = actual.filter {
          $0.key == key && $0.period.frequency == first.frequency && $0.period >= first
            && $0.period < end
        }
        let fact = try path(
          happened.isEmpty ? actual.filter { $0.key == key } : happened, actualFile,
          opening: happened.isEmpty ? nil : before)
        courts.append(
          PostMortem.Court(key: key, planned: plan, actual: fact, ranges: try ranges(own)))
      }
      result.append(Projection(origin: origin, courts: courts, notes: notes))
    }
    return result
  }

  /// The path of constant closings to `target`, from the last pending cases before `start` and the
  /// means of `base` periods.
  func target(_ target: Double, from start: Period, until: Period?, base: Int?) throws(Diagnostic)
    -> Projection
  {
    guard keys.count == 1, caseTypes == [""] else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "--target is for one court without case types.", zh: "--target 只用于不分案件类型的单个法院。"),
        hint: Text(en: "Select the rows first.", zh: "请先筛选数据。"))
    }
    let count = base ?? start.frequency.seasonLength
    let earlier = start.advanced(by: -count)..<start
    let before = actual.filter { earlier.contains($0.period) }
    let after = actual.filter { row in
      row.period >= start && (until.map { limit in row.period <= limit } ?? true)
    }
    guard let opening = pending(keys[0], start.advanced(by: -1)), before.count == count,
      let last = after.map(\.period).max()
    else {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en:
            "A plan from \(start) on needs \(count) periods before it with pending cases at their "
            + "end, and one after.",
          zh: "自 \(start) 起的推定计划需要此前 \(count) 期及其期末未结数，以及之后至少一期。"),
        at: Diagnostic.Location(file: actualFile, period: start.description),
        hint: Text(en: "Give more periods, or a smaller --base.", zh: "请补充数据，或减小 --base。"))
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let filings = mean(before.map { $0.values["filings"] ?? .nan })
    let hasMinutes = (before + after).allSatisfy { $0.has("minutes") }
    let closed = before.map { $0.values["resolved"] ?? .nan }
    let spent = zip(before, closed).map { ($0.values["minutes"] ?? .nan) * $1 }
    let minutes = hasMinutes ? spent.reduce(0, +) / closed.reduce(0, +) : nil
    let periods = start.distance(to: last) + 1
    let plan = try PlannedDocket.reaching(
      target, from: opening[0], filings: [Double](repeating: filings, count: periods),
      start: start, minutes: minutes)
    let fact = try path(after, actualFile, opening: opening)
    let shown = NumberText.decimal(filings)
    let closings = NumberText.decimal(plan.rows[0].resolved[0])
    let note = Diagnostic(
      .assumption, .note,
      Text(
        en: "The plan is derived by rule, and no one's forecast: \(shown.en) filings a period, the "
          + "mean of the \(count) before, and \(closings.en) closings, which reach the target with "
          + "them.",
        zh: "计划按规则推定，并非任何人的预测：每期收案 \(shown.zh) 件（此前 \(count) 期均值），"
          + "结案 \(closings.zh) 件，恰好达到目标。"))
    return Projection(
      origin: nil, courts: [PostMortem.Court(key: keys[0], planned: plan, actual: fact)],
      notes: [note])
  }

  /// All courts together at `period`, as far as it is known.
  func known(_ period: Period) -> ErrorAccount.Figures? {
    let rows = actual.filter { $0.period == period }
    guard !rows.isEmpty,
      rows.allSatisfy({ $0.has("filings") && $0.has("resolved") && $0.has("pending") })
    else { return nil }
    func sum(_ role: String) -> Double { rows.reduce(0) { $0 + ($1.values[role] ?? .nan) } }
    return ErrorAccount.Figures(
      filings: sum("filings"), resolved: sum("resolved"), pending: sum("pending"))
  }

  private func pending(_ key: [String], _ period: Period) -> [Double]? {
    let rows = actual.filter { $0.key == key && $0.period == period }
    let values = caseTypes.map { type in
      rows.first { $0.caseType == type }?.values["pending"] ?? .nan
    }
    return values.contains(where: \.isNaN) ? nil : values
  }

  private func ranges(_ rows: [PostMortemColumns.Row]) throws(Diagnostic) -> [Period:
    ProjectedRange]
  {
    var ranges: [Period: ProjectedRange] = [:]
    // An interval of one type says nothing about the sum of several.
    guard caseTypes.count == 1 else { return [:] }
    for row in rows {
      guard let center = row.values["pending"], !center.isNaN else { continue }
      do throws(Diagnostic) {
        if row.has("standardDeviation") {
          ranges[row.period] = try ProjectedRange(
            center: center, standardDeviation: row.values["standardDeviation"] ?? .nan)
        } else {
          for (level, name) in [(0.95, "95"), (0.8, "80")]
          where row.has("lower" + name) && row.has("upper" + name) && ranges[row.period] == nil {
            ranges[row.period] = try ProjectedRange(
              center: center, lower: row.values["lower" + name] ?? .nan,
              upper: row.values["upper" + name] ?? .nan, level: level)
          }
        }
      } catch {
        throw error.located(Diagnostic.Location(file: plannedFile, row: row.line))
      }
    }
    return ranges
  }

  /// Rows of one court as a path, every type in every period from the first to the last.
  private func path(_ rows: [PostMortemColumns.Row], _ file: String, opening: [Double]?)
    throws(Diagnostic) -> PendingPath
  {
    var cells: [Period: [String: PostMortemColumns.Row]] = [:]
    let place = Diagnostic.Location(
      file: file,
      series: rows.first.flatMap { $0.key.isEmpty ? nil : $0.key.joined(separator: ", ") })
    for row in rows {
      if let other = cells[row.period]?[row.caseType] {
        throw Diagnostic(
          .duplicatePeriod, .error,
          Text(
            en: "\(row.period) has two rows, the other in line \(other.line).",
            zh: "\(row.period) 有两行，另一行在第 \(other.line) 行。"),
          at: Diagnostic.Location(file: file, row: row.line, period: row.period.description),
          hint: Text(
            en:
              "Remove one, or name the columns that tell them apart with --by, --type or --origin.",
            zh: "请删去一行，或用 --by、--type、--origin 指明区分列。"))
      }
      cells[row.period, default: [:]][row.caseType] = row
    }
    guard let first = cells.keys.min(), let last = cells.keys.max() else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "There is no row of this court.", zh: "没有该法院的数据行。"), at: place
      )
    }
    guard cells.keys.allSatisfy({ $0.frequency == first.frequency }) else {
      throw Diagnostic(
        .mixedFrequencies, .error,
        Text(en: "Periods of different lengths are mixed.", zh: "混有不同长度的时期。"), at: place,
        hint: Text(en: "Say --frequency.", zh: "请用 --frequency 指明。"))
    }
    let types = caseTypes
    var result: [PendingPath.Row] = []
    for period in first...last {
      var found: [PostMortemColumns.Row] = []
      for type in types {
        guard let row = cells[period]?[type] else {
          throw Diagnostic(
            .gap, .error,
            Text(
              en: "\(period) has no row" + (type.isEmpty ? "." : " of \(type)."),
              zh: "\(period) 缺少" + (type.isEmpty ? "数据行。" : "“\(type)”的数据行。")),
            at: Diagnostic.Location(file: file, series: place.series, period: period.description),
            hint: Text(en: "Add the row.", zh: "请补上该行。"))
        }
        found.append(row)
      }
      func values(_ role: String) -> [Double]? {
        let values = found.map { $0.values[role] ?? .nan }
        return values.contains(where: \.isNaN) ? nil : values
      }
      // A court's judges may stand on one row of the period, or be allotted to its types.
      let judges = found.filter { $0.has("judges") }.map { $0.values["judges"] ?? 0 }
      let resolved = found.map { row in
        row.has("resolved")
          ? row.values["resolved"] ?? .nan
          : (row.values["productivity"] ?? .nan) * (row.values["judges"] ?? .nan)
      }
      result.append(
        PendingPath.Row(
          filings: found.map { $0.values["filings"] ?? .nan }, resolved: resolved,
          pending: values("pending"), opening: values("opening"),
          judges: judges.isEmpty ? nil : judges.reduce(0, +), minutes: values("minutes")))
    }
    do throws(Diagnostic) {
      return try PendingPath(
        caseTypes: types, start: first, rows: result, opening: opening, openings: openings)
    } catch {
      let line = error.location?.period.flatMap { Period($0) }.flatMap {
        cells[$0]?.values.first?.line
      }
      throw error.located(Diagnostic.Location(file: file, row: line, series: place.series))
    }
  }

  private static func takesActual(_ key: [String]) -> Diagnostic {
    Diagnostic(
      .assumption, .note,
      Text(
        en: "The projection names no opening, so it starts from the cases that were pending.",
        zh: "预测未给出期初数，故以当时实际未结数为起点。"),
      at: key.isEmpty ? nil : Diagnostic.Location(series: key.joined(separator: ", ")))
  }
}
