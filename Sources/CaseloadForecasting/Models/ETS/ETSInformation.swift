import CaseloadMath

extension ETSProblem {
  /// The inverse of the information at `x`, a first guess at that of the Hessian; `nil` where it is
  /// singular.
  ///
  /// ```
  /// H ≈ (2n / Σe²) Σₜ dₜ dₜ′,    dₜ = ∂μₜ/∂x   (error A),   ∂μₜ/∂x / μₜ   (error M)
  /// ```
  ///
  /// What is left out has expectation zero at the truth, or is of the relative order σ².
  func inverseInformation(_ x: [Double]) -> [Double]? {
    guard value(x).isFinite else { return nil }
    let d = dimension
    var information = sensitivityProducts(x)
    // A ridge: the map of the box is flat at its bounds.
    for i in 0..<d { information[i * d + i] *= 1 + 1e-6 }
    return SmallCholesky.inverse(&information, dimension: d) ? information : nil
  }

  /// (2n / Σe²) Σ dₜ dₜ′ by forward sensitivities; the tape holds the pass at `x`.
  private func sensitivityProducts(_ x: [Double]) -> [Double] {
    let d = dimension
    let (n, m) = (tape.count, tape.seasonLength)
    let (smoothing, slopes) = x.withUnsafeBufferPointer { x in
      x.baseAddress.map { box.parameters($0) } ?? (ETSSmoothing(alpha: 0), ETSBox.Slopes())
    }
    let (alpha, beta, gamma) = (smoothing.alpha, smoothing.beta, smoothing.gamma)
    let phi = smoothing.phi
    // ∂ of level, slope, mean and of each season by the coordinates.
    let dl = tape.sensitivity
    let db = dl + d
    let dmu = db + d
    let ds = dmu + d
    for i in 0..<((m + 3) * d) { dl[i] = 0 }
    var seed = [Double](repeating: 0, count: 4 * d)
    var next = form.smoothingCount
    dl[next] = 1
    next += 1
    if form.trend != .none {
      db[next] = 1
      next += 1
    }
    if form.season != .none {
      for j in 1..<m {
        ds[j * d + next] = 1
        ds[next] = -1
        next += 1
      }
    }
    let firstCoefficient = next
    (seed[0], seed[d], seed[2 * d]) = (slopes.alpha.alpha, slopes.alpha.beta, slopes.alpha.gamma)
    next = 1
    if form.trend != .none {
      seed[d + next] = slopes.beta
      next += 1
    }
    if form.season != .none {
      seed[2 * d + next] = slopes.gamma
      next += 1
    }
    if form.isDamped { seed[3 * d + next] = slopes.phi }

    var products = [Double](repeating: 0, count: d * d)
    var squares = 0.0
    seed.withUnsafeBufferPointer { seed in
      products.withUnsafeMutableBufferPointer { products in
        for t in 0..<n {
          let (l, b, mu, epsilon) = (tape.level[t], tape.slope[t], tape.mean[t], tape.error[t])
          let seen = tape.y[t] == tape.y[t] ? 1.0 : 0.0
          let s = form.season == .none ? 1 : tape.season[t]
          let row = ds + (form.season == .none ? 0 : (t % m) * d)
          var (growth, growthByB, growthByPhi) = (0.0, 0.0, 0.0)
          switch form.trend {
          case .none: break
          case .additive: (growth, growthByB, growthByPhi) = (phi * b, phi, b)
          case .multiplicative:
            growth = phi == 1 ? b : exp(phi * log(b))
            (growthByB, growthByPhi) = (phi * growth / b, growth * log(b))
          }
          // q = l + growth or l·growth (or l); its derivatives by l and growth.
          let q = form.trend == .multiplicative ? l * growth : l + growth
          let (qByL, qByGrowth) =
            form.trend == .multiplicative ? (growth, l) : (1, 1)
          let p = form.season == .multiplicative ? epsilon / s : epsilon
          let (muByQ, muByS) =
            form.season == .multiplicative ? (s, q) : (1, form.season == .additive ? 1 : 0)
          let (pByE, pByS) = form.season == .multiplicative ? (1 / s, -p / s) : (1, 0)
          let toB = form.trend == .multiplicative ? 1 / l : 1
          let bByL = form.trend == .multiplicative ? -beta * p / (l * l) : 0
          let toS = form.season == .multiplicative ? 1 / q : 1
          let sByQ = form.season == .multiplicative ? -gamma * epsilon / (q * q) : 0
          let hasTrend = form.trend == .none ? 0.0 : 1.0
          for i in 0..<d {
            let dg = growthByB * db[i] + growthByPhi * seed[3 * d + i]
            let dq = qByL * dl[i] + qByGrowth * dg
            let dS = row[i]
            var mean = muByQ * dq + muByS * dS
            if i >= firstCoefficient { mean += tape.x[(i - firstCoefficient) * n + t] }
            dmu[i] = mean
            let de = -mean * seen
            let dp = pByE * de + pByS * dS
            let before = dl[i]
            dl[i] = dq + seed[i] * p + alpha * dp
            db[i] =
              hasTrend * (dg + (seed[d + i] * p + beta * dp) * toB + bByL * before)
            if form.season != .none {
              row[i] = dS + (seed[2 * d + i] * epsilon + gamma * de) * toS + sByQ * dq
            }
          }
          guard seen == 1 else { continue }
          let inverse = form.error == .multiplicative ? 1 / mu : 1
          let relative = epsilon * inverse
          squares += relative * relative
          let weight = inverse * inverse
          for i in 0..<d {
            let left = weight * dmu[i]
            let line = i * d
            for j in 0...i { products[line + j] += left * dmu[j] }
          }
        }
      }
    }
    let scale = 2 * Double(tape.observedCount) / max(squares, 1e-30 * Double(tape.observedCount))
    for i in 0..<d {
      for j in 0...i {
        products[i * d + j] *= scale
        products[j * d + i] = products[i * d + j]
      }
    }
    return products
  }
}

/// The inverse of a small symmetric positive definite matrix, in place.
enum SmallCholesky {
  /// - Returns: whether the matrix is positive definite; otherwise its contents are lost.
  static func inverse(_ a: inout [Double], dimension d: Int) -> Bool {
    a.withUnsafeMutableBufferPointer { a in
      // A = L L′, row by row below the diagonal.
      for i in 0..<d {
        for j in 0...i {
          var sum = a[i * d + j]
          for k in 0..<j { sum -= a[i * d + k] * a[j * d + k] }
          if i == j {
            guard sum > 1e-13 * abs(a[i * d + i]), sum.isFinite else { return false }
            a[i * d + i] = sum.squareRoot()
          } else {
            a[i * d + j] = sum / a[j * d + j]
          }
        }
      }
      // L⁻¹ below the diagonal, then L⁻ᵀ L⁻¹.
      for i in 0..<d {
        a[i * d + i] = 1 / a[i * d + i]
        for j in 0..<i {
          var sum = 0.0
          for k in j..<i { sum += a[i * d + k] * a[k * d + j] }
          a[i * d + j] = -sum * a[i * d + i]
        }
      }
      for i in 0..<d {
        for j in 0...i {
          var sum = 0.0
          for k in i..<d { sum += a[k * d + i] * a[k * d + j] }
          a[i * d + j] = sum
        }
      }
      for i in 0..<d { for j in 0..<i { a[j * d + i] = a[i * d + j] } }
      return true
    }
  }
}
