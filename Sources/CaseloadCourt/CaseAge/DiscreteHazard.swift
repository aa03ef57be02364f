import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The chance that a case open at the start of a month of its age closes in that month.
///
/// ```
/// logit hⱼ = αⱼ + xᵀβ                     proportional odds
/// ln(−ln(1 − hⱼ)) = αⱼ + xᵀβ              complementary log-log: proportional hazards, grouped
/// ```
///
/// with the baseline αⱼ either free for every month up to a last one, which stands for all later
/// months, or a polynomial in ln(j + 1) with a spike in the month before each deadline: for a time
/// limit (审限) of 3 and 6 months the months 2 and 5, counted from 0. Covariates are categories, the
/// first in alphabetical order being the reference.
///
/// - Sources: Cox (1972), *JRSS B* 34, §6; Prentice & Gloeckler (1978), *Biometrics* 34, 57–67;
///   Allison (1982), *Sociological Methodology* 13, 61–98.
public struct DiscreteHazard: Codable, Sendable, Equatable {
  /// How the hazard depends on age.
  public enum Baseline: Codable, Sendable, Equatable {
    /// One parameter a month from 0 to `last`, which stands for all months from there on; months
    /// without a closing, or in which all closed, are merged with the next.
    case monthly(last: Int)
    /// Powers 0 … degree of ln(j + 1), and a spike before each deadline in months.
    case smooth(degree: Int, deadlines: [Int])
  }

  public var link: Link
  public var baseline: Baseline
  /// The labels that are covariates.
  public var covariates: [String]

  /// A model; by default a curve with spikes at 3 and 6 months.
  public init(
    link: Link = .logit, baseline: Baseline = .smooth(degree: 2, deadlines: [3, 6]),
    covariates: [String] = []
  ) {
    self.link = link
    self.baseline = baseline
    self.covariates = covariates
  }

  /// The model of a register.
  ///
  /// - Parameters:
  ///   - register: with the labels that are covariates.
  ///   - level: of the intervals.
  /// - Returns: the fit.
  /// - Throws: ``DiagnosticCode/illegalOption`` for another link or an impossible baseline, as
  ///   ``PersonPeriods`` does, and as the generalized linear model does.
  public func fitted(to register: CaseRegister, level: Double = 0.95) throws(Diagnostic)
    -> DiscreteHazardFit
  {
    guard [.logit, .complementaryLogLog].contains(link) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A hazard has the link logit or cloglog, not \(link.rawValue).",
          zh: "离散风险模型的联系函数为 logit 或 cloglog，而不是 \(link.rawValue)。"),
        hint: Text(en: "Choose one of the two.", zh: "请从二者中选择。"))
    }
    switch baseline {
    case .monthly(let last) where last < 0: throw Self.impossible
    case .smooth(let degree, let deadlines)
    where !(0...5).contains(degree) || deadlines.contains { $0 < 1 }:
      throw Self.impossible
    default: break
    }
    let periods = try PersonPeriods(register, by: covariates)
    return try DiscreteHazardFit(self, periods, level: level)
  }

  private static let impossible = Diagnostic(
    .illegalOption, .error,
    Text(
      en:
        "The baseline needs a last month from 0 on, a degree from 0 to 5 and deadlines from 1 on.",
      zh: "基线要求末月不小于 0、次数为 0 至 5、期限不小于 1 个月。"),
    hint: Text(en: "Use degree 2 and deadlines 3 and 6.", zh: "可用二次曲线与 3、6 个月期限。"))
}

/// The columns that a hazard model has for a month of age and a combination of covariates.
struct HazardDesign: Sendable {
  let names: [String]
  let baseline: DiscreteHazard.Baseline
  /// The first month of each class of a monthly baseline.
  let classes: [Int]
  /// The levels of each covariate, the first being the reference.
  let levels: [[String]]
  /// The last month with data: later months have its hazard.
  let lastMonth: Int

  init(_ model: DiscreteHazard, _ periods: PersonPeriods) {
    baseline = model.baseline
    let observed = periods.cells.map(\.month).max() ?? 0
    lastMonth = observed
    levels = model.covariates.indices.map { c in
      Set(periods.patterns.map { $0[c] }).sorted()
    }
    var names = ["(intercept)"]
    switch model.baseline {
    case .monthly(let last):
      let end = min(last, observed)
      var (atRisk, events) = (
        [Int](repeating: 0, count: end + 1), [Int](repeating: 0, count: end + 1)
      )
      for cell in periods.cells {
        atRisk[min(cell.month, end)] += cell.atRisk
        events[min(cell.month, end)] += cell.events
      }
      var starts: [Int] = []
      var open: Int?
      var (risk, closed) = (0, 0)
      for j in 0...end {
        open = open ?? j
        risk += atRisk[j]
        closed += events[j]
        if closed > 0, closed < risk {
          starts.append(open ?? j)
          (open, risk, closed) = (nil, 0, 0)
        }
      }
      classes = starts.isEmpty ? [0] : starts
      for (k, start) in classes.enumerated().dropFirst() {
        let next = k + 1 < classes.count ? classes[k + 1] - 1 : start
        names.append(next > start ? "month \(start + 1)–\(next + 1)" : "month \(start + 1)")
      }
    case .smooth(let degree, let deadlines):
      classes = []
      for power in 0..<degree {
        names.append(power == 0 ? "ln(month)" : "ln(month)^\(power + 1)")
      }
      names += deadlines.map { "deadline \($0)" }
    }
    for (covariate, levels) in zip(model.covariates, levels) {
      names += levels.dropFirst().map { "\(covariate)=\($0)" }
    }
    self.names = names
  }

  /// The row of one month and pattern.
  func row(month: Int, pattern: [String]) -> [Double] {
    let j = min(month, lastMonth)
    var row = [1.0]
    switch baseline {
    case .monthly:
      let own = classes.lastIndex { $0 <= j } ?? 0
      row += (1..<max(1, classes.count)).map { $0 == own ? 1 : 0 }
    case .smooth(let degree, let deadlines):
      let x = log(Double(j + 1))
      var power = 1.0
      for _ in 0..<degree {
        power *= x
        row.append(power)
      }
      row += deadlines.map { month == $0 - 1 ? 1 : 0 }
    }
    for (levels, value) in zip(levels, pattern) {
      row += levels.dropFirst().map { $0 == value ? 1 : 0 }
    }
    return row
  }
}
