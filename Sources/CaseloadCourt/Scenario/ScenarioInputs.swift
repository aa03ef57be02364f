import CaseloadData
import CaseloadMath

/// What drives the answer, drawn apart from each other.
public enum ScenarioDriver: String, Codable, Sendable, CaseIterable {
  case filings, productivity, weights, diversion, staffing

  /// How a report calls it.
  public var name: Text {
    switch self {
    case .filings: Text(en: "filings", zh: "收案量")
    case .productivity: Text(en: "cases a judge resolves", zh: "人均结案")
    case .weights: Text(en: "case weights", zh: "案件权重")
    case .diversion: Text(en: "diversion and assumed changes", zh: "分流与假定变动")
    case .staffing: Text(en: "judges at work", zh: "实际在岗法官")
    }
  }
}

/// A block of draws of everything that is uncertain, the draws of one cell side by side.
struct ScenarioInputs: Sendable {
  let count: Int
  /// [docket][period][draw].
  var filings: [Double]
  /// Weighted cases a judge and period, [court][period][draw].
  var pace: [Double]
  /// Weight of a case, [case type][draw], and what it makes of the pace, [court][draw].
  var weights: [Double]
  var paceScale: [Double]
  /// Normal draws of assumed percentages, [change][draw]; shares, [diversion][draw].
  var changes: [Double]
  var shares: [Double]
  /// Judges at work over those planned, [court][draw].
  var staff: [Double]
}

/// Everything that a projection needs and that no scenario changes.
struct ScenarioBasis: Sendable {
  let state: CourtState
  let plan: ScenarioPlan
  let periods: [Period]
  let filings: FilingsModel
  /// `nil` for the pace of the judge year.
  let pace: [PaceModel?]
  /// The mean weight of each case type; 1 without weights.
  let meanWeights: [Double]
  let weightErrors: [Double]
  /// How fast each docket is worked on, relative to its court.
  let speed: [Double]
  /// Dockets of each court.
  let members: [[Int]]
  /// Judges in post at the end of the history, by court.
  let posts: [Double]
  /// Periods a year, and the values of the year before but its first period, oldest first:
  /// filed and resolved by docket, pace by court.
  let year: Int
  let filedBefore: [[Double]]
  let resolvedBefore: [[Double]]
  let paceBefore: [[Double]]
  /// Cases resolved in the last three years, by docket: what a new weight is held against.
  let resolvedMix: [Double]
  let draws: AssumptionDraws
  let stream: RandomStream

  var horizon: Int { periods.count }

  /// Draws `first ..< first + count`.
  func inputs(first: Int, count: Int) -> ScenarioInputs {
    var inputs = ScenarioInputs(
      count: count,
      filings: filings.paths(first: first, count: count, from: stream.substream(named: "filings")),
      pace: [Double](repeating: 0, count: state.courts.count * horizon * count),
      weights: [Double](repeating: 1, count: state.caseTypes.count * count),
      paceScale: [Double](repeating: 1, count: state.courts.count * count),
      changes: [Double](repeating: 0, count: draws.changes.count * count),
      shares: [Double](repeating: 0, count: draws.shares.count * count),
      staff: [Double](repeating: 1, count: state.courts.count * count))
    let season = periods[0].season(length: max(1, year))
    for (court, model) in pace.enumerated() {
      let source = stream.substream(named: "pace \(court)")
      for draw in 0..<count {
        var own = source.substream(UInt64(first + draw))
        let offset = court * horizon * count + draw
        if let model {
          model.draw(
            horizon, phase: season, from: &own, into: &inputs.pace, at: offset, stride: count)
          for t in 0..<horizon {
            inputs.pace[offset + t * count] = exp(inputs.pace[offset + t * count])
          }
        } else if let judgeYear = plan.weights?.judgeYear {
          let minutes = judgeYear.minutes + (judgeYear.standardError ?? 0) * own.normal()
          for t in 0..<horizon {
            inputs.pace[offset + t * count] = max(0, minutes) / Double(year)
          }
        }
      }
    }
    let weightSource = stream.substream(named: "weights")
    let assumptionSource = stream.substream(named: "assumptions")
    let staffSource = stream.substream(named: "staff")
    for draw in 0..<count {
      var own = weightSource.substream(UInt64(first + draw))
      for type in state.caseTypes.indices {
        let z = own.normal()
        inputs.weights[type * count + draw] = max(
          0.05 * meanWeights[type], meanWeights[type] + weightErrors[type] * z)
      }
      setPaceScale(&inputs, draw)
      own = assumptionSource.substream(UInt64(first + draw))
      for index in draws.changes.indices { inputs.changes[index * count + draw] = own.normal() }
      own = assumptionSource.substream(named: "shares").substream(UInt64(first + draw))
      for (index, share) in draws.shares.enumerated() {
        inputs.shares[index * count + draw] = AssumptionDraws.share(share, own.uniform())
      }
      own = staffSource.substream(UInt64(first + draw))
      for court in state.courts.indices where plan.staffingError > 0 {
        inputs.staff[court * count + draw] = max(0, 1 + plan.staffingError / 100 * own.normal())
      }
    }
    return inputs
  }

  /// What drawn weights make of the pace of the past: the same cases were resolved in the same time.
  func setPaceScale(_ inputs: inout ScenarioInputs, _ draw: Int) {
    guard plan.weights != nil, plan.pace == .observed else { return }
    for (court, dockets) in members.enumerated() {
      var (drawn, mean) = (0.0, 0.0)
      for s in dockets {
        let type = state.dockets[s].caseType
        drawn += resolvedMix[s] * inputs.weights[type * inputs.count + draw]
        mean += resolvedMix[s] * meanWeights[type]
      }
      inputs.paceScale[court * inputs.count + draw] = mean > 0 ? drawn / mean : 1
    }
  }
}
