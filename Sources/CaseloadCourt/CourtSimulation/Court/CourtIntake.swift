import CaseloadData
import CaseloadMath

/// How cases come to a judge: the opening stock, a month's filings, and posts that change hands.
extension CourtRun {
  /// The cases that are pending at the start.
  mutating func openStock() {
    let purpose = stream.substream(named: "opening")
    for (k, type) in plan.types.enumerated() where type.openingPending > 0 {
      let streams = purpose.substream(named: plan.court.caseTypes[k].id)
      for n in 0..<type.openingPending {
        var draws = streams.substream(UInt64(n))
        let age = type.openingAges?.draw(draws.uniform()) ?? 0
        let minutes = type.minutes.draw(draws.uniform())
        let i = cases.added(type: k, filed: -age, minutes: minutes, draws: draws)
        let track = route(k, minutes, draws.uniform())
        cases.track[i] = Int32(track)
        cases.draws[i] = draws
        cases.minutes[i] = minutes * type.openingShare
        record.opened(type: k, track: Int(cases.track[i]))
        receive(i, 0)
      }
    }
    for j in 0..<plan.judgeCount { fill(j) }
  }

  /// Draws the filings of the month, and gives the cases of vacated posts to others.
  mutating func beginMonth() {
    reallocate()
    let days = plan.workingDays[month]
    let ordinal = UInt64(bitPattern: Int64(plan.periods[month].ordinal))
    let purpose = stream.substream(named: "filings")
    for (k, type) in plan.types.enumerated() {
      let streams = purpose.substream(named: plan.court.caseTypes[k].id).substream(ordinal)
      var own = streams.substream(.max)
      let count = Self.count(type, month, own.uniform())
      for n in 0..<count {
        // Every case draws all of these, whatever becomes of it: case n is the same case in all
        // scenarios.
        var draws = streams.substream(UInt64(n))
        let diverted = draws.uniform()
        let returning = draws.uniform()
        let attempt = draws.uniform()
        let place = draws.uniform() * Double(days.count)
        let minutes = type.minutes.draw(draws.uniform())
        var time = Double(days[min(days.count - 1, Int(place))]) + (place - place.rounded(.down))
        if let diversion = type.diversion, diverted < diversion.share {
          record.diverted(type: k)
          guard returning < diversion.returnShare else { continue }
          time += -log(attempt) * diversion.returnDays
          guard time < Double(plan.days) else { continue }
        }
        let i = cases.added(type: k, filed: time, minutes: minutes, draws: draws)
        future.push(
          time, kind: Kind.filing, subject: Int32(i), stamp: cases.stamp[i])
      }
    }
  }

  /// How many cases of a type come in a month, from one uniform: a larger mean never gives fewer.
  private static func count(_ type: CourtPlan.TypePlan, _ month: Int, _ u: Double) -> Int {
    let mean = type.means[month]
    guard mean > 0 else { return 0 }
    if type.isPath {
      // A whole number stays; a scaled one is rounded at random, right on average.
      let floor = mean.rounded(.down)
      return Int(floor) + (u < mean - floor ? 1 : 0)
    }
    if let size = type.dispersion {
      return Int(NegativeBinomial(mean: mean, size: size).quantile(u))
    }
    return Int(Poisson(mean: mean).quantile(u))
  }

  /// A case is filed.
  mutating func file(_ i: Int, _ now: Double) {
    let k = Int(cases.type[i])
    let u = cases.draws[i].uniform()
    let track = route(k, cases.minutes[i], u)
    cases.track[i] = Int32(track)
    record.filed(type: k, track: Int(cases.track[i]))
    receive(i, now)
    let j = Int(cases.judge[i])
    if cases.state[i] == .waiting {
      advance(j, to: now)
      fill(j)
      schedule(j)
    }
  }

  /// The track of a case: by the routes of its type, or by what its minutes look like.
  ///
  /// It changes nothing; called as mutating, it does not copy the court first, which took a quarter
  /// of the time of a run.
  private mutating func route(_ k: Int, _ minutes: Double, _ u: Double) -> Int {
    let routes = plan.types[k].routes
    if !routes.isEmpty {
      return routes.firstIndex { u < $0 } ?? routes.firstIndex { $0 >= 1 - 1e-6 } ?? 0
    }
    let error = plan.court.estimateError
    let guess =
      error > 0
      ? minutes * exp(log1p(error * error).squareRoot() * Normal.standard.quantile(u)) : minutes
    let fitting = plan.tracks.firstIndex { $0.upToMinutes.map { guess <= $0 } ?? false }
    return fitting ?? plan.tracks.lastIndex { $0.upToMinutes == nil } ?? plan.tracks.count - 1
  }

  /// Gives a case of its track to a judge, and begins the clock of its end without a judgment.
  private mutating func receive(_ i: Int, _ now: Double) {
    let k = Int(cases.type[i])
    let ending = cases.draws[i].uniform()
    let u = cases.draws[i].uniform()
    assign(i, u)
    let hazard = plan.types[k].withdrawalPerDay + plan.types[k].mediationPerDay
    if hazard > 0 {
      let time = now - log(ending) / hazard
      if time < Double(plan.days) {
        future.push(time, kind: Kind.ending, subject: Int32(i), stamp: cases.stamp[i])
      }
    }
    enter(i, now)
  }

  /// Chooses a judge among those of the track who are in post this month.
  private mutating func assign(_ i: Int, _ u: Double) {
    let judges = plan.tracks[Int(cases.track[i])].judges
    let months = posts.months
    var chosen = judges.lowerBound
    switch plan.court.allocation {
    case .random:
      var total = 0.0
      for j in judges { total += posts.shares[j * months + month] }
      var below = u * total
      for j in judges {
        let share = posts.shares[j * months + month]
        guard share > 0 else { continue }
        chosen = j
        below -= share
        if below < 0 { break }
      }
    case .leastLoaded, .weighted:
      let byMinutes = plan.court.allocation == .weighted
      var least = Double.infinity
      for j in judges {
        let share = posts.shares[j * months + month]
        guard share > 0 else { continue }
        let load = (byMinutes ? openMinutes[j] : Double(open[j])) / share
        if load < least { (least, chosen) = (load, j) }
      }
    }
    cases.judge[i] = Int32(chosen)
    open[chosen] += 1
    openMinutes[chosen] += plan.types[Int(cases.type[i])].meanMinutes
  }

  /// Moves the open cases of judges who have left to those in post.
  private mutating func reallocate() {
    guard month > 0 else { return }
    let months = posts.months
    let now = Double(plan.monthStarts[month])
    for j in 0..<plan.judgeCount {
      let track = plan.tracks[plan.trackOfJudge[j]]
      guard posts.shares[j * months + month] == 0, open[j] > 0,
        track.judges.contains(where: { posts.shares[$0 * months + month] > 0 })
      else { continue }
      advance(j, to: now)
      for i in 0..<cases.count where Int(cases.judge[i]) == j {
        let state = cases.state[i]
        guard state != .absent, state != .unfiled else { continue }
        if state == .active { cases.left[i] = max(0, cases.finish[i] - work[j]) }
        if state == .waiting { waitingLists.remove(i, from: j, &cases) }
        open[j] -= 1
        openMinutes[j] -= plan.types[Int(cases.type[i])].meanMinutes
        assign(i, allocationDraws.uniform())
        guard state != .gap else { continue }
        // A successor takes up what was begun before what was not.
        cases.state[i] = .waiting
        let successor = Int(cases.judge[i])
        if state == .active {
          waitingLists.prepend(i, to: successor, &cases)
        } else {
          waitingLists.append(i, to: successor, &cases)
        }
      }
      dockets[j].removeAll()
      (active[j], work[j]) = (0, 0)
      schedule(j)
    }
    for j in 0..<plan.judgeCount where waitingLists.first(j) >= 0 {
      advance(j, to: now)
      fill(j)
    }
  }
}
