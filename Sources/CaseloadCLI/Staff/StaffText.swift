import Caseload

/// Answers of the staffing commands in words.
enum StaffText {
  static func range(_ range: DrawSummary, _ decimals: Int, _ language: Language) -> String {
    func number(_ x: Double) -> String { NumberText.decimal(x, decimals)[language] }
    return language == .zh
      ? "\(number(range.median))（80% 区间 \(number(range.lower80))–\(number(range.upper80))，"
        + "95% 区间 \(number(range.lower95))–\(number(range.upper95))）"
      : "\(number(range.median)) (80 % interval \(number(range.lower80)) to "
        + "\(number(range.upper80)), 95 % \(number(range.lower95)) to \(number(range.upper95)))"
  }

  static func target(_ need: StaffingNeed, _ language: Language) -> String {
    let zh = language == .zh
    let days = NumberText.plain(need.target.maximumDays)
    let wanted = NumberText.percent(need.target.probability)[language]
    let reached = NumberText.percent(need.probability, 2)[language]
    var text = ""
    if let judges = need.judges {
      text +=
        zh
        ? "至少需要 \(judges) 名法官：平均处理时间不超过 \(days) 天的概率为 \(reached)（要求 \(wanted)）。\n"
        : "\(judges) judges: a disposition time of at most \(days) days is kept with "
          + "probability \(reached) (wanted: \(wanted)).\n"
      if let fewer = need.probabilityWithOneFewer {
        let p = NumberText.percent(fewer, 2)[language]
        text +=
          zh ? "若为 \(judges - 1) 名，概率为 \(p)。\n" : "With \(judges - 1) it would be \(p).\n"
      }
    } else {
      let highest = NumberText.percent(need.highestProbability, 2)[language]
      text +=
        zh
        ? "所允许的法官人数无法以 \(wanted) 的概率做到 \(days) 天；所允许人数下的概率为 \(reached)，"
          + "法官不限时为 \(highest)。\n"
        : "No allowed number of judges keeps \(days) days with probability \(wanted): it is "
          + "\(reached) with the most that are allowed, and \(highest) without limit.\n"
    }
    if let interval = need.interval {
      let shown = range(interval, 0, language)
      text +=
        zh
        ? "若输入量已知，所需人数为 \(shown)；共 \(need.scenarios) 种情景。\n"
        : "If the inputs were known, the need would be \(shown); \(need.scenarios) scenarios.\n"
    }
    text += zh ? "\n法官   达标概率\n" : "\njudges  probability\n"
    for point in near(need) {
      let mark = point.judges == need.judges ? (zh ? "  ←" : "  <-") : ""
      let label = "\(point.judges)"
      let pad = String(repeating: " ", count: max(1, 8 - label.count))
      text += label + pad + NumberText.percent(point.probability, 2)[language] + mark + "\n"
    }
    return text
  }

  /// The points of the curve beside the answer.
  private static func near(_ need: StaffingNeed) -> [StaffingNeed.Point] {
    let points = need.curve
    let center = points.firstIndex { $0.judges == need.judges } ?? points.count - 1
    return Array(points[max(0, center - 5)...min(points.count - 1, center + 3)])
  }

  static func allocation(
    _ allocations: [StaffAllocateCommand.Allocation], _ paradoxes: [AllocationParadox],
    _ language: Language
  ) -> String {
    let zh = language == .zh
    func number(_ x: Double?, _ decimals: Int) -> String {
      x.map { NumberText.decimal($0, decimals)[language] } ?? "–"
    }
    guard let first = allocations.first else { return "" }
    let rows = first.shares.indices.map { i -> [Cell] in
      [.text(first.shares[i].name), .number(first.shares[i].load, decimals: 0)]
        + allocations.map { .number(Double($0.shares[i].judges), decimals: 0) }
        + [.number(first.shares[i].quota, decimals: 2)]
    }
    let table = ResultTable(
      [zh ? "单位" : "unit", zh ? "工作量" : "load"] + allocations.map(\.method.rawValue)
        + [zh ? "应得份额" : "quota"], rows)
    var text = table.text(language) + "\n"
    for allocation in allocations {
      let name = allocation.method.name[language]
      let (most, fairness) = (number(allocation.maximumLoad, 1), allocation.fairness)
      text +=
        zh
        ? "\(name)：人均最大负荷 \(most)，最大/最小 \(number(fairness?.ratio, 2))，"
          + "基尼系数 \(number(fairness?.gini, 4))"
        : "\(name): largest load a judge \(most), largest/smallest \(number(fairness?.ratio, 2)), "
          + "Gini \(number(fairness?.gini, 4))"
      if let risk = allocation.risk {
        text +=
          (zh ? "；工作量不确定时最大负荷 " : "; with uncertain loads ") + range(risk.maximumLoad, 1, language)
      }
      if !allocation.quotaViolations.isEmpty {
        let names = allocation.quotaViolations.joined(separator: zh ? "、" : ", ")
        text += zh ? "；超出份额取整范围：\(names)" : "; outside the quota: \(names)"
      }
      text += zh ? "。\n" : ".\n"
    }
    for paradox in paradoxes.prefix(3) {
      text +=
        zh
        ? "悖论：法官总数增至 \(paradox.judges) 名时，\(paradox.unit) 由 \(paradox.before) 名减为 \(paradox.after) 名。\n"
        : "Paradox: with \(paradox.judges) judges in all, \(paradox.unit) falls from "
          + "\(paradox.before) to \(paradox.after).\n"
    }
    return text
  }
}
