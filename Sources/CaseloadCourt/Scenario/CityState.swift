import CaseloadData

extension CourtState {
  /// Where the courts of a simulated city stand after its first `months` months; all of them for `nil`.
  ///
  /// - Parameters:
  ///   - city: the simulated city.
  ///   - months: how many months are known.
  /// - Throws: ``DiagnosticCode/emptyInput`` and others where no month is left.
  public init(_ city: CitySimulation, months: Int? = nil) throws(Diagnostic) {
    let model = city.model
    let known = max(0, min(model.months, months ?? model.months))
    let courts = model.courts.map {
      $0.en.split(separator: " ").first.map { $0.lowercased() } ?? ""
    }
    func panel(_ measure: Measure, _ values: (CitySimulation.Docket) -> [Int]) -> Panel {
      Panel(
        keyNames: ["court", "caseType"],
        entries: city.dockets.map { docket in
          Panel.Entry(
            key: [courts[docket.court], model.caseTypes[docket.caseType].id],
            series: TimeSeries(
              measure: measure, start: model.start,
              values: values(docket).prefix(known).map(Double.init)))
        })
    }
    try self.init(
      filed: panel(.flow, \.filings), resolved: panel(.flow, \.resolved),
      pending: panel(.stock, \.pending),
      judges: Panel(
        keyNames: ["court"],
        entries: courts.enumerated().map { index, court in
          Panel.Entry(
            key: [court],
            series: TimeSeries(
              measure: .stock, start: model.start,
              values: city.judges[index].prefix(known).map(Double.init)))
        }))
  }
}
