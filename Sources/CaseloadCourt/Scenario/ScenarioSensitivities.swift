import CaseloadMath

extension ScenarioSensitivity {
  /// What each driver does to pending cases and to the need, in every court and in all.
  ///
  /// The bars: one synthetic draw with every driver at its median, and two for each driver, at its 10 %
  /// and 90 % quantiles. A path moves as a whole: filings are the median path times what makes their
  /// total the quantile of all totals.
  ///
  /// The variance shares, with f(A) the answer to a draw and f(Aᵢ, B) that to a draw of which only
  /// driver i is the same:
  ///
  /// ```
  /// Sᵢ = cov(f(A), f(Aᵢ, B)) / var f,    Tᵢ = ½ E (f(A) − f(Bᵢ, A))² / var f
  /// ```
  ///
  /// - Sources: Saltelli et al. (2010), *Computer Physics Communications* 181, 259–270, table 2;
  ///   Jansen (1999), ibid. 117, 35–43.
  static func all(_ kernel: ScenarioKernel, _ inputs: [ScenarioInputs], threads: Int?) async throws
    -> [ScenarioSensitivity]
  {
    let basis = kernel.basis
    let drivers = active(kernel)
    let sample = Array(
      inputs.prefix(ScenarioRun.sensitivityBlocks).filter { $0.count > 1 })
    let bars = answers(kernel, [Self.moved(kernel, inputs, drivers)], shift: [])
    // 0: as drawn; then, for each driver, alone the same and alone another.
    let shifts =
      [[Int]()]
      + drivers.flatMap { driver -> [[Int]] in
        let own = ScenarioDriver.allCases.map { $0 == driver }
        return [own.map { $0 ? 0 : 1 }, own.map { $0 ? 1 : 0 }]
      }
    let runs = try await concurrentMap(shifts.count, threads: threads) { index in
      answers(kernel, sample, shift: shifts[index])
    }
    var list: [ScenarioSensitivity] = []
    for outcome in bars.indices {
      let court = outcome / 2 == 0 ? nil : basis.state.courts[outcome / 2 - 1]
      let bar = bars[outcome]
      let drawn = runs[0][outcome]
      let variance = Descriptive.variance(drawn) ?? 0
      var part: [ScenarioSensitivity] = []
      for (index, driver) in drivers.enumerated() {
        var (first, total): (Double?, Double?) = (nil, nil)
        if variance > 0, drawn.count > 100, drawn.allSatisfy(\.isFinite) {
          let (same, other) = (runs[1 + 2 * index][outcome], runs[2 + 2 * index][outcome])
          first = max(0, min(1, covariance(drawn, same) / variance))
          total =
            zip(drawn, other).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            / (2 * Double(drawn.count) * variance)
        }
        part.append(
          ScenarioSensitivity(
            measure: outcome % 2 == 0 ? .pending : .judgesToKeepPace, court: court, driver: driver,
            median: bar[0], atLower: bar[1 + 2 * index], atUpper: bar[2 + 2 * index],
            firstOrder: first, total: total))
      }
      list += part.filter { $0.median.isFinite && $0.swing.isFinite }.sorted { $0.swing > $1.swing }
    }
    return list
  }

  private static func active(_ kernel: ScenarioKernel) -> [ScenarioDriver] {
    let (basis, effects) = (kernel.basis, kernel.effects)
    return ScenarioDriver.allCases.filter { driver in
      switch driver {
      case .filings, .productivity: true
      case .weights: basis.weightErrors.contains { $0 > 0 }
      case .diversion:
        !effects.diversions.isEmpty || !effects.filingsChanges.isEmpty
          || !effects.productivityChanges.isEmpty
      case .staffing: basis.plan.staffingError > 0
      }
    }
  }

  /// Per outcome one value a draw: pending and need of all, then of each court.
  private static func answers(
    _ kernel: ScenarioKernel, _ inputs: [ScenarioInputs], shift: [Int]
  ) -> [[Double]] {
    let basis = kernel.basis
    var list = [[Double]](repeating: [], count: 2 + 2 * basis.members.count)
    for block in inputs {
      let out = kernel.outputs(block, shift: shift)
      let tally = ScenarioTally(
        basis: basis, effects: kernel.effects, blocks: [out], staff: [block.staff])
      for (index, group) in ScenarioTally.groups(basis.state).filter({ $0.caseType == nil })
        .enumerated()
      {
        let headline = tally.part(group, isBrief: true).headline
        list[2 * index] += headline.values[.pending] ?? []
        list[2 * index + 1] += headline.values[.judgesToKeepPace] ?? []
      }
    }
    return list
  }

  private static func covariance(_ a: [Double], _ b: [Double]) -> Double {
    guard let ma = Descriptive.mean(a), let mb = Descriptive.mean(b) else { return 0 }
    return zip(a, b).reduce(0.0) { $0 + ($1.0 - ma) * ($1.1 - mb) } / Double(a.count - 1)
  }

  /// Draw 0: all at their medians. Draws 2i + 1 and 2i + 2: driver i at its 10 % and 90 % quantiles.
  private static func moved(
    _ kernel: ScenarioKernel, _ inputs: [ScenarioInputs], _ drivers: [ScenarioDriver]
  ) -> ScenarioInputs {
    let basis = kernel.basis
    let (count, horizon) = (1 + 2 * drivers.count, basis.horizon)
    let filings = Quantiles(inputs, \.filings, cells: basis.state.dockets.count * horizon)
    let pace = Quantiles(inputs, \.pace, cells: basis.members.count * horizon)
    let weights = Quantiles(inputs, \.weights, cells: basis.state.caseTypes.count)
    let shares = Quantiles(inputs, \.shares, cells: basis.draws.shares.count)
    let staff = Quantiles(inputs, \.staff, cells: basis.members.count)
    func column(_ driver: ScenarioDriver, _ make: (_ p: Int) -> [Double]) -> [Double] {
      let (low, middle, high) = (make(0), make(1), make(2))
      var result = [Double](repeating: 0, count: middle.count * count)
      let place = drivers.firstIndex(of: driver)
      for cell in middle.indices {
        for draw in 0..<count { result[cell * count + draw] = middle[cell] }
        if let place {
          result[cell * count + 2 * place + 1] = low[cell]
          result[cell * count + 2 * place + 2] = high[cell]
        }
      }
      return result
    }
    let normal = 1.2815515655446004
    var moved = ScenarioInputs(
      count: count,
      filings: column(.filings) { filings.path($0) },
      pace: column(.productivity) { pace.path($0) },
      weights: column(.weights) { weights.cells($0) },
      paceScale: [Double](repeating: 1, count: basis.members.count * count),
      changes: column(.diversion) { p in
        [Double](repeating: [-normal, 0, normal][p], count: basis.draws.changes.count)
      },
      shares: column(.diversion) { shares.cells($0) },
      staff: column(.staffing) { staff.cells($0) })
    for draw in 0..<count { basis.setPaceScale(&moved, draw) }
    return moved
  }

  /// Quantiles at 10, 50 and 90 % of drawn cells, and of their total.
  private struct Quantiles {
    private var values: [[Double]] = [[], [], []]
    private var totals = [1.0, 1.0, 1.0]

    init(
      _ inputs: [ScenarioInputs], _ key: KeyPath<ScenarioInputs, [Double]>, cells: Int
    ) {
      let n = inputs.reduce(0) { $0 + $1.count }
      var sums = [Double](repeating: 0, count: n)
      for cell in 0..<cells {
        var draws: [Double] = []
        draws.reserveCapacity(n)
        for block in inputs {
          draws += block[keyPath: key][cell * block.count..<(cell + 1) * block.count]
        }
        for d in 0..<n { sums[d] += draws[d] }
        let summary = DrawSummary(selecting: &draws)
        values[0].append(summary.lower80)
        values[1].append(summary.median)
        values[2].append(summary.upper80)
      }
      guard cells > 0, n > 0 else { return }
      let summary = DrawSummary(selecting: &sums)
      let middle = values[1].reduce(0, +)
      if middle > 0 {
        totals = [summary.lower80, summary.median, summary.upper80].map { $0 / middle }
      }
    }

    func cells(_ p: Int) -> [Double] { values[p] }

    /// The median path, scaled to the quantile of the totals.
    func path(_ p: Int) -> [Double] { values[1].map { $0 * totals[p] } }
  }
}
