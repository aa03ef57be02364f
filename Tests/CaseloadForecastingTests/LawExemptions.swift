@testable import CaseloadForecasting

/// A law that holds for most models, and not for all.
enum Law {
  /// Scaling by a power of two, or turning the sign, scales the forecast bit for bit.
  case exactScale
  /// Any positive scaling scales the forecast.
  case scale
  /// A shift of the data shifts the forecast.
  case shift
  /// The likelihood is that of normal residuals, with its constant.
  case gaussianLikelihood
  /// A constant series forecasts itself with zero width.
  case constant
  /// Marginals are those of the paths, in mean and standard deviation.
  case moments
  /// Missing values are taken.
  case missingValues
}

/// The models that a law does not bind, each with the reason.
enum LawExemptions {
  static let all: [String: [Law: String]] = [
    "arima": [
      .gaussianLikelihood:
        "the likelihood is exact: the first innovations have larger variances than the later ones"
    ],
    "auto": [
      .exactScale: "it holds ETS", .shift: "it holds ETS",
      .gaussianLikelihood: "models of different kinds share no likelihood",
    ],
    "local-level": diffuse, "structural": diffuse,
    "stl": decomposed, "mstl": decomposed,
    "tbats": [
      .exactScale: "a change of sign rules the transformation out",
      .shift: "the transformation knows zero",
      .gaussianLikelihood: "Gaussian after the transformation",
    ],
    "bagged-ets": [
      .exactScale: "a change of sign rules multiplicative forms out",
      .shift: "transformation and multiplicative forms know zero",
      .gaussianLikelihood: "a mixture of fits has no likelihood",
    ],
    "ets": [
      .exactScale: "a change of sign rules multiplicative forms out",
      .shift: "multiplicative forms know zero: a shift changes which form is best",
      .gaussianLikelihood: "R's convention, without the constant",
    ],
    "theta": theta, "optimized-theta": theta, "dynamic-optimized-theta": theta,
    "auto-theta": theta, "croston": demand, "tsb": demand, "adida": demand,
    "imapa": demand,
    "sba": demand.merging([
      .constant: "its correction for bias says that a demand may fail to come where none ever has"
    ]) { own, _ in own },
    "ces": [
      .shift: "the level fades or grows towards or from zero, and backcasting starts it there"
    ],
  ]

  private static let theta: [Law: String] = [
    .shift: "a season taken out as a ratio depends on where zero is",
    .gaussianLikelihood: "the likelihood is that of the errors without the season, from the fourth "
      + "value on in the optimized models",
  ]

  private static let diffuse: [Law: String] = [
    .gaussianLikelihood: "the likelihood is exactly diffuse, of errors with changing variances"
  ]

  private static let demand: [Law: String] = [
    .exactScale: "demand is not negative, so that its sign cannot be turned",
    .shift: "zero is the absence of demand, and cannot be shifted",
    .gaussianLikelihood: "the distribution is one of a few values, and has no likelihood",
  ]

  /// Models of an adjusted series that ETS forecasts unless told otherwise.
  private static let decomposed: [Law: String] = [
    .exactScale: "a change of sign rules the transformation and multiplicative errors of ets out",
    .shift: "the transformation and multiplicative errors of ets know zero",
    .gaussianLikelihood: "the likelihood is that of ets",
  ]

  /// The models that `law` binds.
  static func ids(_ law: Law) -> [String] {
    ForecastModels.all.map { $0.card.id }.filter { all[$0]?[law] == nil }
  }
}
