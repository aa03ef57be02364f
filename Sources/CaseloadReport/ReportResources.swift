/// The files that reports are rendered with, and how the tools are called.
package enum ReportResources {
  /// The page: a pandoc template with its style sheet.
  package static var template: String {
    String(decoding: PackageResources.report_template_html, as: UTF8.self)
  }

  /// A pandoc filter for tables.
  package static var filter: String {
    String(decoding: PackageResources.report_filter_lua, as: UTF8.self)
  }

  /// Draws a list of charts from standard input.
  package static var chartScript: String {
    String(decoding: PackageResources.render_charts_py, as: UTF8.self)
  }

  /// The Vega-Lite `config` of every chart, as JSON.
  package static var chartTheme: String {
    String(decoding: PackageResources.chart_theme_json, as: UTF8.self)
  }

  /// Pandoc's Markdown without the extensions that turn ordinary prose into markup.
  package static let pandocArguments = [
    "--from",
    "markdown-smart-citations-subscript-superscript-strikeout-fancy_lists-example_lists"
      + "-task_lists-line_blocks-simple_tables-multiline_tables-grid_tables-inline_notes"
      + "-yaml_metadata_block-pandoc_title_block-implicit_figures-implicit_header_references"
      + "-latex_macros-raw_tex+east_asian_line_breaks",
    "--to", "html5", "--standalone", "--wrap=none", "--columns=10000", "--mathml",
    "--section-divs", "--reference-location=section", "--syntax-highlighting=none", "--sandbox",
    "--fail-if-warnings",
  ]
}
