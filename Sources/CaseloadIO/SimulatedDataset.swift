import Caseload
import Foundation

/// A simulated city as a dataset: tables, descriptor, truth and README.
public enum SimulatedDataset {
  /// The files of the dataset, by name.
  public static func files(_ city: CitySimulation) -> [(name: String, text: String)] {
    [
      ("filings.csv", filings(city)), ("judges.csv", judges(city)),
      ("communities.csv", communities(city)), ("truth.json", truth(city)),
      ("datapackage.json", descriptor(city)), ("README.md", readme(city)),
    ]
  }

  /// Writes the dataset into `folder`.
  public static func write(_ city: CitySimulation, to folder: String) throws(Diagnostic) {
    for file in files(city) {
      try OutputFile.write(
        file.text, to: URL(fileURLWithPath: folder).appendingPathComponent(file.name).path)
    }
  }

  private static func court(_ city: CitySimulation, _ index: Int) -> String {
    index == 0 ? "east" : "west"
  }

  private static func filings(_ city: CitySimulation) -> String {
    var text = "court,caseType,period,filings,resolved,pending\n"
    for docket in city.dockets {
      let name = court(city, docket.court)
      let type = city.model.caseTypes[docket.caseType].id
      for t in 0..<city.model.months {
        let period = city.model.start.advanced(by: t)
        text += "\(name),\(type),\(period),\(docket.filings[t]),\(docket.resolved[t]),"
        text += "\(docket.pending[t])\n"
      }
    }
    return text
  }

  private static func judges(_ city: CitySimulation) -> String {
    var text = "court,period,judges\n"
    for (index, posts) in city.judges.enumerated() {
      for (t, count) in posts.enumerated() {
        text += "\(court(city, index)),\(city.model.start.advanced(by: t)),\(count)\n"
      }
    }
    return text
  }

  private static func communities(_ city: CitySimulation) -> String {
    var text = "community,court,population,period,civilFilings,diverted,mediationFrom\n"
    for community in city.communities {
      let from = community.mediationFrom?.description ?? ""
      for t in 0..<city.model.months {
        text += "\(community.id),\(court(city, community.court)),\(community.population),"
        text += "\(city.model.start.advanced(by: t)),\(community.filings[t]),"
        text += "\(community.diverted[t]),\(from)\n"
      }
    }
    return text
  }

  private struct Truth: Encodable {
    let note: String
    let seed: UInt64
    let model: CityModel
    let mediationRate: Double
    let yearlyGrowth: [String: Double]
    let registrationStep: [String: Double]
    let pandemicRate: Double
    let springFestivalRate: Double
    let mediationFrom: [String: Period]
  }

  private static func truth(_ city: CitySimulation) -> String {
    let model = city.model
    let truth = Truth(
      note: "The law that the simulated city was drawn from; rates are exp(parameter) − 1.",
      seed: city.seed, model: model, mediationRate: expm1(model.mediationEffect),
      yearlyGrowth: Dictionary(
        uniqueKeysWithValues: model.caseTypes.map { ($0.id, expm1($0.logGrowth)) }),
      registrationStep: Dictionary(
        uniqueKeysWithValues: model.caseTypes.map { ($0.id, expm1($0.registrationStep)) }),
      pandemicRate: expm1(model.pandemicEffect),
      springFestivalRate: expm1(model.springFestivalEffect),
      mediationFrom: Dictionary(
        uniqueKeysWithValues: city.communities.compactMap { community in
          community.mediationFrom.map { (community.id, $0) }
        }))
    return ResultEncoding.text(truth) + "\n"
  }

  private static func descriptor(_ city: CitySimulation) -> String {
    func field(
      _ name: String, _ type: String, _ en: String, _ zh: String, extra: [String: JSON] = [:],
      caseload: [String: JSON] = [:]
    ) -> JSON {
      var own = caseload
      own["title"] = ["en": .string(en), "zh": .string(zh)]
      var members: [String: JSON] = [
        "name": .string(name), "type": .string(type), "title": .string(en),
        "caseload": .object(own),
      ]
      if type == "integer" { members["constraints"] = ["required": true, "minimum": 0] }
      members.merge(extra) { $1 }
      return .object(members)
    }
    func resource(
      _ name: String, _ en: String, _ zh: String, key: [String], _ fields: [JSON]
    ) -> JSON {
      [
        "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
        "name": .string(name), "path": .string(name + ".csv"), "type": "table", "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8", "title": .string(en),
        "caseload": ["title": ["en": .string(en), "zh": .string(zh)]],
        "schema": [
          "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
          "fields": .array(fields), "primaryKey": .array(key.map { .string($0) }),
          "missingValues": [""],
        ],
      ]
    }
    let cases: JSON = ["en": "cases", "zh": "件"]
    let period = field(
      "period", "yearmonth", "month", "月份", extra: ["constraints": ["required": true]],
      caseload: ["role": "period"])
    let court = field("court", "string", "court", "法院", caseload: ["role": "key"])
    let model = city.model
    let civil = model.caseTypes.filter(\.isCivil).map(\.id)
    let package: JSON = [
      "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
      "name": "riverside",
      "title": "Riverside: a simulated city",
      "description": .string(
        "SIMULATED DATA. No real court, place or person. Two district courts, five case types and "
          + "twenty communities, monthly from \(model.start) to \(model.end.advanced(by: -1)), "
          + "drawn by `caseload simulate --seed \(city.seed)` from the law in truth.json."),
      "version": "1.0.0",
      "licenses": [
        [
          "name": "CC0-1.0", "title": "CC0 1.0 Universal",
          "path": "https://creativecommons.org/publicdomain/zero/1.0/",
        ]
      ],
      "sources": [
        ["title": "Simulated by Caseload; the parameters are in truth.json", "path": "truth.json"]
      ],
      "resources": [
        resource(
          "filings", "Filings, dispositions and pending cases", "收案、结案与未结案件",
          key: ["court", "caseType", "period"],
          [
            court, field("caseType", "string", "case type", "案件类型", caseload: ["role": "key"]),
            period,
            field(
              "filings", "integer", "cases filed", "新收案件",
              caseload: ["role": "value", "measure": "flow", "unit": cases]),
            field(
              "resolved", "integer", "cases resolved", "结案",
              caseload: ["measure": "flow", "unit": cases]),
            field(
              "pending", "integer", "cases pending at the end of the month", "月末未结案件",
              caseload: ["measure": "stock", "unit": cases]),
          ]),
        resource(
          "judges", "Judges in post", "在岗法官", key: ["court", "period"],
          [
            court, period,
            field(
              "judges", "integer", "judges in post", "在岗法官",
              caseload: ["measure": "stock", "unit": ["en": "judges", "zh": "人"]]),
          ]),
        resource(
          "communities", "Civil filings of the communities", "各社区民事收案",
          key: ["community", "period"],
          [
            field("community", "string", "community", "社区", caseload: ["role": "key"]), court,
            field("population", "integer", "residents", "人口"), period,
            field(
              "civilFilings", "integer", "civil filings", "民事收案",
              caseload: ["role": "value", "measure": "flow", "unit": cases]),
            field(
              "diverted", "integer", "disputes settled before suit at the centre", "诉前化解纠纷",
              caseload: ["measure": "flow", "unit": cases]),
            field(
              "mediationFrom", "yearmonth",
              "month in which the mediation centre opened; empty for never", "调解中心设立月份，空为未设立"),
          ]),
      ],
      "caseload": [
        "title": ["en": "Riverside (simulated city)", "zh": "河滨市（模拟城市）"],
        "simulated": true,
        "calendar": "china",
        "names": .object(
          Dictionary(
            model.caseTypes.map { ($0.id, ["en": .string($0.name.en), "zh": .string($0.name.zh)]) }
              + model.courts.enumerated().map { index, name in
                (Self.court(city, index), ["en": .string(name.en), "zh": .string(name.zh)])
              }
          ) { $1 }),
        "series": [
          "resource": "filings", "period": "period", "value": "filings",
          "by": ["court", "caseType"], "frequency": "monthly", "measure": "flow", "unit": cases,
        ],
        "events": .array(
          [
            [
              "id": "registration", "kind": "level",
              "from": .string(model.registrationReform.description),
              "title": ["en": "case registration reform", "zh": "立案登记制"],
            ],
            [
              "id": "pandemic", "kind": "pulse", "from": .string(model.pandemicStart.description),
              "to": .string(model.pandemicEnd.description),
              "title": ["en": "pandemic", "zh": "疫情"],
            ],
          ]
            + model.waves.enumerated().map { index, wave in
              [
                "id": .string("centres\(index + 1)"), "kind": "level",
                "from": .string(wave.opens.description),
                "only": ["caseType": .array(civil.map { .string($0) })],
                "title": [
                  "en": .string("mediation centres, wave \(index + 1)"),
                  "zh": .string("调解中心第\(index + 1)批"),
                ],
              ]
            }),
        "intervention": [
          "resource": "communities", "outcome": "civilFilings", "unit": "community",
          "time": "period", "treatedFrom": "mediationFrom", "scale": "log",
          "exposure": "population", "diverted": "diverted",
          "title": ["en": "mediation centres", "zh": "社区调解中心"],
        ],
        "workload": [
          "resource": "filings", "incoming": "filings", "resolved": "resolved",
          "pending": "pending", "by": ["court"], "judgesResource": "judges", "judges": "judges",
        ],
      ],
    ]
    return ResultEncoding.text(package) + "\n"
  }

  private static func readme(_ city: CitySimulation) -> String {
    let model = city.model
    let waves = model.waves.map { "\($0.communities) in \($0.opens)" }.joined(separator: ", ")
    return """
      # Riverside: a simulated city

      **Simulated data.** No real court, place or person. 模拟数据,不涉及任何真实法院、地区或个人。

      Two district courts (`east`, `west`), five case types and twenty communities, every month from
      \(model.start) to \(model.end.advanced(by: -1)). Every parameter is in `truth.json`, so that a
      method can be held against what it should have found:

      - growth by case type, from \(percent(0.015)) to \(percent(0.075)) a year;
      - a moving Spring Festival dip and a quiet December;
      - a registration reform in \(model.registrationReform) that lifts administrative and contract
        filings for good;
      - a pandemic dip from \(model.pandemicStart) to \(model.pandemicEnd);
      - mediation centres in 12 of the 20 communities (\(waves)), drawn by lot, each of which lowers
        civil filings by 15 %;
      - judges in post that follow intake a year late, and pending cases that roll forward exactly.

      | file | rows | holds |
      |---|---|---|
      | `filings.csv` | court × case type × month | filings, resolved, pending at the end of the month |
      | `judges.csv` | court × month | judges in post |
      | `communities.csv` | community × month | civil filings (family and contract), disputes settled before suit, when the centre opened |
      | `truth.json` | – | the law and the seed |

      The civil filings of a court's communities add up to its family and contract filings.

      Made by, and the same to the last byte after:

      ```sh
      caseload simulate --seed \(city.seed) -o Datasets/riverside
      ```

      Terms: CC0 1.0.

      """
  }

  private static func percent(_ x: Double) -> String { NumberText.percent(expm1(x)).en }
}
