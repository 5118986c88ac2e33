"""Reference values of tests/reference.rs: writes reference.json beside this file.

    pip install scikit-learn==1.9.1 scipy numpy; python reference.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.stats import chi2_contingency, ks_2samp
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, KFold, learning_curve

# The experimental import makes the halving searches available.
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV
from sklearn.base import BaseEstimator, RegressorMixin


class Mean(RegressorMixin, BaseEstimator):
    """Predicts shrink·mean(y): closed form, so that any implementation has the same digits."""

    def __init__(self, shrink=1.0):
        self.shrink = shrink

    def fit(self, x, y):
        self.mean_ = self.shrink * np.mean(y)
        return self

    def predict(self, x):
        return np.full(len(x), self.mean_)


y = load_diabetes().target
x = np.zeros((len(y), 1))

sizes = [20, 100, 300]
_, train, test = learning_curve(
    Mean(), x, y, train_sizes=sizes, cv=KFold(5), scoring="neg_mean_squared_error", shuffle=False
)

shrinks = [0.5, 0.9, 1.0, 1.1]
grid = GridSearchCV(Mean(), {"shrink": shrinks}, cv=KFold(5), scoring="neg_mean_squared_error").fit(x, y)
folds = [[-float(grid.cv_results_[f"split{k}_test_score"][i]) for k in range(5)] for i in range(4)]

rungs = []
for candidates, least, most, factor, aggressive in [
    (20, "exhaust", 100, 3, False),
    (81, "exhaust", 405, 3, False),
    (10, 5, 40, 2, False),
    (50, 20, 60, 3, False),
    (50, 20, 60, 3, True),
    (6, 10, 400, 2, False),
]:
    search = HalvingGridSearchCV(
        Mean(),
        {"shrink": list(np.linspace(0.1, 2, candidates))},
        min_resources=least,
        max_resources=most,
        factor=factor,
        aggressive_elimination=aggressive,
        cv=KFold(2),
        scoring="neg_mean_squared_error",
    ).fit(x, y)
    rungs.append(
        {
            "candidates": candidates,
            "least": None if least == "exhaust" else least,
            "most": most,
            "factor": factor,
            "aggressive": aggressive,
            "rungs": [[int(n), int(r)] for n, r in zip(search.n_candidates_, search.n_resources_)],
        }
    )

iris = load_iris()
first, last = iris.data[:60], iris.data[60:]
features = []
for j in range(4):
    a, b = first[:, j], last[:, j]
    test_ks = ks_2samp(a, b, method="exact")
    features.append(
        {
            "statistic": float(test_ks.statistic),
            "p_value": float(test_ks.pvalue),
            "difference": float((a.mean() - b.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)),
        }
    )
counts = np.array([[np.sum(part == k) for part in (iris.target[:60], iris.target[60:])] for k in range(3)])
chi = chi2_contingency(counts, correction=False)
shares = counts / counts.sum(axis=0)
gaps = (shares[:, 0] - shares[:, 1]) / np.sqrt((shares * (1 - shares)).sum(axis=1) / 2)
features.append(
    {
        "statistic": float(chi.statistic),
        "p_value": float(chi.pvalue),
        "difference": float(gaps[np.argmax(np.abs(gaps))]),
    }
)

out = {
    "source": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}",
    "learning_curve": {"sizes": sizes, "train": (-train).tolist(), "test": (-test).tolist()},
    "grid": {"shrinks": shrinks, "folds": folds, "best": int(grid.best_index_)},
    "halving": rungs,
    "selection_bias": features,
}
Path(__file__).with_name("reference.json").write_text(json.dumps(out, indent=1) + "\n")
