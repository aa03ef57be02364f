import CaseloadData
import Foundation

/// A Frictionless Data Package descriptor (version 2), with Caseload's own `caseload` property.
///
/// - Source: datapackage.org, Data Package, Data Resource and Table Schema, version 2.0.
public struct DataPackage: Sendable {
  /// One column: its type and constraints.
  public struct Field: Sendable {
    public let name: String
    public let type: String
    public let title: Text
    public let description: String
    public let unit: Text?
    public let isRequired: Bool
    public let minimum: Double?
    public let maximum: Double?
  }

  /// One file of the package and its table schema.
  public struct Resource: Sendable {
    public let name: String
    /// Relative to the folder of the descriptor.
    public let path: String
    public let title: Text
    public let encoding: String
    /// `nil` takes the one that the file uses.
    public let delimiter: Character?
    public let fields: [Field]
    /// The columns whose values together are unique.
    public let primaryKey: [String]
  }

  /// Where the data come from.
  public struct Source: Sendable {
    public let title: String
    public let path: String
  }

  public let name: String
  public let title: Text
  public let description: String
  public let sources: [Source]
  public let resources: [Resource]
  /// What Caseload reads beyond the standard.
  public let profile: CaseloadProfile

  /// The resource called `name`.
  public func resource(_ name: String) throws(Diagnostic) -> Resource {
    guard let resource = resources.first(where: { $0.name == name }) else {
      throw Diagnostic.unknownName(
        name, among: resources.map(\.name), kind: Text(en: "resource", zh: "资源"))
    }
    return resource
  }

  /// - Throws: ``DiagnosticCode/malformedDescriptor``, whose location names the property.
  init(_ data: Data, file: String) throws(Diagnostic) {
    let json: JSON
    do {
      json = try JSONDecoder().decode(JSON.self, from: data)
    } catch {
      throw Diagnostic(
        .malformedDescriptor, .error,
        Text(en: "datapackage.json is not valid JSON.", zh: "datapackage.json 不是有效的 JSON。"),
        at: Diagnostic.Location(file: file),
        hint: Text(
          en: "Check commas, quotation marks and brackets with a JSON checker.",
          zh: "请用 JSON 检查工具检查逗号、引号和括号。"))
    }
    let root = DescriptorNode(json, file: file, path: "")
    name = try root.string("name", matching: "abcdefghijklmnopqrstuvwxyz0123456789-._/")
    title = root.text("title") ?? Text(name)
    description = try root.optionalString("description") ?? ""
    var sources: [Source] = []
    for source in try root.array("sources", isRequired: false) {
      sources.append(
        Source(
          title: try source.string("title"), path: try source.optionalString("path") ?? ""))
    }
    self.sources = sources
    var resources: [Resource] = []
    for node in try root.array("resources", isRequired: true) {
      let resource = try Self.resource(node)
      guard !resources.contains(where: { $0.name == resource.name }) else {
        throw node.failure(
          "name", Text(en: "'\(resource.name)' names two resources", zh: "'\(resource.name)' 重名"))
      }
      resources.append(resource)
    }
    guard !resources.isEmpty else {
      throw root.failure(
        "resources", Text(en: "there must be at least one resource", zh: "至少应有一个资源"))
    }
    self.resources = resources
    profile = try CaseloadProfile(root.child("caseload"), resources: resources)
  }

  private static func resource(_ node: DescriptorNode) throws(Diagnostic) -> Resource {
    let path = try node.string("path")
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw node.failure(
        "path",
        Text(
          en: "'\(path)' must lie inside the dataset's folder", zh: "'\(path)' 必须位于数据集文件夹内"))
    }
    let schema = node.child("schema")
    var fields: [Field] = []
    if let schema {
      for field in try schema.array("fields", isRequired: true) {
        fields.append(try Self.field(field))
      }
    }
    let dialect = node.child("dialect")
    let delimiter = try dialect?.optionalString("delimiter")
    return Resource(
      name: try node.string("name", matching: "abcdefghijklmnopqrstuvwxyz0123456789-._/"),
      path: path, title: node.text("title") ?? Text(path),
      encoding: try node.optionalString("encoding") ?? "utf-8",
      delimiter: delimiter?.first ?? (path.lowercased().hasSuffix(".tsv") ? "\t" : nil),
      fields: fields, primaryKey: try schema?.strings("primaryKey") ?? [])
  }

  private static let types = [
    "string", "number", "integer", "boolean", "object", "array", "list", "datetime", "date", "time",
    "year", "yearmonth", "duration", "geopoint", "geojson", "any",
  ]

  private static func field(_ node: DescriptorNode) throws(Diagnostic) -> Field {
    let type = try node.optionalString("type") ?? "any"
    guard types.contains(type) else {
      throw node.failure(
        "type",
        Text(
          en: "'\(type)' is not a field type; did you mean "
            + "'\(Suggestion.nearest(to: type, among: types) ?? "string")'?",
          zh: "'\(type)' 不是字段类型，是否应为 "
            + "'\(Suggestion.nearest(to: type, among: types) ?? "string")'?"))
    }
    let name = try node.string("name")
    let constraints = node.child("constraints")
    return Field(
      name: name, type: type, title: node.text("title") ?? Text(name),
      description: try node.optionalString("description") ?? "",
      unit: node.child("caseload")?.text("unit"),
      isRequired: constraints?.json["required"] == .bool(true),
      minimum: constraints?.json["minimum"]?.number,
      maximum: constraints?.json["maximum"]?.number)
  }
}

/// A place in a descriptor, which can say where it is.
struct DescriptorNode {
  let json: JSON
  let file: String
  /// Such as `resources[0].schema.fields[2]`.
  let path: String

  init(_ json: JSON, file: String, path: String) {
    self.json = json
    self.file = file
    self.path = path
  }

  private func property(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  func failure(_ name: String, _ message: Text) -> Diagnostic {
    Diagnostic(
      .malformedDescriptor, .error,
      Text(
        en: "\(property(name)): \(message.en).", zh: "\(property(name)):\(message.zh)。"),
      at: Diagnostic.Location(file: file, column: property(name)),
      hint: Text(
        en: "Correct this property of datapackage.json.", zh: "请更正 datapackage.json 的该属性。"))
  }

  func child(_ name: String) -> DescriptorNode? {
    guard let value = json[name], value != .null else { return nil }
    return DescriptorNode(value, file: file, path: property(name))
  }

  func optionalString(_ name: String) throws(Diagnostic) -> String? {
    guard let value = json[name], value != .null else { return nil }
    guard let string = value.string else {
      throw failure(name, Text(en: "this must be a text", zh: "应为文本"))
    }
    return string
  }

  func string(_ name: String, matching allowed: String? = nil) throws(Diagnostic) -> String {
    guard let value = try optionalString(name), !value.isEmpty else {
      throw failure(name, Text(en: "this property is missing", zh: "缺少该属性"))
    }
    if let allowed, !value.allSatisfy({ allowed.contains($0) }) {
      throw failure(
        name,
        Text(
          en: "'\(value)' may hold only lower-case letters, digits, '-', '.', '_' and '/'",
          zh: "'\(value)' 只能包含小写字母、数字和 '-'、'.'、'_'、'/'"))
    }
    return value
  }

  func strings(_ name: String) throws(Diagnostic) -> [String] {
    guard let value = json[name], value != .null else { return [] }
    if let single = value.string { return [single] }
    guard let list = value.array else {
      throw failure(name, Text(en: "this must be a list of texts", zh: "应为文本列表"))
    }
    var result: [String] = []
    for item in list {
      guard let text = item.string else {
        throw failure(name, Text(en: "this must be a list of texts", zh: "应为文本列表"))
      }
      result.append(text)
    }
    return result
  }

  func array(_ name: String, isRequired: Bool) throws(Diagnostic) -> [DescriptorNode] {
    guard let value = json[name], value != .null else {
      if isRequired { throw failure(name, Text(en: "this property is missing", zh: "缺少该属性")) }
      return []
    }
    guard let list = value.array else {
      throw failure(name, Text(en: "this must be a list", zh: "应为列表"))
    }
    return list.enumerated().map { index, item in
      DescriptorNode(item, file: file, path: "\(property(name))[\(index)]")
    }
  }

  /// A text in both languages: `caseload.title`, or `{en, zh}`, or one string for both.
  func text(_ name: String) -> Text? {
    for value in [json["caseload"]?[name], json[name]] {
      if let en = value?["en"]?.string, let zh = value?["zh"]?.string {
        return Text(en: en, zh: zh)
      }
      if let string = value?.string { return Text(string) }
    }
    return nil
  }

  func number(_ name: String) throws(Diagnostic) -> Double? {
    guard let value = json[name], value != .null else { return nil }
    guard let number = value.number else {
      throw failure(name, Text(en: "this must be a number", zh: "应为数字"))
    }
    return number
  }

  func period(_ name: String) throws(Diagnostic) -> Period? {
    guard let label = try optionalString(name) else { return nil }
    guard let period = Period(label) else {
      throw failure(name, Text(en: "'\(label)' is not a period", zh: "'\(label)' 不是时期"))
    }
    return period
  }

  func option<T: RawRepresentable & CaseIterable>(_ name: String, _ type: T.Type)
    throws(Diagnostic) -> T? where T.RawValue == String
  {
    guard let value = try optionalString(name) else { return nil }
    guard let option = T(rawValue: value) else {
      let allowed = T.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure(
        name,
        Text(en: "'\(value)' is none of \(allowed)", zh: "'\(value)' 不在 \(allowed) 之列"))
    }
    return option
  }
}
