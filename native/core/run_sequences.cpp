#include "llama.h"
#include "log_sum.h"
#include "model_session.h"
#include "parallel_rows.h"

#include <algorithm>
#include <stdexcept>

std::vector<float> model_session::run_sequences(const sequence_request & request) {
    check_tokens(request.batch.tokens);
    check_tokens(request.targets);
    start_stock(request.clear);

    llama_memory_t memory = llama_get_memory(ctx.get());
    for (size_t i = 0; i + 1 < request.copies.size(); i += 2) {
        llama_memory_seq_rm(memory, request.copies[i + 1], -1, -1);
        if (request.copies[i] >= 0) {
            llama_memory_seq_cp(memory, request.copies[i], request.copies[i + 1], -1, -1);
        }
    }

    const auto        n_tokens = static_cast<int32_t>(request.batch.tokens.size());
    std::vector<bool> is_output(n_tokens, false);
    for (const int32_t row : request.rows) {
        is_output.at(row) = true;
    }

    std::vector<float> result(request.rows.size());
    size_t             next = 0;
    for (int32_t begin = 0; begin < n_tokens; begin += params.n_ubatch) {
        const int32_t n = std::min(params.n_ubatch, n_tokens - begin);
        decode(request.batch, begin, n, is_output);

        const size_t first = next;
        while (next < request.rows.size() && request.rows[next] < begin + n) {
            ++next;
        }
        // places that come several times are next to each other, and their logits are summed once
        std::vector<size_t> starts;
        for (size_t i = first; i < next; ++i) {
            if (i == first || request.rows[i] != request.rows[i - 1]) {
                starts.push_back(i);
            }
        }
        std::vector<const float *> rows; // llama.cpp finds a row by its token's place in the batch
        for (const size_t start : starts) {
            rows.push_back(llama_get_logits_ith(ctx.get(), request.rows[start] - begin));
            if (rows.back() == nullptr) {
                throw std::runtime_error("this architecture computes no logits");
            }
        }
        for_each_row(static_cast<int64_t>(starts.size()), params.n_threads, [&](int64_t r) {
            const double sum = log_sum(rows[r], known.n_vocab, find_highest(rows[r], known.n_vocab));
            for (size_t i = starts[r]; i < next && request.rows[i] == request.rows[starts[r]]; ++i) {
                result[i] = static_cast<float>(rows[r][request.targets[i]] - sum);
            }
        });
    }
    return result;
}
