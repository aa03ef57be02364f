import CaseloadData
import CaseloadEffects
import CaseloadReport

/// What a dataset's descriptor tells Caseload beyond the standard: which columns are the series,
/// what happened when, which figures were published.
public struct CaseloadProfile: Sendable {
  /// The default series of the dataset.
  public struct Series: Sendable {
    public let resource: String
    public let selection: SeriesSelection
  }

  /// The default study of an effect.
  public struct Intervention: Sendable {
    public let resource: String
    public let columns: StudyColumns
    public let scale: EffectEstimate.Scale
    /// What the intervention is called.
    public let name: Text
  }

  /// A figure that stands for a missing column.
  public struct Stated: Sendable {
    public let value: Double
    /// The published figure that it repeats.
    public let figure: String?
  }

  /// Where the workload's columns are.
  public struct Workload: Sendable {
    public let resource: String?
    public let incoming: String?
    public let resolved: String?
    public let pending: String?
    public let by: [String]
    public let judgesResource: String?
    public let judgesColumn: String?
    public let statedJudges: Stated?
    public let statedCasesPerJudge: Stated?
  }

  public let series: Series?
  /// Dated changes that are not the question.
  public let events: [KnownEvent]
  /// Whose holidays the series follows.
  public let calendar: WorkCalendar.Kind
  public let intervention: Intervention?
  public let workload: Workload?
  /// The resource that registers published figures.
  public let figures: String?
  /// Which scopes make up a larger one.
  public let scopes: [String: [String]]
  /// What the source credits its year-on-year changes to.
  public let claimedCause: Text?
  /// Figures from elsewhere that show what those changes are worth.
  public let yardsticks: [Yardstick]
  /// Whether the data are drawn and not observed; every result then says so.
  public let isSimulated: Bool
  /// What key values are called, such as family → 婚姻家庭.
  public let names: [String: Text]

  /// The profile of a table without a descriptor.
  static let empty = CaseloadProfile()

  private init() {
    (series, events, calendar, intervention, workload) = (nil, [], .weekdays, nil, nil)
    (figures, scopes, isSimulated, names) = (nil, [:], false, [:])
    (claimedCause, yardsticks) = (nil, [])
  }

  init(_ node: DescriptorNode?, resources: [DataPackage.Resource]) throws(Diagnostic) {
    guard let node else {
      self = .empty
      return
    }
    func checked(_ node: DescriptorNode, _ property: String, _ name: String) throws(Diagnostic) {
      guard resources.contains(where: { $0.name == name }) else {
        throw node.failure(
          property,
          Text(en: "there is no resource '\(name)'", zh: "没有名为 '\(name)' 的资源"))
      }
    }
    if let child = node.child("series") {
      let resource = try child.string("resource")
      try checked(child, "resource", resource)
      var selection = SeriesSelection()
      selection.period = try child.optionalString("period") ?? "period"
      selection.value = try child.string("value")
      if child.json["by"] != nil { selection.keys = try child.strings("by") }
      selection.frequency = try child.option("frequency", Frequency.self)
      selection.measure = try child.option("measure", Measure.self) ?? .flow
      selection.gaps = try child.option("gaps", SeriesSelection.GapPolicy.self) ?? .error
      selection.unit = child.text("unit")
      let field = resources.first { $0.name == resource }?.fields.first {
        $0.name == selection.value
      }
      selection.name = child.text("title") ?? field?.title
      series = Series(resource: resource, selection: selection)
    } else {
      series = nil
    }
    var events: [KnownEvent] = []
    for event in try node.array("events", isRequired: false) {
      guard let from = try event.period("from") else {
        throw event.failure("from", Text(en: "this property is missing", zh: "缺少该属性"))
      }
      let id = try event.string("id")
      var only: [String: [String]] = [:]
      if let filter = event.child("only"), case .object(let members) = filter.json {
        for name in members.keys { only[name] = try filter.strings(name) }
      }
      events.append(
        KnownEvent(
          id: id, kind: try event.option("kind", KnownEvent.Kind.self) ?? .level, from: from,
          to: try event.period("to"), name: event.text("title") ?? Text(id), only: only))
    }
    self.events = events
    calendar = try node.option("calendar", WorkCalendar.Kind.self) ?? .weekdays
    if let child = node.child("intervention") {
      let resource = try child.string("resource")
      try checked(child, "resource", resource)
      intervention = Intervention(
        resource: resource,
        columns: try Self.columns(child, fields: resources.first { $0.name == resource }?.fields),
        scale: try child.option("scale", EffectEstimate.Scale.self) ?? .level,
        name: child.text("title") ?? Text(en: "the intervention", zh: "干预措施"))
    } else {
      intervention = nil
    }
    if let child = node.child("workload") {
      if let resource = try child.optionalString("resource") {
        try checked(child, "resource", resource)
      }
      func stated(_ name: String) throws(Diagnostic) -> Stated? {
        guard let inner = child.child(name), let value = try inner.number("value") else {
          return nil
        }
        return Stated(value: value, figure: try inner.optionalString("figure"))
      }
      workload = Workload(
        resource: try child.optionalString("resource"),
        incoming: try child.optionalString("incoming"),
        resolved: try child.optionalString("resolved"),
        pending: try child.optionalString("pending"), by: try child.strings("by"),
        judgesResource: try child.optionalString("judgesResource"),
        judgesColumn: child.json["judges"]?.string,
        statedJudges: child.json["judges"]?.string == nil
          ? try stated("judges") : nil, statedCasesPerJudge: try stated("casesPerJudge"))
    } else {
      workload = nil
    }
    figures = try node.optionalString("figures")
    if let figures { try checked(node, "figures", figures) }
    var scopes: [String: [String]] = [:]
    if let child = node.child("scopes"), case .object(let members) = child.json {
      for name in members.keys { scopes[name] = try child.strings(name) }
    }
    self.scopes = scopes
    var names: [String: Text] = [:]
    if let child = node.child("names"), case .object(let members) = child.json {
      for name in members.keys { names[name] = child.text(name) }
    }
    self.names = names
    claimedCause = node.text("claimedCause")
    var yardsticks: [Yardstick] = []
    for item in try node.array("yardsticks", isRequired: false) {
      yardsticks.append(try Self.yardstick(item))
    }
    self.yardsticks = yardsticks
    isSimulated = node.json["simulated"] == .bool(true)
  }

  /// A figure from elsewhere; a `%` in `unit` makes it a rate.
  private static func yardstick(_ node: DescriptorNode) throws(Diagnostic) -> Yardstick {
    guard let value = try node.number("value"), let text = node.text("text"),
      let source = node.text("source")
    else {
      throw node.failure(
        "value",
        Text(en: "a yardstick has value, text and source", zh: "标尺需有 value、text 和 source"))
    }
    guard text.en.contains("{}"), text.zh.contains("{}") else {
      throw node.failure(
        "text",
        Text(en: "{} must say where the number stands", zh: "须用 {} 标明数字的位置"))
    }
    let decimals = Int(try node.number("decimals") ?? 1)
    let isPercent = try node.optionalString("unit") == "%"
    return Yardstick(
      id: try node.string("id"), value: isPercent ? value / 100 : value,
      style: isPercent ? .percent(decimals) : .decimal(decimals), text: text, source: source)
  }

  /// The columns of the study that `intervention` declares.
  private static func columns(_ node: DescriptorNode, fields: [DataPackage.Field]?)
    throws(Diagnostic) -> StudyColumns
  {
    var columns = StudyColumns()
    let outcome = try node.string("outcome")
    columns.series.value = outcome
    let field = fields?.first { $0.name == outcome }
    columns.series.name = field?.title ?? Text(outcome)
    columns.series.unit = field?.unit
    columns.series.period = try node.optionalString("time") ?? "period"
    columns.series.keys = try node.strings("unit")
    columns.series.gaps = .missing
    if let measure = try node.option("measure", Measure.self) {
      columns.series.measure = measure
      columns.hasMeasure = true
    }
    columns.treatedFrom = try node.optionalString("treatedFrom")
    columns.treated = try node.strings("treated")
    columns.from = try node.optionalString("from")
    columns.covariates = try node.strings("covariates")
    columns.negativeControls = try node.strings("negativeControls")
    for (property, path) in StudyColumns.optional {
      columns[keyPath: path] = try node.optionalString(property)
    }
    columns.isRepeatedCrossSection = node.json["repeatedCrossSection"] == .bool(true)
    guard columns.treatedFrom != nil || columns.from != nil || columns.treatment != nil else {
      throw node.failure(
        "treatedFrom", Text(en: "this property is missing", zh: "缺少该属性"))
    }
    return columns
  }
}
