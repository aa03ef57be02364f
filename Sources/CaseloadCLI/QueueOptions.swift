import ArgumentParser
import Caseload

/// A queue described on the command line, for `simulate-court` without a file.
struct SimulatedQueueOptions: ParsableArguments {
  /// The queues that have a name of their own.
  enum Model: String, ExpressibleByArgument, CaseIterable {
    case mmc, mdc, mgc
    case erlangA = "erlang-a"
    case priority
    case processorSharing = "ps"
  }

  @Option(help: "A queue instead of a court: mmc, mdc, mgc, erlang-a, priority or ps.")
  var model: Model?

  @Option(help: "Arrivals a unit of time; with commas for classes, the first going first.")
  var arrivalRate: String?

  @Option(help: "Cases that one server handles a unit of time; with commas for classes.")
  var serviceRate: String?

  @Option(help: "How many servers.")
  var servers = 1

  @Option(help: "The rate at which a waiting case gives up, for erlang-a.")
  var abandonmentRate: Double?

  @Option(
    help: "deterministic, exponential, gamma, lognormal or hyperexponential, for mgc and ps.")
  var service: String?

  @Option(help: "Standard deviation over mean of the service time.")
  var serviceVariation: Double?

  @Option(help: "Cases in progress at once, for ps.")
  var limit: Int?

  @Option(help: "Cases to simulate after the warm-up.")
  var cases = 1_000_000

  @Option(help: "replications or batch-means.")
  var method = QueueSimulation.Method.replications.rawValue

  /// The queue that the options describe.
  ///
  /// - Parameter model: which of the named queues.
  /// - Returns: the queue, checked.
  /// - Throws: ``DiagnosticCode/missingOption``, ``DiagnosticCode/illegalOption`` and what the queue's
  ///   own checks throw.
  func queue(_ model: Model) throws -> SimulatedQueue {
    let arrivals = try numbers("--arrival-rate", arrivalRate, "0.8")
    let rates = try numbers("--service-rate", serviceRate, "1")
    guard rates.count == arrivals.count || rates.count == 1 else {
      throw illegal(
        "--service-rate", serviceRate ?? "",
        Text(
          en: "Give one number, or one for each of the \(arrivals.count) arrival rates.",
          zh: "请给出一个数，或与 \(arrivals.count) 个到达率一一对应。"))
    }
    guard model != .priority || arrivals.count > 1 else {
      throw illegal(
        "--arrival-rate", arrivalRate ?? "",
        Text(en: "Give two classes: --arrival-rate 1.6,0.2.", zh: "请给出两类：--arrival-rate 1.6,0.2。"))
    }
    let family = try self.family(model)
    if model == .erlangA, abandonmentRate == nil {
      throw missing("--abandonment-rate", "2")
    }
    var classes: [SimulatedQueue.CaseClass] = []
    for (k, arrival) in arrivals.enumerated() {
      let rate = rates.count == 1 ? rates[0] : rates[k]
      classes.append(
        SimulatedQueue.CaseClass(
          arrivalRate: arrival,
          service: try ServiceLaw(
            family, mean: 1 / rate, coefficientOfVariation: serviceVariation),
          abandonmentRate: abandonmentRate ?? 0))
    }
    return try SimulatedQueue(
      classes: classes, servers: servers,
      discipline: model == .processorSharing ? .processorSharing : .oneAtATime, limit: limit)
  }

  /// How the standard errors are found.
  func simulationMethod() throws(Diagnostic) -> QueueSimulation.Method {
    guard let method = QueueSimulation.Method(rawValue: method) else {
      throw Diagnostic.unknownName(
        self.method, among: QueueSimulation.Method.allCases.map(\.rawValue),
        kind: Text(en: "method", zh: "方法"))
    }
    return method
  }

  private func family(_ model: Model) throws(Diagnostic) -> ServiceLaw.Family {
    if model == .mdc { return .deterministic }
    guard let service else { return .exponential }
    guard let family = ServiceLaw.Family(rawValue: service) else {
      throw Diagnostic.unknownName(
        service, among: ServiceLaw.Family.allCases.map(\.rawValue),
        kind: Text(en: "service law", zh: "服务时间分布"))
    }
    return family
  }

  private func numbers(_ option: String, _ text: String?, _ example: String) throws(Diagnostic)
    -> [Double]
  {
    guard let text else { throw missing(option, example) }
    var values: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Double(part), value > 0, value.isFinite else {
        throw illegal(
          option, text,
          Text(
            en: "Write numbers above zero: \(option) \(example).",
            zh: "请写大于零的数：\(option) \(example)。"))
      }
      values.append(value)
    }
    return values
  }

  private func missing(_ option: String, _ example: String) -> Diagnostic {
    Diagnostic(
      .missingOption, .error,
      Text(en: "The queue needs \(option).", zh: "该排队模型需要 \(option)。"),
      hint: Text(en: "Add \(option) \(example).", zh: "请加上 \(option) \(example)。"))
  }

  private func illegal(_ option: String, _ value: String, _ hint: Text) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(en: "\(option) cannot be '\(value)'.", zh: "\(option) 不能取“\(value)”。"), hint: hint)
  }
}
