import Caseload

/// What a regression found beside its coefficients, in lines for people.
struct RegressionDetails {
  let lines: [String]
  /// What was tested, in sentences to stand under a table that is written for a paper or a page.
  let notes: [String]
  /// How the numbers were adjusted: what models side by side may share, to be said once.
  let conventions: [String]

  init(_ model: RegressionResult, _ language: Language) {
    let zh = language == .zh
    func number(_ x: Double?, _ digits: Int = 4) -> String {
      x.map { NumberText.significant($0, digits)[language] } ?? "–"
    }
    func probability(_ p: Double?) -> String {
      guard let p else { return "= –" }
      return p < 0.0001 ? "< 0.0001" : "= " + NumberText.decimal(p, 4)[language]
    }
    var lines: [String] = []
    var notes: [String] = []
    func test(_ name: String, _ test: HypothesisTest) -> String {
      let statistic = number(test.statistic)
      return zh
        ? "\(name)：统计量 \(statistic)，\(test.distribution.zh)，p \(probability(test.pValue))"
        : "\(name): \(statistic), \(test.distribution.en), p \(probability(test.pValue))"
    }
    if let tests = model.tests {
      if !tests.tests.isEmpty { lines.append(zh ? "检验" : "Tests") }
      for entry in tests.tests {
        lines.append("  " + test(entry.name[language], entry))
        lines.append("    " + (zh ? "原假设：" : "Hypothesis: ") + entry.hypothesis[language])
        if let detail = entry.detail { lines.append("    " + detail[language]) }
        notes.append(
          test(entry.name[language], entry) + (zh ? "。" : ".")
            + (entry.detail.map { (zh ? "" : " ") + $0[language] } ?? ""))
      }
      if !tests.inflationFactors.isEmpty {
        lines.append(zh ? "方差膨胀因子" : "Variance inflation factors")
        for factor in tests.inflationFactors {
          lines.append("  \(factor.term)  \(number(factor.value))")
        }
      }
      if let condition = tests.conditionNumber {
        lines.append(
          (zh ? "条件指数最大值 " : "Largest condition index ") + number(condition))
      }
      if !tests.breaks.isEmpty {
        lines.append(zh ? "断点（按 BIC 选取）" : "Breaks (their number by BIC)")
        for one in tests.breaks {
          let range = "\(one.lower.map(String.init) ?? "?")–\(one.upper.map(String.init) ?? "?")"
          lines.append(
            zh ? "  第 \(one.row) 行之后（区间 \(range)）" : "  after row \(one.row) (interval \(range))")
        }
      }
      if let set = tests.confidenceSet {
        let percent = NumberText.plain(set.level * 100)
        lines.append(
          (zh ? "Anderson–Rubin 置信集（\(percent)%）：" : "Anderson–Rubin set (\(percent) %): ")
            + set.summary[language])
      }
      if !tests.influential.isEmpty {
        let rows = tests.influential.prefix(20).map(String.init).joined(separator: zh ? "、" : ", ")
        let rest = tests.influential.count > 20 ? (zh ? " 等" : ", …") : ""
        lines.append((zh ? "有影响的观测：" : "Influential observations: ") + rows + rest)
      }
    }
    if !model.hypotheses.isEmpty {
      lines.append(zh ? "假设检验" : "Hypotheses")
      for entry in model.hypotheses {
        lines.append("  " + test(entry.hypothesis, entry.test))
        if let detail = entry.test.detail { lines.append("    " + detail[language]) }
        notes.append(
          (zh ? "假设 " : "Hypothesis ") + test(entry.hypothesis, entry.test) + (zh ? "。" : "."))
      }
    }
    if let adjustment = model.adjustment {
      lines.append(zh ? "校正后的 p 值（\(adjustment)）" : "Adjusted p-values (\(adjustment))")
      for (row, p) in zip(model.summary.coefficients, model.adjustedPValues) where p != nil {
        lines.append("  \(row.term)  p \(probability(p))")
      }
      let all = zip(model.summary.coefficients, model.adjustedPValues).filter { $0.1 != nil }
        .map { "\($0.term) p \(probability($1))" }.joined(separator: zh ? "；" : "; ")
      notes.append(
        zh ? "校正后的 p 值（\(adjustment)）：\(all)。" : "Adjusted p-values (\(adjustment)): \(all).")
    }
    if !model.bootstrap.isEmpty {
      lines.append(
        zh ? "等尾 p 值（野生自助法）" : "Equal-tailed p-values (wild bootstrap)")
      for (row, result) in zip(model.summary.coefficients, model.bootstrap) {
        let error =
          result.isEnumerated
          ? "" : (zh ? "，蒙特卡洛误差 " : ", Monte-Carlo error ") + number(result.monteCarloError, 2)
        let p =
          result.equalTailedPValue == 0
          ? "< \(number(2 / Double(result.draws), 2))" : probability(result.equalTailedPValue)
        lines.append("  \(row.term)  p \(p)\(error)")
      }
    }
    if !model.marginalEffects.isEmpty {
      let percent = NumberText.plain(model.summary.level * 100)
      lines.append(
        zh
          ? "平均边际效应（\(percent)% 区间）" : "Average marginal effects (\(percent) % intervals)")
      for row in model.marginalEffects {
        lines.append(
          "  \(row.term)  \(number(row.estimate))  [\(number(row.lower)), \(number(row.upper))]"
            + "  p \(probability(row.pValue))")
      }
    }
    if !model.predictions.isEmpty {
      lines.append(zh ? "预测均值" : "Predicted means")
      for row in model.predictions.prefix(20) {
        lines.append(
          "  \(row.row)  \(number(row.mean))  [\(number(row.lower)), \(number(row.upper))]")
      }
      if model.predictions.count > 20 {
        lines.append(
          zh ? "  其余见 --view predictions" : "  the others: --view predictions --format csv")
      }
    }
    self.lines = lines
    self.notes = notes
    conventions = model.adjustmentNote.map { [$0[language]] } ?? []
  }
}
