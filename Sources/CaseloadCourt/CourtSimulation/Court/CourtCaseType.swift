import CaseloadData

/// One type of case: how many are filed, what they need, and how they end.
public struct CourtCaseType: Codable, Sendable, Equatable {
  /// Cases that would be filed, a month.
  public struct Filings: Codable, Sendable, Equatable {
    /// A month's mean in the first year; not used where there is a path.
    public var mean: Double
    /// Exact numbers from the first month on, such as one path of a forecast; the last year repeats.
    public var path: [Int]
    /// k of the negative binomial: a variance of μ + μ²/k; `nil` for Poisson.
    public var dispersion: Double?
    /// Twelve factors from January on; empty for none.
    public var monthFactors: [Double]
    /// A year's growth, as a share.
    public var growth: Double

    /// Filings by their mean, or by a path.
    public init(
      mean: Double = 0, path: [Int] = [], dispersion: Double? = nil, monthFactors: [Double] = [],
      growth: Double = 0
    ) {
      self.mean = mean
      self.path = path
      self.dispersion = dispersion
      self.monthFactors = monthFactors
      self.growth = growth
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case mean, path, dispersion, monthFactors, growth
    }

    public init(from decoder: any Decoder) throws {
      if let mean = try? decoder.singleValueContainer().decode(Double.self) {
        self.init(mean: mean)
        return
      }
      let values = try decoder.description(CodingKeys.self)
      self.init(
        mean: try values.decodeIfPresent(Double.self, forKey: .mean) ?? 0,
        path: try values.decodeIfPresent([Int].self, forKey: .path) ?? [],
        dispersion: try values.decodeIfPresent(Double.self, forKey: .dispersion),
        monthFactors: try values.decodeIfPresent([Double].self, forKey: .monthFactors) ?? [],
        growth: try values.decodeIfPresent(Double.self, forKey: .growth) ?? 0)
    }
  }

  /// A part of the work on a case.
  public struct Stage: Codable, Sendable, Equatable {
    public var id: String
    /// Of the case's minutes; the shares of a type add up to 1.
    public var share: Double
    /// Days before the stage in which nobody works on the case: service of documents, a hearing
    /// date, a deadline.
    public var gapDays: ServiceLaw?
    /// Of the team, where it differs.
    public var need: CourtTeam.Need?

    /// A stage.
    public init(
      id: String, share: Double, gapDays: ServiceLaw? = nil, need: CourtTeam.Need? = nil
    ) {
      self.id = id
      self.share = share
      self.gapDays = gapDays
      self.need = need
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case id, share, gapDays, need }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.description(CodingKeys.self)
      id = try values.decode(String.self, forKey: .id)
      share = try values.decode(Double.self, forKey: .share)
      gapDays = try values.decodeIfPresent(ServiceLaw.self, forKey: .gapDays)
      need = try values.decodeIfPresent(CourtTeam.Need.self, forKey: .need)
    }
  }

  /// Mediation before filing.
  public struct Diversion: Codable, Sendable, Equatable {
    /// Of the cases that would be filed, the share that goes to mediation first.
    public var share: Double
    /// Of those, the share that fails and is filed after all.
    public var returnShare: Double
    /// How long the attempt takes, on average.
    public var returnDays: Double

    /// A diversion.
    public init(share: Double, returnShare: Double = 0, returnDays: Double = 30) {
      self.share = share
      self.returnShare = returnShare
      self.returnDays = returnDays
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case share, returnShare, returnDays
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.description(CodingKeys.self)
      self.init(
        share: try values.decode(Double.self, forKey: .share),
        returnShare: try values.decodeIfPresent(Double.self, forKey: .returnShare) ?? 0,
        returnDays: try values.decodeIfPresent(Double.self, forKey: .returnDays) ?? 30)
    }
  }

  /// Cases that are pending when the simulation begins.
  public struct Opening: Codable, Sendable, Equatable {
    public var pending: Int
    /// Their ages are drawn from it.
    public var ageDays: ServiceLaw?
    /// Of a new case's minutes, what is left to do on each.
    public var remainingShare: Double

    /// An opening stock.
    public init(pending: Int, ageDays: ServiceLaw? = nil, remainingShare: Double = 1) {
      self.pending = pending
      self.ageDays = ageDays
      self.remainingShare = remainingShare
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case pending, ageDays, remainingShare
    }

    public init(from decoder: any Decoder) throws {
      if let pending = try? decoder.singleValueContainer().decode(Int.self) {
        self.init(pending: pending)
        return
      }
      let values = try decoder.description(CodingKeys.self)
      self.init(
        pending: try values.decode(Int.self, forKey: .pending),
        ageDays: try values.decodeIfPresent(ServiceLaw.self, forKey: .ageDays),
        remainingShare: try values.decodeIfPresent(Double.self, forKey: .remainingShare) ?? 1)
    }
  }

  /// The probability of one track.
  public struct Route: Codable, Sendable, Equatable {
    public var track: String
    public var probability: Double

    /// A route.
    public init(track: String, probability: Double) {
      self.track = track
      self.probability = probability
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case track, probability }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.description(CodingKeys.self)
      track = try values.decode(String.self, forKey: .track)
      probability = try values.decodeIfPresent(Double.self, forKey: .probability) ?? 1
    }
  }

  public var id: String
  public var filings: Filings
  /// Minutes of a judge's work, all stages together.
  public var minutes: ServiceLaw
  public var stages: [Stage]
  /// A month's hazards while the case is open: it is withdrawn, or settled by mediation.
  public var withdrawalHazard: Double
  public var mediationHazard: Double
  public var diversion: Diversion?
  public var opening: Opening?
  /// Which tracks take the cases; empty to go by their minutes.
  public var routes: [Route]
  /// Of the filings, by a scenario; a path is scaled and rounded at random to the case.
  public internal(set) var arrivalFactor = 1.0

  /// A type of case.
  public init(
    id: String, filings: Filings, minutes: ServiceLaw, stages: [Stage] = [],
    withdrawalHazard: Double = 0, mediationHazard: Double = 0, diversion: Diversion? = nil,
    opening: Opening? = nil, routes: [Route] = []
  ) {
    self.id = id
    self.filings = filings
    self.minutes = minutes
    self.stages = stages
    self.withdrawalHazard = withdrawalHazard
    self.mediationHazard = mediationHazard
    self.diversion = diversion
    self.opening = opening
    self.routes = routes
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, filings, minutes, stages, withdrawalHazard, mediationHazard, diversion, opening
    case routes
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.description(CodingKeys.self)
    self.init(
      id: try values.decode(String.self, forKey: .id),
      filings: try values.decode(Filings.self, forKey: .filings),
      minutes: try values.decode(ServiceLaw.self, forKey: .minutes),
      stages: try values.decodeIfPresent([Stage].self, forKey: .stages) ?? [],
      withdrawalHazard: try values.decodeIfPresent(Double.self, forKey: .withdrawalHazard) ?? 0,
      mediationHazard: try values.decodeIfPresent(Double.self, forKey: .mediationHazard) ?? 0,
      diversion: try values.decodeIfPresent(Diversion.self, forKey: .diversion),
      opening: try values.decodeIfPresent(Opening.self, forKey: .opening),
      routes: try values.decodeIfPresent([Route].self, forKey: .routes) ?? [])
  }
}
