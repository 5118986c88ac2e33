"""Reference runs of scipy.optimize for the table test of the minimisers; writes minimise.json.

Run it in this folder with numpy and scipy installed. Each function stands here a second time, by its
formula, so that the Rust ones are checked too: value and gradient at the start, and the end of each
run, are part of the file.
"""

import json

import numpy as np
import scipy
from scipy import optimize


def rosenbrock(n):
    start = np.array([-1.2 if i % 2 == 0 else 1.0 for i in range(n)])
    return optimize.rosen, optimize.rosen_der, optimize.rosen_hess, start


def residual_function(residuals, jacobian, second, start):
    """Sum of squares from residuals, their Jacobian, and their Hessians."""
    f = lambda x: float(np.sum(residuals(x) ** 2))
    g = lambda x: 2 * jacobian(x).T @ residuals(x)
    h = lambda x: 2 * (jacobian(x).T @ jacobian(x) + np.tensordot(residuals(x), second(x), 1))
    return f, g, h, np.array(start)


C = np.array([1.5, 2.25, 2.625])
P = np.array([1, 2, 3])
beale = residual_function(
    lambda x: C - x[0] + x[0] * x[1] ** P,
    lambda x: np.stack([x[1] ** P - 1, x[0] * P * x[1] ** (P - 1)], axis=1),
    lambda x: np.array([
        [[0, p * x[1] ** (p - 1)],
         [p * x[1] ** (p - 1), x[0] * p * (p - 1) * x[1] ** max(p - 2, 0)]] for p in P
    ]),
    [1.0, 1.0],
)
himmelblau = residual_function(
    lambda x: np.array([x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7]),
    lambda x: np.array([[2 * x[0], 1], [1, 2 * x[1]]]),
    lambda x: np.array([[[2, 0], [0, 0]], [[0, 0], [0, 2]]]),
    [1.0, 1.0],
)


def quadratic(n, condition):
    u = np.arange(1.0, n + 1)
    q = np.eye(n) - 2 * np.outer(u, u) / (u @ u)
    a = q @ np.diag(condition ** (np.arange(n) / (n - 1))) @ q
    solution = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    return (
        lambda x: float(0.5 * (x - solution) @ a @ (x - solution)),
        lambda x: a @ (x - solution),
        lambda x: a,
        np.zeros(n),
    )


def bell(x):
    return np.exp(-0.5 * (x @ x))


plateau = (
    lambda x: float(-np.expm1(-0.5 * (x @ x))),
    lambda x: x * bell(x),
    lambda x: (np.eye(2) - np.outer(x, x)) * bell(x),
    np.array([1.5, -1.0]),
)
saddle = (
    lambda x: float(0.5 * x[0] ** 2 + 0.25 * x[1] ** 4 - 0.5 * x[1] ** 2),
    lambda x: np.array([x[0], x[1] ** 3 - x[1]]),
    lambda x: np.array([[1.0, 0.0], [0.0, 3 * x[1] ** 2 - 1]]),
    np.array([1.0, 1e-3]),
)

FUNCTIONS = [
    ("rosenbrock", rosenbrock(2)),
    ("rosenbrock", rosenbrock(3)),
    ("beale", beale),
    ("himmelblau", himmelblau),
    ("quadratic", quadratic(5, 10.0)),
    ("quadratic", quadratic(10, 1e4)),
    ("plateau", plateau),
    ("saddle", saddle),
]

METHODS = {
    "CG": {"gtol": 1e-8, "maxiter": 1000},
    "L-BFGS-B": {"gtol": 1e-8, "ftol": 0.0, "maxiter": 1000},
    "Newton-CG": {"xtol": 1e-10, "maxiter": 1000},
    "trust-exact": {"gtol": 1e-8, "maxiter": 1000},
}

functions = []
for name, (f, g, h, start) in FUNCTIONS:
    runs = {}
    for method, options in METHODS.items():
        hess = {"hess": h} if method in ("Newton-CG", "trust-exact") else {}
        r = optimize.minimize(f, start, jac=g, method=method, options=options, **hess)
        runs[method] = {
            "x": r.x.tolist(), "value": float(r.fun), "iterations": int(r.nit),
            "values": int(r.nfev), "gradients": int(r.njev),
        }
    functions.append({
        "name": name, "start": start.tolist(), "value": float(f(start)),
        "gradient": g(start).tolist(), "hessian": np.asarray(h(start)).ravel().tolist(),
        "runs": runs,
    })

with open("minimise.json", "w") as out:
    json.dump({
        "source": f"scipy {scipy.__version__}, numpy {np.__version__}: minimise.py",
        "functions": functions,
    }, out, indent=1)
    out.write("\n")
