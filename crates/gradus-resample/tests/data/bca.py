"""Reference values of the tests in src/bca.rs, by scipy's steps of BCa (scipy.stats.bootstrap)."""

import numpy as np
import scipy
from scipy.stats import norm

rng = np.random.default_rng(7)
replicates = np.round(rng.gamma(3.0, 1.0, 40), 2)
data = np.array([1.2, 3.4, 0.3, 8.1, 2.2, 5.9, 0.7, 4.4])
estimate = 2.6
jackknife = np.array([np.delete(data, i).mean() for i in range(len(data))])


def bca(level):
    # As scipy.stats._resampling._bca_interval.
    alpha = (1 - level) / 2
    percentile = ((replicates < estimate).sum() + (replicates <= estimate).sum()) / (2 * len(replicates))
    z0 = norm.ppf(percentile)
    u = (len(data) - 1) * (jackknife.mean() - jackknife)
    num, den = (u**3).sum() / len(data)**3, (u**2).sum() / len(data)**2
    a = num / (6 * den**1.5)
    lower, upper = (norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))) for z in (norm.ppf(alpha), -norm.ppf(alpha)))
    return np.percentile(replicates, 100 * lower), np.percentile(replicates, 100 * upper), z0, a


print("scipy", scipy.__version__)
print(replicates.tolist())
for level in (0.9, 0.95):
    print(level, [float(x) for x in bca(level)])
