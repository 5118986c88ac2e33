"""Reference values of tests/folds.rs, by scikit-learn 1.9.1."""

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, TimeSeriesSplit

for m, k, gap, longest in [(9, 3, 1, None), (10, 3, 0, None), (23, 4, 2, 5), (6, 5, 0, None), (100, 7, 3, 20)]:
    folds = TimeSeriesSplit(k, gap=gap, max_train_size=longest).split(np.zeros(m))
    print((m, k, gap, longest), [[int(a[0]), int(a[-1]) + 1, int(b[0]), int(b[-1]) + 1] for a, b in folds])

groups = np.repeat(np.arange(12), [9, 7, 7, 6, 5, 5, 4, 3, 2, 2, 1, 1])
for k in (2, 3, 4, 5):
    print("groups", k, sorted(len(test) for _, test in GroupKFold(k).split(groups, groups=groups)))

counts = [(6, 1), (0, 4), (4, 4), (3, 0), (2, 8), (5, 4), (7, 0), (0, 2), (9, 1)]
groups = np.repeat(np.arange(9), [a + b for a, b in counts])
classes = np.concatenate([[0] * a + [1] * b for a, b in counts])
for k in (2, 3, 4):
    folds = StratifiedGroupKFold(k).split(classes, classes, groups)
    print("stratified groups", k, sorted(np.bincount(classes[test], minlength=2).tolist() for _, test in folds))
