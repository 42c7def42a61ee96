#include "logit_gradient.h"

#include "log_sum.h"
#include "parallel_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace {

// With z the logits, q their softmax, p the reference, P and Q the rests of both that are none of its tokens: for one
// of its tokens the gradient is q - p, for another one q · (1 - P / Q).
double add_divergence(std::vector<float> & q, const int32_t * tokens, const float * log_p, int32_t n_top,
                      int64_t n_vocab, float weight, float * gradient) {
    double             divergence = 0;
    double             rest_p     = 1.0;
    std::vector<float> own(n_top);
    for (int32_t i = 0; i < n_top; ++i) {
        const double p = std::exp(static_cast<double>(log_p[i]));
        own[i]         = std::exchange(q[tokens[i]], 0.0f);
        divergence += p * (log_p[i] - std::log(std::max<double>(own[i], 1e-30)));
        rest_p -= p;
    }
    // added up, not what is left of 1: it may be smaller than the rounding of that
    double     rest_q   = std::accumulate(q.begin(), q.end(), 0.0);
    const bool has_rest = n_top < n_vocab && rest_p > least_rest;
    rest_q              = std::max(rest_q, least_rest);
    if (has_rest) {
        divergence += rest_p * (std::log(rest_p) - std::log(rest_q));
    }
    const auto factor = static_cast<float>(has_rest ? 1.0 - rest_p / rest_q : 1.0) * weight;
    for (int64_t j = 0; j < n_vocab; ++j) {
        gradient[j] += factor * q[j];
    }
    for (int32_t i = 0; i < n_top; ++i) {
        gradient[tokens[i]] += weight * (own[i] - std::exp(log_p[i]));
    }
    return divergence;
}

} // namespace

training_loss compute_logit_gradients(float * logits, int64_t n_vocab, const int32_t * targets, int64_t n_rows,
                                      const top_tokens & reference, int64_t first_row, float hard, int32_t n_threads) {
    const int32_t       n_top = reference.n_top;
    const float         soft  = n_top == 0 ? 0.0f : 1.0f - hard;
    std::vector<double> divergences(n_rows, 0.0);
    std::vector<double> cross_entropies(n_rows, 0.0);
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        float *      gradient = logits + row * n_vocab;
        const float  highest  = find_highest(gradient, n_vocab);
        const double sum      = log_sum(gradient, n_vocab, highest);
        const auto   scale    = static_cast<float>(std::exp(highest - sum));
        cross_entropies[row]  = sum - gradient[targets[row]];

        std::vector<float> q(n_vocab);
        std::transform(gradient, gradient + n_vocab, q.begin(),
                       [highest, scale](float logit) { return scale * std::exp(logit - highest); });
        std::transform(q.begin(), q.end(), gradient, [soft](float value) { return (1.0f - soft) * value; });
        gradient[targets[row]] -= 1.0f - soft;
        if (n_top > 0) {
            const int64_t at = (first_row + row) * n_top;
            divergences[row] = add_divergence(q, reference.tokens.data() + at, reference.log_probabilities.data() + at,
                                              n_top, n_vocab, soft, gradient);
        }
    });
    training_loss loss;
    for (int64_t row = 0; row < n_rows; ++row) {
        loss.divergence += divergences[row];
        loss.cross_entropy += cross_entropies[row];
    }
    return loss;
}
