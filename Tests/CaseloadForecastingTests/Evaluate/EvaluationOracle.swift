import CaseloadData
import CaseloadTestSupport

/// Reference values of R; see Tests/Oracles/forecast-evaluation.
enum EvaluationOracle {
  static let values: JSON = (try? Oracle.load("forecast-evaluation")) ?? .null

  static func numbers(_ name: String) -> [Double] {
    (values[name]?.array ?? []).map { $0.number ?? .nan }
  }

  static func rows(_ name: String) -> [[Double]] {
    (values[name]?.array ?? []).map { row in (row.array ?? []).map { $0.number ?? .nan } }
  }
}
