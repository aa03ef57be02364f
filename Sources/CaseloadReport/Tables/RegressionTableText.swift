import CaseloadData

extension RegressionTable {
  /// The table in aligned columns, each line at most `width` terminal columns wide.
  ///
  /// Numbers align at their decimal points. Columns that do not fit follow in further panels below,
  /// each with its labels; labels, headings and notes that are too long go on to the next line. A
  /// single column that is wider than a line is the one thing that passes its end.
  public func text(width: Int = 80) -> String {
    var lines = layout.title.map { $0[language].wrapped(width) } ?? []
    lines += TextPanel.facts(layout.facts, width, language)
    if !layout.facts.isEmpty { lines.append("") }
    let columns = TextColumn.columns(of: layout, width, language)
    let stub = TextPanel.stubWidth(layout, columns, width, language)
    var ruled = 0
    for (index, range) in TextPanel.ranges(columns, layout.header, width - stub).enumerated() {
      if index > 0 { lines.append("") }
      let panel = TextPanel(
        layout: layout, columns: columns, range: range, stubWidth: stub, language: language)
      ruled = max(ruled, panel.width)
      lines += panel.lines
    }
    for note in layout.notes { lines += note[language].wrapped(max(ruled, min(width, 60))) }
    return lines.map { $0.trimmingSpaceAtEnd + "\n" }.joined()
  }
}

/// The measures of a column of text.
private struct TextColumn {
  static let gap = 2
  /// A heading that is longer than this goes on below rather than widen its column.
  private static let longestHeading = 14

  /// Of numbers, up to the decimal point and from it on.
  let whole: Int
  let rest: Int
  var width: Int
  let isFlush: Bool

  /// Columns whose numbers align at the point; of a single model whose table would not fit so, at
  /// their ends.
  static func columns(of layout: RegressionTable.Layout, _ width: Int, _ language: Language)
    -> [TextColumn]
  {
    let columns = columns(of: layout, language)
    let needed = TextPanel.labelWidth(layout, language) + total(columns[...])
    if layout.facts.isEmpty || needed <= width { return columns }
    let flush = self.columns(of: layout, language, isFlush: true)
    return flush
  }

  static func total(_ columns: ArraySlice<TextColumn>) -> Int {
    columns.reduce(0) { $0 + $1.width + gap }
  }

  private static func columns(
    of layout: RegressionTable.Layout, _ language: Language, isFlush: Bool = false
  ) -> [TextColumn] {
    var columns = (0..<layout.columnCount).map { j in
      let cells = layout.rows.flatMap(\.lines).map { $0[j] }
      var (whole, rest, other) = (0, 0, 0)
      for cell in cells {
        if isFlush {
          whole = max(whole, cell.text(language).displayWidth)
        } else if case .number(let numeral) = cell {
          whole = max(whole, numeral.whole(language).displayWidth)
          rest = max(rest, numeral.rest(language).displayWidth)
        } else {
          other = max(other, cell.text(language).displayWidth)
        }
      }
      return TextColumn(
        whole: whole, rest: rest, width: max(whole + rest, other), isFlush: isFlush)
    }
    for row in layout.header {
      var start = 0
      for cell in row {
        let range = start..<start + cell.columnCount
        let present = total(columns[range]) - gap
        let longest = longestHeading * cell.columnCount
        var missing = min(cell.text[language].displayWidth, longest) - present
        for j in range where missing > 0 {
          let share = (missing + range.upperBound - j - 1) / (range.upperBound - j)
          columns[j].width += share
          missing -= share
        }
        start = range.upperBound
      }
    }
    return columns
  }

  func text(_ cell: RegressionTable.Cell, _ language: Language) -> String {
    if isFlush {
      let text = cell.text(language)
      return (String.spaces(whole - text.displayWidth) + text).centered(width)
    }
    guard case .number(let numeral) = cell else { return cell.text(language).centered(width) }
    let before = numeral.whole(language)
    let number = String.spaces(whole - before.displayWidth) + before
    return (number + numeral.rest(language).leading(rest)).centered(width)
  }
}

/// The labels and as many columns as a line holds.
private struct TextPanel {
  let layout: RegressionTable.Layout
  let columns: [TextColumn]
  let range: Range<Int>
  let stubWidth: Int
  let language: Language

  var width: Int { stubWidth + TextColumn.total(columns[range]) }

  /// The columns of each panel: as few panels as fit, with no heading divided over two if that can
  /// be, of widths as even as can be.
  static func ranges(
    _ columns: [TextColumn], _ header: [[RegressionTable.HeaderCell]], _ room: Int
  ) -> [Range<Int>] {
    struct Plan {
      var ranges: [Range<Int>] = []
      var divided = 0
      var squares = 0

      var cost: (Int, Int, Int) { (ranges.count, divided, squares) }
    }
    // The best plan for the columns before each.
    var best = [Plan()]
    for end in 1...columns.count {
      var chosen: Plan?
      var width = 0
      for start in (0..<end).reversed() {
        width += columns[start].width + TextColumn.gap
        if width > room, start < end - 1 { break }
        var plan = best[start]
        plan.ranges.append(start..<end)
        plan.squares += width * width
        if start > 0 { plan.divided += header.count { $0.divides(at: start) } }
        if chosen.map({ plan.cost < $0.cost }) ?? true { chosen = plan }
      }
      best.append(chosen ?? Plan())
    }
    return best[columns.count].ranges
  }

  /// As wide as the longest label, unless that costs columns.
  static func stubWidth(
    _ layout: RegressionTable.Layout, _ columns: [TextColumn], _ width: Int, _ language: Language
  ) -> Int {
    let natural = labelWidth(layout, language)
    let fits = natural + TextColumn.total(columns[...]) <= width
    return fits ? natural : min(natural, max(16, width * 3 / 10))
  }

  /// The width of the longest label.
  static func labelWidth(_ layout: RegressionTable.Layout, _ language: Language) -> Int {
    layout.blocks.flatMap { block in
      let indent = block.heading == nil ? 0 : 2
      return block.rows.map { $0.label[language].displayWidth + indent }
        + [block.heading?[language].displayWidth ?? 0]
    }.max() ?? 0
  }

  static func facts(_ facts: [RegressionTable.Fact], _ width: Int, _ language: Language)
    -> [String]
  {
    guard !facts.isEmpty else { return [] }
    let half = (facts.count + 1) / 2
    func column(_ facts: ArraySlice<RegressionTable.Fact>) -> [String] {
      let label = facts.map { $0.label[language].displayWidth }.max() ?? 0
      let lines = facts.map { $0.label[language].leading(label + 2) + $0.value.text(language) }
      let longest = lines.map(\.displayWidth).max() ?? 0
      return lines.map { $0.leading(longest) }
    }
    let (left, right) = (column(facts[..<half]), column(facts[half...]))
    let both = left.indices.map { i in
      left[i] + (right.indices.contains(i) ? "    " + right[i] : "")
    }
    let fits = both.allSatisfy { $0.displayWidth <= width }
    return fits ? both : column(facts[...]).flatMap { $0.trimmingSpaceAtEnd.wrapped(width) }
  }

  var lines: [String] {
    let rule = String(repeating: "─", count: width)
    var lines = [rule]
    for row in layout.header {
      let cells = row.cells(over: range)
      let isBlank = cells.allSatisfy { $0.text[language].isEmpty }
      if !isBlank { lines += header(cells, isRuled: row.hasSpans) }
    }
    for block in layout.blocks {
      lines.append(rule)
      if let heading = block.heading { lines += heading[language].wrapped(stubWidth) }
      let indent = block.heading == nil ? "" : "  "
      for row in block.rows where !row.isBlank(over: range) || range.count == columns.count {
        lines += body(row, indent)
      }
    }
    return lines + [rule]
  }

  /// One row of the header, its texts standing on its last line, with a rule below each or none.
  private func header(_ cells: [RegressionTable.HeaderCell], isRuled: Bool) -> [String] {
    var start = range.lowerBound
    let blocks = cells.map { cell -> (width: Int, lines: [String]) in
      let own = start..<start + cell.columnCount
      start = own.upperBound
      let width = TextColumn.total(columns[own]) - TextColumn.gap
      return (width, cell.text[language].wrapped(width))
    }
    let height = blocks.map(\.lines.count).max() ?? 0
    let gap = String.spaces(TextColumn.gap)
    var lines = (0..<height).map { i in
      blocks.reduce(String.spaces(stubWidth)) { line, block in
        let own = i - (height - block.lines.count)
        return line + gap + (own < 0 ? "" : block.lines[own]).centered(block.width)
      }
    }
    if isRuled {
      lines.append(
        blocks.reduce(String.spaces(stubWidth)) { line, block in
          line + gap + String(repeating: block.lines == [""] ? " " : "─", count: block.width)
        })
    }
    return lines
  }

  private func body(_ row: RegressionTable.Row, _ indent: String) -> [String] {
    let labels = row.label[language].wrapped(stubWidth - indent.count).map { indent + $0 }
    return (0..<max(labels.count, row.lines.count)).map { i in
      let label = (i < labels.count ? labels[i] : "").leading(stubWidth)
      guard i < row.lines.count else { return label }
      return range.reduce(label) {
        $0 + String.spaces(TextColumn.gap) + columns[$1].text(row.lines[i][$1], language)
      }
    }
  }
}
