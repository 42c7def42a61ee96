"""Trains the tiny models and writes them, with held-out text, to test/fixtures/models.

    python3.11 -m venv /tmp/venv-train
    /tmp/venv-train/bin/pip install -r scripts/train-fixtures/requirements.txt
    /tmp/venv-train/bin/python scripts/train-fixtures/train.py mamba
    /tmp/venv-train/bin/python scripts/train-fixtures/train.py rwkv7

About ten minutes each on one core; a CPU build of torch is enough. Another machine may give other bits: a second run
gives a model like the first, not the same file. Training is plain: no stochastic depth, no blocks treated apart.

Prints what the tests look at: llama.cpp was found to agree with the losses to 1e-5 nats.
"""

import argparse
import json
import math
import time
from pathlib import Path

import torch

from data import cut_windows, encode, make_text, unigram_loss
from language_model import LanguageModel, round_to_f16
from mamba import make_mamba
from measure import measure
from rwkv7 import Rwkv7
from write_gguf import is_f16, write_mamba, write_rwkv7

# How each is made, for how many steps it is trained, how it is written.
KINDS = {"mamba": (make_mamba, 900, write_mamba), "rwkv7": (Rwkv7, 1500, write_rwkv7)}
TRAINING_SEED, HELD_OUT_SEED = 1, 2
WINDOW, BATCH = 128, 16
WIDTH, BLOCKS = 64, 8
PEAK_RATE, WARM_UP = 3e-3, 50


def rate_at(step: int, steps: int) -> float:
    """Share of the peak learning rate: a short ramp, then half a cosine down to 2%."""
    return min(1, (step + 1) / WARM_UP) * (0.51 + 0.49 * math.cos(math.pi * step / steps))


def train(model: LanguageModel, tokens: torch.Tensor, steps: int) -> None:
    """AdamW on random windows of the tokens (any number,)."""
    matrices = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, PEAK_RATE, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, steps))
    began = time.monotonic()
    for step in range(steps):
        starts = torch.randint(len(tokens) - WINDOW, (BATCH, 1))
        loss = model.losses(tokens[starts + torch.arange(WINDOW + 1)]).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"step {step}: {loss.item():.4f} nats, {time.monotonic() - began:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--steps", type=int, help="to try with fewer")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[2] / "test/fixtures/models")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)

    make, steps, write = KINDS[options.kind]
    model = make(WIDTH, BLOCKS)
    train(model, encode(make_text(TRAINING_SEED, 2_000_000)), options.steps or steps)
    round_to_f16(model, is_f16)

    text = make_text(HELD_OUT_SEED, 24_000)
    options.folder.mkdir(parents=True, exist_ok=True)
    (options.folder / "held-out.txt").write_text(text)
    write(model, options.folder / f"{options.kind}-tiny.gguf")
    held_out = encode(text)
    result = measure(model, cut_windows(held_out, 256)[:32])
    print(json.dumps({"unigramLoss": unigram_loss(held_out), **result}, indent=2))


if __name__ == "__main__":
    main()
