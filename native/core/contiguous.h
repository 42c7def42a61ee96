#pragma once

struct ggml_context;
struct ggml_tensor;

// A tensor whose values lie one after the other: itself where they do.
ggml_tensor * make_contiguous(ggml_context * ctx, ggml_tensor * tensor);
