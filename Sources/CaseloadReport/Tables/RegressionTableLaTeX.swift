import CaseloadData

extension RegressionTable {
  /// A float with booktabs' rules, dcolumn's alignment at the decimal point and threeparttable's
  /// notes. Chinese text needs ctex and an engine that reads Unicode.
  public var latex: String {
    let columns = layout.columnCount
    let packages = "% \\usepackage{booktabs,dcolumn,threeparttable}"
    var text = packages + (language == .zh ? " \\usepackage{ctex} % xelatex\n" : "\n")
    text += "\\begin{table}[htbp]\n\\centering\n\\begin{threeparttable}\n"
    if let title = layout.title { text += "\\caption{\(LaTeX.escaped(title[language]))}\n" }
    text += "\\begin{tabular}{@{}l\((0..<columns).map(latexColumn).joined())@{}}\n\\toprule\n"
    text += latexFacts + latexHeader
    for block in layout.blocks { text += "\\midrule\n" + latexBody(block) }
    text += "\\bottomrule\n\\end{tabular}\n"
    if !layout.notes.isEmpty {
      text += "\\begin{tablenotes}[flushleft]\n\\footnotesize\n"
      for note in layout.notes { text += "\\item \(LaTeX.escaped(note[language]))\n" }
      text += "\\end{tablenotes}\n"
    }
    return text + "\\end{threeparttable}\n\\end{table}\n"
  }

  /// `D{.}{.}{3.5}`: three characters before the decimal point and five after it.
  private func latexColumn(_ j: Int) -> String {
    var (whole, rest) = (1, 0)
    for line in layout.rows.flatMap(\.lines) {
      guard case .number(let numeral) = line[j] else { continue }
      whole = max(whole, LaTeX.places(numeral.whole(language)))
      rest = max(rest, LaTeX.places(numeral.rest(language)))
    }
    return "D{.}{.}{\(whole).\(rest)}"
  }

  /// The figures of the whole fit, two a line.
  private var latexFacts: String {
    guard !layout.facts.isEmpty else { return "" }
    let left = (layout.columnCount + 1) / 2
    let facts = layout.facts.map { fact in
      let colon = language == .zh ? "：" : ": "
      return LaTeX.escaped(fact.label[language]) + colon + LaTeX.words(fact.value, language)
    }
    let half = (facts.count + 1) / 2
    var text = ""
    for i in 0..<half {
      let right = i + half < facts.count ? facts[i + half] : ""
      text += "\\multicolumn{\(left)}{@{}l}{\(facts[i])} & "
      text += "\\multicolumn{\(layout.columnCount + 1 - left)}{l@{}}{\(right)} \\\\\n"
    }
    return text + "\\midrule\n"
  }

  private var latexHeader: String {
    var text = ""
    for row in layout.header {
      var rules = ""
      var column = 2
      for cell in row {
        let label = LaTeX.escaped(cell.text[language])
        let last = column + cell.columnCount - 1
        text += label.isEmpty ? " &" : " & \\multicolumn{\(cell.columnCount)}{c}{\(label)}"
        if label.isEmpty { text += String(repeating: " &", count: cell.columnCount - 1) }
        if row.hasSpans, !label.isEmpty { rules += "\\cmidrule(lr){\(column)-\(last)}" }
        column = last + 1
      }
      text += " \\\\\n" + (rules.isEmpty ? "" : rules + "\n")
    }
    return text
  }

  private func latexBody(_ block: Block) -> String {
    var text = ""
    let columns = layout.columnCount
    if let heading = block.heading {
      text += "\\multicolumn{\(columns + 1)}{@{}l}{\(LaTeX.escaped(heading[language]))} \\\\\n"
    }
    for row in block.rows {
      for (index, line) in row.lines.enumerated() {
        let label = index == 0 ? LaTeX.escaped(row.label[language]) : ""
        text += (block.heading == nil || index > 0 ? "" : "\\quad ") + label
        text += line.map { " & " + LaTeX.cell($0, language) }.joined() + " \\\\\n"
      }
    }
    return text
  }
}

enum LaTeX {
  /// A cell of a column of numbers, which is set in mathematics.
  static func cell(_ cell: RegressionTable.Cell, _ language: Language) -> String {
    switch cell {
    case .blank: return ""
    case .number(let numeral): return number(numeral, language)
    case .interval(let lower, let upper):
      let (lower, upper) = (digits(lower[language]), digits(upper[language]))
      return "\\multicolumn{1}{c}{$[\(lower),\\ \(upper)]$}"
    case .relation(let name, let sign, let digits):
      return "\\multicolumn{1}{c}{$\(name) \(sign) \(self.digits(digits[language]))$}"
    case .words(let words): return "\\multicolumn{1}{c}{\(escaped(words[language]))}"
    }
  }

  /// The same in a line of text.
  static func words(_ cell: RegressionTable.Cell, _ language: Language) -> String {
    guard case .number(let numeral) = cell, numeral.digits.en != "–" else {
      return escaped(cell.text(language))
    }
    return "$\(number(numeral, language))$"
  }

  private static func number(_ numeral: RegressionTable.Numeral, _ language: Language) -> String {
    if numeral.digits.en == "–" { return "\\multicolumn{1}{c}{--}" }
    let stars = String(repeating: "*", count: numeral.stars)
    return numeral.opening + digits(numeral.digits[language]) + numeral.closing
      + (stars.isEmpty ? "" : "^{\(stars)}")
  }

  /// The width of a number in digits: signs take more, a comma less, the point nothing.
  static func places(_ text: String) -> Int {
    let halves = text.reduce(0) { sum, character in
      switch character {
      case ".": sum
      case ",": sum + 1
      case "−", "<", "=": sum + 4
      default: sum + 2
      }
    }
    return (halves + 1) / 2
  }

  private static func digits(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "−": result += result.isEmpty ? "-" : "{-}"
      case ",": result += "{,}"
      case "e":
        result += "\\mathrm{e}"
      case "–": result += "\\mbox{--}"
      default: result.append(character)
      }
    }
    return result
  }

  /// Words, with whatever LaTeX would read as a command, and the signs that its usual fonts lack.
  static func escaped(_ text: String) -> String {
    var result = ""
    for (index, character) in text.enumerated() {
      if let replacement = replacements[character] {
        result += replacement
      } else if character.isNewline || character == "\t" {
        result.append(" ")
      } else if index == 0, character == "[" || character == "*" {
        // The end of the row above would take it as its own.
        result += "{\(character)}"
      } else if character == "-", result.hasSuffix("-") {
        // Two would make a dash.
        result += "{}-"
      } else {
        result.append(character)
      }
    }
    return result
  }

  private static let replacements: [Character: String] = {
    var replacements: [Character: String] = [
      "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
      "%": "\\%", "_": "\\_", "^": "\\textasciicircum{}", "~": "$\\sim$",
      "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "\"": "{\\char34}",
      "`": "\\textasciigrave{}", "−": "$-$",
      "²": "\\textsuperscript{2}", "³": "\\textsuperscript{3}", "×": "$\\times$", "·": "$\\cdot$",
      "≤": "$\\le$", "≥": "$\\ge$", "≠": "$\\ne$", "≈": "$\\approx$", "∞": "$\\infty$",
      "√": "$\\surd$", "₀": "$_0$", "₁": "$_1$", "₂": "$_2$", "½": "$\\frac12$",
      "\u{A0}": "~", "†": "\\textdagger{}",
    ]
    let greek = [
      "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "θ": "theta",
      "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
      "σ": "sigma", "τ": "tau", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega",
      "Δ": "Delta", "Σ": "Sigma", "Φ": "Phi", "Ω": "Omega",
    ]
    for (letter, name) in greek { replacements[Character(letter)] = "$\\\(name)$" }
    return replacements
  }()
}
