import CaseloadData
import CaseloadMath

/// Numbers of one court over one stretch of time, put together from rows.
struct IndicatorGroup: Sendable {
  let key: [String]
  /// Such as 2019, 2019-03, or 2019-01/2019-03; empty without periods.
  let label: String
  /// The last period; for order.
  let last: Period?
  var values: [String: Double]
  /// Why a column has no value though its rows have.
  var refusals: [String: Text]
  /// Columns computed by an identity.
  var derived: Set<String>
  let lines: [Int]
  /// Whether a row's case code was looked at.
  let hasCodes: Bool
}

/// Puts rows together by the rules of columns and periods.
struct IndicatorAggregation {
  let frame: IndicatorFrame
  let catalogue: IndicatorCatalogue
  let scope: IndicatorDefinition.Scope
  let rule: IndicatorDefinition.PeriodRule
  /// The length of a period in days, where the user says it.
  let days: Double?

  /// The groups in the order of first appearance, then of time.
  func groups() -> [IndicatorGroup] {
    var order: [[String]] = []
    var byKey: [[String]: [IndicatorFrame.Row]] = [:]
    for row in frame.rows {
      if let code = row.code, !scope.contains(code) { continue }
      if byKey[row.key] == nil { order.append(row.key) }
      byKey[row.key, default: []].append(row)
    }
    return order.flatMap { key in groups(key, byKey[key] ?? []) }
  }

  private func groups(_ key: [String], _ rows: [IndicatorFrame.Row]) -> [IndicatorGroup] {
    let hasCodes = rows.contains { $0.code != nil }
    var cells: [(period: Period?, group: IndicatorGroup)] = []
    var positions: [String: Int] = [:]
    var members: [[IndicatorFrame.Row]] = []
    var periods: [Period?] = []
    for row in rows {
      let label = row.period?.description ?? (hasCodes || !isRowwise ? "" : "row \(row.line)")
      if let position = positions[label] {
        members[position].append(row)
      } else {
        positions[label] = members.count
        members.append([row])
        periods.append(row.period)
      }
    }
    for (period, rows) in zip(periods, members) {
      var group = IndicatorGroup(
        key: key, label: period?.description ?? "", last: period, values: [:], refusals: [:],
        derived: [], lines: rows.map(\.line), hasCodes: hasCodes)
      addTypes(rows, &group)
      cells.append((period, group))
    }
    if cells.allSatisfy({ $0.period != nil }) {
      cells.sort { a, b in
        guard let x = a.period, let y = b.period else { return false }
        return x < y
      }
    }
    for i in cells.indices {
      let previous = i > 0 ? cells[i - 1] : nil
      derive(&cells[i].group, previous: previous?.group, previous?.period, cells[i].period)
      cells[i].group.values["days"] = days ?? Self.days(cells[i].period)
    }
    return rule == .own ? cells.map(\.group) : stretches(key, cells.map(\.group))
  }

  /// Rows without keys, periods and codes stand each for itself.
  private var isRowwise: Bool { frame.keyNames.isEmpty }

  /// One period: case types add up, judges and residents do not.
  private func addTypes(_ rows: [IndicatorFrame.Row], _ group: inout IndicatorGroup) {
    for id in frame.mapping.keys.sorted() {
      let values = rows.compactMap { $0.values[id] }
      guard !values.isEmpty else { continue }
      switch catalogue.column(id)?.kind ?? .flow {
      case .flow, .stock, .opening, .accepted:
        if values.count == rows.count { group.values[id] = values.accurateSum }
      case .posts, .population:
        if values.allSatisfy({ $0 == values[0] }) {
          group.values[id] = values[0]
        } else {
          let name = frame.mapping[id] ?? id
          group.refusals[id] = Text(
            en:
              "'\(name)' differs between rows of one court and period, so it is not known whether "
              + "it adds up",
            zh: "同一法院同一时期各行的“\(name)”不同，无法确定应否相加")
        }
      }
    }
  }

  /// What identities give: carried in = pending before; accepted = carried in + filed; pending =
  /// accepted − closed.
  private func derive(
    _ group: inout IndicatorGroup, previous: IndicatorGroup?, _ before: Period?, _ now: Period?
  ) {
    func set(_ id: String, _ value: Double?) {
      guard group.values[id] == nil, let value, value >= 0 else { return }
      group.values[id] = value
      group.derived.insert(id)
    }
    if let before, let now, before.frequency == now.frequency, before.distance(to: now) == 1 {
      set("carriedIn", previous?.values["pending"])
    }
    let values = group.values
    if let carried = values["carriedIn"], let filed = values["filings"] {
      set("accepted", carried + filed)
    }
    if let accepted = group.values["accepted"], let closed = values["resolved"] {
      set("pending", accepted - closed)
    }
  }

  /// 365 days a year, shared out evenly over its months, as CEPEJ has it.
  static func days(_ period: Period?) -> Double {
    switch period?.frequency {
    case .daily: 1
    case .weekly: 7
    case .monthly: 365.0 / 12
    case .quarterly: 365.0 / 4
    case .halfYearly: 365.0 / 2
    case .yearly, .index, nil: 365
    }
  }

  // MARK: Stretches of several periods

  private func stretches(_ key: [String], _ groups: [IndicatorGroup]) -> [IndicatorGroup] {
    let isStatistical = rule == .statisticalYear || rule == .statisticalYearToDate
    let isToDate = rule == .yearToDate || rule == .statisticalYearToDate
    var result: [IndicatorGroup] = []
    var open: [IndicatorGroup] = []
    var openYear: Int?
    for group in groups {
      guard let period = group.last, let (year, index, length) = place(period, isStatistical) else {
        // A year is its own calendar year.
        if group.last?.frequency == .yearly, !isStatistical { result.append(group) }
        continue
      }
      if year != openYear {
        open = []
        openYear = year
      }
      // A stretch starts with its first period and has no gap.
      guard open.count == index else { continue }
      open.append(group)
      let isComplete = open.count == length
      if isToDate || isComplete {
        result.append(combined(key, open, year: year, isComplete: isComplete))
      }
    }
    return result
  }

  /// The year that a period counts to, its place in it and how many there are.
  private func place(_ period: Period, _ isStatistical: Bool) -> (Int, Int, Int)? {
    switch period.frequency {
    case .monthly:
      let ordinal = period.ordinal + (isStatistical ? 1 : 0)
      let (year, month) = ordinal.quotientAndRemainder(dividingBy: 12)
      return (year, month, 12)
    case .quarterly where !isStatistical:
      let (year, quarter) = period.ordinal.quotientAndRemainder(dividingBy: 4)
      return (year, quarter, 4)
    case .halfYearly where !isStatistical:
      let (year, half) = period.ordinal.quotientAndRemainder(dividingBy: 2)
      return (year, half, 2)
    default: return nil
    }
  }

  private func combined(
    _ key: [String], _ groups: [IndicatorGroup], year: Int, isComplete: Bool
  ) -> IndicatorGroup {
    let (first, last) = (groups[0], groups[groups.count - 1])
    let label = isComplete ? "\(year)" : "\(first.label)/\(last.label)"
    var result = IndicatorGroup(
      key: key, label: label, last: last.last, values: [:],
      refusals: groups.reduce(into: [:]) { $0.merge($1.refusals) { own, _ in own } },
      derived: groups.reduce(into: []) { $0.formUnion($1.derived) },
      lines: groups.flatMap(\.lines), hasCodes: first.hasCodes)
    let ids = Set(groups.flatMap(\.values.keys)).sorted()
    for id in ids {
      let values = groups.compactMap { $0.values[id] }
      let isWhole = values.count == groups.count
      if id == "days" {
        result.values[id] = values.accurateSum
        continue
      }
      switch catalogue.column(id)?.kind {
      case .flow: if isWhole { result.values[id] = values.accurateSum }
      case .stock, .population: result.values[id] = last.values[id]
      case .opening: result.values[id] = first.values[id]
      case .posts: if isWhole { result.values[id] = values.accurateSum / Double(values.count) }
      case .accepted:
        // The first period's, and what is filed after it.
        let filed = groups.dropFirst().compactMap { $0.values["filings"] }
        if let start = first.values[id], filed.count == groups.count - 1 {
          result.values[id] = start + filed.accurateSum
        } else {
          result.refusals[id] = Text(
            en: "accepted cases hold those carried over, and never add up over periods; what was "
              + "carried into the first one and the filings of every one are needed",
            zh: "受理数含旧存，不得跨期相加；需要首期旧存和各期新收数")
        }
      case nil:
        if groups.count == 1 {
          result.values[id] = values.first
        } else {
          result.refusals[id] = Text(
            en: "the definitions do not say how '\(id)' adds up over time (kind: flow, stock, …)",
            zh: "定义文件未说明“\(id)”如何跨期汇总（kind: flow、stock 等）")
        }
      }
    }
    return result
  }
}
