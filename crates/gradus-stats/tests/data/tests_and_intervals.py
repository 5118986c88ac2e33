"""Reference values quoted in tests/reference.rs and in unit tests: scipy, statsmodels, mpmath.

Run: python3 tests_and_intervals.py
"""
import mpmath as mp
import numpy as np
import scipy
import scipy.stats as st
import statsmodels
from scipy.optimize import brentq
from scipy.special import kolmogorov
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

print(scipy.__version__, statsmodels.__version__, mp.__version__)
X = [1.2, 3.4, 2.2, 5.6, 4.1, 3.3, 2.9, 6.0]
Y = [2.5, 6.1, 7.3, 5.9, 4.4, 8.0]
r = st.ttest_ind(X, Y, equal_var=False)
print("welch", r.statistic, r.df, r.pvalue, *map(float, r.confidence_interval(0.95)))
for a in ("less", "greater"):
    print(a, st.ttest_ind(X, Y, equal_var=False, alternative=a).pvalue)
r = st.ttest_rel(X[:6], Y)
print("paired", r.statistic, r.df, r.pvalue)
print("welch doc", st.ttest_ind([1.0, 2, 3, 4], [3.0, 5, 7], equal_var=False).pvalue)
r = st.ks_2samp(X, Y, method="exact")
print("ks", r.statistic, r.pvalue)
for m, n, shift in ((200, 150, 100.5), (2000, 2000, 70.5), (2000, 2000, 90.5)):
    r = st.ks_2samp(np.arange(m), np.arange(n) + shift, method="exact")
    limit = kolmogorov(np.sqrt(m * n / (m + n)) * r.statistic)
    print("ks", m, n, shift, r.statistic, r.pvalue, limit)
r = st.chi2_contingency([[12, 5, 7], [3, 9, 14]], correction=False)
print("independence", r.statistic, r.dof, r.pvalue, r.expected_freq.min())
for correction in (False, True):
    r = st.chi2_contingency([[10, 20], [30, 40]], correction=correction)
    print("2x2", correction, r.statistic, r.pvalue)
for exact, correction in ((True, False), (False, False), (False, True)):
    r = mcnemar([[5, 4], [15, 6]], exact=exact, correction=correction)
    print("mcnemar", exact, correction, r.statistic, r.pvalue)
for method in ("wilson", "beta"):
    for k in (0, 7, 20):
        print(method, k, *map(float, proportion_confint(k, 20, 0.05, method)))
print("moments", st.skew(X), st.kurtosis(X), np.var(X, ddof=1))
print("correlation", np.corrcoef(X[:6], Y)[0, 1])
print("mean interval", 3 - st.t.ppf(0.975, 4) * np.sqrt(0.5), 3 + st.t.ppf(0.975, 4) * np.sqrt(0.5))
print("normal", st.norm.isf(0.025, 170, 10), st.norm.sf(10.0))
print("predictive", st.betabinom.pmf(3, 10, 2.5, 4.0), st.betabinom.pmf(70, 100, 0.5, 0.5))
b = st.beta(8, 14)
t = brentq(lambda t: b.logpdf(b.ppf(t)) - b.logpdf(b.isf(0.05 - t)), 1e-9, 0.0499, xtol=1e-16)
print("shortest", b.ppf(t), b.isf(0.05 - t), "central", b.ppf(0.025), b.isf(0.025))
print("kolmogorov", [float(kolmogorov(x)) for x in (0.4, 0.99, 1.0, 1.3, 3.0)])
print("gaussian", float(np.sum(st.norm.logpdf([1.0] * 4 + [-1.0] * 4))), st.norm.cdf(1.0))

mp.mp.dps = 50
f = mp.mpf
s = lambda values: [mp.nstr(v, 20) for v in values]
print("log1p_minus", s(mp.log(1 + f(x)) - f(x) for x in (1e-9, -0.5, 0.7, 3.0, -0.75)))
print("stirling", s(mp.loggamma(f(n) + 1) - (f(n) + 0.5) * mp.log(n) + n - mp.log(2 * mp.pi) / 2
                    for n in (10, 1e6, 0.5, 9.5)))
tail = lambda z: mp.erfc(f(z) / mp.sqrt(2)) / 2
print("upper", s(tail(z) for z in (-3.0, 3.999, 4.0, 5.0, 10.0, 20.0, 37.5)))
mp.mp.dps = 500
print("log upper", s([mp.log1p(-tail(-z)) if z < 0 else mp.log(tail(z))
                      for z in (-38.0, -9.0, 0.0, 38.0, 1000.0)]))
