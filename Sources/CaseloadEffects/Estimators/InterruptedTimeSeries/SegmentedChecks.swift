import CaseloadData
import CaseloadMath
import CaseloadRegression

/// What the data say about the assumptions of an interrupted time series.
enum SegmentedChecks {
  static func assumptions(
    _ data: SegmentedData, _ fit: SegmentedFit, _ pandemic: SegmentedPandemic.Status
  ) -> [AssumptionStatus] {
    [trend(data), concurrent(data, pandemic), errors(data, fit), anticipation]
  }

  /// A step in the middle of the time before would show a trend that bends by itself.
  private static func trend(_ data: SegmentedData) -> AssumptionStatus {
    let assumption = InterruptedTimeSeries.card.assumptions[0]
    let before = data.design.eventTimes.prefix(data.design.treatedCount).filter { $0 < 0 }
    guard before.count >= 10, let middle = before.dropFirst(before.count / 2).first,
      let fit = try? data.placebo(at: middle), let index = fit.names.firstIndex(of: "level"),
      let p = fit.estimate(
        of: fit.names.indices.map { $0 == index ? 1 : 0 }, level: 0.95
      ).pValue
    else {
      return AssumptionStatus(
        assumption, .untestable,
        evidence: Text(
          en: "The \(before.count) periods before the start do not suffice for a placebo break.",
          zh: "干预前 \(before.count) 期不足以做安慰剂断点检验。"),
        summary: Text(
          en: "The time before the start does not suffice for a placebo break.",
          zh: "干预前的数据不足以做安慰剂断点检验。"))
    }
    let shown = rounded(p)
    return AssumptionStatus(
      assumption, p < 0.05 ? .doubtful : .supported,
      evidence: Text(
        en: "A placebo break halfway through the time before the start has p = \(shown)"
          + (p < 0.05 ? ": the series steps without any intervention." : "."),
        zh: "干预前中点处的安慰剂断点 p = \(shown)" + (p < 0.05 ? "：无干预时序列亦有跳变。" : "。")),
      summary: p < 0.05
        ? Text(
          en:
            "A placebo break halfway through the time before the start shows: the series steps by itself.",
          zh: "干预前中点处的安慰剂断点显著，无干预时序列亦有跳变。")
        : Text(
          en: "A placebo break halfway through the time before the start does not show.",
          zh: "干预前中点处的安慰剂断点不显著。"), pValue: p)
  }

  /// Known events close to the start; the pandemic above all.
  private static func concurrent(
    _ data: SegmentedData, _ pandemic: SegmentedPandemic.Status
  ) -> AssumptionStatus {
    concurrent(
      data.study, starts: SegmentedPandemic.interruptions(data), pandemic,
      assumption: InterruptedTimeSeries.card.assumptions[1])
  }

  /// The same for other designs of one series.
  static func concurrent(_ study: Study, treated: [Int], assumption: Text) -> AssumptionStatus {
    let starts = treated.compactMap { study.treatmentStart[$0] }
    return concurrent(
      study, starts: starts, SegmentedPandemic.isNear(starts) ? .confounded : .distant,
      assumption: assumption)
  }

  private static func concurrent(
    _ study: Study, starts: [Period], _ pandemic: SegmentedPandemic.Status, assumption: Text
  ) -> AssumptionStatus {
    if !study.comparison.isEmpty {
      return AssumptionStatus(
        assumption, .untestable,
        evidence: Text(
          en: "\(study.comparison.count) untreated units carry what moved all units alike; "
            + "events in single units remain possible.",
          zh: "\(study.comparison.count) 个未受干预单位反映了共同变动；个别单位的特有事件仍有可能。"),
        summary: Text(
          en:
            "The untreated units carry what moved all units alike; events in single units remain possible.",
          zh: "未受干预单位反映了共同变动；个别单位的特有事件仍有可能。"))
    }
    let near = study.events.filter { event in
      starts.contains { start in
        guard let a = event.from.firstDay, let b = start.firstDay else { return false }
        return abs(a.dayNumber - b.dayNumber) <= SegmentedPandemic.window
      }
    }
    if near.isEmpty, pandemic == .leftOut {
      return AssumptionStatus(
        assumption, .doubtful,
        evidence: Text(
          en: "The months of the pandemic's onset are left out; what it changed for good is not.",
          zh: "疫情初期各月已略去，但其持久影响仍在。"))
    }
    if pandemic == .confounded || !near.isEmpty {
      let names = near.map(\.name)
      let en =
        (names.map(\.en)
        + (pandemic == .confounded && near.isEmpty ? ["the pandemic of 2020"] : []))
        .joined(separator: ", ")
      let zh = (names.map(\.zh) + (pandemic == .confounded && near.isEmpty ? ["2020 年疫情"] : []))
        .joined(separator: "、")
      return AssumptionStatus(
        assumption, .violated,
        evidence: Text(
          en: "Within half a year of the start: \(en). One series cannot tell the two apart.",
          zh: "干预起点前后半年内有：\(zh)。单一序列无法区分两者。"))
    }
    return AssumptionStatus(
      assumption, .untestable,
      evidence: Text(
        en: "One series without a comparison cannot show it; no known event lies within half a "
          + "year of the start.",
        zh: "没有参照的单一序列无法验证；干预前后半年内没有已知事件。"))
  }

  /// Ljung and Box's test of what the errors' model leaves behind.
  private static func errors(_ data: SegmentedData, _ fit: SegmentedFit) -> AssumptionStatus {
    let assumption =
      switch data.options.errors {
      case .ols: Text(en: "The errors are not autocorrelated.", zh: "误差无自相关。")
      case .neweyWest:
        Text(
          en: "The series is long enough for a sandwich of autocovariances.",
          zh: "序列足够长，可用自协方差稳健估计。")
      case .praisWinsten, .reml:
        Text(en: "The errors are a first-order autoregression.", zh: "误差为一阶自回归。")
      case .arima:
        Text(en: "The errors follow the ARMA model chosen.", zh: "误差服从所选 ARMA 模型。")
      }
    let count = data.design.treatedCount
    if data.options.errors == .neweyWest {
      return AssumptionStatus(
        assumption, count < 100 ? .doubtful : .untestable,
        evidence: Text(
          en: "\(count) periods; in simulated series of up to 100 its intervals were too narrow "
            + "(Turner et al. 2021).",
          zh: "共 \(count) 期；模拟表明不超过 100 期时其区间过窄（Turner 等 2021）。"),
        summary: Text(
          en: "In simulated short series its intervals were too narrow (Turner et al.).",
          zh: "模拟表明序列较短时其区间过窄（Turner 等）。"))
    }
    let e = fit.innovations
    let lags = max(1 + max(1, fit.errorParameters), min(10, e.count / 5))
    let r = Descriptive.autocorrelations(e, maxLag: lags)
    guard r.count == lags, case let n = Double(e.count), n > Double(lags) else {
      return AssumptionStatus(
        assumption, .untestable,
        evidence: Text(en: "The errors do not vary.", zh: "误差没有变异。"))
    }
    var statistic = 0.0
    for (i, value) in r.enumerated() { statistic += value * value / (n - Double(i + 1)) }
    statistic *= n * (n + 2)
    let p = ChiSquared(degreesOfFreedom: Double(lags - fit.errorParameters)).upper(statistic)
    let rho = fit.autocorrelation.map { "ρ = \(rounded($0)); " } ?? ""
    let rhoInChinese = fit.autocorrelation.map { "ρ = \(rounded($0))；" } ?? ""
    return AssumptionStatus(
      assumption, p < 0.05 ? .doubtful : .supported,
      evidence: Text(
        en:
          rho + "the Ljung–Box test of the innovations at \(lags) lags has p = \(rounded(p)).",
        zh: rhoInChinese + "新息在 \(lags) 阶滞后的 Ljung–Box 检验 p = \(rounded(p))。"),
      summary: p < 0.05
        ? Text(
          en: "The Ljung–Box test finds correlation that the errors' model leaves behind.",
          zh: "Ljung–Box 检验显示误差模型未能完全刻画相关性。")
        : Text(
          en: "The Ljung–Box test finds nothing that the errors' model leaves behind.",
          zh: "Ljung–Box 检验未发现残余相关性。"), pValue: p)
  }

  private static var anticipation: AssumptionStatus {
    AssumptionStatus(
      InterruptedTimeSeries.card.assumptions[2], .untestable,
      evidence: Text(
        en: "Whether parties filed early or waited cannot be read off this series alone.",
        zh: "当事人是否提前或推迟起诉，不能仅由该序列判断。"))
  }

  /// Three decimals, for evidence in words.
  private static func rounded(_ x: Double) -> String {
    guard abs(x) < 1e9 else { return "–" }
    let thousandths = Int((abs(x) * 1000).rounded())
    let digits = String(thousandths % 1000 + 1000).dropFirst()
    return (x < 0 && thousandths > 0 ? "−" : "") + "\(thousandths / 1000).\(digits)"
  }
}
