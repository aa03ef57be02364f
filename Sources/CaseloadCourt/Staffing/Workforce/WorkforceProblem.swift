import CaseloadData

/// Judges of several kinds, recruited over some years to sit the days that jurisdictions demand.
///
/// ```
/// minimize   Σ_y Σ_k (salary R + hiring H + Σ_j fee · S · A)  +  Σ_y Σ_j penalty · U
/// in post    R_yk = R_{y−1,k} + H_{y−lag,k} − L_yk
/// leaving    L_yk = exits + attrition · R_{y−1,k} + Σ_k′ share(k′ from k) · H_yk′
/// at work    Σ_j A_yjk ≤ R_yk − Σ_a (1 − output_a) H_{y−lag−a,k}
/// at least   Σ_j S A_yjk ≥ least days · R_yk
/// demand     Σ_k S A_yjk + U_yj ≥ D_yj
/// share      min share · D_yj ≤ S A_yjk ≤ max share · D_yj
/// hiring     H_yk ≤ cap
/// budget     salary + hiring + fees of year y ≤ budget
/// ```
///
/// R judges of kind k are in post in year y, H are recruited, L leave, A sit in jurisdiction j (in
/// full-time judges, S days a year each), and U days are not sat. Days, judges and money are per
/// year; shares are of the days demanded, not of those sat.
///
/// - Sources: the form, not the numbers, of the judicial workforce model of the Ministry of Justice
///   of England and Wales.
public struct WorkforceProblem: Codable, Sendable, Equatable {
  /// A share of the recruits of one kind that come from another.
  public struct Source: Codable, Sendable, Equatable {
    /// The kind that loses them.
    public let from: String
    /// From 0 to 1.
    public let share: Double

    public init(from: String, share: Double) {
      self.from = from
      self.share = share
    }
  }

  /// One kind of judge.
  public struct JudgeType: Codable, Sendable, Equatable {
    public var name: String
    /// In post before the first year.
    public var initial: Double
    /// Days that a full-time judge can sit in a year.
    public var sittingDays: YearlyAmount
    /// Days that a judge in post must sit at least; 0 for none.
    public var minimumDays: YearlyAmount = 0
    /// Money a day sat.
    public var feePerDay: YearlyAmount = 0
    /// Money a judge in post and year.
    public var salary: YearlyAmount = 0
    /// Money a recruit.
    public var recruitmentCost: YearlyAmount = 0
    /// Judges who retire or leave.
    public var exits: YearlyAmount = 0
    /// The share of those in post at the start of a year who leave beside the exits.
    public var attrition: YearlyAmount = 0
    /// The most recruits; `nil` for no limit.
    public var recruitmentCap: YearlyAmount?
    /// Of the days demanded in each jurisdiction, the least that this kind sits.
    public var minimumShare: Double = 0
    /// Of the days demanded in each jurisdiction, the most that this kind sits.
    public var maximumShare: Double = 1
    /// Where recruits come from, beside outside.
    public var recruitedFrom: [Source] = []
    /// What a newcomer handles in the first year, the second, and so on, of a full load; afterwards
    /// all of it.
    public var newcomerOutput: [Double] = []
    /// Years from recruitment to the first day in court.
    public var arrivalLag: Int = 0

    /// A kind of judge; everything else starts at none.
    public init(name: String, initial: Double, sittingDays: YearlyAmount) {
      self.name = name
      self.initial = initial
      self.sittingDays = sittingDays
    }
  }

  /// A kind of work.
  public struct Jurisdiction: Codable, Sendable, Equatable {
    public var name: String
    /// Days demanded.
    public var demand: YearlyAmount
    /// What a day that is not sat costs.
    public var penalty: YearlyAmount
    /// The standard error of `demand`, in days.
    public var demandError: YearlyAmount = 0

    /// A kind of work.
    public init(name: String, demand: YearlyAmount, penalty: YearlyAmount) {
      self.name = name
      self.demand = demand
      self.penalty = penalty
    }
  }

  /// The names of the years, in order.
  public var years: [String]
  public var judgeTypes: [JudgeType]
  public var jurisdictions: [Jurisdiction]
  /// Money a year for salaries, hiring and fees; `nil` for no limit.
  public var budget: YearlyAmount?
  /// Whether recruits come in whole numbers.
  public var wholeRecruits = false

  /// A problem.
  public init(years: [String], judgeTypes: [JudgeType], jurisdictions: [Jurisdiction]) {
    self.years = years
    self.judgeTypes = judgeTypes
    self.jurisdictions = jurisdictions
  }

  /// Throws for the first number, name or length that cannot be.
  ///
  /// - Throws: ``DiagnosticCode/malformedDefinition``.
  public func check() throws(Diagnostic) {
    let (n, kinds) = (years.count, judgeTypes.map(\.name))
    try Self.checkNames(years, Text(en: "year", zh: "年份"))
    try Self.checkNames(kinds, Text(en: "kind of judge", zh: "法官类别"))
    try Self.checkNames(jurisdictions.map(\.name), Text(en: "jurisdiction", zh: "审判领域"))
    for type in judgeTypes {
      let owner = type.name
      try YearlyAmount([type.initial]).check("initial", of: owner, years: n)
      try type.sittingDays.check("sittingDays", of: owner, years: n, from: 1, to: 366)
      try type.minimumDays.check("minimumDays", of: owner, years: n, to: 366)
      try type.feePerDay.check("feePerDay", of: owner, years: n)
      try type.salary.check("salary", of: owner, years: n)
      try type.recruitmentCost.check("recruitmentCost", of: owner, years: n)
      try type.exits.check("exits", of: owner, years: n)
      try type.attrition.check("attrition", of: owner, years: n, to: 1)
      try type.recruitmentCap?.check("recruitmentCap", of: owner, years: n)
      try YearlyAmount([type.minimumShare]).check("minimumShare", of: owner, years: 1, to: 1)
      try YearlyAmount([type.maximumShare]).check("maximumShare", of: owner, years: 1, to: 1)
      for output in type.newcomerOutput {
        try YearlyAmount([output]).check("newcomerOutput", of: owner, years: 1, to: 1)
      }
      try YearlyAmount([Double(type.arrivalLag)]).check("arrivalLag", of: owner, years: 1, to: 50)
      for source in type.recruitedFrom {
        try YearlyAmount([source.share]).check("share", of: owner, years: 1, to: 1)
        guard kinds.contains(source.from), source.from != owner else {
          throw Diagnostic.unknownName(
            source.from, among: kinds.filter { $0 != owner },
            kind: Text(en: "other kind of judge", zh: "其他法官类别"), code: .malformedDefinition,
            at: Diagnostic.Location(series: owner))
        }
      }
      let total = type.recruitedFrom.map(\.share).reduce(0, +)
      try YearlyAmount([total]).check("recruitedFrom", of: owner, years: 1, to: 1 + 1e-9)
    }
    for jurisdiction in jurisdictions {
      let owner = jurisdiction.name
      try jurisdiction.demand.check("demand", of: owner, years: n)
      try jurisdiction.penalty.check("penalty", of: owner, years: n)
      try jurisdiction.demandError.check("demandError", of: owner, years: n)
    }
    try budget?.check("budget", of: "budget", years: n)
  }

  private static func checkNames(_ names: [String], _ kind: Text) throws(Diagnostic) {
    guard !names.isEmpty, Set(names).count == names.count, !names.contains("") else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "There must be at least one \(kind.en), each with a name of its own.",
          zh: "至少须有一个\(kind.zh)，且名称各不相同。"),
        hint: Text(
          en: "Found: \(names.isEmpty ? "none" : names.joined(separator: ", ")).",
          zh: "现有：\(names.isEmpty ? "无" : names.joined(separator: "、"))。"))
    }
  }
}
