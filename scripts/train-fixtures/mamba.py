"""Mamba-1, as llama.cpp computes its architecture `mamba` (src/models/mamba-base.cpp, build_mamba_layer).

Shapes: B batch, T time, C = 2 * width channels, N states a channel, R rank of the time step.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from language_model import LanguageModel

EPSILON = 1e-5
KERNEL = 4
STATES = 16


class MambaBlock(nn.Module):
    def __init__(self, width: int, index: int):
        super().__init__()
        channels, self.rank = 2 * width, max(1, width // 16)
        self.norm = nn.RMSNorm(width, EPSILON)
        self.in_proj = nn.Linear(width, 2 * channels, bias=False)
        self.conv = nn.Conv1d(channels, channels, KERNEL, groups=channels, padding=KERNEL - 1)
        self.x_proj = nn.Linear(channels, self.rank + 2 * STATES, bias=False)
        self.dt_proj = nn.Linear(self.rank, channels)
        self.a_log = nn.Parameter(torch.arange(1, STATES + 1).float().log().repeat(channels, 1))
        self.d = nn.Parameter(torch.ones(channels))
        self.out_proj = nn.Linear(channels, width, bias=False)
        # Time steps from 0.001 to 0.1 after the softplus, evenly in the logarithm.
        steps = torch.exp(torch.rand(channels) * math.log(100) + math.log(0.001))
        self.dt_proj.bias.data = steps + torch.log(-torch.expm1(-steps))

    def forward(self, x: Tensor, _: None) -> tuple[Tensor, None]:
        """(B, T, width) -> (B, T, width)"""
        u, gate = self.in_proj(self.norm(x)).chunk(2, dim=-1)
        u = F.silu(self.conv(u.mT)[..., : x.shape[1]].mT)
        dt, b, c = self.x_proj(u).split([self.rank, STATES, STATES], dim=-1)
        y = scan(u, F.softplus(self.dt_proj(dt)), -self.a_log.exp(), b, c)
        return x + self.out_proj((y + self.d * u) * F.silu(gate)), None


def scan(u: Tensor, dt: Tensor, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """h_t = exp(dt_t a) h_(t-1) + dt_t u_t b_t and y_t = h_t c_t, for every channel.

    u, dt, y: (B, T, C), a: (C, N), b, c: (B, T, N)
    """
    decay = (dt[..., None] * a).exp().unbind(1)
    inputs = ((dt * u)[..., None] * b[:, :, None]).unbind(1)
    h = inputs[0]
    states = [h]
    for t in range(1, u.shape[1]):
        h = torch.addcmul(inputs[t], decay[t], h)
        states.append(h)
    return (torch.stack(states, 1) @ c[..., None]).squeeze(-1)


def make_mamba(width: int, blocks: int) -> LanguageModel:
    """The embedding starts as small as Mamba's own does, so that the first blocks have the most to add."""
    return LanguageModel(width, blocks, MambaBlock, nn.RMSNorm(width, EPSILON), embedding_scale=0.02)
