#include "block_backend.h"

#include "llama-context.h"
#include "llama-model.h"

#include <cstdio>

int32_t find_block(const char * name, int32_t otherwise) {
    int block = 0;
    return std::sscanf(name, "blk.%d.", &block) == 1 ? block : otherwise;
}

ggml_backend_dev_t find_block_device(const llama_model & model, int32_t block) {
    return block < static_cast<int32_t>(model.hparams.n_layer()) ? model.dev_layer(block) : model.dev_output();
}

bool runs_on_cpu(const llama_model & model) {
    // blocks are put on other devices from the last one down, after the head
    const auto n_blocks = static_cast<int32_t>(model.hparams.n_layer());
    return ggml_backend_dev_type(find_block_device(model, n_blocks)) == GGML_BACKEND_DEVICE_TYPE_CPU;
}

ggml_backend_t find_block_backend(const llama_context & ctx, int32_t block) {
    ggml_backend_sched_t sched  = ctx.get_sched();
    ggml_backend_dev_t   device = find_block_device(ctx.get_model(), block);
    const int            n      = ggml_backend_sched_get_n_backends(sched);
    for (int i = 0; i < n; ++i) {
        ggml_backend_t backend = ggml_backend_sched_get_backend(sched, i);
        if (ggml_backend_get_device(backend) == device) {
            return backend;
        }
    }
    return ggml_backend_sched_get_backend(sched, n - 1); // the CPU is always the last one
}
