import Caseload
import CaseloadIO
import Foundation

/// A report as one self-contained page.
enum ReportPage {
  /// The page of a report; its charts are drawn in one process.
  static func html(_ report: Report, _ language: Language, hasContents: Bool = false)
    throws(Diagnostic) -> Data
  {
    let charts = MarkdownRenderer.charts(report)
    let drawings = try Tools.drawings(charts.map { $0.vegaLite(language) }, language: language)
    var renderer = MarkdownRenderer(report, language: language, target: .page(drawings: drawings))
    return try Tools.page(
      renderer.render(), metadata: metadata(report, language), hasContents: hasContents)
  }

  private static func metadata(_ report: Report, _ language: Language) -> [(
    name: String, value: String
  )] {
    var metadata = [
      ("lang", language == .zh ? "zh-Hans" : "en"), ("title", report.title[language]),
      ("footer", report.footer[language]),
      ("toc-title", language == .zh ? "目录" : "Contents"),
      ("generator", "Caseload \(CaseloadRelease.version)"),
    ]
    if !report.subtitle[language].isEmpty {
      metadata.append(("subtitle", report.subtitle[language]))
    }
    return metadata
  }
}
