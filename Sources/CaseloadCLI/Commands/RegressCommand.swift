import ArgumentParser
import Caseload
import CaseloadIO

struct RegressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regress",
    abstract: "Least squares, with standard errors for the errors that the data have.",
    discussion: """
      EXAMPLES
        caseload regress cases.csv --formula "log(filings) ~ year + C(court)" --covariance hc3
        caseload regress cases.csv --formula "y ~ poly(x, 5)"
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup var tableOptions: TableOptions

  @Option(help: "Such as \"y ~ x + C(court)\".")
  var formula: String

  @Option(help: "The family of the response: gaussian.")
  var family = "gaussian"

  @Option(help: "classical, hc0 … hc5, newey-west[:lags], cr0 or cr1.")
  var covariance: String?

  @Option(help: "The column that names the cluster of a row.")
  var cluster: String?

  @Option(help: "The column of weights.")
  var weights: String?

  @OptionGroup var levelOption: LevelOption

  struct Payload: Encodable, Sendable {
    let formula: String
    let covariance: String
    let coefficients: [Coefficient]
    let observations: Int
    let residualDegreesOfFreedom: Double
    let residualStandardError: Double
    let rSquared: Double
    let adjustedRSquared: Double
    let fStatistic: Double?
    let fPValue: Double?
    let logLikelihood: Double?
    let aic: Double?
    let bic: Double?
    let level: Double
  }

  func run() throws {
    let level = try levelOption.fraction()
    guard family == "gaussian" else {
      throw Diagnostic.unknownName(
        family, among: ["gaussian"], kind: Text(en: "family", zh: "分布族"))
    }
    let parsed = try Formula(formula)
    let dataset = try tableOptions.dataset()
    let table = try dataset.table(tableOptions.resource ?? dataset.profile.series?.resource)
    let design = try DesignMatrix(parsed, table)
    var used: [Double]?
    if let weights {
      let column = try table.numbers(weights)
      used = design.rows.map { column[$0] }
    }
    var clusters: [Grouping] = []
    if let cluster {
      let column = try table.text(cluster)
      clusters = [Grouping(name: cluster, labels: design.rows.map { column[$0] })]
    }
    let id = covariance ?? (cluster == nil ? "classical" : "cr1")
    let kind = try CovarianceKind(id: id, clusters: clusters)
    let place = Diagnostic.Location(file: table.source)
    let fit: LinearFit
    let rows: [Coefficient]
    do {
      fit = try LinearModel().fitted(design, weights: used)
      rows = try fit.coefficientTable(kind, level: level)
    } catch {
      throw error.located(place)
    }
    let payload = Payload(
      formula: formula, covariance: id, coefficients: rows, observations: fit.observationCount,
      residualDegreesOfFreedom: fit.residualDegreesOfFreedom,
      residualStandardError: fit.residualStandardError, rSquared: fit.rSquared,
      adjustedRSquared: fit.adjustedRSquared, fStatistic: fit.fTest?.statistic,
      fPValue: fit.fTest?.pValue, logLikelihood: fit.logLikelihood, aic: fit.aic, bic: fit.bic,
      level: level)
    let columns = [
      "term", "estimate", "standardError", "statistic", "pValue", "lower", "upper",
    ]
    let result = ResultTable(
      columns,
      rows.map {
        [.text($0.term)]
          + [$0.estimate, $0.standardError, $0.statistic, $0.pValue, $0.lower, $0.upper].map {
            Cell.number($0)
          }
      })
    var text = result.text(global.language)
    func decimal(_ x: Double, _ decimals: Int) -> String {
      NumberText.significant(x, decimals)[global.language]
    }
    let zh = global.language == .zh
    text += "\n"
    text +=
      zh
      ? "观测 \(fit.observationCount)，剩余自由度 \(decimal(fit.residualDegreesOfFreedom, 0))，"
        + "残差标准误 \(decimal(fit.residualStandardError, 4))，R² \(decimal(fit.rSquared, 4))"
      : "\(fit.observationCount) observations, \(decimal(fit.residualDegreesOfFreedom, 0)) degrees of "
        + "freedom, residual standard error \(decimal(fit.residualStandardError, 4)), "
        + "R² \(decimal(fit.rSquared, 4))"
    text += zh ? "。协方差：\(id)。\n" : ". Covariance: \(id).\n"
    try CommandResult(
      schema: "caseload.regress/1", payload: payload, table: result, text: text,
      diagnostics: dataset.notes + fit.diagnostics
    ).emit(global, dataset)
  }
}
