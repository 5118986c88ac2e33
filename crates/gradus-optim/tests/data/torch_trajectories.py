"""Makes torch_trajectories.json: optimisers and a schedule of PyTorch, step by step, in f64."""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)
STEPS = 60
PROBLEMS = {"quadratic_2d": [2.0, 3.0], "rosenbrock_2d": [-1.2, 1.0]}


def cost(problem, x):
    if problem == "quadratic_2d":
        a = torch.tensor([[3.0, 0.5], [0.5, 1.0]])
        return 0.5 * x @ a @ x - torch.tensor([1.0, -2.0]) @ x
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def run(make, problem, params):
    x = torch.tensor(PROBLEMS[problem], requires_grad=True)
    optimizer = make([x], **params)
    trajectory = [x.tolist()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        cost(problem, x).backward()
        optimizer.step()
        trajectory.append(x.tolist())
    return trajectory


CASES = [
    ("nadam", torch.optim.NAdam, {"lr": 0.05}),
    ("nadam", torch.optim.NAdam, {"lr": 0.02, "betas": [0.8, 0.99], "momentum_decay": 0.05}),
    ("amsgrad", lambda p, **k: torch.optim.Adam(p, amsgrad=True, **k), {"lr": 0.05}),
    ("amsgrad", lambda p, **k: torch.optim.Adam(p, amsgrad=True, **k), {"lr": 0.1, "betas": [0.5, 0.7]}),
    ("rmsprop_momentum", torch.optim.RMSprop, {"lr": 0.01, "momentum": 0.9}),
    ("rmsprop_centred", torch.optim.RMSprop, {"lr": 0.01, "centered": True}),
    ("rmsprop_centred", torch.optim.RMSprop, {"lr": 0.001, "centered": True, "momentum": 0.5, "alpha": 0.9}),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.5}),
]

cases = []
for name, make, params in CASES:
    for problem in PROBLEMS:
        trajectory = run(make, problem, params)
        cases.append({"optimizer": name, "problem": problem, "params": params, "trajectory": trajectory})

schedules = []
for lr0, period, factor, lr_min in [(0.1, 10, 1, 0.0), (1.0, 4, 2, 0.05), (0.5, 3, 3, 0.01)]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr0)
    law = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, period, factor, lr_min)
    rates = []
    for _ in range(50):
        rates.append(law.get_last_lr()[0])
        optimizer.step()
        law.step()
    schedules.append({"lr0": lr0, "period": period, "factor": factor, "lr_min": lr_min, "lr": rates})

out = {
    "source": {"libraries": {"torch": torch.__version__}, "call": "torch.optim on f64 parameters"},
    "notes": "trajectory[k] is theta after k steps; defaults where params are silent; made by torch_trajectories.py",
    "cases": cases,
    "cosine_restarts": schedules,
}
with open(sys.argv[1], "w") as file:
    head = {k: v for k, v in out.items() if k not in ("cases", "cosine_restarts")}
    file.write(json.dumps(head)[:-1] + ',\n"cases": [\n')
    file.write(",\n".join(json.dumps(case) for case in cases))
    file.write('\n],\n"cosine_restarts": [\n')
    file.write(",\n".join(json.dumps(case) for case in schedules))
    file.write("\n]}\n")
