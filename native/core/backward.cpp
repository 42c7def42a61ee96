#include "backward.h"

#include "attention_pieces.h"
#include "contiguous.h"
#include "differentiable.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "rebuild_graph.h"
#include "unfit_error.h"

#include <algorithm>

namespace {

// Of one block, or the head, forwards and backwards: nodes, and tensors on the way to them.
constexpr size_t graph_size   = 8192;
constexpr size_t tensor_count = 2 * graph_size;

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

} // namespace

ggml_context_ptr make_graph_context() {
    const size_t size = tensor_count * ggml_tensor_overhead() + ggml_graph_overhead_custom(graph_size, /*grads*/ true);
    return ggml_context_ptr(ggml_init({size, nullptr, /*no_alloc*/ true}));
}

backward_pass append_backward(ggml_context * ctx, ggml_cgraph * gf, ggml_tensor * output, ggml_tensor * given,
                              const std::vector<ggml_tensor *> & trained, const product_forms & forms, bool is_causal) {
    const auto reads = make_differentiable(ctx, gf);
    if (forms.on_cpu && is_causal) {
        split_attention(ctx, gf);
    }

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
    choose_products(ctx, both, gradients, forms);

    std::vector<ggml_tensor *> results{pass.upstream};
    for (ggml_tensor ** gradient : gradients) {
        *gradient = make_contiguous(ctx, *gradient);
        ggml_set_output(*gradient);
        results.push_back(*gradient);
    }
    rebuild_graph(gf, results);
    return pass;
}
