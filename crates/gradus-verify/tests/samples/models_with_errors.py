"""Makes models_with_errors.json: estimates with their standard errors at 50 digits, by mpmath alone.

Least squares by the normal equations, logistic and multinomial regression by Newton's method; separation by
inspection of six rows, their ridge solutions by Newton's method.
"""

import json

import mpmath as mp

mp.mp.dps = 50


def matrix(rows):
    return mp.matrix([[mp.mpf(str(x)) for x in row] for row in rows])


def number(x):
    return float(x)


def numbers(values):
    return [float(x) for x in values]


def table(a):
    return [[float(a[i, j]) for j in range(a.cols)] for i in range(a.rows)]


def upper_normal(z):
    return mp.erfc(abs(z) / mp.sqrt(2)) / 2


def upper_chi2(x, df):
    return mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, mp.inf, regularized=True)


def two_sided_t(t, df):
    df = mp.mpf(df)
    return mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True)


def upper_f(f, a, b):
    a, b = mp.mpf(a), mp.mpf(b)
    return mp.betainc(b / 2, a / 2, 0, b / (b + a * f), regularized=True)


def quantile_t(p, df):
    return mp.findroot(lambda t: two_sided_t(t, df) - 2 * (1 - p), 2)


z975 = mp.sqrt(2) * mp.erfinv(mp.mpf("0.95"))

stack = [[80, 27, 89], [80, 27, 88], [75, 25, 90], [62, 24, 87], [62, 22, 87], [62, 23, 87], [62, 24, 93],
         [62, 24, 93], [58, 23, 87], [58, 18, 80], [58, 18, 89], [58, 17, 88], [58, 18, 82], [58, 19, 93],
         [50, 18, 89], [50, 18, 86], [50, 19, 72], [50, 19, 79], [50, 20, 80], [56, 20, 82], [70, 20, 91]]
loss = [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15]


def ols(rows, y):
    m, p = len(rows), len(rows[0])
    x = matrix([[1] + row for row in rows])
    y = matrix([[v] for v in y])
    inverse = (x.T * x) ** -1
    coef = inverse * (x.T * y)
    fitted = x * coef
    rss = mp.fsum((a - b) ** 2 for a, b in zip(y, fitted))
    mean = mp.fsum(y) / m
    tss = mp.fsum((a - mean) ** 2 for a in y)
    df = m - p - 1
    sigma2 = rss / df
    covariance = inverse * sigma2
    se = [mp.sqrt(covariance[j, j]) for j in range(p + 1)]
    t = [coef[j] / se[j] for j in range(p + 1)]
    q = quantile_t(mp.mpf("0.975"), df)
    f = (tss - rss) / p / sigma2
    loglik = -mp.mpf(m) / 2 * (mp.log(2 * mp.pi) + mp.log(rss / m) + 1)
    eigen = sorted(mp.eigsy(x.T * x, eigvals_only=True))
    return {
        "expected": {"f_p": number(upper_f(f, p, df)), "df_model": p, "df_resid": df,
                     "condition_number": number(mp.sqrt(eigen[-1] / eigen[0])), "cov_params": table(covariance),
                     "fitted_first5": numbers(fitted[:5])},
        "exact": {"coef": numbers(coef), "se": numbers(se), "t": numbers(t),
                  "p": [number(two_sided_t(v, df)) for v in t],
                  "ci_low": [number(coef[j] - q * se[j]) for j in range(p + 1)],
                  "ci_high": [number(coef[j] + q * se[j]) for j in range(p + 1)],
                  "r2": number(1 - rss / tss), "r2_adj": number(1 - rss / df / (tss / (m - 1))), "f": number(f),
                  "loglik": number(loglik), "aic": number(-2 * loglik + 2 * (p + 1)),
                  "bic": number(-2 * loglik + (p + 1) * mp.log(m)), "sigma2": number(sigma2),
                  "rss": number(rss), "tss": number(tss)},
    }


dose = [[0.5, 1], [1.2, 0], [0.8, 1], [2.1, 0], [2.9, 1], [1.7, 0], [3.3, 1], [0.2, 0], [2.4, 1], [3.8, 0],
        [1.1, 1], [2.6, 0], [0.9, 1], [3.1, 0], [1.9, 1], [2.2, 0], [0.4, 1], [3.6, 0], [1.4, 1], [2.8, 0]]
ill = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1]


def expit(eta):
    return 1 / (1 + mp.exp(-eta))


def logistic(rows, y):
    m, p = len(rows), len(rows[0])
    x = matrix([[1] + row for row in rows])
    coef = mp.zeros(p + 1, 1)
    for _ in range(60):
        prob = [expit(eta) for eta in x * coef]
        score = x.T * matrix([[a - b] for a, b in zip(y, prob)])
        weighted = mp.matrix(m, p + 1)
        for i in range(m):
            for j in range(p + 1):
                weighted[i, j] = x[i, j] * prob[i] * (1 - prob[i])
        covariance = (x.T * weighted) ** -1
        coef += covariance * score
    se = [mp.sqrt(covariance[j, j]) for j in range(p + 1)]
    z = [coef[j] / se[j] for j in range(p + 1)]
    ends = [[coef[j] + side * z975 * se[j] for j in range(p + 1)] for side in (-1, 1)]
    loglik = mp.fsum(mp.log(b if a == 1 else 1 - b) for a, b in zip(y, prob))
    ones = sum(y)
    null = ones * mp.log(mp.mpf(ones) / m) + (m - ones) * mp.log(mp.mpf(m - ones) / m)
    ratio = 2 * (loglik - null)
    snell = 1 - mp.exp(-ratio / m)
    return {"coef": numbers(coef), "se": numbers(se), "z": numbers(z), "p": [number(2 * upper_normal(v)) for v in z],
            "ci_low": numbers(ends[0]), "ci_high": numbers(ends[1]), "odds_ratio": [number(mp.exp(v)) for v in coef],
            "or_ci_low": [number(mp.exp(v)) for v in ends[0]], "or_ci_high": [number(mp.exp(v)) for v in ends[1]],
            "loglik": number(loglik), "loglik_null": number(null), "deviance": number(-2 * loglik),
            "null_deviance": number(-2 * null), "aic": number(-2 * loglik + 2 * (p + 1)),
            "bic": number(-2 * loglik + (p + 1) * mp.log(m)), "pseudo_r2_mcfadden": number(1 - loglik / null),
            "pseudo_r2_cox_snell": number(snell),
            "pseudo_r2_nagelkerke": number(snell / (1 - mp.exp(2 * null / m))), "lr_stat": number(ratio),
            "lr_df": p, "lr_p": number(upper_chi2(ratio, p)), "n_positive": ones, "cov_params": table(covariance),
            "prob_first5": numbers(prob[:5])}


size = [[v] for v in [1.1, 2.3, 0.7, 3.4, 2.9, 1.8, 4.1, 0.3, 2.2, 3.9, 1.5, 2.7, 3.1, 0.9, 4.4, 2.0, 3.6, 1.3]]
kind = ["a", "b", "a", "c", "b", "b", "c", "a", "c", "b", "b", "a", "c", "b", "c", "a", "c", "a"]


def multinomial(rows, labels, classes):
    m, p, k = len(rows), len(rows[0]), len(classes) - 1
    x = matrix([[1] + row for row in rows])
    q = p + 1
    coef = mp.zeros(q * k, 1)
    for _ in range(60):
        prob = []
        for i in range(m):
            eta = [mp.mpf(0)] + [mp.fsum(x[i, j] * coef[c * q + j] for j in range(q)) for c in range(k)]
            total = mp.fsum(mp.exp(v) for v in eta)
            prob.append([mp.exp(v) / total for v in eta])
        score = mp.zeros(q * k, 1)
        information = mp.zeros(q * k, q * k)
        for i in range(m):
            for c in range(k):
                own = 1 if labels[i] == classes[c + 1] else 0
                for j in range(q):
                    score[c * q + j] += x[i, j] * (own - prob[i][c + 1])
                for d in range(k):
                    h = prob[i][c + 1] * ((1 if c == d else 0) - prob[i][d + 1])
                    for j in range(q):
                        for l in range(q):
                            information[c * q + j, d * q + l] += h * x[i, j] * x[i, l]
        covariance = information ** -1
        coef += covariance * score
    se = [mp.sqrt(covariance[j, j]) for j in range(q * k)]
    z = [coef[j] / se[j] for j in range(q * k)]
    loglik = mp.fsum(mp.log(prob[i][classes.index(labels[i])]) for i in range(m))
    null = mp.fsum(labels.count(c) * mp.log(mp.mpf(labels.count(c)) / m) for c in classes)
    ratio, df = 2 * (loglik - null), p * k

    def by_class(values):
        return [[number(values[c * q + j]) for j in range(q)] for c in range(k)]

    return {"coef": by_class(coef), "se": by_class(se), "z": by_class(z),
            "p": by_class([2 * upper_normal(v) for v in z]), "loglik": number(loglik), "loglik_null": number(null),
            "aic": number(-2 * loglik + 2 * q * k), "bic": number(-2 * loglik + q * k * mp.log(m)),
            "pseudo_r2_mcfadden": number(1 - loglik / null), "lr_stat": number(ratio), "lr_df": df,
            "lr_p": number(upper_chi2(ratio, df)), "prob_first5": [numbers(row) for row in prob[:5]]}


def ridge_logistic(xs, y):
    """min sum of losses + w²/2."""
    b, w = mp.mpf(0), mp.mpf(0)
    for _ in range(80):
        prob = [expit(b + w * x) for x in xs]
        g = matrix([[0], [0]])
        h = matrix([[0, 0], [0, 1]])
        g[1] = w
        for x, a, p in zip(xs, y, prob):
            g[0] += p - a
            g[1] += (p - a) * x
            v = p * (1 - p)
            h[0, 0] += v
            h[0, 1] += v * x
            h[1, 0] += v * x
            h[1, 1] += v * x * x
        step = h ** -1 * g
        b, w = b - step[0], w - step[1]
    value = mp.fsum(mp.log(1 + mp.exp(b + w * x)) - a * (b + w * x) for x, a in zip(xs, y)) + w * w / 2
    return {"coef": [number(w)], "intercept": number(b), "objective": number(value)}


def separation(name, state, xs, y, certificate):
    case = {"name": name, "kind": "separation",
            "data": {"inline": {"X": [[float(x)] for x in xs], "y": y}}, "separated": state != "overlap",
            "state": state, "l2_C1_unstandardized": ridge_logistic(xs, y)}
    if certificate:
        case["certificate_w_then_b"] = certificate
    return case


cases = [
    {"name": "stackloss", "kind": "ols", "data": {"inline": {"X": stack, "y": loss}}, "intercept": True, "n": 21,
     "p": 3, **ols(stack, loss)},
    {"name": "dose", "kind": "logistic_mle", "data": {"inline": {"X": dose, "y": ill}}, "intercept": True,
     "n": 20, "p": 2, "expected": logistic(dose, ill)},
    {"name": "sizes", "kind": "multinomial_mle",
     "data": {"inline": {"X": size, "y": kind}, "classes": ["a", "b", "c"]}, "reference_class": 0, "classes": 3,
     "n": 18, "expected": multinomial(size, kind, ["a", "b", "c"])},
    separation("complete", "complete", [1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], [2.0, -7.0]),
    separation("quasi", "quasi", [1, 2, 3, 3, 4, 5], [0, 0, 0, 1, 1, 1], [1.0, -3.0]),
    separation("overlap", "overlap", [1, 2, 3, 4, 5, 6], [0, 1, 0, 1, 0, 1], None),
]
print(json.dumps({
    "file": "linear_models.json",
    "source": {"libraries": {"mpmath": mp.__version__}, "call": "models_with_errors.py beside this file"},
    "tolerance": {"ols": {"rtol": 1e-9, "atol": 1e-12, "note": ""},
                  "penalised": {"rtol": 1e-9, "atol_times_max_coef": 1e-10, "objective_rtol": 1e-10},
                  "logistic_mle": {"rtol": 1e-9, "p_value_rtol": 1e-9},
                  "multinomial": {"rtol": 1e-9, "atol": 1e-10}},
    "cases": cases}, indent=1))
