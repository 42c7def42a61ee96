#include "distribution.h"

#include "log_sum.h"
#include "parallel_rows.h"

#include <cmath>

namespace {

// What the kept model holds less likely is left out, as llama-perplexity does; the figures are to be the same.
constexpr float least_log_probability = -16.0f;

double divergence(const float * kept, const float * logits, int64_t n_vocab) {
    const auto kept_log_sum = static_cast<float>(log_sum(kept, n_vocab));
    const auto log_sum_diff = log_sum(logits, n_vocab) - kept_log_sum;
    double     sum          = 0.0;
    for (int64_t i = 0; i < n_vocab; ++i) {
        const float log_p = kept[i] - kept_log_sum;
        if (log_p > least_log_probability) {
            sum += std::exp(log_p) * (kept[i] - logits[i] + log_sum_diff);
        }
    }
    return sum;
}

} // namespace

void compute_divergences(const float * kept, const float * logits, int64_t n_vocab, int64_t n_rows, int32_t n_threads,
                         float * divergences) {
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        divergences[row] = static_cast<float>(divergence(kept + row * n_vocab, logits + row * n_vocab, n_vocab));
    });
}
