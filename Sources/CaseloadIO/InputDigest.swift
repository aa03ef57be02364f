import Foundation

/// The digests of files that are not data: plans, weights, definitions.
public enum InputDigest {
  /// SHA-256 by file name, without the files that cannot be read.
  public static func of(_ paths: [String]) -> [String: String] {
    var digests: [String: String] = [:]
    for path in paths {
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      digests[URL(fileURLWithPath: path).lastPathComponent] = FileDigest.sha256([UInt8](data))
    }
    return digests
  }
}
