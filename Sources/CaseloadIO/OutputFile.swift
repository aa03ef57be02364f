import CaseloadData
import Foundation

/// Writing a file all at once: the old one stays until the new one is complete.
public enum OutputFile {
  /// Writes `data` to `path`, by way of a temporary file beside it that is then renamed.
  ///
  /// Folders that are missing are made.
  ///
  /// - Throws: ``DiagnosticCode/cannotWrite``; the old file is then unchanged.
  public static func write(_ data: Data, to path: String) throws(Diagnostic) {
    let url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: url, options: .atomic)
    } catch {
      throw cannotWrite(path)
    }
  }

  private static func cannotWrite(_ path: String) -> Diagnostic {
    Diagnostic(
      .cannotWrite, .error,
      Text(en: "'\(path)' cannot be written.", zh: "无法写入 '\(path)'。"),
      at: Diagnostic.Location(file: path),
      hint: Text(
        en: "Check the folder and its permissions; nothing was changed.",
        zh: "请检查文件夹及其权限；原有文件未被改动。"))
  }

  public static func write(_ text: String, to path: String) throws(Diagnostic) {
    try write(Data(text.utf8), to: path)
  }

  /// Text written bit by bit; a file appears under its name when it is complete.
  public final class Stream {
    private let path: String?
    private let temporary: URL?
    private let handle: FileHandle

    /// Opens `path`; `nil` is standard output.
    public init(_ path: String?) throws(Diagnostic) {
      self.path = path
      guard let path else {
        temporary = nil
        handle = .standardOutput
        return
      }
      let url = URL(fileURLWithPath: path)
      let partial = url.deletingLastPathComponent().appending(
        path: ".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)")
      do {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: partial)
        handle = try FileHandle(forWritingTo: partial)
      } catch {
        throw OutputFile.cannotWrite(path)
      }
      temporary = partial
    }

    deinit {
      if let temporary { try? FileManager.default.removeItem(at: temporary) }
    }

    public func write(_ text: String) throws(Diagnostic) {
      do {
        try handle.write(contentsOf: Data(text.utf8))
      } catch {
        throw OutputFile.cannotWrite(path ?? "standard output")
      }
    }

    /// Renames the file to what it is to be called.
    public func finish() throws(Diagnostic) {
      guard let path, let temporary else { return }
      do {
        try handle.close()
        guard rename(temporary.path, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
      } catch {
        throw OutputFile.cannotWrite(path)
      }
    }
  }
}
