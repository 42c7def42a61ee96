"""What both models have in common: a residual stream of blocks, any of which can be left out."""

from collections.abc import Callable, Collection

import torch
from torch import Tensor, nn

VOCABULARY = 256


class LanguageModel(nn.Module):
    """Token embedding, blocks, norm, output.

    A block takes the stream `x` (B, T, width) and whatever the block before it handed on besides (None at first), and
    returns both anew.
    """

    first_droppable = 0

    def __init__(
        self,
        width: int,
        blocks: int,
        make_block: Callable[[int, int], nn.Module],
        norm: nn.Module,
        embedding_scale: float,
    ):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, width)
        self.blocks = nn.ModuleList(make_block(width, i) for i in range(blocks))
        self.norm = norm
        self.output = nn.Linear(width, VOCABULARY, bias=False)
        nn.init.normal_(self.embedding.weight, std=embedding_scale)
        nn.init.zeros_(self.output.weight)

    def embed(self, tokens: Tensor) -> Tensor:
        """(B, T) -> (B, T, width): the input of block 0."""
        return self.embedding(tokens)

    def run(self, tokens: Tensor, dropped: Collection[int] = ()) -> tuple[Tensor, list[Tensor]]:
        """(B, T) -> logits (B, T, vocabulary) and the states, each (B, T, width), before and after every block."""
        x, handed_on = self.embed(tokens), None
        states = [x]
        for i, block in enumerate(self.blocks):
            if i not in dropped:
                x, handed_on = block(x, handed_on)
            states.append(x)
        return self.output(self.norm(x)), states

    def losses(self, tokens: Tensor, dropped: Collection[int] = ()) -> Tensor:
        """(B, T) -> (B, T - 1): nats for every token but the first."""
        logits, _ = self.run(tokens[:, :-1], dropped)
        return nn.functional.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none")


@torch.no_grad()
def round_to_f16(model: LanguageModel, is_f16: Callable[[str, Tensor], bool]) -> None:
    """Rounds the weights that are written as F16, so that the model is what its file will be."""
    for name, weight in model.named_parameters():
        if is_f16(name, weight):
            weight.copy_(weight.half())
