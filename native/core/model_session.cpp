#include "model_session.h"

#include "ggml-backend.h"
#include "llama.h"
#include "log_capture.h"

#include <numeric>
#include <stdexcept>

namespace {

struct batch_free {
    void operator()(llama_batch * batch) const {
        llama_batch_free(*batch);
        delete batch;
    }
};

} // namespace

void model_session::model_free::operator()(llama_model * model) const {
    llama_model_free(model);
}

void model_session::context_free::operator()(llama_context * ctx) const {
    llama_free(ctx);
}

token_batch token_batch::of_window(const std::vector<int32_t> & tokens) {
    token_batch window{tokens, std::vector<int32_t>(tokens.size()), std::vector<int32_t>(tokens.size(), 0)};
    std::iota(window.positions.begin(), window.positions.end(), 0);
    return window;
}

model_session::~model_session() = default;

void model_session::fail(const std::string & what) const {
    if (cancelled) {
        throw std::runtime_error("cancelled");
    }
    throw std::runtime_error(what + ": " + log_capture::take());
}

model_session::model_session(const session_params & session, std::atomic<bool> & cancelled, kept_logits & kept,
                             const std::function<void(float)> & on_progress) :
    params(session),
    cancelled(cancelled),
    kept(kept),
    overrides(/*reordered*/ !session.mapped),
    rounded(/*reordered*/ !session.mapped),
    conversions(session.n_threads, cancelled) {
    log_capture::take();

    struct load_watch {
        std::atomic<bool> &                cancelled;
        const std::function<void(float)> & on_progress;
    } watch{cancelled, on_progress};

    llama_model_params model_params          = llama_model_default_params();
    model_params.n_gpu_layers                = params.n_gpu_layers;
    model_params.use_extra_bufts             = !params.mapped; // repacked matrices cannot be dequantised
    model_params.progress_callback_user_data = &watch;
    model_params.progress_callback           = [](float progress, void * user_data) {
        const auto & w = *static_cast<load_watch *>(user_data);
        w.on_progress(progress);
        return !w.cancelled.load();
    };
    model.reset(llama_model_load_from_file(params.path.c_str(), model_params));
    if (!model) {
        fail("llama.cpp cannot load the model");
    }

    llama_context_params context_params = llama_context_default_params();
    context_params.n_ctx                = params.n_ctx;
    context_params.n_batch              = params.n_ubatch;
    context_params.n_ubatch             = params.n_ubatch;
    context_params.n_seq_max            = params.n_seq;
    context_params.kv_unified           = params.shared_cells;
    if (params.exact || params.trained) {
        context_params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
        context_params.type_k          = GGML_TYPE_F32;
        context_params.type_v          = GGML_TYPE_F32;
    }
    context_params.n_threads           = params.n_threads;
    context_params.n_threads_batch     = params.n_threads;
    context_params.abort_callback_data = &cancelled;
    context_params.abort_callback      = [](void * flag) { return static_cast<std::atomic<bool> *>(flag)->load(); };
    ctx.reset(llama_init_from_model(model.get(), context_params));
    if (!ctx) {
        fail("llama.cpp cannot make a context for the model");
    }

    const llama_vocab * vocab = llama_model_get_vocab(model.get());
    known.n_blocks            = llama_model_n_layer(model.get());
    known.n_embd              = llama_model_n_embd(model.get());
    known.n_vocab             = llama_vocab_n_tokens(vocab);
    known.n_ctx_train         = llama_model_n_ctx_train(model.get());
    known.bos                 = llama_vocab_bos(vocab);
    known.add_bos             = llama_vocab_get_add_bos(vocab);
    known.device              = "CPU";
    if (params.n_gpu_layers != 0 && llama_model_n_devices(model.get()) > 0) {
        known.device.clear();
        for (int32_t i = 0; i < llama_model_n_devices(model.get()); ++i) {
            known.device += known.device.empty() ? "" : " + ";
            known.device += ggml_backend_dev_description(llama_model_get_device(model.get(), i));
        }
    }

    tap =
        std::make_unique<residual_tap>(known.n_blocks, params.stream, overrides, rounded, conversions, trained.list());
}

std::vector<std::vector<int32_t>> model_session::tokenize(const std::vector<std::string> & texts) const {
    const llama_vocab *               vocab = llama_model_get_vocab(model.get());
    std::vector<std::vector<int32_t>> result;
    result.reserve(texts.size());
    for (const std::string & text : texts) {
        const auto           length = static_cast<int32_t>(text.size());
        std::vector<int32_t> tokens(text.size() + 8);
        const int32_t n = llama_tokenize(vocab, text.data(), length, tokens.data(), static_cast<int32_t>(tokens.size()),
                                         /*add_special*/ false, /*parse_special*/ false);
        if (n < 0) {
            fail("the text could not be tokenised");
        }
        tokens.resize(n);
        result.push_back(std::move(tokens));
    }
    return result;
}

std::string model_session::detokenize(const std::vector<int32_t> & tokens) const {
    const llama_vocab * vocab    = llama_model_get_vocab(model.get());
    const auto          n_tokens = static_cast<int32_t>(tokens.size());
    std::string         text(tokens.size() * 8 + 8, '\0');
    const auto          render = [&] {
        return llama_detokenize(vocab, tokens.data(), n_tokens, text.data(), static_cast<int32_t>(text.size()),
                                         /*remove_special*/ false, /*unparse_special*/ true);
    };
    int32_t n = render();
    if (n < 0) { // minus the room that it takes
        text.resize(-n);
        n = render();
    }
    text.resize(n);
    return text;
}

void model_session::check_tokens(const std::vector<int32_t> & tokens) const {
    for (const int32_t token : tokens) {
        if (token < 0 || token >= known.n_vocab) {
            throw std::runtime_error("token " + std::to_string(token) + " is outside of the vocabulary of " +
                                     std::to_string(known.n_vocab));
        }
    }
}

void model_session::start_stock(bool clear) {
    log_capture::take();
    tap->remove();
    if (clear) {
        llama_memory_clear(llama_get_memory(ctx.get()), true);
    }
}

void model_session::decode(const token_batch & tokens, int32_t begin, int32_t n_tokens,
                           const std::vector<bool> & is_output) {
    const std::unique_ptr<llama_batch, batch_free> batch(new llama_batch(llama_batch_init(n_tokens, 0, 1)));
    batch->n_tokens = n_tokens;
    for (int32_t i = 0; i < n_tokens; ++i) {
        batch->token[i]     = tokens.tokens[begin + i];
        batch->pos[i]       = tokens.positions[begin + i];
        batch->n_seq_id[i]  = 1;
        batch->seq_id[i][0] = tokens.sequences[begin + i];
        batch->logits[i]    = is_output[begin + i];
    }
    const int32_t status = llama_decode(ctx.get(), *batch);
    tap->rethrow_error();
    if (status != 0) {
        fail("llama.cpp could not run the tokens (status " + std::to_string(status) + ")");
    }
    llama_synchronize(ctx.get());
    if (cancelled) {
        fail("cancelled");
    }
}
