"""Reference values of the distributions: mpmath at 60 digits, rounded once to f64.

Run: python3 generate.py > distributions.json
Each row: [x, ln pdf, ln cdf, ln sf] of the distribution at x, x taken as the exact double.
"""
import json

from mpmath import __version__ as mpmath_version, mp, mpf, betainc, erfc, gammainc, log, loggamma, pi, sqrt

mp.dps = 60


def beta_logs(a, b, x, y):
    """ln I_x(a, b), ln I_y(b, a) and ln of x^a y^b / B(a, b)."""
    log_beta = loggamma(a) + loggamma(b) - loggamma(a + b)
    kernel = a * log(x) + b * log(y) - log_beta

    def part(a, b, x, y):
        # x^a y^b/(a B) 2F1(a+b, 1; a+1; x): all terms positive.
        return kernel - log(a) + log(mp.hyp2f1(a + b, 1, a + 1, x, maxterms=10**7))

    if x < a / (a + b):
        lower = part(a, b, x, y)
        return lower, mp.log1p(-mp.exp(lower)), kernel
    upper = part(b, a, y, x)
    return mp.log1p(-mp.exp(upper)), upper, kernel


def normal(x, mean, sd):
    z = (x - mean) / sd
    root = z / sqrt(2)
    small = erfc(abs(root)) / 2
    logs = mp.log1p(-small), log(small)
    return -z * z / 2 - log(sd * sqrt(2 * pi)), *(logs if z > 0 else logs[::-1])


def chi_squared(x, df):
    a, half = df / 2, x / 2
    pdf = (a - 1) * log(half) - half - loggamma(a) - log(2)
    upper = gammainc(a, half, regularized=True)
    lower = gammainc(a, 0, half, regularized=True)
    if x < df:
        return pdf, log(lower), mp.log1p(-lower)
    return pdf, mp.log1p(-upper), log(upper)


def student_t(t, df):
    x, y = df / (df + t * t), t * t / (df + t * t)
    pdf = loggamma((df + 1) / 2) - loggamma(df / 2) - log(df * pi) / 2 + (df + 1) / 2 * log(x)
    beyond = beta_logs(df / 2, mpf(1) / 2, x, y)[0] - log(2)
    rest = mp.log1p(-mp.exp(beyond))
    return (pdf, rest, beyond) if t > 0 else (pdf, beyond, rest)


def f(x, df1, df2):
    u, v = df1 * x / (df1 * x + df2), df2 / (df1 * x + df2)
    lower, upper, kernel = beta_logs(df1 / 2, df2 / 2, u, v)
    return kernel - log(x), lower, upper


def beta(x, a, b):
    lower, upper, kernel = beta_logs(a, b, x, 1 - x)
    return kernel - log(x) - log(1 - x), lower, upper


def binomial(k, n, p):
    if k >= n:
        pmf = n * log(p)
        return pmf, mpf(0), mpf("-inf")
    choose = loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)
    upper, lower, _ = beta_logs(k + 1, n - k, p, 1 - p)
    return choose + k * log(p) + (n - k) * log(1 - p), lower, upper


SETS = [
    (normal, [0.0, 1.0], [-37.0, -9.5, -4.0, -1.0, 0.708, 2.0, 3.99, 4.01, 15.0, 100.0, 1e4]),
    (normal, [-3.0, 0.01], [-3.5, -3.02, -2.99, -2.0]),
    (chi_squared, [1e-3], [1e-100, 1e-6, 0.5, 3.0, 50.0]),
    (chi_squared, [0.5], [1e-200, 1e-3, 0.4, 1.9, 2.9, 60.0]),
    (chi_squared, [1.0], [1e-300, 1e-8, 1.0, 2.9, 3.1, 100.0, 1400.0, 5e4]),
    (chi_squared, [7.0], [1e-20, 0.3, 6.0, 9.0, 40.0, 900.0]),
    (chi_squared, [399.0], [1.0, 200.0, 398.0, 402.0, 700.0, 5e3]),
    (chi_squared, [401.0], [1.0, 200.0, 398.0, 402.0, 700.0, 5e3]),
    (chi_squared, [1e5], [8e4, 99900.0, 1e5, 100100.0, 1.2e5]),
    (student_t, [0.2], [-1e30, -5.0, 1e-3, 2.0, 1e8, 1e40]),
    (student_t, [1.0], [-1e12, 0.5, 3.0, 1e100]),
    (student_t, [3.5], [-40.0, -1e-5, 1.7, 12.0, 1e20]),
    (student_t, [30.0], [-1000.0, -2.0, 0.1, 8.0, 40.0]),
    (student_t, [1e4], [-50.0, -1.0, 0.3, 1.01, 5.0, 38.0]),
    (student_t, [1e8], [-30.0, -1.1, 0.9, 1.5, 6.0]),
    (f, [1.0, 1.0], [1e-10, 0.3, 1.0, 7.0, 1e12]),
    (f, [2.0, 30.0], [1e-6, 0.9, 3.0, 60.0]),
    (f, [5.0, 2.5], [1e-3, 0.7, 4.0, 1e6]),
    (f, [40.0, 1000.0], [0.1, 0.95, 1.05, 3.0]),
    (f, [1000.0, 800.0], [0.5, 0.99, 1.01, 2.0]),
    (beta, [1e-3, 2.0], [1e-50, 1e-3, 0.3, 0.99]),
    (beta, [0.5, 0.5], [1e-12, 0.25, 0.5, 0.9]),
    (beta, [2.0, 5e3], [1e-7, 3e-4, 5e-4, 0.01]),
    (beta, [210.0, 305.0], [0.1, 0.4, 0.41, 0.6]),
    (beta, [3e4, 7e4], [0.25, 0.299, 0.3, 0.301, 0.35]),
    (beta, [20.0, 0.01], [0.01, 0.9, 0.9999]),
    (binomial, [30, 0.2], [0, 1, 6, 15, 29]),
    (binomial, [1000, 0.001], [0, 1, 5, 40]),
    (binomial, [1000, 0.5], [10, 400, 500, 600, 990]),
    (binomial, [10**6, 0.3], [290000, 299900, 300000, 300100, 310000]),
]


def number(value):
    value = float(value)
    return value if abs(value) != float("inf") else str(value)


cases = []
for function, parameters, points in SETS:
    rows = []
    for x in points:
        logs = function(mpf(x), *[mpf(p) for p in parameters])
        rows.append([x] + [number(value) for value in logs])
    cases.append({"distribution": function.__name__, "parameters": parameters, "rows": rows})
source = f"mpmath {mpmath_version} at 60 digits; generate.py"
print("{\"source\": %s, \"cases\": [" % json.dumps(source))
print(",\n".join(json.dumps(case) for case in cases))
print("]}")
