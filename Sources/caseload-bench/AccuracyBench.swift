import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

/// Digits that agree with the certified values of NIST's linear reference data.
struct AccuracyBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Log relative error on the NIST StRD linear sets.",
    discussion: "FOLDER holds NAME.csv and certified.json with beta and se as decimal strings.")

  @Argument(help: "The folder of the reference data.")
  var folder: String

  private static let formulas = [
    ("Norris", "y ~ x"), ("Pontius", "y ~ poly(x, 2)"), ("NoInt1", "y ~ 0 + x"),
    ("NoInt2", "y ~ 0 + x"), ("Filip", "y ~ poly(x, 10)"),
    ("Longley", "y ~ x1 + x2 + x3 + x4 + x5 + x6"), ("Wampler1", "y ~ poly(x, 5)"),
    ("Wampler2", "y ~ poly(x, 5)"), ("Wampler3", "y ~ poly(x, 5)"),
    ("Wampler4", "y ~ poly(x, 5)"), ("Wampler5", "y ~ poly(x, 5)"),
  ]

  func run() throws {
    let certified = try JSONDecoder().decode(
      JSON.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/certified.json")))
    print("set\tcoefficients\tstandard errors")
    for (name, formula) in Self.formulas {
      guard let reference = certified["data"]?[name] else { continue }
      let table = try Dataset("\(folder)/\(name).csv").table(nil)
      let fit = try LinearModel().fitted(DesignMatrix(Formula(formula), table))
      let rows = try fit.coefficientTable(.classical)
      func digits(_ values: [Double], _ key: String) -> String {
        let references = reference[key]?.array?.compactMap { $0.string.flatMap(Double.init) } ?? []
        let least = zip(values, references).map(Self.logRelativeError).min() ?? .nan
        return NumberText.decimal(least, 1).en
      }
      print(
        "\(name)\t\(digits(rows.map(\.estimate), "beta"))\t\(digits(rows.map(\.standardError), "se"))"
      )
    }
  }

  /// −log₁₀ |value − certified| / |certified|, at most 15; absolute for a certified zero.
  private static func logRelativeError(_ value: Double, _ certified: Double) -> Double {
    let error = certified == 0 ? abs(value) : abs(value - certified) / abs(certified)
    return error == 0 ? 15 : min(15, -log(error) / log(10.0))
  }
}
