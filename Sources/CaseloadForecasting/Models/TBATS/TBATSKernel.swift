import CaseloadMath

/// The squares of a TBATS model's errors, minimized over the initial states, with their gradient.
///
/// The equations are those of ``TBATSPass``. All buffers lie in one array that is allocated once for a
/// shape; an evaluation allocates nothing.
struct TBATSKernel {
  let shape: TBATSShape
  let count: Int
  private let hasGaps: Bool
  private let owner: [Int]
  private var slab: [Double]
  private let layout: Layout

  /// Where each buffer begins in the slab.
  struct Layout {
    let n: Int
    let k: Int
    let harmonics: Int
    let p: Int
    let q: Int
    let hasTrend: Bool
    private(set) var size = 0
    private(set) var z = 0
    private(set) var d = 0
    private(set) var e = 0
    private(set) var slopes = 0
    private(set) var dBar = 0
    private(set) var eBar = 0
    private(set) var zBar = 0
    private(set) var rows = 0
    private(set) var white = 0
    private(set) var gram = 0
    private(set) var moments = 0
    private(set) var seeds = 0
    private(set) var s = 0
    private(set) var c = 0
    private(set) var cosines = 0
    private(set) var sines = 0
    private(set) var gamma1 = 0
    private(set) var gamma2 = 0
    private(set) var ar = 0
    private(set) var ma = 0

    init(_ shape: TBATSShape, count: Int) {
      (n, k, harmonics) = (count, shape.stateCount, shape.harmonicCount)
      (p, q, hasTrend) = (shape.autoregressive, shape.movingAverage, shape.hasTrend)
      var next = 0
      func take(_ length: Int) -> Int {
        defer { next += length }
        return next
      }
      (z, d, e, slopes) = (take(n), take(n), take(n), take(n))
      (dBar, eBar, zBar) = (take(n), take(n), take(n))
      (rows, white) = (take(n * k), take(n * k))
      (gram, moments, seeds) = (take(k * k), take(k), take(k))
      (s, c) = (take(harmonics), take(harmonics))
      (cosines, sines) = (take(harmonics), take(harmonics))
      (gamma1, gamma2) = (take(harmonics), take(harmonics))
      (ar, ma) = (take(p), take(q))
      size = next
    }
  }

  init(_ shape: TBATSShape, _ z: [Double]) {
    self.shape = shape
    count = z.count
    hasGaps = z.contains { $0.isNaN }
    owner = shape.harmonics.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    layout = Layout(shape, count: z.count)
    slab = [Double](repeating: 0, count: layout.size)
    for (t, value) in z.enumerated() { slab[layout.z + t] = value }
    for (h, angle) in TBATSSystem.angles(shape).enumerated() {
      slab[layout.cosines + h] = cos(angle)
      slab[layout.sines + h] = sin(angle)
    }
  }

  /// z: NaN where missing, always in the same places.
  mutating func setData(_ value: (Int) -> Double) {
    for t in 0..<count { slab[layout.z + t] = value(t) }
  }

  /// Σ ε² at the best seeds; infinite where the filter does not forget them.
  mutating func squares(_ parameters: TBATSParameters) -> Double {
    load(parameters)
    lastSquares = pass { [hasGaps] pass in
      for i in 0..<pass.layout.k { pass.seeds[i] = 0 }
      guard pass.run().isFinite else { return .infinity }
      if hasGaps {
        guard pass.forgets() else { return .infinity }
        // That used the buffers of the waves only; ε⁰ is still there.
        pass.fillColumns()
      } else {
        guard pass.fillRows() else { return .infinity }
      }
      pass.solveSeeds()
      let squares = pass.run()
      return squares.isFinite ? squares : .infinity
    }
    return lastSquares
  }

  /// What ``squares(_:)`` returned last.
  private(set) var lastSquares = Double.infinity

  /// Σ ε² from the seeds given.
  mutating func squares(_ parameters: TBATSParameters, seeds: [Double]) -> Double {
    load(parameters)
    for (i, seed) in seeds.enumerated() { slab[layout.seeds + i] = seed }
    return pass { $0.run() }
  }

  /// The gradient of Σ ε² after ``squares(_:)``; that by λ is left to ``dataAdjoint(_:)``.
  mutating func gradient(into gradient: inout TBATSParameters) {
    let owner = owner
    pass { $0.gradient(owner, into: &gradient) }
  }

  /// z̄: the derivative of Σ ε² by the t-th value.
  func dataAdjoint(_ t: Int) -> Double { slab[layout.zBar + t] }
  var seeds: [Double] { Array(slab[layout.seeds..<(layout.seeds + layout.k)]) }
  /// ε; 0 where the value is missing.
  var innovations: [Double] { Array(slab[layout.e..<(layout.e + count)]) }
  /// d.
  var errors: [Double] { Array(slab[layout.d..<(layout.d + count)]) }

  /// How fast the filter forgets its seeds: about the largest root of D.
  mutating func largestRoot(_ parameters: TBATSParameters) -> Double {
    load(parameters)
    return pass { $0.largestRoot() }
  }

  private mutating func load(_ parameters: TBATSParameters) {
    for (h, season) in owner.enumerated() {
      slab[layout.gamma1 + h] = parameters.gamma1[season]
      slab[layout.gamma2 + h] = parameters.gamma2[season]
    }
    for (i, a) in parameters.autoregressive.enumerated() { slab[layout.ar + i] = a }
    for (i, m) in parameters.movingAverage.enumerated() { slab[layout.ma + i] = m }
    (alpha, beta, phi) = (parameters.alpha, parameters.beta, parameters.phi)
  }

  private var alpha = 0.0
  private var beta = 0.0
  private var phi = 1.0

  private mutating func pass<R>(_ body: (TBATSPass) -> R) -> R {
    let (layout, alpha, beta, phi) = (layout, alpha, beta, phi)
    return slab.withUnsafeMutableBufferPointer { slab in
      body(TBATSPass(slab, layout, alpha: alpha, beta: beta, phi: phi))
    }
  }
}
