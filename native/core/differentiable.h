#pragma once

#include <unordered_set>

struct ggml_cgraph;
struct ggml_context;
struct ggml_tensor;

// Rewrites what an output is computed by, where ggml has no gradient of it, into operations that have one, with the
// same result up to rounding: attention reads the keys and values of its own window instead of the cache that they are
// written to and read back from, and layer norms, GELU, tanh and sigmoid are taken apart. New tensors go into ctx; the
// graph's order of nodes is not kept. Throws unfit_error where attention reads them in an unknown way.
// Returns the reads of caches, which nothing should need any more.
std::unordered_set<const ggml_tensor *> make_differentiable(ggml_context * ctx, ggml_cgraph * gf);

// Throws unfit_error with the first operation that a gradient would have to pass and cannot.
// reads: of caches, see above
void check_differentiable(const ggml_cgraph * gf, const std::unordered_set<const ggml_tensor *> & reads);
