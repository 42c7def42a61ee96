#pragma once

#include <functional>
#include <vector>

struct ggml_cgraph;
struct ggml_context;
struct ggml_tensor;

// How the products of a graph are to be computed.
struct product_forms {
    // Gives a matrix of weights with rows for columns, or null where there is none: it is turned in the graph then.
    std::function<ggml_tensor *(const ggml_tensor *)> find_turned;

    bool on_cpu = false; // Whether no product is computed anywhere else.
};

// Lets a graph compute its products, those of gradients above all, in the forms that are fastest, with the same result
// up to rounding. New tensors go into ctx; the graph's order of nodes is not kept.
// results: that are in the graph, to be what stands for them
void choose_products(ggml_context * ctx, ggml_cgraph * gf, const std::vector<ggml_tensor **> & results,
                     const product_forms & forms);

// The same of products that are no gradients, each of which stays the tensor that it is; the order is kept. Nothing is
// done where the graph has no room for it.
void shorten_products(ggml_context * ctx, ggml_cgraph * gf);
