"""Reference values of tests/sgd.rs, by scikit-learn."""

import numpy as np
import sklearn
from sklearn.linear_model import SGDClassifier, SGDRegressor

# Brownlee's stack loss plant data, as shipped by R (`stackloss`), standardised with divisor m.
X = np.array([
    [80, 27, 89], [80, 27, 88], [75, 25, 90], [62, 24, 87], [62, 22, 87], [62, 23, 87], [62, 24, 93],
    [62, 24, 93], [58, 23, 87], [58, 18, 80], [58, 18, 89], [58, 17, 88], [58, 18, 82], [58, 19, 93],
    [50, 18, 89], [50, 18, 86], [50, 19, 72], [50, 19, 79], [50, 20, 80], [56, 20, 82], [70, 20, 91]], float)
y = np.array([42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15], float)
X = (X - X.mean(0)) / X.std(0)
np.set_printoptions(precision=17)
print("numpy", np.__version__, "sklearn", sklearn.__version__)
# The rows three times over, in one call: scikit-learn forgets the L1 penalty due between calls.
X3, y3 = np.tile(X, (3, 1)), np.tile(y, 3)
order = np.argsort(np.arange(63) * 37 % 63)
X3, y3 = X3[order], y3[order]
w = 1.0 + np.arange(63) % 2


def show(name, model, target, **kwargs):
    model.partial_fit(X3, target, sample_weight=kwargs.pop("weight", None), **kwargs)
    print(name, model.coef_.tolist(), model.intercept_.tolist())


r = dict(shuffle=False, random_state=0)
show("squared, invscaling", SGDRegressor(**r), y3)
show("squared, constant, elastic net", SGDRegressor(penalty="elasticnet", alpha=0.1, l1_ratio=0.6, learning_rate="constant", eta0=0.05, **r), y3)
show("squared, averaged from 10, weights", SGDRegressor(learning_rate="constant", eta0=0.05, average=10, **r), y3, weight=w)
high, level = (y3 > 14).astype(int), np.digitize(y3, [10, 18])
two, three = dict(classes=[0, 1]), dict(classes=[0, 1, 2])
show("logistic, optimal", SGDClassifier(loss="log_loss", alpha=0.01, **r), high, **two)
show("hinge, optimal, l1", SGDClassifier(loss="hinge", penalty="l1", alpha=0.02, **r), high, **two)
show("squared hinge, invscaling", SGDClassifier(loss="squared_hinge", learning_rate="invscaling", eta0=0.1, power_t=0.5, **r), high, **two)
show("hinge, three classes, averaged", SGDClassifier(loss="hinge", alpha=0.01, average=True, **r), level, **three)
show("logistic, no intercept", SGDClassifier(loss="log_loss", alpha=0.01, fit_intercept=False, **r), high, **two)
