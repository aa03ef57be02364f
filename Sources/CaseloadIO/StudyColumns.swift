import Caseload

/// Which columns of a table make a ``Study``, as the command line and a descriptor name them.
public struct StudyColumns: Sendable {
  /// What is measured; its column, name, unit and measure. ``SeriesSelection/keys`` names the
  /// columns whose values together name a unit.
  public var series = SeriesSelection()
  /// Whether ``series`` says how the outcome adds up; otherwise negative values make it a ratio.
  public var hasMeasure = false
  /// The column of each unit's first treated period: empty, 0 or `never` for never.
  public var treatedFrom: String?
  /// The treated units by label, where ``from`` says when; empty for the only series.
  public var treated: [String] = []
  /// The first treated period of all treated units.
  public var from: String?
  /// The last treated period, for a programme that ended.
  public var until: String?
  /// Columns of numbers that change over time.
  public var exposure: String?
  public var diverted: String?
  public var covariates: [String] = []
  public var negativeControls: [String] = []
  /// The treatment's intensity in each period.
  public var treatment: String?
  /// Columns that hold one value a unit.
  public var dose: String?
  public var weights: String?
  public var cluster: String?
  public var strata: String?
  public var eligible: String?
  public var region: String?
  /// Whether each row is one observation of a repeated cross-section.
  public var isRepeatedCrossSection = false

  /// The columns `period` and `value`, and no treatment yet.
  public init() {}

  /// The names of the columns that a descriptor's `intervention` may add to those that it needs,
  /// each with its place here.
  static let optional:
    [(property: String, path: WritableKeyPath<StudyColumns, String?> & Sendable)] = [
      ("exposure", \.exposure), ("diverted", \.diverted), ("treatment", \.treatment),
      ("dose", \.dose), ("weights", \.weights), ("cluster", \.cluster), ("strata", \.strata),
      ("eligible", \.eligible), ("region", \.region), ("until", \.until),
    ]
}
