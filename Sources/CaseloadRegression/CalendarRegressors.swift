import CaseloadData

/// What the calendar and dated events do to a series: columns to set beside a trend.
package struct CalendarRegressors: Sendable {
  package let names: [String]
  package let columns: [[Double]]

  /// Season indicators against the first season, one column an event that begins or ends inside
  /// the data, and the moving Spring Festival for months and weeks on China's calendar.
  ///
  /// Seasons need two full ones; `seasonLength` 1 leaves them out.
  package init(
    _ periods: [Period], seasonLength: Int, events: [KnownEvent], calendar: WorkCalendar.Kind
  ) {
    var names: [String] = []
    var columns: [[Double]] = []
    if seasonLength > 1, periods.count >= 2 * seasonLength {
      for season in 1..<seasonLength {
        names.append("season\(season + 1)")
        columns.append(periods.map { $0.season(length: seasonLength) == season ? 1 : 0 })
      }
    }
    for event in events {
      let column = periods.map { event.indicator(in: $0) }
      guard column.contains(1), column.contains(0) else { continue }
      names.append(event.id)
      columns.append(column)
    }
    if calendar == .china, let frequency = periods.first?.frequency,
      [.monthly, .weekly].contains(frequency)
    {
      let column = periods.map { WorkCalendar.springFestivalShare(of: $0) ?? 0 }
      if Set(column).count > 1 {
        names.append("springFestival")
        columns.append(column)
      }
    }
    self.names = names
    self.columns = columns
  }
}
