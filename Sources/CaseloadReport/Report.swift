import CaseloadData

/// A report as a value: what it says, what it draws, and every number that it uses.
///
/// Prose holds marks such as `{growth.cagr}` in place of numbers; a renderer writes the figure's
/// number and links it to the register, where its source stands.
public struct Report: Codable, Sendable {
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

  public enum Callout: String, Codable, Sendable { case finding, warning, note }

  /// A number that a reader should take away.
  public struct Tile: Codable, Sendable {
    public let number: Text
    public let caption: Text
  }

  public let title: Text
  public let subtitle: Text
  public let organization: Text
  public let footer: Text
  public let blocks: [Block]
  public let figures: [ReportFigure]
  public let diagnostics: [Diagnostic]
}

/// A table of a report; cells may hold figure marks.
public struct ReportTable: Codable, Sendable {
  public let caption: Text
  public let header: [Text]
  /// Whether each column holds numbers, which stand to the right.
  public let isNumeric: [Bool]
  public let rows: [[Text]]

  public init(caption: Text, header: [Text], isNumeric: [Bool], rows: [[Text]]) {
    precondition(isNumeric.count == header.count && rows.allSatisfy { $0.count == header.count })
    self.caption = caption
    self.header = header
    self.isNumeric = isNumeric
    self.rows = rows
  }
}
