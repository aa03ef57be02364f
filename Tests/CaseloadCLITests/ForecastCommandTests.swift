import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("Forecast and fit on files")
struct ForecastCommandTests {
  /// Three courts over four years, one regressor that moves the values by 5.
  private static let courts: String = {
    var text = "court,period,value,reform\n"
    for (index, court) in ["East", "West", "North"].enumerated() {
      for t in 0..<48 {
        let season = Double((t + index) % 12) * 2
        let noise = Double((t * 7919 + index * 104_729) % 13) / 6
        let reform = t >= 30 ? 1 : 0
        let value = 100 + 20 * Double(index) + season + noise + 5 * Double(reform)
        let month = t % 12 + 1
        text += "\(court),\(2019 + t / 12)-\(month < 10 ? "0" : "")\(month),\(value),\(reform)\n"
      }
    }
    return text
  }()

  private func withFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  @Test("fit answers one row a series in the columns of the contract")
  func fitColumns() throws {
    let outcome = try CommandRunner.run(
      ["fit", "-", "--model", "damped-holt"], input: Self.courts)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(whereSeparator: \.isNewline)
    #expect(lines.first == "court,model,form,logLikelihood,aic,aicc,bic,sigma2")
    #expect(outcome.output.contains("\"ETS(A,Ad,N)\""))
    for row in CommandRunner.rows(outcome.output.replacing("\"ETS(A,Ad,N)\"", with: "form")) {
      let aic = try #require(row["aic"].flatMap(Double.init))
      let likelihood = try #require(row["logLikelihood"].flatMap(Double.init))
      #expect(aic.isClose(to: -2 * likelihood + 12, relative: 1e-12))
    }
    let courts = CommandRunner.rows(outcome.output).map { $0["court"] }
    #expect(courts == ["East", "West", "North"])
  }

  @Test("a saved model forecasts the same bytes, and goes on from new values")
  func saved() throws {
    try withFolder { folder in
      let data = folder.appending(path: "courts.csv")
      try Data(Self.courts.utf8).write(to: data)
      let models = folder.appending(path: "models.jsonl").path
      let fit = try CommandRunner.run(
        ["fit", data.path, "--model", "damped-holt", "--save", models])
      #expect(fit.status == 0)
      let base = ["forecast", data.path, "--horizon", "6"]
      let direct = try CommandRunner.run(base + ["--model", "damped-holt"])
      let loaded = try CommandRunner.run(base + ["--fitted", models])
      #expect(loaded.status == 0)
      #expect(loaded.output == direct.output)
      let longer = Self.courts.replacing("West,2019-01", with: "East,2023-01,150,1\nWest,2019-01")
        .replacing("North,2019-01", with: "West,2023-01,150,1\nNorth,2019-01")
      try Data((longer + "North,2023-01,150,1\n").utf8).write(to: data)
      let updated = try CommandRunner.run(base + ["--fitted", models])
      #expect(updated.status == 0)
      #expect(CommandRunner.rows(updated.output).first?["period"] == "2023-02")
      let other = folder.appending(path: "other.csv")
      try Data(Self.courts.replacing("West", with: "South").utf8).write(to: other)
      let missing = try CommandRunner.run(
        ["forecast", other.path, "--horizon", "6", "--fitted", models])
      #expect(missing.status == 64)
      #expect(missing.errors.contains("court=South"))
    }
  }

  @Test("a file that is not of saved models is refused at its line")
  func notSaved() throws {
    try withFolder { folder in
      let models = folder.appending(path: "models.jsonl")
      try Data("{\"key\":[]}\n".utf8).write(to: models)
      let outcome = try CommandRunner.run(
        ["forecast", "-", "--horizon", "2", "--fitted", models.path], input: Self.courts)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("row 1"))
    }
  }

  @Test("in a batch a series that a model does not suit gets a simpler one, and a note")
  func fallback() throws {
    let text = Self.courts + "Tiny,2022-12,4,0\nTiny,2023-01,6,0\nEmpty,2023-01,,0\n"
    let outcome = try CommandRunner.run(
      ["forecast", "-", "--horizon", "2", "--model", "damped-holt"], input: text)
    #expect(outcome.status == 0)
    let rows = CommandRunner.rows(outcome.output)
    #expect(rows.filter { $0["court"] == "Tiny" }.map { $0["model"] } == ["naive", "naive"])
    #expect(rows.filter { $0["court"] == "Empty" }.map { $0["mean"] } == ["", ""])
    #expect(rows.count { $0["model"] == "damped-holt" } == 6)
    #expect(outcome.errors.contains("court=Tiny") && outcome.errors.contains("court=Empty"))
    let alone = try CommandRunner.run(
      ["forecast", "-", "--horizon", "2", "--model", "damped-holt"],
      input: "period,value\n2022-12,4\n2023-01,6\n")
    #expect(alone.status == 65)
  }

  @Test("paths are joint draws, the same for the same seed")
  func paths() throws {
    try withFolder { folder in
      let base = ["forecast", "-", "--horizon", "3", "--model", "naive", "--draws", "200"]
      func draw(_ name: String, _ seed: String) throws -> String {
        let file = folder.appending(path: name)
        let outcome = try CommandRunner.run(
          base + ["--seed", seed, "--paths", file.path], input: Self.courts)
        #expect(outcome.status == 0)
        return try String(contentsOf: file, encoding: .utf8)
      }
      let (a, b, c) = (try draw("a", "1"), try draw("b", "1"), try draw("c", "2"))
      #expect(a == b && a != c)
      let rows = CommandRunner.rows(a)
      #expect(rows.count == 3 * 200 * 3)
      #expect(Set(rows.compactMap { $0["period"] }) == ["2023-01", "2023-02", "2023-03"])
    }
  }

  @Test("a large file is streamed to the same bytes that it has as a whole")
  func streamed() throws {
    try withFolder { folder in
      // Long enough to be streamed: 4 MiB.
      var text = "court,period,value\n"
      for court in 0..<1100 {
        for t in 0..<200 { text += "court-\(court),\(1900 + t),\(100 + (t * court) % 17)\n" }
      }
      let data = folder.appending(path: "large.csv")
      try Data(text.utf8).write(to: data)
      let base = ["forecast", data.path, "--horizon", "2", "--model", "naive", "--quiet"]
      let streamed = try CommandRunner.run(base + ["--format", "csv"])
      #expect(streamed.status == 0)
      let file = folder.appending(path: "out.csv").path
      let written = try CommandRunner.run(base + ["-o", file, "--threads", "1"])
      #expect(written.status == 0)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == streamed.output)
      let whole = try CommandRunner.run(
        ["forecast", "-", "--horizon", "2", "--model", "naive", "--quiet"], input: text)
      #expect(whole.output == streamed.output)
      let bad = text.replacing("court-900,1950,", with: "court-900,1950,x")
      try Data(bad.utf8).write(to: data)
      let refused = try CommandRunner.run(base + ["-o", folder.appending(path: "no.csv").path])
      #expect(refused.status == 65)
      #expect(refused.errors.contains("row \(900 * 200 + 52)"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }
  }

  @Test("regressors that stop before the horizon are refused with what is missing")
  func shortRegressors() throws {
    let text = Self.courts + "North,2023-01,,1\n"
    let outcome = try CommandRunner.run(
      ["forecast", "-", "--horizon", "3", "--regressors", "reform", "--model", "naive"],
      input: text)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("horizon is 3"))
  }
}
