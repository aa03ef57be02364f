import CaseloadMath

/// What a block of draws comes to under one scenario, the draws of one cell side by side.
struct ScenarioOutputs: Sendable {
  let count: Int
  /// [docket][period][draw].
  var filed: [Double]
  var resolved: [Double]
  var pending: [Double]
  /// Disputes diverted, and minutes of staff for them; empty without a diversion.
  var diverted: [Double]
  var minutes: [Double]
  /// Weighted cases a judge and period, [court][period][draw].
  var pace: [Double]
  /// [case type][draw].
  let weights: [Double]
  /// The scale of the pace, [court][draw].
  let paceScale: [Double]
}

/// Rolls the pending cases of all dockets forward, period by period.
///
/// ```
/// filed    = F · factors · (1 − share) + returns
/// capacity = judges · pace
/// resolved = min(open + filed, capacity · θ (open + filed) / Σ w θ (open + filed))
/// open′    = open + filed − resolved
/// ```
///
/// θ is how fast a docket is worked on, w the weight of a case. What a docket that is emptied leaves
/// of its part goes to the others of its court.
struct ScenarioKernel {
  let basis: ScenarioBasis
  let effects: ScenarioEffects

  /// The outputs of a block.
  ///
  /// - Parameters:
  ///   - inputs: the draws.
  ///   - extra: more judges of each court, from the first period on; empty for none.
  ///   - shift: how many draws further on each driver is read, by its place in
  ///     ``ScenarioDriver``; empty for none. What is shifted is independent of what is not.
  /// - Returns: what every draw of the block comes to.
  func outputs(_ inputs: ScenarioInputs, extra: [Double] = [], shift: [Int] = [])
    -> ScenarioOutputs
  {
    let (count, horizon) = (inputs.count, basis.horizon)
    let dockets = basis.state.dockets
    let size = dockets.count * horizon * count
    let zeros = [Double](repeating: 0, count: size)
    let hasDiversion = !effects.diversions.isEmpty
    func source(_ driver: Int, _ draw: Int) -> Int {
      guard !shift.isEmpty else { return draw }
      let moved = draw + shift[driver]
      return moved < count ? moved : moved - count
    }
    let drawn = (0..<5).map { driver in (0..<count).map { source(driver, $0) } }
    var out = ScenarioOutputs(
      count: count, filed: zeros, resolved: zeros, pending: zeros,
      diverted: hasDiversion ? zeros : [], minutes: hasDiversion ? zeros : [],
      pace: [Double](repeating: 0, count: basis.members.count * horizon * count),
      weights: shift.isEmpty
        ? inputs.weights
        : basis.state.caseTypes.indices.flatMap { k in
          drawn[2].map { inputs.weights[k * count + $0] }
        },
      paceScale: shift.isEmpty
        ? inputs.paceScale
        : basis.members.indices.flatMap { c in
          drawn[2].map { inputs.paceScale[c * count + $0] }
        })
    fileCases(inputs, drawn, &out)
    setPace(inputs, drawn, &out)
    for (court, members) in basis.members.enumerated() {
      let plus = extra.isEmpty ? 0 : extra[court]
      resolve(court, members, plus, inputs, drawn[4], &out)
    }
    return out
  }

  /// Filings after all changes, diversion and routing.
  private func fileCases(_ inputs: ScenarioInputs, _ drawn: [[Int]], _ out: inout ScenarioOutputs) {
    let (count, horizon) = (inputs.count, basis.horizon)
    let dockets = basis.state.dockets.count
    for s in 0..<dockets {
      for t in 0..<horizon {
        let row = (s * horizon + t) * count
        let factor = effects.filings[s * horizon + t]
        for d in 0..<count { out.filed[row + d] = factor * inputs.filings[row + drawn[0][d]] }
      }
    }
    for change in effects.filingsChanges {
      for s in change.places {
        for t in 0..<horizon where change.ramp[t] > 0 {
          let row = (s * horizon + t) * count
          for d in 0..<count {
            let z = inputs.changes[change.draw * count + drawn[3][d]]
            out.filed[row + d] *= max(
              0, 1 + change.ramp[t] * (change.percent + change.standardError * z) / 100)
          }
        }
      }
    }
    var returned = [Double](repeating: 0, count: effects.returnsCases ? out.filed.count : 0)
    for diversion in effects.diversions {
      for s in diversion.dockets {
        for t in 0..<horizon where diversion.ramp[t] > 0 {
          let row = (s * horizon + t) * count
          for d in 0..<count {
            let share = inputs.shares[diversion.draw * count + drawn[3][d]]
            let gone = out.filed[row + d] * share * diversion.ramp[t]
            out.filed[row + d] -= gone
            out.diverted[row + d] += gone
            out.minutes[row + d] += gone * diversion.minutes
            if diversion.returns > 0, t + diversion.lag < horizon {
              returned[row + diversion.lag * count + d] += gone * diversion.returns
            }
          }
        }
      }
    }
    for index in returned.indices { out.filed[index] += returned[index] }
    for routing in effects.routings {
      for t in 0..<horizon where routing.ramp[t] > 0 {
        let (from, to) = (
          (routing.from * horizon + t) * count, (routing.to * horizon + t) * count
        )
        for d in 0..<count {
          let moved = out.filed[from + d] * routing.share * routing.ramp[t]
          out.filed[from + d] -= moved
          out.filed[to + d] += moved
        }
      }
    }
  }

  private func setPace(_ inputs: ScenarioInputs, _ drawn: [[Int]], _ out: inout ScenarioOutputs) {
    let (count, horizon) = (inputs.count, basis.horizon)
    for court in basis.members.indices {
      for t in 0..<horizon {
        let row = (court * horizon + t) * count
        let factor = effects.productivity[court * horizon + t]
        for d in 0..<count {
          out.pace[row + d] =
            factor * inputs.pace[row + drawn[1][d]] * out.paceScale[court * count + d]
        }
      }
    }
    for change in effects.productivityChanges {
      for court in change.places {
        for t in 0..<horizon where change.ramp[t] > 0 {
          let row = (court * horizon + t) * count
          for d in 0..<count {
            let z = inputs.changes[change.draw * count + drawn[3][d]]
            out.pace[row + d] *= max(
              0, 1 + change.ramp[t] * (change.percent + change.standardError * z) / 100)
          }
        }
      }
    }
  }

  /// What the judges of one court resolve, and what stays open.
  private func resolve(
    _ court: Int, _ members: [Int], _ extra: Double, _ inputs: ScenarioInputs, _ staff: [Int],
    _ out: inout ScenarioOutputs
  ) {
    let (count, horizon, n) = (inputs.count, basis.horizon, members.count)
    let types = members.map { basis.state.dockets[$0].caseType }
    let speed = members.map { basis.speed[$0] }
    let opening = members.map { basis.state.dockets[$0].opening }
    let weights = out.weights
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * n) { work in
      // work: open + filed, weight, resolved of each docket.
      for d in 0..<count {
        for k in 0..<n {
          work[k] = opening[k]
          work[n + k] = weights[types[k] * count + d]
        }
        let atWork = inputs.staff[court * count + staff[d]]
        for t in 0..<horizon {
          let judges = (effects.judges[court * horizon + t] + extra) * atWork
          var left = judges * out.pace[(court * horizon + t) * count + d]
          var demand = 0.0
          for k in 0..<n {
            work[k] += out.filed[(members[k] * horizon + t) * count + d]
            work[2 * n + k] = 0
            demand += work[n + k] * speed[k] * work[k]
          }
          // Each round empties a docket at least, or uses up what is left.
          for _ in 0..<n where left > 0 && demand > 0 {
            let scale = left / demand
            var isCut = false
            var rest = 0.0
            let budget = left
            left = 0
            var used = 0.0
            for k in 0..<n where work[2 * n + k] < work[k] {
              let wanted = scale * speed[k] * work[k]
              let open = work[k] - work[2 * n + k]
              if wanted >= open {
                work[2 * n + k] = work[k]
                used += open * work[n + k]
                isCut = true
              } else {
                work[2 * n + k] += wanted
                used += wanted * work[n + k]
                rest += work[n + k] * speed[k] * work[k]
              }
            }
            if isCut {
              left = max(0, budget - used)
              demand = rest
            }
          }
          for k in 0..<n {
            let cell = (members[k] * horizon + t) * count + d
            let closed = min(work[k], work[2 * n + k])
            work[k] -= closed
            out.resolved[cell] = closed
            out.pending[cell] = work[k]
          }
        }
      }
    }
  }
}
