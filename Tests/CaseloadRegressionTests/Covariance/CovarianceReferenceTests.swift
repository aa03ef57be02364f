import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Covariances against published and peers' values") struct CovarianceReferenceTests {
  @Test(
    "Greene's investment equation has R's kernel errors", .enabled(if: SharedData.isPresent))
  func investment() throws {
    let file = try SharedData.json("causal/investment.oracle.json", as: JSON.self)
    let check = file["checks"]?["newey_west"] ?? .null
    let data = try SharedData.columns("causal/investment.csv")
    let rows = data["RealInt", default: []].indices.filter {
      !data["RealInt", default: []][$0].isNaN
    }
    func column(_ name: String) -> [Double] { rows.map { data[name, default: []][$0] } }
    let names = ["(Intercept)", "RealGNP", "RealInt"]
    let fit = try LinearModel().fitted(
      Matrix(columns: [rows.map { _ in 1 }, column("RealGNP"), column("RealInt")]),
      column("RealInv"), names: names)
    func compare(_ kind: CovarianceKind, _ expected: JSON?) throws {
      for row in try fit.coefficientTable(kind) {
        let se = expected?.value(row.term) ?? .nan
        #expect(row.standardError.isClose(to: se, relative: 1e-9), "\(kind)")  // R sandwich 3.0.2
      }
    }
    for lags in 0...4 {
      try compare(.neweyWest(lags: lags, adjusted: false), check["nw_noadj"]?["\(lags)"])
      try compare(.neweyWest(lags: lags), check["nw_adj"]?["\(lags)"])
    }
    try compare(
      .neweyWest(lags: nil, prewhitened: true, adjusted: false), check["nw_auto_prewhite"])
    try compare(.andrews(), check["andrews_qs"])
    let bandwidth = fit.estimatingEquations.andrewsBandwidth(prewhitened: true)
    #expect(bandwidth.isClose(to: check.value("andrews_bw"), relative: 1e-9))
  }

  @Test(
    "the castle laws have clubSandwich's errors, with dummies and within states",
    .enabled(if: SharedData.isPresent))
  func castle() throws {
    let file = try SharedData.json("causal/castle.oracle.json", as: JSON.self)
    let check = file["checks"]?["cluster_CR"] ?? .null
    let data = try SharedData.columns("causal/castle.csv")
    func column(_ name: String) -> [Double] { data[name, default: []] }
    let states = Grouping(name: "state", labels: column("sid").map { "\($0)" })
    var columns = [column("post")]
    var names = ["post"]
    for year in 2001...2010 {
      columns.append(column("year").map { $0 == Double(year) ? 1 : 0 })
      names.append("\(year)")
    }
    func within(_ values: [Double]) -> [Double] {
      var sums = [Double](repeating: 0, count: states.count)
      for (code, value) in zip(states.codes, values) { sums[Int(code)] += value }
      let sizes = states.sizes
      return zip(states.codes, values).map { $1 - sums[Int($0)] / Double(sizes[Int($0)]) }
    }
    let demeaned = try LinearModel().fitted(
      Matrix(columns: columns.map(within)), within(column("l_homicide")), names: names,
      hasIntercept: false)
    for state in 0..<states.count {
      columns.append(states.codes.map { $0 == Int32(state) ? 1 : 0 })
      names.append("state\(state)")
    }
    let full = try LinearModel().fitted(
      Matrix(columns: columns), column("l_homicide"), names: names, hasIntercept: false)
    for (name, fit) in [("lsdv", full), ("within", demeaned)] {
      for entry in check[name]?.array ?? [] {
        let type = entry["type"]?.string ?? ""
        guard let cr = CovarianceKind.CR(rawValue: type.lowercased()), cr != .cr1 else { continue }
        let kind = CovarianceKind.clustered(by: [states], cr)
        let row = try fit.coefficientTable(kind)[0]
        // clubSandwich 0.5.8.
        #expect(row.standardError.isClose(to: entry.value("se"), relative: 1e-9), "\(name)")
        var contrast = [Double](repeating: 0, count: fit.coefficients.count)
        contrast[0] = 1
        let satterthwaite = try fit.estimatingEquations.satterthwaite(
          states, cr, contrast: contrast)
        #expect(
          satterthwaite.isClose(to: entry.value("df_satt"), relative: 1e-8), "\(name)")
      }
    }
    // With own-cluster dummies CR3 needs a generalized inverse and is then the one within states.
    let within3 = try demeaned.coefficientTable(.clustered(by: [states], .cr3))[0]
    let full3 = try full.coefficientTable(.clustered(by: [states], .cr3))[0]
    #expect(full3.standardError.isClose(to: within3.standardError, relative: 1e-9))
  }
}
