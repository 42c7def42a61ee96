#include "weight_overrides.h"

#include "ggml.h"

#include <stdexcept>

void weight_overrides::set(const std::string & name, ggml_backend_dev_t device, ggml_type type, int64_t n_in,
                           int64_t n_out, const std::vector<uint8_t> & bytes) {
    held_tensor held;
    held.ctx.reset(ggml_init({ggml_tensor_overhead(), nullptr, /*no_alloc*/ true}));
    held.tensor = ggml_new_tensor_2d(held.ctx.get(), type, n_in, n_out);
    ggml_set_name(held.tensor, name.c_str());
    if (bytes.size() != ggml_nbytes(held.tensor)) {
        throw std::runtime_error("the values given for " + name + " are not of its shape and type");
    }
    held.buffer.reset(ggml_backend_alloc_ctx_tensors_from_buft(held.ctx.get(), ggml_backend_dev_buffer_type(device)));
    if (!held.buffer) {
        throw std::runtime_error("no memory for " + name);
    }
    ggml_backend_buffer_set_usage(held.buffer.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
    ggml_backend_tensor_set(held.tensor, bytes.data(), 0, bytes.size());
    tensors[name] = std::move(held);
}

ggml_tensor * weight_overrides::find(const std::string & name) const {
    const auto found = tensors.find(name);
    return found == tensors.end() ? nullptr : found->second.tensor;
}

void weight_overrides::apply(ggml_cgraph * gf) const {
    const int n_nodes = ggml_graph_n_nodes(gf);
    for (int i = 0; i < n_nodes; ++i) {
        ggml_tensor * node = ggml_graph_node(gf, i);
        if (node->op != GGML_OP_MUL_MAT || node->src[0]->op != GGML_OP_NONE) {
            continue;
        }
        ggml_tensor * found = find(ggml_get_name(node->src[0]));
        if (found != nullptr && ggml_are_same_shape(found, node->src[0])) {
            node->src[0] = found;
        }
    }
}
