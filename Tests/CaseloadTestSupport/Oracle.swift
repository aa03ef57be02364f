import CaseloadData
import Foundation

/// Reference values under Tests/Oracles, each beside the script that made them.
public enum Oracle {
  /// The file `file` of the oracle `name`, decoded.
  public static func load<Values: Decodable>(
    _ name: String, file: String = "values.json", as type: Values.Type = JSON.self
  ) throws -> Values {
    let url = Project.root.appending(path: "Tests/Oracles/\(name)/\(file)")
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }
}
