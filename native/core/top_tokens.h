#pragma once

#include <cstdint>
#include <vector>

// What the other tokens are taken to have at least, so that a rest of nothing has a logarithm and can be divided by.
constexpr double least_rest = 1e-10;

// The most likely tokens of each row of a distribution, and nothing of the others but that they have the rest.
struct top_tokens {
    int32_t              n_top = 0;
    std::vector<int32_t> tokens;            // [n_rows][n_top], in no order
    std::vector<float>   log_probabilities; // [n_rows][n_top], natural
};

// logits: [n_rows][n_vocab]; log_sums: [n_rows], log(sum(exp(row)))
top_tokens find_top_tokens(const float * logits, const double * log_sums, int64_t n_vocab, int64_t n_rows,
                           int32_t n_top, int32_t n_threads);

// Divergence of each row from the reference row, in nats, with all tokens but the reference's most likely ones taken
// for one: never more than the divergence over all tokens. logits: [n_rows][n_vocab]; log_sums: [n_rows];
// first_row: of the reference.
void compute_lumped_divergences(const top_tokens & reference, int64_t first_row, const float * logits,
                                const double * log_sums, int64_t n_vocab, int64_t n_rows, int32_t n_threads,
                                float * divergences);
