#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

// The logits of one window, kept to compare those of another model, or of the same one with blocks bypassed, with.
struct window_logits {
    int64_t             n_vocab = 0;
    std::vector<float>  rows;     // [n_rows][n_vocab]
    std::vector<double> log_sums; // [n_rows], log(sum(exp(row)))
};

struct kept_logits {
    std::mutex                       mutex;
    std::map<int32_t, window_logits> slots;
};

// Divergence of each row from the kept one: sum over the vocabulary of p (log p - log q), in nats, with p the kept
// distribution and q this one, leaving out tokens with p below exp(-16). kept, logits: [n_rows][n_vocab];
// kept_log_sums, log_sums, divergences: [n_rows].
void compute_divergences(const float * kept, const double * kept_log_sums, const float * logits,
                         const double * log_sums, int64_t n_vocab, int64_t n_rows, int32_t n_threads,
                         float * divergences);
