#pragma once

#include <cstdint>
#include <memory>
#include <vector>

struct ggml_tensor;

// A residual state of the last run. Throws where it is of another type, or scattered.
std::vector<float> read_state(const ggml_tensor * state);

// The inputs of all blocks in one window, from which a run that bypasses the same blocks below can begin. A long window
// runs in pieces; each has its own.
class kept_states {
  public:
    // Forgets which window is kept: until finish() it is none.
    void begin() { tokens.clear(); }

    // Takes the inputs of the blocks from the first one on out of the graph of a piece: [n_blocks]. Those below stay.
    void add(size_t piece, int32_t first_block, const std::vector<ggml_tensor *> & inputs);

    // tokens, bypass, bypass_attention: of the window whose pieces were added.
    void finish(const std::vector<int32_t> & tokens, const std::vector<int32_t> & bypass,
                const std::vector<int32_t> & bypass_attention);

    // Throws unless the kept window has the same tokens, and the same blocks and attentions bypassed below the first
    // block to be run.
    void check(const std::vector<int32_t> & tokens, const std::vector<int32_t> & bypass,
               const std::vector<int32_t> & bypass_attention, int32_t first_block) const;

    // The input of a block in a piece.
    const std::vector<float> & input(size_t piece, int32_t block) const;

  private:
    std::vector<int32_t> tokens; // empty: nothing is kept
    std::vector<int32_t> bypass;
    std::vector<int32_t> bypass_attention;

    // by piece, by block; the block above a bypassed one shares its input
    std::vector<std::vector<std::shared_ptr<const std::vector<float>>>> pieces;
};
