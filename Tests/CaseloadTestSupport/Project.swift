import Foundation

/// Where things lie in the project.
public enum Project {
  /// The folder of Package.swift.
  public static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Swift file under Sources, with its text.
  public static func sources() throws -> [(file: URL, text: String)] {
    let folder = root.appending(path: "Sources")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var result: [(file: URL, text: String)] = []
    for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
      result.append((file, try String(contentsOf: file, encoding: .utf8)))
    }
    return result.sorted { $0.file.path < $1.file.path }
  }
}
