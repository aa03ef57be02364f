import CaseloadData
import CaseloadRegression

/// One or several regressions as a table for a paper, a page or a program.
///
/// One model is shown in full (estimate, standard error, statistic, p-value and interval, under
/// the figures of the whole fit); several stand side by side, aligned by term. Either way the table
/// is laid out once and then written in any format, so that all formats show the same numbers; what
/// a reader must know of them stands underneath.
///
/// ```swift
/// var options = RegressionTable.Options()
/// options.starThresholds = [0.05, 0.01]
/// print(try RegressionTable(models: [first, second], options: options).text())
/// ```
public struct RegressionTable: Sendable {
  /// How a table is written.
  public enum Format: String, Sendable, CaseIterable {
    /// Aligned columns for a terminal.
    case text
    case markdown
    /// A float for booktabs, dcolumn and threeparttable.
    case latex
    /// The table alone, to be put into a page.
    case html
    /// A page that needs nothing else.
    case page
    /// One row a coefficient and model, at full precision.
    case csv
    /// The summaries of the models, at full precision.
    case json
  }

  /// One a column, from left to right.
  public let models: [ModelSummary]
  public let options: Options
  let terms: TermSelection
  let layout: Layout

  /// The table of `models`.
  ///
  /// - Throws: ``DiagnosticCode/illegalOption`` where the options contradict one another or the
  ///   models, ``DiagnosticCode/unknownName`` where they name a term or a statistic that no model
  ///   has, ``DiagnosticCode/missingOption`` where there is no model.
  public init(models: [ModelSummary], options: Options = Options()) throws(Diagnostic) {
    try options.validate(for: models)
    let terms = try TermSelection(models, options)
    self.models = models
    self.options = options
    self.terms = terms
    layout =
      models.count == 1 && options.showsSingleModelInFull
      ? try Layout(of: models[0], terms, options)
      : try Layout(comparing: models, terms, options)
  }

  /// The table in `format`; `width` is that of a terminal's line, which only text heeds.
  public func rendered(_ format: Format, width: Int = 80) -> String {
    switch format {
    case .text: text(width: width)
    case .markdown: markdown
    case .latex: latex
    case .html: html
    case .page: page
    case .csv: csv
    case .json: json
    }
  }

  var language: Language { options.language }
}
