import CaseloadData
import CaseloadReport
import Foundation

/// The programs that Caseload runs: found, and run without a shell.
public enum Tools {
  /// Where the tools of the set-up are: `CASELOAD_TOOLS`, or the nearest `.venv/bin` above the
  /// program or the working folder.
  public static var folder: URL? {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["CASELOAD_TOOLS"], !path.isEmpty {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let starts = [
      program.deletingLastPathComponent(),
      URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
    ]
    for start in starts {
      var folder = start
      while folder.path != "/" {
        let candidate = folder.appendingPathComponent(".venv/bin")
        if FileManager.default.fileExists(atPath: candidate.appendingPathComponent("python3").path)
        {
          return candidate
        }
        folder.deleteLastPathComponent()
      }
    }
    return nil
  }

  /// The path of `name` in the tools' folder or on PATH; `nil` if it is not there.
  public static func find(_ name: String) -> URL? {
    var folders =
      ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init)
      ?? []
    if let folder { folders.insert(folder.path, at: 0) }
    return folders.map { URL(fileURLWithPath: $0).appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Runs `program` on `input` and returns what it printed.
  ///
  /// - Throws: ``DiagnosticCode/toolFailed`` with the first lines of its complaint.
  static func run(_ program: URL, _ arguments: [String], input: Data) throws(Diagnostic) -> Data {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    do {
      try process.run()
    } catch {
      throw failure(program, "\(error)")
    }
    // Both pipes are drained while the input is written: a full pipe would stop the program.
    nonisolated(unsafe) var complaint = Data()
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      complaint = stderr.fileHandleForReading.readDataToEndOfFile()
    }
    DispatchQueue.global().async(group: group) {
      try? stdin.fileHandleForWriting.write(contentsOf: input)
      try? stdin.fileHandleForWriting.close()
    }
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw failure(program, String(decoding: complaint, as: UTF8.self))
    }
    return output
  }

  private static func failure(_ program: URL, _ complaint: String) -> Diagnostic {
    let lines = complaint.split(whereSeparator: \.isNewline).prefix(2).joined(separator: " ")
    return Diagnostic(
      .toolFailed, .error,
      Text(
        en: "\(program.lastPathComponent) failed: \(lines)",
        zh: "\(program.lastPathComponent) 出错：\(lines)"),
      hint: Text(
        en: "Run `make setup`, then `caseload doctor`.",
        zh: "请运行 `make setup`，再运行 `caseload doctor`。"))
  }

  /// Whether charts can be drawn: Python is there and has vl-convert.
  public static var canDraw: Bool {
    guard let python = find("python3") else { return false }
    return (try? run(python, ["-c", "import vl_convert"], input: Data())) != nil
  }

  static func missing(_ name: Text) -> Diagnostic {
    Diagnostic(
      .toolMissing, .error,
      Text(en: "\(name.en) is not installed.", zh: "未安装\(name.zh)。"),
      hint: Text(
        en: "Run `make setup`. A report as Markdown needs no tool: -o report.md.",
        zh: "请运行 `make setup`。Markdown 报告不需要外部工具：-o report.md。"))
  }

  /// The drawings of `charts`, in one process, as SVG that can stand together on a page.
  public static func drawings(_ charts: [JSON], language: Language) throws(Diagnostic) -> [String] {
    try drawings(charts, form: "svg", language: language)
  }

  /// The drawing of one chart as the bytes of a file.
  ///
  /// - Parameters:
  ///   - chart: a Vega-Lite specification with its data.
  ///   - form: `svg`, `png` or `pdf`.
  ///   - language: of numbers and dates.
  /// - Returns: the bytes.
  /// - Throws: ``DiagnosticCode/toolMissing``, ``DiagnosticCode/toolFailed``.
  static func picture(_ chart: JSON, form: String, language: Language) throws(Diagnostic) -> Data {
    let text = try drawings([chart], form: form, language: language)[0]
    guard form != "svg" else { return Data(text.utf8) }
    guard let bytes = Data(base64Encoded: text) else {
      preconditionFailure("the picture of a chart is not in base 64")
    }
    return bytes
  }

  private static func drawings(_ charts: [JSON], form: String, language: Language)
    throws(Diagnostic) -> [String]
  {
    guard !charts.isEmpty else { return [] }
    guard let python = find("python3") else {
      throw missing(Text(en: "Python with vl-convert", zh: "含 vl-convert 的 Python"))
    }
    let specifications: Data
    do { specifications = try JSONEncoder().encode(charts) } catch {
      preconditionFailure("a chart cannot be encoded: \(error)")
    }
    var arguments = ["-c", ReportResources.chartScript, form]
    if language == .zh { arguments.append("zh-CN") }
    let output: Data
    do { output = try run(python, arguments, input: specifications) } catch {
      guard canDraw else {
        throw missing(Text(en: "vl-convert, which draws charts,", zh: "绘图工具 vl-convert"))
      }
      throw error
    }
    guard let drawings = try? JSONDecoder().decode([String].self, from: output),
      drawings.count == charts.count
    else { throw failure(python, "unexpected output") }
    return drawings
  }

  /// A self-contained page from Markdown.
  public static func page(
    _ markdown: String, metadata: [(name: String, value: String)], hasContents: Bool
  ) throws(Diagnostic) -> Data {
    guard let pandoc = find("pandoc") else {
      throw missing(Text(en: "pandoc", zh: " pandoc"))
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let template = folder.appendingPathComponent("template.html")
    let filter = folder.appendingPathComponent("filter.lua")
    try OutputFile.write(ReportResources.template, to: template.path)
    try OutputFile.write(ReportResources.filter, to: filter.path)
    var arguments =
      ReportResources.pandocArguments + [
        "--template", template.path, "--lua-filter", filter.path,
      ]
    if hasContents { arguments += ["--toc", "--toc-depth=2"] }
    for (name, value) in metadata { arguments += ["--metadata", "\(name)=\(value)"] }
    return try run(pandoc, arguments, input: Data(markdown.utf8))
  }
}
