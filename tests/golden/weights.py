"""Random weights under which different pictures and texts get different vectors."""

import torch


def is_norm(name):
    return "norm" in name or "ln_" in name


def is_embedding(name):
    return "embedding" in name and "patch" not in name


def randomise(model):
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name == "logit_scale":
                p.fill_(4.6052)
            elif name == "logit_bias":
                p.fill_(-12.5)
            elif is_norm(name) and name.endswith("weight"):
                p.copy_(1 + 0.2 * torch.randn_like(p))
            elif p.ndim == 1:
                p.copy_(0.2 * torch.randn_like(p))
            elif is_embedding(name):
                p.copy_(0.5 * torch.randn_like(p))
            else:
                p.copy_(1.5 * torch.randn_like(p) / p[0].numel() ** 0.5)
    return model
