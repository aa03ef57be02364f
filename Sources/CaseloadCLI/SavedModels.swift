import Caseload
import CaseloadIO
import Foundation

/// The models of a file that `caseload fit --save` wrote: a line of JSON a series.
struct SavedModels: Sendable {
  /// One line: the key of the series, and its model.
  struct Line: Codable, Sendable {
    let key: [String]
    let saved: SavedForecastModel
  }

  private let models: [[String]: SavedForecastModel]
  private let path: String

  /// Reads the file at `path`.
  ///
  /// - Throws: ``DiagnosticCode/noSuchInput``, ``DiagnosticCode/malformedDescriptor`` at the line.
  init(_ path: String) throws(Diagnostic) {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw Diagnostic(
        .noSuchInput, .error,
        Text(en: "There is no file '\(path)' of models.", zh: "没有模型文件 '\(path)'。"),
        at: Diagnostic.Location(file: path),
        hint: Text(
          en: "Make it with `caseload fit DATA --save \(path)`.",
          zh: "请用 `caseload fit DATA --save \(path)` 生成。"))
    }
    var models: [[String]: SavedForecastModel] = [:]
    for (index, text) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      do {
        let line = try ExactJSON.value(Line.self, from: text)
        models[line.key] = line.saved
      } catch {
        throw Self.malformed(path, row: index + 1, error)
      }
    }
    self.models = models
    self.path = path
  }

  private static func malformed(_ path: String, row: Int, _ error: any Error) -> Diagnostic {
    var detail = "It is not JSON of a fitted model."
    if let error = error as? DecodingError, case .dataCorrupted(let context) = error {
      detail = "It holds \(context.debugDescription)."
    }
    return Diagnostic(
      .malformedDescriptor, .error,
      Text(
        en: "This line is not a model that was saved. \(detail)", zh: "该行不是已保存的模型。"),
      at: Diagnostic.Location(file: path, row: row),
      hint: Text(
        en: "Fit again: `caseload fit DATA --save \(path)`.",
        zh: "请重新拟合：`caseload fit DATA --save \(path)`。"))
  }

  /// The estimates for the series of `input`, carried on to its last value.
  func fit(for input: SeriesInput) throws(Diagnostic) -> SeriesFit {
    guard let saved = models[input.key] else {
      throw Diagnostic(
        .unknownName, .error,
        Text(
          en: "The file '\(path)' has no model of this series.", zh: "文件 '\(path)' 中没有该序列的模型。"),
        at: Diagnostic.Location(series: input.label),
        hint: Text(
          en: "Fit it too: `caseload fit DATA --save \(path)`.",
          zh: "请一并拟合：`caseload fit DATA --save \(path)`。"))
    }
    guard saved.history.start == input.series.start else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The model was fitted from \(saved.history.start) on, and the data begin in "
            + "\(input.series.start).",
          zh: "模型自 \(saved.history.start) 起拟合，而数据始于 \(input.series.start)。"),
        at: Diagnostic.Location(series: input.label),
        hint: Text(
          en: "Give the whole history, with the new values at its end.",
          zh: "请给出完整历史，并把新数值放在末尾。"))
    }
    // The history as it was fitted needs no new pass, and gives the same bits.
    let isSame =
      saved.history.values.map(\.bitPattern) == input.series.values.map(\.bitPattern)
    return SeriesFit(
      model: saved.model,
      fit: isSame
        ? saved.fit : try saved.fit.updated(with: input.series, regressors: input.regressors))
  }
}
