import CaseloadData

/// The statistical year of China's courts: December of the year before to November.
public struct StatisticalYear: Hashable, Codable, Sendable, Comparable {
  /// The calendar year of its November.
  public let year: Int

  /// The statistical year that ends in November of `year`.
  public init(_ year: Int) { self.year = year }

  /// The statistical year of a month; `nil` for a period that is no month.
  public init?(containing month: Period) {
    guard month.frequency == .monthly, let year = month.year else { return nil }
    self.year = month.season(length: 12) == 11 ? year + 1 : year
  }

  /// December to November.
  public var months: [Period] {
    let first = Period.month(year - 1, 12)
    return (0..<12).map { first.advanced(by: $0) }
  }

  public static func < (a: StatisticalYear, b: StatisticalYear) -> Bool { a.year < b.year }
}

/// The least progress of closing (审执结案进度) that a court is asked for, month by month.
public struct ClosingFloor: Codable, Sendable, Equatable {
  /// What the named months mean.
  public enum Reading: String, Codable, Sendable, CaseIterable {
    /// The floor of March is checked in March, on the year's figures to the end of February.
    case reported
    /// The floor of March holds at the end of March.
    case monthEnd = "month-end"
  }

  /// Percent of the cases accepted so far, by calendar month 1 … 12.
  public var percentByMonth: [Int: Double]
  public var reading: Reading

  /// A curve.
  public init(percentByMonth: [Int: Double], reading: Reading = .reported) {
    self.percentByMonth = percentByMonth
    self.reading = reading
  }

  /// The curve that a court of Inner Mongolia published in 2022: March 18 %, April 29, May 42,
  /// June 55, July 63, August 70, September 76, October 82, November 88, December 93.
  ///
  /// Ten months end with December and the statistical year with November, so that the last value
  /// belongs to the year only if a month's floor is checked on the figures of the month before:
  /// that reading is the default, and an inference.
  ///
  /// - Source: wlhtfy.nmgfy.gov.cn, article 6962580, October 2022.
  public static let innerMongolia2022 = ClosingFloor(percentByMonth: [
    3: 18, 4: 29, 5: 42, 6: 55, 7: 63, 8: 70, 9: 76, 10: 82, 11: 88, 12: 93,
  ])

  /// The floor at the end of `month`, in percent; `nil` where there is none.
  public func percent(atEndOf month: Period) -> Double? {
    guard month.frequency == .monthly else { return nil }
    let named = reading == .reported ? month.advanced(by: 1) : month
    // December belongs to the next statistical year, at whose start no floor holds.
    if reading == .monthEnd, named.season(length: 12) == 11 { return nil }
    return percentByMonth[named.season(length: 12) + 1]
  }
}
