import CaseloadMath

/// Who is there, one replication: posts filled by month, and minutes by judge and day.
///
/// Judge j of a track draws leave, absence and retirement from streams of its own, so that the
/// other judges of the track, and all scenarios, keep theirs.
struct CourtPosts: Sendable {
  /// Judges × months: the share of a post that the judge fills, training included.
  let shares: [Double]
  /// Judges × days: minutes for cases.
  let minutes: [Double]
  let months: Int
  let days: Int

  init(_ plan: CourtPlan, _ stream: RandomStream) {
    months = plan.periods.count
    days = plan.days
    var shares = [Double](repeating: 0, count: plan.judgeCount * months)
    var minutes = [Double](repeating: 0, count: plan.judgeCount * days)
    for (t, track) in plan.tracks.enumerated() {
      let streams = stream.substream(named: plan.court.tracks[t].id)
      for (seat, j) in track.judges.enumerated() {
        let own = streams.substream(UInt64(seat))
        let filled = Self.filled(plan, own.substream(named: "retirement"))
        for m in 0..<months {
          let planned = min(1, max(0, track.posts[m] - Double(seat)))
          shares[j * months + m] = planned * filled[m]
        }
        let leave = Self.leave(plan, own.substream(named: "leave"))
        var absence = own.substream(named: "absence")
        let probability = plan.court.absence
        for day in 0..<days {
          let isAway = probability > 0 && absence.uniform() < probability
          guard !isAway, !leave[day / 7] else { continue }
          minutes[j * days + day] = plan.minutes[day] * shares[j * months + plan.monthOfDay[day]]
        }
      }
    }
    self.shares = shares
    self.minutes = minutes
  }

  /// The share of a post that is filled, by month: 1 until its holder leaves, 0 until it is filled
  /// again, then rising.
  private static func filled(_ plan: CourtPlan, _ stream: RandomStream) -> [Double] {
    var filled = [Double](repeating: 1, count: plan.periods.count)
    guard let law = plan.court.retirement, law.hazard > 0 else { return filled }
    var draws = stream
    var month = 0.0
    while true {
      month += -log(draws.uniform()) / law.hazard * 12
      guard month < Double(filled.count) else { return filled }
      let vacancy = Int(month)
      let back = vacancy + law.recruitmentMonths
      for m in vacancy..<filled.count {
        let share = Double(m - back + 1) / Double(law.trainingMonths + 1)
        guard share < 1 else { break }
        filled[m] = m < back ? 0 : share
      }
      month = Double(back)
    }
  }

  /// The weeks off, counted from the start: the same number every 52 weeks, a fraction by lot.
  private static func leave(_ plan: CourtPlan, _ stream: RandomStream) -> [Bool] {
    let weeks = plan.days / 7 + 1
    var leave = [Bool](repeating: false, count: weeks)
    guard plan.court.leaveWeeks > 0 else { return leave }
    var year = 0
    while year * 52 < weeks {
      var draws = stream.substream(UInt64(year))
      let whole = plan.court.leaveWeeks.rounded(.down)
      let count = Int(whole) + (draws.uniform() < plan.court.leaveWeeks - whole ? 1 : 0)
      for week in draws.permutation(52).prefix(count) where year * 52 + week < weeks {
        leave[year * 52 + week] = true
      }
      year += 1
    }
    return leave
  }
}
