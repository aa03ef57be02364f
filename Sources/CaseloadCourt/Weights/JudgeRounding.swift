import CaseloadData

/// How a need for judges becomes whole posts.
///
/// In files it is `none`, `up`, or a share of a judge from which on one more is counted: 0.5 rounds
/// half up, 0.2 asks for a judge once a fifth of one is needed.
public enum JudgeRounding: Codable, Sendable, Equatable {
  /// Posts may be fractions.
  case none
  /// Any fraction is one more judge.
  case up
  /// A fraction of at least this is one more judge; above 0, at most 1.
  case threshold(Double)

  /// A need within this of a whole number is that number: 3.0000000001 is 3.
  static let slack = 1e-9

  /// The posts for a need.
  ///
  /// - Parameter need: judges, zero or above.
  /// - Returns: whole, but under ``none``.
  public func posts(for need: Double) -> Double {
    let whole = need.rounded(.down)
    let fraction = need - whole
    let slack = Self.slack * max(1, abs(need))
    switch self {
    case .none: return need
    case .up: return fraction > slack && fraction < 1 - slack ? whole + 1 : need.rounded()
    case .threshold(let share): return fraction >= share - slack ? whole + 1 : whole
    }
  }

  /// The rule that `text` names.
  ///
  /// - Parameter text: `none`, `up`, `nearest` or a share of a judge.
  /// - Throws: ``DiagnosticCode/malformedDefinition``.
  public init(_ text: String) throws(Diagnostic) {
    switch text {
    case "none": self = .none
    case "up": self = .up
    case "nearest": self = .threshold(0.5)
    default:
      guard let share = Double(text), share > 0, share <= 1 else {
        throw Diagnostic(
          .malformedDefinition, .error,
          Text(en: "'\(text)' is no rule of rounding.", zh: "“\(text)”不是取整规则。"),
          hint: Text(
            en: "Write none, up, nearest, or a share of a judge such as 0.2.",
            zh: "请写 none、up、nearest，或一名法官的份额，如 0.2。"))
      }
      self = .threshold(share)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let number = try? container.decode(Double.self)
    self = try decoder.checked { () throws(Diagnostic) in
      if let number { return try JudgeRounding(NumberText.plain(number)) }
      return try JudgeRounding((try? container.decode(String.self)) ?? "")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .none: try container.encode("none")
    case .up: try container.encode("up")
    case .threshold(let share): try container.encode(share)
    }
  }

  /// In words.
  public var text: Text {
    switch self {
    case .none: Text(en: "not rounded", zh: "不取整")
    case .up: Text(en: "rounded up", zh: "向上取整")
    case .threshold(let share):
      Text(
        en: "one more from \(NumberText.plain(share)) of a judge on",
        zh: "满 \(NumberText.plain(share)) 名法官即进一")
    }
  }
}

extension Decoder {
  /// What `body` gives; a diagnostic becomes an error of decoding that knows its place.
  func checked<R>(_ body: () throws(Diagnostic) -> R) throws -> R {
    do throws(Diagnostic) {
      return try body()
    } catch {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath, debugDescription: error.message.en, underlyingError: error))
    }
  }
}
