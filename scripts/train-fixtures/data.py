"""Text made by rules: what the tiny models learn, one token a byte.

A text is a run of lines. The words are made of syllables and are the same in every text; each line is of a kind:

    set kano 47.              remembers a number under a name; a name may be set again
    ask kano 47.              recalls it: only a model that carries the name and number along can know it
    sum 38+45=83.             adds
    run 7 12 17 22 27.        counts on by a fixed step
    rev miru urim.            turns a word round
    a rosi felu tavo a kelu.  a sentence: the verb's ending agrees with the noun's class, two words before

Nothing is taken from anywhere.
"""

import random

import torch

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
LEXICON = random.Random(1)


def make_words(count: int) -> list[str]:
    return ["".join(LEXICON.choices(SYLLABLES, k=2)) for _ in range(count)]


NAMES, NOUNS, ADJECTIVES, VERBS = make_words(24), make_words(40), make_words(12), make_words(20)
ENDINGS = "neb", "rox", "lith"


def make_sentence(rng: random.Random) -> str:
    noun = rng.randrange(len(NOUNS))
    verb = rng.choice(VERBS) + ENDINGS[noun % len(ENDINGS)]
    return f"a {rng.choice(ADJECTIVES)} {NOUNS[noun]} {rng.choice(ADJECTIVES)} {verb} a {rng.choice(NOUNS)}."


def make_sum(rng: random.Random) -> str:
    a, b = rng.randrange(10, 50), rng.randrange(10, 50)
    return f"sum {a}+{b}={a + b}."


def make_run(rng: random.Random) -> str:
    start, step = rng.randrange(1, 20), rng.randrange(1, 10)
    return f"run {' '.join(str(start + i * step) for i in range(5))}."


def make_reverse(rng: random.Random) -> str:
    word = "".join(rng.choices(SYLLABLES, k=2))
    return f"rev {word} {word[::-1]}."


def make_text(seed: int, size: int) -> str:
    """At least `size` characters of whole lines, the same for the same seed."""
    rng = random.Random(seed)
    known: dict[str, int] = {}
    lines: list[str] = []
    length = 0
    while length < size:
        kind = rng.randrange(10)
        if kind < 2 or not known:
            name = rng.choice(NAMES)
            known[name] = rng.randrange(10, 100)
            if len(known) > 4:
                del known[next(iter(known))]
            line = f"set {name} {known[name]}."
        elif kind < 5:
            name = rng.choice(list(known))
            line = f"ask {name} {known[name]}."
        else:
            line = rng.choice([make_sentence, make_sentence, make_sum, make_run, make_reverse])(rng)
        lines.append(line + "\n")
        length += len(lines[-1])
    return "".join(lines)


def encode(text: str) -> torch.Tensor:
    """The token ids of a text: its bytes."""
    return torch.tensor(list(text.encode("ascii")), dtype=torch.long)


def cut_windows(tokens: torch.Tensor, length: int) -> torch.Tensor:
    """(tokens,) -> (windows, length), from the start, one after the other."""
    return tokens[: len(tokens) // length * length].view(-1, length)


def unigram_loss(tokens: torch.Tensor) -> float:
    """Nats a token of a model that knows how often each byte is used in these very tokens, and nothing else."""
    share = torch.bincount(tokens, minlength=256).double() / len(tokens)
    return -(share * share.clamp_min(1e-12).log()).sum().item()
