import CaseloadCourt
import CaseloadData
import CaseloadTestSupport

/// The reference values of R for case ages, and the samples that they are of.
enum CaseAgeOracle {
  static func values() throws -> JSON { try Oracle.load("case-age") }

  static func numbers(_ json: JSON?) -> [Double?] { json?.array?.map(\.number) ?? [] }

  static func texts(_ json: JSON?) -> [String] { json?.array?.compactMap(\.string) ?? [] }

  static let smallTimes: [Double] = [30, 45, 45, 60, 90, 120, 150, 180, 200, 365]
  static let smallEvents = [1, 1, 1, 0, 1, 1, 0, 1, 0, 0]

  /// The simulated register: with late entries or as if there were none.
  static func sample(_ values: JSON, isTruncated: Bool) throws -> SurvivalSample {
    let data = values["data"]
    let entries = numbers(data?["entry"]).compactMap { $0 }
    return try SurvivalSample(
      times: numbers(data?["time"]).compactMap { $0 },
      causes: numbers(data?["status"]).compactMap { $0.map { Int($0) } },
      outcomes: ["judgment", "mediation", "withdrawal"],
      entries: isTruncated ? entries.map { $0 > 0 ? $0 : -1 } : nil)
  }

  /// The same as a register that was drawn on one day: each case is filed as many days before as
  /// it could be followed.
  static func register(_ values: JSON) throws -> CaseRegister {
    let data = values["data"]
    let asOf = Period.day(2026, 1, 1)
    let columns = ["time", "status", "entry", "limit"].map {
      numbers(data?[$0]).compactMap { $0.map { Int($0) } }
    }
    let (groups, strata) = (texts(data?["group"]), texts(data?["stratum"]))
    let cases = columns[0].indices.map { i -> CaseRecord in
      let filed = asOf.advanced(by: -columns[3][i])
      return CaseRecord(
        filed: filed, closed: columns[1][i] > 0 ? filed.advanced(by: columns[0][i]) : nil,
        entry: columns[2][i] > 0 ? filed.advanced(by: columns[2][i]) : nil,
        labels: [groups[i], strata[i]])
    }
    return try CaseRegister(cases, asOf: asOf, labelNames: ["group", "stratum"])
  }
}

extension Optional where Wrapped == Double {
  /// Both missing, or close.
  func agrees(_ other: Double?, relative: Double = 1e-12, absolute: Double = 1e-13) -> Bool {
    guard let self, let other else { return (self ?? .nan).isNaN && (other ?? .nan).isNaN }
    return self.isClose(to: other, relative: relative, absolute: absolute)
  }
}
