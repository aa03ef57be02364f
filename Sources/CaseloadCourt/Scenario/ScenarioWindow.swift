import CaseloadMath

extension ScenarioTally {
  /// The year behind a period, of one court, draw by draw: what was filed, and what a judge resolves.
  struct Window {
    let court: Int
    let members: [Int]
    /// Weighted filings and the pace of a judge in the year before, judges at work, summed.
    var filed: [Double]
    var pace: [Double]
    var judges: [Double]
    /// Since the first period: weighted filings, pace and judges.
    var filedSince: [Double]
    var paceSince: [Double]
    var judgesSince: [Double]
    let opening: [Double]

    init(_ tally: ScenarioTally, _ court: Int) {
      let (basis, n) = (tally.basis, tally.drawCount)
      self.court = court
      members = basis.members[court]
      let zeros = [Double](repeating: 0, count: n)
      (filedSince, paceSince, judgesSince) = (zeros, zeros, zeros)
      (filed, pace, judges) = (zeros, zeros, zeros)
      var opening = zeros
      let paceBefore = basis.paceBefore[court].reduce(0, +)
      let judgesBefore = Double(basis.year - 1) * basis.posts[court]
      var start = 0
      for block in tally.blocks {
        for s in members {
          let row = basis.state.dockets[s].caseType * block.count
          let (before, open) = (
            basis.filedBefore[s].reduce(0, +), basis.state.dockets[s].opening
          )
          for d in 0..<block.count {
            filed[start + d] += block.weights[row + d] * before
            opening[start + d] += block.weights[row + d] * open
          }
        }
        for d in 0..<block.count {
          pace[start + d] = paceBefore * block.paceScale[court * block.count + d]
          judges[start + d] = judgesBefore
        }
        start += block.count
      }
      self.opening = opening
    }

    /// Takes period `t` in.
    mutating func advance(_ tally: ScenarioTally, _ t: Int) {
      tally.addWeighted(\.filed, members, t, to: &filed)
      tally.addWeighted(\.filed, members, t, to: &filedSince)
      addPace(tally, t, 1)
      let horizon = tally.basis.horizon
      let planned =
        tally.effects.judges[court * horizon + t] + (tally.extra.isEmpty ? 0 : tally.extra[court])
      var start = 0
      for (block, staff) in zip(tally.blocks, tally.staff) {
        for d in 0..<block.count {
          let atWork = planned * staff[court * block.count + d]
          judges[start + d] += atWork
          judgesSince[start + d] += atWork
        }
        start += block.count
      }
    }

    private mutating func addPace(_ tally: ScenarioTally, _ t: Int, _ sign: Double) {
      var start = 0
      for block in tally.blocks {
        let row = (court * tally.basis.horizon + t) * block.count
        for d in 0..<block.count {
          pace[start + d] += sign * block.pace[row + d]
          if sign > 0 { paceSince[start + d] += block.pace[row + d] }
        }
        start += block.count
      }
    }

    /// Drops the period that is a year old before the next one comes.
    mutating func retire(_ tally: ScenarioTally, _ t: Int) {
      let (basis, n) = (tally.basis, filed.count)
      let old = t + 1 - basis.year
      guard old < 0 else {
        tally.addWeighted(\.filed, members, old, to: &filed, scale: -1)
        addPace(tally, old, -1)
        var start = 0
        let planned =
          tally.effects.judges[court * basis.horizon + old]
          + (tally.extra.isEmpty ? 0 : tally.extra[court])
        for (block, staff) in zip(tally.blocks, tally.staff) {
          for d in 0..<block.count {
            judges[start + d] -= planned * staff[court * block.count + d]
          }
          start += block.count
        }
        return
      }
      var start = 0
      for block in tally.blocks {
        for s in members {
          let row = basis.state.dockets[s].caseType * block.count
          let before = basis.filedBefore[s][t]
          for d in 0..<block.count { filed[start + d] -= before * block.weights[row + d] }
        }
        let before = basis.paceBefore[court][t]
        for d in 0..<block.count {
          pace[start + d] -= before * block.paceScale[court * block.count + d]
        }
        start += block.count
      }
      let posts = basis.posts[court]
      for d in 0..<n { judges[d] -= posts }
    }

    /// Adds what the court needs, and the mean of those at work.
    ///
    /// ```
    /// keep   = Σ w filed / Σ pace                      over the year
    /// target = (w opening + Σ w filed − w P*) / Σ pace   since the start, P* = T/365 · filed in the year
    /// ```
    func addNeeds(
      _ tally: ScenarioTally, _ t: Int, _ keep: inout [Double], _ target: inout [Double],
      _ atWork: inout [Double], _ sinceStart: inout [Double]
    ) {
      let (share, year) = (tally.basis.plan.targetDays / 365, Double(tally.basis.year))
      for d in filed.indices {
        keep[d] += pace[d] > 0 ? filed[d] / pace[d] : .infinity
        let work = max(0, opening[d] + filedSince[d] - share * filed[d])
        target[d] += paceSince[d] > 0 ? work / paceSince[d] : (work > 0 ? .infinity : 0)
        atWork[d] += judges[d] / year
        sinceStart[d] += judgesSince[d] / Double(t + 1)
      }
    }
  }
}
