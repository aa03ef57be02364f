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
    "local-level": [
      .gaussianLikelihood: "the likelihood is exactly diffuse, of errors with changing variances"
    ],
    "structural": [
      .gaussianLikelihood: "the likelihood is exactly diffuse, of errors with changing variances"
    ],
  ]

  /// The models that `law` binds.
  static func ids(_ law: Law) -> [String] {
    ForecastModels.all.map { $0.card.id }.filter { all[$0]?[law] == nil }
  }
}
