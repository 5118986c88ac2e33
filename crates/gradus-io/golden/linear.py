"""The golden files of linear models, put together field by field from the layout of the format and
the bincode 2 specification. Python 3's standard library alone: `python3 linear.py` in this folder.
"""

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
