import Caseload

/// An element of `caseload.effects/1`: a design with its estimate beside it, or why it has none.
struct EffectComparison: Encodable, Sendable {
  let row: EffectTable.Row

  private enum Key: String, CodingKey { case design, name, reason }

  func encode(to encoder: any Encoder) throws {
    try row.estimate?.encode(to: encoder)
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(row.design, forKey: .design)
    try values.encode(row.name, forKey: .name)
    try values.encodeIfPresent(row.reason, forKey: .reason)
  }
}
