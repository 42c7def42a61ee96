#include "weight_overrides.h"

#include "ggml.h"
#include "weights.h"

#include <stdexcept>

namespace {

bool can_multiply(ggml_backend_dev_t device, ggml_tensor * matrix, ggml_backend_buffer_type_t type) {
    constexpr size_t              n_tensors = 2;
    constexpr int64_t             n_tokens  = 512; // as llama.cpp tries it
    const ggml_context_ptr        ctx(ggml_init({ggml_tensor_overhead() * n_tensors, nullptr, /*no_alloc*/ true}));
    ggml_tensor *                 inputs  = ggml_new_tensor_2d(ctx.get(), GGML_TYPE_F32, matrix->ne[0], n_tokens);
    ggml_tensor *                 product = ggml_mul_mat(ctx.get(), matrix, inputs);
    const ggml_backend_buffer_ptr buffer(ggml_backend_buft_alloc_buffer(type, 0));
    matrix->buffer       = buffer.get();
    const bool supported = ggml_backend_dev_supports_op(device, product);
    matrix->buffer       = nullptr;
    return supported;
}

// Where llama.cpp puts a matrix of its type on a device. The order of its values there, and so the rounding of
// products, depends on it.
ggml_backend_buffer_type_t find_buffer_type(ggml_backend_dev_t device, ggml_tensor * matrix, bool reordered) {
    const auto list = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
    for (auto * type = reordered && list != nullptr ? list(device) : nullptr; type != nullptr && *type != nullptr;
         ++type) {
        if (can_multiply(device, matrix, *type)) {
            return *type;
        }
    }
    return ggml_backend_dev_buffer_type(device);
}

} // namespace

void weight_overrides::set(const std::string & name, ggml_backend_dev_t device, ggml_type type, int64_t n_in,
                           int64_t n_out, const std::vector<uint8_t> & bytes) {
    held_tensor held(name, type, n_in, n_out);
    held.fill(find_buffer_type(device, held.tensor, reordered), bytes);
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
