import Caseload
import Foundation

/// A chart as a file, in the form that the file's name asks for.
public enum ChartFile {
  /// What a chart can be written as.
  public enum Form: String, Sendable, CaseIterable {
    /// The Vega-Lite specification, which needs no tool.
    case vegaLite = "vl.json"
    case svg, png, pdf

    /// The form of a file called `name`; `nil` where the name asks for something else.
    public init?(fileName name: String) {
      let name = name.lowercased()
      guard let form = Self.allCases.first(where: { name.hasSuffix("." + $0.rawValue) }) else {
        return nil
      }
      self = form
    }
  }

  /// Writes a chart, all at once.
  ///
  /// - Parameters:
  ///   - chart: what is drawn.
  ///   - form: of the file.
  ///   - path: of the file.
  ///   - language: of the words.
  /// - Throws: ``DiagnosticCode/toolMissing`` for a picture without the drawing tool,
  ///   ``DiagnosticCode/cannotWrite``.
  public static func write(_ chart: Chart, as form: Form, to path: String, language: Language)
    throws(Diagnostic)
  {
    let specification = chart.vegaLite(language)
    guard form != .vegaLite else {
      try OutputFile.write(ResultEncoding.text(specification) + "\n", to: path)
      return
    }
    try OutputFile.write(
      try Tools.picture(specification, form: form.rawValue, language: language), to: path)
  }
}
