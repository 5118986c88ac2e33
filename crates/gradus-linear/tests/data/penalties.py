"""Reference values of the tests in src/penalty.rs: solutions of other systems' objectives."""

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

# Brownlee's stack loss plant data, as shipped by R (`stackloss`), standardised with divisor m.
X = np.array([
    [80, 27, 89], [80, 27, 88], [75, 25, 90], [62, 24, 87], [62, 22, 87], [62, 23, 87], [62, 24, 93],
    [62, 24, 93], [58, 23, 87], [58, 18, 80], [58, 18, 89], [58, 17, 88], [58, 18, 82], [58, 19, 93],
    [50, 18, 89], [50, 18, 86], [50, 19, 72], [50, 19, 79], [50, 20, 80], [56, 20, 82], [70, 20, 91]], float)
y = np.array([42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15], float)
X = (X - X.mean(0)) / X.std(0)
high = (y > 14).astype(int)
m = len(y)

print("numpy", np.__version__, "scipy", scipy.__version__, "sklearn", sklearn.__version__)
ridge = Ridge(alpha=7.0, solver="svd").fit(X, y)
print("Ridge(7)", ridge.coef_.tolist(), float(ridge.intercept_))
net = ElasticNet(alpha=0.8, l1_ratio=0.3, tol=1e-15, max_iter=10**6).fit(X, y)
print("ElasticNet(0.8, 0.3)", net.coef_.tolist(), float(net.intercept_))
for C, ratio in [(0.5, 0.0), (0.5, 1.0), (2.0, 0.4)]:
    model = LogisticRegression(C=C, l1_ratio=ratio, solver="saga", tol=1e-13, max_iter=10**6).fit(X, high)
    print("LogisticRegression", C, ratio, model.coef_[0].tolist(), float(model.intercept_[0]))

# The textbook's ridge, (1/2m) RSS + (5/2m) sum w^2, by its normal equations; its logistic cost by BFGS.
A = np.column_stack([np.ones(m), X])
D = np.diag([0.0, 1.0, 1.0, 1.0])
theta = np.linalg.solve(A.T @ A + 5.0 * D, A.T @ y)
print("normal equations, 5", theta[1:].tolist(), float(theta[0]))


def cost(theta):
    eta = A @ theta
    p = 1 / (1 + np.exp(-eta))
    value = (np.logaddexp(0, eta) - high * eta).sum() / m + 2.0 / (2 * m) * (theta[1:] ** 2).sum()
    return value, A.T @ (p - high) / m + 2.0 / m * D @ theta


best = minimize(cost, np.zeros(4), jac=True, method="BFGS", options={"gtol": 1e-12})
print("logistic cost, 2", best.x[1:].tolist(), float(best.x[0]))
