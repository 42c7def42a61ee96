#pragma once

struct ggml_cgraph;
struct ggml_context;

// Lets plain attention in F32 be computed for some tokens at a time, with the keys up to the last of them: those after
// it are masked, and what is computed at a time is small enough for a processor's cache. For windows in an empty cache
// in which no token sees those after it. The result is the same up to rounding, and has gradients where attention has
// them. New tensors go into ctx; the graph's order of nodes is not kept.
void split_attention(ggml_context * ctx, ggml_cgraph * gf);
