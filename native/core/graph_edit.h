#pragma once

#include "ggml.h"

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

struct ggml_cgraph;

// Edits a finished, not yet allocated compute graph, given the residual states of its blocks.
//
// states[0] is the input of block 0, states[i + 1] the output of block i. A node belongs to block i if it depends on
// states[i] but on no later state; nodes that depend on the last state form the head; nodes that depend on no state
// (inputs, masks, views of caches) belong to no block.
class graph_edit {
  public:
    static constexpr int no_block = -1;

    graph_edit(ggml_cgraph * gf, std::vector<ggml_tensor *> states);

    int n_blocks() const { return static_cast<int>(states.size()) - 1; }

    // The input of block 0 for architectures that do not record it: the first tensor on the way from the token
    // embeddings that is used twice, by the block's entry and by its first residual addition. Where the embeddings
    // are spread over several lanes first, it is the first such tensor of the shape of the next state.
    // Null if there is none.
    static ggml_tensor * find_first_state(ggml_cgraph * gf, ggml_tensor * embeddings, const ggml_tensor * next_state);

    // Takes a given state for the input of a block, and the blocks below out of the graph. To be followed by bypass().
    void start_at(int block, ggml_tensor * given);

    // Lets a block add `factor` of what it adds: its consumers read input + factor * (output - input). To be followed
    // by bypass().
    void attenuate(ggml_context * ctx, int block, float factor);

    // Lets a linear map stand for a bypassed block: what read its output reads input + map · rms_norm(input) instead of
    // its input. To be followed by bypass(). map: [n_embd, n_embd]
    void patch(ggml_context * ctx, int block, ggml_tensor * map, float eps);

    // Makes the consumers of each sum of a block's attention and its input read the input instead. To be followed by
    // bypass(). sums: [n_blocks], null where a block has none.
    void bypass_attention(const std::vector<int32_t> & blocks, const std::vector<ggml_tensor *> & sums);

    // Makes the consumers of a block's output read its input instead, and takes out of the graph whatever nobody
    // needs any more, writes to its caches included.
    void bypass(const std::vector<int32_t> & blocks);

    // Takes the head out of the graph: everything after the last state.
    void cut_head();

    // The state as the edited graph holds it: that of the nearest kept block below, if its block is bypassed.
    ggml_tensor * state(int i) const;

    // To be called last. Takes out dead nodes, moves nodes that were appended to the graph since construction to where
    // no tensor lives longer than it must (right before their first reader; without one, right after their last
    // source), and counts the uses of tensors anew (backends fuse by them).
    void finish();

  private:
    int           owner_of(const ggml_tensor * node) const;
    ggml_tensor * replacement(ggml_tensor * tensor) const;
    ggml_tensor * find_residual(const ggml_tensor * sum, int block) const;
    void          remove_attention(const ggml_tensor * sum, int block);
    ggml_tensor * find_selected_rows(ggml_tensor * source, const ggml_tensor * like) const;
    bool          is_removed(const ggml_tensor * node) const;
    void          rewire(ggml_tensor * node) const;
    ggml_tensor * append_patch(int block, ggml_tensor * input);
    ggml_tensor * append_mix(ggml_tensor * input, ggml_tensor * output);
    void          remove_dead_nodes();
    void          place_appended_nodes();
    void          recount_uses();

    ggml_cgraph *              gf;
    std::vector<ggml_tensor *> states;
    std::vector<ggml_tensor *> redirected;      // what stands for each state now
    std::vector<bool>          removed;         // by block; the last entry is the head
    int                        first_block = 0; // the blocks below are not run

    struct {
        ggml_context * ctx    = nullptr;
        int            block  = no_block;
        float          factor = 1.0f;
    } attenuated;
    struct linear_patch {
        ggml_context * ctx = nullptr;
        ggml_tensor *  map = nullptr;
        float          eps = 0.0f;
    };
    std::unordered_map<int, linear_patch>   patches; // by block
    std::unordered_set<const ggml_tensor *> mixing;  // nodes that read a block's own output, whatever stands for it

    std::unordered_map<const ggml_tensor *, int> owners; // of the nodes that were there at construction
    std::unordered_map<const ggml_tensor *, int> state_index;

    std::unordered_map<const ggml_tensor *, ggml_tensor *> residuals; // by the sum that each stands for
    std::unordered_set<const ggml_tensor *>                removed_attention;
};
