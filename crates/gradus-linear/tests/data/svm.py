"""Reference values of tests/svm.rs, by scikit-learn (libsvm and liblinear)."""

import numpy as np
import sklearn
from sklearn.svm import SVC, LinearSVC

# Brownlee's stack loss plant data, as shipped by R (`stackloss`), standardised with divisor m.
X = np.array([
    [80, 27, 89], [80, 27, 88], [75, 25, 90], [62, 24, 87], [62, 22, 87], [62, 23, 87], [62, 24, 93],
    [62, 24, 93], [58, 23, 87], [58, 18, 80], [58, 18, 89], [58, 17, 88], [58, 18, 82], [58, 19, 93],
    [50, 18, 89], [50, 18, 86], [50, 19, 72], [50, 19, 79], [50, 20, 80], [56, 20, 82], [70, 20, 91]], float)
y = np.array([42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15], float)
X = (X - X.mean(0)) / X.std(0)
high = (y > 14).astype(int)
np.set_printoptions(precision=17)
print("numpy", np.__version__, "sklearn", sklearn.__version__)
for C in (0.1, 1, 10):
    s = SVC(kernel="linear", C=C, tol=1e-14).fit(X, high)
    print("SVC", C, s.coef_, s.intercept_, s.support_, s.dual_coef_)
    for loss in ("hinge", "squared_hinge"):
        s = LinearSVC(C=C, loss=loss, tol=1e-15, max_iter=10**8, dual=True).fit(X, high)
        print("LinearSVC", loss, C, s.coef_, s.intercept_)
    s = LinearSVC(C=C, loss="squared_hinge", tol=1e-15, max_iter=10**6, dual=False).fit(X, high)
    print("LinearSVC primal squared_hinge", C, s.coef_, s.intercept_)
levels = np.digitize(y, [10, 18])
s = LinearSVC(C=1, tol=1e-15, max_iter=10**6, dual=False).fit(X, levels)
print("LinearSVC of three classes", s.coef_, s.intercept_, s.predict(X))
w = 1.0 + np.arange(21) % 3
s = SVC(kernel="linear", C=1, tol=1e-14).fit(X, high, sample_weight=w)
print("SVC with weights", s.coef_, s.intercept_)


def exact(C, w):
    """The hinge with a free intercept: libsvm's sets of rows, whose equations are solved in 40 digits
    (libsvm keeps its kernel in single precision)."""
    import mpmath

    mpmath.mp.dps = 40
    s = SVC(kernel="linear", C=C, tol=1e-14).fit(X, high, sample_weight=w)
    sign = 2 * high - 1
    alpha = np.zeros(21)
    alpha[s.support_] = np.abs(s.dual_coef_[0])
    upper = [i for i in range(21) if alpha[i] > C * w[i] * (1 - 1e-6)]
    free = [i for i in range(21) if 0 < alpha[i] and i not in upper]
    raw = mpmath.matrix(X.tolist())
    dot = lambda i, j: sum(raw[i, k] * raw[j, k] for k in range(3))
    n = len(free)
    A, r = mpmath.matrix(n + 1, n + 1), mpmath.matrix(n + 1, 1)
    for a, i in enumerate(free):
        for c, j in enumerate(free):
            A[a, c] = sign[i] * sign[j] * dot(i, j)
        A[a, n] = A[n, a] = sign[i]
        r[a] = 1 - sum(C * w[j] * sign[i] * sign[j] * dot(i, j) for j in upper)
    r[n] = -sum(C * w[j] * sign[j] for j in upper)
    solution = mpmath.lu_solve(A, r)
    full = {i: solution[a] for a, i in enumerate(free)} | {j: mpmath.mpf(C * w[j]) for j in upper}
    coef = [sum(full[i] * sign[i] * raw[i, k] for i in full) for k in range(3)]
    print("exact", C, [mpmath.nstr(c, 17) for c in coef], mpmath.nstr(solution[n], 17), {i: mpmath.nstr(full[i], 17) for i in sorted(full)})


for C in (0.1, 1, 10):
    exact(C, np.ones(21))
exact(1, w)
