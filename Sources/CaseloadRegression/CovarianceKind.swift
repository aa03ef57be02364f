import CaseloadData

/// What a standard error assumes about the errors.
public enum CovarianceKind: Sendable, Equatable {
  /// Independent, of one variance.
  case classical
  /// Independent, of any variances.
  case heteroskedastic(HC)
  /// Of any variances, correlated up to `lags` apart; `nil` chooses the lags from the data.
  case neweyWest(lags: Int?)
  /// Correlated in any way within a cluster; `labels` names the cluster of each observation.
  case clustered(labels: [String], correction: CR)

  /// The corrections of White's estimator for leverage.
  ///
  /// - Sources: MacKinnon & White (1985), *Journal of Econometrics* 29, 305–325 (HC1–HC3);
  ///   Cribari-Neto (2004), *CSDA* 45, 215–233 (HC4); Cribari-Neto, Souza & Vasconcellos (2007),
  ///   *Communications in Statistics* 36, 1877–1888 (HC5).
  public enum HC: String, Codable, Sendable, CaseIterable {
    case hc0, hc1, hc2, hc3, hc4, hc5
  }

  /// The corrections for few clusters: none, or G/(G−1) · (n−1)/(n−p).
  public enum CR: String, Codable, Sendable, CaseIterable { case cr0, cr1 }

  /// The identifiers that ``init(id:clusters:)`` reads.
  public static let ids =
    ["classical"] + HC.allCases.map(\.rawValue) + ["newey-west", "cr0", "cr1"]

  /// The kind written `classical`, `hc3`, `newey-west`, `newey-west:4`, `cr1`.
  ///
  /// - Parameters:
  ///   - id: one of ``ids``, with `:lags` after newey-west if wanted.
  ///   - clusters: the cluster of each observation, which cr0 and cr1 need.
  /// - Throws: ``DiagnosticCode/unknownName``, ``DiagnosticCode/missingOption`` without clusters.
  public init(id: String, clusters: [String]?) throws(Diagnostic) {
    let parts = id.lowercased().split(separator: ":", maxSplits: 1).map(String.init)
    let name = parts.first ?? ""
    if let hc = HC(rawValue: name) {
      self = .heteroskedastic(hc)
    } else if let cr = CR(rawValue: name == "cluster" ? "cr1" : name) {
      guard let clusters else {
        throw Diagnostic(
          .missingOption, .error,
          Text(
            en: "The covariance \(name) needs to know the clusters.",
            zh: "协方差 \(name) 需要指明聚类变量。"),
          hint: Text(en: "Add --cluster COLUMN.", zh: "请加上 --cluster 列名。"))
      }
      self = .clustered(labels: clusters, correction: cr)
    } else if name == "classical" {
      self = .classical
    } else if name == "newey-west" {
      if parts.count == 1 || parts[1] == "auto" {
        self = .neweyWest(lags: nil)
      } else {
        guard let lags = Int(parts[1]), lags >= 0 else {
          throw Diagnostic(
            .illegalOption, .error,
            Text(
              en: "'\(parts[1])' is not a number of lags.", zh: "'\(parts[1])' 不是滞后阶数。"),
            hint: Text(
              en: "Write newey-west:4, or newey-west.", zh: "请写作 newey-west:4 或 newey-west。"))
        }
        self = .neweyWest(lags: lags)
      }
    } else {
      throw Diagnostic.unknownName(
        name, among: Self.ids, kind: Text(en: "covariance", zh: "协方差估计"))
    }
  }
}
