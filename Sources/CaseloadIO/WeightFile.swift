import Caseload
import Foundation

/// Files of case weights: YAML with everything, or CSV with the weights alone.
public enum WeightFile {
  /// The table of weights in a file.
  ///
  /// A CSV file has the columns `caseType` and `minutes`, and may have `standardError` and `basis`.
  ///
  /// - Parameters:
  ///   - path: a `.csv` or `.tsv` file, or YAML.
  ///   - judgeYear: in place of the file's; a CSV file has none of its own.
  ///   - rounding: in place of the file's.
  /// - Returns: the checked table.
  /// - Throws: ``DiagnosticCode/noSuchInput``, ``DiagnosticCode/malformedDefinition``,
  ///   ``DiagnosticCode/missingWeight``, ``DiagnosticCode/illegalRate`` with the line;
  ///   ``DiagnosticCode/missingOption`` for a CSV file without a judge year.
  public static func study(_ path: String, judgeYear: JudgeYear?, rounding: JudgeRounding?)
    throws(Diagnostic) -> WeightStudy
  {
    let name = path.lowercased()
    guard name.hasSuffix(".csv") || name.hasSuffix(".tsv") else {
      let study = try YAMLFile.decode(WeightStudy.self, at: path)
      guard judgeYear != nil || rounding != nil else { return study }
      return try WeightStudy(
        study.entries, judgeYear: judgeYear ?? study.weights.judgeYear,
        parts: judgeYear == nil ? study.judgeYearParts : nil,
        rounding: rounding ?? study.rounding, source: study.source)
    }
    let table = try Dataset(path).table(nil)
    guard let judgeYear else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "A CSV file of weights has no judge year.", zh: "CSV 权重文件不含法官年工作时间。"),
        at: Diagnostic.Location(file: path),
        hint: Text(
          en: "Add --judge-year MINUTES, or write the weights as YAML.",
          zh: "请加上 --judge-year 分钟数，或改用 YAML 权重文件。"))
    }
    let types = try table.text("caseType")
    let minutes = try table.numbers("minutes")
    let errors =
      table.columnNames.contains("standardError") ? try table.numbers("standardError") : nil
    let bases = table.columnNames.contains("basis") ? try table.text("basis") : nil
    var entries: [WeightStudy.Entry] = []
    for i in types.indices {
      let place = Diagnostic.Location(file: path, row: table.lines[i], series: types[i])
      var basis = WeightStudy.Basis.filings
      if let word = bases?[i], !word.isEmpty {
        guard let named = WeightStudy.Basis(rawValue: word) else {
          throw Diagnostic.unknownName(
            word, among: WeightStudy.Basis.allCases.map(\.rawValue),
            kind: Text(en: "basis", zh: "计数基础"), code: .malformedDefinition, at: place)
        }
        basis = named
      }
      let weight = CaseWeight(
        caseType: types[i], minutes: minutes[i],
        standardError: errors?[i].isNaN == false ? errors?[i] : nil)
      do {
        // One at a time, so that a wrong one has its line.
        _ = try CaseWeights(
          entries.map(\.weight) + [weight], judgeYear: judgeYear)
      } catch {
        throw error.located(place)
      }
      entries.append(.init(weight, basis: basis))
    }
    do {
      return try WeightStudy(
        entries, judgeYear: judgeYear, rounding: rounding ?? .up, source: path)
    } catch {
      throw error.located(Diagnostic.Location(file: path))
    }
  }
}
