#include "weight_overrides.h"

#include "buffer_place.h"
#include "ggml.h"
#include "weights.h"

#include <stdexcept>

void weight_overrides::set(const std::string & name, ggml_backend_dev_t device, ggml_type type, int64_t n_in,
                           int64_t n_out, const std::vector<uint8_t> & bytes) {
    held_tensor held(name, type, n_in, n_out);
    held.fill(reordered ? find_fastest_place(device, held.tensor) : ggml_backend_dev_buffer_type(device), bytes);
    tensors.insert_or_assign(name, std::move(held));
}

ggml_tensor * weight_overrides::find(const std::string & name) const {
    const auto found = tensors.find(name);
    return found == tensors.end() ? nullptr : found->second.tensor;
}

std::vector<float> weight_overrides::read(const std::string & name) const {
    const ggml_tensor *  tensor = tensors.at(name).tensor;
    std::vector<uint8_t> bytes(ggml_nbytes(tensor));
    if (reordered) {
        throw std::runtime_error("the values of " + name + " were reordered");
    }
    ggml_backend_tensor_get(tensor, bytes.data(), 0, bytes.size());
    std::vector<float> values(ggml_nelements(tensor));
    dequantise(bytes.data(), tensor->type, values.data(), ggml_nelements(tensor));
    return values;
}

void weight_overrides::apply(ggml_cgraph * gf) const {
    const int n_nodes = ggml_graph_n_nodes(gf);
    for (int i = 0; i < n_nodes; ++i) {
        ggml_tensor * node = ggml_graph_node(gf, i);
        if (node->op != GGML_OP_MUL_MAT && node->op != GGML_OP_MUL) {
            continue;
        }
        // what a norm is multiplied by comes second
        ggml_tensor *& weight = node->src[node->op == GGML_OP_MUL ? 1 : 0];
        ggml_tensor *  found  = weight->op == GGML_OP_NONE ? find(ggml_get_name(weight)) : nullptr;
        if (found != nullptr && ggml_are_same_shape(found, weight)) {
            weight = found;
        }
    }
}
