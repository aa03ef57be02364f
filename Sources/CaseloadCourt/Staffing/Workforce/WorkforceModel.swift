import CaseloadData

/// The linear programme of a ``WorkforceProblem`` over one or more equally likely demands.
///
/// Recruits, leavers and judges in post are decided before the demand is known and are shared by
/// all demands; who sits where, and what is not sat, is decided for each of them.
struct WorkforceModel {
  /// What a constraint says, so that its price can be put into words.
  enum Kind: Equatable {
    case staff, leavers, available, minimumDays, demand, minimumShare, maximumShare, recruitmentCap
    case budget
  }

  /// Where a constraint stands.
  struct Row {
    let kind: Kind
    let year: Int
    /// The kind of judge.
    let type: Int?
    let jurisdiction: Int?
  }

  let problem: WorkforceProblem
  /// demands[s][y][j], in days.
  let demands: [[[Double]]]
  private(set) var programme = LinearProgramme()
  /// One a constraint of the programme.
  private(set) var rows: [Row] = []
  /// R, H and L: [y][k].
  private(set) var inPost: [[Int]] = []
  private(set) var recruited: [[Int]] = []
  private(set) var leaving: [[Int]] = []
  /// A: [s][y][j][k].
  private(set) var sitting: [[[[Int]]]] = []
  /// U: [s][y][j].
  private(set) var unmet: [[[Int]]] = []

  private typealias Term = LinearProgramme.Term

  /// The programme of `problem`, which has been checked.
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - demands: one table of days, by year and jurisdiction, for each possible future.
  ///   - recruits: by year and kind, to hold them at; `nil` to decide them.
  init(_ problem: WorkforceProblem, demands: [[[Double]]], recruits: [[Double]]? = nil) {
    self.problem = problem
    self.demands = demands
    addStaff(recruits)
    for s in demands.indices { addSitting(s) }
  }

  private func text(_ en: String, _ zh: String, _ year: Int, _ names: String...) -> Text {
    let place = ([problem.years[year]] + names).joined(separator: ", ")
    return Text(en: "\(en) (\(place))", zh: "\(zh)（\(place)）")
  }

  private mutating func add(
    _ row: Row, _ name: Text, _ terms: [LinearProgramme.Term],
    _ relation: LinearProgramme.Relation, _ bound: Double
  ) {
    programme.addConstraint(name, terms, relation, bound)
    rows.append(row)
  }

  private mutating func addStaff(_ recruits: [[Double]]?) {
    let types = problem.judgeTypes
    for y in problem.years.indices {
      inPost.append(
        types.map { type in
          programme.addVariable(
            text("judges in post", "在岗法官", y, type.name), objective: type.salary[y])
        })
      recruited.append(
        types.indices.map { k in
          programme.addVariable(
            text("recruits", "招录", y, types[k].name), from: recruits?[y][k] ?? 0,
            to: recruits?[y][k], objective: types[k].recruitmentCost[y],
            isWhole: problem.wholeRecruits && recruits == nil)
        })
      leaving.append(
        types.map { programme.addVariable(text("leavers", "离任", y, $0.name)) })
    }
    for y in problem.years.indices {
      for (k, type) in types.enumerated() {
        let row = { (kind: Kind) in Row(kind: kind, year: y, type: k, jurisdiction: nil) }
        var balance = [Term(inPost[y][k]), Term(leaving[y][k])]
        if y > 0 { balance.append(Term(inPost[y - 1][k], -1)) }
        if y >= type.arrivalLag { balance.append(Term(recruited[y - type.arrivalLag][k], -1)) }
        let before = y == 0 ? type.initial : 0
        add(row(.staff), text("staff", "人员变动", y, type.name), balance, .equal, before)

        var leavers = [Term(leaving[y][k])]
        if y > 0 { leavers.append(Term(inPost[y - 1][k], -type.attrition[y])) }
        for (other, target) in types.enumerated() {
          for source in target.recruitedFrom where source.from == type.name {
            leavers.append(Term(recruited[y][other], -source.share))
          }
        }
        let known = type.exits[y] + (y == 0 ? type.attrition[y] * type.initial : 0)
        add(row(.leavers), text("leavers", "离任", y, type.name), leavers, .equal, known)

        if let cap = type.recruitmentCap, recruits == nil {
          add(
            row(.recruitmentCap), text("recruitment cap", "招录上限", y, type.name),
            [Term(recruited[y][k])], .atMost, cap[y])
        }
      }
    }
  }

  private mutating func addSitting(_ s: Int) {
    let (types, work) = (problem.judgeTypes, problem.jurisdictions)
    let weight = 1 / Double(demands.count)
    sitting.append([])
    unmet.append([])
    for y in problem.years.indices {
      sitting[s].append(
        work.map { jurisdiction in
          types.map { type in
            programme.addVariable(
              text("judges sitting", "出庭法官", y, jurisdiction.name, type.name),
              objective: weight * type.feePerDay[y] * type.sittingDays[y])
          }
        })
      unmet[s].append(
        work.map { jurisdiction in
          programme.addVariable(
            text("days not sat", "未开庭日", y, jurisdiction.name),
            objective: weight * jurisdiction.penalty[y])
        })
      for k in types.indices { addAvailable(s, y, k) }
      for j in work.indices { addDemand(s, y, j) }
      addBudget(s, y)
    }
  }

  private mutating func addAvailable(_ s: Int, _ y: Int, _ k: Int) {
    let type = problem.judgeTypes[k]
    let row = { (kind: Kind) in Row(kind: kind, year: y, type: k, jurisdiction: nil) }
    var work = problem.jurisdictions.indices.map { Term(sitting[s][y][$0][k]) }
    var days = work.map { Term($0.variable, type.sittingDays[y]) }
    work.append(Term(inPost[y][k], -1))
    for (age, output) in type.newcomerOutput.enumerated() {
      let hired = y - type.arrivalLag - age
      if hired >= 0 { work.append(Term(recruited[hired][k], 1 - output)) }
    }
    add(row(.available), text("judges available", "可用法官", y, type.name), work, .atMost, 0)
    if type.minimumDays[y] > 0 {
      days.append(Term(inPost[y][k], -type.minimumDays[y]))
      add(row(.minimumDays), text("least days a judge", "最少开庭日", y, type.name), days, .atLeast, 0)
    }
  }

  private mutating func addDemand(_ s: Int, _ y: Int, _ j: Int) {
    let (types, demand) = (problem.judgeTypes, demands[s][y][j])
    let name = problem.jurisdictions[j].name
    var terms = types.indices.map { k in Term(sitting[s][y][j][k], types[k].sittingDays[y]) }
    terms.append(Term(unmet[s][y][j]))
    add(
      Row(kind: .demand, year: y, type: nil, jurisdiction: j), text("demand", "需求", y, name), terms,
      .atLeast, demand)
    for (k, type) in types.enumerated() {
      let days = [Term(sitting[s][y][j][k], type.sittingDays[y])]
      if type.minimumShare > 0 {
        add(
          Row(kind: .minimumShare, year: y, type: k, jurisdiction: j),
          text("least share", "最低占比", y, name, type.name), days, .atLeast,
          type.minimumShare * demand)
      }
      if type.maximumShare < 1 {
        add(
          Row(kind: .maximumShare, year: y, type: k, jurisdiction: j),
          text("largest share", "最高占比", y, name, type.name), days, .atMost,
          type.maximumShare * demand)
      }
    }
  }

  private mutating func addBudget(_ s: Int, _ y: Int) {
    guard let budget = problem.budget else { return }
    var terms: [LinearProgramme.Term] = []
    for (k, type) in problem.judgeTypes.enumerated() {
      terms.append(Term(inPost[y][k], type.salary[y]))
      terms.append(Term(recruited[y][k], type.recruitmentCost[y]))
      for j in problem.jurisdictions.indices {
        terms.append(Term(sitting[s][y][j][k], type.feePerDay[y] * type.sittingDays[y]))
      }
    }
    add(
      Row(kind: .budget, year: y, type: nil, jurisdiction: nil), text("budget", "预算", y), terms,
      .atMost, budget[y])
  }
}
