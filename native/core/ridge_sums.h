#pragma once

#include "ggml-backend.h"
#include "ggml-cpp.h"

#include <atomic>
#include <cstdint>
#include <vector>

// What a linear map from n_in values to n_out is fitted from: sums over tokens of d·a·aᵀ and d·a·rᵀ, accumulated on a
// backend. Only the sums are kept.
class ridge_sums {
  public:
    ridge_sums(ggml_backend_t backend, int64_t n_in, int64_t n_out);

    // inputs: [n_tokens][n_in], residuals: [n_tokens][n_out], weights: [n_tokens], not negative; 0: left out
    void add(const float * inputs, const float * residuals, const float * weights, int64_t n_tokens);

    // The map M, [n_out][n_in], that minimises the sum of d·|r - M·a|² + λ·|M|² with λ = ridge times the mean diagonal
    // of the first sum: ridge regression (Hoerl and Kennard 1970) by Cholesky factorisation. Throws unfit_error where
    // the sums have no such map, and when cancelled.
    std::vector<float> solve(double ridge, int32_t n_threads, const std::atomic<bool> & cancelled);

    int64_t n_inputs() const { return n_in; }
    int64_t n_outputs() const { return n_out; }

  private:
    void run(); // sums up the rows so far

    ggml_backend_t          backend;
    int64_t                 n_in;
    int64_t                 n_out;
    ggml_context_ptr        ctx;
    ggml_backend_buffer_ptr buffer;
    ggml_cgraph *           gf        = nullptr;
    ggml_tensor *           inputs    = nullptr; // [n_rows, n_in]: tokens lie side by side, to be summed over
    ggml_tensor *           residuals = nullptr; // [n_rows, n_out]
    ggml_tensor *           squares   = nullptr; // [n_in, n_in]
    ggml_tensor *           products  = nullptr; // [n_in, n_out]
    std::vector<float>      input_rows;          // of the tokens that are not summed yet
    std::vector<float>      residual_rows;
    int64_t                 n_filled = 0;
};

// values [n_out][n_in] += map [n_out][n_out] · values
void add_product(std::vector<float> & values, const std::vector<float> & map, int64_t n_in, int32_t n_threads);
