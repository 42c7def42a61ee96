#pragma once

#include "adapter.h"
#include "distribution.h"
#include "kept_states.h"
#include "logit_gradient.h"
#include "residual_tap.h"
#include "ridge_sums.h"
#include "top_tokens.h"
#include "trained_tensors.h"
#include "weight_conversions.h"
#include "weight_overrides.h"
#include "weights.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct llama_model;
struct llama_context;

struct session_params {
    std::string   path;
    stream_params stream;
    int32_t       n_gpu_layers = 0;
    int32_t       n_threads    = 1;
    int32_t       n_ctx        = 512;   // tokens that all sequences together may have
    int32_t       n_ubatch     = 512;   // tokens of one graph
    int32_t       n_seq        = 1;     // sequences side by side
    bool          shared_cells = false; // sequences share what they have in common, and the room; else each its own
    bool          exact        = false; // allow exact windows: F32 keys and values, plain attention
    bool          trained      = false; // allow training: F32 keys and values, plain attention
    bool          mapped = false; // leave matrices in the order of the file, which exact windows and training need
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

// What becomes of the distributions of the scored tokens of a window.
enum class distribution_use { none, keep, compare };

struct window_request {
    std::vector<int32_t> tokens;
    bool                 gram   = false;
    bool                 losses = false;
    bool                 exact  = false; // see tap_request
    std::vector<int32_t> bypass;
    std::vector<int32_t> bypass_attention;
    int32_t              first_scored = 1; // the first token whose loss is wanted
    distribution_use     distribution = distribution_use::none;
    int32_t              n_top        = 0;    // so many of the most likely tokens of each row are wanted
    top_tokens           reference;           // that each row is compared with, unless empty
    int32_t              slot        = 0;     // where inputs of blocks, and distributions, are kept
    bool                 keep_inputs = false; // keep those of the blocks that are run
    int32_t              first_block = 0;     // begin with its input, which an earlier run of the window has kept
    attenuation          attenuate;           // not together with keep_inputs
    bool                 overridden = false;  // multiply with the matrices that were given instead of the model's
    bool                 converted  = false;  // multiply with matrices of a faster type, see weight_conversions
    int32_t              stream     = -1;     // begin with a stream's state instead of a kept one; -1: with a kept one
};

// One block over a window whose state before it is kept as a stream.
struct block_request {
    std::vector<int32_t> tokens;
    int32_t              block      = 0;
    int32_t              stream     = 0; // whose state is the block's input; the first block needs none
    bool                 overridden = false;
    bool                 converted  = false;
    bool                 bypassed   = false; // leave the block out, but for a map that stands for it
    std::vector<int32_t> bypass_attention;
    bool                 squares = false;    // add to the squares of what its matrices are multiplied with
    std::string          refit;              // add to the sums that this matrix of the block is fitted from, and
    bool                 of_product = false; // take what it yields, not what it reads, as the inputs of the fit
    int32_t              wanted     = 0;     // the stream whose state the output is to be
};

// What a matrix of a model is to be replaced by.
struct override_request {
    std::string          name;
    int32_t              block = 0; // whose device it goes to
    int32_t              type  = 0;
    int64_t              n_in  = 0;
    int64_t              n_out = 0;
    std::vector<uint8_t> bytes; // empty: the model's own again
};

// A matrix, refitted by the sums so far with each of some ridges.
struct refit_request {
    tensor_place        place;    // of the values to begin with; its count 0: begin with zeros
    int32_t             type = 0; // that is wanted
    std::vector<double> ridges;   // as shares of the mean square of the inputs
};

struct refit_result {
    std::vector<std::vector<uint8_t>> fits;    // of the first ridges, or of all
    std::string                       refusal; // why the next one has none; empty where all have
};

// A window that is trained on. The gradients of its loss, summed over its tokens, are added to what was there.
struct training_request {
    std::vector<int32_t> tokens;
    std::vector<int32_t> bypass;
    std::vector<int32_t> bypass_attention;
    bool                 overridden = false;
    bool                 converted  = false; // gradients too are computed with matrices of a faster type
    top_tokens           reference;          // see compute_logit_gradients
    float                hard   = 0.0f;      // the share of cross-entropy in the loss
    float                stream = 0.0f;      // what counts, beside that, how far states are from the original's, by
                                             // add_stream_gradient: the mean over the places that gradients reach
};

struct training_result {
    training_loss loss;
    std::string   refusal; // why no gradient can be had; empty where one was
};

// A matrix, a map, or the weights of a norm, that are trained as they are.
struct whole_tensor {
    std::string  name;
    int32_t      block = 0; // whose device it goes to
    int64_t      n_in  = 0;
    int64_t      n_out = 0; // mostly 1 for norms
    tensor_place place;    // of the model's values; those that were given instead of them are taken where there are any
    double       pace = 1; // its share of the learning rate
};

struct trained_request {
    std::vector<adapter_matrix> matrices;
    std::vector<whole_tensor>   wholes;
    int32_t                     rank  = 0;
    float                       alpha = 0;
};

// A matrix as it was trained, or with what the adapter adds to it.
struct merge_request {
    std::string  name;
    int64_t      n_in = 0;
    tensor_place place;    // of the model's values; those that were given instead of them are taken where there are any
    int32_t      type = 0; // that is wanted
};

struct window_result {
    std::vector<float>   gram;        // [n_tokens][n_states][n_states], empty unless asked for
    std::vector<float>   losses;      // [n_tokens - first_scored], in nats; empty unless asked for
    std::vector<int32_t> predictions; // [n_tokens - first_scored], the most likely token in place of each
    std::vector<float>   divergences; // [n_tokens - first_scored], from the kept distributions or the reference
    top_tokens           top;         // [n_tokens - first_scored] rows, if wanted
};

// Tokens of several sequences, to be run side by side.
struct token_batch {
    std::vector<int32_t> tokens;
    std::vector<int32_t> positions; // in their sequences
    std::vector<int32_t> sequences;

    // A window, in a sequence of its own from the first position on.
    static token_batch of_window(const std::vector<int32_t> & tokens);
};

struct sequence_request {
    bool                 clear = false; // forget all sequences first
    std::vector<int32_t> copies;        // then let sequences be as others are: from, to, ...; from -1: empty
    token_batch          batch;         // then run these
    std::vector<int32_t> rows;          // places in the batch, ascending; a place may come several times
    std::vector<int32_t> targets;       // [rows], the token whose probability after that place is wanted
};

struct generation_request {
    std::vector<std::vector<int32_t>> prompts;
    int32_t                           n_generate  = 0;
    float                             temperature = 0.0f; // 0: the most likely token
    int32_t                           top_k       = 0;    // 0: all
    float                             top_p       = 1.0f;
    uint32_t                          seed        = 0; // of the first prompt; the next one has the next
    std::vector<std::string>          stop;            // a text ends with the first of these in it
};

struct generation_result {
    std::vector<std::vector<int32_t>> tokens; // of each prompt, without the one that ended it
    std::vector<bool>                 ended;  // by the model itself or by a stop
};

struct speed_request {
    std::vector<int32_t> prompt;         // of each sequence
    int32_t              n_generate = 0; // single tokens after it
    int32_t              n_seq      = 1;
    std::vector<int32_t> bypass;
    std::vector<int32_t> bypass_attention;
};

struct speed_result {
    double prompt_seconds     = 0;
    double generation_seconds = 0;
};

// A loaded model. One call at a time; cancel() may come from any thread and makes the call in progress throw.
class model_session {
  public:
    // on_progress: share of the model loaded, 0 to 1; kept: shared by the models that are compared
    model_session(const session_params & params, std::atomic<bool> & cancelled, kept_logits & kept,
                  const std::function<void(float)> & on_progress);
    ~model_session();

    const model_facts & facts() const { return known; }

    // no special tokens added or parsed
    std::vector<std::vector<int32_t>> tokenize(const std::vector<std::string> & texts) const;

    std::string detokenize(const std::vector<int32_t> & tokens) const;

    window_result run_window(const window_request & request);

    // Runs one block. Without a fit the output becomes the stream's state. Returns why the matrix cannot be fitted;
    // empty where it can, or none was to be.
    std::string run_block(const block_request & request);

    // Adds to the sums that a map is fitted from which stands for the blocks between the states of two streams.
    void sum_patch(int32_t stream, int32_t wanted, int32_t block);

    // Lets a stream be as another one is.
    void copy_stream(int32_t from, int32_t to);

    void forget_streams();

    // The squared distance of two streams' states as a share of the second's square, but for the first token.
    double compare_streams(int32_t a, int32_t b) const;

    // Forgets the sums of fits, and the squares of what matrices are multiplied with.
    void clear_sums();

    refit_result refit(const refit_request & request) const;

    void override_weight(const override_request & request);

    // Lets all passes from now on multiply with an adapter as well, if it has matrices, and these and others be
    // trained.
    void begin_training(const trained_request & request);

    training_result train_window(const training_request & request);

    // See trained_tensors.
    double                 step_training(const adam_step & step) { return trained.step(step); }
    trained_tensors::state read_trained() const { return trained.read(); }
    void                   write_trained(const trained_tensors::state & state) { trained.write(state); }

    std::vector<uint8_t> merge_trained(const merge_request & request) const;

    // Lets passes multiply with a matrix as it would be merged now. It goes on being trained from there: what
    // rounding took from the matrix or added to it stays as it is until this is called again, so that gradients are
    // those at the rounded matrix (a straight-through estimate, Bondarenko et al. 2024, "Low-rank quantization-aware
    // training for LLMs", section 3).
    void hold_rounding(const merge_request & request);

    // Natural logarithm of the probability of each target, by stock llama.cpp's path. Sequences stay as they are until
    // the next call.
    std::vector<float> run_sequences(const sequence_request & request);

    generation_result generate(const generation_request & request);

    // The time that stock llama.cpp takes; no hook unless something is bypassed.
    speed_result measure_speed(const speed_request & request);

  private:
    struct model_free {
        void operator()(llama_model * model) const;
    };
    struct context_free {
        void operator()(llama_context * ctx) const;
    };

    // The states of a window that runs in one piece.
    struct window_states {
        kept_states        inputs; // of blocks
        std::vector<float> end;    // after the last one
    };

    // The state of a window before some block, in the pieces that it runs in.
    struct token_stream {
        std::vector<int32_t>            tokens;
        std::vector<std::vector<float>> pieces;
    };

    void add_to_sums(const block_request & request, size_t piece);

    void                 run_backward(const token_batch & window, int32_t n_tokens, const tap_request & wanted,
                                      const std::vector<float> * start, const std::vector<float> & upstream);
    const ggml_tensor *  find_whole(const std::string & name) const;
    std::vector<float>   read_values(const std::string & name, const tensor_place & place) const;
    training_loss        train_blocks(const training_request & request);
    std::vector<int32_t> list_backward_blocks(const training_request & request) const;
    window_states        run_forward(const token_batch & window, int32_t n_tokens, const tap_request & wanted);
    window_states        run_original(const token_batch & window, int32_t n_tokens, tap_request wanted);
    std::vector<float>   pass_head_back(const training_request & request, const std::vector<float> & state,
                                        training_loss & loss);

    const token_stream & find_stream(int32_t id) const;

    void check_tokens(const std::vector<int32_t> & tokens) const;
    void check_attenuation(const window_request & request) const;
    void check_reference(const window_request & request, int32_t n_rows) const;
    void start_stock(bool clear);
    void decode(const token_batch & batch, int32_t begin, int32_t n_tokens, const std::vector<bool> & is_output);
    void read_rows(const window_request & request, int32_t skipped, int32_t done, int32_t n_rows,
                   window_result & result);
    [[noreturn]] void fail(const std::string & what) const;

    session_params                               params;
    std::atomic<bool> &                          cancelled;
    kept_logits &                                kept;
    std::unique_ptr<llama_model, model_free>     model;
    weight_overrides                             overrides;       // outlive the graphs that read them
    weight_overrides                             rounded;         // as these; see hold_rounding
    uint32_t                                     n_overrides = 1; // states that the overrides had so far
    weight_conversions                           conversions;
    trained_tensors                              trained;
    std::unique_ptr<adapter>                     lora; // null: none
    std::unique_ptr<residual_tap>                tap;  // outlives the context that calls it
    std::unique_ptr<llama_context, context_free> ctx;
    model_facts                                  known;
    std::map<int32_t, kept_states>               slots;
    std::vector<float>                           logits; // of one graph, where they cannot be read in place
    std::map<int32_t, token_stream>              streams;
    std::unique_ptr<ridge_sums>                  sums; // null: nothing was summed
    bool                                         sums_of_product = false;
    std::vector<float>                           input_squares; // of what the matrix to be fitted reads

    std::map<std::string, std::vector<float>> squares; // of what matrices are multiplied with, by their names
};
