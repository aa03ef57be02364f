import Caseload

/// A workload in words.
enum WorkloadText {
  static func report(_ account: WorkloadAccount, _ table: ResultTable, _ language: Language)
    -> String
  {
    let zh = language == .zh
    func number(_ x: Double, _ decimals: Int = 0) -> String {
      NumberText.decimal(x, decimals)[language]
    }
    func range(_ r: WorkloadProjection.Range, _ decimals: Int = 0) -> String {
      zh
        ? "\(number(r.median, decimals))（80% 区间 \(number(r.lower80, decimals))–"
          + "\(number(r.upper80, decimals))，95% 区间 \(number(r.lower95, decimals))–"
          + "\(number(r.upper95, decimals)))"
        : "\(number(r.median, decimals)) (80 % interval \(number(r.lower80, decimals)) to "
          + "\(number(r.upper80, decimals)), 95 % \(number(r.lower95, decimals)) to "
          + "\(number(r.upper95, decimals)))"
    }
    var text = account.courts.isEmpty ? "" : table.text(language) + "\n"
    for court in account.courts {
      guard let next = court.projection else { continue }
      text += zh ? "\(court.label),\(next.period)\n" : "\(court.label), \(next.period)\n"
      text += (zh ? "  收案        " : "  incoming cases   ") + range(next.incoming)
      text += zh ? "，模型 \(next.model)\n" : ", by \(next.model)\n"
      if let pending = next.pending {
        text += (zh ? "  期末未结    " : "  pending at end   ") + range(pending) + "\n"
      }
      if let need = next.judgesNeeded {
        text += (zh ? "  所需法官    " : "  judges needed    ") + range(need, 1)
        if let post = next.judgesInPost {
          text += zh ? "；在岗 \(number(post))" : "; in post \(number(post))"
        }
        if let shortage = next.shortageProbability {
          let p = NumberText.percent(shortage, 0)[language]
          text += zh ? "，不足的概率 \(p)" : ", shortage with probability \(p)"
        }
        text += "\n"
      }
    }
    if let rate = account.statedCasesPerJudge, account.courts.isEmpty {
      text +=
        zh ? "所述人均办案 \(number(rate)) 件/年" : "stated load: \(number(rate)) cases a judge and year"
      if let judges = account.statedJudges, let capacity = account.capacity {
        text +=
          zh
          ? "，\(number(judges)) 名法官合计可办 \(number(capacity)) 件\n"
          : "; \(number(judges)) judges handle \(number(capacity))\n"
      } else {
        text += "\n"
      }
    }
    for need in account.needs {
      let exact = number(need.judges, 1)
      text +=
        zh
        ? "全年 \(number(need.caseload)) 件，人均 \(number(need.casesPerJudge, 1)) 件：需法官 \(exact) 人，"
          + "取整 \(number(need.judges.rounded(.up))) 人\n"
        : "\(number(need.caseload)) cases at \(number(need.casesPerJudge, 1)) each need \(exact) judges, "
          + "that is \(number(need.judges.rounded(.up)))\n"
    }
    if !account.notComputable.isEmpty {
      text += zh ? "\n不能由所给资料计算\n" : "\nnot computable from what was supplied\n"
      for item in Set(account.notComputable.map { $0[language] }).sorted() {
        text += "  \(item)\n"
      }
    }
    return text
  }
}
