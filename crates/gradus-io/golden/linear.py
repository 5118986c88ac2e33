"""The golden files of linear models, put together field by field from the layout of the format and
the bincode 2 specification. Python 3's standard library alone: `python3 linear.py` in this folder.
"""

import itertools
import math
import struct
import zlib


def u(x):
    """An unsigned integer of variable length."""
    if x < 251:
        return bytes([x])
    for tag, code, most in ((251, "<H", 1 << 16), (252, "<I", 1 << 32), (253, "<Q", 1 << 64)):
        if x < most:
            return bytes([tag]) + struct.pack(code, x)


def f(x):
    return struct.pack("<d", x)


def text(s):
    return u(len(s.encode())) + s.encode()


def many(item, xs):
    return u(len(xs)) + b"".join(item(x) for x in xs)


def maybe(item, x):
    return b"\0" if x is None else b"\1" + item(x)


def numeric(name, impute=None):
    return u(0) + text(name) + maybe(f, impute) + u(0)  # scaling: none


def treatment(name, levels, impute=None):
    return u(2) + text(name) + many(text, levels) + maybe(text, impute)


MISSING = {"error": 0, "drop": 1, "impute": 2}


def encoder(columns, target, ignored, missing):
    parts = many(lambda c: c, columns) + text(target) + many(text, ignored)
    return u(0) + parts + u(MISSING[missing]) + u(0)  # preparation: encoder; unseen: error


def boolean(x):
    return b"\1" if x else b"\0"


def group(columns, steps):
    source = lambda column: u(column[0]) + text(column[1])
    return many(source, columns) + many(lambda step: step, steps)


def impute(fills, indicators):
    fill = lambda x: u(1) + text(x) if isinstance(x, str) else u(0) + f(x)
    return u(0) + many(fill, fills) + many(u, indicators)


def one_hot(columns, unseen=0):
    levels = lambda column: maybe(lambda c: many(text, c[0]) + boolean(c[1]), column)
    return u(1) + many(levels, columns) + u(unseen)


def ordinal(levels, code):
    return u(2) + many(lambda c: maybe(lambda c: many(text, c) + u(1) + f(code), c), levels)


def pairs(step, xs):
    return u(step) + many(lambda x: f(x[0]) + f(x[1]), xs)


def standardize(moments):
    return pairs(3, moments)


def min_max(low, high, extents):
    return u(4) + f(low) + f(high) + pairs(0, extents)[1:]


def robust(middles):
    return pairs(5, middles)


def polynomial(columns, terms):
    return u(6) + u(columns) + many(lambda term: many(u, term), terms)


def pipeline(groups, last, names, target, ignored, missing):
    parts = many(lambda g: g, groups) + many(lambda s: s, last) + many(text, names)
    return u(2) + parts + text(target) + many(text, ignored) + u(MISSING[missing])


def values(column):
    return text(column) + u(1)


def classes(column, labels):
    return text(column) + u(0) + many(text, labels)


def spread(covariance, variance, degrees):
    return many(f, covariance) + maybe(f, variance) + maybe(f, degrees)


def record(estimator, penalty, figures):
    named = many(lambda x: text(x[0]) + f(x[1]), figures)
    head = text("gradus 0.1.0") + text("golden") + u(0x0123456789ABCDEF) + u(60) + u(300)
    return head + text(estimator) + maybe(f, penalty[0]) + maybe(f, penalty[1]) + named


def write(name, payload):
    head = b"\x89GRADUS\n" + struct.pack("<HHQ", 1, 2, len(payload))
    body = head + payload
    with open(f"{name}.gradus", "wb") as file:
        file.write(body + struct.pack("<I", zlib.crc32(body)))


GAUSSIAN, MULTINOMIAL, POISSON = 0, 2, 3

write(
    "gaussian",
    u(GAUSSIAN) + u(1) + maybe(lambda b: many(f, b), [10.0]) + many(f, [0.5, -2.0, 3.0])
    + encoder([numeric("age"), treatment("colour", ["red", "blue", "green"])], "price", ["id"], "drop")
    + values("price") + b"\0"
    + b"\1" + spread([4.0, -1.0, 0.25, 0.5, 1.0, 0.0, -0.125, 2.0, 0.75, 3.0], 2.5, 7.0)
    + record("ordinary least squares", (None, None), [("R²", 0.75), ("AIC", 120.5)]),
)
write(
    "poisson",
    u(POISSON) + u(1) + b"\0" + many(f, [0.25, -0.5])
    + encoder([numeric("age", 30.0), treatment("sex", ["f", "m"], "f")], "deaths", ["years"], "impute")
    + values("deaths") + b"\1" + text("years") + u(1)
    + b"\1" + spread([0.5, 0.125, 0.25], None, None)
    + record("Poisson regression", (None, None), []),
)
write(
    "multinomial",
    u(MULTINOMIAL) + u(3) + maybe(lambda b: many(f, b), [0.0, 0.5, -0.5])
    + many(f, [0.0, 0.0, 1.0, -1.0, 0.25, 2.0])
    + encoder([numeric("length"), numeric("width")], "kind", [], "error")
    + classes("kind", ["fern", "lily", "rose"]) + b"\0" + b"\0"
    + record("multinomial regression, elastic net", (0.05, 0.5), [("log-loss", 0.125)]),
)

# Ages 20, none, 40, 30; incomes 1 to 4; sizes S, L, none, S; colours red, blue, red, blue.
NUMERIC, CATEGORICAL = 0, 1
FEATURES = ["age", "age missing", "income", "size", "colour=blue"]
TERMS = [[i] for i in range(5)] + [list(pair) for pair in itertools.combinations(range(5), 2)]
write(
    "pipeline",
    u(GAUSSIAN) + u(1) + maybe(lambda b: many(f, b), [1.0])
    + many(f, [0.25 * i for i in range(len(TERMS))])
    + pipeline(
        [
            group(
                [(NUMERIC, "age")],
                [impute([30.0], [0]), standardize([(30.0, math.sqrt(50)), (0.25, math.sqrt(0.1875))])],
            ),
            group([(NUMERIC, "income")], [robust([(2.5, 1.5)]), min_max(0.0, 1.0, [(-1.0, 1.0)])]),
            group([(CATEGORICAL, "size")], [impute(["S"], []), ordinal([["S", "M", "L"]], -1.0)]),
            group([(CATEGORICAL, "colour")], [one_hot([(["red", "blue"], True)])]),
        ],
        [polynomial(5, TERMS)],
        [" ".join(FEATURES[i] for i in term) for term in TERMS],
        "price", ["id"], "impute",
    )
    + values("price") + b"\0" + b"\0"
    + record("ridge regression", (0.5, 0.0), []),
)
