import Caseload
import Foundation
import Yams

extension YAMLFile {
  /// `diagnostic` with the line of the entry that its column names: `scenarios[1].filings[0].court`.
  ///
  /// What was read and is only then found to be wrong so points at the file as a mistake of writing does.
  ///
  /// - Parameters:
  ///   - diagnostic: whose location's column is a path of names and indices, or has no column.
  ///   - path: of the file.
  /// - Returns: the same with file and line, where the entry is found.
  public static func placed(_ diagnostic: Diagnostic, at path: String) -> Diagnostic {
    guard let entry = diagnostic.location?.column, diagnostic.location?.row == nil,
      let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8), var node = try? Yams.compose(yaml: text)
    else { return diagnostic }
    var isFound = false
    for part in entry.split(whereSeparator: { ".[]".contains($0) }) {
      let next =
        Int(part).flatMap { index -> Node? in
          guard let items = node.sequence, items.indices.contains(index) else { return nil }
          return items[index]
        } ?? node.mapping?[Node(String(part))]
      guard let next else { break }
      node = next
      isFound = true
    }
    guard isFound else { return diagnostic }
    return diagnostic.located(Diagnostic.Location(file: path, row: node.mark?.line))
  }
}
