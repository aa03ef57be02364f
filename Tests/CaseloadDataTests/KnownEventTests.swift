import CaseloadData
import Testing

@Suite("KnownEvent")
struct KnownEventTests {
  private static func event(_ kind: KnownEvent.Kind, _ from: Period, to: Period? = nil)
    -> KnownEvent
  {
    KnownEvent(id: "e", kind: kind, from: from, to: to, name: Text("event"))
  }

  private static func indicators(_ event: KnownEvent, _ periods: Range<Period>) -> [Double] {
    periods.map { event.indicator(in: $0) }
  }

  @Test("a level acts from its first period on")
  func levelActsForGood() {
    let event = Self.event(.level, .month(2020, 2))
    #expect(Self.indicators(event, .month(2020, 1)..<Period.month(2020, 5)) == [0, 1, 1, 1])
  }

  @Test("a pulse ends after its last period")
  func pulseEnds() {
    let event = Self.event(.pulse, .month(2020, 2), to: .month(2020, 3))
    #expect(Self.indicators(event, .month(2020, 1)..<Period.month(2020, 5)) == [0, 1, 1, 0])
  }

  @Test("a pulse without an end acts in its one period")
  func pulseWithoutEnd() {
    let event = Self.event(.pulse, .month(2020, 2))
    #expect(Self.indicators(event, .month(2020, 1)..<Period.month(2020, 5)) == [0, 1, 0, 0])
  }

  @Test("a yearly pulse acts in every month of its years")
  func yearlyPulseOnMonths() {
    let event = Self.event(.pulse, .year(2020))
    #expect(Self.indicators(event, .month(2019, 12)..<Period.month(2021, 2)).reduce(0, +) == 12)
  }

  @Test("an event in the middle of a period acts from the next")
  func midPeriodActsFromTheNext() {
    let event = Self.event(.level, .day(2020, 1, 23))
    #expect(Self.indicators(event, .month(2020, 1)..<Period.month(2020, 3)) == [0, 1])
  }

  @Test("an index level acts from its number on")
  func indexLevel() {
    let (from, end) = (Period(frequency: .index, ordinal: 5), Period(frequency: .index, ordinal: 8))
    #expect(Self.indicators(Self.event(.level, from), from.advanced(by: -1)..<end) == [0, 1, 1, 1])
  }

  @Test("an index pulse without an end acts in its one period")
  func indexPulseWithoutEnd() {
    let (from, end) = (Period(frequency: .index, ordinal: 5), Period(frequency: .index, ordinal: 8))
    #expect(Self.indicators(Self.event(.pulse, from), from.advanced(by: -1)..<end) == [0, 1, 0, 0])
  }

  @Test("an index pulse ends after its last number")
  func indexPulseEnds() {
    let from = Period(frequency: .index, ordinal: 5)
    let event = Self.event(.pulse, from, to: from.advanced(by: 1))
    #expect(Self.indicators(event, from.advanced(by: -1)..<from.advanced(by: 3)) == [0, 1, 1, 0])
  }

  @Test("an event of the calendar never acts on an index")
  func calendarEventOnIndex() {
    let event = Self.event(.level, .year(2000))
    #expect(event.indicator(in: Period(frequency: .index, ordinal: 3000)) == 0)
  }
}
