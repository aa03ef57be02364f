import CaseloadData

/// The appendices: every figure, the methods, the data.
extension ReportDraft {
  mutating func writeAppendices() {
    heading(2, Text(en: "Appendix A. Register of figures", zh: "附录一　数字登记表"), id: "register")
    paragraph(
      "Every number in the sentences, tiles and tables of the body, with where it is printed or how it was "
        + "computed. The numbers of a chart stand beneath it.",
      "正文语句、要点和表格中每个数字的来源或计算方法；图中数字见各图所附数据。")
    blocks.append(.register)
    heading(2, Text(en: "Appendix B. Methods", zh: "附录二　方法"), id: "appendix-methods")
    if methods.isEmpty, inputs.register == nil {
      paragraph("Only sums and ratios are printed.", "本报告仅列总数和比率。")
    }
    for card in methods {
      blocks.append(
        .paragraph(
          Text(
            en: "\(card.name.en) (\(card.id)). \(card.summary.en) "
              + card.assumptions.map(\.en).joined(separator: " ") + " Sources: "
              + card.sources.map(\.text).joined(separator: " "),
            zh: "\(card.name.zh)（\(card.id)）。\(card.summary.zh)假设："
              + card.assumptions.map(\.zh).joined() + "来源："
              + card.sources.map(\.text).joined(separator: " "))))
    }
    if inputs.register != nil {
      paragraph(
        "Figure audit. A printed percentage stands for every value that rounds to it; the base of a change "
          + "is the set of whole numbers that round to the printed change; cases accepted are read as carried "
          + "in plus newly filed, neither of which can be below zero.",
        "数字核对。所载百分数代表四舍五入后与之相同的一切数值；同比基数为使所载变化成立的全部整数；受理数按旧存加新收理解，二者均不得为负。")
    }
    heading(2, Text(en: "Appendix C. Data", zh: "附录三　数据"), id: "appendix-data")
    if !inputs.sources.isEmpty {
      blocks.append(.list(inputs.sources.map { Text($0) }))
    }
    let rows = inputs.digests.sorted { $0.key < $1.key }.map {
      [
        $0.key == "-" ? Text(en: "standard input", zh: "标准输入") : Text($0.key),
        Text(String($0.value.prefix(16)) + "…"),
      ]
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "Files read, with the first digits of their SHA-256", zh: "所读文件及其 SHA-256 前 16 位"),
          header: [Text(en: "File", zh: "文件"), Text("SHA-256")], isNumeric: [false, false],
          rows: rows)))
    if !inputs.notes.isEmpty {
      blocks.append(
        .paragraph(Text(en: "What was noticed and assumed while reading:", zh: "读取数据时的提示与假定：")))
      let shown = inputs.notes.prefix(8).map { note in
        Text(
          en: "[\(note.code.rawValue)] \(note.message.en)",
          zh: "[\(note.code.rawValue)] \(note.message.zh)")
      }
      var items = Array(shown)
      if inputs.notes.count > items.count {
        let more = inputs.notes.count - items.count
        items.append(Text(en: "and \(more) more notes", zh: "另有 \(more) 条提示"))
      }
      blocks.append(.list(items))
    }
  }
}
