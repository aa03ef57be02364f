import CaseloadData

extension JudicialPipeline {
  /// Throws for the first age, count or probability that cannot be.
  func check(years: Int, needed: [Double]?, replicates: Int) throws(Diagnostic) {
    for group in judges + assistants {
      guard (0..<Self.largestAge).contains(group.age), (0...1_000_000).contains(group.count),
        (0...100).contains(group.service)
      else {
        throw Diagnostic(
          .illegalStaff, .error,
          Text(
            en:
              "\(group.count) people aged \(group.age) with \(group.service) years of service are "
              + "not possible.",
            zh: "不可能有 \(group.count) 名 \(group.age) 岁、工龄 \(group.service) 年的人员。"),
          hint: Text(en: "Correct ages and numbers.", zh: "请更正年龄和人数。"))
      }
    }
    guard posts >= 0, newAssistants >= 0, newAssistants <= 1_000_000, promotionCap ?? 0 >= 0,
      yearsToPromotion >= 0, (1..<Self.largestAge).contains(retirementAge),
      (0..<Self.largestAge).contains(entryAge)
    else {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(
          en: "Posts, new assistants, promotions or years cannot be below zero, and ages lie below "
            + "\(Self.largestAge).",
          zh: "岗位、新增助理、晋升人数和年数不得小于零，年龄须小于 \(Self.largestAge)。"),
        hint: Text(en: "Correct the number.", zh: "请更正该数。"))
    }
    for table in [judgeHazards, assistantHazards] {
      for hazard in table {
        guard hazard.probability >= 0, hazard.probability <= 1 else {
          throw Diagnostic(
            .illegalProbability, .error,
            Text(
              en: "From age \(hazard.fromAge), a share of \(NumberText.plain(hazard.probability)) "
                + "leaving is not possible.",
              zh: "自 \(hazard.fromAge) 岁起离任比例不能为 \(NumberText.plain(hazard.probability))。"),
            hint: Text(en: "Give a number from 0 to 1.", zh: "请给出 0 到 1 之间的数。"))
        }
      }
      guard zip(table, table.dropFirst()).allSatisfy({ $0.fromAge < $1.fromAge }) else {
        throw Diagnostic(
          .malformedDefinition, .error,
          Text(en: "The ages of the hazards are not in order.", zh: "离任率的年龄未按升序排列。"),
          hint: Text(en: "Sort them, each age once.", zh: "请按年龄升序排列，每个年龄一行。"))
      }
    }
    guard (1...100).contains(years), (1...1_000_000).contains(replicates),
      needed.map({ $0.count == years }) ?? true
    else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "\(years) years, \(replicates) replicates and \(needed?.count ?? 0) needs do not go "
            + "together.",
          zh: "年数 \(years)、重复次数 \(replicates) 与需求个数 \(needed?.count ?? 0) 不相符。"),
        hint: Text(
          en: "Give 1 to 100 years, at least one replicate, and one need a year.",
          zh: "请给出 1 至 100 年、至少一次重复，以及每年一个需求。"))
    }
  }
}
