#pragma once

#include "top_tokens.h"

#include <cstdint>
#include <vector>

// What a window is trained by.
struct training_loss {
    double divergence    = 0; // sums over the rows, in nats
    double cross_entropy = 0;
    double stream        = 0; // sum over as many tokens, see training_request
};

// The gradient for logits of the sum over rows of
//   (1 - hard) · Kullback-Leibler divergence from the reference, all tokens but its own taken for one
//   + hard · cross-entropy of the targets.
// logits: [n_rows][n_vocab], which the gradients take the place of. reference: rows from first_row on; without one all
// is cross-entropy. targets: [n_rows]
training_loss compute_logit_gradients(float * logits, int64_t n_vocab, const int32_t * targets, int64_t n_rows,
                                      const top_tokens & reference, int64_t first_row, float hard, int32_t n_threads);
