"""Writes scores.json: figures of ranked scores by scikit-learn, and DeLong's by its definition."""

import json

import numpy as np
import scipy
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.metrics import cohen_kappa_score, roc_auc_score, roc_curve

rng = np.random.default_rng(5)


def delong(y, scores):
    """Areas and covariance from all pairs, with no ranks."""
    v, w = [], []
    for s in scores:
        pos, neg = s[y == 1], s[y == 0]
        wins = (pos[:, None] > neg) + 0.5 * (pos[:, None] == neg)
        v.append(wins.mean(axis=1))
        w.append(wins.mean(axis=0))
    cov = np.cov(v) / len(v[0]) + np.cov(w) / len(w[0])
    return np.mean(v, axis=1), cov


cases = []
for rows, digits in [(12, 1), (60, 1), (60, 6), (200, 2)]:
    y = np.r_[[0, 0, 1, 1], rng.integers(0, 2, rows - 4)]
    first = np.round(np.clip(rng.normal(0.35 + 0.3 * y, 0.2), 0, 1), digits)
    second = np.round(np.clip(rng.normal(0.45 + 0.1 * y, 0.3), 0, 1), digits)
    weight = np.round(rng.uniform(0, 3, rows), 2)
    areas, cov = delong(y, [first, second])
    assert abs(areas[0] - roc_auc_score(y, first)) < 1e-14
    se = np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    z = (areas[0] - areas[1]) / se
    fpr, tpr, thresholds = roc_curve(y, first, drop_intermediate=False)
    best = np.argmax(tpr - fpr)
    curves = {}
    for strategy in ["uniform", "quantile"]:
        observed, predicted = calibration_curve(y, first, n_bins=5, strategy=strategy)
        curves[strategy] = {"observed": observed.tolist(), "predicted": predicted.tolist()}
    a, b = (np.round(4 * x).astype(int) for x in (first, second))
    cases.append({
        "y_true": y.tolist(), "first": first.tolist(), "second": second.tolist(),
        "weight": weight.tolist(),
        "weighted_auc": roc_auc_score(y, first, sample_weight=weight),
        "delong": {
            "auc": areas.tolist(), "se": np.sqrt(np.diag(cov)).tolist(), "difference_se": se,
            "z": z, "p": 2 * scipy.stats.norm.sf(abs(z)),
        },
        "youden": {"threshold": float(thresholds[best]), "value": float((tpr - fpr)[best])},
        "calibration": curves,
        "ordered": {"a": a.tolist(), "b": b.tolist()},
        "kappa": {w or "nominal": cohen_kappa_score(a, b, weights=w, labels=range(5))
                  for w in [None, "linear", "quadratic"]},
    })

y = np.r_[[0, 1, 2], rng.integers(0, 3, 37)]
p = rng.dirichlet(np.ones(3), 40)
micro = {"y_true": y.tolist(), "prob": p.tolist(),
         "auc": roc_auc_score(y, p, multi_class="ovr", average="micro")}
source = {"libraries": {"sklearn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__}}
with open("scores.json", "w") as file:
    json.dump({"source": source, "cases": cases, "micro": micro}, file)
