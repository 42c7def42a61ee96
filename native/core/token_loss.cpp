#include "token_loss.h"

#include "log_sum.h"
#include "parallel_rows.h"

#include <algorithm>

void compute_token_losses(const float * logits, int64_t n_vocab, const int32_t * targets, int64_t n_rows,
                          int32_t n_threads, float * losses, int32_t * predictions) {
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        const float * row_logits = logits + row * n_vocab;
        const auto    prediction = std::max_element(row_logits, row_logits + n_vocab) - row_logits;
        losses[row] =
            static_cast<float>(log_sum(row_logits, n_vocab, row_logits[prediction]) - row_logits[targets[row]]);
        predictions[row] = static_cast<int32_t>(prediction);
    });
}
