import Caseload
import Foundation

/// Standard output and standard error: language, colour, and how a diagnostic reads.
struct Terminal {
  let language: Language
  private let hasColor: Bool

  /// Reads `--lang` and `--no-color` off the raw arguments, so that an error of parsing already
  /// speaks the right language.
  init(_ arguments: [String]) {
    let environment = ProcessInfo.processInfo.environment
    var language = Self.environmentLanguage(environment)
    for (index, argument) in arguments.enumerated() {
      var value: String?
      if argument == "--lang", index + 1 < arguments.count { value = arguments[index + 1] }
      if argument.hasPrefix("--lang=") { value = String(argument.dropFirst(7)) }
      if let named = value.flatMap(Language.init) { language = named }
    }
    self.language = language
    let isPlain =
      environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
      || arguments.contains("--no-color")
    let isForced = environment["CLICOLOR_FORCE"].map { $0 != "0" } ?? false
    hasColor = !isPlain && (isForced || isatty(STDERR_FILENO) == 1)
  }

  static func environmentLanguage(_ environment: [String: String]) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy
      .compactMap { environment[$0] }.first { !$0.isEmpty }
    return locale?.hasPrefix("zh") == true ? .zh : .en
  }

  /// Whether a chart of braille dots can be shown: a terminal that writes UTF-8.
  static var drawsBraille: Bool {
    let environment = ProcessInfo.processInfo.environment
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty } ?? ""
    return outputIsTerminal && environment["TERM"] != "dumb"
      && locale.uppercased().replacing("-", with: "").contains("UTF8")
  }

  /// Columns of the terminal, or 80.
  static var width: Int {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Prints a diagnostic to standard error:
  ///
  /// ```
  /// error[CL0201]: '1,2O3' is not a number.
  ///   --> filings.csv, row 37, column filings
  ///   help: Is the letter O meant to be 0?
  /// ```
  func show(_ diagnostic: Diagnostic) {
    let zh = language == .zh
    let word =
      switch diagnostic.severity {
      case .note: zh ? "提示" : "note"
      case .warning: zh ? "警告" : "warning"
      case .error: zh ? "错误" : "error"
      }
    let color =
      switch diagnostic.severity {
      case .note: "36"
      case .warning: "33"
      case .error: "31;1"
      }
    let head = "\(word)[\(diagnostic.code.rawValue)]"
    var text = (hasColor ? "\u{1B}[\(color)m\(head)\u{1B}[0m" : head) + ": "
    text += diagnostic.message[language] + "\n"
    if let location = diagnostic.location {
      var parts: [String] = []
      if let file = location.file { parts.append(file) }
      if let row = location.row { parts.append(zh ? "第 \(row) 行" : "row \(row)") }
      if let column = location.column { parts.append(zh ? "列 \(column)" : "column \(column)") }
      if let series = location.series, !series.isEmpty {
        parts.append(zh ? "序列 \(series)" : "series \(series)")
      }
      if let period = location.period { parts.append(zh ? "时期 \(period)" : "period \(period)") }
      if !parts.isEmpty { text += "  --> " + parts.joined(separator: zh ? "，" : ", ") + "\n" }
    }
    if let hint = diagnostic.hint { text += (zh ? "  建议：" : "  help: ") + hint[language] + "\n" }
    FileHandle.standardError.write(Data(text.utf8))
  }

  func fail(_ diagnostic: Diagnostic) -> Never {
    show(diagnostic)
    exit(diagnostic.code.exitStatus)
  }
}
