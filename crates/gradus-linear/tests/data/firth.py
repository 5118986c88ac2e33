"""Makes firth.json: logistic regression with Firth's correction, and profile-likelihood intervals of the
plain one, at 40 digits (mpmath).

Firth: max l + 1/2 log det X'WX. Intervals: where twice the (penalised) log-likelihood, maximised over all
other coefficients, lies the 0.95 quantile of chi-squared(1) below its maximum. Tests: the coefficient held
at 0, the penalty that of the whole X, as R's logistf does.

Data: urinary.csv, 239 women of the case-control study of B. Foxman et al., Urinary tract infections among
women aged 40 to 65 (1997), as counts of equal rows; endometrial.csv, 79 women with endometrial cancer of
E. Asseryanis, both as in G. Heinze, M. Schemper, A solution to the problem of separation in logistic
regression (2002) and its software. A. Agresti analyses the second in Categorical Data Analysis, 3rd ed.
"""
import csv, json
import mpmath as mp

mp.mp.dps = 40


class Model:
    def __init__(self, rows, firth):
        self.x = [[mp.mpf(1)] + [mp.mpf(v) for v in r[0]] for r in rows]
        self.y = [mp.mpf(r[1]) for r in rows]
        self.v = [mp.mpf(r[2]) for r in rows]
        self.firth, self.q = firth, len(self.x[0])

    def at(self, b):
        q, n = self.q, len(self.y)
        eta = [mp.fsum(self.x[i][j] * b[j] for j in range(q)) for i in range(n)]
        p = [1 / (1 + mp.exp(-e)) for e in eta]
        ll = mp.fsum(v * (mp.log(pi) if y else mp.log(1 - pi)) for v, y, pi in zip(self.v, self.y, p))
        w = [v * pi * (1 - pi) for v, pi in zip(self.v, p)]
        info = mp.matrix(q, q)
        for a in range(q):
            for c in range(q):
                info[a, c] = mp.fsum(w[i] * self.x[i][a] * self.x[i][c] for i in range(n))
        inv = info ** -1
        r = [v * (y - pi) for v, y, pi in zip(self.v, self.y, p)]
        if self.firth:
            ll += mp.log(mp.det(info)) / 2
            for i in range(n):
                xi = self.x[i]
                h = w[i] * mp.fsum(xi[a] * inv[a, c] * xi[c] for a in range(q) for c in range(q))
                r[i] += h * (mp.mpf(1) / 2 - p[i])
        g = [mp.fsum(r[i] * self.x[i][j] for i in range(n)) for j in range(q)]
        return ll, g, info, inv

    def maximum(self, b, free):
        for _ in range(500):
            ll, g, info, _ = self.at(b)
            k = len(free)
            step = mp.lu_solve(mp.matrix(k, k) + mp.matrix([[info[a, c] for c in free] for a in free]),
                               mp.matrix([g[a] for a in free])) if k else []
            size = mp.fsum(s * g[a] for s, a in zip(step, free))
            t = mp.mpf(1)
            while True:
                nb = list(b)
                for s, a in zip(step, free):
                    nb[a] += t * s
                if size < mp.mpf(10) ** -12 or self.at(nb)[0] >= ll:
                    break
                t /= 2
            b = nb
            if size < mp.mpf(10) ** -56:
                return b, self.at(b)
        raise SystemExit("no maximum")

    def report(self):
        every = list(range(self.q))
        b, (ll, _, _, inv) = self.maximum([mp.mpf(0)] * self.q, every)
        drop = mp.findroot(lambda c: mp.erf(mp.sqrt(c / 2)) - mp.mpf(95) / 100, 3.84) / 2
        ends, chi2 = [], []
        for j in every:
            free = [a for a in every if a != j]
            held = list(b)
            held[j] = mp.mpf(0)
            chi2.append(2 * (ll - self.maximum(held, free)[1][0]))
            pair = []
            for sign in (-1, 1):
                at = list(b)
                at[j] = b[j] + sign * mp.sqrt(2 * drop * inv[j, j])
                for _ in range(80):
                    at, (l, g, _, _) = self.maximum(at, free)
                    step = (ll - drop - l) / g[j]
                    at = list(at)
                    at[j] += step
                    if abs(step) < mp.mpf(10) ** -25:
                        break
                pair.append(at[j])
            ends.append(pair)
        null = self.maximum([mp.mpf(0)] * self.q, [0])[1][0]
        f = lambda v: float(v)
        return {
            "coef": [f(v) for v in b], "se": [f(mp.sqrt(inv[j, j])) for j in every],
            "interval": [[f(v) for v in pair] for pair in ends], "chi2": [f(v) for v in chi2],
            "p": [f(mp.erfc(mp.sqrt(c / 2))) for c in chi2],
            "likelihood_ratio": f(2 * (ll - null)),
        }


def read(name, target, features, count=None):
    with open(name) as file:
        return [([r[f] for f in features], r[target], r[count] if count else 1)
                for r in csv.DictReader(file)]


urinary = ["age", "oc", "vic", "vicl", "vis", "dia"]
endometrial = ["NV", "PI", "EH"]
cases = [
    ("urinary.csv", "case", urinary, "count", True),
    ("endometrial.csv", "HG", endometrial, None, True),
    ("urinary.csv", "case", urinary[:-1], "count", False),
    ("endometrial.csv", "HG", endometrial[1:], None, False),
]
out = []
for file, target, features, count, firth in cases:
    report = Model(read(file, target, features, count), firth).report()
    out.append({"data": file, "target": target, "features": features, "count": count,
                "firth": firth, **report})
with open("firth.json", "w") as file:
    json.dump({"source": "firth.py, mpmath " + mp.__version__, "cases": out}, file, indent=1)
    file.write("\n")
