import Caseload
import CaseloadIO

/// Simulated data with a known coefficient.
struct ClusterSample: Sendable {
  let x: Matrix
  let y: [Double]
  let clusters: Grouping
  /// The position of the coefficient in question.
  let coefficient: Int
  /// Its true value.
  let truth: Double
  let hasIntercept: Bool

  /// One for the coefficient in question, zero for the others.
  var contrast: [Double] { (0..<x.columnCount).map { $0 == coefficient ? 1 : 0 } }

  func fit() throws -> LinearFit {
    try LinearModel().fitted(
      x, y, names: (0..<x.columnCount).map { "b\($0)" }, hasIntercept: hasIntercept)
  }
}

/// A design of which the size of tests has been published.
struct ClusterDesign: Sendable {
  enum Kind: Sendable {
    /// y = x + u, both with a random effect of 30 observations a cluster.
    case homoskedastic
    /// The same with the variance 9 (z_g + z_ig)² of the errors within the cluster.
    case heteroskedastic
    /// A placebo law in `treated` clusters from a period drawn at random.
    case placebo(treated: Int)
  }

  let kind: Kind
  let clusters: Int

  static let published: [ClusterDesign] =
    [6, 10, 20, 50].map { .init(kind: .homoskedastic, clusters: $0) }
    + [6, 10, 20, 50].map { .init(kind: .heteroskedastic, clusters: $0) }
    + [(6, 3), (10, 5), (20, 10), (50, 25), (12, 3), (20, 2), (40, 4)].map {
      .init(kind: .placebo(treated: $0.1), clusters: $0.0)
    }

  private static let observations = 30
  private static let periods = 10
  private static let persistence = 0.5

  var isPanel: Bool {
    if case .placebo = kind { return true }
    return false
  }

  var name: String {
    switch kind {
    case .homoskedastic: "random effect"
    case .heteroskedastic: "random effect, heteroskedastic"
    case .placebo: "placebo law"
    }
  }

  var size: String {
    if case .placebo(let treated) = kind { return "\(clusters) (\(treated) treated)" }
    return "\(clusters)"
  }

  /// What names the stream of its draws.
  var label: String { name + " " + size }

  func sample(_ stream: RandomStream) -> ClusterSample {
    switch kind {
    case .homoskedastic: randomEffect(stream, isHeteroskedastic: false)
    case .heteroskedastic: randomEffect(stream, isHeteroskedastic: true)
    case .placebo: panel(stream).withinUnits()
    }
  }

  private func randomEffect(_ stream: RandomStream, isHeteroskedastic: Bool) -> ClusterSample {
    var draws = stream
    var (x, y, codes) = ([Double](), [Double](), [String]())
    for g in 0..<clusters {
      let (z, e) = (draws.normal(), draws.normal())
      for _ in 0..<Self.observations {
        let value = z + draws.normal()
        let scale = isHeteroskedastic ? 3 * abs(value) : 1
        x.append(value)
        y.append(value + e + scale * draws.normal())
        codes.append("\(g)")
      }
    }
    return ClusterSample(
      x: Matrix(columns: [x.map { _ in 1 }, x]), y: y,
      clusters: Grouping(name: "cluster", labels: codes), coefficient: 1, truth: 1,
      hasIntercept: true)
  }

  /// A balanced panel, unit by unit.
  private func panel(_ stream: RandomStream) -> BalancedPanel {
    var draws = stream
    let start = 1 + draws.integer(below: Self.periods - 1)
    var treatedCount = 0
    if case .placebo(let treated) = kind { treatedCount = treated }
    let innovation = (1 - Self.persistence * Self.persistence).squareRoot()
    var (law, y) = ([Double](), [Double]())
    for unit in 0..<clusters {
      let effect = draws.normal()
      var error = draws.normal()
      for t in 0..<Self.periods {
        if t > 0 { error = Self.persistence * error + innovation * draws.normal() }
        law.append(unit < treatedCount && t >= start ? 1 : 0)
        y.append(effect + error)
      }
    }
    return BalancedPanel(unitCount: clusters, periodCount: Self.periods, law: law, y: y)
  }

  /// How far absorbed effects are from columns: the larger relative difference of estimate and
  /// standard error, and the difference of the wild p-values, which steps by draws.
  ///
  /// Absorbed effects count the constant, which the columns within units do not have.
  func differences(_ stream: RandomStream, draws: Int) throws -> (relative: Double, pValue: Double)
  {
    let panel = panel(stream)
    let sample = panel.withinUnits()
    let columns = try sample.fit()
    let absorbed = try FixedEffectsModel().fitted(
      DesignMatrix(Formula("y ~ law | unit + period"), panel.table))
    var bootstrap = WildClusterBootstrap()
    bootstrap.draws = draws
    let clusters = sample.clusters
    let a = try columns.coefficientTable(.clustered(by: [clusters], .cr1))[0]
    let b = try absorbed.coefficientTable(.clustered(by: [clusters], .cr1))[0]
    let c = try bootstrap.test(
      sample.contrast, in: columns, clusters: clusters, from: stream.substream(0))
    let d = try bootstrap.test([1], in: absorbed, clusters: clusters, from: stream.substream(0))
    let freedom = columns.residualDegreesOfFreedom
    let standardError = a.standardError * (freedom / (freedom - 1)).squareRoot()
    let relative = max(
      abs(b.estimate / a.estimate - 1), abs(b.standardError / standardError - 1))
    return (relative, abs(d.pValue - c.pValue))
  }
}

/// Every unit in every period, unit by unit.
private struct BalancedPanel {
  let unitCount: Int
  let periodCount: Int
  let law: [Double]
  let y: [Double]

  private func labels(_ name: (Int, Int) -> String) -> [String] {
    (0..<unitCount).flatMap { unit in (0..<periodCount).map { name(unit, $0) } }
  }

  /// The unit effects projected off; the periods as columns, as they cross the clusters and so count
  /// in the leverage of each.
  func withinUnits() -> ClusterSample {
    func demeaned(_ values: [Double]) -> [Double] {
      values.indices.map { i in
        let first = i / periodCount * periodCount
        return values[i] - values[first..<first + periodCount].reduce(0, +) / Double(periodCount)
      }
    }
    let dummies = (1..<periodCount).map { period in
      demeaned(y.indices.map { $0 % periodCount == period ? 1 : 0 })
    }
    return ClusterSample(
      x: Matrix(columns: [demeaned(law)] + dummies), y: demeaned(y),
      clusters: Grouping(name: "unit", labels: labels { unit, _ in "\(unit)" }), coefficient: 0,
      truth: 0, hasIntercept: false)
  }

  var table: Table {
    Table(
      source: "panel",
      columns: [
        .init(name: "y", cells: .number(y)), .init(name: "law", cells: .number(law)),
        .init(name: "unit", cells: .text(labels { unit, _ in "u\(unit)" })),
        .init(name: "period", cells: .text(labels { _, period in "t\(period)" })),
      ])
  }
}
