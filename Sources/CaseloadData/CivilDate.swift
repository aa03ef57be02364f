/// A day of the proleptic Gregorian calendar.
///
/// - Source: Hinnant, "chrono-compatible low-level date algorithms" (days from civil and back).
public struct CivilDate: Hashable, Sendable, Comparable {
  public let year: Int
  public let month: Int
  public let day: Int

  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day `dayNumber` days after 1970-01-01.
  public init(dayNumber: Int) {
    let z = dayNumber + 719_468
    let era = floorDivide(z, 146_097)
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// The first day of the month `monthOrdinal` months after January of the year 0.
  init(monthOrdinal: Int) {
    let year = floorDivide(monthOrdinal, 12)
    self.init(year: year, month: monthOrdinal - year * 12 + 1, day: 1)
  }

  /// Days since 1970-01-01.
  public var dayNumber: Int {
    let y = month <= 2 ? year - 1 : year
    let era = floorDivide(y, 400)
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// 0 for Monday … 6 for Sunday.
  public var weekday: Int { dayNumber + 3 - floorDivide(dayNumber + 3, 7) * 7 }

  /// Whether such a day exists.
  public var isValid: Bool {
    (1...12).contains(month) && day >= 1 && CivilDate(dayNumber: dayNumber) == self
  }

  public static func < (a: CivilDate, b: CivilDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  public func advanced(by days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }
}
