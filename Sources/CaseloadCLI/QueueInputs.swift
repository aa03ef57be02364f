import ArgumentParser
import Caseload

/// The numbers of a queue as they are written on the command line.
struct QueueOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Cases that arrive in a unit of time.")
  var arrivalRate: Double?

  @Option(parsing: .unconditional, help: "Cases that one judge completes in a unit of time.")
  var serviceRate: Double?

  @Option(parsing: .unconditional, help: "A judge's time for one case, in place of --service-rate.")
  var meanService: Double?

  @Option(parsing: .unconditional, help: "Judges.")
  var servers: Int?

  @Option(
    parsing: .unconditional, help: "The rate at which each waiting case leaves: settled, withdrawn."
  )
  var abandonmentRate: Double?

  @Option(
    parsing: .unconditional,
    help: "Squared coefficient of variation of a case's time: 0 constant, 1 exponential.")
  var serviceScv = 1.0

  @Option(
    parsing: .unconditional, help: "Squared coefficient of variation of the times between arrivals."
  )
  var arrivalScv = 1.0

  @Option(
    parsing: .unconditional, help: "mmck: cases that there is room for, waiting and in service.")
  var room: Int?

  @Option(parsing: .unconditional, help: "lps: cases that a judge works on at once, at most.")
  var casesInHand: Int?

  @Option(help: "mgc: whitt, kimura or allen-cunneen.")
  var approximation = GeneralServiceQueue.Approximation.whitt.rawValue

  @Option(help: "Cases arriving month by month, with commas: the load that lags behind them.")
  var monthlyArrivals: String?

  @Option(
    name: .customLong("class"),
    help: "name=…,arrival=…,mean=…[,scv=1][,fast=yes|no][,weight=1][,target=…]; repeatable.")
  var classes: [String] = []

  @Option(help: "year, month, week or day: what the rates are a unit of.")
  var timeUnit = QueueTimeUnit.year.rawValue

  func unit() throws(Diagnostic) -> QueueTimeUnit {
    guard let unit = QueueTimeUnit(rawValue: timeUnit) else {
      throw Diagnostic.unknownName(
        timeUnit, among: QueueTimeUnit.allCases.map(\.rawValue),
        kind: Text(en: "unit of time", zh: "时间单位"))
    }
    return unit
  }

  /// Cases by month; `nil` where none are given.
  func months() throws(Diagnostic) -> [Double]? {
    guard let monthlyArrivals else { return nil }
    var result: [Double] = []
    for part in monthlyArrivals.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Double(part), number >= 0, number.isFinite else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "--monthly-arrivals: '\(part)' is not a number of cases.",
            zh: "--monthly-arrivals：“\(part)”不是案件数。"),
          hint: Text(
            en: "Write --monthly-arrivals 520,480,610.", zh: "请写作 --monthly-arrivals 520,480,610。"))
      }
      result.append(number)
    }
    return result
  }

  /// The classes, in order; with those of one kind of cases, none.
  func trackClasses() throws(Diagnostic) -> [TrackClass] {
    var result: [TrackClass] = []
    for text in classes {
      let one = try Self.trackClass(text)
      guard !result.contains(where: { $0.service.name == one.service.name }) else {
        throw Self.malformed(text, Text(en: "the name is taken", zh: "名称重复"))
      }
      result.append(one)
    }
    return result
  }

  /// One kind of cases: the rates given, or all classes as one.
  func setup(_ classes: [TrackClass], servers: Int?) throws(Diagnostic) -> QueueSetup {
    guard let kind = GeneralServiceQueue.Approximation(rawValue: approximation) else {
      throw Diagnostic.unknownName(
        approximation, among: GeneralServiceQueue.Approximation.allCases.map(\.rawValue),
        kind: Text(en: "approximation", zh: "近似"))
    }
    var arrivals = arrivalRate
    var service = serviceRate
    var variation = serviceScv
    if !classes.isEmpty {
      guard arrivalRate == nil, serviceRate == nil, meanService == nil else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "Rates are given twice: by classes, and by --arrival-rate or --service-rate.",
            zh: "速率给了两次：既有 --class，又有 --arrival-rate 或 --service-rate。"),
          hint: Text(en: "Keep one of the two.", zh: "请只保留一种。"))
      }
      let pool = try ServiceClass.pooled(classes.map(\.service), name: "all")
      arrivals = pool.arrivalRate
      service = 1 / pool.meanService
      variation = pool.squaredVariation
    } else if let meanService {
      guard serviceRate == nil, meanService > 0, meanService.isFinite else {
        throw Diagnostic(
          .illegalRate, .error,
          Text(
            en: serviceRate == nil
              ? "The mean service time is \(NumberText.plain(meanService)); it must be above zero."
              : "Both --service-rate and --mean-service are given.",
            zh: serviceRate == nil
              ? "平均服务时间为 \(NumberText.plain(meanService))；须大于零。"
              : "同时给出了 --service-rate 和 --mean-service。"),
          hint: Text(en: "Give one of them, above zero.", zh: "请给出其一，且大于零。"))
      }
      service = 1 / meanService
    }
    if arrivals == nil, let months = try months() {
      arrivals = 12 * months.reduce(0, +) / Double(months.count) * (try unit().days) / 365
    }
    guard let arrivals else { throw Self.missing("--arrival-rate 6834") }
    guard let service else { throw Self.missing("--service-rate 210") }
    return QueueSetup(
      arrivalRate: arrivals, serviceRate: service, servers: servers ?? self.servers ?? 1,
      abandonmentRate: abandonmentRate, arrivalVariation: arrivalScv, serviceVariation: variation,
      room: room, casesPerServer: casesInHand, approximation: kind)
  }

  static func missing(_ option: String) -> Diagnostic {
    Diagnostic(
      .missingOption, .error,
      Text(
        en: "queue needs \(option.split(separator: " ")[0]).",
        zh: "queue 需要 \(option.split(separator: " ")[0])。"),
      hint: Text(
        en: "Add \(option), or classes by --class.", zh: "请加上 \(option)，或用 --class 给出各类案件。"))
  }

  private static func trackClass(_ text: String) throws(Diagnostic) -> TrackClass {
    var fields: [String: String] = [:]
    let known = ["name", "arrival", "mean", "scv", "fast", "weight", "target"]
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else {
        throw malformed(text, Text(en: "'\(part)' is not key=value", zh: "“\(part)”不是 键=值"))
      }
      guard known.contains(pair[0]) else {
        throw Diagnostic.unknownName(
          pair[0], among: known, kind: Text(en: "part of a class", zh: "类别字段"))
      }
      fields[pair[0]] = pair[1]
    }
    func number(_ key: String, default value: Double?) throws(Diagnostic) -> Double {
      guard let text = fields[key] else {
        if let value { return value }
        throw malformed(text, Text(en: "'\(key)' is missing", zh: "缺少“\(key)”"))
      }
      guard let number = Double(text) else {
        throw malformed(text, Text(en: "'\(text)' is not a number", zh: "“\(text)”不是数字"))
      }
      return number
    }
    guard let name = fields["name"], !name.isEmpty else {
      throw malformed(text, Text(en: "'name' is missing", zh: "缺少“name”"))
    }
    let fast = fields["fast"] ?? "no"
    guard ["yes", "no"].contains(fast) else {
      throw malformed(text, Text(en: "'fast' is yes or no", zh: "“fast”为 yes 或 no"))
    }
    var target: Double?
    if fields["target"] != nil { target = try number("target", default: nil) }
    return try TrackClass(
      try ServiceClass(
        name: name, arrivalRate: number("arrival", default: nil),
        meanService: number("mean", default: nil), squaredVariation: number("scv", default: 1)),
      qualifies: fast == "yes", weight: number("weight", default: 1), longestMeanWait: target)
  }

  private static func malformed(_ text: String, _ why: Text) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(en: "--class '\(text)': \(why.en).", zh: "--class“\(text)”：\(why.zh)。"),
      hint: Text(
        en: "Write --class name=simple,arrival=1.6,mean=0.25,scv=1,fast=yes.",
        zh: "请写作 --class name=simple,arrival=1.6,mean=0.25,scv=1,fast=yes。"))
  }
}

/// The unit of time of a queue's rates.
enum QueueTimeUnit: String, CaseIterable, Encodable {
  case year, month, week, day

  var days: Double {
    switch self {
    case .year: 365
    case .month: 365.0 / 12
    case .week: 7
    case .day: 1
    }
  }

  var name: Text {
    switch self {
    case .year: Text(en: "year", zh: "年")
    case .month: Text(en: "month", zh: "月")
    case .week: Text(en: "week", zh: "周")
    case .day: Text(en: "day", zh: "天")
    }
  }
}

/// What is promised, as it is written on the command line.
struct QueueTargets: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "At most this share of cases waits: the fewest judges for it.")
  var targetWaitProbability: Double?

  @Option(parsing: .unconditional, help: "The mean wait is at most this.")
  var targetMeanWait: Double?

  @Option(parsing: .unconditional, help: "The mean time from arrival to departure is at most this.")
  var targetSojourn: Double?

  @Option(parsing: .unconditional, help: "At most --target-share of cases wait longer than this.")
  var targetWait: Double?

  @Option(parsing: .unconditional, help: "The share of --target-wait.")
  var targetShare = 0.1

  @Option(parsing: .unconditional, help: "Judges are busy for at most this share of their time.")
  var targetUtilization: Double?

  @Option(parsing: .unconditional, help: "At most this share of cases leaves.")
  var targetAbandonment: Double?

  func all() -> [StaffingRequirement.Target] {
    var targets: [StaffingRequirement.Target] = []
    if let x = targetWaitProbability { targets.append(.waitProbability(x)) }
    if let x = targetMeanWait { targets.append(.meanWait(x)) }
    if let x = targetSojourn { targets.append(.meanSojourn(x)) }
    if let x = targetWait { targets.append(.waitTail(time: x, probability: targetShare)) }
    if let x = targetUtilization { targets.append(.utilization(x)) }
    if let x = targetAbandonment { targets.append(.abandonment(x)) }
    return targets
  }
}
