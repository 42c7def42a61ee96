#pragma once

#include "ggml-backend.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct llama_adapter_lora;
struct llama_context;
struct llama_model;

// What a low-rank adapter (LoRA, Hu et al. 2021) adds to a matrix W [n_out][n_in]: alpha / rank · B·A.
struct adapter_matrix {
    std::string        name;
    std::vector<float> a; // [rank][n_in]
    std::vector<float> b; // [n_out][rank]
};

// An adapter of llama.cpp's that is in no file: whatever architecture it is for, its graphs multiply with it.
class adapter {
  public:
    // Matrices that the model does not have, or of another shape, throw.
    adapter(const llama_model & model, const std::vector<adapter_matrix> & matrices, int32_t rank, float alpha);
    ~adapter();

    adapter(const adapter &)             = delete;
    adapter & operator=(const adapter &) = delete;

    void apply(llama_context * ctx) const;
    void lift(llama_context * ctx) const;

    ggml_tensor * find_a(const std::string & name) const;
    ggml_tensor * find_b(const std::string & name) const;

    // Whether it adds to the matrix of a name.
    bool has(const std::string & name) const;

    // Adds what it does, times a factor, to values of that matrix, [n_out][n_in]. Throws where they are not of its
    // shape.
    void add_to(const std::string & name, std::vector<float> & values, float factor, int32_t n_threads) const;

  private:
    std::unique_ptr<llama_adapter_lora> lora;
    int32_t                             rank;
    float                               alpha;
};
