import CaseloadData

/// What a standard error assumes about the errors.
public enum CovarianceKind: Sendable, Equatable {
  /// What the model itself assumes: for least squares, independent errors of one variance.
  case classical
  /// Independent, of any variances.
  case heteroskedastic(HC)
  /// Of any variances, correlated up to `lags` apart; `nil` chooses the lags from the data.
  ///
  /// `prewhitened` takes out a first-order vector autoregression of the scores first; `adjusted`
  /// multiplies by n/(n − p).
  case neweyWest(lags: Int?, prewhitened: Bool = false, adjusted: Bool = true)
  /// Andrews's quadratic spectral kernel with his automatic bandwidth.
  case andrews(prewhitened: Bool = true, adjusted: Bool = true)
  /// Of any variances, correlated between all units of a period and up to `lags` periods apart;
  /// `times` are the periods in ascending order.
  case driscollKraay(times: Grouping, lags: Int?)
  /// Correlated in any way within a cluster of any of the ways of clustering.
  case clustered(by: [Grouping], CR, Combination = .each)
  /// The spread of the estimates that leave out one observation, or one cluster, at a time.
  case jackknife(by: Grouping?)

  /// The corrections of White's estimator for leverage.
  ///
  /// - Sources: MacKinnon & White (1985), *Journal of Econometrics* 29, 305–325 (HC1–HC3);
  ///   Cribari-Neto (2004), *CSDA* 45, 215–233 (HC4); Cribari-Neto & da Silva (2011), *AStA* 95,
  ///   129–146 (HC4m); Cribari-Neto, Souza & Vasconcellos (2007), *Communications in Statistics*
  ///   36, 1877–1888 (HC5).
  public enum HC: String, Codable, Sendable, CaseIterable {
    case hc0, hc1, hc2, hc3, hc4, hc4m, hc5
  }

  /// The corrections for few clusters: none; G/(G−1) · (n−1)/(n−K); Bell and McCaffrey's
  /// (I − H)^(−½), unbiased under independence; the jackknife's (I − H)⁻¹.
  ///
  /// - Sources: Liang & Zeger (1986), *Biometrika* 73, 13–22; Bell & McCaffrey (2002), *Survey
  ///   Methodology* 28, 169–181; Pustejovsky & Tipton (2018), *JBES* 36, 672–683; MacKinnon,
  ///   Nielsen & Webb (2023), *Journal of Applied Econometrics* 38, 671–694.
  public enum CR: String, Codable, Sendable, CaseIterable { case cr0, cr1, cr2, cr3 }

  /// How G/(G−1) enters with several ways of clustering.
  public enum Combination: String, Codable, Sendable, CaseIterable {
    /// Each term by its own number of clusters (Cameron, Gelbach & Miller 2011).
    case each
    /// All terms by the smallest number of clusters, as reghdfe and fixest have it.
    case smallest
  }
}
