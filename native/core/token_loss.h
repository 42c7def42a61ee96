#pragma once

#include <cstdint>

// Cross-entropy of each row against its target: log(sum(exp(logits))) - logits[target], in nats; and the token that
// each row holds most likely. logits: [n_rows][n_vocab]; targets, losses, predictions, log_sums: [n_rows], the last one
// log(sum(exp(logits))) for whoever needs it again.
void compute_token_losses(const float * logits, int64_t n_vocab, const int32_t * targets, int64_t n_rows,
                          int32_t n_threads, float * losses, int32_t * predictions, double * log_sums);
