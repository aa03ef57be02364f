import CaseloadMath
import Testing

@testable import CaseloadCourt

@Suite("The future of a simulation")
struct EventHeapTests {
  @Test("events come by time, and those of one time in the order of their scheduling")
  func order() {
    var draws = RandomStream(seed: 1)
    var heap = EventHeap()
    var expected: [(time: Double, subject: Int32)] = []
    for i in 0..<2000 {
      let time = Double(draws.integer(below: 50))
      heap.push(time, kind: i % 16, subject: Int32(i))
      expected.append((time, Int32(i)))
    }
    expected.sort { ($0.time, $0.subject) < ($1.time, $1.subject) }
    for event in expected {
      let next = heap.pop()
      #expect(next.time == event.time && next.subject == event.subject)
      #expect(next.kind == Int(event.subject) % 16)
    }
    #expect(heap.isEmpty)
  }

  @Test("an event put in the place of the next one finds its own place")
  func replacing() {
    var heap = EventHeap()
    for time in [3.0, 1, 4, 1, 5, 9, 2, 6] { heap.push(time, kind: 0, subject: 0) }
    heap.replaceFirst(4.5, kind: 0, subject: 7)
    var times: [Double] = []
    while !heap.isEmpty { times.append(heap.pop().time) }
    #expect(times == [1, 2, 3, 4, 4.5, 5, 6, 9])
  }
}
