#pragma once

#include <cstdint>

// log(sum(exp(logits))) of a row, given its highest logit; the sum is right to about 1e-7 of it.
double log_sum(const float * logits, int64_t n_vocab, float highest);

// The highest logit of a row.
float find_highest(const float * logits, int64_t n_vocab);
