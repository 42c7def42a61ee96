#include "top_tokens.h"

#include "parallel_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

top_tokens find_top_tokens(const float * logits, const double * log_sums, int64_t n_vocab, int64_t n_rows,
                           int32_t n_top, int32_t n_threads) {
    n_top = static_cast<int32_t>(std::min<int64_t>(n_top, n_vocab));
    top_tokens top{n_top, std::vector<int32_t>(n_rows * n_top), std::vector<float>(n_rows * n_top)};
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        const float *        row_logits = logits + row * n_vocab;
        std::vector<int32_t> order(n_vocab);
        std::iota(order.begin(), order.end(), 0);
        std::nth_element(order.begin(), order.begin() + (n_top - 1), order.end(),
                         [&](int32_t a, int32_t b) { return row_logits[a] > row_logits[b]; });
        for (int32_t i = 0; i < n_top; ++i) {
            top.tokens[row * n_top + i]            = order[i];
            top.log_probabilities[row * n_top + i] = static_cast<float>(row_logits[order[i]] - log_sums[row]);
        }
    });
    return top;
}

void compute_lumped_divergences(const top_tokens & reference, int64_t first_row, const float * logits,
                                const double * log_sums, int64_t n_vocab, int64_t n_rows, int32_t n_threads,
                                float * divergences) {
    const int32_t n_top = reference.n_top;
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        const float *   row_logits = logits + row * n_vocab;
        const int32_t * tokens     = reference.tokens.data() + (first_row + row) * n_top;
        const float *   log_p      = reference.log_probabilities.data() + (first_row + row) * n_top;

        double divergence = 0.0;
        double rest_p     = 1.0;
        double rest_q     = 1.0;
        for (int32_t i = 0; i < n_top; ++i) {
            const double log_q = row_logits[tokens[i]] - log_sums[row];
            const double p     = std::exp(static_cast<double>(log_p[i]));
            divergence += p * (log_p[i] - log_q);
            rest_p -= p;
            rest_q -= std::exp(log_q);
        }
        if (n_top < n_vocab && rest_p > least_rest) {
            divergence += rest_p * (std::log(rest_p) - std::log(std::max(rest_q, least_rest)));
        }
        divergences[row] = static_cast<float>(divergence);
    });
}
