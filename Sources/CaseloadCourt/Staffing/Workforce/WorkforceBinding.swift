import CaseloadData

extension WorkforceModel {
  /// The constraints that cost something, the costliest first.
  ///
  /// The price of a bound is only that of the next small step. What a whole step does is found by
  /// solving the programme again with the bound moved by one: one more recruit, one more day of
  /// demand or one more unit of the budget.
  func binding(_ solution: LinearProgramme.Solution) throws(Diagnostic) -> [WorkforcePlan.Binding] {
    var found: [WorkforcePlan.Binding] = []
    for (i, row) in rows.enumerated() where Self.isLimit(row.kind) {
      let price = solution.duals[i]
      guard solution.slacks[i] < 1e-7, abs(price) > 1e-9 else { continue }
      var moved = programme
      moved.constraints[i].bound += 1
      var change: Double?
      if case .optimal(let other) = try moved.outcome() {
        change = other.objective - solution.objective
      }
      found.append(
        WorkforcePlan.Binding(
          constraint: programme.constraints[i].name, price: price, changeWithOneMore: change,
          statement: statement(row, change)))
    }
    return found.sorted { a, b in
      let (x, y) = (abs(a.changeWithOneMore ?? a.price), abs(b.changeWithOneMore ?? b.price))
      return x != y ? x > y : a.constraint.en < b.constraint.en
    }
  }

  /// Whether the constraint is a limit that somebody sets, and not an identity.
  private static func isLimit(_ kind: Kind) -> Bool {
    switch kind {
    case .staff, .leavers: false
    default: true
    }
  }

  private func statement(_ row: Row, _ change: Double?) -> Text {
    let year = problem.years[row.year]
    let type = row.type.map { problem.judgeTypes[$0].name } ?? ""
    let work = row.jurisdiction.map { problem.jurisdictions[$0].name } ?? ""
    let more: Text =
      switch row.kind {
      case .recruitmentCap:
        Text(en: "One more recruit of \(type) in \(year)", zh: "\(year) 年多招录一名 \(type)")
      case .available:
        Text(en: "One more full-time \(type) in \(year)", zh: "\(year) 年多一名全职 \(type)")
      case .demand:
        Text(en: "One more day of demand in \(work), \(year),", zh: "\(year) 年 \(work) 多一个需求日")
      case .minimumShare:
        Text(
          en: "One more day that \(type) must sit in \(work), \(year),",
          zh: "\(year) 年 \(work) 中 \(type) 须多开庭一日")
      case .maximumShare:
        Text(
          en: "One more day that \(type) may sit in \(work), \(year),",
          zh: "\(year) 年 \(work) 中允许 \(type) 多开庭一日")
      case .minimumDays:
        Text(en: "One more day that \(type) must sit in \(year)", zh: "\(year) 年 \(type) 须多开庭一日")
      case .budget:
        Text(en: "One more unit of money in \(year)", zh: "\(year) 年预算增加一个单位")
      case .staff, .leavers: Text(year)
      }
    guard let change else {
      return more + Text(en: " leaves no plan.", zh: "，则无可行方案。")
    }
    // The difference of two optima ends in rounding errors.
    let amount = NumberText.significant((abs(change) * 1e6).rounded() / 1e6, 2)
    if abs(change) < 1e-9 { return more + Text(en: " changes nothing.", zh: "，不改变成本。") }
    return change < 0
      ? more + Text(en: " saves \(amount.en).", zh: "，可节省 \(amount.zh)。")
      : more + Text(en: " costs \(amount.en).", zh: "，成本增加 \(amount.zh)。")
  }
}
