#pragma once

#include "ggml-backend.h"

// Where products with a matrix of its type and shape, which has no memory yet, are computed fastest on a device, as
// llama.cpp places those of models. The order of values there, and so the rounding of products, may be one of its own;
// they cannot be read there.
ggml_backend_buffer_type_t find_fastest_place(ggml_backend_dev_t device, ggml_tensor * matrix);
