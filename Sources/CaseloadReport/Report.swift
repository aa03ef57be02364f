import CaseloadData

/// A report as a value: what it says, what it draws, and every number that it uses.
///
/// Prose holds marks such as `{growth.cagr}` in place of numbers; a renderer writes the figure's
/// number and links it to the register, where its source stands.
public struct Report: Codable, Sendable {
  /// One piece of a report, in reading order.
  public indirect enum Block: Codable, Sendable {
    case heading(level: Int, Text, id: String)
    case lead(Text)
    case paragraph(Text)
    case list([Text])
    case callout(Callout, [Block])
    case tiles([Tile])
    case table(ReportTable)
    case chart(Chart)
    /// The register of figures, made from ``Report/figures``.
    case register
  }

  /// What a set-off remark is: a result, a caution, an explanation.
  public enum Callout: String, Codable, Sendable { case finding, warning, note }

  /// A number that a reader should take away.
  public struct Tile: Codable, Sendable {
    /// A figure mark, or several.
    public let number: Text
    public let caption: Text
  }

  /// The heading of the first page.
  public let title: Text
  /// Whose series and which years; empty where the title says it.
  public let subtitle: Text
  /// Whose data the report is on.
  public let organization: Text
  /// What made the report, and from what.
  public let footer: Text
  /// The text, in reading order.
  public let blocks: [Block]
  /// Every number of the text, in the order of its first use.
  public let figures: [ReportFigure]
  /// What was noticed while reading and computing.
  public let diagnostics: [Diagnostic]
}

/// A table of a report; cells may hold figure marks.
public struct ReportTable: Codable, Sendable {
  public let caption: Text
  /// One name a column.
  public let header: [Text]
  /// Whether each column holds numbers, which stand to the right.
  public let isNumeric: [Bool]
  /// Cells by row, as many as columns.
  public let rows: [[Text]]

  /// A table; every row has one cell a column.
  public init(caption: Text, header: [Text], isNumeric: [Bool], rows: [[Text]]) {
    precondition(isNumeric.count == header.count && rows.allSatisfy { $0.count == header.count })
    self.caption = caption
    self.header = header
    self.isNumeric = isNumeric
    self.rows = rows
  }
}
