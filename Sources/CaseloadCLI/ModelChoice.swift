import ArgumentParser
import Caseload

/// Which model, with which options.
struct ModelOptions: ParsableArguments {
  @Option(help: "The model; `caseload models` lists them.")
  var model = Automatic.card.id

  @OptionGroup var settings: MethodSettings

  /// The model, checked before any data are read: a mistyped name needs no file to be refused.
  func choice() throws(Diagnostic) -> any ForecastModel {
    try ForecastModels.model(model, options: try settings.values())
  }
}

/// A fit, or what stands in for it where the model does not suit the series.
struct SeriesFit: Sendable {
  let model: any ForecastModel
  let fit: any FittedForecastModel
  /// Why another model had to be taken.
  let notes: [Diagnostic]

  var id: String { type(of: model).card.id }

  /// `model` on the series; in a batch, a simpler one where it cannot be fitted.
  ///
  /// - Parameters:
  ///   - model: what was asked for.
  ///   - input: the series and its regressors.
  ///   - isBatch: whether other series wait: one that cannot be fitted must not stop them.
  /// - Throws: for a single series what fitting throws; in a batch only where no value is known.
  init(_ model: any ForecastModel, _ input: SeriesInput, isBatch: Bool) throws(Diagnostic) {
    do throws(Diagnostic) {
      fit = try model.fitted(to: input.series, regressors: input.regressors)
      self.model = model
      notes = []
    } catch {
      guard isBatch else { throw error }
      let (simpler, reason) = ForecastModels.fallback(for: input.series)
      fit = try simpler.fitted(to: input.series)
      self.model = simpler
      notes = [
        Diagnostic(
          error.code, .warning,
          Text(
            en: "\(error.message.en) Instead: \(reason.en)",
            zh: "\(error.message.zh)改用 \(reason.zh)"))
      ]
    }
  }
}

extension SeriesFit {
  /// Estimates that are at hand.
  init(model: any ForecastModel, fit: any FittedForecastModel) {
    self.init(model: model, fit: fit, notes: [])
  }

  private init(model: any ForecastModel, fit: any FittedForecastModel, notes: [Diagnostic]) {
    self.model = model
    self.fit = fit
    self.notes = notes
  }

  /// Whether a forecast takes the regressors of the horizon: a stand-in does not.
  var takesRegressors: Bool { notes.isEmpty && type(of: model).acceptsRegressors }
}
