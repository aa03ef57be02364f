import CaseloadData
import CaseloadMath

/// How a number of judges is shared out by load.
///
/// The divisor methods give one judge after the other to the unit with the largest L / d(s), L its
/// load and s the judges that it has; they never take a judge away when there is one more to give.
///
/// ```
/// adams s   huntington-hill √(s(s + 1))   webster s + ½   jefferson s + 1
/// ```
///
/// `minimax` seeks the smallest largest load a judge. Giving each judge to where L/s is largest is
/// exact for that, so that it is Adams' method by another aim.
///
/// - Sources: Balinski, M. L. & Young, H. P. (2001), *Fair Representation*, 2nd ed., Brookings,
///   appendix A.
public enum AllocationMethod: String, Codable, Sendable, CaseIterable {
  case minimax
  /// Hamilton's: the whole part of the share, then the largest remainders.
  case largestRemainder = "largest-remainder"
  case huntingtonHill = "huntington-hill"
  /// Sainte-Laguë's.
  case webster
  /// D'Hondt's.
  case jefferson
  case adams

  /// Its name for a person.
  public var name: Text {
    switch self {
    case .minimax: Text(en: "smallest largest load", zh: "最小化最大负荷")
    case .largestRemainder: Text(en: "largest remainder (Hamilton)", zh: "最大余数法（汉密尔顿）")
    case .huntingtonHill: Text(en: "Huntington–Hill", zh: "亨廷顿—希尔法")
    case .webster: Text(en: "Webster (Sainte-Laguë)", zh: "韦伯斯特法（圣拉古）")
    case .jefferson: Text(en: "Jefferson (D'Hondt)", zh: "杰斐逊法（顿特）")
    case .adams: Text(en: "Adams", zh: "亚当斯法")
    }
  }

  /// The claim of a unit with `load` and `judges` on one more.
  func priority(load: Double, judges: Int) -> Double {
    let s = Double(judges)
    return switch self {
    case .minimax, .adams, .largestRemainder: load / s
    case .huntingtonHill: load / (s * (s + 1)).squareRoot()
    case .webster: load / (s + 0.5)
    case .jefferson: load / (s + 1)
    }
  }
}

/// Shares of judges that are not rounded: proportional to the loads within least and most.
///
/// ```
/// qᵢ = min(maxᵢ, max(minᵢ, λ Lᵢ)),   Σᵢ qᵢ = judges
/// ```
enum AllocationQuota {
  /// The shares of units that ``AllocationUnit/check(_:judges:)`` has passed.
  static func shares(_ units: [AllocationUnit], judges: Int) -> [Double] {
    func clamped(_ scale: Double) -> [Double] {
      units.map { unit in
        let share = unit.load > 0 ? scale * unit.load : 0
        return max(Double(unit.minimum), min(unit.maximum.map(Double.init) ?? .infinity, share))
      }
    }
    let total = units.map(\.load).accurateSum
    // What those with load cannot take is spread evenly over those without.
    let most = units.map {
      $0.load > 0 ? $0.maximum.map(Double.init) ?? .infinity : Double($0.minimum)
    }
    if most.reduce(0, +) < Double(judges) {
      return shares(
        units.map { unit in
          unit.load > 0
            ? AllocationUnit(
              name: unit.name, load: 0, minimum: unit.maximum ?? unit.minimum, maximum: unit.maximum
            )
            : AllocationUnit(
              name: unit.name, load: 1, minimum: unit.minimum, maximum: unit.maximum)
        }, judges: judges)
    }
    var (low, high) = (0.0, Double(judges) / total)
    // Σ q grows with λ; units at their most leave more to the others.
    while clamped(high).reduce(0, +) < Double(judges), high < .greatestFiniteMagnitude / 4 {
      high *= 2
    }
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if clamped(middle).reduce(0, +) < Double(judges) { low = middle } else { high = middle }
    }
    // Which units are free is settled; their common scale then has a closed form.
    let shares = clamped(high)
    let free = units.indices.filter { i in
      units[i].load > 0 && shares[i] > Double(units[i].minimum)
        && shares[i] < (units[i].maximum.map(Double.init) ?? .infinity)
    }
    let load = free.map { units[$0].load }.accurateSum
    guard load > 0 else { return shares }
    let isFree = Set(free)
    let fixed = units.indices.filter { !isFree.contains($0) }.map { shares[$0] }.accurateSum
    return units.indices.map { i in
      isFree.contains(i) ? (Double(judges) - fixed) * units[i].load / load : shares[i]
    }
  }
}
