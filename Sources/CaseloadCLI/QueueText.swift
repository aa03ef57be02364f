import Caseload

/// A queue in words and as rows.
enum QueueText {
  /// One row a model; with priorities one a class, with a fast track one a plan and class.
  static func table(_ result: QueueResult) -> ResultTable {
    if let split = result.split {
      return planTable([split.pooled] + (split.priority.map { [$0] } ?? []) + split.splits)
    }
    if let threshold = result.threshold { return thresholdTable(threshold) }
    if !result.classes.isEmpty { return classTable(result) }
    let rows = result.comparison.isEmpty ? [result.row] : result.comparison
    let columns = [
      "model", "servers", "arrivalRate", "waitProbability", "meanWait", "meanWaitDays",
      "meanSojourn", "meanSojournDays", "meanQueueLength", "meanInSystem", "utilization",
      "abandonmentProbability", "isExact",
    ]
    return ResultTable(
      columns,
      rows.map { row in
        let m = row.measures
        return [
          .text(row.model), .number(row.servers.map(Double.init), decimals: 0),
          .number(m?.arrivalRate), .number(m?.waitProbability), .number(m?.meanWait),
          .number(row.meanWaitDays, decimals: 2), .number(m?.meanSojourn),
          .number(row.meanSojournDays, decimals: 2), .number(m?.meanQueueLength, decimals: 2),
          .number(m?.meanInSystem, decimals: 2), .number(m?.utilization),
          .number(m?.abandonmentProbability), .text(m.map { $0.isExact ? "true" : "false" } ?? ""),
        ]
      })
  }

  private static func classTable(_ result: QueueResult) -> ResultTable {
    ResultTable(
      [
        "class", "arrivalRate", "load", "meanWait", "meanWaitDays", "meanSojourn",
        "meanQueueLength", "meanInSystem",
      ],
      result.classes.map { one in
        [
          .text(one.name), .number(one.arrivalRate), .number(one.load), .number(one.meanWait),
          .number(one.meanWait * result.timeUnit.days, decimals: 2), .number(one.meanSojourn),
          .number(one.meanQueueLength, decimals: 2), .number(one.meanInSystem, decimals: 2),
        ]
      })
  }

  private static func planTable(_ plans: [TrackPlan]) -> ResultTable {
    let names = plans.first?.classes.map(\.name) ?? []
    return ResultTable(
      [
        "plan", "fastJudges", "meanWait", "objective", "fastUtilization", "ordinaryUtilization",
        "fastCasesPerJudge", "ordinaryCasesPerJudge", "isExact",
      ] + names.map { "meanWait:\($0)" },
      plans.map { plan in
        [
          .text(plan.kind.rawValue), .number(plan.fastJudges.map(Double.init), decimals: 0),
          .number(plan.meanWait), .number(plan.objective), .number(plan.fastUtilization),
          .number(plan.ordinaryUtilization), .number(plan.fastCasesPerJudge, decimals: 1),
          .number(plan.ordinaryCasesPerJudge, decimals: 1),
          .text(plan.isExact ? "true" : "false"),
        ] + plan.classes.map { .number($0.meanWait) }
      })
  }

  private static func thresholdTable(_ search: FastTrackThreshold) -> ResultTable {
    ResultTable(
      [
        "fastTypes", "longestFastService", "shareOfCases", "shareOfWork", "fastJudges", "meanWait",
        "objective",
      ],
      search.steps.map { step in
        [
          .text(step.fastTypes.joined(separator: "; ")), .number(step.longestFastService),
          .number(step.shareOfCases), .number(step.shareOfWork),
          .number((step.plan?.fastJudges).map(Double.init), decimals: 0),
          .number(step.plan?.meanWait), .number(step.plan?.objective),
        ]
      })
  }

  static func report(_ result: QueueResult, _ language: Language) -> String {
    let zh = language == .zh
    let unit = result.timeUnit
    func number(_ x: Double, _ decimals: Int = 2) -> String {
      NumberText.significant(x, decimals)[language]
    }
    func percent(_ x: Double) -> String { NumberText.percent(x, 1)[language] }
    func time(_ t: Double) -> String {
      guard unit != .day else { return "\(number(t)) \(zh ? "天" : "days")" }
      guard t != 0 else { return zh ? "0 天" : "0 days" }
      let days = number(t * unit.days, 1)
      let shown = number(t, 4)
      return zh
        ? "\(shown) \(unit.name.zh)（\(days) 天）"
        : "\(shown) \(unit.name.en)\(shown == "1" ? "" : "s") (\(days) days)"
    }
    var text = result.row.name[language]
    if let servers = result.row.servers {
      text += zh ? "，法官 \(servers) 名" : ", \(servers) judge\(servers == 1 ? "" : "s")"
    }
    text += "\n"
    func line(_ en: String, _ chinese: String, _ value: String) {
      let label = zh ? chinese : en
      let pad = String(repeating: " ", count: max(1, 22 - label.displayWidth))
      text += "  \(label)\(pad)\(value)\n"
    }
    if let m = result.row.measures {
      line(
        "cases arriving", "收案", "\(number(m.arrivalRate)) \(zh ? "件/" : "a ")\(unit.name[language])"
      )
      line("load", "负荷", zh ? "\(number(m.offeredLoad)) 名法官" : "\(number(m.offeredLoad)) judges")
      if let x = m.utilization { line("busy", "利用率", percent(x)) }
      let shares = result.row.model == QueueKind.processorSharing.rawValue
      if let x = m.waitProbability {
        line(shares ? "find all judges busy" : "wait", shares ? "到达时法官全忙" : "需等待的比例", percent(x))
      }
      if let x = m.meanWait {
        line(shares ? "mean delay" : "mean wait", shares ? "平均延迟" : "平均等待", time(x))
      }
      if let x = m.meanSojourn { line("until it leaves", "从立案到离开", time(x)) }
      if let x = m.meanQueueLength {
        line(
          shares ? "beyond one a judge" : "cases waiting", shares ? "超出人均一件" : "等待案件", number(x))
      }
      if let x = m.meanInSystem { line("cases pending", "未结案件", number(x)) }
      if let x = m.abandonmentProbability, x > 0 { line("leave unserved", "未办而离去", percent(x)) }
      if let x = m.blockingProbability, x > 0 { line("turned away", "被拒", percent(x)) }
      if let x = result.slowdown {
        line("stretch of its work", "延长倍数", zh ? "\(number(x)) 倍" : "\(number(x)) times")
      }
      if let x = result.meanWaitBound { line("no mean wait beyond", "平均等待上界", time(x)) }
      if !m.isExact {
        text += zh ? "  以上为近似值。\n" : "  These numbers are an approximation.\n"
      }
    } else if let reason = result.row.reason {
      text += "  \(reason[language])\n"
    }
    for tail in result.waitTail {
      line(
        "wait beyond \(number(tail.time, 4))", "等待超过 \(number(tail.time, 4))",
        percent(tail.probability))
    }
    for q in result.waitQuantiles where q.probability >= 0.9 && q.probability < 0.99 {
      let share = NumberText.percent(q.probability, 0)[language]
      line("\(share) wait at most", "\(share) 的案件等待不超过", time(q.time))
    }
    text += requirements(result, zh, number, percent)
    if let path = result.path {
      for point in path.points {
        let moment = NumberText.plain(point.time)
        line(
          point.time == 0 ? "pending at the start" : "pending at \(moment)",
          point.time == 0 ? "期初未结" : "经 \(moment) \(unit.name.zh)后未结",
          number(point.pending, 1))
      }
      if let clear = path.timeToClear, clear > 0 {
        line("backlog cleared after", "积案消化需", time(clear))
      }
      if path.growth > 0 {
        line(
          "backlog grows by", "积案增长",
          "\(number(path.growth)) \(zh ? "件/" : "a ")\(unit.name[language])")
      }
    }
    if !result.classes.isEmpty { text += "\n" + classTable(result).text(language) }
    if !result.months.isEmpty { text += "\n" + months(result.months, zh).text(language) }
    if !result.comparison.isEmpty {
      text += "\n" + (zh ? "各模型对照\n" : "models side by side\n")
      text += comparison(result.comparison, zh, language)
    }
    if let split = result.split { text += "\n" + QueueSplitText.report(split, unit, language) }
    if let search = result.threshold {
      text += "\n" + QueueSplitText.report(search, unit, language)
    }
    return text
  }

  private static func months(_ months: [QueueResult.Month], _ zh: Bool) -> ResultTable {
    ResultTable(
      zh
        ? ["月", "收案", "当月稳态负荷", "实际负荷", "所需法官", "按稳态"]
        : ["month", "arrivals", "stationary load", "load", "judges", "stationary"],
      months.map { one in
        [
          .number(Double(one.month), decimals: 0), .number(one.arrivals, decimals: 0),
          .number(one.stationaryLoad, decimals: 2), .number(one.meanLoad, decimals: 2),
          .number(Double(one.servers), decimals: 0),
          .number(Double(one.stationaryServers), decimals: 0),
        ]
      })
  }

  private static func comparison(_ rows: [QueueResult.Row], _ zh: Bool, _ language: Language)
    -> String
  {
    let columns =
      zh
      ? ["模型", "需等待", "等待（天）", "办理（天）", "等待案件", "未结", "利用率", "精确"]
      : ["model", "wait", "wait (days)", "stay (days)", "waiting", "pending", "busy", "exact"]
    var text = ResultTable(
      columns,
      rows.filter { $0.measures != nil }.map { row in
        let m = row.measures
        return [
          .text(row.model), .number(m?.waitProbability), .number(row.meanWaitDays, decimals: 2),
          .number(row.meanSojournDays, decimals: 2), .number(m?.meanQueueLength, decimals: 2),
          .number(m?.meanInSystem, decimals: 2), .number(m?.utilization),
          .text((m?.isExact ?? false) ? (zh ? "是" : "yes") : (zh ? "近似" : "approximate")),
        ]
      }
    ).text(language)
    for row in rows {
      if let reason = row.reason { text += "\(row.model): \(reason[language])\n" }
    }
    return text
  }

  private static func requirements(
    _ result: QueueResult, _ zh: Bool, _ number: (Double, Int) -> String,
    _ percent: (Double) -> String
  ) -> String {
    var text = ""
    for need in result.requirements {
      let isShare = !["meanWait", "meanSojourn"].contains(need.target)
      func shown(_ x: Double) -> String { isShare ? percent(x) : number(x, 4) }
      let names: [String: Text] = [
        "waitProbability": Text(en: "share that waits", zh: "需等待的比例"),
        "meanWait": Text(en: "mean wait", zh: "平均等待"),
        "meanSojourn": Text(en: "mean stay", zh: "平均办理时间"),
        "waitTail": Text(
          en: "share that waits beyond \(number(need.time ?? 0, 4))",
          zh: "等待超过 \(number(need.time ?? 0, 4)) 的比例"),
        "utilization": Text(en: "time busy", zh: "利用率"),
        "abandonmentProbability": Text(en: "share that leaves", zh: "离去比例"),
      ]
      let name = names[need.target] ?? Text(need.target)
      let fewer = need.withOneFewer.map { shown($0) }
      text +=
        zh
        ? "  \(name.zh)不超过 \(shown(need.limit))：至少 \(need.servers) 名法官（实际 \(shown(need.achieved))"
          + (fewer.map { "，少一名则为 \($0)" } ?? "") + "）\n"
        : "  \(name.en) at most \(shown(need.limit)): \(need.servers) judges or more (gives "
          + "\(shown(need.achieved))" + (fewer.map { ", with one fewer \($0)" } ?? "") + ")\n"
      if let root = need.squareRoot {
        let exact = root.waitProbability.map { percent($0) } ?? "–"
        text +=
          zh
          ? "    平方根公式（β = \(number(root.beta, 3))）给出 \(root.servers) 名，实际为 \(exact)"
            + (root.correction == 0 ? "\n" : "，精确解差 \(root.correction) 名\n")
          : "    the square-root formula (β = \(number(root.beta, 3))) says \(root.servers), which gives "
            + exact
            + (root.correction == 0
              ? "\n" : "; the exact answer differs by \(root.correction)\n")
      }
    }
    return text
  }
}
