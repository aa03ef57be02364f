import CaseloadData
import Testing

@testable import CaseloadRegression

@Suite("Covariance kinds") struct CovarianceKindTests {
  static let clusters = Grouping(name: "court", labels: ["a", "b"])

  @Test("every identifier that is offered is read")
  func ids() throws {
    for id in CovarianceKind.ids {
      let kind = try CovarianceKind(id: id, clusters: [Self.clusters], times: Self.clusters)
      #expect(
        try CovarianceKind(id: id.uppercased(), clusters: [Self.clusters], times: Self.clusters)
          == kind)
    }
    #expect(CovarianceKind.ids.count == 16)
  }

  @Test("identifiers mean what they say")
  func meanings() throws {
    #expect(try CovarianceKind(id: "classical") == .classical)
    #expect(try CovarianceKind(id: "hc3") == .heteroskedastic(.hc3))
    #expect(try CovarianceKind(id: "newey-west") == .neweyWest(lags: nil))
    #expect(try CovarianceKind(id: "newey-west:auto") == .neweyWest(lags: nil))
    #expect(try CovarianceKind(id: "newey-west:4") == .neweyWest(lags: 4))
    #expect(
      try CovarianceKind(id: "cr1", clusters: [Self.clusters])
        == .clustered(by: [Self.clusters], .cr1))
    #expect(
      try CovarianceKind(id: "cr1:smallest", clusters: [Self.clusters])
        == .clustered(by: [Self.clusters], .cr1, .smallest))
    #expect(
      try CovarianceKind(id: "newey-west:3:prewhite:unadjusted")
        == .neweyWest(lags: 3, prewhitened: true, adjusted: false))
    #expect(
      try CovarianceKind(id: "driscoll-kraay:2", times: Self.clusters)
        == .driscollKraay(times: Self.clusters, lags: 2))
    #expect(try CovarianceKind(id: "jackknife") == .jackknife(by: nil))
  }

  @Test("an unknown identifier is answered with the nearest one")
  func suggestion() {
    let error = #expect(throws: Diagnostic.self) {
      try CovarianceKind(id: "newey-wset")
    }
    #expect(error?.code == .unknownName)
    #expect(error?.hint?.en.contains("'newey-west'") == true)
    #expect(error?.hint?.zh.contains("'newey-west'") == true)
  }

  @Test("a number of lags that is none is refused", arguments: ["newey-west:x", "newey-west:-1"])
  func lags(_ id: String) {
    let error = #expect(throws: Diagnostic.self) { try CovarianceKind(id: id) }
    #expect(error?.code == .illegalOption)
  }

  @Test(
    "a clustered covariance asks for its clusters",
    arguments: ["cr0", "cr1", "cr2", "cr3", "driscoll-kraay"])
  func needs(_ id: String) {
    let error = #expect(throws: Diagnostic.self) { try CovarianceKind(id: id) }
    #expect(error?.code == .missingOption)
  }

  @Test(
    "an option that the covariance does not have is refused", arguments: ["hc1:4", "cr1:most"])
  func options(_ id: String) {
    let error = #expect(throws: Diagnostic.self) {
      try CovarianceKind(id: id, clusters: [Self.clusters])
    }
    #expect(error?.code == .illegalOption)
  }

  @Test("an empty identifier is unknown")
  func empty() {
    let error = #expect(throws: Diagnostic.self) { try CovarianceKind(id: "") }
    #expect(error?.code == .unknownName)
  }
}
