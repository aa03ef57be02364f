import Caseload
import CaseloadData
import Foundation

/// What the command line calls DATA: a folder with a descriptor, a file, or standard input.
public struct Dataset: Sendable {
  /// As it was named.
  public let path: String
  public let package: DataPackage?
  /// One table a resource, by its name; a plain file is the resource `data`.
  public let tables: [String: Table]
  /// SHA-256 of every file that was read.
  public let digests: [String: String]
  public let notes: [Diagnostic]

  public var profile: CaseloadProfile { package?.profile ?? .empty }

  /// The dataset's title, or the file's name.
  public var title: Text {
    package?.title ?? Text(URL(fileURLWithPath: path).lastPathComponent)
  }

  /// Reads `path`.
  ///
  /// - Parameters:
  ///   - path: a folder, a CSV or TSV file, or `-`.
  ///   - encoding: `auto`, `utf-8` or `gb18030`; a descriptor's own encoding goes before.
  /// - Throws: ``DiagnosticCode/noSuchInput`` and what reading and validating throws.
  public init(_ path: String, encoding: String = "auto") throws(Diagnostic) {
    self.path = path
    var isFolder: ObjCBool = false
    if path != "-" {
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw Self.missing(path)
      }
    }
    if isFolder.boolValue {
      (package, tables, digests, notes) = try Self.folder(path)
      return
    }
    if path.hasSuffix("datapackage.json") {
      (package, tables, digests, notes) = try Self.folder(
        URL(fileURLWithPath: path).deletingLastPathComponent().path)
      return
    }
    let bytes = try Self.bytes(path)
    let source = path == "-" ? "standard input" : path
    let (table, note) = try Self.table(
      bytes, encoding: encoding, delimiter: path.lowercased().hasSuffix(".tsv") ? "\t" : nil,
      source: source)
    package = nil
    tables = ["data": table]
    digests = [URL(fileURLWithPath: path).lastPathComponent: FileDigest.sha256(bytes)]
    notes = note.map { [$0] } ?? []
  }

  /// The table of a resource; `nil` stands for the only one there is.
  public func table(_ resource: String?) throws(Diagnostic) -> Table {
    if let resource, let table = tables[resource] { return table }
    if resource == nil, tables.count == 1, let table = tables.values.first { return table }
    let names = package?.resources.map(\.name) ?? Array(tables.keys)
    guard let resource else {
      throw Diagnostic(
        .missingOption, .error,
        Text(
          en: "The dataset has \(names.count) resources, and none is the default for this.",
          zh: "数据集有 \(names.count) 个资源，且未指定默认资源。"),
        hint: Text(
          en: "Choose one with --resource: \(names.joined(separator: ", ")).",
          zh: "请用 --resource 选择：\(names.joined(separator: "、"))。"))
    }
    throw Diagnostic.unknownName(
      resource, among: names, kind: Text(en: "resource", zh: "资源"))
  }

  private static func missing(_ path: String) -> Diagnostic {
    let url = URL(fileURLWithPath: path)
    let siblings =
      (try? FileManager.default.contentsOfDirectory(
        atPath: url.deletingLastPathComponent().path)) ?? []
    let nearest = Suggestion.nearest(to: url.lastPathComponent, among: siblings.sorted())
    return Diagnostic(
      .noSuchInput, .error,
      Text(en: "There is no file or folder '\(path)'.", zh: "没有名为 '\(path)' 的文件或文件夹。"),
      at: Diagnostic.Location(file: path),
      hint: nearest.map {
        Text(en: "Did you mean '\($0)'?", zh: "是否应为 '\($0)'?")
      } ?? Text(en: "Check the path; - reads standard input.", zh: "请检查路径；用 - 表示标准输入。"))
  }

  private static func bytes(_ path: String) throws(Diagnostic) -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw Diagnostic(
        .noSuchInput, .error,
        Text(en: "'\(path)' cannot be read.", zh: "无法读取 '\(path)'。"),
        at: Diagnostic.Location(file: path),
        hint: Text(en: "Check its permissions.", zh: "请检查其权限。"))
    }
  }

  private static func table(
    _ bytes: [UInt8], encoding: String, delimiter: Character?, source: String
  ) throws(Diagnostic) -> (Table, Diagnostic?) {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0])
    {
      throw Diagnostic(
        .unsupportedFormat, .error,
        Text(en: "This is a spreadsheet file, which is not read.", zh: "这是电子表格文件，暂不支持读取。"),
        at: Diagnostic.Location(file: source),
        hint: Text(en: "Save the sheet as CSV (UTF-8).", zh: "请将工作表另存为 CSV（UTF-8）。"))
    }
    let (text, note) = try TextDecoding.text(bytes, encoding: encoding, source: source)
    return (try CSVReader.table(text, delimiter: delimiter, source: source), note)
  }

  private static func folder(_ path: String) throws(Diagnostic) -> (
    DataPackage, [String: Table], [String: String], [Diagnostic]
  ) {
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    let descriptor = folder.appendingPathComponent("datapackage.json")
    guard FileManager.default.fileExists(atPath: descriptor.path) else {
      throw Diagnostic(
        .noSuchInput, .error,
        Text(
          en: "The folder '\(path)' has no datapackage.json.",
          zh: "文件夹 '\(path)' 中没有 datapackage.json。"),
        at: Diagnostic.Location(file: path),
        hint: Text(
          en: "Name a CSV file, or describe the folder as a Data Package.",
          zh: "请指定 CSV 文件，或为该文件夹编写 Data Package 描述文件。"))
    }
    let file = path.hasSuffix("/") ? path + "datapackage.json" : path + "/datapackage.json"
    let bytes = try bytes(descriptor.path)
    let package = try DataPackage(Data(bytes), file: file)
    var digests = ["datapackage.json": FileDigest.sha256(bytes)]
    var tables: [String: Table] = [:]
    var notes: [Diagnostic] = []
    for (index, resource) in package.resources.enumerated() {
      let location = folder.appendingPathComponent(resource.path)
      guard FileManager.default.fileExists(atPath: location.path) else {
        throw Diagnostic(
          .noSuchInput, .error,
          Text(
            en:
              "The resource '\(resource.name)' names the file '\(resource.path)', which is not there.",
            zh: "资源 '\(resource.name)' 所指文件 '\(resource.path)' 不存在。"),
          at: Diagnostic.Location(file: file, column: "resources[\(index)].path"),
          hint: Text(en: "Correct the path, or add the file.", zh: "请更正路径或补上文件。"))
      }
      let content = try Self.bytes(location.path)
      digests[resource.path] = FileDigest.sha256(content)
      guard resource.path.hasSuffix(".csv") || resource.path.hasSuffix(".tsv") else { continue }
      let source = (path.hasSuffix("/") ? path : path + "/") + resource.path
      let (table, note) = try table(
        content, encoding: resource.encoding, delimiter: resource.delimiter, source: source)
      try validate(table, resource, descriptor: file, index: index)
      tables[resource.name] = table
      if let note { notes.append(note) }
    }
    return (package, tables, digests, notes)
  }

  /// Holds a table against its schema.
  private static func validate(
    _ table: Table, _ resource: DataPackage.Resource, descriptor: String, index: Int
  ) throws(Diagnostic) {
    for (position, field) in resource.fields.enumerated() {
      guard table.columnNames.contains(field.name) else {
        throw Diagnostic(
          .malformedDescriptor, .error,
          Text(
            en: "resources[\(index)].schema.fields[\(position)]: the file has no column "
              + "'\(field.name)'.",
            zh: "resources[\(index)].schema.fields[\(position)]:文件中没有列 '\(field.name)'。"),
          at: Diagnostic.Location(
            file: descriptor, column: "resources[\(index)].schema.fields[\(position)].name"),
          hint: Text(
            en: "The file's columns are: \(table.columnNames.joined(separator: ", ")).",
            zh: "文件的列有：\(table.columnNames.joined(separator: "、"))。"))
      }
      let cells = try table.text(field.name)
      if field.isRequired, let row = cells.firstIndex(where: { $0.isEmpty }) {
        throw Diagnostic(
          .valueOutOfRange, .error,
          Text(
            en: "The cell is empty, and '\(field.name)' is required.",
            zh: "单元格为空，而 '\(field.name)' 为必填。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[row], column: field.name),
          hint: Text(en: "Fill the cell.", zh: "请填写该单元格。"))
      }
      guard ["number", "integer"].contains(field.type) else { continue }
      let numbers = try table.numbers(field.name)
      for (row, x) in numbers.enumerated() where !x.isNaN {
        let place = Diagnostic.Location(
          file: table.source, row: table.lines[row], column: field.name)
        if field.type == "integer", x != x.rounded() {
          throw Diagnostic(
            .valueOutOfRange, .error,
            Text(en: "\(cells[row]) is not a whole number.", zh: "\(cells[row]) 不是整数。"),
            at: place,
            hint: Text(
              en: "Correct the cell, or declare the field a number.",
              zh: "请更正该单元格，或把字段类型改为 number。"))
        }
        let isTooSmall = field.minimum.map { x < $0 } ?? false
        if isTooSmall || (field.maximum.map { x > $0 } ?? false) {
          throw Diagnostic(
            isTooSmall && field.minimum == 0 ? .negativeCount : .valueOutOfRange, .error,
            Text(
              en: "\(cells[row]) lies outside what the descriptor allows for '\(field.name)'.",
              zh: "\(cells[row]) 超出描述文件对 '\(field.name)' 的限定。"), at: place,
            hint: Text(en: "Correct the cell.", zh: "请更正该单元格。"))
        }
      }
    }
    try requireUnique(table, resource)
  }

  private static func requireUnique(_ table: Table, _ resource: DataPackage.Resource)
    throws(Diagnostic)
  {
    guard !resource.primaryKey.isEmpty else { return }
    var columns: [[String]] = []
    for name in resource.primaryKey { columns.append(try table.text(name)) }
    var seen: Set<[String]> = []
    for row in 0..<table.rowCount {
      let key = columns.map { $0[row] }
      guard seen.insert(key).inserted else {
        throw Diagnostic(
          .duplicatePeriod, .error,
          Text(
            en: "The key \(key.joined(separator: ", ")) occurs twice.",
            zh: "主键 \(key.joined(separator: "、")) 重复。"),
          at: Diagnostic.Location(
            file: table.source, row: table.lines[row],
            column: resource.primaryKey.joined(separator: ", ")),
          hint: Text(en: "Remove one of the rows.", zh: "请删去其中一行。"))
      }
    }
  }
}
