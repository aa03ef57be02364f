import CaseloadData

/// What is refused in one period of a ``PendingPath``, in words.
struct PathCheck {
  let period: Period
  let caseTypes: [String]

  private func place(_ caseType: Int? = nil, column: String? = nil) -> Diagnostic.Location {
    let name = caseType.map { caseTypes[$0] } ?? ""
    return Diagnostic.Location(
      column: column, series: name.isEmpty ? nil : name, period: period.description)
  }

  func check(_ row: PendingPath.Row) throws(Diagnostic) {
    for (column, values) in [
      ("filings", row.filings), ("resolved", row.resolved), ("pending", row.pending),
      ("opening", row.opening), ("minutes", row.minutes),
    ] {
      guard let values else { continue }
      precondition(values.count == caseTypes.count, "\(values.count) \(column)")
      for (k, value) in values.enumerated() { try check(value, k, column) }
    }
    guard let judges = row.judges else { return }
    let closed = row.resolved.reduce(0, +)
    guard judges >= 0, judges.isFinite, judges > 0 || closed == 0 else {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(
          en:
            "\(NumberText.plain(judges)) judges cannot resolve \(NumberText.plain(closed)) cases.",
          zh: "\(NumberText.plain(judges)) 名法官不能审结 \(NumberText.plain(closed)) 件。"),
        at: place(column: "judges"),
        hint: Text(
          en: "Correct the number, or leave the judges out: staffing and productivity are then "
            + "joined.",
          zh: "请更正人数；或不提供法官人数，此时人数与人均产出合并计算。"))
    }
  }

  private func check(_ value: Double, _ caseType: Int, _ column: String) throws(Diagnostic) {
    guard !value.isNaN else {
      throw Diagnostic(
        .missingValues, .error,
        Text(
          en: "The number of \(column) is missing; nothing is put in its place.",
          zh: "缺少 \(column) 的数值，不作填补。"), at: place(caseType, column: column),
        hint: Text(
          en: "Supply it, or begin or end the comparison where all are known.",
          zh: "请补上，或把比较的起止限于数据完整的时期。"))
    }
    if column == "minutes" {
      guard value > 0, value.isFinite else {
        throw Diagnostic(
          .illegalRate, .error,
          Text(
            en: "A case cannot take \(NumberText.plain(value)) minutes.",
            zh: "每案耗时不能为 \(NumberText.plain(value)) 分钟。"),
          at: place(caseType, column: column),
          hint: Text(en: "Give a number above zero.", zh: "请给出大于零的数。"))
      }
      return
    }
    guard value >= 0, value.isFinite else {
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(NumberText.plain(value)) \(column) is not a number of cases.",
          zh: "\(column) 为 \(NumberText.plain(value))，不是案件数。"),
        at: place(caseType, column: column),
        hint: Text(en: "Correct the number.", zh: "请更正该数。"))
    }
  }

  /// Rolling forward below zero: more was resolved than there was.
  func check(rolled pending: [Double]) throws(Diagnostic) {
    guard let k = pending.firstIndex(where: { $0 < -0.5 }) else { return }
    throw Diagnostic(
      .negativeCount, .error,
      Text(
        en: "Rolled forward, \(NumberText.plain(pending[k])) cases would be pending: more are "
          + "resolved than there are.",
        zh: "滚动推算的未结数为 \(NumberText.plain(pending[k]))：结案多于可结案件。"), at: place(k, column: "pending"),
      hint: Text(
        en: "Correct filings, closings or the opening, or give the pending cases.",
        zh: "请更正收案、结案或期初数，或直接给出未结数。"))
  }

  func mismatch(caseType: Int, opening: Double, closing: Double) -> Diagnostic {
    Diagnostic(
      .openingMismatch, .error,
      Text(
        en: "\(NumberText.plain(opening)) cases are pending at the start, and "
          + "\(NumberText.plain(closing)) were at the end of the period before.",
        zh: "期初未结 \(NumberText.plain(opening)) 件，而上期期末为 \(NumberText.plain(closing)) 件。"),
      at: place(caseType, column: "opening"),
      hint: Text(
        en:
          "Correct one of the two, or say which one counts: the closing, or the restated opening.",
        zh: "请更正其中之一，或说明以何者为准：上期期末数，或调整后的期初数。"))
  }

  var unknownPending: Diagnostic {
    Diagnostic(
      .notComputable, .error,
      Text(
        en: "Nothing says how many cases were pending at the start.", zh: "没有说明期初未结案件数。"),
      at: place(column: "pending"),
      hint: Text(
        en:
          "Give the pending cases of the period before, an opening, or the pending cases at the end.",
        zh: "请给出上期期末未结数、期初数，或本期期末未结数。"))
  }

  func impliedOpening(_ opening: [Double]) -> Diagnostic {
    let count = NumberText.decimal(opening.reduce(0, +))
    return Diagnostic(
      .assumption, .note,
      Text(
        en: "The opening is taken from pending − filings + resolved: \(count.en).",
        zh: "期初数由 未结 − 收案 + 结案 推得：\(count.zh)。"), at: place())
  }

  static func rolledForward(_ count: Int) -> Diagnostic {
    Diagnostic(
      .assumption, .note,
      Text(
        en: "The pending cases of \(count) periods are opening + filings − resolved.",
        zh: "有 \(count) 期的未结数按 期初 + 收案 − 结案 推算。"))
  }

  static func overruled(_ count: Int, _ openings: PendingPath.Openings) -> Diagnostic {
    Diagnostic(
      .openingMismatch, .warning,
      openings == .closing
        ? Text(
          en: "\(count) openings are not the closing before them; the closings count.",
          zh: "有 \(count) 期期初数与上期期末数不一致，以期末数为准。")
        : Text(
          en:
            "\(count) openings are not the closing before them; the differences are restatements.",
          zh: "有 \(count) 期期初数与上期期末数不一致，差额记为期初调整。"))
  }

  static let empty = Diagnostic(
    .emptyInput, .error, Text(en: "There is no period to compare.", zh: "没有可比较的时期。"),
    hint: Text(en: "Give at least one.", zh: "请至少给出一期。"))
}
