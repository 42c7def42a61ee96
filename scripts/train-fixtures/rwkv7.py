"""RWKV-7, as llama.cpp computes its architecture `rwkv7` (src/models/rwkv7-base.cpp).

Shapes: B batch, T time, H heads, N = 64 channels a head, W = H * N width. The heads' size is what real models have;
llama.cpp's kernels count on it.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from language_model import LanguageModel

EPSILON = 1e-5
HEAD_EPSILON = 64e-5
HEAD = 64
RANK = 16
CHUNK = 16


class LowRank(nn.Module):
    """base + up(activation(down(x)))"""

    def __init__(self, width: int, activation=nn.Identity, base: Tensor | None = None):
        super().__init__()
        self.down = nn.Linear(width, RANK, bias=False)
        self.activation = activation()
        self.up = nn.Linear(RANK, width, bias=False)
        self.base = None if base is None else nn.Parameter(base)
        nn.init.normal_(self.up.weight, std=0.05)

    def forward(self, x: Tensor) -> Tensor:
        y = self.up(self.activation(self.down(x)))
        return y if self.base is None else y + self.base


def shift(x: Tensor) -> Tensor:
    """(B, T, W) -> (B, T, W): what the token before had, less what the token has."""
    return F.pad(x, (0, 0, 1, -1)) - x


class TimeMix(nn.Module):
    def __init__(self, width: int, index: int):
        super().__init__()
        ramp = torch.linspace(0, 1, width)
        self.lerp = nn.Parameter(torch.stack([1 - ramp ** (0.3 + 0.1 * i) for i in range(6)]))
        self.receptance, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.output = nn.Linear(width, width, bias=False)
        self.decay = LowRank(width, nn.Tanh, -5.5 + 7 * ramp)
        self.rate = LowRank(width, base=torch.zeros(width))
        self.mix_value = None if index == 0 else LowRank(width, base=torch.full((width,), -1.0))
        self.gate = LowRank(width, nn.Sigmoid)
        self.k_k = nn.Parameter(torch.full((width,), 0.85))
        self.k_a = nn.Parameter(torch.ones(width))
        self.r_k = nn.Parameter(torch.full((width,), 0.1))
        self.norm = nn.GroupNorm(width // HEAD, width, HEAD_EPSILON)
        nn.init.normal_(self.gate.up.weight, std=RANK**-0.5)

    def forward(self, x: Tensor, v_first: Tensor | None) -> tuple[Tensor, Tensor]:
        """(B, T, W) -> (B, T, W), and the values of block 0, which all blocks after it mix with their own."""
        xr, xw, xk, xv, xa, xg = (x + shift(x) * lerp for lerp in self.lerp)
        r, k, v = self.receptance(xr), self.key(xk), self.value(xv)
        w = torch.exp(-0.606531 * torch.sigmoid(self.decay(xw)))
        if v_first is None:
            v_first = v
        else:
            v = v + (v_first - v) * torch.sigmoid(self.mix_value(xv))
        a = torch.sigmoid(self.rate(xa))
        kk = F.normalize(split_heads(k * self.k_k), dim=-1)
        k = k * (1 + (a - 1) * self.k_a)
        r, w, k, v, a, r_k = (split_heads(y) for y in (r, w, k, v, a, self.r_k.expand_as(x)))
        y = wkv7(r, w, k, v, -kk, kk * a)
        y = self.norm(join_heads(y).flatten(0, 1)).view_as(x)
        y = y + join_heads((r * k * r_k).sum(-1, keepdim=True) * v)
        return self.output(y * self.gate(xg)), v_first


def split_heads(x: Tensor) -> Tensor:
    """(B, T, W) -> (B, H, T, N)"""
    return x.unflatten(-1, (-1, HEAD)).transpose(1, 2)


def join_heads(x: Tensor) -> Tensor:
    """(B, H, T, N) -> (B, T, W)"""
    return x.transpose(1, 2).flatten(-2)


def wkv7(r: Tensor, w: Tensor, k: Tensor, v: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """y_t = S_t r_t, where S_t = S_(t-1) diag(w_t) + (S_(t-1) a_t) b_t' + v_t k_t'; everything (B, H, T, N).

    In chunks: divided by the decay since the chunk began, the state only gains rows, and all u_t = S_(t-1) a_t of a
    chunk are the solution of one triangular system.
    """
    T = r.shape[2]
    r, k, v, a, b = (F.pad(x, (0, 0, 0, -T % CHUNK)) for x in (r, k, v, a, b))
    w = F.pad(w, (0, 0, 0, -T % CHUNK), value=1.0)
    r, w, k, v, a, b = (x.unflatten(2, (-1, CHUNK)) for x in (r, w, k, v, a, b))
    decay = w.log().cumsum(-2).exp()
    r, a, k, b = r * decay, a * decay / w, k / decay, b / decay
    solve = torch.eye(CHUNK) - (a @ b.mT).tril(-1)
    from_values = (a @ k.mT).tril(-1) @ v
    state = r.new_zeros(*r.shape[:2], HEAD, HEAD)
    outputs = []
    for i in range(r.shape[2]):
        u = a[:, :, i] @ state.mT + from_values[:, :, i]
        u = torch.linalg.solve_triangular(solve[:, :, i], u, upper=False, unitriangular=True)
        y = (r[:, :, i] @ b[:, :, i].mT).tril() @ u + (r[:, :, i] @ k[:, :, i].mT).tril() @ v[:, :, i]
        outputs.append(r[:, :, i] @ state.mT + y)
        state = (state + u.mT @ b[:, :, i] + v[:, :, i].mT @ k[:, :, i]) * decay[:, :, i, -1:]
    return torch.cat(outputs, 2)[:, :, :T]


class Rwkv7Block(nn.Module):
    def __init__(self, width: int, index: int):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)
        self.time_mix = TimeMix(width, index)
        self.lerp_k = nn.Parameter(1 - torch.linspace(0, 1, width))
        self.key = nn.Linear(width, 4 * width, bias=False)
        self.value = nn.Linear(4 * width, width, bias=False)

    def forward(self, x: Tensor, v_first: Tensor | None) -> tuple[Tensor, Tensor]:
        """(B, T, W) -> (B, T, W), and the values of block 0"""
        y, v_first = self.time_mix(self.norm1(x), v_first)
        x = x + y
        z = self.norm2(x)
        return x + self.value(F.relu(self.key(z + shift(z) * self.lerp_k)) ** 2), v_first


class Rwkv7(LanguageModel):
    """Block 0 has a norm before it, which llama.cpp keeps as that of the token embedding; all others need block 0."""

    first_droppable = 1

    def __init__(self, width: int, blocks: int):
        super().__init__(width, blocks, Rwkv7Block, nn.LayerNorm(width, EPSILON), embedding_scale=0.5)
        self.embedding_norm = nn.LayerNorm(width, EPSILON)

    def embed(self, tokens: Tensor) -> Tensor:
        return self.embedding_norm(self.embedding(tokens))
