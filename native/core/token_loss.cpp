#include "token_loss.h"

#include "log_sum.h"
#include "parallel_rows.h"

#include <algorithm>

void compute_token_losses(const float * logits, int64_t n_vocab, const int32_t * targets, int64_t n_rows,
                          int32_t n_threads, float * losses, int32_t * predictions, double * log_sums) {
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        const float * row_logits = logits + row * n_vocab;
        const float   highest    = find_highest(row_logits, n_vocab);
        log_sums[row]            = log_sum(row_logits, n_vocab, highest);
        losses[row]              = static_cast<float>(log_sums[row] - row_logits[targets[row]]);
        predictions[row] = static_cast<int32_t>(std::find(row_logits, row_logits + n_vocab, highest) - row_logits);
    });
}
