#include "model_session.h"

#include "ggml-backend.h"
#include "llama.h"
#include "log_capture.h"
#include "token_loss.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace {

struct batch_free {
    void operator()(llama_batch * batch) const {
        llama_batch_free(*batch);
        delete batch;
    }
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

void model_session::model_free::operator()(llama_model * model) const {
    llama_model_free(model);
}

void model_session::context_free::operator()(llama_context * ctx) const {
    llama_free(ctx);
}

model_session::~model_session() = default;

void model_session::fail(const std::string & what) const {
    if (cancelled) {
        throw std::runtime_error("cancelled");
    }
    throw std::runtime_error(what + ": " + log_capture::take());
}

model_session::model_session(const session_params & session, std::atomic<bool> & cancelled,
                             const std::function<void(float)> & on_progress) :
    params(session), cancelled(cancelled) {
    log_capture::take();

    struct load_watch {
        std::atomic<bool> &                cancelled;
        const std::function<void(float)> & on_progress;
    } watch{cancelled, on_progress};

    llama_model_params model_params          = llama_model_default_params();
    model_params.n_gpu_layers                = params.n_gpu_layers;
    model_params.use_extra_bufts             = !params.exact; // repacked matrices cannot be dequantised
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
    context_params.n_seq_max            = 1;
    if (params.exact) {
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
        known.device = ggml_backend_dev_description(llama_model_get_device(model.get(), 0));
    }

    tap = std::make_unique<residual_tap>(known.n_blocks, params.stream);
}

std::vector<int32_t> model_session::tokenize(const std::string & text) const {
    const llama_vocab *  vocab  = llama_model_get_vocab(model.get());
    const auto           length = static_cast<int32_t>(text.size());
    std::vector<int32_t> tokens(text.size() + 8);
    const int32_t n = llama_tokenize(vocab, text.data(), length, tokens.data(), static_cast<int32_t>(tokens.size()),
                                     /*add_special*/ false, /*parse_special*/ false);
    if (n < 0) {
        fail("the text could not be tokenised");
    }
    tokens.resize(n);
    return tokens;
}

void model_session::decode(const int32_t * tokens, int32_t n_tokens, int32_t first_pos, bool all_outputs) {
    const std::unique_ptr<llama_batch, batch_free> batch(new llama_batch(llama_batch_init(n_tokens, 0, 1)));
    batch->n_tokens = n_tokens;
    for (int32_t i = 0; i < n_tokens; ++i) {
        batch->token[i]     = tokens[i];
        batch->pos[i]       = first_pos + i;
        batch->n_seq_id[i]  = 1;
        batch->seq_id[i][0] = 0;
        batch->logits[i]    = all_outputs || i == n_tokens - 1;
    }
    const int32_t status = llama_decode(ctx.get(), *batch);
    tap->rethrow_error();
    if (status != 0) {
        fail("llama.cpp could not run the window (status " + std::to_string(status) + ")");
    }
    llama_synchronize(ctx.get());
    if (cancelled) {
        fail("cancelled");
    }
}

window_result model_session::run_window(const window_request & request) {
    const auto n_tokens = static_cast<int32_t>(request.tokens.size());
    if (n_tokens < 1 || n_tokens > params.n_ctx) {
        throw std::runtime_error("a window of " + std::to_string(n_tokens) + " tokens does not fit the context of " +
                                 std::to_string(params.n_ctx));
    }
    for (const int32_t token : request.tokens) {
        if (token < 0 || token >= known.n_vocab) {
            throw std::runtime_error("token " + std::to_string(token) + " is outside of the vocabulary of " +
                                     std::to_string(known.n_vocab));
        }
    }

    log_capture::take();
    tap->set_request(ctx.get(), {request.gram, request.losses, request.exact, request.bypass});
    llama_memory_clear(llama_get_memory(ctx.get()), true);

    window_result result;
    const int64_t gram_size = int64_t(tap->n_states()) * tap->n_states();
    result.gram.resize(request.gram ? gram_size * n_tokens : 0);
    result.losses.resize(request.losses ? n_tokens - 1 : 0);
    result.predictions.resize(result.losses.size());

    for (int32_t begin = 0; begin < n_tokens; begin += params.n_ubatch) {
        const int32_t n = std::min(params.n_ubatch, n_tokens - begin);
        decode(request.tokens.data() + begin, n, begin, true);
        if (request.gram) {
            ggml_backend_tensor_get(tap->gram(), result.gram.data() + begin * gram_size, 0,
                                    n * gram_size * sizeof(float));
        }
        if (request.losses) {
            read_losses(request, begin, n, result);
        }
    }
    return result;
}

void model_session::read_losses(const window_request & request, int32_t begin, int32_t n_tokens,
                                window_result & result) {
    ggml_tensor * tensor = tap->logits();
    if (tensor == nullptr) {
        throw std::runtime_error("this architecture computes no logits");
    }
    // the last token of the window predicts nothing that could be checked
    const int32_t n_rows = std::min<int32_t>(n_tokens, static_cast<int32_t>(request.tokens.size()) - 1 - begin);
    if (n_rows <= 0) {
        return;
    }
    const float * rows = static_cast<const float *>(tensor->data);
    if (!ggml_backend_buffer_is_host(tensor->view_src ? tensor->view_src->buffer : tensor->buffer)) {
        logits.resize(int64_t(n_rows) * known.n_vocab);
        ggml_backend_tensor_get(tensor, logits.data(), 0, logits.size() * sizeof(float));
        rows = logits.data();
    }
    compute_token_losses(rows, known.n_vocab, request.tokens.data() + begin + 1, n_rows, params.n_threads,
                         result.losses.data() + begin, result.predictions.data() + begin);
}

speed_result model_session::measure_speed(const std::vector<int32_t> & prompt, int32_t n_generate) {
    const auto n_prompt = static_cast<int32_t>(prompt.size());
    if (n_prompt < 1 || n_prompt + n_generate > params.n_ctx) {
        throw std::runtime_error("a prompt of " + std::to_string(n_prompt) + " tokens and " +
                                 std::to_string(n_generate) + " more do not fit the context of " +
                                 std::to_string(params.n_ctx));
    }
    tap->remove();
    llama_memory_clear(llama_get_memory(ctx.get()), true);

    speed_result result;
    auto         start = std::chrono::steady_clock::now();
    for (int32_t begin = 0; begin < n_prompt; begin += params.n_ubatch) {
        decode(prompt.data() + begin, std::min(params.n_ubatch, n_prompt - begin), begin, false);
    }
    result.prompt_seconds = seconds_since(start);

    start = std::chrono::steady_clock::now();
    for (int32_t i = 0; i < n_generate; ++i) {
        // which token it is makes no difference to the time
        decode(&prompt[i % n_prompt], 1, n_prompt + i, false);
    }
    result.generation_seconds = seconds_since(start);
    return result;
}
