#pragma once

#include "float_products.h"
#include "ggml-cpp.h"

#include <utility>
#include <vector>

struct ggml_cgraph;
struct ggml_context;
struct ggml_tensor;

// The gradients of a loss, in a graph that computes them and nothing else.
struct backward_pass {
    ggml_tensor * upstream = nullptr; // [as the output]: the loss's gradient for it, an input of the graph
    ggml_tensor * input    = nullptr; // the loss's gradient for the graph's input; null where it is not wanted

    std::vector<std::pair<const ggml_tensor *, ggml_tensor *>> trained; // the gradient for each trained tensor there is
};

// A context with room for the tensors that a graph gets beside llama.cpp's.
ggml_context_ptr make_graph_context();

// Lets a graph compute gradients instead of an output. Its own inputs stay inputs, read or not.
// ctx: outlives the graph
// given: that the output follows from, and whose gradient is wanted; null: none
// trained: those of them that the output follows from count
// is_causal: no token sees those after it
// Throws unfit_error where an operation has no gradient.
backward_pass append_backward(ggml_context * ctx, ggml_cgraph * gf, ggml_tensor * output, ggml_tensor * given,
                              const std::vector<ggml_tensor *> & trained, const product_forms & forms, bool is_causal);
