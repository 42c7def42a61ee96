"""What the tests look at: loss, Block Influence, and the loss without each block."""

import torch
from torch import Tensor
from torch.nn import functional as F

from language_model import LanguageModel


@torch.no_grad()
def block_influence(model: LanguageModel, windows: Tensor) -> list[float]:
    """1 - cos(x_i, x_(i+1)) for every block i, as a mean over all tokens of windows (windows, T)."""
    _, states = model.run(windows)
    return [1 - F.cosine_similarity(a, b, dim=-1).mean().item() for a, b in zip(states, states[1:])]


@torch.no_grad()
def measure(model: LanguageModel, windows: Tensor) -> dict:
    """Numbers to print, over windows (windows, T)."""
    droppable = range(model.first_droppable, len(model.blocks))
    return {
        "loss": model.losses(windows).mean().item(),
        "blockInfluence": block_influence(model, windows),
        "lossWithout": {i: model.losses(windows, {i}).mean().item() for i in droppable},
    }
