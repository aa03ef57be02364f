import CaseloadCourt
import CaseloadData

/// A fast track as published figures show it: what the few who work on it take off the others.
struct FastTrackReading {
  /// The published numbers of cases on the fast track and of cases each of its judges.
  let cases: PublishedFigure
  let casesPerJudge: PublishedFigure
  /// All judges, and the published parts of the caseload of the same periods.
  let judges: PublishedFigure
  let parts: [PublishedFigure]
  /// Judges on the fast track, from the two published numbers.
  let fastJudges: Double

  var all: Double { parts.reduce(0) { $0 + ($1.value ?? 0) } }
  var fast: Double { cases.value ?? 0 }
  var rest: Double { all - fast }
  var otherJudges: Double { (judges.value ?? 0) - fastJudges }
  var fastLoad: Double { fast / fastJudges }
  var otherLoad: Double { rest / otherJudges }
  var evenLoad: Double { all / (judges.value ?? 0) }

  /// The figures of the split; `nil` where they are not printed, or do not fit each other.
  init?(_ register: FigureRegister) {
    guard
      let cases = register.figures.first(where: { $0.metric == "fastTrackCases" }),
      let load = register.figures.first(where: {
        $0.metric == "fastTrackCasesPerJudge" && $0.scope == cases.scope
      }),
      let judges = register.figures.first(where: { $0.metric == "quotaJudges" }),
      let fast = cases.value, let perJudge = load.value, let count = judges.value, perJudge > 0
    else { return nil }
    // Whole judges: the printed load is rounded or cut off, so it is off by less than one case.
    let whole = (fast / perJudge).rounded()
    guard whole >= 1, whole < count, abs(fast / whole - perJudge) < 1 else { return nil }
    let members = register.scopes[judges.scope] ?? [judges.scope]
    let parts = register.figures.filter {
      $0.metric == "casesAccepted" && $0.claim == nil && $0.from == cases.from
        && $0.to == cases.to && members.contains($0.scope)
    }
    guard parts.count == members.count, parts.allSatisfy({ $0.value != nil }) else { return nil }
    (self.cases, casesPerJudge, self.judges, self.parts) = (cases, load, judges, parts)
    fastJudges = whole
    guard rest > 0 else { return nil }
  }
}

/// The fast-track split of published figures, as a worked example.
extension ReportDraft {
  mutating func writeFastTrack() {
    guard let register = inputs.register, let reading = FastTrackReading(register) else { return }
    heading(3, Text(en: "What the fast track takes on", zh: "速裁分流的作用"), id: "fast-track")
    let marks = splitMarks(reading)
    let span = Self.span(reading.cases.from, reading.cases.to)
    paragraph(
      "Of \(marks.all) cases accepted in \(span.en), the fast track took \(marks.cases), "
        + "\(marks.share) of them. At the printed \(published(reading.casesPerJudge)) a judge these are "
        + "\(marks.fastJudges) judges with \(marks.fastLoad) cases each; the other "
        + "\(marks.otherJudges) had \(marks.otherLoad) each.",
      "\(span.zh)受理 \(marks.all) 件，其中速裁 \(marks.cases) 件，占 \(marks.share)。按所载人均 "
        + "\(published(reading.casesPerJudge)) 件推算，速裁法官为 \(marks.fastJudges) 名，人均 "
        + "\(marks.fastLoad) 件；其余 \(marks.otherJudges) 名法官人均 \(marks.otherLoad) 件。")
    writeSplitChart(reading, span)
    writeSplitTable(reading)
    paragraph(
      "The two tracks are equally busy if a fast-track case takes \(marks.breakEven) of the time of another "
        + "one: then the split costs nobody anything. If it takes less, one judge more on ordinary cases would "
        + "even things out; if more, one more on the fast track.",
      "若一件速裁案件所需时间为其他案件的 \(marks.breakEven)，两类法官忙闲相当；若更少，宜增加普通案件法官；"
        + "若更多，宜增加速裁法官。")
    callout(
      .warning,
      "Whether the split made anything faster is not identified: neither times nor closings by track are "
        + "published. It would take the dates of filing and closing of each case with its track, or at least "
        + "pending and resolved cases by track and month. That the figures are those of \(span.en) is assumed.",
      "分流是否提高了效率无法识别：未公布各类案件的用时和结案数。需要每案的立案、结案日期及其程序，或至少按程序分列的"
        + "月度未结数与结案数。上述数字属于\(span.zh)，系假定。")
  }

  private struct SplitMarks {
    let all, cases, share, fastJudges, fastLoad, otherJudges, otherLoad, breakEven: String
  }

  private mutating func splitMarks(_ reading: FastTrackReading) -> SplitMarks {
    let cases = Text(en: "cases", zh: "件")
    let people = Text(en: "judges", zh: "人")
    let each = Text(en: "cases a judge", zh: "件/人")
    let ids = reading.parts.map(\.id).joined(separator: " + ")
    func figure(
      _ id: String, _ value: Double, _ style: ReportFigure.Style, _ label: Text, _ unit: Text,
      _ how: Text
    ) -> String {
      book.add(
        "fastTrack.\(id)", value, style, label: label, unit: unit,
        source: Text(en: "computed: \(how.en)", zh: "计算：\(how.zh)"))
    }
    let own = "\(reading.cases.id)"
    return SplitMarks(
      all: figure(
        "all", reading.all, .decimal(0), Text(en: "cases accepted", zh: "受理案件"), cases, Text(ids)),
      cases: published(reading.cases),
      share: figure(
        "share", reading.fast / reading.all, .percent(1),
        Text(en: "share on the fast track", zh: "速裁案件占比"), Text(""), Text("\(own) / (\(ids))")),
      fastJudges: figure(
        "judges", reading.fastJudges, .decimal(0),
        Text(en: "judges on the fast track", zh: "速裁法官"), people,
        Text("\(own) / \(reading.casesPerJudge.id)")),
      fastLoad: figure(
        "load", reading.fastLoad, .decimal(1),
        Text(en: "cases each on the fast track", zh: "速裁法官人均"), each,
        Text(en: "\(own) / judges on the fast track", zh: "\(own) / 速裁法官数")),
      otherJudges: figure(
        "otherJudges", reading.otherJudges, .decimal(0), Text(en: "other judges", zh: "其余法官"),
        people,
        Text(
          en: "\(reading.judges.id) − judges on the fast track", zh: "\(reading.judges.id) − 速裁法官数")
      ),
      otherLoad: figure(
        "otherLoad", reading.otherLoad, .decimal(1),
        Text(en: "cases each of the others", zh: "其余法官人均"), each,
        Text(en: "(\(ids) − \(own)) / other judges", zh: "(\(ids) − \(own)) / 其余法官数")),
      breakEven: figure(
        "breakEven", reading.otherLoad / reading.fastLoad, .percent(0),
        Text(
          en:
            "time of a fast-track case, in relation to another, at which both tracks are equally busy",
          zh: "两类法官忙闲相当时，速裁案件与其他案件的用时之比"), Text(""),
        Text(en: "load of the others / load on the fast track", zh: "其余人均 / 速裁人均")))
  }

  private mutating func writeSplitChart(_ reading: FastTrackReading, _ span: Text) {
    let rows = [
      (Text(en: "fast track", zh: "速裁"), reading.fastLoad),
      (Text(en: "others", zh: "其余法官"), reading.otherLoad),
      (Text(en: "if all shared alike", zh: "若平均分配"), reading.evenLoad),
    ].map { label, value in
      IntervalChart.Row(
        label: label, value: value, lower: nil, upper: nil, shown: NumberText.decimal(value, 1))
    }
    let (fast, judges) = (
      NumberText.percent(reading.fast / reading.all, 0), NumberText.decimal(reading.fastJudges)
    )
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "fastTrack",
            title: Text(
              en: "\(judges.en) judges took \(fast.en) of the cases",
              zh: "\(judges.zh) 名法官承办 \(fast.zh) 的案件"),
            subtitle: Text(
              en: "cases a judge, \(span.en)", zh: "人均案件，\(span.zh)，件"),
            caption: Text(
              en: "Cases a judge on the fast track, off it, and if all shared alike.",
              zh: "速裁法官、其余法官及平均分配时的人均案件。"),
            summary: Text(
              en:
                "Bars of cases a judge: \(rows.map { "\($0.label.en) \($0.shown.en)" }.joined(separator: ", ")).",
              zh: "人均案件的条形：\(rows.map { "\($0.label.zh) \($0.shown.zh)" }.joined(separator: "，"))。"),
            rows: rows, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
  }

  /// One judge less or more on the fast track: what each side then carries.
  private mutating func writeSplitTable(_ reading: FastTrackReading) {
    let total = reading.fastJudges + reading.otherJudges
    let counts = stride(
      from: max(1, reading.fastJudges - 1), through: min(total - 1, reading.fastJudges + 3), by: 1)
    let rows = counts.map { count -> [Text] in
      func mark(_ id: String, _ value: Double, _ style: ReportFigure.Style, _ label: Text) -> Text {
        let shown = NumberText.decimal(count)
        return Text(
          book.add(
            "fastTrack.\(id).\(shown.en)", value, style,
            label: Text(
              en: "\(label.en), \(shown.en) on the fast track", zh: "速裁法官 \(shown.zh) 名时\(label.zh)"
            ),
            source: Text(
              en: "computed: the same cases over other numbers of judges", zh: "计算：案件数不变，改变法官人数")))
      }
      let (fast, other) = (reading.fast / count, reading.rest / (total - count))
      return [
        NumberText.decimal(count),
        mark("loadAt", fast, .decimal(1), Text(en: "cases each on the fast track", zh: "速裁法官人均")),
        mark("otherLoadAt", other, .decimal(1), Text(en: "cases each of the others", zh: "其余法官人均")),
        mark("evenAt", other / fast, .percent(0), Text(en: "break-even time", zh: "均衡用时比")),
      ]
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "The same cases with other numbers of judges on the fast track",
            zh: "案件数不变时，不同速裁法官人数的负担"),
          header: [
            Text(en: "Fast-track judges", zh: "速裁法官"),
            Text(en: "cases each", zh: "人均（件）"),
            Text(en: "cases each of the others", zh: "其余人均（件）"),
            Text(en: "equally busy at", zh: "均衡用时比"),
          ], isNumeric: [true, true, true, true], rows: rows)))
  }
}
