import CClp
import CaseloadData
import CaseloadMath

/// The frontier of what courts resolve with what they have: data envelopment analysis.
///
/// A court is held against the best mixtures of all courts, by one linear programme each:
///
/// ```
/// max φ    Σₖ λₖ xᵢₖ ≤ xᵢ₀   every input i        λ ≥ 0                constant returns (CCR)
///          Σₖ λₖ yᵣₖ ≥ φ yᵣ₀  every output r       Σₖ λₖ = 1 as well    variable returns (BCC)
/// ```
///
/// 1/φ is its efficiency: 0.8 is a court that resolves four fifths of what its peers show to be
/// possible with no more input. There is no error term. One court with a lucky year, or one whose
/// cases are light, sets the standard for all, and an efficiency says nothing on quality.
///
/// - Sources: Charnes, Cooper & Rhodes (1978), *European Journal of Operational Research* 2,
///   429–444; Banker, Charnes & Cooper (1984), *Management Science* 30, 1078–1092.
public struct ProductionFrontier: Codable, Sendable {
  /// How output may scale with input.
  public enum Returns: String, Codable, Sendable, CaseIterable { case constant, variable }

  /// One court against the frontier.
  public struct Court: Codable, Sendable {
    /// A court whose mixture makes the standard, with its weight.
    public struct Peer: Codable, Sendable, Equatable {
      public let court: String
      public let weight: Double
    }

    public let name: String
    /// φ ≥ 1.
    public let expansion: Double
    /// 1/φ.
    public let efficiency: Double
    /// φ times each output.
    public let possibleOutputs: [Double]
    public let peers: [Peer]
  }

  public let returns: Returns
  public let courts: [Court]

  /// The frontier of courts.
  ///
  /// - Parameters:
  ///   - names: of the courts, at least two.
  ///   - inputs: by input, then by court; zero or above, no court without any.
  ///   - outputs: by output, then by court; zero or above, no court without any.
  ///   - returns: constant or variable returns to scale.
  /// - Throws: ``DiagnosticCode/missingValues`` for lengths that differ or fewer than two courts,
  ///   ``DiagnosticCode/valueOutOfRange`` for a number below zero or a court without inputs or
  ///   outputs, ``DiagnosticCode/notConverged`` where a programme is not solved.
  public init(
    _ names: [String], inputs: [[Double]], outputs: [[Double]], returns: Returns = .variable
  ) throws(Diagnostic) {
    try Self.check(names, inputs, outputs)
    // In units of the means, which changes no efficiency.
    func scaled(_ values: [Double]) -> [Double] {
      let mean = values.accurateSum / Double(values.count)
      return values.map { mean > 0 ? $0 / mean : 0 }
    }
    let programme = FrontierProgramme(
      inputs: inputs.map(scaled), outputs: outputs.map(scaled), returns: returns)
    var courts: [Court] = []
    for index in names.indices {
      guard let solution = programme.solution(for: index) else {
        throw Diagnostic(
          .notConverged, .error,
          Text(
            en: "The linear programme of '\(names[index])' was not solved.",
            zh: "“\(names[index])”的线性规划未能求解。"),
          at: Diagnostic.Location(series: names[index]),
          hint: Text(en: "Look for extreme numbers.", zh: "请检查是否有极端数值。"))
      }
      // A court is its own peer, so φ is at least 1.
      let expansion = max(1, solution[0])
      courts.append(
        Court(
          name: names[index], expansion: expansion, efficiency: 1 / expansion,
          possibleOutputs: outputs.map { $0[index] * expansion },
          peers: names.indices.compactMap { k in
            solution[1 + k] > 1e-9 ? Court.Peer(court: names[k], weight: solution[1 + k]) : nil
          }))
    }
    self.returns = returns
    self.courts = courts
  }

  private static func check(_ names: [String], _ inputs: [[Double]], _ outputs: [[Double]])
    throws(Diagnostic)
  {
    guard names.count > 1, !inputs.isEmpty, !outputs.isEmpty,
      (inputs + outputs).allSatisfy({ $0.count == names.count })
    else {
      throw Diagnostic(
        .missingValues, .error,
        Text(
          en: "A frontier needs at least two courts, each with every input and output.",
          zh: "前沿分析至少需要两个法院，且每个法院的投入、产出齐全。"),
        hint: Text(en: "Leave out courts with gaps.", zh: "请去掉数据不全的法院。"))
    }
    for k in names.indices {
      let values = (inputs + outputs).map { $0[k] }
      let isLegal =
        values.allSatisfy { $0 >= 0 && $0.isFinite } && inputs.contains { $0[k] > 0 }
        && outputs.contains { $0[k] > 0 }
      guard isLegal else {
        throw Diagnostic(
          .valueOutOfRange, .error,
          Text(
            en: "'\(names[k])' has a number below zero, no input or no output.",
            zh: "“\(names[k])”有小于零的数，或没有投入、没有产出。"),
          at: Diagnostic.Location(series: names[k]),
          hint: Text(en: "Leave that court out.", zh: "请去掉该法院。"))
      }
    }
  }
}

/// The programme of one court after another: column 0 is φ, the others are λ.
private struct FrontierProgramme {
  let inputs: [[Double]]
  let outputs: [[Double]]
  let returns: ProductionFrontier.Returns

  /// φ and λ; `nil` where Clp finds no optimum.
  func solution(for court: Int) -> [Double]? {
    let count = inputs[0].count
    let rowCount = inputs.count + outputs.count + (returns == .variable ? 1 : 0)
    // Columns of the matrix, one after the other.
    var starts: [CoinBigIndex] = [0]
    var indices: [Int32] = []
    var values: [Double] = []
    for (r, output) in outputs.enumerated() {
      indices.append(Int32(inputs.count + r))
      values.append(-output[court])
    }
    starts.append(CoinBigIndex(indices.count))
    for k in 0..<count {
      for (i, input) in inputs.enumerated() {
        indices.append(Int32(i))
        values.append(input[k])
      }
      for (r, output) in outputs.enumerated() {
        indices.append(Int32(inputs.count + r))
        values.append(output[k])
      }
      if returns == .variable {
        indices.append(Int32(rowCount - 1))
        values.append(1)
      }
      starts.append(CoinBigIndex(indices.count))
    }
    let infinity = Double.greatestFiniteMagnitude
    let columnLower = [Double](repeating: 0, count: count + 1)
    let columnUpper = [Double](repeating: infinity, count: count + 1)
    var objective = [Double](repeating: 0, count: count + 1)
    objective[0] = 1
    var rowLower = [Double](repeating: -infinity, count: inputs.count)
    var rowUpper = inputs.map { $0[court] }
    rowLower += [Double](repeating: 0, count: outputs.count)
    rowUpper += [Double](repeating: infinity, count: outputs.count)
    if returns == .variable {
      rowLower.append(1)
      rowUpper.append(1)
    }
    guard let model = Clp_newModel() else { return nil }
    defer { Clp_deleteModel(model) }
    Clp_setLogLevel(model, 0)
    Clp_setOptimizationDirection(model, -1)
    Clp_loadProblem(
      model, Int32(count + 1), Int32(rowCount), starts, indices, values, columnLower, columnUpper,
      objective, rowLower, rowUpper)
    Clp_primal(model, 0)
    guard Clp_status(model) == 0, let solution = Clp_primalColumnSolution(model) else { return nil }
    return (0...count).map { solution[$0] }
  }
}
