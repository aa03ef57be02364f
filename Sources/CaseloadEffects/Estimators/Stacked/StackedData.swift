import CaseloadData
import CaseloadMath
import CaseloadRegression

/// One small study a start: the units that start then, beside units that are untreated throughout its
/// window, all in event time.
struct StackedData {
  struct Stack {
    /// The first treated column.
    let start: Int
    /// Rows of the grid that are observed in the whole window.
    let treated: [Int]
    let controls: [Int]
    let treatedWeight: Double
    let controlWeight: Double
    /// The stack's share of the average; all add up to 1.
    var share = 0.0
  }

  let grid: StudyGrid
  /// Periods before the start, and treated periods, in each window.
  let before: Int
  let after: Int
  let isCorrective: Bool
  private(set) var stacks: [Stack] = []
  private(set) var notes: [Diagnostic] = []

  /// −before … after − 1 without the reference −1.
  var eventTimes: [Int] { (-before..<after).filter { $0 != -1 } }

  init(_ grid: StudyGrid, _ options: Stacked) throws(Diagnostic) {
    self.grid = grid
    isCorrective = options.weights == .corrective
    let periods = grid.periodCount
    let starts = grid.cohorts
    before = options.before > 0 ? options.before : starts.min() ?? 1
    after = options.after > 0 ? options.after : periods - (starts.max() ?? periods - 1)
    var gaps = 0
    for start in starts {
      let period = grid.period(start)
      func leaveOut(_ reason: Text) {
        notes.append(
          Diagnostic(
            .unitLeftOut, .warning,
            Text(
              en: "Units that start in \(period) are left out: \(reason.en).",
              zh: "自 \(period) 起受干预的单位已略去：\(reason.zh)。"),
            at: Diagnostic.Location(period: period.description),
            hint: Text(
              en: "Choose a shorter window with --set before=… and after=….",
              zh: "可用 --set before=… 与 after=… 缩短窗口。")))
      }
      guard start >= before, start + after <= periods else {
        leaveOut(
          Text(
            en: "the data do not cover \(before) periods before and \(after) from the start",
            zh: "数据不足以覆盖起点前 \(before) 期及起点起 \(after) 期"))
        continue
      }
      func isWhole(_ i: Int) -> Bool {
        (start - before..<start + after).allSatisfy { !grid.outcome[i * periods + $0].isNaN }
      }
      let members = (0..<grid.unitCount).filter { grid.cohort[$0] == start }
      let others = (0..<grid.unitCount).filter { i in
        grid.cohort[i] >= periods
          || (options.control == .clean && grid.cohort[i] >= start + after)
      }
      let treated = members.filter(isWhole)
      let controls = others.filter(isWhole)
      gaps += members.count + others.count - treated.count - controls.count
      guard !treated.isEmpty else {
        leaveOut(Text(en: "none is observed in the whole window", zh: "窗口内均有缺失"))
        continue
      }
      guard !controls.isEmpty else {
        leaveOut(
          Text(en: "no unit stays untreated in their window", zh: "窗口内没有始终未受干预的单位"))
        continue
      }
      stacks.append(
        Stack(
          start: start, treated: treated, controls: controls,
          treatedWeight: treated.reduce(0) { $0 + grid.weights[$1] },
          controlWeight: controls.reduce(0) { $0 + grid.weights[$1] }))
    }
    if gaps > 0 {
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "\(gaps) times a unit has gaps in a window and is left out of it.",
            zh: "共 \(gaps) 次因单位在窗口内有缺失而未计入该窗口。")))
    }
    guard !stacks.isEmpty else {
      throw Diagnostic(
        .noComparison, .error,
        Text(
          en: "No start has a window of \(before) periods before and \(after) from it with units "
            + "that stay untreated.",
          zh: "没有任何起点具备前 \(before) 期、起点起 \(after) 期且有始终未受干预单位的窗口。"),
        hint: Text(
          en: "Choose a shorter window with --set before=… and after=….",
          zh: "请用 --set before=… 与 after=… 缩短窗口。"))
    }
    let raw = stacks.map { stack in
      isCorrective
        ? stack.treatedWeight
        : stack.treatedWeight * stack.controlWeight
          / (stack.treatedWeight + stack.controlWeight)
    }
    let total = raw.reduce(0, +)
    for e in stacks.indices { stacks[e].share = raw[e] / total }
  }

  /// What weights w of event times make of each unit of a stack: Σ_h w_h (y_{e+h} − y_{e−1}).
  private func change(_ unit: Int, _ stack: Stack, _ weights: [(time: Int, weight: Double)])
    -> Double
  {
    let row = unit * grid.periodCount + stack.start
    let base = grid.outcome[row - 1]
    return weights.reduce(0) { $0 + $1.weight * (grid.outcome[row + $1.time] - base) }
  }

  private func mean(
    _ units: [Int], _ stack: Stack, _ weights: [(time: Int, weight: Double)], _ total: Double
  ) -> Double {
    units.reduce(0) { $0 + grid.weights[$1] * change($1, stack, weights) } / total
  }

  /// The estimate of Σ_h w_h δ_h with one influence a cluster, small-sample factor included.
  ///
  /// - Parameters:
  ///   - weights: of event times.
  ///   - only: one stack by itself; `nil` for all.
  /// - Returns: the estimate.
  func effect(_ weights: [(time: Int, weight: Double)], only: Int? = nil) -> AverageEffect {
    let used = only.map { [$0] } ?? Array(stacks.indices)
    let means = used.map { e in
      let stack = stacks[e]
      return (
        treated: mean(stack.treated, stack, weights, stack.treatedWeight),
        control: mean(stack.controls, stack, weights, stack.controlWeight)
      )
    }
    let shares = used.map { only == nil ? stacks[$0].share : 1 }
    func pooled(_ values: [Double]) -> Double {
      zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let value = pooled(means.map { $0.treated - $0.control })
    let (treatedMean, controlMean) = (
      pooled(means.map(\.treated)), pooled(means.map(\.control))
    )
    guard let rootFactor = rootFactor(used) else { return AverageEffect(value: value) }
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    for (position, e) in used.enumerated() {
      let stack = stacks[e]
      // The regression's fit: pooled means, or each stack's with the pooled effect.
      let centers: (treated: Double, control: Double)
      if isCorrective, only == nil {
        centers = (treatedMean, controlMean)
      } else {
        let own = means[position]
        let gap = own.treated - own.control - value
        let share = stack.treatedWeight / (stack.treatedWeight + stack.controlWeight)
        centers = (own.treated - (1 - share) * gap, own.control + share * gap)
      }
      for i in stack.treated {
        influence[grid.cluster[i]] +=
          rootFactor * shares[position] * grid.weights[i] / stack.treatedWeight
          * (change(i, stack, weights) - centers.treated)
      }
      for i in stack.controls {
        influence[grid.cluster[i]] -=
          rootFactor * shares[position] * grid.weights[i] / stack.controlWeight
          * (change(i, stack, weights) - centers.control)
      }
    }
    return AverageEffect(value: value, influence: influence)
  }

  /// How many clusters have a unit in some stack.
  func clusters(_ used: [Int]) -> Int {
    var seen: Set<Int> = []
    for e in used {
      for i in stacks[e].treated + stacks[e].controls { seen.insert(grid.cluster[i]) }
    }
    return seen.count
  }

  /// (G/(G − 1) · (n − 1)/(n − K))^½ of the stacked regression.
  private func rootFactor(_ used: [Int]) -> Double? {
    let window = before + after
    let rows = used.reduce(0) {
      $0 + (stacks[$1].treated.count + stacks[$1].controls.count) * window
    }
    let parameters =
      isCorrective ? 2 * window : window - 1 + 1 + used.count * (window - 1)
    let g = Double(clusters(used))
    guard g > 1, rows > parameters else { return nil }
    return (g / (g - 1) * Double(rows - 1) / Double(rows - parameters)).squareRoot()
  }

  /// The stacked regression itself, with the average of its treated periods as contrast.
  func regression() throws(Diagnostic) -> AverageRegression {
    var rows: [(unit: Int, stack: Int, time: Int, isTreated: Bool, weight: Double)] = []
    for (e, stack) in stacks.enumerated() {
      for (units, isTreated) in [(stack.treated, true), (stack.controls, false)] {
        let total = isTreated ? stack.treatedWeight : stack.controlWeight
        for i in units {
          let weight =
            isCorrective ? grid.weights[i] * stack.share / total : grid.weights[i]
          for time in -before..<after { rows.append((i, e, time, isTreated, weight)) }
        }
      }
    }
    var columns: [[Double]] = []
    var names: [String] = []
    if isCorrective {
      columns = [rows.map { _ in 1 }, rows.map { $0.isTreated ? 1 : 0 }]
      names = ["(Intercept)", "treated"]
      for time in eventTimes {
        columns.append(rows.map { $0.time == time ? 1 : 0 })
        names.append("time \(time)")
      }
    } else {
      for e in stacks.indices {
        for time in eventTimes {
          columns.append(rows.map { $0.stack == e && $0.time == time ? 1 : 0 })
          names.append("stack \(e) time \(time)")
        }
      }
    }
    for time in eventTimes {
      columns.append(rows.map { $0.isTreated && $0.time == time ? 1 : 0 })
      names.append("effect \(time)")
    }
    func grouping(_ name: String, _ codes: [Int], _ count: Int) -> Grouping {
      Grouping(
        name: name, codes: codes.map { Int32($0) }, labels: (0..<count).map(String.init)
      ).selecting(Array(codes.indices))
    }
    let clusters = grouping("cluster", rows.map { grid.cluster[$0.unit] }, grid.clusterCount)
    let design = DesignMatrix(
      matrix: Matrix(columns: columns), names: names,
      response: rows.map {
        grid.outcome[$0.unit * grid.periodCount + stacks[$0.stack].start + $0.time]
      }, responseName: "outcome", hasIntercept: isCorrective, weights: rows.map(\.weight),
      fixedEffects: isCorrective
        ? []
        : [
          grouping(
            "unit^stack", rows.map { $0.stack * grid.unitCount + $0.unit },
            stacks.count * grid.unitCount)
        ], clusters: [clusters])
    let fit: any RegressionFit =
      isCorrective ? try LinearModel().fitted(design) : try FixedEffectsModel().fitted(design)
    let contrast = fit.coefficientNames.map { name in
      (0..<after).contains { name == "effect \($0)" } ? 1 / Double(after) : 0
    }
    let used = fit.observations ?? Array(rows.indices)
    return AverageRegression(fit: fit, contrast: contrast, clusters: clusters.selecting(used))
  }
}
