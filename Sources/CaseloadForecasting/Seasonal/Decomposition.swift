import CaseloadData

/// A series taken apart: named components over the periods of its history.
///
/// ```
/// additive:        yₜ = Σ componentsₜ
/// multiplicative:  yₜ = Π componentsₜ
/// ```
///
/// over the components that ``Component/isPart`` marks; a slope explains the level and is no part of
/// the sum. Where a value is missing, so is the irregular part; a model's other components are known
/// there too.
public struct Decomposition: Sendable, Codable, Equatable {
  /// What a component is, whatever method found it.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case trend, slope, season, cycle, regression, irregular
  }

  /// One component, one value a period.
  public struct Component: Sendable, Codable, Equatable {
    public let kind: Kind
    public let name: Text
    /// Whether it is one of the parts that make up the series.
    public let isPart: Bool
    /// NaN where it is not known.
    @NullForNaN public private(set) var values: [Double]
    /// One a value; empty for a method that gives none.
    @NullForNaN public private(set) var standardErrors: [Double]

    /// - Precondition: no standard errors, or one a value.
    public init(
      _ kind: Kind, name: Text, values: [Double], standardErrors: [Double] = [],
      isPart: Bool = true
    ) {
      precondition(standardErrors.isEmpty || standardErrors.count == values.count)
      self.kind = kind
      self.name = name
      self.isPart = isPart
      self.values = values
      self.standardErrors = standardErrors
    }
  }

  /// What found it: `STL`, `local linear trend + dummy season`.
  public let method: String
  public let isMultiplicative: Bool
  public let start: Period
  public let components: [Component]

  /// - Precondition: components of one length.
  public init(
    method: String, isMultiplicative: Bool = false, start: Period, components: [Component]
  ) {
    precondition(components.allSatisfy { $0.values.count == components[0].values.count })
    self.method = method
    self.isMultiplicative = isMultiplicative
    self.start = start
    self.components = components
  }

  /// The first component of `kind`; `nil` where there is none.
  public subscript(kind: Kind) -> Component? { components.first { $0.kind == kind } }

  /// The periods that it covers.
  public var periods: Range<Period> {
    start..<start.advanced(by: components.first?.values.count ?? 0)
  }

  /// The series that the parts make up; NaN where one of them is not known.
  public var recomposed: [Double] {
    let parts = components.filter(\.isPart)
    guard let first = parts.first else { return [] }
    return parts.dropFirst().reduce(first.values) { sum, part in
      zip(sum, part.values).map { isMultiplicative ? $0 * $1 : $0 + $1 }
    }
  }
}

/// A fit that can take its series apart.
public protocol DecomposingFit: Sendable {
  /// The components over the history, given the values up to each period or all of them.
  func components(_ given: ComponentEstimate) -> Decomposition
}

/// What a component in period t is estimated from.
public enum ComponentEstimate: String, Sendable, Codable, CaseIterable {
  /// The values up to t: what was known then. NaN while they do not yet determine it.
  case filtered
  /// All values: what is known now.
  case smoothed
}
