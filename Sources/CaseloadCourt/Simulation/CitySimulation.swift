import CaseloadData
import CaseloadMath

/// A simulated city: two courts, five case types, twenty communities, month by month.
public struct CitySimulation: Sendable {
  /// One community and its monthly counts.
  public struct Community: Sendable, Equatable {
    public let id: String
    /// The index of its court.
    public let court: Int
    /// Residents.
    public let population: Int
    /// When its mediation centre opens; `nil` for never.
    public let mediationFrom: Period?
    /// Civil filings, and disputes settled before suit at its centre, a month.
    public let filings: [Int]
    public let diverted: [Int]
  }

  /// One court and case type.
  public struct Docket: Sendable, Equatable {
    /// Indices into the model.
    public let court: Int
    public let caseType: Int
    /// Cases filed, a month.
    public let filings: [Int]
    /// Cases resolved, a month.
    public let resolved: [Int]
    /// At the end of the month: opening + filings − resolved, exactly.
    public let pending: [Int]
  }

  /// What the city was drawn from.
  public let model: CityModel
  /// Draws the same city again.
  public let seed: UInt64
  public let communities: [Community]
  /// Every court and case type.
  public let dockets: [Docket]
  /// Judges in post, by court and month.
  public let judges: [[Int]]

  /// Draws the city. Every community, docket and shock has a stream of its own, so that the same
  /// seed gives the same city whatever else is drawn.
  public init(_ model: CityModel = CityModel(), seed: UInt64) {
    self.model = model
    self.seed = seed
    let stream = RandomStream(seed: seed)
    let months = (0..<model.months).map { model.start.advanced(by: $0) }
    let shared = Self.shocks(model, stream.substream(named: "shocks"))

    let calendar = months.map { month -> Double in
      let share = WorkCalendar.springFestivalShare(of: month) ?? 0
      let isPandemic = month >= model.pandemicStart && month <= model.pandemicEnd
      return model.monthEffects[month.season(length: 12)] + model.springFestivalEffect * share
        + (isPandemic ? model.pandemicEffect : 0)
    }
    func logMean(_ law: CityModel.CaseTypeLaw, population: Int, month t: Int) -> Double {
      let step = months[t] >= model.registrationReform ? law.registrationStep : 0
      return log(Double(population) / 10_000 * law.yearlyRate / 12) + law.logGrowth * Double(t) / 12
        + calendar[t] + step + shared[t]
    }
    func count(_ mean: Double, _ draws: inout RandomStream) -> Int {
      Int(NegativeBinomial(mean: mean, size: model.dispersionSize).sample(&draws))
    }

    // Communities, and who gets a centre when: drawn by lot.
    let total = model.communitiesPerCourt * model.courts.count
    var lot = stream.substream(named: "lot")
    let order = lot.permutation(total)
    var opening = [Period?](repeating: nil, count: total)
    var next = 0
    for wave in model.waves {
      for _ in 0..<wave.communities {
        opening[order[next]] = wave.opens
        next += 1
      }
    }
    var civil = [[[Int]]](
      repeating: [[Int]](
        repeating: [Int](repeating: 0, count: model.months), count: model.caseTypes.count),
      count: model.courts.count)
    var communities: [Community] = []
    for index in 0..<total {
      var draws = stream.substream(named: "community \(index)")
      let court = index / model.communitiesPerCourt
      let population = 20_000 + 100 * draws.integer(below: 201)
      var filings = [Int](repeating: 0, count: model.months)
      var diverted = filings
      for t in months.indices {
        let isOpen = opening[index].map { months[t] >= $0 } ?? false
        for (k, law) in model.caseTypes.enumerated() where law.isCivil {
          let mean = exp(logMean(law, population: population, month: t))
          let filed = count(mean * (isOpen ? exp(model.mediationEffect) : 1), &draws)
          filings[t] += filed
          civil[court][k][t] += filed
          if isOpen { diverted[t] += count(-mean * expm1(model.mediationEffect), &draws) }
        }
      }
      communities.append(
        Community(
          id: "C\(index < 9 ? "0" : "")\(index + 1)", court: court, population: population,
          mediationFrom: opening[index], filings: filings, diverted: diverted))
    }
    self.communities = communities

    // Dockets: intake first, then what the judges in post can resolve.
    var judges: [[Int]] = []
    var dockets: [Docket] = []
    for court in model.courts.indices {
      let population = communities.filter { $0.court == court }.reduce(0) { $0 + $1.population }
      var filings: [[Int]] = []
      for (k, law) in model.caseTypes.enumerated() {
        if law.isCivil {
          filings.append(civil[court][k])
          continue
        }
        var draws = stream.substream(named: "docket \(court) \(law.id)")
        filings.append(
          months.indices.map { count(exp(logMean(law, population: population, month: $0)), &draws) }
        )
      }
      let posts = Self.posts(model, filings, court: court)
      judges.append(posts)
      dockets += Self.resolved(
        model, filings, posts, court: court, stream.substream(named: "resolved \(court)"))
    }
    self.judges = judges
    self.dockets = dockets
  }

  /// u: an autoregression of order one.
  private static func shocks(_ model: CityModel, _ stream: RandomStream) -> [Double] {
    var draws = stream
    let rho = model.shockAutocorrelation
    let innovation = model.shockDeviation * (1 - rho * rho).squareRoot()
    var shock = model.shockDeviation * draws.normal()
    return (0..<model.months).map { _ in
      defer { shock = rho * shock + innovation * draws.normal() }
      return shock
    }
  }

  /// Judges in post: set each January from the intake of the year before, a little short of it.
  private static func posts(_ model: CityModel, _ filings: [[Int]], court: Int) -> [Int] {
    let share = court == 0 ? 1.03 : 1.0
    var posts: [Int] = []
    for t in 0..<model.months {
      if t % 12 == 0 {
        let window = max(0, t - 12)..<max(12, t)
        let intake = filings.reduce(0) { $0 + $1[window].reduce(0, +) }
        let need = Double(intake) / (12 * model.casesPerJudgeMonth)
        posts.append(max(posts.last ?? 0, Int((share * need).rounded())))
      } else {
        posts.append(posts[t - 1])
      }
    }
    return posts
  }

  /// What a court resolves: its capacity, spread over case types by what lies open.
  private static func resolved(
    _ model: CityModel, _ filings: [[Int]], _ judges: [Int], court: Int, _ stream: RandomStream
  ) -> [Docket] {
    var draws = stream
    let types = filings.indices
    var open = types.map { Double(filings[$0][..<12].reduce(0, +)) / 12 * 3.2 }.map { Int($0) }
    var resolved = types.map { _ in [Int]() }
    var pending = resolved
    for t in 0..<model.months {
      let month = model.start.advanced(by: t).season(length: 12)
      let pace = model.casesPerJudgeMonth * model.dispositionRhythm[month]
      let isPandemic =
        model.start.advanced(by: t) >= model.pandemicStart
        && model.start.advanced(by: t) <= model.pandemicEnd
      let capacity =
        Double(judges[t]) * pace * (isPandemic ? 0.7 : 1) * exp(0.03 * draws.normal())
      let available = types.map { open[$0] + filings[$0][t] }
      let total = Double(available.reduce(0, +))
      for k in types {
        let share = capacity * Double(available[k]) / max(1, total)
        let closed = min(available[k], Int(share.rounded()))
        open[k] = available[k] - closed
        resolved[k].append(closed)
        pending[k].append(open[k])
      }
    }
    return types.map {
      Docket(
        court: court, caseType: $0, filings: filings[$0], resolved: resolved[$0],
        pending: pending[$0])
    }
  }
}
