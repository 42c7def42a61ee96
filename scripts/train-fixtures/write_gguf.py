"""Writes a model as a GGUF file that llama.cpp loads: names, shapes and keys as its own conversion scripts write them.

Matrices are F16, all else F32. A weight of shape (out, in) is written as it is: GGUF counts dimensions from the inside.
"""

from pathlib import Path

import torch
from gguf import GGUFWriter, LlamaFileType, TokenType
from torch import Tensor

import mamba
import rwkv7
from language_model import VOCABULARY, LanguageModel

CONTEXT = 4096


def is_f16(name: str, weight: Tensor) -> bool:
    """Whether a parameter is a matrix to multiply by; llama.cpp wants these parameters, of any shape, as F32."""
    return weight.ndim == 2 and not name.endswith(("a_log", "lerp"))


def start(path: Path, architecture: str, model: LanguageModel) -> GGUFWriter:
    """The keys that both architectures have, and the tokens: byte 0 to 255, in the escapes of llama.cpp's `rwkv`."""
    writer = GGUFWriter(path, architecture)
    writer.add_name(f"{architecture}-tiny")
    writer.add_description("Trained by scripts/train-fixtures on synthetic text, for tests")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(model.embedding.embedding_dim)
    writer.add_block_count(len(model.blocks))
    writer.add_head_count(0)
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_tokenizer_model("rwkv")
    writer.add_token_list([f"\\x{byte:02x}" for byte in range(VOCABULARY)])
    writer.add_token_types([TokenType.NORMAL] * VOCABULARY)
    return writer


def finish(writer: GGUFWriter, tensors: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        writer.add_tensor(name, tensor.detach().contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_tensors(model: LanguageModel, names: dict[str, str], block_names: dict[str, str]) -> dict[str, Tensor]:
    """All parameters by their names in the file; `block_names` is for each block, without the prefix of either side."""
    tensors = {}
    for name, weight in model.named_parameters():
        if name.startswith("blocks."):
            _, index, inner = name.split(".", 2)
            target = f"blk.{index}.{block_names[inner]}"
        else:
            target = names[name]
        tensors[target] = weight.detach().half() if is_f16(name, weight) else weight.detach()
    return tensors


NAMES = {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight", "output.weight": "output.weight"}

MAMBA_BLOCK = {
    "norm.weight": "attn_norm.weight",
    "in_proj.weight": "ssm_in.weight",
    "conv.weight": "ssm_conv1d.weight",
    "conv.bias": "ssm_conv1d.bias",
    "x_proj.weight": "ssm_x.weight",
    "dt_proj.weight": "ssm_dt.weight",
    "dt_proj.bias": "ssm_dt.bias",
    "a_log": "ssm_a",
    "d": "ssm_d",
    "out_proj.weight": "ssm_out.weight",
}


def write_mamba(model: LanguageModel, path: Path) -> None:
    width = model.embedding.embedding_dim
    writer = start(path, "mamba", model)
    writer.add_feed_forward_length(0)
    writer.add_ssm_conv_kernel(mamba.KERNEL)
    writer.add_ssm_inner_size(2 * width)
    writer.add_ssm_state_size(mamba.STATES)
    writer.add_ssm_time_step_rank(model.blocks[0].rank)
    writer.add_layer_norm_rms_eps(mamba.EPSILON)
    tensors = read_tensors(model, NAMES, MAMBA_BLOCK)
    for i in range(len(model.blocks)):
        tensors[f"blk.{i}.ssm_a"] = -tensors[f"blk.{i}.ssm_a"].exp()
        tensors[f"blk.{i}.ssm_conv1d.weight"] = tensors[f"blk.{i}.ssm_conv1d.weight"].squeeze(1)
    finish(writer, tensors)


RWKV7_NAMES = {
    **NAMES,
    "norm.bias": "output_norm.bias",
    "embedding_norm.weight": "token_embd_norm.weight",
    "embedding_norm.bias": "token_embd_norm.bias",
}

RWKV7_BLOCK = {
    "norm1.weight": "attn_norm.weight",
    "norm1.bias": "attn_norm.bias",
    "norm2.weight": "attn_norm_2.weight",
    "norm2.bias": "attn_norm_2.bias",
    "lerp_k": "channel_mix_lerp_k.weight",
    "key.weight": "channel_mix_key.weight",
    "value.weight": "channel_mix_value.weight",
    "time_mix.lerp": "time_mix_lerp_fused.weight",
    "time_mix.norm.weight": "time_mix_ln.weight",
    "time_mix.norm.bias": "time_mix_ln.bias",
    **{f"time_mix.{name}.weight": f"time_mix_{name}.weight" for name in ("receptance", "key", "value", "output")},
    **{f"time_mix.{name}": f"time_mix_{name}.weight" for name in ("k_k", "k_a", "r_k")},
    **{
        f"time_mix.{ours}.{part}": f"time_mix_{letter}{number}.weight"
        for ours, letter in {"decay": "w", "rate": "a", "mix_value": "v", "gate": "g"}.items()
        for part, number in {"base": 0, "down.weight": 1, "up.weight": 2}.items()
    },
}


def write_rwkv7(model: LanguageModel, path: Path) -> None:
    writer = start(path, "rwkv7", model)
    writer.add_feed_forward_length(model.blocks[0].key.out_features)
    writer.add_wkv_head_size(rwkv7.HEAD)
    writer.add_decay_lora_rank(rwkv7.RANK)
    writer.add_iclr_lora_rank(rwkv7.RANK)
    writer.add_value_residual_mix_lora_rank(rwkv7.RANK)
    writer.add_gate_lora_rank(rwkv7.RANK)
    writer.add_layer_norm_eps(rwkv7.EPSILON)
    tensors = read_tensors(model, RWKV7_NAMES, RWKV7_BLOCK)
    for i in range(len(model.blocks)):
        name = f"blk.{i}.time_mix_lerp_fused.weight"
        tensors[name] = tensors[name][:, None, None]
    # llama.cpp loads these of block 0 as well and never uses them.
    for number in range(3):
        tensors[f"blk.0.time_mix_v{number}.weight"] = torch.zeros_like(tensors[f"blk.0.time_mix_a{number}.weight"])
    finish(writer, tensors)
