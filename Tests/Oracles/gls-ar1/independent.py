"""The AR(1) regressions of values.json fitted again, without nlme, in 40-digit arithmetic.

    pip install mpmath gmpy2
    python independent.py

Adds to each series, under "independent", the maxima of the restricted and the full likelihood,
and for the restricted fit Kenward and Roger's adjusted covariance and the degrees of freedom of
`level` and `slope`. README.md has the formulas.
"""

import json
import re
from pathlib import Path

from mpmath import diff, eye, findroot, matrix, mp, mpf

mp.dps = 40
PATH = Path(__file__).resolve().parent / "values.json"


def whiten(column, rho):
    """Rows of R^(-1/2): Prais–Winsten, so that R^(-1) = W'W / (1 − ρ²) for unit marginal variance."""
    first = mp.sqrt(1 - rho * rho) * column[0]
    return [first] + [column[t] - rho * column[t - 1] for t in range(1, len(column))]


class Model:
    def __init__(self, y, columns):
        self.y = [mpf(v) for v in y]
        self.columns = [[mpf(v) for v in c] for c in columns]
        self.n, self.p = len(y), len(columns)

    def solve(self, rho):
        """X'R⁻¹X, its inverse, β̂(ρ), and the weighted residual sum of squares."""
        scale = 1 - rho * rho
        xs = [whiten(c, rho) for c in self.columns]
        ys = whiten(self.y, rho)
        A = matrix(self.p, self.p)
        b = matrix(self.p, 1)
        for i in range(self.p):
            for j in range(self.p):
                A[i, j] = mp.fdot(xs[i], xs[j]) / scale
            b[i] = mp.fdot(xs[i], ys) / scale
        inverse = A ** -1
        beta = inverse * b
        rss = mp.fdot(ys, ys) / scale - mp.fdot(beta, b)
        return A, inverse, beta, rss

    def log_det_R(self, rho):
        return (self.n - 1) * mp.log(1 - rho * rho)

    def log_likelihood(self, variance, rho, restricted):
        A, _, _, rss = self.solve(rho)
        k = self.n - self.p if restricted else self.n
        value = k * mp.log(2 * mp.pi) + k * mp.log(variance) + self.log_det_R(rho) + rss / variance
        if restricted:
            value += mp.log(mp.det(A))
        return -value / 2

    def profile(self, rho, restricted):
        k = self.n - self.p if restricted else self.n
        return self.log_likelihood(self.solve(rho)[3] / k, rho, restricted)

    def maximum(self, restricted):
        with mp.workdps(16):
            grid = [mpf(i) / 200 for i in range(-199, 200)]
            best = max(grid, key=lambda r: self.profile(r, restricted))
        slope = lambda r: diff(lambda s: self.profile(s, restricted), r, h=mpf("1e-12"))
        with mp.workdps(60):
            rho = findroot(slope, (best - mpf("0.005"), best + mpf("0.005")), solver="anderson", tol=mpf("1e-40"))
        k = self.n - self.p if restricted else self.n
        return rho, self.solve(rho)[3] / k


def kenward_roger(m, variance, rho):
    """Φ, and by kind of information W, Φ_A, Φ_A without R_ij, and degrees of freedom."""
    n, p = m.n, m.p
    X = matrix(n, p)
    for j in range(p):
        for i in range(n):
            X[i, j] = m.columns[j][i]
    power = [rho ** k for k in range(n)]
    first = [mpf(0)] + [k * rho ** (k - 1) for k in range(1, n)]
    second = [mpf(0), mpf(0)] + [k * (k - 1) * rho ** (k - 2) for k in range(2, n)]
    toeplitz = lambda v, c: matrix([[c * v[abs(i - j)] for j in range(n)] for i in range(n)])
    V = toeplitz(power, variance)
    dV = [toeplitz(power, mpf(1)), toeplitz(first, variance)]
    d2V = {(0, 0): None, (0, 1): toeplitz(first, mpf(1)), (1, 0): None, (1, 1): toeplitz(second, variance)}
    d2V[1, 0] = d2V[0, 1]
    K = matrix(n, n)  # V⁻¹, tridiagonal
    c = 1 / (variance * (1 - rho * rho))
    for i in range(n):
        K[i, i] = c * (1 if i in (0, n - 1) else 1 + rho * rho)
        if i:
            K[i, i - 1] = K[i - 1, i] = -c * rho
    KX = K * X
    probe = V * KX - X
    assert max(abs(v) for v in probe) < mpf("1e-25")
    Phi = (X.T * KX) ** -1
    VX = [D * KX for D in dV]                      # V_i V⁻¹ X
    P = [-(KX.T * v) for v in VX]
    Q = {(i, j): VX[i].T * (K * VX[j]) for i in (0, 1) for j in (0, 1)}
    R = {k: (matrix(p, p) if D is None else KX.T * (D * KX)) for k, D in d2V.items()}

    # Expected information ½ tr(P V_i P V_j), P = V⁻¹ − V⁻¹X Φ X'V⁻¹. Expanded, so that only n×p
    # products and products with the tridiagonal K are needed:
    # tr(K V_i K V_j) − 2 tr(Φ Q_ij) + tr(Φ P_i Φ P_j).
    KD = []
    for D in dV:
        M = matrix(n, n)
        for i in range(n):
            for j in range(n):
                v = K[i, i] * D[i, j]
                if i:
                    v += K[i, i - 1] * D[i - 1, j]
                if i < n - 1:
                    v += K[i, i + 1] * D[i + 1, j]
                M[i, j] = v
        KD.append(M)
    trace = lambda M: sum(M[i, i] for i in range(M.rows))
    trace2 = lambda A, B: sum(A[i, j] * B[j, i] for i in range(A.rows) for j in range(A.cols))
    expected = matrix(2, 2)
    for i in (0, 1):
        for j in (0, 1):
            expected[i, j] = (trace2(KD[i], KD[j]) - 2 * trace2(Phi, Q[i, j])
                              + trace2(Phi * P[i], Phi * P[j])) / 2
    # Brute-force check of the derivatives of Φ that Λ rests on: ∂²Φ/∂θ_i∂θ_j =
    # Φ (P_i Φ P_j + P_j Φ P_i − Q_ij − Q_ji + R_ij) Φ, for the last coefficient.
    phi_of = lambda s, r: s * m.solve(r)[1][p - 1, p - 1]
    for (i, j), order in (((0, 1), (1, 1)), ((1, 1), (0, 2))):
        second_derivative = (Phi * (P[i] * Phi * P[j] + P[j] * Phi * P[i] - Q[i, j] - Q[j, i] + R[i, j]) * Phi)[p - 1, p - 1]
        with mp.workdps(80):
            numerical = diff(phi_of, (variance, rho), order)
        assert abs(numerical / second_derivative - 1) < mpf("1e-15")
    l = lambda s, r: m.log_likelihood(s, r, True)
    observed = matrix(2, 2)
    with mp.workdps(80):
        observed[0, 0] = -diff(l, (variance, rho), (2, 0))
        observed[1, 1] = -diff(l, (variance, rho), (0, 2))
        observed[0, 1] = observed[1, 0] = -diff(l, (variance, rho), (1, 1))
        gradient = [diff(l, (variance, rho), (1, 0)), diff(l, (variance, rho), (0, 1))]
    assert max(map(abs, gradient)) < mpf("1e-15"), gradient

    result = {}
    for name, information in (("observed", observed), ("expected", expected)):
        W = information ** -1
        full, linear = matrix(p, p), matrix(p, p)
        for i in (0, 1):
            for j in (0, 1):
                core = Q[i, j] - P[i] * Phi * P[j]
                linear += W[i, j] * core
                full += W[i, j] * (core - R[i, j] / 4)
        adjusted = Phi + 2 * Phi * full * Phi
        adjusted_linear = Phi + 2 * Phi * linear * Phi
        satterthwaite, kr, scale = [], [], []
        for k in range(p):
            # Satterthwaite: 2 v² / (g'Wg), v = Φ_kk, g_i = ∂Φ_kk/∂θ_i = −(Φ P_i Φ)_kk.
            g = [-(Phi * P[i] * Phi)[k, k] for i in (0, 1)]
            v = Phi[k, k]
            satterthwaite.append(2 * v * v / sum(W[i, j] * g[i] * g[j] for i in (0, 1) for j in (0, 1)))
            # Kenward–Roger, one contrast (ℓ = 1), by their formulas, not by the shortcut.
            Theta = matrix(p, p)
            Theta[k, k] = 1 / v
            T = [Theta * Phi * P[i] * Phi for i in (0, 1)]
            A1 = sum(W[i, j] * trace(T[i]) * trace(T[j]) for i in (0, 1) for j in (0, 1))
            A2 = sum(W[i, j] * trace2(T[i], T[j]) for i in (0, 1) for j in (0, 1))
            L = mpf(1)
            B = (A1 + 6 * A2) / (2 * L)
            gg = ((L + 1) * A1 - (L + 4) * A2) / ((L + 2) * A2)
            d = 3 * L + 2 * (1 - gg)
            c1, c2, c3 = gg / d, (L - gg) / d, (L + 2 - gg) / d
            E = 1 / (1 - A2 / L)
            U = 2 / L * (1 + c1 * B) / ((1 - c2 * B) ** 2 * (1 - c3 * B))
            r = U / (2 * E * E)
            degrees = 4 + (L + 2) / (L * r - 1)
            kr.append(degrees)
            scale.append(degrees / (E * (degrees - 2)))
        result[name] = dict(information=information, W=W, adjustedCovariance=adjusted,
                            adjustedCovarianceFirstOrder=adjusted_linear, satterthwaite=satterthwaite,
                            kenwardRoger=kr, scale=scale)
    return Phi, result


def rows(M):
    return [[float(M[i, j]) for j in range(M.cols)] for i in range(M.rows)]


def root_diagonal(M):
    return [float(mp.sqrt(M[i, i])) if M[i, i] > 0 else None for i in range(M.rows)]


def analyse(s):
    m = Model(s["y"], [s["design"][c] for c in s["columns"]])
    out = {}
    for method, restricted in (("REML", True), ("ML", False)):
        rho, variance = m.maximum(restricted)
        A, inverse, beta, _ = m.solve(rho)
        Phi = variance * inverse
        here = {
            "phi": float(rho), "sigma": float(mp.sqrt(variance)),
            "logLikelihood": float(m.log_likelihood(variance, rho, restricted)),
            "coefficients": [float(b) for b in beta],
            "covariance": rows(Phi), "standardErrors": root_diagonal(Phi)}
        theirs = s[method]
        XX = matrix(m.p, m.p)
        for i in range(m.p):
            for j in range(m.p):
                XX[i, j] = mp.fdot(m.columns[i], m.columns[j])
        print(f"  {method} phi {float(rho):+.12f}  nlme − ours: phi {theirs['phi'] - here['phi']:+.1e}"
              f" sigma {theirs['sigma'] / here['sigma'] - 1:+.1e} logLik {theirs['logLikelihood'] - here['logLikelihood']:+.3e}"
              f" coef {max(abs(a - b) / e for a, b, e in zip(theirs['coefficients'], here['coefficients'], here['standardErrors'])):.1e}"
              f" se ratio {theirs['standardErrors'][-1] / here['standardErrors'][-1]:.9f}"
              f" (½ log|X'X| = {float(mp.log(mp.det(XX))) / 2:.4f}, sqrt(n/(n-p)) = {(m.n / (m.n - m.p)) ** .5:.9f})")
        if restricted:
            _, kr = kenward_roger(m, variance, rho)
            here["theta"] = {"variance": float(variance), "rho": float(rho)}
            pick = lambda values: {c: float(v) for c, v in zip(s["columns"], values) if c in ("level", "slope")}
            for name, r in kr.items():
                here[name] = {
                    "information": rows(r["information"]), "W": rows(r["W"]),
                    "adjustedCovariance": rows(r["adjustedCovariance"]),
                    "adjustedStandardErrors": root_diagonal(r["adjustedCovariance"]),
                    "adjustedCovarianceFirstOrder": rows(r["adjustedCovarianceFirstOrder"]),
                    "adjustedStandardErrorsFirstOrder": root_diagonal(r["adjustedCovarianceFirstOrder"]),
                    "satterthwaiteDegreesOfFreedom": pick(r["satterthwaite"]),
                    "kenwardRogerDegreesOfFreedom": pick(r["kenwardRoger"]),
                    "kenwardRogerScale": pick(r["scale"])}
                print("    ", name, {k: round(v, 4) for k, v in here[name]["satterthwaiteDegreesOfFreedom"].items()},
                      {k: round(v, 4) for k, v in here[name]["kenwardRogerDegreesOfFreedom"].items()},
                      "SE", here["standardErrors"][-1], here[name]["adjustedStandardErrors"][-1],
                      here[name]["adjustedStandardErrorsFirstOrder"][-1])
        out[method] = here
    return out


if __name__ == "__main__":
    values = json.loads(PATH.read_text())
    for name, s in values["series"].items():
        print(name, flush=True)
        s["independent"] = analyse(s)
    text = json.dumps(values, indent=1)
    text = re.sub(r"\[\s+([-\d.e+,\s]+?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "]", text)
    PATH.write_text(text + "\n")
