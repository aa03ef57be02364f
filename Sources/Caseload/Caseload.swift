// One import for everything that Caseload computes; files and tools are CaseloadIO's.
@_exported import CaseloadCourt
@_exported import CaseloadData
@_exported import CaseloadEffects
@_exported import CaseloadForecasting
@_exported import CaseloadMath
@_exported import CaseloadRegression
@_exported import CaseloadReport

/// Facts about this release.
public enum CaseloadRelease {
  public static let version = "0.1.0"
}
