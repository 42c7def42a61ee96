#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

// log(sum(exp(logits))) of a row, given its highest logit.
inline double log_sum(const float * logits, int64_t n_vocab, float highest) {
    double sum = 0.0;
    for (int64_t i = 0; i < n_vocab; ++i) {
        sum += std::exp(logits[i] - highest);
    }
    return std::log(sum) + highest;
}

inline double log_sum(const float * logits, int64_t n_vocab) {
    return log_sum(logits, n_vocab, *std::max_element(logits, logits + n_vocab));
}
