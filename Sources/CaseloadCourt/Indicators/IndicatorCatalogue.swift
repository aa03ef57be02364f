import CaseloadData

/// A column that indicators are made of, and how it adds up.
public struct IndicatorColumn: Codable, Sendable, Equatable {
  /// What adding two values would mean.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Adds over time and over case types.
    case flow
    /// At the end of a period: the last one over time; adds over case types.
    case stock
    /// At the start of a period: the first one over time; adds over case types.
    case opening
    /// Carried in plus filed (受理): never adds over time, for what is carried over would count
    /// again; adds over case types.
    case accepted
    /// Judges or staff: averaged over time; the same number beside every case type.
    case posts
    /// Residents: the last one over time; the same number beside every case type.
    case population
  }

  public let id: String
  public let name: Text
  public let kind: Kind
  /// Column names that stand for it beside its id and its names; case does not matter.
  public let aliases: [String]

  /// A column.
  public init(id: String, name: Text, kind: Kind, aliases: [String] = []) {
    self.id = id
    self.name = name
    self.kind = kind
    self.aliases = aliases
  }

  private enum CodingKeys: String, CodingKey { case id, name, kind, aliases }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    if let both = try? container.decode(String.self, forKey: .name) {
      name = Text(both)
    } else {
      name = try container.decodeIfPresent(Text.self, forKey: .name) ?? Text(id)
    }
    kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? .flow
    aliases = try container.decodeIfPresent([String].self, forKey: .aliases) ?? []
  }
}

/// Indicators and the columns that they are made of.
public struct IndicatorCatalogue: Codable, Sendable, Equatable {
  public let columns: [IndicatorColumn]
  public let indicators: [IndicatorDefinition]

  /// A catalogue.
  ///
  /// - Parameters:
  ///   - columns: one an id.
  ///   - indicators: one an id.
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for an id that occurs twice.
  public init(columns: [IndicatorColumn], indicators: [IndicatorDefinition]) throws(Diagnostic) {
    for ids in [columns.map(\.id), indicators.map(\.id)] {
      var seen: Set<String> = []
      for id in ids where !seen.insert(id).inserted {
        throw Diagnostic(
          .malformedDefinition, .error,
          Text(en: "'\(id)' is defined twice.", zh: "“\(id)”定义了两次。"),
          at: Diagnostic.Location(column: id),
          hint: Text(en: "Keep one of them.", zh: "请只保留一个。"))
      }
    }
    self.columns = columns
    self.indicators = indicators
  }

  private enum CodingKeys: String, CodingKey { case columns, indicators }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let columns = try container.decodeIfPresent([IndicatorColumn].self, forKey: .columns) ?? []
    let indicators =
      try container.decodeIfPresent([IndicatorDefinition].self, forKey: .indicators) ?? []
    self = try decoder.checked { () throws(Diagnostic) in
      try IndicatorCatalogue(columns: columns, indicators: indicators)
    }
  }

  /// The definition of `id`.
  ///
  /// - Throws: ``DiagnosticCode/unknownName`` with the nearest id.
  public func indicator(_ id: String) throws(Diagnostic) -> IndicatorDefinition {
    if let definition = indicators.first(where: { $0.id == id }) { return definition }
    // A Chinese or English name will do too.
    let named = indicators.filter { $0.name.zh == id || $0.name.en == id }
    if named.count == 1 { return named[0] }
    throw Diagnostic.unknownName(
      id, among: indicators.map(\.id), kind: Text(en: "indicator", zh: "指标"))
  }

  /// The column of `id`; one that no file describes has no kind and cannot be added up over time.
  public func column(_ id: String) -> IndicatorColumn? { columns.first { $0.id == id } }

  /// This catalogue with that of a user laid over it.
  ///
  /// - Parameters:
  ///   - user: a definition or column of the same id replaces the one here.
  ///   - file: what notes call the user's file.
  /// - Returns: the catalogue, and a note for each definition that was replaced.
  public func overlaid(by user: IndicatorCatalogue, file: String) -> (
    catalogue: IndicatorCatalogue, notes: [Diagnostic]
  ) {
    var notes: [Diagnostic] = []
    var indicators = indicators
    for definition in user.indicators {
      guard let position = indicators.firstIndex(where: { $0.id == definition.id }) else {
        indicators.append(definition)
        continue
      }
      if indicators[position] != definition {
        notes.append(
          Diagnostic(
            .assumption, .note,
            Text(
              en: "'\(definition.id)' is computed by the file's definition "
                + "\(definition.formula), not by the built-in \(indicators[position].formula).",
              zh: "“\(definition.id)”按该文件的定义 \(definition.formula) 计算，"
                + "而非内置定义 \(indicators[position].formula)。"),
            at: Diagnostic.Location(file: file, column: definition.id)))
      }
      indicators[position] = definition
    }
    var columns = columns
    for column in user.columns {
      if let position = columns.firstIndex(where: { $0.id == column.id }) {
        columns[position] = column
      } else {
        columns.append(column)
      }
    }
    // Ids are unique in both, so they are in the union.
    let merged = try? IndicatorCatalogue(columns: columns, indicators: indicators)
    return (merged ?? self, notes)
  }
}
