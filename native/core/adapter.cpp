#include "adapter.h"

#include "ggml.h"
#include "kept_states.h"
#include "llama-adapter.h"
#include "llama-model.h"
#include "llama.h"
#include "parallel_rows.h"

#include <stdexcept>

adapter::adapter(const llama_model & model, const std::vector<adapter_matrix> & matrices, int32_t rank, float alpha) :
    lora(std::make_unique<llama_adapter_lora>(const_cast<llama_model *>(&model))), rank(rank), alpha(alpha) {
    lora->alpha = alpha;
    for (const adapter_matrix & matrix : matrices) {
        const ggml_tensor * weight = model.get_tensor(matrix.name.c_str());
        if (weight == nullptr || ggml_n_dims(weight) > 2 ||
            static_cast<int64_t>(matrix.a.size()) != rank * weight->ne[0] ||
            static_cast<int64_t>(matrix.b.size()) != rank * weight->ne[1]) {
            throw std::runtime_error("the model has no matrix " + matrix.name + " that an adapter of this shape fits");
        }
        ggml_context * ctx = ggml_init({2 * ggml_tensor_overhead(), nullptr, /*no_alloc*/ true});
        lora->ctxs.emplace_back(ctx);
        ggml_tensor * a = ggml_new_tensor_2d(ctx, GGML_TYPE_F32, weight->ne[0], rank);
        ggml_tensor * b = ggml_new_tensor_2d(ctx, GGML_TYPE_F32, rank, weight->ne[1]);
        ggml_set_name(a, (matrix.name + ".lora_a").c_str());
        ggml_set_name(b, (matrix.name + ".lora_b").c_str());
        // beside the matrix, or in main memory where that is mapped or reordered
        ggml_backend_buffer_type_t place = ggml_backend_buffer_is_host(weight->buffer)
                                               ? ggml_backend_cpu_buffer_type()
                                               : ggml_backend_buffer_get_type(weight->buffer);
        lora->bufs.emplace_back(ggml_backend_alloc_ctx_tensors_from_buft(ctx, place));
        if (!lora->bufs.back()) {
            throw std::runtime_error("no memory for the adapter of " + matrix.name);
        }
        lora->ab_map[matrix.name] = {a, b};
    }
    // graphs are given room for the adapters of their model; last, as nothing takes it out where this throws
    lora->model->loras.insert(lora.get());
}

adapter::~adapter() {
    lora->model->loras.erase(lora.get());
}

void adapter::apply(llama_context * ctx) const {
    llama_adapter_lora * all[]    = {lora.get()};
    float                scales[] = {1.0f};
    llama_set_adapters_lora(ctx, all, 1, scales);
}

void adapter::lift(llama_context * ctx) const {
    llama_set_adapters_lora(ctx, nullptr, 0, nullptr);
}

ggml_tensor * adapter::find_a(const std::string & name) const {
    return lora->ab_map.at(name).a;
}

ggml_tensor * adapter::find_b(const std::string & name) const {
    return lora->ab_map.at(name).b;
}

bool adapter::has(const std::string & name) const {
    return lora->ab_map.count(name) != 0;
}

void adapter::add_to(const std::string & name, std::vector<float> & values, float factor, int32_t n_threads) const {
    const ggml_tensor * a     = find_a(name);
    const ggml_tensor * b     = find_b(name);
    const int64_t       n_in  = a->ne[0];
    const int64_t       n_out = b->ne[1];
    const auto          as    = read_state(a);
    const auto          bs    = read_state(b);
    const float         scale = factor * alpha / static_cast<float>(rank);
    if (static_cast<int64_t>(values.size()) != n_in * n_out) {
        throw std::runtime_error("the matrix " + name + " is not of its adapter's shape");
    }
    for_each_row(n_out, n_threads, [&](int64_t row) {
        for (int64_t k = 0; k < rank; ++k) {
            const float share = scale * bs[row * rank + k];
            for (int64_t j = 0; j < n_in; ++j) {
                values[row * n_in + j] += share * as[k * n_in + j];
            }
        }
    });
}
