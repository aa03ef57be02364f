import CaseloadData
import Testing

@testable import CaseloadIO

@Suite("Delimited text")
struct CSVReaderTests {
  private func diagnostic(_ text: String) -> Diagnostic? {
    do {
      _ = try CSVReader.table(text, source: "x.csv")
      return nil
    } catch { return error }
  }

  @Test("quoted cells hold delimiters, line ends and doubled quotation marks")
  func quotedCells() throws {
    let table = try CSVReader.table(
      "name,note\n\"a,b\",\"say \"\"yes\"\"\"\n\"two\nlines\",c\n", source: "x.csv")
    #expect(try table.text("name") == ["a,b", "two\nlines"])
    #expect(try table.text("note") == ["say \"yes\"", "c"])
  }

  @Test("a row knows its line, though a cell above spans two")
  func linesAreKept() throws {
    let table = try CSVReader.table("a,b\n\"1\n2\",3\n4,5\n", source: "x.csv")
    #expect(table.lines == [2, 4])
  }

  @Test("every line end is read", arguments: ["\n", "\r\n", "\r"])
  func lineEnds(end: String) throws {
    let table = try CSVReader.table(["a,b", "1,2", "3,4"].joined(separator: end), source: "x.csv")
    #expect(try table.numbers("b") == [2, 4])
  }

  @Test("the delimiter is found in the header", arguments: [",", "\t", ";", "|"])
  func delimiters(delimiter: String) throws {
    let table = try CSVReader.table("a\(delimiter)b\n1\(delimiter)2\n", source: "x.csv")
    #expect(table.columnNames == ["a", "b"])
  }

  @Test("a row of the wrong length is refused at its line")
  func raggedRow() {
    let error = diagnostic("a,b\n1,2\n3\n")
    #expect(error?.code == .malformedTable)
    #expect(error?.location?.row == 3)
  }

  @Test("a quotation mark that is never closed is refused where it opens")
  func openQuote() {
    #expect(diagnostic("a,b\n1,\"2\n3,4\n")?.location?.row == 2)
  }

  @Test("a column name that occurs twice is refused")
  func duplicateColumn() { #expect(diagnostic("a,a\n1,2\n")?.code == .malformedTable) }

  @Test("an empty file is refused")
  func emptyFile() { #expect(diagnostic("")?.code == .emptyInput) }
}

@Suite("Encodings")
struct TextDecodingTests {
  @Test("a byte order mark is not part of the first name")
  func byteOrderMark() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("期间".utf8)
    #expect(try TextDecoding.text(bytes, encoding: "auto", source: "x").text == "期间")
  }

  @Test("GB18030 is recognized, and said so")
  func gb18030() throws {
    let bytes: [UInt8] = [0xCA, 0xDC, 0xC0, 0xED, 0xB0, 0xB8, 0xBC, 0xFE]  // 受理案件
    let (text, note) = try TextDecoding.text(bytes, encoding: "auto", source: "x")
    #expect(text == "受理案件")
    #expect(note?.code == .assumption)
  }

  @Test("bytes that are neither are refused")
  func unreadable() {
    #expect(throws: Diagnostic.self) {
      try TextDecoding.text([0xFF, 0xFE, 0x41, 0x00], encoding: "auto", source: "x")
    }
    #expect(throws: Diagnostic.self) {
      try TextDecoding.text([0x61, 0x80, 0x81, 0xFF, 0xFF], encoding: "auto", source: "x")
    }
  }
}

@Suite("Digests and encodings of results")
struct ResultTests {
  @Test("SHA-256 of 'abc' is the standard's example")
  func sha256() {
    #expect(
      FileDigest.sha256(Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  // FIPS 180-4
  }

  @Test("a number that does not exist is null in a result")
  func nonFinite() {
    let text = ResultEncoding.text(["a": Double.nan, "b": 1.5], isPretty: false)
    #expect(text == #"{"a":null,"b":1.5}"#)
  }
}
