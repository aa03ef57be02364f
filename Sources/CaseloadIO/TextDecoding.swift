import CaseloadData
import Foundation
import Glibc

/// Bytes to text: UTF-8, or GB18030 with its subsets GBK and GB2312.
enum TextDecoding {
  /// The encodings that `--encoding` takes.
  static let names = ["auto", "utf-8", "gb18030"]

  /// The text, and a note where the encoding was guessed.
  ///
  /// - Throws: ``DiagnosticCode/unreadableEncoding``.
  static func text(_ bytes: [UInt8], encoding: String, source: String) throws(Diagnostic) -> (
    text: String, note: Diagnostic?
  ) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    let place = Diagnostic.Location(file: source)
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw unreadable(place, Text(en: "The file is UTF-16.", zh: "文件编码为 UTF-16。"))
    }
    switch encoding.lowercased() {
    case "utf-8", "utf8":
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw unreadable(place, Text(en: "The file is not UTF-8.", zh: "文件不是 UTF-8 编码。"))
      }
      return (text, nil)
    case "gb18030", "gbk", "gb2312":
      guard let text = gb18030(bytes) else {
        throw unreadable(place, Text(en: "The file is not GB18030.", zh: "文件不是 GB18030 编码。"))
      }
      return (text, nil)
    case "auto":
      if let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") {
        return (text, nil)
      }
      guard let text = gb18030(bytes), !text.unicodeScalars.contains(where: isControl) else {
        throw unreadable(
          place,
          Text(
            en: "The bytes are neither UTF-8 nor GB18030.", zh: "文件既不是 UTF-8 也不是 GB18030 编码。"))
      }
      return (
        text,
        Diagnostic(
          .assumption, .note,
          Text(en: "The encoding was read as GB18030.", zh: "文件按 GB18030 编码读取。"), at: place)
      )
    default:
      throw Diagnostic.unknownName(
        encoding, among: names, kind: Text(en: "encoding", zh: "编码"))
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 32 && ![9, 10, 13].contains(scalar.value))
      || (0x7F...0x9F).contains(scalar.value) || (0xE000...0xF8FF).contains(scalar.value)
  }

  private static func unreadable(_ place: Diagnostic.Location, _ message: Text) -> Diagnostic {
    Diagnostic(
      .unreadableEncoding, .error, message, at: place,
      hint: Text(en: "Save the file as UTF-8.", zh: "请将文件另存为 UTF-8。"))
  }

  /// The C library's converter; `nil` for bytes that are not GB18030.
  private static func gb18030(_ bytes: ArraySlice<UInt8>) -> String? {
    guard let converter = iconv_open("UTF-8", "GB18030"), converter != iconv_t(bitPattern: -1)
    else { return nil }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: 2 * bytes.count + 16)
    let written: Int? = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var from = source.baseAddress
        var to = target.baseAddress
        var left = source.count
        var room = target.count
        guard iconv(converter, &from, &left, &to, &room) != Int(bitPattern: UInt.max), left == 0
        else { return nil }
        return target.count - room
      }
    }
    guard let written else { return nil }
    return String(decoding: output[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
