"""Reference values of tests/cross_validation.rs, by scikit-learn."""

import numpy as np
import sklearn
from sklearn.linear_model import LassoCV, LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import PredefinedSplit

# Brownlee's stack loss plant data, as shipped by R (`stackloss`).
X = np.array([
    [80, 27, 89], [80, 27, 88], [75, 25, 90], [62, 24, 87], [62, 22, 87], [62, 23, 87], [62, 24, 93],
    [62, 24, 93], [58, 23, 87], [58, 18, 80], [58, 18, 89], [58, 17, 88], [58, 18, 82], [58, 19, 93],
    [50, 18, 89], [50, 18, 86], [50, 19, 72], [50, 19, 79], [50, 20, 80], [56, 20, 82], [70, 20, 91]], float)
y = np.array([42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15], float)
fold = np.arange(21) % 3
np.set_printoptions(precision=17)
print("numpy", np.__version__, "sklearn", sklearn.__version__)
lasso = LassoCV(alphas=[8.0, 4.0, 2.0, 1.0, 0.5], cv=PredefinedSplit(fold), tol=1e-14, max_iter=10**7).fit(X, y)
print("LassoCV mse, a fold a row")
print(repr(lasso.mse_path_.T), "best", lasso.alpha_)

high = (y > 14).astype(int)
lambdas = [1.0, 0.3, 0.1, 0.03]
losses, areas = [], []
for k in range(3):
    train, test = fold != k, fold == k
    models = [
        LogisticRegression(C=1 / (l * train.sum()), tol=1e-14, max_iter=10**6, solver="newton-cholesky").fit(X[train], high[train])
        for l in lambdas
    ]
    p = [m.predict_proba(X[test])[:, 1] for m in models]
    losses.append([2 * log_loss(high[test], q) for q in p])
    areas.append([roc_auc_score(high[test], q) for q in p])
print("deviance", repr(np.array(losses)), "\nAUC", repr(np.array(areas)))
