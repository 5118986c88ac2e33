"""Makes penalised_models.json: scikit-learn's solutions, refined by Newton on their support and signs.

The glmnet case is of glmnet 4.1.6 in R 4.2.2 (thresh = 1e-22), its `expected` of the effective objective
solved exactly on glmnet's support.
"""

import json

import numpy as np
import sklearn
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

rng = np.random.default_rng(3)
X = np.round(rng.normal(size=(24, 4)) @ np.array([[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 3, 1], [0, 0, 0, 1.0]]), 2)
y = np.round(X @ [1.0, 0.0, -0.7, 0.0] + rng.normal(size=24), 2)
label = np.where(X[:, 0] + 0.5 * X[:, 1] + rng.normal(size=24) > 0, "b", "a")
three = np.clip(np.round(X[:, 0] / 2 + rng.normal(size=24) / 2), -1, 1).astype(int)
Z = (X - X.mean(0)) / X.std(0)
m = len(y)


def linear(lam, rho):
    net = ElasticNet(alpha=lam, l1_ratio=rho, tol=1e-16, max_iter=10**6).fit(Z, y)
    A = net.coef_ != 0
    s = np.sign(net.coef_[A])
    w = np.zeros(4)
    G = Z[:, A].T @ Z[:, A] / m + lam * (1 - rho) * np.eye(A.sum())
    w[A] = np.linalg.solve(G, Z[:, A].T @ (y - y.mean()) / m - lam * rho * s)
    r = y - y.mean() - Z @ w
    value = r @ r / (2 * m) + lam * (rho * abs(w).sum() + (1 - rho) / 2 * w @ w)
    return {"coef": w.tolist(), "intercept": float(y.mean()), "objective": float(value), "nonzero": int(A.sum())}


def ridge(lam):
    w = Ridge(alpha=m * lam, solver="svd").fit(Z, y).coef_
    r = y - y.mean() - Z @ w
    value = r @ r / (2 * m) + lam / 2 * w @ w
    return {"coef": w.tolist(), "intercept": float(y.mean()), "objective": float(value)}


def logistic(C, rho):
    t = (label == "b").astype(float)
    net = LogisticRegression(C=C, l1_ratio=rho, solver="saga", tol=1e-12, max_iter=10**6).fit(Z, t)
    A = np.concatenate([[True], net.coef_[0] != 0])
    D = np.column_stack([np.ones(m), Z])[:, A]
    theta = np.concatenate([net.intercept_, net.coef_[0]])[A]
    pull = np.concatenate([[0.0], np.ones(A.sum() - 1)])
    for _ in range(50):
        p = 1 / (1 + np.exp(-D @ theta))
        g = C * D.T @ (p - t) + pull * ((1 - rho) * theta + rho * np.sign(theta))
        H = C * (D.T * (p * (1 - p))) @ D + np.diag(pull * (1 - rho))
        theta = theta - np.linalg.solve(H, g)
    full = np.zeros(5)
    full[A] = theta
    eta = full[0] + Z @ full[1:]
    w = full[1:]
    value = C * (np.logaddexp(0, eta) - t * eta).sum() + (1 - rho) / 2 * w @ w + rho * abs(w).sum()
    return {"coef": w.tolist(), "intercept": float(full[0]), "objective": float(value),
            "nonzero": int((w != 0).sum()), "prob_first5": (1 / (1 + np.exp(-eta)))[:5].tolist()}


def multinomial(C):
    net = LogisticRegression(C=C, tol=1e-12, max_iter=10**5).fit(Z, three)
    D = np.column_stack([np.ones(m), Z])
    W = np.column_stack([net.intercept_, net.coef_]).T
    Y = (three[:, None] == np.array([-1, 0, 1])).astype(float)
    pull = np.diag([0.0, 1, 1, 1, 1])
    for _ in range(30):
        eta = D @ W
        P = np.exp(eta - eta.max(1, keepdims=True))
        P /= P.sum(1, keepdims=True)
        g = (C * D.T @ (P - Y) + pull @ W).T.ravel()
        H = np.zeros((15, 15))
        for k in range(3):
            for l in range(3):
                h = P[:, k] * ((k == l) - P[:, l])
                H[5 * k:5 * k + 5, 5 * l:5 * l + 5] = C * (D.T * h) @ D + (k == l) * pull
        W = W - (np.linalg.pinv(H) @ g).reshape(3, 5).T
    W[0] -= W[0].mean()
    value = -C * np.log(P[Y == 1]).sum() + 0.5 * (W[1:] ** 2).sum()
    return {"coef": W[1:].T.tolist(), "intercept": W[0].tolist(), "objective": float(value),
            "prob_first5": P[:5].tolist(), "train_accuracy": float((P.argmax(1) - 1 == three).mean())}


def data(y, **more):
    return {"inline": {"X": X.tolist(), "y": y.tolist()}, **more}


stack = [[80, 27, 89], [80, 27, 88], [75, 25, 90], [62, 24, 87], [62, 22, 87], [62, 23, 87], [62, 24, 93],
         [62, 24, 93], [58, 23, 87], [58, 18, 80], [58, 18, 89], [58, 17, 88], [58, 18, 82], [58, 19, 93],
         [50, 18, 89], [50, 18, 86], [50, 19, 72], [50, 19, 79], [50, 20, 80], [56, 20, 82], [70, 20, 91]]
loss = [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15]
cases = [
    {"name": "ridge_0.5", "kind": "ridge", "data": data(y), "preprocess": "standardize", "lambda": 0.5,
     "sklearn": {"class": "Ridge", "alpha": 0.5 * m}, "expected": ridge(0.5)},
    {"name": "lasso_0.3", "kind": "lasso", "data": data(y), "preprocess": "standardize", "lambda": 0.3,
     "l1_ratio": 1.0, "expected": linear(0.3, 1.0)},
    {"name": "elastic_net_0.2_0.4", "kind": "elastic_net", "data": data(y), "preprocess": "standardize",
     "lambda": 0.2, "l1_ratio": 0.4, "expected": linear(0.2, 0.4)},
    {"name": "glmnet_stackloss_0.1_0.5", "kind": "glmnet_gaussian", "data": {"inline": {"X": stack, "y": loss}},
     "preprocess": "standardize", "lambda": 0.1, "alpha": 0.5, "standardize": False,
     "expected": {"coef": [6.271208552492601, 3.9793776506822427, -0.6699186709857043],
                  "intercept": 17.523809523809526},
     "glmnet": {"coef": [6.271208552584057, 3.979377650626406, -0.6699186710094965],
                "intercept": 17.523809523809526}},
    {"name": "logistic_l1_0.4", "kind": "logistic_penalised", "C": 0.4, "l1_ratio": 1.0,
     "data": data(label, positive="b"), "preprocess": "standardize", "lambda_per_sample": 1 / (0.4 * m),
     "expected": logistic(0.4, 1.0)},
    {"name": "multinomial_l2_0.7", "kind": "multinomial_penalised", "C": 0.7,
     "data": data(three, classes=[-1, 0, 1]), "preprocess": "standardize", "classes": 3,
     "expected": multinomial(0.7)},
]
print(json.dumps({
    "file": "linear_models.json",
    "source": {"libraries": {"sklearn": sklearn.__version__, "numpy": np.__version__},
               "call": "penalised_models.py beside this file"},
    "tolerance": {"penalised": {"rtol": 1e-9, "atol_times_max_coef": 1e-10, "objective_rtol": 1e-10},
                  "multinomial": {"rtol": 1e-9, "atol": 1e-10}},
    "cases": cases}, indent=1))
