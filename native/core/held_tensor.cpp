#include "held_tensor.h"

#include "ggml.h"

#include <stdexcept>

held_tensor::held_tensor(const std::string & name, ggml_type type, int64_t n_in, int64_t n_out) :
    ctx(ggml_init({ggml_tensor_overhead(), nullptr, /*no_alloc*/ true})),
    tensor(ggml_new_tensor_2d(ctx.get(), type, n_in, n_out)) {
    ggml_set_name(tensor, name.c_str());
}

void held_tensor::fill(ggml_backend_buffer_type_t place, const std::vector<uint8_t> & bytes) {
    if (bytes.size() != ggml_nbytes(tensor)) {
        throw std::runtime_error(std::string("the values given for ") + tensor->name +
                                 " are not of its shape and type");
    }
    buffer.reset(ggml_backend_alloc_ctx_tensors_from_buft(ctx.get(), place));
    if (!buffer) {
        throw std::runtime_error(std::string("no memory for ") + tensor->name);
    }
    ggml_backend_buffer_set_usage(buffer.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
    ggml_backend_tensor_set(tensor, bytes.data(), 0, bytes.size());
}
