import CaseloadData
import CaseloadMath

/// What judges and those who assist them can do together.
///
/// A team is what one judge needs for a full load: 1 judge, 1 assistant and 1 clerk, say. In
/// fixed proportions (Leontief) whoever is scarcest decides; with an elasticity of substitution σ
/// above zero (CES) more of one makes up for less of another.
///
/// ```
/// Leontief   cases = casesPerTeam · minᵢ xᵢ/nᵢ
/// CES        cases = casesPerTeam · (Σᵢ αᵢ (xᵢ/nᵢ)^ρ)^(1/ρ),   ρ = 1 − 1/σ,  Σᵢ αᵢ = 1
/// ```
///
/// At σ = 1 this is Cobb–Douglas, Π (xᵢ/nᵢ)^αᵢ. Whole teams resolve the same in all of them.
///
/// - Sources: Arrow, Chenery, Minhas & Solow (1961), "Capital-labor substitution and economic
///   efficiency", *Review of Economics and Statistics* 43(3), 225–250.
public struct TeamCapacity: Codable, Sendable, Equatable {
  /// One kind of staff.
  public struct Role: Codable, Sendable, Equatable {
    public let name: String
    /// nᵢ, in one team.
    public let perTeam: Double
    /// αᵢ, its share in what a team does; used by CES only.
    public let share: Double
    /// Money a person and year.
    public let cost: Double

    /// A kind of staff.
    public init(name: String, perTeam: Double = 1, share: Double = 1, cost: Double = 0) {
      self.name = name
      self.perTeam = perTeam
      self.share = share
      self.cost = cost
    }
  }

  public let roles: [Role]
  /// Cases that a whole team resolves in a year.
  public let casesPerTeam: Double
  /// σ; 0 for fixed proportions.
  public let elasticity: Double

  /// Teams of `roles`; shares are scaled to add up to one.
  ///
  /// - Parameters:
  ///   - roles: at least one, each with a name of its own, people and share above zero.
  ///   - casesPerTeam: above zero.
  ///   - elasticity: σ, at least 0.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public init(roles: [Role], casesPerTeam: Double, elasticity: Double = 0) throws(Diagnostic) {
    let total = roles.map(\.share).accurateSum
    let isFine = roles.allSatisfy {
      $0.perTeam > 0 && $0.perTeam.isFinite && $0.share > 0 && $0.share.isFinite && $0.cost >= 0
        && $0.cost.isFinite
    }
    guard isFine, !roles.isEmpty, Set(roles.map(\.name)).count == roles.count, casesPerTeam > 0,
      casesPerTeam.isFinite, elasticity >= 0, elasticity.isFinite
    else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "A team needs roles of different names, with people and shares above zero, costs and "
            + "an elasticity not below zero, and cases above zero.",
          zh: "团队须有名称各异的角色，人数与份额大于零，成本与替代弹性不小于零，结案数大于零。"),
        hint: Text(
          en: "For example one judge, one assistant and one clerk who resolve 201 cases.",
          zh: "例如一名法官、一名助理、一名书记员，每年结案 201 件。"))
    }
    self.roles = roles.map {
      Role(name: $0.name, perTeam: $0.perTeam, share: $0.share / total, cost: $0.cost)
    }
    self.casesPerTeam = casesPerTeam
    self.elasticity = elasticity
  }

  /// What `staff` can do.
  public struct Capacity: Codable, Sendable, Equatable {
    /// Cases a year.
    public let cases: Double
    /// cases / casesPerTeam.
    public let teams: Double
    /// The role of which one person more would add most; with fixed proportions the scarcest.
    public let bottleneck: String
    /// What one person more of each role would add, in cases, in the order of the roles.
    public let oneMore: [Double]
  }

  /// What `staff` can do.
  ///
  /// - Parameter staff: xᵢ, people by role, in the order of the roles; none below zero.
  /// - Returns: cases, teams and what is scarce.
  /// - Throws: ``DiagnosticCode/illegalStaff``.
  public func capacity(_ staff: [Double]) throws(Diagnostic) -> Capacity {
    guard staff.count == roles.count, staff.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw illegalStaff
    }
    let now = cases(staff)
    let oneMore = staff.indices.map { i in
      var more = staff
      more[i] += 1
      return cases(more) - now
    }
    // Where two are equally scarce, one person more of either alone adds nothing.
    let scarcity = staff.indices.map { staff[$0] / roles[$0].perTeam }
    let first =
      staff.indices.max {
        let (a, b) = (oneMore[$0], oneMore[$1])
        return abs(a - b) > 1e-9 * max(1, now) ? a < b : scarcity[$0] > scarcity[$1]
      } ?? 0
    return Capacity(
      cases: now, teams: now / casesPerTeam, bottleneck: roles[first].name, oneMore: oneMore)
  }

  /// The production function.
  func cases(_ staff: [Double]) -> Double {
    let teams = staff.indices.map { staff[$0] / roles[$0].perTeam }
    let scarcest = teams.min() ?? 0
    if elasticity == 0 { return casesPerTeam * scarcest }
    if abs(elasticity - 1) < 1e-9 {
      if scarcest == 0 { return 0 }
      return casesPerTeam * exp(teams.indices.map { roles[$0].share * log(teams[$0]) }.accurateSum)
    }
    let rho = 1 - 1 / elasticity
    // Below σ = 1 nobody can be done without.
    if rho < 0, scarcest == 0 { return 0 }
    // Scaled by one of the terms, so that no power overflows.
    let scale = rho < 0 ? scarcest : (teams.max() ?? 0)
    if scale == 0 { return 0 }
    let sum = teams.indices.map { roles[$0].share * pow(teams[$0] / scale, rho) }.accurateSum
    return casesPerTeam * scale * pow(sum, 1 / rho)
  }

  var illegalStaff: Diagnostic {
    Diagnostic(
      .illegalStaff, .error,
      Text(
        en: "The staff must be \(roles.count) numbers, none below zero: "
          + roles.map(\.name).joined(separator: ", ") + ".",
        zh: "人员须为 \(roles.count) 个不小于零的数：" + roles.map(\.name).joined(separator: "、") + "。"),
      hint: Text(en: "Give one number a role.", zh: "每个角色给一个数。"))
  }
}
