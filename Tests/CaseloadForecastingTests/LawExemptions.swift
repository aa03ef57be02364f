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
    "ets": [
      .exactScale: "a change of sign rules multiplicative forms out",
      .shift: "multiplicative forms know zero: a shift changes which form is best",
      .gaussianLikelihood: "R's convention, without the constant",
    ],
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
