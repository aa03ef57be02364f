import CaseloadData

/// "n judges, c cases each a year": does the product fit the caseload that is printed?
enum LoadCheck {
  static func findings(_ register: FigureRegister) -> [AuditFinding] {
    guard
      let load = register.figures.first(where: { $0.metric == "casesPerJudge" }),
      let judges = register.figures.first(where: { $0.metric == "quotaJudges" }),
      let perJudge = load.value, let count = judges.value, perJudge > 0, count > 0,
      let to = load.to, to.frequency == .yearly,
      // The caseload of the load's last year, or the latest before it.
      let caseload = register.figures.filter({
        $0.metric == "casesAccepted" && $0.scope == load.scope && $0.claim == nil
          && $0.from == $0.to && ($0.from?.frequency == .yearly) && $0.value != nil
          && ($0.from ?? to) <= to
      }).max(by: { ($0.from ?? to) < ($1.from ?? to) }),
      let cases = caseload.value
    else { return [] }
    let product = perJudge * count
    let verdict: AuditFinding.Verdict =
      abs(product / cases - 1) < 0.15 ? .confirmed : .scopeQuestion
    let unit = Text(en: "cases", zh: "件")
    let people = Text(en: "judges", zh: "人")
    return [
      AuditFinding(
        check: "load", figures: [judges.id, load.id, caseload.id], verdict: verdict,
        statement: Text(
          en: "\(judges.text) judges at \(load.text) cases each handle "
            + "\(NumberText.decimal(product).en) a year, "
            + "\(NumberText.percent(product / cases, 0).en) of the \(caseload.text) of "
            + "\(caseload.from?.description ?? "").",
          zh: "\(judges.text) 名法官人均 \(load.text) 件，合计 \(NumberText.decimal(product).zh) 件，"
            + "为 \(caseload.from?.description ?? "") 年 \(caseload.text) 件的 "
            + "\(NumberText.percent(product / cases, 0).zh)。"),
        evidence: [
          AuditFinding.Evidence(
            "product", Text(en: "judges times cases each", zh: "法官数 × 人均办案"), product,
            unit: unit),
          AuditFinding.Evidence(
            "impliedJudges",
            Text(
              en: "judges that \(caseload.text) would take at this pace",
              zh: "按此人均，\(caseload.text) 件所需法官"), cases / perJudge, unit: people, decimals: 1),
          AuditFinding.Evidence(
            "impliedLoad",
            Text(
              en: "cases a judge at \(caseload.text)", zh: "按 \(caseload.text) 件计的人均办案"),
            cases / count, unit: unit, decimals: 1),
        ])
    ]
  }
}
