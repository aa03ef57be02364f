import Caseload

/// Files of indicator definitions.
public enum IndicatorDefinitions {
  /// The definitions that come with Caseload.
  ///
  /// - Throws: never for a release; a test reads them.
  public static func builtIn() throws(Diagnostic) -> IndicatorCatalogue {
    try YAMLFile.decode(
      IndicatorCatalogue.self,
      text: String(decoding: PackageResources.indicators_yaml, as: UTF8.self),
      file: "indicators.yaml")
  }

  /// The built-in definitions with those of a file laid over them.
  ///
  /// - Parameter path: of a YAML file; `nil` for the built-in ones alone.
  /// - Returns: the catalogue, and a note for each definition that the file replaces.
  /// - Throws: ``DiagnosticCode/malformedDefinition`` with line and column.
  public static func catalogue(with path: String?) throws(Diagnostic) -> (
    catalogue: IndicatorCatalogue, notes: [Diagnostic]
  ) {
    let builtIn = try builtIn()
    guard let path else { return (builtIn, []) }
    let user = try YAMLFile.decode(IndicatorCatalogue.self, at: path)
    return builtIn.overlaid(by: user, file: path)
  }
}
