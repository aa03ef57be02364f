import CaseloadData

/// What every queue asks of its numbers.
enum QueueChecks {
  /// The most servers for which exact formulas are evaluated.
  static let mostServers = 10_000_000

  static let arrivalRate = Text(en: "The arrival rate", zh: "到达率")
  static let serviceRate = Text(en: "The service rate", zh: "服务率")
  static let meanService = Text(en: "The mean service time", zh: "平均服务时间")
  static let abandonmentRate = Text(en: "The abandonment rate", zh: "离去率")
  static let variation = Text(
    en: "The squared coefficient of variation", zh: "变异系数的平方")

  /// Above zero and finite.
  static func positive(_ x: Double, _ name: Text) throws(Diagnostic) {
    guard x > 0, x.isFinite else { throw illegal(x, name, zeroAllowed: false) }
  }

  /// Zero or above, and finite.
  static func notNegative(_ x: Double, _ name: Text) throws(Diagnostic) {
    guard x >= 0, x.isFinite else { throw illegal(x, name, zeroAllowed: true) }
  }

  static func servers(_ count: Int) throws(Diagnostic) {
    guard count >= 1, count <= mostServers else { throw illegalStaff(Double(count)) }
  }

  static func illegalStaff(_ count: Double) -> Diagnostic {
    Diagnostic(
      .illegalStaff, .error,
      Text(
        en: "\(shown(count)) servers: there must be at least 1 and at most 10 million.",
        zh: "服务台（法官）数为 \(shown(count))：至少为 1，至多一千万。"),
      hint: Text(en: "Give the number of judges.", zh: "请给出法官人数。"))
  }

  /// 0 ≤ p ≤ 1.
  static func probability(_ p: Double, _ name: Text) throws(Diagnostic) {
    guard p >= 0, p <= 1 else { throw illegalProbability(p, name) }
  }

  /// 0 ≤ p < 1.
  static func openProbability(_ p: Double, _ name: Text) throws(Diagnostic) {
    guard p >= 0, p < 1 else { throw illegalProbability(p, name) }
  }

  /// 0 < p < 1.
  static func strictProbability(_ p: Double, _ name: Text) throws(Diagnostic) {
    guard p > 0, p < 1 else { throw illegalProbability(p, name) }
  }

  /// Arrivals below capacity, by their difference as it was computed.
  ///
  /// - Throws: ``DiagnosticCode/unboundedBacklog`` with the growth of the backlog in a unit of time.
  static func stable(arrivalRate: Double, capacity: Double, spare: Double, of name: String? = nil)
    throws(Diagnostic)
  {
    guard spare > 0 else {
      let (arrivals, served) = (
        NumberText.significant(arrivalRate, 2), NumberText.significant(capacity, 2)
      )
      let growth = NumberText.significant(max(0, -spare), 2)
      let isEven = !(spare < 0)
      let who = name.map { Text(en: " of '\($0)'", zh: "（“\($0)”）") } ?? Text("")
      throw Diagnostic(
        .unboundedBacklog, .error,
        Text(
          en:
            "\(arrivals.en) cases arrive\(who.en) and at most \(served.en) can be handled in a unit "
            + "of time: "
            + (isEven
              ? "with nothing to spare the backlog grows without bound, as the square root of time."
              : "the backlog grows by \(growth.en) a unit of time."),
          zh: "单位时间内收案\(who.zh) \(arrivals.zh) 件，至多能办 \(served.zh) 件："
            + (isEven ? "毫无余量，积案将按时间的平方根无限增长。" : "积案每单位时间增加 \(growth.zh) 件。")),
        hint: Text(
          en:
            "Add servers, lower the arrivals, let cases leave (Erlang A), or ask for the fluid path.",
          zh: "请增加办案力量、减少收案、允许离去（Erlang A），或改求流体路径。"))
    }
  }

  private static func illegal(_ x: Double, _ name: Text, zeroAllowed: Bool) -> Diagnostic {
    Diagnostic(
      .illegalRate, .error,
      Text(
        en: "\(name.en) is \(shown(x)); it must be a finite number "
          + (zeroAllowed ? "not below zero." : "above zero."),
        zh: "\(name.zh)为 \(shown(x))；须为\(zeroAllowed ? "不小于零" : "大于零")的有限数。"),
      hint: Text(
        en: "Give rates and times in one unit of time.", zh: "各速率和时间请使用同一时间单位。"))
  }

  private static func illegalProbability(_ p: Double, _ name: Text) -> Diagnostic {
    Diagnostic(
      .illegalProbability, .error,
      Text(
        en: "A probability of \(shown(p)) is not possible for \(name.en).",
        zh: "\(name.zh)的概率不能为 \(shown(p))。"),
      hint: Text(en: "Write 20 % as 0.2.", zh: "20% 请写作 0.2。"))
  }

  private static func shown(_ x: Double) -> String { x.isNaN ? "NaN" : NumberText.plain(x) }
}
