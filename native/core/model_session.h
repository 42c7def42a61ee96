#pragma once

#include "residual_tap.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct llama_model;
struct llama_context;

struct session_params {
    std::string   path;
    stream_params stream;
    int32_t       n_gpu_layers = 0;
    int32_t       n_threads    = 1;
    int32_t       n_ctx        = 512;   // tokens of the longest window
    int32_t       n_ubatch     = 512;   // tokens of one graph
    bool          exact        = false; // allow exact windows: F32 keys and values, plain attention
};

struct model_facts {
    int32_t     n_blocks    = 0;
    int32_t     n_embd      = 0;
    int32_t     n_vocab     = 0;
    int32_t     n_ctx_train = 0;
    int32_t     bos         = -1; // -1: none
    bool        add_bos     = false;
    std::string device; // that most blocks run on
};

struct window_request {
    std::vector<int32_t> tokens;
    bool                 gram   = false;
    bool                 losses = false;
    bool                 exact  = false; // see tap_request
    std::vector<int32_t> bypass;
};

struct window_result {
    std::vector<float>   gram;        // [n_tokens][n_states][n_states], empty unless asked for
    std::vector<float>   losses;      // [n_tokens - 1], in nats, of tokens 1 to n_tokens - 1; empty unless asked for
    std::vector<int32_t> predictions; // [n_tokens - 1], the most likely token in place of each; with the losses
};

struct speed_result {
    double prompt_seconds     = 0;
    double generation_seconds = 0;
};

// A loaded model. One call at a time; cancel() may come from any thread and makes the call in progress throw.
class model_session {
  public:
    // on_progress: share of the model loaded, 0 to 1
    model_session(const session_params & params, std::atomic<bool> & cancelled,
                  const std::function<void(float)> & on_progress);
    ~model_session();

    const model_facts & facts() const { return known; }

    std::vector<int32_t> tokenize(const std::string & text) const; // no special tokens added or parsed

    window_result run_window(const window_request & request);

    // The time that stock llama.cpp takes: one prompt, then single tokens, no hook.
    speed_result measure_speed(const std::vector<int32_t> & prompt, int32_t n_generate);

  private:
    struct model_free {
        void operator()(llama_model * model) const;
    };
    struct context_free {
        void operator()(llama_context * ctx) const;
    };

    void decode(const int32_t * tokens, int32_t n_tokens, int32_t first_pos, bool all_outputs);
    void read_losses(const window_request & request, int32_t begin, int32_t n_tokens, window_result & result);
    [[noreturn]] void fail(const std::string & what) const;

    session_params                               params;
    std::atomic<bool> &                          cancelled;
    std::unique_ptr<llama_model, model_free>     model;
    std::unique_ptr<residual_tap>                tap; // outlives the context that calls it
    std::unique_ptr<llama_context, context_free> ctx;
    model_facts                                  known;
    std::vector<float>                           logits; // of one graph, where they cannot be read in place
};
