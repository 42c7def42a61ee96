#pragma once

#include "ggml-backend.h"
#include "ggml-cpp.h"

#include <cstdint>
#include <string>
#include <vector>

// A matrix that is no part of a loaded model, with the memory of its values.
struct held_tensor {
    ggml_context_ptr        ctx;
    ggml_backend_buffer_ptr buffer;
    ggml_tensor *           tensor = nullptr;

    // Without memory.
    held_tensor(const std::string & name, ggml_type type, int64_t n_in, int64_t n_out);

    // bytes: [n_out][n_in] values of its type
    void fill(ggml_backend_buffer_type_t place, const std::vector<uint8_t> & bytes);
};
