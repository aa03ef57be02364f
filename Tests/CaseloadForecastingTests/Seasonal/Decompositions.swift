import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

/// One series of the shared oracles with R's decompositions of it.
///
/// R 4.2.2 `stl`, `decompose`; forecast 8.20 `mstl`, `stlf`.
struct RDecomposition: Sendable, CustomTestStringConvertible {
  let name: String
  let values: [Double]
  let period: Int
  let parts: JSON

  /// Empty where the shared data are absent; the tests over it are switched off then.
  static let all: [RDecomposition] = (try? load()) ?? []

  private static func load() throws -> [RDecomposition] {
    let series = try SharedData.json("forecast/oracles/series.json", as: [String: JSON].self)
    let parts = try SharedData.json("forecast/oracles/r_decomp.json", as: [String: JSON].self)
    return parts.sorted { $0.key < $1.key }.map { name, parts in
      RDecomposition(
        name: name, values: (series[name]?["values"]?.array ?? []).map { $0.number ?? .nan },
        period: Int(series[name]?["frequency"]?.number ?? 1), parts: parts)
    }
  }

  func numbers(_ method: String, _ part: String) -> [Double] {
    (parts[method]?[part]?.array ?? []).map { $0.number ?? .nan }
  }

  var testDescription: String { name }

  /// The largest |value|, the scale of rounding errors.
  var size: Double { values.reduce(0) { max($0, abs($1)) } }
}

/// The largest difference, where a missing value differs from nothing but a number.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { largest, pair in
    if pair.0.isNaN && pair.1.isNaN { return largest }
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
