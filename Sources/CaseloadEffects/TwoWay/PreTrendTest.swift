import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The joint test that all effects before the start are zero, with what it cannot see said.
struct PreTrendTest {
  /// `nil` where it cannot be computed, with ``reason``.
  let test: HypothesisTest?
  let reason: Text?
  /// How many leads are tested.
  let count: Int

  /// - Parameters:
  ///   - values: the leads.
  ///   - covariance: theirs; `nil` without one.
  ///   - clusters: how many it rests on.
  init(_ values: [Double], _ covariance: Matrix?, clusters: Int) {
    count = values.count
    guard !values.isEmpty else {
      test = nil
      reason = Text(
        en: "there is no period before the reference period", zh: "参照期之前没有其他时期")
      return
    }
    guard let covariance, clusters > values.count else {
      test = nil
      reason = Text(
        en: "\(values.count) leads cannot be tested together with \(clusters) clusters",
        zh: "\(clusters) 个群组不足以联合检验 \(values.count) 个超前项")
      return
    }
    do throws(Diagnostic) {
      test = try WaldTest.test(
        restrictions: .identity(values.count), coefficients: values, covariance: covariance,
        denominatorDegreesOfFreedom: Double(clusters - 1))
      reason = nil
    } catch {
      test = nil
      reason = Text(
        en: "the covariance of the \(values.count) leads is singular",
        zh: "\(values.count) 个超前项的协方差矩阵奇异")
    }
  }

  private static var name: Text { Text(en: "Pre-trend", zh: "事前趋势") }

  /// The test as a check.
  var check: EffectCheck {
    let finding: Text
    let verdict: AssumptionStatus.Verdict
    if let test, let p = test.pValue {
      verdict = p < 0.05 ? .doubtful : .supported
      let shown = NumberText.pValue(p)
      finding = Text(
        en: "The \(count) effects before the start are jointly tested: p = \(shown.en). "
          + (p < 0.05
            ? "Treated and comparison units moved apart before the start."
            : "They show no difference in trend; a difference too small for this study to see "
              + "remains possible."),
        zh: "对干预前 \(count) 个效应作联合检验：p = \(shown.zh)。"
          + (p < 0.05 ? "处理组与对照组在干预前已出现分化。" : "未见趋势差异；但本研究可能无法察觉较小的差异。"))
    } else {
      verdict = .untestable
      finding = Text(
        en: "Not tested: \(reason?.en ?? "").", zh: "未检验：\(reason?.zh ?? "")。")
    }
    return EffectCheck(
      id: "pre-trend", name: Self.name, verdict: verdict, finding: finding,
      figures: [
        EffectCheck.Figure("statistic", test?.statistic),
        EffectCheck.Figure("pValue", test?.pValue),
        EffectCheck.Figure("numeratorDegreesOfFreedom", test?.degreesOfFreedom?.numerator),
        EffectCheck.Figure("denominatorDegreesOfFreedom", test?.degreesOfFreedom?.denominator),
      ])
  }

  /// The test as a verdict on an assumption.
  func status(_ assumption: Text) -> AssumptionStatus {
    let check = check
    return AssumptionStatus(
      assumption, check.verdict, evidence: check.finding,
      summary: test == nil
        ? Text(en: "The periods before the start do not allow a test.", zh: "干预前时期不足以检验。")
        : check.verdict == .supported
          ? Text(en: "No difference in trend shows before the start.", zh: "干预前未见趋势差异。")
          : Text(
            en: "Treated and comparison units moved apart before the start.",
            zh: "处理组与对照组在干预前已出现分化。"), pValue: test?.pValue)
  }
}
