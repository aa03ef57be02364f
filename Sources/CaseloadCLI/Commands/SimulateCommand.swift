import ArgumentParser
import Caseload
import CaseloadIO

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Write a simulated city as a dataset, with its truth.",
    discussion: """
      EXAMPLES
        caseload simulate --seed 7 -o /tmp/city
        caseload simulate --seed 7 --register -o /tmp/city
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: "The seed; the same seed gives the same files.")
  var seed: UInt64 = 3

  @Flag(help: "Write a register of cases beside it: register.csv and its law, register-truth.json.")
  var register = false

  func run() throws {
    guard let folder = global.output else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "simulate needs a folder to write to.", zh: "simulate 需要指定输出文件夹。"),
        hint: Text(en: "Add -o FOLDER.", zh: "请加上 -o 文件夹。"))
    }
    if global.dryRun {
      printOut(global.plan([("seed", "\(seed)")], nil))
      return
    }
    let city = CitySimulation(seed: seed)
    try SimulatedDataset.write(city, to: folder)
    var files = SimulatedDataset.files(city).map(\.name)
    if register { files += try SimulatedRegister.write(city, to: folder) }
    let names = files.joined(separator: ", ")
    if !global.quiet {
      printOut(
        Text(
          en: "Wrote \(names) to \(folder), seed \(seed).\n",
          zh: "已写入 \(folder)：\(names)，种子 \(seed)。\n")[global.language])
    }
  }
}
