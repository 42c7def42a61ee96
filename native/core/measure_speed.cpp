#include "model_session.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

speed_result model_session::measure_speed(const speed_request & request) {
    const auto & [prompt, n_generate, n_seq, bypass, bypass_attention] = request;
    const auto n_prompt                                                = static_cast<int32_t>(prompt.size());
    if (n_seq < 1 || n_seq > params.n_seq) {
        throw std::runtime_error("the model was opened for " + std::to_string(params.n_seq) + " sequences, not " +
                                 std::to_string(n_seq));
    }
    if (n_prompt < 1 || n_prompt + n_generate > params.n_ctx / params.n_seq) {
        throw std::runtime_error("a prompt of " + std::to_string(n_prompt) + " tokens and " +
                                 std::to_string(n_generate) + " more do not fit the context of " +
                                 std::to_string(params.n_ctx / params.n_seq));
    }
    check_tokens(prompt);
    start_stock(true);
    if (!bypass.empty() || !bypass_attention.empty()) {
        tap_request without;
        without.logits           = true;
        without.bypass           = bypass;
        without.bypass_attention = bypass_attention;
        tap->set_request(ctx.get(), without);
    }

    token_batch prompts;
    for (int32_t s = 0; s < n_seq; ++s) {
        for (int32_t i = 0; i < n_prompt; ++i) {
            prompts.tokens.push_back(prompt[i]);
            prompts.positions.push_back(i);
            prompts.sequences.push_back(s);
        }
    }
    const int32_t n_tokens = n_prompt * n_seq;
    // without the last block all rows are kept, as in a window
    std::vector<bool> is_last(n_tokens, !bypass.empty() && bypass.back() == known.n_blocks - 1);
    for (int32_t s = 1; s <= n_seq; ++s) {
        is_last[s * n_prompt - 1] = true;
    }

    speed_result result;
    auto         start = std::chrono::steady_clock::now();
    for (int32_t begin = 0; begin < n_tokens; begin += params.n_ubatch) {
        decode(prompts, begin, std::min(params.n_ubatch, n_tokens - begin), is_last);
    }
    result.prompt_seconds = seconds_since(start);

    token_batch step{std::vector<int32_t>(n_seq), std::vector<int32_t>(n_seq), std::vector<int32_t>(n_seq)};
    start = std::chrono::steady_clock::now();
    for (int32_t i = 0; i < n_generate; ++i) {
        for (int32_t s = 0; s < n_seq; ++s) {
            step.tokens[s]    = prompt[i % n_prompt]; // which token it is makes no difference to the time
            step.positions[s] = n_prompt + i;
            step.sequences[s] = s;
        }
        decode(step, 0, n_seq, std::vector<bool>(n_seq, true));
    }
    result.generation_seconds = seconds_since(start);
    return result;
}
