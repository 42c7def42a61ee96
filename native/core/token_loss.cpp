#include "token_loss.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

namespace {

double row_loss(const float * logits, int64_t n_vocab, int32_t target) {
    const float highest = *std::max_element(logits, logits + n_vocab);
    double      sum     = 0.0;
    for (int64_t i = 0; i < n_vocab; ++i) {
        sum += std::exp(logits[i] - highest);
    }
    return std::log(sum) + highest - logits[target];
}

} // namespace

void compute_token_losses(const float * logits, int64_t n_vocab, const int32_t * targets, int64_t n_rows,
                          int32_t n_threads, float * losses) {
    std::atomic<int64_t> next{0};
    const auto           work = [&] {
        for (int64_t row = next++; row < n_rows; row = next++) {
            losses[row] = static_cast<float>(row_loss(logits + row * n_vocab, n_vocab, targets[row]));
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
