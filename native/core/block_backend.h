#pragma once

#include "ggml-backend.h"

#include <cstdint>

struct llama_context;
struct llama_model;

// The block that a tensor belongs to by its name.
int32_t find_block(const char * name, int32_t otherwise);

// The device that a block of a model runs on; beyond the last block that of the head.
ggml_backend_dev_t find_block_device(const llama_model & model, int32_t block);

// Whether no block runs on anything else, nor the head.
bool runs_on_cpu(const llama_model & model);

// The backend of a context that computes on it.
ggml_backend_t find_block_backend(const llama_context & ctx, int32_t block);
