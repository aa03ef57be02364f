import CaseloadData
import CaseloadMath

/// The identities that hold between filed, accepted, closed and pending cases.
///
/// ```
/// 受理 = 旧存 + 新收          accepted = carried in + filed
/// 未结 = 受理 − 结案          pending = accepted − closed
/// 旧存 = 上期未结             carried in = pending at the end of the period before
/// ```
///
/// Accepted cases are never added up over periods: what is carried over would count again.
public enum StockFlowIdentities {
  /// Where the rows of `frame` break an identity.
  ///
  /// - Parameters:
  ///   - frame: with the columns `carriedIn`, `filings`, `accepted`, `resolved`, `pending`, as far as
  ///     they are known.
  ///   - tolerance: cases by which the sides may differ; figures in 万 need more than one half.
  /// - Returns: ``DiagnosticCode/stockFlowMismatch`` and ``DiagnosticCode/openingMismatch``, as
  ///   warnings with both numbers and the row.
  public static func mismatches(_ frame: IndicatorFrame, tolerance: Double = 0.5) -> [Diagnostic] {
    var result: [Diagnostic] = []
    var previous: [[String]: IndicatorFrame.Row] = [:]
    let rows = frame.rows.enumerated().sorted { a, b in
      guard let x = a.element.period, let y = b.element.period, x != y else {
        return a.offset < b.offset
      }
      return x < y
    }.map(\.element)
    for row in rows {
      let values = row.values
      let (carried, filed, accepted) = (values["carriedIn"], values["filings"], values["accepted"])
      let (closed, pending) = (values["resolved"], values["pending"])
      func check(_ left: Double?, _ right: Double?, _ code: DiagnosticCode, _ words: Text) {
        guard let left, let right, abs(left - right) > tolerance else { return }
        result.append(mismatch(code, words, left, right, row, frame))
      }
      if let carried, let filed {
        check(
          accepted, carried + filed, .stockFlowMismatch,
          Text(en: "accepted against carried in + filed", zh: "受理 与 旧存 + 新收"))
      }
      if let closed {
        let available = accepted ?? carried.flatMap { carried in filed.map { carried + $0 } }
        check(
          pending, available.map { $0 - closed }, .stockFlowMismatch,
          accepted == nil
            ? Text(en: "pending against carried in + filed − closed", zh: "未结 与 旧存 + 新收 − 结案")
            : Text(en: "pending against accepted − closed", zh: "未结 与 受理 − 结案"))
      }
      let key = row.key + [row.code ?? ""]
      if let before = previous[key], let last = before.period, let now = row.period,
        last.frequency == now.frequency, last.distance(to: now) == 1
      {
        check(
          carried, before.values["pending"], .openingMismatch,
          Text(en: "carried in against pending at the end of \(last)", zh: "旧存 与 \(last) 期末未结"))
      }
      previous[key] = row
    }
    return result
  }

  private static func mismatch(
    _ code: DiagnosticCode, _ words: Text, _ left: Double, _ right: Double,
    _ row: IndicatorFrame.Row, _ frame: IndicatorFrame
  ) -> Diagnostic {
    func number(_ x: Double) -> Text { NumberText.significant(x, x == x.rounded() ? 0 : 2) }
    let label = zip(frame.keyNames, row.key).map { "\($0)=\($1)" }.joined(separator: ", ")
    return Diagnostic(
      code, .warning,
      Text(
        en: "\(words.en): \(number(left).en) is not \(number(right).en), a difference of "
          + "\(number(left - right).en).",
        zh: "\(words.zh)不符：\(number(left).zh) ≠ \(number(right).zh)，相差 \(number(left - right).zh)。"),
      at: Diagnostic.Location(
        file: frame.source.isEmpty ? nil : frame.source, row: row.line > 0 ? row.line : nil,
        series: label.isEmpty ? nil : label, period: row.period?.description),
      hint: Text(
        en: "Correct one of the figures, or say why they differ.", zh: "请更正其中一个数字，或说明差异原因。"))
  }
}
