#include "distribution.h"

#include "parallel_rows.h"

#include <cmath>

namespace {

// What the kept model holds less likely is left out, as llama-perplexity does; the figures are to be the same.
constexpr float least_log_probability = -16.0f;

double divergence(const float * kept, double kept_log_sum, const float * logits, double log_sum, int64_t n_vocab) {
    const double log_sum_diff = log_sum - kept_log_sum;
    double       sum          = 0.0;
    for (int64_t i = 0; i < n_vocab; ++i) {
        const auto log_p = static_cast<float>(kept[i] - kept_log_sum);
        if (log_p > least_log_probability) {
            sum += std::exp(log_p) * (kept[i] - logits[i] + log_sum_diff);
        }
    }
    return sum;
}

} // namespace

void compute_divergences(const float * kept, const double * kept_log_sums, const float * logits,
                         const double * log_sums, int64_t n_vocab, int64_t n_rows, int32_t n_threads,
                         float * divergences) {
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        divergences[row] = static_cast<float>(
            divergence(kept + row * n_vocab, kept_log_sums[row], logits + row * n_vocab, log_sums[row], n_vocab));
    });
}
