import CaseloadData
import CaseloadMath

/// A court made ready to run: its calendar by day, its posts by month, its laws as samplers.
///
/// Everything that does not depend on random numbers is worked out once here, for all replications.
struct CourtPlan: Sendable {
  /// One case type, ready to draw from.
  struct TypePlan: Sendable {
    /// By month: the expected filings, or the exact ones of a path.
    let means: [Double]
    let isPath: Bool
    let dispersion: Double?
    let minutes: ServiceSampler
    let meanMinutes: Double
    let shares: [Double]
    let gaps: [ServiceSampler?]
    /// A judge's minute is worth so many, by month and stage.
    let worth: [[Double]]
    let withdrawalPerDay: Double
    let mediationPerDay: Double
    let diversion: CourtCaseType.Diversion?
    let openingAges: ServiceSampler?
    let openingPending: Int
    let openingShare: Double
    /// Cumulative probabilities of the tracks; empty to go by minutes.
    let routes: [Double]
  }

  /// One track and its posts.
  struct TrackPlan: Sendable {
    let judges: Range<Int>
    /// Full-time judges by month, as planned.
    let posts: [Double]
    let activeLimit: Int
    let upToMinutes: Double?
  }

  /// A month is 365.25/12 days wherever a rate a month meets days.
  static let daysPerMonth = 365.25 / 12

  let court: SimulatedCourt
  /// Months simulated, and those of them that are not reported.
  let periods: [Period]
  let warmUp: Int
  /// The first day of each month from the start of the simulation, and the day after the last.
  let monthStarts: [Int]
  let monthOfDay: [Int]
  /// Case minutes of a full-time judge by day; zero on days off.
  let minutes: [Double]
  /// By month, its working days.
  let workingDays: [[Int]]
  let types: [TypePlan]
  let tracks: [TrackPlan]
  let trackOfJudge: [Int]

  var days: Int { minutes.count }
  var judgeCount: Int { trackOfJudge.count }

  /// Prepares `court`.
  ///
  /// - Throws: what ``SimulatedCourt/check()`` throws; ``DiagnosticCode/illegalStaff`` for a plan
  ///   that falls below no judges, or a court that never has one.
  init(_ court: SimulatedCourt) throws(Diagnostic) {
    try court.check()
    self.court = court
    warmUp = court.warmUpMonths
    let total = court.warmUpMonths + court.months
    let first = court.start.advanced(by: -court.warmUpMonths)
    periods = (0..<total).map { first.advanced(by: $0) }
    let calendar = WorkCalendar(court.calendar)
    var starts = [0]
    var minutes: [Double] = []
    var monthOfDay: [Int] = []
    var workingDays: [[Int]] = []
    for (m, period) in periods.enumerated() {
      let begin = period.firstDay?.dayNumber ?? 0
      let end = period.endDay?.dayNumber ?? begin
      let factor = court.rhythm.isEmpty ? 1 : court.rhythm[period.season(length: 12)]
      var working: [Int] = []
      for day in begin..<end {
        let isWorking = calendar.isWorkingDay(CivilDate(dayNumber: day))
        if isWorking { working.append(minutes.count) }
        minutes.append(isWorking ? court.minutesPerDay * factor : 0)
        monthOfDay.append(m)
      }
      if working.isEmpty { working = Array(starts[m]..<minutes.count) }
      workingDays.append(working)
      starts.append(minutes.count)
    }
    self.minutes = minutes
    self.monthOfDay = monthOfDay
    self.workingDays = workingDays
    monthStarts = starts

    var tracks: [TrackPlan] = []
    var trackOfJudge: [Int] = []
    for (i, track) in court.tracks.enumerated() {
      let posts: [Double]
      do {
        posts = try track.judges.judges(over: periods)
      } catch {
        throw error.located(Diagnostic.Location(series: track.id))
      }
      let seats = Int(((posts.max() ?? 0) - 1e-9).rounded(.up))
      guard seats > 0, seats <= 10_000 else { throw Self.nobody(track.id, seats) }
      tracks.append(
        TrackPlan(
          judges: trackOfJudge.count..<trackOfJudge.count + seats, posts: posts,
          activeLimit: track.activeLimit ?? .max, upToMinutes: track.upToMinutes))
      trackOfJudge += Array(repeating: i, count: seats)
    }
    self.tracks = tracks
    self.trackOfJudge = trackOfJudge
    let judges = periods.indices.map { m in tracks.reduce(0) { $0 + $1.posts[m] } }
    types = court.caseTypes.map { Self.typePlan($0, court, first, judges) }
  }

  private static func typePlan(
    _ type: CourtCaseType, _ court: SimulatedCourt, _ first: Period, _ judges: [Double]
  ) -> TypePlan {
    let filings = type.filings
    let means = judges.indices.map { m -> Double in
      // Before the start the growth is undone, and a path repeats its first year backwards.
      let ahead = m - court.warmUpMonths
      if !filings.path.isEmpty {
        let count = filings.path.count
        let year = min(12, count)
        let index =
          ahead < 0
          ? (ahead % year + year) % year
          : ahead < count ? ahead : count - year + (ahead - count) % year
        return Double(filings.path[index]) * type.arrivalFactor
      }
      let month = first.advanced(by: m).season(length: 12)
      let season = filings.monthFactors.isEmpty ? 1 : filings.monthFactors[month]
      let growth = pow(1 + filings.growth, Double(ahead) / 12)
      return filings.mean * type.arrivalFactor * season * growth
    }
    let stages =
      type.stages.isEmpty ? [CourtCaseType.Stage(id: "work", share: 1)] : type.stages
    let worth = judges.map { inPost in
      stages.map { stage in
        court.team.map { $0.worth(judges: inPost, need: stage.need ?? $0.need) } ?? 1
      }
    }
    var sum = 0.0
    let routes = court.tracks.map { track in
      sum += type.routes.filter { $0.track == track.id }.reduce(0) { $0 + $1.probability }
      return sum
    }
    return TypePlan(
      means: means, isPath: !filings.path.isEmpty, dispersion: filings.dispersion,
      minutes: ServiceSampler(type.minutes), meanMinutes: type.minutes.mean,
      shares: stages.map(\.share), gaps: stages.map { $0.gapDays.map(ServiceSampler.init) },
      worth: worth, withdrawalPerDay: type.withdrawalHazard / daysPerMonth,
      mediationPerDay: type.mediationHazard / daysPerMonth, diversion: type.diversion,
      openingAges: type.opening?.ageDays.map(ServiceSampler.init),
      openingPending: type.opening?.pending ?? 0,
      openingShare: type.opening?.remainingShare ?? 1, routes: type.routes.isEmpty ? [] : routes)
  }

  private static func nobody(_ track: String, _ seats: Int) -> Diagnostic {
    Diagnostic(
      .illegalStaff, .error,
      Text(
        en: seats > 0
          ? "The track '\(track)' has \(seats) posts." : "The track '\(track)' never has a judge.",
        zh: seats > 0 ? "轨道“\(track)”有 \(seats) 个职位。" : "轨道“\(track)”始终没有法官。"),
      at: Diagnostic.Location(series: track),
      hint: Text(
        en: "Give it judges, at most 10,000, or remove it.",
        zh: "请为其配备法官（至多 10,000 名），或删除该轨道。"))
  }
}
