#include "token_loss.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

namespace {

double row_loss(const float * logits, int64_t n_vocab, int32_t target, int32_t prediction) {
    const float highest = logits[prediction];
    double      sum     = 0.0;
    for (int64_t i = 0; i < n_vocab; ++i) {
        sum += std::exp(logits[i] - highest);
    }
    return std::log(sum) + highest - logits[target];
}

} // namespace

void compute_token_losses(const float * logits, int64_t n_vocab, const int32_t * targets, int64_t n_rows,
                          int32_t n_threads, float * losses, int32_t * predictions) {
    std::atomic<int64_t> next{0};
    const auto           work = [&] {
        for (int64_t row = next++; row < n_rows; row = next++) {
            const float * row_logits = logits + row * n_vocab;
            predictions[row] = static_cast<int32_t>(std::max_element(row_logits, row_logits + n_vocab) - row_logits);
            losses[row] = static_cast<float>(row_loss(row_logits, n_vocab, targets[row], predictions[row]));
        }
    };

    std::vector<std::thread> helpers;
    for (int32_t i = 1; i < n_threads; ++i) {
        helpers.emplace_back(work);
    }
    work();
    for (auto & helper : helpers) {
        helper.join();
    }
}
