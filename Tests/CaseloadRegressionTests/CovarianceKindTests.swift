import CaseloadData
import Testing

@testable import CaseloadRegression

@Suite("Covariance kinds") struct CovarianceKindTests {
  @Test("every identifier that is offered is read")
  func ids() throws {
    for id in CovarianceKind.ids {
      let kind = try CovarianceKind(id: id, clusters: ["a", "b"])
      #expect(try CovarianceKind(id: id.uppercased(), clusters: ["a", "b"]) == kind)
    }
    #expect(CovarianceKind.ids.count == 10)
  }

  @Test("identifiers mean what they say")
  func meanings() throws {
    #expect(try CovarianceKind(id: "classical", clusters: nil) == .classical)
    #expect(try CovarianceKind(id: "hc3", clusters: nil) == .heteroskedastic(.hc3))
    #expect(try CovarianceKind(id: "newey-west", clusters: nil) == .neweyWest(lags: nil))
    #expect(try CovarianceKind(id: "newey-west:auto", clusters: nil) == .neweyWest(lags: nil))
    #expect(try CovarianceKind(id: "newey-west:4", clusters: nil) == .neweyWest(lags: 4))
    #expect(
      try CovarianceKind(id: "cr1", clusters: ["x"]) == .clustered(labels: ["x"], correction: .cr1))
  }

  @Test("an unknown identifier is answered with the nearest one")
  func suggestion() {
    let error = #expect(throws: Diagnostic.self) {
      try CovarianceKind(id: "newey-wset", clusters: nil)
    }
    #expect(error?.code == .unknownName)
    #expect(error?.hint?.en.contains("'newey-west'") == true)
    #expect(error?.hint?.zh.contains("'newey-west'") == true)
  }

  @Test("a number of lags that is none is refused", arguments: ["newey-west:x", "newey-west:-1"])
  func lags(_ id: String) {
    let error = #expect(throws: Diagnostic.self) { try CovarianceKind(id: id, clusters: nil) }
    #expect(error?.code == .illegalOption)
  }

  @Test("a clustered covariance asks for its clusters", arguments: ["cr0", "cr1"])
  func clusters(_ id: String) {
    let error = #expect(throws: Diagnostic.self) { try CovarianceKind(id: id, clusters: nil) }
    #expect(error?.code == .missingOption)
  }

  @Test("an empty identifier is unknown")
  func empty() {
    let error = #expect(throws: Diagnostic.self) { try CovarianceKind(id: "", clusters: nil) }
    #expect(error?.code == .unknownName)
  }
}
