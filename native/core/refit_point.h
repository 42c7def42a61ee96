#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct ggml_cgraph;
struct ggml_tensor;

// The matrix that a product is with: where exact weights are wanted, what was dequantised for it.
const ggml_tensor * find_multiplied(const ggml_tensor * product);

// A product of a weight matrix in a block, and how the block's output follows from it: what has to be known to fit the
// matrix to a wanted output. output = rest + after · gain ∘ norm(before · product); without a norm, gain ∘ norm is left
// out.
struct refit_point {
    ggml_tensor * input   = nullptr; // [n_in, n_tokens]
    ggml_tensor * product = nullptr; // [n_out, n_tokens]
    ggml_tensor * output  = nullptr; // [n_out, n_tokens]

    float         before    = 1.0f;
    bool          has_norm  = false;
    float         eps       = 0.0f;
    ggml_tensor * norm_gain = nullptr; // [n_out]; null: none
    float         after     = 1.0f;

    // Throws unfit_error where the output follows in another way.
    static refit_point find(ggml_cgraph * gf, const std::string & weight, ggml_tensor * output);

    // What the product adds to the output, and what it would have to be for the output to be wanted, less what it is:
    // residuals and weights [n_tokens] of a fit of the matrix. A norm is taken for the factor that it is now.
    // outputs, products, wanted: [n_tokens][n_out]
    void find_residuals(const std::vector<float> & products, const std::vector<float> & outputs,
                        const std::vector<float> & wanted, int64_t n_out, std::vector<float> & residuals,
                        std::vector<float> & weights) const;
};
