/// The one thing that every registered method of every kind has: a card, and an automatic choice of
/// its options. The options are the stored properties.
public protocol Method: Sendable, Codable, Equatable {
  static var card: MethodCard { get }
  /// The automatic choice of every option.
  init()
}

/// What a method is, for people: help, manual, report appendix and web page are made from it.
public struct MethodCard: Sendable {
  /// How the command line names it: `damped-holt`.
  public let id: String
  public let name: Text
  /// What it does, in a sentence.
  public let summary: Text
  /// LaTeX.
  public let equation: String
  /// Each stored property of the method, with what it does.
  public let options: [(name: String, help: Text)]
  /// What has to hold for its intervals.
  public let assumptions: [Text]
  /// The papers that it follows.
  public let sources: [Citation]
  /// The shortest series that it accepts.
  public let minimumObservations: Int

  public init(
    id: String, name: Text, summary: Text, equation: String,
    options: [(name: String, help: Text)] = [], assumptions: [Text], sources: [Citation],
    minimumObservations: Int
  ) {
    self.id = id
    self.name = name
    self.summary = summary
    self.equation = equation
    self.options = options
    self.assumptions = assumptions
    self.sources = sources
    self.minimumObservations = minimumObservations
  }
}

/// A published source, as a bibliography prints it.
public struct Citation: Codable, Sendable, Hashable {
  /// Such as `wagner-2002`.
  public let key: String
  public let text: String
  public let doi: String?

  public init(key: String, text: String, doi: String? = nil) {
    self.key = key
    self.text = text
    self.doi = doi
  }
}
