#include "ggml-backend.h"
#include "llama.h"
#include "log_capture.h"
#include "model_session.h"
#include "token_loss.h"

#include <algorithm>
#include <stdexcept>

namespace {

void append(top_tokens & all, const top_tokens & more) {
    all.n_top = more.n_top;
    all.tokens.insert(all.tokens.end(), more.tokens.begin(), more.tokens.end());
    all.log_probabilities.insert(all.log_probabilities.end(), more.log_probabilities.begin(),
                                 more.log_probabilities.end());
}

} // namespace

window_result model_session::run_window(const window_request & request) {
    const auto n_tokens = static_cast<int32_t>(request.tokens.size());
    if (n_tokens < 1 || n_tokens > params.n_ctx) {
        throw std::runtime_error("a window of " + std::to_string(n_tokens) + " tokens does not fit the context of " +
                                 std::to_string(params.n_ctx));
    }
    if (request.first_scored < 1) {
        throw std::runtime_error("the first token of a window cannot be scored: nothing comes before it");
    }
    check_tokens(request.tokens);
    log_capture::take();
    llama_memory_clear(llama_get_memory(ctx.get()), true);

    const token_batch window = token_batch::of_window(request.tokens);

    // the row of a token tells of the next one; the last row tells of none that could be checked
    const int32_t first_row = request.losses ? request.first_scored - 1 : n_tokens;
    const int32_t n_rows    = std::max(0, n_tokens - 1 - first_row);

    window_result result;
    const int64_t gram_size = int64_t(tap->n_states()) * tap->n_states();
    result.gram.resize(request.gram ? gram_size * n_tokens : 0);
    result.losses.resize(n_rows);
    result.predictions.resize(n_rows);

    check_reference(request, n_rows);
    kept_states & inputs = slots[request.slot];
    if (request.first_block > 0) {
        if (request.gram) {
            throw std::runtime_error("the Gram matrix needs the states of all blocks");
        }
        if (request.first_block >= known.n_blocks) {
            throw std::runtime_error("no block " + std::to_string(request.first_block) + " to begin at");
        }
        if (request.stream < 0) {
            inputs.check(request.tokens, request.bypass, request.bypass_attention, request.first_block);
        } else if (find_stream(request.stream).tokens != request.tokens || request.keep_inputs) {
            throw std::runtime_error("the stream " + std::to_string(request.stream) + " is of other tokens");
        }
    }
    check_attenuation(request);
    if (request.keep_inputs) {
        inputs.begin();
    }

    const std::lock_guard<std::mutex> lock(kept.mutex);
    if (request.distribution == distribution_use::keep) {
        window_logits & logits_here = kept.slots[request.slot];
        logits_here.n_vocab         = known.n_vocab;
        logits_here.rows.resize(int64_t(n_rows) * known.n_vocab);
        logits_here.log_sums.resize(n_rows);
    } else if (request.distribution == distribution_use::compare) {
        const window_logits & logits_here = kept.slots[request.slot];
        if (logits_here.n_vocab != known.n_vocab || logits_here.rows.size() != size_t(n_rows) * known.n_vocab) {
            throw std::runtime_error("no distributions of as many tokens, over the same vocabulary, were kept");
        }
        result.divergences.resize(n_rows);
    }
    if (request.reference.n_top > 0) {
        result.divergences.resize(n_rows);
    }

    // the Gram matrix needs all tokens of all states; and the last block selects rows in ways that vary, so that
    // without it, or with a part of it, none must be selected
    const int32_t last_block = known.n_blocks - 1;
    const bool    all_rows   = request.gram || (!request.bypass.empty() && request.bypass.back() == last_block) ||
                          request.attenuate.block == last_block;

    tap_request wanted;
    wanted.gram             = request.gram;
    wanted.exact            = request.exact;
    wanted.bypass           = request.bypass;
    wanted.bypass_attention = request.bypass_attention;
    wanted.keep_inputs      = request.keep_inputs;
    wanted.first_block      = request.first_block;
    wanted.attenuate        = request.attenuate;
    wanted.overrides        = request.overridden ? n_overrides : 0;
    wanted.converted        = request.converted;
    for (int32_t begin = 0, piece = 0; begin < n_tokens; begin += params.n_ubatch, ++piece) {
        const int32_t n         = std::min(params.n_ubatch, n_tokens - begin);
        const int32_t rows_from = std::max(begin, first_row);
        const int32_t rows_here = std::min(begin + n, n_tokens - 1) - rows_from;

        // a graph without scored tokens needs no head
        wanted.logits = rows_here > 0;
        tap->set_request(ctx.get(), wanted);
        tap->set_start(request.first_block == 0 ? nullptr
                       : request.stream < 0     ? &inputs.input(piece, request.first_block)
                                                : &find_stream(request.stream).pieces.at(piece));
        std::vector<bool> is_output(n_tokens, all_rows || rows_here <= 0);
        for (int32_t i = 0; i < rows_here; ++i) {
            is_output[rows_from + i] = true;
        }
        decode(window, begin, n, is_output);
        if (request.keep_inputs) {
            inputs.add(piece, request.first_block, tap->inputs());
        }
        if (request.gram) {
            ggml_backend_tensor_get(tap->gram(), result.gram.data() + begin * gram_size, 0,
                                    n * gram_size * sizeof(float));
        }
        if (rows_here > 0) {
            read_rows(request, rows_from - (all_rows ? begin : rows_from), rows_from - first_row, rows_here, result);
        }
    }
    if (request.keep_inputs) {
        inputs.finish(request.tokens, request.bypass, request.bypass_attention);
    }
    return result;
}

void model_session::check_attenuation(const window_request & request) const {
    const int32_t block = request.attenuate.block;
    if (block < 0) {
        return;
    }
    const auto & bypass = request.bypass;
    if (block < request.first_block || block >= known.n_blocks ||
        std::find(bypass.begin(), bypass.end(), block) != bypass.end()) {
        throw std::runtime_error("no block " + std::to_string(block) + " is run that could be attenuated");
    }
    if (request.keep_inputs) {
        throw std::runtime_error("inputs of blocks are kept of a run without an attenuated block");
    }
}

void model_session::check_reference(const window_request & request, int32_t n_rows) const {
    const top_tokens & reference = request.reference;
    if (reference.n_top == 0) {
        return;
    }
    const bool is_whole = reference.tokens.size() == size_t(n_rows) * reference.n_top &&
                          reference.log_probabilities.size() == reference.tokens.size();
    const bool is_known = std::all_of(reference.tokens.begin(), reference.tokens.end(),
                                      [this](int32_t token) { return token >= 0 && token < known.n_vocab; });
    if (!is_whole || !is_known || request.distribution == distribution_use::compare) {
        throw std::runtime_error("the reference is not one of as many tokens, over this vocabulary");
    }
}

// skipped: rows of the graph before the first scored one; done: scored rows of the window before this graph
void model_session::read_rows(const window_request & request, int32_t skipped, int32_t done, int32_t n_rows,
                              window_result & result) {
    ggml_tensor * tensor = tap->logits();
    if (tensor == nullptr) {
        throw std::runtime_error("this architecture computes no logits");
    }
    const int64_t n_vocab = known.n_vocab;
    const float * rows    = static_cast<const float *>(tensor->data) + skipped * n_vocab;
    if (!ggml_backend_buffer_is_host(tensor->view_src ? tensor->view_src->buffer : tensor->buffer)) {
        logits.resize(n_rows * n_vocab);
        ggml_backend_tensor_get(tensor, logits.data(), skipped * n_vocab * sizeof(float),
                                logits.size() * sizeof(float));
        rows = logits.data();
    }
    std::vector<double> log_sums(n_rows);
    compute_token_losses(rows, n_vocab, request.tokens.data() + request.first_scored + done, n_rows, params.n_threads,
                         result.losses.data() + done, result.predictions.data() + done, log_sums.data());

    if (request.n_top > 0) {
        append(result.top, find_top_tokens(rows, log_sums.data(), n_vocab, n_rows, request.n_top, params.n_threads));
    }
    if (request.reference.n_top > 0) {
        compute_lumped_divergences(request.reference, done, rows, log_sums.data(), n_vocab, n_rows, params.n_threads,
                                   result.divergences.data() + done);
    }

    if (request.distribution == distribution_use::none) {
        return;
    }
    window_logits & logits_here   = kept.slots[request.slot];
    float *         kept_rows     = logits_here.rows.data() + done * n_vocab;
    double *        kept_log_sums = logits_here.log_sums.data() + done;
    if (request.distribution == distribution_use::keep) {
        std::copy(rows, rows + n_rows * n_vocab, kept_rows);
        std::copy(log_sums.begin(), log_sums.end(), kept_log_sums);
    } else {
        compute_divergences(kept_rows, kept_log_sums, rows, log_sums.data(), n_vocab, n_rows, params.n_threads,
                            result.divergences.data() + done);
    }
}
