import CaseloadData

/// A court or division that judges are allocated to.
public struct AllocationUnit: Codable, Sendable, Equatable {
  public let name: String
  /// Cases, or minutes.
  public let load: Double
  /// The fewest judges that it keeps, for example its current posts; at least 0.
  public let minimum: Int
  /// The most that it can take; `nil` for any number.
  public let maximum: Int?

  /// A unit.
  ///
  /// - Parameters:
  ///   - name: what answers call it.
  ///   - load: cases or minutes; at least 0.
  ///   - minimum: at least 0.
  ///   - maximum: at least `minimum`.
  public init(name: String, load: Double, minimum: Int = 1, maximum: Int? = nil) {
    self.name = name
    self.load = load
    self.minimum = minimum
    self.maximum = maximum
  }

  /// A unit whose load is Σ weight · cases, in minutes.
  ///
  /// - Parameters:
  ///   - name: what answers call it.
  ///   - cases: by case type.
  ///   - weights: minutes a case.
  ///   - minimum: at least 0.
  ///   - maximum: at least `minimum`.
  /// - Throws: ``DiagnosticCode/missingWeight``.
  public init(
    name: String, cases: [String: Double], weights: CaseWeights, minimum: Int = 1,
    maximum: Int? = nil
  ) throws(Diagnostic) {
    var load = 0.0
    for (type, count) in cases.sorted(by: { $0.key < $1.key }) {
      load += try weights.weight(of: type).minutes * count
    }
    self.init(name: name, load: load, minimum: minimum, maximum: maximum)
  }

  /// Throws where `judges` cannot be given to `units`.
  static func check(_ units: [AllocationUnit], judges: Int) throws(Diagnostic) {
    var names: Set<String> = []
    for unit in units {
      guard unit.load >= 0, unit.load.isFinite else {
        throw Diagnostic(
          .negativeCount, .error,
          Text(
            en: "'\(unit.name)' has a load of \(NumberText.plain(unit.load)).",
            zh: "“\(unit.name)”的工作量为 \(NumberText.plain(unit.load))。"),
          at: Diagnostic.Location(series: unit.name),
          hint: Text(en: "A load is a number of at least zero.", zh: "工作量须为不小于零的数。"))
      }
      guard unit.minimum >= 0, unit.maximum ?? .max >= unit.minimum else {
        throw Diagnostic(
          .illegalStaff, .error,
          Text(
            en: "'\(unit.name)' must have at least \(unit.minimum) judges and at most "
              + "\(unit.maximum.map { "\($0)" } ?? "any number").",
            zh: "“\(unit.name)”须至少 \(unit.minimum) 名、至多 \(unit.maximum.map { "\($0)" } ?? "不限")名法官。"
          ),
          at: Diagnostic.Location(series: unit.name),
          hint: Text(
            en: "The least is not below zero and not above the most.",
            zh: "下限不得小于零，也不得大于上限。"))
      }
      guard names.insert(unit.name).inserted else {
        throw Diagnostic(
          .malformedDefinition, .error,
          Text(en: "'\(unit.name)' occurs twice.", zh: "“\(unit.name)”重复出现。"),
          at: Diagnostic.Location(series: unit.name),
          hint: Text(en: "Give one row a court.", zh: "每个法院只列一行。"))
      }
    }
    guard !units.isEmpty, units.contains(where: { $0.load > 0 }) else {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "Nobody has any load, so nothing says who should have the judges.",
          zh: "各单位均无工作量，无从分配法官。"),
        hint: Text(en: "Check the column of loads.", zh: "请检查工作量列。"))
    }
    let least = units.reduce(0) { $0 + $1.minimum }
    let most =
      units.contains { $0.maximum == nil } ? nil : units.reduce(0) { $0 + ($1.maximum ?? 0) }
    guard judges >= least else {
      throw Diagnostic(
        .infeasiblePlan, .error,
        Text(
          en: "\(judges) judges are fewer than the \(least) that the units keep at least.",
          zh: "\(judges) 名法官少于各单位下限之和 \(least) 名。"),
        hint: Text(en: "Lower the minima, or allocate more judges.", zh: "请降低下限，或增加法官。"))
    }
    if let most, judges > most {
      throw Diagnostic(
        .infeasiblePlan, .error,
        Text(
          en: "\(judges) judges are more than the \(most) that the units can take.",
          zh: "\(judges) 名法官超过各单位上限之和 \(most) 名。"),
        hint: Text(en: "Raise a maximum, or allocate fewer judges.", zh: "请提高上限，或减少法官。"))
    }
  }
}
