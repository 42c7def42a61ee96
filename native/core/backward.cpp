#include "backward.h"

#include "differentiable.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "replaced_tensors.h"
#include "unfit_error.h"

#include <algorithm>

namespace {

// Of one block, or the head, forwards and backwards: nodes, and tensors on the way to them.
constexpr size_t graph_size   = 8192;
constexpr size_t tensor_count = 2 * graph_size;

// Matrices are dequantised in pieces of so many values.
constexpr int64_t piece = 16 << 20;

// Tensors that have a flag for as long as this lives.
class flagged_tensors {
  public:
    flagged_tensors(std::vector<ggml_tensor *> flagged, int32_t flag) : tensors(std::move(flagged)), flag(flag) {
        for (ggml_tensor * tensor : tensors) {
            tensor->flags |= flag;
        }
    }

    flagged_tensors(const flagged_tensors &)             = delete;
    flagged_tensors & operator=(const flagged_tensors &) = delete;

    ~flagged_tensors() {
        for (ggml_tensor * tensor : tensors) {
            tensor->flags &= ~flag;
        }
    }

  private:
    std::vector<ggml_tensor *> tensors;
    int32_t                    flag;
};

bool is_matrix_of_weights(const ggml_tensor * tensor) {
    return tensor->op == GGML_OP_NONE && ggml_n_dims(tensor) <= 2;
}

ggml_tensor * turn(ggml_context * ctx, ggml_tensor * tensor) {
    ggml_tensor * turned = tensor->op == GGML_OP_TRANSPOSE ? tensor->src[0] : ggml_transpose(ctx, tensor);
    return ggml_is_contiguous(turned) ? turned : ggml_cont(ctx, turned);
}

// Σ over pieces of Wᵀ · gradient. weights: [n_in, n_out], gradient: [n_out, n_tokens]; [n_in, n_tokens]
ggml_tensor * multiply_turned(ggml_context * ctx, ggml_tensor * weights, ggml_tensor * gradient) {
    const int64_t n_in  = weights->ne[0];
    const int64_t n_out = weights->ne[1];
    const int64_t rows  = std::min(n_out, std::max<int64_t>(1, piece / n_in));
    ggml_tensor * sum   = nullptr;
    for (int64_t row = 0; row < n_out; row += rows) {
        const int64_t n     = std::min(rows, n_out - row);
        ggml_tensor * part  = ggml_view_2d(ctx, weights, n_in, n, weights->nb[1], row * weights->nb[1]);
        ggml_tensor * there = ggml_view_2d(ctx, gradient, n, gradient->ne[1], gradient->nb[1], row * gradient->nb[0]);
        ggml_tensor * plain = part->type == GGML_TYPE_F32 ? part : ggml_cast(ctx, part, GGML_TYPE_F32);
        ggml_tensor * here  = ggml_mul_mat(ctx, turn(ctx, plain), there);
        sum                 = sum == nullptr ? here : ggml_add(ctx, sum, here);
    }
    return sum;
}

// ggml's gradients of matrix products are outer products, which dequantise a matrix once a token and are slow for
// floats. Ordinary products with what was turned round give the same.
ggml_tensor * replace_outer_product(ggml_context * ctx, const ggml_tensor * node, const turned_weights & find_turned) {
    ggml_tensor * a = node->src[0];
    ggml_tensor * b = node->src[1];
    // exact weights are dequantised already
    if (is_matrix_of_weights(a) && ggml_n_dims(b) <= 2) {
        ggml_tensor * turned = find_turned(a);
        return turned != nullptr ? ggml_mul_mat(ctx, turned, turn(ctx, b)) : multiply_turned(ctx, a, turn(ctx, b));
    }
    return ggml_mul_mat(ctx, turn(ctx, a), turn(ctx, b));
}

// ggml multiplies floats that lie apart one by one.
void bring_together(ggml_context * ctx, ggml_tensor * product) {
    ggml_tensor *& inputs = product->src[1];
    if (inputs->type == GGML_TYPE_F32 && !ggml_is_contiguous(inputs)) {
        inputs = ggml_cont(ctx, inputs);
    }
}

// results: that are in the graph, to be what stands for them
void replace_outer_products(ggml_context * ctx, ggml_cgraph * gf, const std::vector<ggml_tensor **> & results,
                            const turned_weights & find_turned) {
    replaced_tensors replaced;
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor * node = gf->nodes[i];
        replaced.redirect(node);
        if (node->op == GGML_OP_MUL_MAT) {
            bring_together(ctx, node);
        }
        if (node->op == GGML_OP_OUT_PROD) {
            replaced.add(node, replace_outer_product(ctx, node, find_turned));
        }
    }
    for (ggml_tensor ** result : results) {
        *result = replaced.find(*result);
    }
}

} // namespace

void rebuild_graph(ggml_cgraph * gf, const std::vector<ggml_tensor *> & results) {
    std::vector<ggml_tensor *> inputs;
    const auto                 keep_input = [&inputs](ggml_tensor * tensor) {
        if ((tensor->flags & GGML_TENSOR_FLAG_INPUT) != 0) {
            inputs.push_back(tensor);
        }
    };
    std::for_each(gf->leafs, gf->leafs + gf->n_leafs, keep_input);
    std::for_each(gf->nodes, gf->nodes + gf->n_nodes, keep_input);
    ggml_graph_clear(gf);
    inputs.insert(inputs.end(), results.begin(), results.end());
    for (ggml_tensor * tensor : inputs) {
        ggml_build_forward_expand(gf, tensor);
    }
}

ggml_context_ptr make_backward_context() {
    const size_t size = tensor_count * ggml_tensor_overhead() + ggml_graph_overhead_custom(graph_size, /*grads*/ true);
    return ggml_context_ptr(ggml_init({size, nullptr, /*no_alloc*/ true}));
}

backward_pass append_backward(ggml_context * ctx, ggml_cgraph * gf, ggml_tensor * output, ggml_tensor * given,
                              const std::vector<ggml_tensor *> & trained, const turned_weights & find_turned) {
    const auto reads = make_differentiable(ctx, gf);

    ggml_cgraph * both = ggml_new_graph_custom(ctx, graph_size, /*grads*/ true);
    {
        std::vector<ggml_tensor *> params = trained;
        if (given != nullptr) {
            params.push_back(given);
        }
        const flagged_tensors marked(std::move(params), GGML_TENSOR_FLAG_PARAM);
        ggml_build_forward_expand(both, output);
        check_differentiable(both, reads);
        if (std::none_of(both->nodes, both->nodes + both->n_nodes,
                         [](const ggml_tensor * node) { return (node->flags & GGML_TENSOR_FLAG_PARAM) != 0; })) {
            throw unfit_error("its compute graph reads nothing that is trained");
        }
        // the loss is the output itself, and its gradient given
        const flagged_tensors loss({output}, GGML_TENSOR_FLAG_LOSS);
        ggml_build_backward_expand(ctx, both, /*grad_accs*/ nullptr);
    }

    backward_pass pass;
    pass.upstream = ggml_graph_get_grad_acc(both, output);
    ggml_set_name(pass.upstream, "upstream_gradient");
    ggml_set_input(pass.upstream);
    pass.input = given == nullptr ? nullptr : ggml_graph_get_grad(both, given);

    std::vector<ggml_tensor **> gradients;
    if (pass.input != nullptr) {
        gradients.push_back(&pass.input);
    }
    for (ggml_tensor * tensor : trained) {
        ggml_tensor * gradient = ggml_graph_get_grad(both, tensor);
        if (gradient != nullptr) {
            pass.trained.emplace_back(tensor, gradient);
        }
    }
    for (auto & one : pass.trained) {
        gradients.push_back(&one.second);
    }
    replace_outer_products(ctx, both, gradients, find_turned);

    std::vector<ggml_tensor *> results{pass.upstream};
    for (ggml_tensor ** gradient : gradients) {
        *gradient = ggml_is_contiguous(*gradient) ? *gradient : ggml_cont(ctx, *gradient);
        ggml_set_output(*gradient);
        results.push_back(*gradient);
    }
    rebuild_graph(gf, results);
    return pass;
}
