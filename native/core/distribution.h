#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

// The logits of one window, kept to compare those of another model, or of the same one with blocks bypassed, with.
struct kept_logits {
    std::mutex         mutex;
    int64_t            n_vocab = 0;
    std::vector<float> rows; // [n_rows][n_vocab]
};

// Divergence of each row from the kept one: sum over the vocabulary of p (log p - log q), in nats, with p the kept
// distribution and q this one, leaving out tokens with p below exp(-16). kept, logits: [n_rows][n_vocab]; divergences:
// [n_rows].
void compute_divergences(const float * kept, const float * logits, int64_t n_vocab, int64_t n_rows, int32_t n_threads,
                         float * divergences);
