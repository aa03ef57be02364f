import CaseloadData
import Foundation

/// The optional folder of shared reference data: too large, or not ours, to be kept in the project.
///
/// It is named by the environment variable `CASELOAD_SHARED`, or is the folder `shared` beside the
/// project; the data lie in its folder `data`.
public enum SharedData {
  /// The folder of the data; `nil` when it is absent.
  public static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["CASELOAD_SHARED"].map { URL(filePath: $0) }
    let shared = named ?? Project.root.deletingLastPathComponent().appending(path: "shared")
    let data = shared.appending(path: "data")
    return FileManager.default.fileExists(atPath: data.path) ? data : nil
  }()

  public static var isPresent: Bool { folder != nil }

  /// The file at `path` inside the folder, such as `nist/Norris.csv`.
  public static func file(_ path: String) throws -> URL {
    guard let folder else { throw SharedDataAbsent(path: path) }
    return folder.appending(path: path)
  }

  /// The columns of a CSV file by their names.
  public static func columns(_ path: String) throws -> [String: [Double]] {
    try numericColumns(csv: String(contentsOf: file(path), encoding: .utf8))
  }

  /// A JSON file, decoded.
  public static func json<Values: Decodable>(_ path: String, as type: Values.Type = JSON.self)
    throws -> Values
  {
    try JSONDecoder().decode(type, from: Data(contentsOf: file(path)))
  }
}

/// Thrown where shared data are asked for and are not there.
public struct SharedDataAbsent: Error {
  public let path: String
}

/// The columns of a plain CSV text (commas, no quoting) by their names; a cell that is no number is
/// NaN.
public func numericColumns(csv: String) -> [String: [Double]] {
  let lines = csv.split(whereSeparator: \.isNewline)
  guard let header = lines.first else { return [:] }
  let names = header.split(separator: ",", omittingEmptySubsequences: false).map(cell)
  var columns: [String: [Double]] = [:]
  for name in names { columns[name] = [] }
  for line in lines.dropFirst() {
    let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(cell)
    for (name, cell) in zip(names, cells) { columns[name]?.append(Double(cell) ?? .nan) }
  }
  return columns
}

private func cell(_ text: Substring) -> String {
  text.trimmingCharacters(in: .whitespaces)
}
