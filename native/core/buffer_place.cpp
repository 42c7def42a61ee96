#include "buffer_place.h"

#include "ggml-cpp.h"
#include "ggml.h"

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

} // namespace

ggml_backend_buffer_type_t find_fastest_place(ggml_backend_dev_t device, ggml_tensor * matrix) {
    const auto list = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
    for (auto * type = list != nullptr ? list(device) : nullptr; type != nullptr && *type != nullptr; ++type) {
        if (can_multiply(device, matrix, *type)) {
            return *type;
        }
    }
    return ggml_backend_dev_buffer_type(device);
}
