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
      throw Diagnostic(
        .cannotWrite, .error,
        Text(en: "'\(path)' cannot be written.", zh: "无法写入 '\(path)'。"),
        at: Diagnostic.Location(file: path),
        hint: Text(
          en: "Check the folder and its permissions; nothing was changed.",
          zh: "请检查文件夹及其权限；原有文件未被改动。"))
    }
  }

  public static func write(_ text: String, to path: String) throws(Diagnostic) {
    try write(Data(text.utf8), to: path)
  }
}
