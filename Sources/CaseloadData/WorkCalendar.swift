/// Which days are working days.
///
/// China's calendar applies the State Council's yearly notices (days off and make-up working days,
/// 调休) for the years that its table covers, and outside them the law's fixed and lunar holidays
/// without swaps.
public struct WorkCalendar: Sendable {
  /// Whose working days count.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Monday to Friday, no holidays.
    case weekdays
    case china
  }

  public let kind: Kind
  private let daysOff: Set<Int>
  private let makeUpDays: Set<Int>
  /// The years in which the table of notices applies.
  public let tabulatedYears: ClosedRange<Int>?

  /// The calendar of `kind`, with whatever notices its table holds.
  public init(_ kind: Kind) {
    self.kind = kind
    guard kind == .china else {
      (daysOff, makeUpDays, tabulatedYears) = ([], [], nil)
      return
    }
    var off: Set<Int> = []
    var work: Set<Int> = []
    var years: Set<Int> = []
    let text = String(decoding: PackageResources.china_workdays_csv, as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline).dropFirst() {
      let cells = line.split(separator: ",")
      guard cells.count == 2, let day = Period(String(cells[0]))?.firstDay else { continue }
      if cells[1] == "work" { work.insert(day.dayNumber) } else { off.insert(day.dayNumber) }
      years.insert(day.year)
    }
    (daysOff, makeUpDays) = (off, work)
    if let first = years.min(), let last = years.max() {
      tabulatedYears = first...last
    } else {
      tabulatedYears = nil
    }
  }

  /// Whether courts work on `date`: weekends and holidays off, make-up days on.
  public func isWorkingDay(_ date: CivilDate) -> Bool {
    let isWeekday = date.weekday < 5
    guard kind == .china else { return isWeekday }
    if tabulatedYears?.contains(date.year) == true {
      if makeUpDays.contains(date.dayNumber) { return true }
      return isWeekday && !daysOff.contains(date.dayNumber)
    }
    return isWeekday && !Self.statutoryHolidays(date.year).contains(date)
  }

  /// The working days of `period`; `nil` for an index.
  public func workingDays(in period: Period) -> Int? {
    guard let first = period.firstDay, let end = period.endDay else { return nil }
    return (first.dayNumber..<end.dayNumber).count { isWorkingDay(CivilDate(dayNumber: $0)) }
  }

  /// The holidays that the law grants everybody, without swapped days.
  ///
  /// - Source: 全国年节及纪念日放假办法 of the State Council, in its versions of 1999, 2007, 2013 and
  ///   2024.
  static func statutoryHolidays(_ year: Int) -> Set<CivilDate> {
    var days: Set<CivilDate> = [CivilDate(year: year, month: 1, day: 1)]
    func add(_ month: Int, _ day: Int, _ count: Int) {
      for offset in 0..<count {
        days.insert(CivilDate(year: year, month: month, day: day).advanced(by: offset))
      }
    }
    func add(_ holiday: MovingHoliday, from offset: Int = 0, count: Int = 1) {
      guard let date = holiday.date(in: year) else { return }
      for step in 0..<count { days.insert(date.advanced(by: offset + step)) }
    }
    add(10, 1, 3)
    if year >= 2025 {
      add(.springFestival, from: -1, count: 4)
      add(5, 1, 2)
    } else if year >= 2014 {
      add(.springFestival, count: 3)
      add(5, 1, 1)
    } else if year >= 2008 {
      add(.springFestival, from: -1, count: 3)
      add(5, 1, 1)
    } else {
      add(.springFestival, count: 3)
      add(5, 1, 3)
    }
    if year >= 2008 {
      add(.qingming)
      add(.dragonBoat)
      add(.midAutumn)
    }
    return days
  }

  /// How many of the seven days from the eve of Spring Festival fall into `period`, as a share: the
  /// regressor that moves the festival's effect between January and February.
  ///
  /// - Source: Lin & Liu (2003), "Modeling lunar calendar holiday effects in Taiwan", *Taiwan
  ///   Economic Forecast and Policy* 33(2), in the form that X-13ARIMA-SEATS uses for Easter.
  public static func springFestivalShare(of period: Period, days: Int = 7) -> Double? {
    guard let first = period.firstDay, let end = period.endDay else { return nil }
    var count = 0
    for year in Set([first.year, end.year]) {
      guard let festival = MovingHoliday.springFestival.date(in: year) else { continue }
      for offset in -1..<(days - 1) {
        let day = festival.advanced(by: offset)
        if day >= first, day < end { count += 1 }
      }
    }
    return Double(count) / Double(days)
  }
}
