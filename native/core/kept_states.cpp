#include "kept_states.h"

#include "ggml-backend.h"
#include "ggml.h"
#include "unfit_error.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace {

std::vector<int32_t> take_below(const std::vector<int32_t> & blocks, int32_t end) {
    return {blocks.begin(), std::lower_bound(blocks.begin(), blocks.end(), end)};
}

} // namespace

std::vector<float> read_state(const ggml_tensor * state) {
    if (state->type != GGML_TYPE_F32 || !ggml_is_contiguous(state)) {
        throw std::runtime_error(std::string("the residual state ") + state->name + " cannot be kept");
    }
    const ggml_tensor * owner = state->view_src == nullptr ? state : state->view_src;
    if (owner->buffer == nullptr) {
        throw unfit_error(std::string("its compute graph does not come to the residual state ") + state->name);
    }
    std::vector<float> values(ggml_nelements(state));
    ggml_backend_tensor_get(state, values.data(), 0, ggml_nbytes(state));
    return values;
}

void kept_states::add(size_t piece, int32_t first_block, const std::vector<ggml_tensor *> & inputs) {
    pieces.resize(std::max(pieces.size(), piece + 1));
    auto & states = pieces[piece];
    states.resize(inputs.size());
    for (size_t block = first_block; block < inputs.size(); ++block) {
        ggml_tensor * state = inputs[block];
        if (block > size_t(first_block) && state == inputs[block - 1]) {
            states[block] = states[block - 1];
            continue;
        }
        states[block] = std::make_shared<const std::vector<float>>(read_state(state));
    }
}

void kept_states::finish(const std::vector<int32_t> & run_tokens, const std::vector<int32_t> & run_bypass,
                         const std::vector<int32_t> & run_bypass_attention) {
    tokens           = run_tokens;
    bypass           = run_bypass;
    bypass_attention = run_bypass_attention;
}

void kept_states::check(const std::vector<int32_t> & wanted, const std::vector<int32_t> & dropped,
                        const std::vector<int32_t> & dropped_attention, int32_t first_block) const {
    if (wanted != tokens || take_below(dropped, first_block) != take_below(bypass, first_block) ||
        take_below(dropped_attention, first_block) != take_below(bypass_attention, first_block)) {
        throw std::runtime_error("no states of this window, with the same blocks bypassed below block " +
                                 std::to_string(first_block) + ", were kept");
    }
}

const std::vector<float> & kept_states::input(size_t piece, int32_t block) const {
    return *pieces.at(piece).at(block);
}
