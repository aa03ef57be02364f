import Caseload
import Foundation

/// The register of a simulated city as files: the cases, and the law that they were drawn from.
public enum SimulatedRegister {
  private struct Truth: Encodable {
    let note: String
    let seed: UInt64
    let asOf: Period
    let model: CaseRegisterModel
    let outcomes: [String]
    /// By case type and month of age, from 0.
    let hazards: [String: [Double]]
  }

  /// The files, by name.
  ///
  /// - Parameter city: its filings.
  /// - Returns: `register.csv` and `register-truth.json`.
  /// - Throws: what drawing the register throws.
  public static func files(_ city: CitySimulation) throws(Diagnostic) -> [(
    name: String, text: String
  )] {
    let simulation = try CaseRegisterSimulation(city)
    var text = "id,court,caseType,filed,closed,outcome,entry,suspendedDays,suspended\n"
    for record in simulation.register.cases {
      let cells = [
        record.id ?? "", record.labels[0], record.labels[1], record.filed.description,
        record.closed?.description ?? "", record.outcome ?? "", record.entry?.description ?? "",
        "\(Int(record.suspendedDays))", record.isSuspended ? "1" : "0",
      ]
      text += cells.joined(separator: ",") + "\n"
    }
    let model = simulation.model
    let truth = Truth(
      note:
        "SIMULATED. The law that register.csv was drawn from: chances of closing by month of age.",
      seed: city.seed, asOf: simulation.register.asOf, model: model,
      outcomes: CaseRegisterModel.outcomes,
      hazards: Dictionary(
        uniqueKeysWithValues: model.types.map { type in
          (type.caseType, (0..<36).map { model.hazard(type, month: $0) })
        }))
    return [
      ("register.csv", text), ("register-truth.json", ResultEncoding.text(truth) + "\n"),
    ]
  }

  /// Writes the files into `folder`.
  ///
  /// - Parameters:
  ///   - city: its filings.
  ///   - folder: where to.
  /// - Returns: the names of the files.
  /// - Throws: ``DiagnosticCode/cannotWrite``, and what drawing the register throws.
  public static func write(_ city: CitySimulation, to folder: String) throws(Diagnostic)
    -> [String]
  {
    let files = try files(city)
    for file in files {
      try OutputFile.write(
        file.text, to: URL(fileURLWithPath: folder).appendingPathComponent(file.name).path)
    }
    return files.map(\.name)
  }
}
