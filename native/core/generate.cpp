#include "llama.h"
#include "model_session.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

struct sampler_free {
    void operator()(llama_sampler * sampler) const { llama_sampler_free(sampler); }
};

using sampler_ptr = std::unique_ptr<llama_sampler, sampler_free>;

sampler_ptr make_sampler(const generation_request & request, uint32_t seed) {
    sampler_ptr chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
    if (request.temperature <= 0.0f) {
        llama_sampler_chain_add(chain.get(), llama_sampler_init_greedy());
        return chain;
    }
    if (request.top_k > 0) {
        llama_sampler_chain_add(chain.get(), llama_sampler_init_top_k(request.top_k));
    }
    llama_sampler_chain_add(chain.get(), llama_sampler_init_top_p(request.top_p, 1));
    llama_sampler_chain_add(chain.get(), llama_sampler_init_temp(request.temperature));
    llama_sampler_chain_add(chain.get(), llama_sampler_init_dist(seed));
    return chain;
}

// A text being written, in a sequence of its own.
struct writer {
    int32_t     sequence;
    int32_t     position; // of the next token
    int32_t     row;      // place in the last batch whose logits tell the next token
    sampler_ptr sampler;
    std::string text;
};

size_t find_common_prefix(const std::vector<std::vector<int32_t>> & prompts) {
    size_t length = prompts.empty() ? 0 : prompts[0].size();
    for (const auto & prompt : prompts) {
        const auto differs =
            std::mismatch(prompt.begin(), prompt.end(), prompts[0].begin(), prompts[0].begin() + length);
        length = std::min<size_t>(length, differs.first - prompt.begin());
    }
    return length;
}

std::string to_piece(const llama_vocab * vocab, llama_token token) {
    std::string piece(64, '\0');
    int32_t     n = llama_token_to_piece(vocab, token, piece.data(), static_cast<int32_t>(piece.size()), 0, true);
    if (n < 0) { // minus the room that it takes
        piece.resize(-n);
        n = llama_token_to_piece(vocab, token, piece.data(), static_cast<int32_t>(piece.size()), 0, true);
    }
    piece.resize(n);
    return piece;
}

// Whether one of the stops ends in the piece that was appended last.
bool has_stop(const std::string & text, size_t piece_length, const std::vector<std::string> & stops) {
    return std::any_of(stops.begin(), stops.end(), [&](const std::string & stop) {
        const size_t before = text.size() - piece_length;
        return text.find(stop, before > stop.size() ? before - stop.size() : 0) != std::string::npos;
    });
}

} // namespace

generation_result model_session::generate(const generation_request & request) {
    const auto n_prompts = static_cast<int32_t>(request.prompts.size());
    if (n_prompts > params.n_seq) {
        throw std::runtime_error(std::to_string(n_prompts) + " prompts do not fit " + std::to_string(params.n_seq) +
                                 " sequences");
    }
    start_stock(true);
    const llama_vocab * vocab = llama_model_get_vocab(model.get());

    generation_result result;
    result.tokens.resize(n_prompts);
    result.ended.resize(n_prompts, false);

    std::vector<writer> writers;
    const auto          sample = [&](writer & w) {
        const llama_token token = llama_sampler_sample(w.sampler.get(), ctx.get(), w.row);
        if (llama_vocab_is_eog(vocab, token)) {
            result.ended[w.sequence] = true;
            return;
        }
        result.tokens[w.sequence].push_back(token);
        const std::string piece = to_piece(vocab, token);
        w.text += piece;
        result.ended[w.sequence] = has_stop(w.text, piece.size(), request.stop);
    };
    const auto run_prompt = [&](int32_t sequence, size_t begin, size_t end) {
        const std::vector<int32_t> & prompt = request.prompts[sequence];
        token_batch                  batch{{prompt.begin() + begin, prompt.begin() + end}, {}, {}};
        const auto                   n_tokens = static_cast<int32_t>(end - begin);
        for (int32_t k = 0; k < n_tokens; ++k) {
            batch.positions.push_back(static_cast<int32_t>(begin) + k);
            batch.sequences.push_back(sequence);
        }
        std::vector<bool> is_output(n_tokens, false);
        is_output.back() = true;
        for (int32_t from = 0; from < n_tokens; from += params.n_ubatch) {
            decode(batch, from, std::min(params.n_ubatch, n_tokens - from), is_output);
        }
        return (n_tokens - 1) % params.n_ubatch;
    };

    for (const auto & prompt : request.prompts) {
        if (prompt.empty()) {
            throw std::runtime_error("a prompt is empty");
        }
        check_tokens(prompt);
    }
    if (request.n_generate < 1) {
        return result;
    }
    // what all prompts begin with is run once; each keeps its last token, whose row tells the next one
    size_t n_common = n_prompts > 1 ? find_common_prefix(request.prompts) : 0;
    for (const auto & prompt : request.prompts) {
        n_common = std::min(n_common, prompt.size() - 1);
    }
    if (n_common > 0) {
        run_prompt(0, 0, n_common);
        for (int32_t i = 1; i < n_prompts; ++i) {
            llama_memory_seq_cp(llama_get_memory(ctx.get()), 0, i, -1, -1);
        }
    }
    // each by itself: its row must be read before the next batch takes its place
    for (int32_t i = 0; i < n_prompts; ++i) {
        const size_t  n_prompt = request.prompts[i].size();
        const int32_t row      = run_prompt(i, n_common, n_prompt);
        writers.push_back({i, static_cast<int32_t>(n_prompt), row, make_sampler(request, request.seed + i), ""});
        sample(writers.back());
    }

    while (true) {
        writers.erase(std::remove_if(writers.begin(), writers.end(),
                                     [&](const writer & w) {
                                         return result.ended[w.sequence] ||
                                                static_cast<int32_t>(result.tokens[w.sequence].size()) >=
                                                    request.n_generate;
                                     }),
                      writers.end());
        if (writers.empty()) {
            return result;
        }
        token_batch batch;
        for (writer & w : writers) {
            w.row = static_cast<int32_t>(batch.tokens.size());
            batch.tokens.push_back(result.tokens[w.sequence].back());
            batch.positions.push_back(w.position++);
            batch.sequences.push_back(w.sequence);
        }
        const auto n_tokens = static_cast<int32_t>(batch.tokens.size());
        decode(batch, 0, n_tokens, std::vector<bool>(n_tokens, true));
        for (writer & w : writers) {
            sample(w);
        }
    }
}
