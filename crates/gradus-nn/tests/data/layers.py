"""Reference values of the normalising layers and of the residual block, made with PyTorch in double
precision: python layers.py > layers.json. The tests do not run it."""

import json
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)


def rows(tensor):
    return tensor.detach().reshape(-1, tensor.shape[-1]).tolist()


def gradients(layer, x, y, weights):
    """Of the sum of weights * y, for the input and for each parameter by name."""
    named = dict(layer.named_parameters())
    found = torch.autograd.grad((weights * y).sum(), [x, *named.values()])
    return {name: rows(g) for name, g in zip(["input", *named], found)}


def batch_norm(momentum, eps, affine):
    layer = nn.BatchNorm1d(3, eps=eps, momentum=momentum, affine=affine)
    case = {"momentum": momentum, "eps": eps, "batches": []}
    if affine:
        with torch.no_grad():
            layer.weight.copy_(torch.tensor([1.5, -0.5, 0.25]))
            layer.bias.copy_(torch.tensor([0.1, 0.0, -2.0]))
        case["weight"], case["bias"] = rows(layer.weight), rows(layer.bias)
    for count, train in [(5, True), (2, True), (8, True), (4, False), (1, False)]:
        layer.train(train)
        x = (torch.randn(count, 3) * torch.tensor([1.0, 10.0, 0.1]) + 3.0).requires_grad_()
        weights = torch.randn(count, 3)
        y = layer(x)
        case["batches"].append({
            "train": train,
            "x": rows(x),
            "weights": rows(weights),
            "y": rows(y),
            "gradients": gradients(layer, x, y, weights),
            "running_mean": rows(layer.running_mean),
            "running_var": rows(layer.running_var),
        })
    return case


def layer_norm(features, eps, affine):
    layer = nn.LayerNorm(features, eps=eps, elementwise_affine=affine)
    case = {"eps": eps}
    if affine:
        with torch.no_grad():
            layer.weight.copy_(torch.randn(features))
            layer.bias.copy_(torch.randn(features))
        case["weight"], case["bias"] = rows(layer.weight), rows(layer.bias)
    x = (torch.randn(6, features) * 2.0 + 5.0).requires_grad_()
    weights = torch.randn(6, features)
    y = layer(x)
    case.update(x=rows(x), weights=rows(weights), y=rows(y))
    case["gradients"] = gradients(layer, x, y, weights)
    return case


def residual():
    branch = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 3, bias=False))
    x = torch.randn(4, 3).requires_grad_()
    weights = torch.randn(4, 3)
    y = x + branch(x)
    return {
        # As rows of shape (inputs, outputs).
        "parameters": {name: rows(p.T if p.dim() == 2 else p) for name, p in branch.named_parameters()},
        "x": rows(x),
        "weights": rows(weights),
        "y": rows(y),
        "gradients": {
            name: rows(torch.tensor(g).T if name.endswith("weight") else torch.tensor(g))
            for name, g in gradients(branch, x, y, weights).items()
        },
    }


json.dump(
    {
        "source": f"layers.py, PyTorch {torch.__version__}",
        "batch_norm": [
            batch_norm(0.1, 1e-5, True),
            batch_norm(0.3, 1e-3, False),
        ],
        "layer_norm": [layer_norm(4, 1e-5, True), layer_norm(7, 1e-2, False)],
        "residual": residual(),
    },
    sys.stdout,
)
print()
