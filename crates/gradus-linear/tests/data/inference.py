"""Writes inference.json: robust covariances, influence, intervals, inflation factors by statsmodels,
steps as R's `step` takes them, ridge with leave-one-out by scikit-learn
(pip install statsmodels scikit-learn; python inference.py).

stackloss: Brownlee's stack loss plant data. mtcars: Motor Trend, 1974, as in R.
The influence of weighted rows is computed by leaving each row out.
"""
import json
import numpy as np
import statsmodels.api as sm
import statsmodels
import sklearn
from sklearn.linear_model import Ridge
from statsmodels.stats.outliers_influence import OLSInfluence, variance_inflation_factor

STACKLOSS = np.array([
    [80, 27, 89, 42], [80, 27, 88, 37], [75, 25, 90, 37], [62, 24, 87, 28], [62, 22, 87, 18],
    [62, 23, 87, 18], [62, 24, 93, 19], [62, 24, 93, 20], [58, 23, 87, 15], [58, 18, 80, 14],
    [58, 18, 89, 14], [58, 17, 88, 13], [58, 18, 82, 11], [58, 19, 93, 12], [50, 18, 89, 8],
    [50, 18, 86, 7], [50, 19, 72, 8], [50, 19, 79, 8], [50, 20, 80, 9], [56, 20, 82, 15],
    [70, 20, 91, 15]], float)
X, y = STACKLOSS[:, :3], STACKLOSS[:, 3]
weights = np.array([1 + (7 * i) % 5 / 2 for i in range(21)])
new = np.array([[60.0, 20.0, 85.0], [75.0, 26.0, 92.0], [55.0, 18.0, 80.0]])
new_weights = np.array([1.0, 2.0, 0.5])
A, N = sm.add_constant(X), sm.add_constant(new, has_constant='add')


def robust(fit):
    out = {}
    for kind in ['HC0', 'HC1', 'HC2', 'HC3']:
        r = fit.get_robustcov_results(kind, use_t=True)
        f = r.f_test(np.eye(4)[1:])
        out[kind] = dict(se=r.bse.tolist(), p=r.pvalues.tolist(), cov=r.cov_params().tolist(), f=float(f.fvalue), f_p=float(f.pvalue))
    return out


def left_out(w):
    """Influence with weights of precision, by leaving rows out."""
    full = sm.WLS(y, A, weights=w).fit()
    k, s2 = 4, full.mse_resid
    unscaled = np.diag(full.normalized_cov_params)
    H = np.sqrt(w)[:, None] * A @ full.normalized_cov_params @ (A * np.sqrt(w)[:, None]).T
    h = np.diag(H)
    e = np.sqrt(w) * full.resid
    out = dict(leverage=h.tolist(), internal=(e / np.sqrt(s2 * (1 - h))).tolist(), external=[], cooks=[], dffits=[], dfbetas=[])
    for i in range(21):
        keep = np.arange(21) != i
        part = sm.WLS(y[keep], A[keep], weights=w[keep]).fit()
        s_i = np.sqrt(part.mse_resid)
        d = full.params - part.params
        out['external'].append(e[i] / (s_i * np.sqrt(1 - h[i])))
        G = (A * w[:, None]).T @ A
        out['cooks'].append(d @ G @ d / (k * s2))
        out['dffits'].append(np.sqrt(w[i]) * (A[i] @ d) / (s_i * np.sqrt(h[i])))
        out['dfbetas'].append((d / (s_i * np.sqrt(unscaled))).tolist())
    return out


def intervals(fit, w=None):
    p = fit.get_prediction(N, weights=1 if w is None else w)
    f = p.summary_frame(alpha=0.05)
    return {c: f[c].tolist() for c in ['mean', 'mean_se', 'mean_ci_lower', 'mean_ci_upper', 'obs_ci_lower', 'obs_ci_upper']}


ols, wls = sm.OLS(y, A).fit(), sm.WLS(y, A, weights=weights).fit()
inf = OLSInfluence(ols)
check = left_out(np.ones(21))
sm_values = dict(leverage=inf.hat_matrix_diag.tolist(), internal=inf.resid_studentized_internal.tolist(),
                 external=inf.resid_studentized_external.tolist(), cooks=inf.cooks_distance[0].tolist(),
                 dffits=inf.dffits[0].tolist(), dfbetas=inf.dfbetas.tolist())
for key in sm_values:
    assert np.allclose(sm_values[key], check[key], rtol=1e-9, atol=1e-12), key
vif = [variance_inflation_factor(A, j) for j in (1, 2, 3)]

CARS = """21 6 160 110 3.9 2.62 16.46 0 1 4 4
21 6 160 110 3.9 2.875 17.02 0 1 4 4
22.8 4 108 93 3.85 2.32 18.61 1 1 4 1
21.4 6 258 110 3.08 3.215 19.44 1 0 3 1
18.7 8 360 175 3.15 3.44 17.02 0 0 3 2
18.1 6 225 105 2.76 3.46 20.22 1 0 3 1
14.3 8 360 245 3.21 3.57 15.84 0 0 3 4
24.4 4 146.7 62 3.69 3.19 20 1 0 4 2
22.8 4 140.8 95 3.92 3.15 22.9 1 0 4 2
19.2 6 167.6 123 3.92 3.44 18.3 1 0 4 4
17.8 6 167.6 123 3.92 3.44 18.9 1 0 4 4
16.4 8 275.8 180 3.07 4.07 17.4 0 0 3 3
17.3 8 275.8 180 3.07 3.73 17.6 0 0 3 3
15.2 8 275.8 180 3.07 3.78 18 0 0 3 3
10.4 8 472 205 2.93 5.25 17.98 0 0 3 4
10.4 8 460 215 3 5.424 17.82 0 0 3 4
14.7 8 440 230 3.23 5.345 17.42 0 0 3 4
32.4 4 78.7 66 4.08 2.2 19.47 1 1 4 1
30.4 4 75.7 52 4.93 1.615 18.52 1 1 4 2
33.9 4 71.1 65 4.22 1.835 19.9 1 1 4 1
21.5 4 120.1 97 3.7 2.465 20.01 1 0 3 1
15.5 8 318 150 2.76 3.52 16.87 0 0 3 2
15.2 8 304 150 3.15 3.435 17.3 0 0 3 2
13.3 8 350 245 3.73 3.84 15.41 0 0 3 4
19.2 8 400 175 3.08 3.845 17.05 0 0 3 2
27.3 4 79 66 4.08 1.935 18.9 1 1 4 1
26 4 120.3 91 4.43 2.14 16.7 0 1 5 2
30.4 4 95.1 113 3.77 1.513 16.9 1 1 5 2
15.8 8 351 264 4.22 3.17 14.5 0 1 5 4
19.7 6 145 175 3.62 2.77 15.5 0 1 5 6
15 8 301 335 3.54 3.57 14.6 0 1 5 8
21.4 4 121 109 4.11 2.78 18.6 1 1 4 2"""
cars = np.array([[float(v) for v in line.split()] for line in CARS.split('\n')])
names = 'cyl disp hp drat wt qsec vs am gear carb'.split()


def step(direction, k, start):
    """R's step: drops first, then additions; the least AIC; stop where the present model is best."""
    m = len(cars)

    def aic(S):
        A = np.column_stack([np.ones(m)] + [cars[:, 1 + j] for j in sorted(S)])
        r = sm.OLS(cars[:, 0], A).fit()
        return m * np.log(r.ssr / m) + k * A.shape[1], r.ssr
    S = set(range(10)) if start == 'full' else set()
    now, rss = aic(S)
    trace = [['start', now, rss]]
    while True:
        options = []
        if direction != 'forward':
            options += [('-', j, S - {j}) for j in sorted(S)]
        if direction != 'backward':
            options += [('+', j, S | {j}) for j in range(10) if j not in S]
        best = min(options, key=lambda o: aic(o[2])[0])
        a, r = aic(best[2])
        if a >= now:
            return dict(selected=sorted(S), trace=trace)
        S, now = best[2], a
        trace.append([best[0] + ' ' + names[best[1]], a, r])


steps = {name: step(d, k, s) for name, d, k, s in [
    ('backward_aic', 'backward', 2, 'full'), ('forward_aic', 'forward', 2, 'null'),
    ('both_bic', 'both', np.log(32), 'full'), ('both_null_aic', 'both', 2, 'null')]}
# As printed by R: step(lm(mpg ~ ., mtcars)).
assert [round(t[1], 2) for t in steps['backward_aic']['trace']] == [70.90, 68.92, 66.97, 65.12, 63.46, 62.16, 61.52, 61.31]
assert [t[0] for t in steps['backward_aic']['trace']][1:] == ['- cyl', '- vs', '- carb', '- gear', '- drat', '- disp', '- hp']

LONGLEY = np.array([
    [83.0, 234289, 2356, 1590, 107608, 1947, 60323], [88.5, 259426, 2325, 1456, 108632, 1948, 61122],
    [88.2, 258054, 3682, 1616, 109773, 1949, 60171], [89.5, 284599, 3351, 1650, 110929, 1950, 61187],
    [96.2, 328975, 2099, 3099, 112075, 1951, 63221], [98.1, 346999, 1932, 3594, 113270, 1952, 63639],
    [99.0, 365385, 1870, 3547, 115094, 1953, 64989], [100.0, 363112, 3578, 3350, 116219, 1954, 63761],
    [101.2, 397469, 2904, 3048, 117388, 1955, 66019], [104.6, 419180, 2822, 2857, 118734, 1956, 67857],
    [108.4, 442769, 2936, 2798, 120445, 1957, 68169], [110.8, 444546, 4681, 2637, 121950, 1958, 66513],
    [112.6, 482704, 3813, 2552, 123366, 1959, 68655], [114.2, 502601, 3931, 2514, 125368, 1960, 69564],
    [115.7, 518173, 4806, 2572, 127852, 1961, 69331], [116.9, 554894, 4007, 2827, 130081, 1962, 70551]])
L, e = LONGLEY[:, :6], LONGLEY[:, 6]
scale = L.std(axis=0)
Z = (L - L.mean(axis=0)) / scale
lambdas = [0.001, 0.01, 0.1, 1.0]
ridge = []
for lam in lambdas:
    model = Ridge(alpha=16 * lam, solver='svd').fit(Z, e)
    loo = []
    for i in range(16):
        keep = np.arange(16) != i
        part = Ridge(alpha=16 * lam, solver='svd').fit(Z[keep], e[keep])
        loo.append((e[i] - part.predict(Z[i:i + 1])[0]) ** 2)
    d2 = np.linalg.svd(Z, compute_uv=False) ** 2
    df = 1 + np.sum(d2 / (d2 + 16 * lam))
    rss = float(np.sum((e - model.predict(Z)) ** 2))
    ridge.append(dict(lam=lam, coef=(model.coef_ / scale).tolist(), rss=rss, df=float(df),
                      loo=float(np.mean(loo)), gcv=float(rss / 16 / (1 - df / 16) ** 2)))

# R: library(MASS); select(lm.ridge(GNP.deflator ~ ., longley, lambda = seq(0, 0.1, 0.0001)))
# prints "smallest value of GCV at 0.0057" in its help page's example.
M = np.column_stack([LONGLEY[:, 1] / 1000, LONGLEY[:, 2] / 10, LONGLEY[:, 3] / 10, LONGLEY[:, 4] / 1000, LONGLEY[:, 5], LONGLEY[:, 6] / 1000])
D = LONGLEY[:, 0]
Zm = (M - M.mean(axis=0)) / M.std(axis=0)
u, d, vt = np.linalg.svd(Zm, full_matrices=False)
grid = np.arange(0, 1001) * 1e-4
gcv = []
for lam in grid:
    keep = d ** 2 / (d ** 2 + lam)
    r = (D - D.mean()) - u @ (keep * (u.T @ (D - D.mean())))
    gcv.append(np.sum(r ** 2) / (16 - keep.sum()) ** 2)
print('GCV of MASS at', grid[int(np.argmin(gcv))])

with open('inference.json', 'w') as f:
    json.dump(dict(
        source=f'statsmodels {statsmodels.__version__} and scikit-learn {sklearn.__version__}, by inference.py; steps agree with those that R 4 prints',
        stackloss=dict(x=X.tolist(), y=y.tolist(), weights=weights.tolist(), new=new.tolist(), new_weights=new_weights.tolist(), vif=vif,
                       plain=dict(robust=robust(ols), influence=sm_values, intervals=intervals(ols)),
                       weighted=dict(robust=robust(wls), influence=left_out(weights), intervals=intervals(wls, new_weights))),
        mtcars=dict(names=names, x=cars[:, 1:].tolist(), y=cars[:, 0].tolist(), steps=steps),
        longley=dict(x=L.tolist(), y=e.tolist(), ridge=ridge)), f, indent=None, separators=(',', ':'))
    f.write('\n')
