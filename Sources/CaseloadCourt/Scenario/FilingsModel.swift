import CaseloadData
import CaseloadForecasting
import CaseloadMath

/// Joint sample paths of the filings of all dockets.
///
/// Each docket has a forecast model of its own, which gives the law of every period ahead. What ties
/// the periods of a docket together, and the dockets to each other, is a Gaussian copula:
///
/// ```
/// x_{s,t} = F_{s,t}⁻¹(Φ(z_{s,t})),   z_s = L_s e_s,   corr(e_{r,t}, e_{s,t}) = R_{rs}
/// ```
///
/// L_s is the Cholesky factor of the correlation over time of the normal scores of the model's own
/// paths: its column t is what the innovation of period t does later. R is the correlation of the normal scores
/// of the models' one-step residuals, shrunk toward no correlation. A shock that all case types share
/// (a lockdown, a new law) so moves all paths, and every period keeps the law that its model gives it.
///
/// - Sources: Nelsen (2006), *An Introduction to Copulas*, §2.3; Schäfer & Strimmer (2005),
///   "A shrinkage approach to large-scale covariance matrix estimation", *SAGMB* 4(1), 32.
public struct FilingsModel: Sendable {
  /// The model of one docket.
  public struct Member: Codable, Sendable {
    public let court: String
    public let caseType: String
    /// The identifier of the model, and what was fitted.
    public let model: String
    public let form: String
  }

  public let members: [Member]
  /// R.
  public let correlation: Matrix
  /// The shrinkage intensity, 0 to 1.
  public let shrinkage: Double
  public let diagnostics: [Diagnostic]
  let horizon: Int
  /// Quantiles at ``grid``, docket by docket, period by period.
  let quantiles: [Double]
  /// L_s, row by row, docket by docket.
  let time: [Double]
  /// The Cholesky factor of R, row by row.
  let cross: [Double]

  /// Normal scores at which the quantiles are tabled; between them they are interpolated, beyond them
  /// the last slope goes on.
  static let grid = (start: -4.5, step: 0.125, count: 73)
  /// Paths from which the correlation over time is taken.
  static let pilotCount = 2000

  /// Fits `model` to every docket; where it cannot be fitted, a simpler one.
  ///
  /// - Parameters:
  ///   - state: the history.
  ///   - model: forecasts the filings of one docket.
  ///   - horizon: periods ahead.
  ///   - threads: at most this many fits at once.
  ///   - stream: the source of the paths.
  /// - Throws: what fitting throws where not even the naive model can be fitted.
  public init(
    _ state: CourtState, model: any ForecastModel, horizon: Int, threads: Int? = nil,
    from stream: RandomStream
  ) async throws {
    self.horizon = horizon
    let parts = try await concurrentMap(state.dockets.count, threads: threads) { index in
      try Part(state, index, model, horizon, stream.substream(UInt64(index)))
    }
    members = parts.map(\.member)
    diagnostics = parts.flatMap(\.diagnostics)
    quantiles = parts.flatMap(\.quantiles)
    time = parts.flatMap(\.time)
    let (correlation, shrinkage) = Self.correlation(parts.map(\.scores))
    self.correlation = correlation
    self.shrinkage = shrinkage
    cross = Self.lowerFactor(correlation)
  }

  /// What one docket contributes.
  private struct Part: Sendable {
    let member: Member
    let diagnostics: [Diagnostic]
    let quantiles: [Double]
    let time: [Double]
    /// Normal scores of the residuals, the last one last.
    let scores: [Double]

    init(
      _ state: CourtState, _ index: Int, _ model: any ForecastModel, _ horizon: Int,
      _ stream: RandomStream
    ) throws(Diagnostic) {
      let docket = state.dockets[index]
      var notes: [Diagnostic] = []
      var fit: any FittedForecastModel
      var id = type(of: model).card.id
      do throws(Diagnostic) {
        fit = try model.fitted(to: docket.filed)
      } catch {
        let (simpler, reason) = ForecastModels.fallback(for: docket.filed)
        do throws(Diagnostic) {
          fit = try simpler.fitted(to: docket.filed)
        } catch {
          throw error.located(Diagnostic.Location(series: state.label(docket)))
        }
        id = type(of: simpler).card.id
        notes.append(
          Diagnostic(
            error.code, .warning,
            Text(
              en: "\(error.message.en) Instead: \(reason.en)",
              zh: "\(error.message.zh)改用 \(reason.zh)"),
            at: Diagnostic.Location(series: state.label(docket))))
      }
      member = Member(
        court: state.courts[docket.court], caseType: state.caseTypes[docket.caseType], model: id,
        form: fit.form)
      diagnostics = notes
      let grid = FilingsModel.grid
      quantiles = fit.marginals(horizon).flatMap { law in
        (0..<grid.count).map { point in
          let z = grid.start + grid.step * Double(point)
          return law.quantile(Normal.standard.cumulative(z))
        }
      }
      let paths = fit.paths(horizon, count: FilingsModel.pilotCount, from: stream)
      let scored = (0..<horizon).map { FilingsModel.scores(paths.row($0)) }
      var over = Matrix.identity(horizon)
      for t in 0..<horizon {
        for u in 0..<t {
          let r = FilingsModel.dot(scored[t], scored[u]) / FilingsModel.dot(scored[t], scored[t])
          (over[t, u], over[u, t]) = (r, r)
        }
      }
      time = FilingsModel.lowerFactor(over)
      scores = FilingsModel.scores(fit.residuals)
    }
  }

  /// Φ⁻¹((rank − ½)/n), NaN where missing.
  static func scores(_ values: [Double]) -> [Double] {
    let order = values.indices.filter { !values[$0].isNaN }.sorted {
      (values[$0], $0) < (values[$1], $1)
    }
    var result = [Double](repeating: .nan, count: values.count)
    for (rank, index) in order.enumerated() {
      result[index] = Normal.standard.quantile((Double(rank) + 0.5) / Double(order.count))
    }
    return result
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  /// R = (1 − λ) r + λ I with λ = Σ var(r) / Σ r², var(r) = (1 − r²)²/(n − 1).
  static func correlation(_ scores: [[Double]]) -> (Matrix, Double) {
    let count = scores.count
    var r = Matrix.identity(count)
    var (noise, signal) = (0.0, 0.0)
    for i in 0..<count {
      for j in 0..<i {
        let n = min(scores[i].count, scores[j].count)
        let pairs = zip(scores[i].suffix(n), scores[j].suffix(n)).filter {
          !$0.0.isNaN && !$0.1.isNaN
        }
        guard pairs.count > 3,
          let value = Descriptive.correlation(pairs.map(\.0), pairs.map(\.1))
        else { continue }
        (r[i, j], r[j, i]) = (value, value)
        noise += (1 - value * value) * (1 - value * value) / Double(pairs.count - 1)
        signal += value * value
      }
    }
    let shrinkage = signal > 0 ? min(1, noise / signal) : 1
    for i in 0..<count { for j in 0..<count where i != j { r[i, j] *= 1 - shrinkage } }
    return (r, shrinkage)
  }

  /// The Cholesky factor row by row, of the matrix shrunk toward I until it has one.
  static func lowerFactor(_ matrix: Matrix) -> [Double] {
    let n = matrix.rowCount
    var keep = 1.0
    while true {
      var trial = matrix
      for i in 0..<n { for j in 0..<n where i != j { trial[i, j] *= keep } }
      if let root = try? Cholesky(trial) {
        var rows = [Double](repeating: 0, count: n * n)
        for i in 0..<n { for j in 0...i { rows[i * n + j] = root.lower[i, j] } }
        return rows
      }
      keep *= 0.95
      if keep < 1e-6 { keep = 0 }
    }
  }
}

extension FilingsModel {
  /// Draws `count` joint paths, from `first` on, into an array [docket][period][draw].
  ///
  /// Path k is drawn from the substream k of `stream`, whatever the block it is drawn in.
  func paths(first: Int, count: Int, from stream: RandomStream) -> [Double] {
    let dockets = members.count
    let size = horizon * count
    var e = [Double](repeating: 0, count: dockets * size)
    for draw in 0..<count {
      var source = stream.substream(UInt64(first + draw))
      for cell in 0..<dockets * horizon { e[cell * count + draw] = source.normal() }
    }
    var x = [Double](repeating: 0, count: dockets * size)
    var mixed = [Double](repeating: 0, count: size)
    let (grid, points) = (Self.grid, Self.grid.count)
    e.withUnsafeBufferPointer { e in
      x.withUnsafeMutableBufferPointer { x in
        mixed.withUnsafeMutableBufferPointer { mixed in
          for s in 0..<dockets {
            mixed.update(repeating: 0)
            for r in 0...s {
              let c = cross[s * dockets + r]
              if c == 0 { continue }
              for i in 0..<size { mixed[i] += c * e[r * size + i] }
            }
            for t in 0..<horizon {
              let row = s * size + t * count
              for u in 0...t {
                let l = time[(s * horizon + t) * horizon + u]
                for d in 0..<count { x[row + d] += l * mixed[u * count + d] }
              }
              let table = (s * horizon + t) * points
              for d in 0..<count {
                let position = (x[row + d] - grid.start) / grid.step
                let cell = max(0, min(points - 2, Int(position)))
                let (low, high) = (quantiles[table + cell], quantiles[table + cell + 1])
                x[row + d] = max(0, low + (position - Double(cell)) * (high - low))
              }
            }
          }
        }
      }
    }
    return x
  }

  /// The median of docket `s` in period `t`.
  func median(_ s: Int, _ t: Int) -> Double {
    max(0, quantiles[(s * horizon + t) * Self.grid.count + Self.grid.count / 2])
  }
}
