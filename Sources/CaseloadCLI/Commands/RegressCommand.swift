import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

struct RegressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regress",
    abstract: "Regressions: linear, counts, fixed effects, instruments, quantiles, robust.",
    discussion: """
      EXAMPLES
        caseload regress cases.csv --formula "log(filings) ~ year + C(court)" --covariance hc3
        caseload regress cases.csv --formula "filings ~ mediation | court + month" --cluster court
        caseload regress cases.csv --formula "filings ~ mediation | court" --family poisson
        caseload regress cases.csv --formula "y ~ x" --cluster court --covariance wild:webb
        caseload regress cases.csv --formula "y ~ x" --formula "y ~ x + z" --format latex
        caseload regress cases.csv --formula "y ~ x" --formula "y ~ x + z" --tests likelihood-ratio

      FORMULA
        y ~ a + b         terms            a:b, a*b, a/b    interactions, nesting
        C(x, ref = East)  categories       i(year, treated, ref = 2015)
        I(x^2), log(x)    arithmetic       poly(x, 3), bs(x, df = 5), ns(x, df = 4)
        lag(x, 1:3)       lags, lead, diff (with --unit and --time)
        offset(log(n)), weights(w), cluster(court)
        y ~ x | court + month              fixed effects, absorbed
        y ~ z | court | price ~ cost       instruments of price
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup var tableOptions: TableOptions

  @Option(help: "Such as \"y ~ x + C(court) | month\"; repeat it for several models side by side.")
  var formula: [String]

  @Option(
    help: ArgumentHelp(
      "gaussian, poisson, quasi-poisson, negative-binomial, binomial, quasi-binomial or gamma.",
      discussion: "A link may follow a colon: binomial:probit, gamma:log."))
  var family = "gaussian"

  @Option(
    help: ArgumentHelp(
      "ols, ridge, quantile, huber, bisquare, hampel, mm, ar1, prais-winsten, gls, 2sls, liml, "
        + "gmm or random-effects.",
      discussion: """
        Options by --set: quantile=0.9, penalty=2, order=2, criterion=ml, correlation=dw. \
        `caseload models` has their cards.
        """))
  var estimator = "ols"

  @Option(
    help: ArgumentHelp(
      "classical, hc0 … hc5, newey-west, andrews, driscoll-kraay, cr0 … cr3, jackknife or wild.",
      discussion: """
        Options follow colons: newey-west:4, newey-west:auto:prewhite, driscoll-kraay:2, cr1:each, \
        cr1:smallest, wild:webb:99999, wild:cr3. The default is cr1 with --cluster, hc1 for Poisson \
        with fixed effects and classical otherwise.
        """))
  var covariance: String?

  @Option(help: "The columns of clusters, with commas; a^b are pairs.")
  var cluster: String?

  @Option(help: "The column of weights.")
  var weights: String?

  @Option(help: "Columns of fixed effects to absorb, with commas, beside those of the formula.")
  var fixedEffects: String?

  @Option(help: "The column of units, for lags.")
  var unit: String?

  @Option(help: "The column of periods, for lags, correlated errors and tests of stability.")
  var time: String?

  @OptionGroup var methodSettings: MethodSettings

  @OptionGroup var levelOption: LevelOption

  @Option(
    help: ArgumentHelp(
      "all, or tests by name with commas.",
      discussion: SpecificationTests.ids.joined(separator: ", ")
        + ". Options follow a colon: breusch-godfrey:4, chow:36, breaks:3, hausman:one-variance. "
        + "likelihood-ratio compares each of several formulas with the one before it, and one alone "
        + "with its intercept."))
  var tests: String?

  @Option(help: "A hypothesis such as \"x1 = x2\" or \"x1; x2\" for both at once; repeatable.")
  var hypothesis: [String] = []

  @Option(
    help: ArgumentHelp(
      "Adjust the p-values of all terms but the intercept: holm, hommel, benjamini-hochberg, …, or "
        + "romano-wolf.",
      discussion: """
        romano-wolf takes the terms of all formulas together and draws the clusters of --cluster, or \
        rows; options follow colons as with wild: romano-wolf:webb:99999, romano-wolf:cr3. The \
        others take each formula by itself.
        """))
  var adjust: String?

  @Option(help: "Terms to adjust, with commas; * stands for anything. The others are not counted.")
  var adjustTerms: String?

  @Option(help: "New data, whose means to predict.")
  var predict: String?

  @Flag(help: "Average effects on the mean, in units of the response.")
  var marginalEffects = false

  @Option(help: "What csv and jsonl hold: coefficients, fit, tests, covariance or predictions.")
  var view: RegressView?

  @OptionGroup var tableStyle: RegressionTableStyle

  @Option(help: "The seed of what is drawn.")
  var seed: UInt64 = 1

  @Option(help: "How many threads; the result is the same.")
  var threads: Int?

  func run() async throws {
    let level = try levelOption.fraction()
    if let threads, threads < 1 {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "\(threads) threads are not possible.", zh: "线程数不能为 \(threads)。"),
        hint: Text(en: "Write --threads 1 or more.", zh: "请写作 --threads 1 或更大。"))
    }
    let specifications = try formula.map { text in try specification(text, level: level) }
    let dataset = try tableOptions.dataset()
    let table = try dataset.table(tableOptions.resource ?? dataset.profile.series?.resource)
    var outcomes: [RegressionOutcome] = []
    var models: [RegressionResult] = []
    for specification in specifications {
      let outcome = try await specification.fitted(to: table, threads: threads)
      models.append(try result(outcome, dataset))
      outcomes.append(outcome)
    }
    try compare(outcomes, &models)
    if let adjust {
      try RegressionAdjustment(adjust, terms: adjustTerms, seed: seed).adjust(&models, outcomes)
    } else if adjustTerms != nil {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "--adjust-terms says of what, not how.", zh: "--adjust-terms 只指定对象，未指定方法。"),
        hint: Text(en: "Add --adjust holm.", zh: "请加上 --adjust holm。"))
    }
    let content = try RegressionContent(
      models, view: view ?? (predict == nil ? .coefficients : .predictions),
      options: tableStyle.options(global.language), language: global.language)
    try CommandResult(
      schema: "caseload.regress/1", payload: content.payload, table: content.rows,
      text: content.text, documents: content.documents,
      seed: models.lazy.compactMap(\.drawsSeed).first,
      diagnostics: Self.distinct(dataset.notes + models.flatMap(\.diagnostics))
    ).emit(global, dataset)
  }

  /// Each once: models side by side notice the same.
  private static func distinct(_ notes: [Diagnostic]) -> [Diagnostic] {
    notes.reduce(into: []) { list, note in if !list.contains(note) { list.append(note) } }
  }

  private func specification(_ text: String, level: Double) throws(Diagnostic)
    -> RegressionSpecification
  {
    var specification = try RegressionSpecification(text)
    guard let chosen = RegressionEstimator(rawValue: estimator.lowercased()) else {
      throw Diagnostic.unknownName(
        estimator, among: RegressionEstimator.allCases.map(\.rawValue),
        kind: Text(en: "estimator", zh: "估计方法"))
    }
    specification.estimator = chosen
    let parts = family.lowercased().split(separator: ":", maxSplits: 1).map(String.init)
    guard let named = Family(rawValue: parts.first ?? "") else {
      throw Diagnostic.unknownName(
        parts.first ?? "", among: Family.allCases.map(\.rawValue),
        kind: Text(en: "family", zh: "分布族"))
    }
    specification.family = named
    if parts.count > 1 {
      guard let link = Link(rawValue: parts[1]) else {
        throw Diagnostic.unknownName(
          parts[1], among: named.links.map(\.rawValue), kind: Text(en: "link", zh: "联系函数"))
      }
      specification.link = link
    }
    func columns(_ list: String?) -> [String] {
      list?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    }
    specification.design.weights = weights
    specification.design.clusters = columns(cluster)
    specification.design.fixedEffects = columns(fixedEffects)
    specification.design.unit = unit
    specification.design.time = time
    specification.covariance = covariance
    specification.level = level
    specification.settings = try methodSettings.values()
    specification.seed = seed
    return specification
  }

  private static let likelihoodRatio = "likelihood-ratio"

  private var testNames: [String] {
    tests?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? []
  }

  /// Tests each of several models against the one before it, if that was asked for.
  private func compare(_ outcomes: [RegressionOutcome], _ models: inout [RegressionResult])
    throws(Diagnostic)
  {
    guard outcomes.count > 1, testNames.contains(Self.likelihoodRatio) else { return }
    for k in outcomes.indices.dropFirst() {
      let test = try outcomes[k].likelihoodRatioTest(against: outcomes[k - 1])
      if models[k].tests == nil { models[k].tests = try SpecificationTests([], of: outcomes[k]) }
      models[k].tests?.append(test)
    }
  }

  /// The outcome with whatever else was asked of it.
  private func result(_ outcome: RegressionOutcome, _ dataset: Dataset) throws(Diagnostic)
    -> RegressionResult
  {
    var result = try RegressionResult(outcome)
    let own = testNames.filter { formula.count == 1 || $0 != Self.likelihoodRatio }
    if !own.isEmpty { result.tests = try SpecificationTests(own, of: outcome) }
    for text in hypothesis {
      let parsed = try LinearHypothesis(text, names: outcome.fit.coefficientNames)
      result.hypotheses.append(
        RegressionResult.Hypothesis(hypothesis: text, test: try outcome.test(parsed)))
    }
    if marginalEffects {
      switch outcome.fit {
      case let fit as GeneralizedLinearFit:
        result.marginalEffects = try fit.marginalEffects(
          outcome.kind, level: outcome.specification.level
        ).effects
      case let fit as LinearFit:
        result.marginalEffects = try fit.marginalEffects(
          outcome.kind, level: outcome.specification.level
        ).effects
      default:
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "Marginal effects are of least squares and generalized linear models.",
            zh: "边际效应适用于最小二乘与广义线性模型。"),
          hint: Text(
            en: "Leave --marginal-effects out, or write fixed effects as C(x) before the bar.",
            zh: "请去掉 --marginal-effects，或在竖线前把固定效应写作 C(x)。"))
      }
    }
    if let predict {
      let new = try Dataset(predict, encoding: tableOptions.encoding)
      let (rows, notes) = try outcome.predictions(for: new.table(nil))
      result.predictions = rows
      result.predictionNotes = notes
    }
    return result
  }
}
