import Foundation

/// Days that move from year to year.
public enum MovingHoliday: String, Codable, Sendable, CaseIterable {
  /// 春节, the first day of the first lunar month.
  case springFestival
  /// 清明, the day on which the sun reaches the longitude 15°, in Beijing time.
  case qingming
  /// 端午, the fifth day of the fifth lunar month.
  case dragonBoat
  /// 中秋, the fifteenth day of the eighth lunar month.
  case midAutumn
  /// Easter Sunday of the Western churches.
  case easter

  /// The day in the Gregorian year `year`.
  ///
  /// Lunar days come from Foundation's Chinese calendar.
  ///
  /// - Parameter year: from 1900 to 2100.
  /// - Returns: `nil` outside those years.
  /// - Sources: Meeus, *Astronomical Algorithms*, 2nd ed. (1998), ch. 8 (Easter) and ch. 25 (low
  ///   accuracy solar longitude, 0.01°).
  public func date(in year: Int) -> CivilDate? {
    guard (1900...2100).contains(year) else { return nil }
    switch self {
    case .springFestival: return Self.lunarDay(month: 1, day: 1, near: year, from: 1, 21)
    case .dragonBoat: return Self.lunarDay(month: 5, day: 5, near: year, from: 5, 20)
    case .midAutumn: return Self.lunarDay(month: 8, day: 15, near: year, from: 9, 1)
    case .qingming: return Self.qingming(year)
    case .easter: return Self.easter(year)
    }
  }

  /// The first day from `startMonth`-`startDay` on with this lunar date, outside leap months.
  private static func lunarDay(
    month: Int, day: Int, near year: Int, from startMonth: Int, _ startDay: Int
  ) -> CivilDate? {
    var calendar = Calendar(identifier: .chinese)
    guard let beijing = TimeZone(secondsFromGMT: 8 * 3600) else { return nil }
    calendar.timeZone = beijing
    let start = CivilDate(year: year, month: startMonth, day: startDay)
    for offset in 0..<50 {
      let date = start.advanced(by: offset)
      // Noon in Beijing.
      let moment = Date(timeIntervalSince1970: Double(date.dayNumber) * 86_400 + 4 * 3600)
      let parts = calendar.dateComponents([.month, .day, .isLeapMonth], from: moment)
      if parts.month == month, parts.day == day, parts.isLeapMonth != true { return date }
    }
    return nil
  }

  /// The Beijing day on which the sun's apparent longitude passes 15°.
  private static func qingming(_ year: Int) -> CivilDate {
    let start = CivilDate(year: year, month: 4, day: 1)
    for offset in 0..<10 {
      let date = start.advanced(by: offset)
      // The end of the Beijing day is 16:00 UTC.
      let end = Double(date.dayNumber) + 16.0 / 24
      if solarLongitude(daysSince1970: end) >= 15 { return date }
    }
    return start.advanced(by: 4)
  }

  /// The sun's apparent longitude in degrees, 0 ..< 360.
  private static func solarLongitude(daysSince1970 days: Double) -> Double {
    // Dynamical time runs about a minute ahead; J2000.0 is 10957.5 days after 1970.
    let t = (days + 70.0 / 86_400 - 10_957.5) / 36_525
    let radians = Double.pi / 180
    let meanLongitude = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t
    let anomaly = (357.52911 + 35_999.05029 * t - 0.0001537 * t * t) * radians
    let center =
      (1.914602 - 0.004817 * t - 0.000014 * t * t) * sin(anomaly)
      + (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    let node = (125.04 - 1934.136 * t) * radians
    let apparent = meanLongitude + center - 0.00569 - 0.00478 * sin(node)
    let turns = (apparent / 360).rounded(.down)
    return apparent - 360 * turns
  }

  private static func easter(_ year: Int) -> CivilDate {
    let a = year % 19
    let (b, c) = (year / 100, year % 100)
    let (d, e) = (b / 4, b % 4)
    let f = (b + 8) / 25
    let g = (b - f + 1) / 3
    let h = (19 * a + b - d - g + 15) % 30
    let (i, k) = (c / 4, c % 4)
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let n = h + l - 7 * m + 114
    return CivilDate(year: year, month: n / 31, day: n % 31 + 1)
  }
}
