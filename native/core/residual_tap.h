#pragma once

#include "backward.h"
#include "llama-ext.h"
#include "refit_point.h"

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

class graph_edit;
class weight_conversions;
class weight_overrides;

// How an architecture's compute graph holds the residual stream.
struct stream_params {
    std::string state_name = "l_out"; // of a block's output, when the architecture names its tensors
    std::string sum_name;             // of the sum of a block's attention and its input; empty: no such tensor
    bool        lanes_last = false;   // a stream of several lanes is [n_embd, n_tokens, n_lanes]
};

// A block that adds only a part of what it adds, see graph_edit.
struct attenuation {
    int32_t block  = -1; // -1: none
    float   factor = 1.0f;

    bool operator==(const attenuation & other) const { return block == other.block && factor == other.factor; }
};

// What one run of windows wants from the graph.
struct tap_request {
    bool                 gram   = false;      // the Gram matrix of all residual states, per token
    bool                 logits = false;      // keep the output head
    bool                 exact  = false;      // multiply with dequantised weights, see use_exact_weights
    std::vector<int32_t> bypass;              // blocks to leave out, ascending
    std::vector<int32_t> bypass_attention;    // blocks to leave the attention alone out of, ascending
    bool                 keep_inputs = false; // of all blocks, readable after the run
    int32_t              first_block = 0;     // the blocks below are not run: its input is given, see set_start
    attenuation          attenuate;
    int32_t              end_block = -1;    // this block, those above and the head are not run; -1: all are
    std::string          refit;             // a matrix of the last block that is run, see refit(); empty: none
    bool                 products  = false; // what matrices of the last block that is run are multiplied with
    uint32_t             overrides = 0;     // which state of the overrides is read; 0: none
    bool                 converted = false; // multiply with converted matrices, in gradients too
    bool                 backward  = false; // compute gradients instead: from the end block's input, or from the logits
    bool                 to_input  = false; // of the first block's input too

    bool operator==(const tap_request & other) const {
        return gram == other.gram && logits == other.logits && exact == other.exact && bypass == other.bypass &&
               bypass_attention == other.bypass_attention && keep_inputs == other.keep_inputs &&
               first_block == other.first_block && attenuate == other.attenuate && end_block == other.end_block &&
               refit == other.refit && products == other.products && overrides == other.overrides &&
               converted == other.converted && backward == other.backward && to_input == other.to_input;
    }
};

// The graph hook: finds the residual states while a graph is built and shapes the graph to the request.
// It neither prints nor throws into llama.cpp: rethrow_error() after decoding tells what went wrong.
class residual_tap {
  public:
    // trained: what gradients are wanted of
    // rounded: instead of the model's matrices, and of overrides of the same names
    residual_tap(int32_t n_blocks, stream_params stream, const weight_overrides & overrides,
                 const weight_overrides & rounded, weight_conversions & conversions,
                 const std::vector<ggml_tensor *> & trained);

    residual_tap(const residual_tap &)             = delete;
    residual_tap & operator=(const residual_tap &) = delete;

    // Graphs built from now on serve this request.
    void set_request(llama_context * context, const tap_request & request);

    // The input of the first block of the graphs to come; read when they run.
    void set_start(const std::vector<float> * values) { start = values; }

    // The loss's gradient for the output of the backward graphs to come; read when they run.
    void set_upstream(const std::vector<float> * values) { upstream = values; }

    // Stock behaviour from now on.
    void remove();

    void rethrow_error();

    int32_t n_states() const { return n_blocks + 1; }

    // [n_states, n_states, n_tokens] of the last graph built; null if it was not asked for
    ggml_tensor * gram() const { return t_gram; }

    // [n_vocab, n_tokens] of the last graph built; null if they were not asked for
    ggml_tensor * logits() const { return t_logits; }

    // [n_blocks], the inputs of the blocks in the last graph built, from the first one that is run; empty if not asked
    // for
    const std::vector<ggml_tensor *> & inputs() const { return t_inputs; }

    // The input of the end block in the last graph built; null if there is none.
    ggml_tensor * end_state() const { return t_end; }

    // How the input of the end block follows from the matrix that was asked for, in the last graph built.
    const refit_point & refit() const { return t_refit; }

    // By the name of each matrix what it is multiplied with in the last graph built, but for those that are trained;
    // empty if not asked for.
    const std::vector<std::pair<std::string, ggml_tensor *>> & products() const { return t_products; }

    // What the last graph built computes, if it was to go backwards.
    const backward_pass & gradients() const { return t_gradients; }

  private:
    void on_tensor(ggml_tensor * cur, const char * name, int il);
    void on_graph(llm_graph_result * res);
    void edit(llm_graph_result * res);
    void give_up(llm_graph_result * res);
    void collect_states(llm_graph_result * res);
    void keep_inputs(const graph_edit & graph);
    void keep_end(llm_graph_result * res, const graph_edit & graph);

    void          append_gradients(llm_graph_result * res, ggml_tensor * output, ggml_tensor * given);
    ggml_tensor * append_start(llm_graph_result * res) const;
    void          mark_request(llm_graph_result * res) const;

    int32_t                  n_blocks;
    stream_params            stream;
    const weight_overrides & overrides;
    const weight_overrides & rounded;
    weight_conversions &     conversions;
    tap_request              request;

    const std::vector<ggml_tensor *> & trained;

    llama_context * ctx        = nullptr; // that the hook is set on
    uint32_t        n_requests = 0;

    std::vector<ggml_tensor *>                         states; // of the graph being built
    std::vector<ggml_tensor *>                         sums;   // [n_blocks], of attention and input
    ggml_tensor *                                      t_gram   = nullptr;
    ggml_tensor *                                      t_logits = nullptr;
    std::vector<ggml_tensor *>                         t_inputs;
    ggml_tensor *                                      t_end = nullptr;
    refit_point                                        t_refit;
    std::vector<std::pair<std::string, ggml_tensor *>> t_products;
    ggml_context_ptr           own_ctx; // of the tensors that the last graph has beside llama.cpp's
    backward_pass              t_gradients;
    const std::vector<float> * start    = nullptr;
    const std::vector<float> * upstream = nullptr;
    std::exception_ptr         error;
};
