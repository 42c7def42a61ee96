#pragma once

struct ggml_context;
struct ggml_tensor;

// What computes the same as a node whose operation has no gradient in ggml, up to rounding, by operations that have
// one; null where the node is to stay.
ggml_tensor * take_apart(ggml_context * ctx, ggml_tensor * node);
