import Caseload
import Foundation
import Yams

/// Files of definitions, weights and scenarios, in YAML.
public enum YAMLFile {
  /// What the file holds, as `Value`.
  ///
  /// - Parameters:
  ///   - type: what to decode.
  ///   - path: of the file.
  /// - Returns: the decoded value.
  /// - Throws: ``DiagnosticCode/noSuchInput``; ``DiagnosticCode/malformedDefinition`` with line and
  ///   column; any `Diagnostic` that decoding throws, placed in the file.
  public static func decode<Value: Decodable>(_ type: Value.Type, at path: String)
    throws(Diagnostic) -> Value
  {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Diagnostic(
        .noSuchInput, .error,
        Text(en: "There is no readable file \(path).", zh: "没有可读的文件 \(path)。"),
        hint: Text(en: "Check the path.", zh: "请检查路径。"))
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw malformed(
        Text(en: "the file is not UTF-8", zh: "文件不是 UTF-8 编码"), path, mark: nil, key: nil)
    }
    return try decode(type, text: text, file: path)
  }

  /// What a text in YAML holds.
  ///
  /// - Parameters:
  ///   - type: what to decode.
  ///   - text: YAML.
  ///   - file: what messages call it.
  /// - Returns: the decoded value.
  /// - Throws: as ``decode(_:at:)``.
  public static func decode<Value: Decodable>(_ type: Value.Type, text: String, file: String)
    throws(Diagnostic) -> Value
  {
    var root: Node?
    do {
      root = try Yams.compose(yaml: text)
      guard let root else {
        throw malformed(Text(en: "it is empty", zh: "内容为空"), file, mark: nil, key: nil)
      }
      return try YAMLDecoder().decode(type, from: root)
    } catch let diagnostic as Diagnostic {
      throw diagnostic.located(Diagnostic.Location(file: file))
    } catch let error as YamlError {
      throw syntax(error, file)
    } catch let error as DecodingError {
      throw decoding(error, root, file)
    } catch {
      throw malformed(Text("\(error)"), file, mark: nil, key: nil)
    }
  }

  private static func syntax(_ error: YamlError, _ file: String) -> Diagnostic {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      malformed(
        Text(en: "this is not YAML: \(problem)", zh: "不是有效的 YAML：\(problem)"), file, mark: mark,
        key: nil)
    case .duplicatedKeysInMapping(let keys, let context):
      malformed(
        Text(
          en: "the key \(keys.map { "\($0)" }.joined(separator: ", ")) occurs twice",
          zh: "键 \(keys.map { "\($0)" }.joined(separator: ", ")) 重复"),
        file, mark: context.mark, key: nil)
    default:
      malformed(
        Text(en: "this is not YAML: \(error)", zh: "不是有效的 YAML：\(error)"), file, mark: nil,
        key: nil)
    }
  }

  private static func decoding(_ error: DecodingError, _ root: Node?, _ file: String) -> Diagnostic
  {
    let (context, what): (DecodingError.Context, Text) =
      switch error {
      case .keyNotFound(let key, let context):
        (
          context,
          Text(en: "'\(key.stringValue)' is missing", zh: "缺少“\(key.stringValue)”")
        )
      case .valueNotFound(_, let context):
        (context, Text(en: "a value is missing", zh: "缺少值"))
      case .typeMismatch(let expected, let context):
        (
          context,
          Text(en: "expected \(name(expected).en)", zh: "此处应为\(name(expected).zh)")
        )
      case .dataCorrupted(let context):
        (context, Text(context.debugDescription))
      @unknown default:
        (
          DecodingError.Context(codingPath: [], debugDescription: ""),
          Text(en: "it cannot be read", zh: "无法读取")
        )
      }
    var node = root
    for key in context.codingPath {
      let next =
        key.intValue.flatMap { node?.sequence?[$0] } ?? node?.mapping?[Node(key.stringValue)]
      guard let next else { break }
      node = next
    }
    if let diagnostic = context.underlyingError as? Diagnostic {
      return diagnostic.located(
        Diagnostic.Location(
          file: file, row: node?.mark?.line, column: node?.mark.map { "\($0.column)" }))
    }
    let path = context.codingPath.map { key in
      key.intValue.map { "\($0 + 1)" } ?? key.stringValue
    }.joined(separator: ".")
    return malformed(what, file, mark: node?.mark, key: path.isEmpty ? nil : path)
  }

  private static func name(_ type: Any.Type) -> Text {
    if type is any BinaryFloatingPoint.Type { return Text(en: "a number", zh: "数字") }
    if type is any BinaryInteger.Type { return Text(en: "a whole number", zh: "整数") }
    if type is String.Type { return Text(en: "a text", zh: "文字") }
    if type is Bool.Type { return Text(en: "true or false", zh: "true 或 false") }
    if type is any Sequence.Type { return Text(en: "a list", zh: "列表") }
    return Text(en: "entries with names", zh: "带名称的条目")
  }

  private static func malformed(_ what: Text, _ file: String, mark: Mark?, key: String?)
    -> Diagnostic
  {
    Diagnostic(
      .malformedDefinition, .error,
      Text(
        en: (key.map { "\($0): " } ?? "") + what.en + ".",
        zh: (key.map { "\($0)：" } ?? "") + what.zh + "。"),
      at: Diagnostic.Location(
        file: file, row: mark?.line, column: mark.map { "\($0.column)" }),
      hint: Text(
        en: "Correct the file; its keys are listed in the manual.", zh: "请更正文件；可用的键见手册。"))
  }
}
