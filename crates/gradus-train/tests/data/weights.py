"""Makes weights.json: descents of PyTorch on weighted costs, on the whole set, in f64.

The cost of a row is PyTorch's with reduction="none", which holds the weight of its class; rows are weighted by hand, as
sum(s * loss) / sum(s * w[class]). Without weights of rows that is PyTorch's own reduction="mean", which is asserted.
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
STEPS = 25
X = [[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8], [0.2, 1.5], [-1.4, -0.6], [0.9, -0.1], [-0.3, 0.4], [1.6, 1.0]]
CLASSES = [0, 1, 2, 2, 0, 1, 1, 1]
VALUES = [0.3, -0.8, 1.4, 2.0, -0.5, 0.1, 0.7, -6.0]
ROWS = [1.0, 0.5, 2.0, 0.25, 3.0, 1.5, 0.75, 0.1]
FIRST = [[0.3, -0.2, 0.5], [-0.4, 0.1, 0.6]]
SECOND = [[0.2, -0.5, 0.3], [0.7, 0.4, -0.1], [-0.3, 0.6, 0.25]]

x = torch.tensor(X)
classes = torch.tensor(CLASSES)
values = torch.tensor(VALUES)[:, None]


def cost_of(case, output):
    rows = torch.tensor(case["rows"] or [1.0] * len(X))
    if "classes" in case:
        weight = torch.tensor(case["classes"]) if case["classes"] else None
        smoothing = case["label_smoothing"]
        losses = F.cross_entropy(output, classes, weight=weight, reduction="none", label_smoothing=smoothing)
        of_class = torch.ones(len(X)) if weight is None else weight[classes]
        cost = (rows * losses).sum() / (rows * of_class).sum()
        if not case["rows"]:
            mean = F.cross_entropy(output, classes, weight=weight, label_smoothing=smoothing)
            assert torch.allclose(cost, mean, rtol=1e-14)
        return cost
    losses = {"mse": F.mse_loss, "mae": F.l1_loss, "huber": F.huber_loss}[case["loss"]](output, values, reduction="none")
    return (rows[:, None] * losses).sum() / rows.sum()


def run(case):
    outputs = 3 if "classes" in case else 1
    w1 = torch.tensor(FIRST, requires_grad=True)
    b1 = torch.zeros(3, requires_grad=True)
    w2 = torch.tensor([row[:outputs] for row in SECOND], requires_grad=True)
    b2 = torch.zeros(outputs, requires_grad=True)
    parameters = [w1, b1, w2, b2]
    optimizer = torch.optim.SGD(parameters, lr=0.5)
    costs = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        cost = cost_of(case, torch.tanh(x @ w1 + b1) @ w2 + b2)
        costs.append(cost.item())
        cost.backward()
        optimizer.step()
    return {**case, "costs": costs, "parameters": [p.tolist() for p in parameters]}


CASES = [
    {"loss": "cross_entropy", "classes": [1.0, 0.25, 4.0], "label_smoothing": 0.0, "rows": None},
    {"loss": "cross_entropy", "classes": [1.0, 0.25, 4.0], "label_smoothing": 0.1, "rows": None},
    {"loss": "cross_entropy", "classes": None, "label_smoothing": 0.0, "rows": ROWS},
    {"loss": "cross_entropy", "classes": [1.0, 0.25, 4.0], "label_smoothing": 0.2, "rows": ROWS},
    {"loss": "mse", "rows": ROWS},
    {"loss": "mae", "rows": ROWS},
    {"loss": "huber", "rows": ROWS},
]

out = {
    "source": f"torch {torch.__version__}, SGD(lr=0.5) over the whole set, float64; made by weights.py",
    "x": X,
    "y_classes": CLASSES,
    "y_values": VALUES,
    "first": FIRST,
    "second": SECOND,
    "cases": [run(case) for case in CASES],
}
json.dump(out, open(sys.argv[1] if len(sys.argv) > 1 else "weights.json", "w"), indent=1)
