"""Writes `expected.json` with scikit-learn: `python3 generate.py`. Written with scikit-learn 1.9.1.

Matrices are lists of rows; null is a missing value.
"""

import json

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_circles, make_moons
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    LabelEncoder,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

rng = np.random.default_rng(20)


def plain(x):
    """Lists in the place of arrays, null in the place of NaN."""
    return [[None if np.isnan(v) else float(v) for v in row] for row in np.asarray(x, dtype=float)]


train = np.round(rng.lognormal(size=(9, 3)) * [1, 100, 1e-3], 6)
train[:6, 2] = 0.004
test = np.round(rng.normal(size=(3, 3)), 6)

gaps = np.round(rng.normal(size=(8, 4)), 1)
gaps[[1, 5], 0] = np.nan
gaps[[0, 2, 7], 2] = np.nan
gaps[:, 3] = [2, 1, 2, 1, 3, np.nan, 7, 7]
gaps_later = np.array([[np.nan, np.nan, 0.5, np.nan], [1, 2, np.nan, 4]])

robust = [
    {"low": low, "high": high, "z": plain(RobustScaler(quantile_range=(100 * low, 100 * high)).fit(train).transform(test))}
    for low, high in [(0.25, 0.75), (0.1, 0.9), (0.0, 1.0)]
]
impute = [
    {
        "strategy": strategy,
        "train": plain(fitted.transform(gaps)),
        "later": plain(fitted.transform(gaps_later)),
    }
    for strategy in ["mean", "median", "most_frequent", "constant"]
    for fitted in [SimpleImputer(strategy=strategy, fill_value=-1.0, add_indicator=True).fit(gaps)]
]
polynomial = [
    {
        "degree": degree,
        "interactions": interactions,
        "constant": constant,
        "x": plain(fitted.transform(test)),
        "names": list(fitted.get_feature_names_out(["a", "b", "c"])),
    }
    for degree in [1, 2, 3, 4]
    for interactions in [False, True]
    for constant in [False, True]
    for fitted in [PolynomialFeatures(degree, interaction_only=interactions, include_bias=constant).fit(test)]
]

levels = ["pear", "apple", "fig", "apple", "Pear", "fig", "apple"]
ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
ordinal.fit(np.array(levels)[:, None])
label = LabelEncoder().fit(levels)
encoded = {
    "levels": levels,
    "categories": list(ordinal.categories_[0]),
    "codes": ordinal.transform(np.array(levels + ["kiwi"])[:, None])[:, 0].tolist(),
    "labels": label.transform(levels).tolist(),
}

rows = 40
frame = {
    "age": np.where(rng.random(rows) < 0.2, np.nan, np.round(rng.normal(40, 10, rows))),
    "income": np.round(rng.lognormal(3, 1, rows), 2),
    "size": np.array(["S", "M", "L"])[rng.integers(0, 3, rows)],
}
# Without pandas a table is an array of objects, whose columns are chosen by number.
table = np.array([frame["age"], frame["income"], frame["size"]], dtype=object).T
# Numbers are standardised after their median filled the gaps, then expanded with the scaled income.
numbers = ColumnTransformer(
    [
        ("age", Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())]), [0]),
        ("income", RobustScaler(), [1]),
        ("size", OneHotEncoder(drop=["M"], sparse_output=False), [2]),
    ]
)
whole = Pipeline([("columns", numbers), ("polynomial", PolynomialFeatures(2, include_bias=False, interaction_only=True))])
whole.fit(table[:25])
pipeline = {
    "age": [None if np.isnan(v) else v for v in frame["age"]],
    "income": frame["income"].tolist(),
    "size": frame["size"].tolist(),
    "train": 25,
    "x": plain(whole.transform(table)),
}

moons = make_moons(8, shuffle=False, noise=None)
circles = make_circles(8, shuffle=False, noise=None, factor=0.3)
made = {
    name: {"x": plain(x), "y": y.tolist()} for name, (x, y) in [("moons", moons), ("circles", circles)]
}

with open("expected.json", "w") as file:
    json.dump(
        {
            "train": plain(train),
            "test": plain(test),
            "gaps": plain(gaps),
            "gaps_later": plain(gaps_later),
            "robust": robust,
            "impute": impute,
            "polynomial": polynomial,
            "encoded": encoded,
            "pipeline": pipeline,
            "made": made,
        },
        file,
        indent=None,
        separators=(",", ":"),
    )
    file.write("\n")
