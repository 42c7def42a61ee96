#include "block_backend.h"
#include "ggml-backend.h"
#include "llama-model.h"
#include "llama.h"
#include "log_capture.h"
#include "model_session.h"
#include "stream_gradient.h"
#include "unfit_error.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace {

// Values that the logits of the rows of one graph take at most.
constexpr int64_t most_logits = 32 << 20;

bool has_block(const std::vector<int32_t> & blocks, int32_t block) {
    return std::find(blocks.begin(), blocks.end(), block) != blocks.end();
}

// The lowest block whose matrices are trained; n_blocks where none is.
int32_t find_lowest_trained(const std::vector<ggml_tensor *> & tensors, int32_t n_blocks) {
    int32_t lowest = n_blocks;
    for (const ggml_tensor * tensor : tensors) {
        lowest = std::min(lowest, find_block(ggml_get_name(tensor), n_blocks));
    }
    return lowest;
}

// An adapter, if there is one, that graphs do not multiply with for as long as this lives.
class lifted_adapter {
  public:
    lifted_adapter(const adapter * lora, llama_context * ctx) : lora(lora), ctx(ctx) {
        if (lora != nullptr) {
            lora->lift(ctx);
        }
    }

    lifted_adapter(const lifted_adapter &)             = delete;
    lifted_adapter & operator=(const lifted_adapter &) = delete;

    ~lifted_adapter() {
        if (lora != nullptr) {
            lora->apply(ctx);
        }
    }

  private:
    const adapter * lora;
    llama_context * ctx;
};

} // namespace

void model_session::begin_training(const trained_request & request) {
    if (!params.trained || !trained.list().empty()) {
        throw std::runtime_error(params.trained ? "an adapter is trained already"
                                                : "the model was not opened to be trained");
    }
    if (!request.matrices.empty()) {
        lora = std::make_unique<adapter>(*model, request.matrices, request.rank, request.alpha);
    }
    for (const adapter_matrix & matrix : request.matrices) {
        trained.add(matrix.name + ".lora_a", lora->find_a(matrix.name), matrix.a);
        trained.add(matrix.name + ".lora_b", lora->find_b(matrix.name), matrix.b);
    }
    for (const whole_tensor & whole : request.wholes) {
        const std::vector<float> values = read_values(whole.name, whole.place);
        std::vector<uint8_t>     bytes(values.size() * sizeof(float));
        std::memcpy(bytes.data(), values.data(), bytes.size());
        override_weight({whole.name, whole.block, GGML_TYPE_F32, whole.n_in, whole.n_out, bytes});
        trained.add(whole.name, overrides.find(whole.name), values, whole.pace);
    }
    if (lora) {
        lora->apply(ctx.get());
    }
}

// Those that were given instead of the model's where there are any.
std::vector<float> model_session::read_values(const std::string & name, const tensor_place & place) const {
    return overrides.find(name) == nullptr ? read_weights(place, cancelled) : overrides.read(name);
}

void model_session::run_backward(const token_batch & window, int32_t n_tokens, const tap_request & wanted,
                                 const std::vector<float> * start, const std::vector<float> & upstream) {
    llama_memory_clear(llama_get_memory(ctx.get()), true);
    tap->set_request(ctx.get(), wanted);
    tap->set_start(start);
    tap->set_upstream(&upstream);
    decode(window, 0, n_tokens, std::vector<bool>(window.tokens.size(), true));
    for (const auto & [tensor, gradient] : tap->gradients().trained) {
        trained.add_gradient(tensor, read_state(gradient));
    }
}

// The loss's gradient for the last state. state: [n_tokens][n_embd]
std::vector<float> model_session::pass_head_back(const training_request & request, const std::vector<float> & state,
                                                 training_loss & loss) {
    // the row of a token tells of the next one; the last row tells of none that could be checked
    const auto    n_rows  = static_cast<int64_t>(request.tokens.size()) - 1;
    const int64_t width   = static_cast<int64_t>(state.size()) / (n_rows + 1);
    const int64_t at_once = std::clamp<int64_t>(most_logits / known.n_vocab, 1, n_rows);

    tap_request wanted;
    wanted.first_block = known.n_blocks;
    wanted.overrides   = request.overridden ? n_overrides : 0;
    wanted.converted   = request.converted;
    wanted.logits      = true;
    wanted.exact       = params.exact;
    tap_request back   = wanted;
    back.backward      = true;
    back.to_input      = true;

    std::vector<float> gradient(state.size(), 0.0f);
    for (int64_t row = 0; row < n_rows; row += at_once) {
        const auto               n = static_cast<int32_t>(std::min(at_once, n_rows - row));
        const std::vector<float> start(state.begin() + row * width, state.begin() + (row + n) * width);
        const token_batch        piece =
            token_batch::of_window({request.tokens.begin() + row, request.tokens.begin() + row + n});

        llama_memory_clear(llama_get_memory(ctx.get()), true);
        tap->set_request(ctx.get(), wanted);
        tap->set_start(&start);
        decode(piece, 0, n, std::vector<bool>(n, true));
        if (tap->logits() == nullptr) {
            throw std::runtime_error("this architecture computes no logits");
        }
        std::vector<float>  upstream = read_state(tap->logits());
        const training_loss here =
            compute_logit_gradients(upstream.data(), known.n_vocab, request.tokens.data() + row + 1, n,
                                    request.reference, row, request.hard, params.n_threads);
        loss.divergence += here.divergence;
        loss.cross_entropy += here.cross_entropy;

        run_backward(piece, n, back, &start, upstream);
        const std::vector<float> found = read_state(tap->gradients().input);
        std::copy(found.begin(), found.end(), gradient.begin() + row * width);
    }
    return gradient;
}

training_result model_session::train_window(const training_request & request) {
    const auto n_tokens = static_cast<int32_t>(request.tokens.size());
    if (n_tokens < 2 || n_tokens > params.n_ubatch) {
        throw std::runtime_error("a window of " + std::to_string(n_tokens) + " tokens cannot be trained on: 2 to " +
                                 std::to_string(params.n_ubatch) + " can");
    }
    if (!params.trained) {
        throw std::runtime_error("the model was not opened to be trained");
    }
    check_tokens(request.tokens);
    if (request.reference.n_top > 0) {
        check_tokens(request.reference.tokens);
        const size_t n_values = size_t(n_tokens - 1) * request.reference.n_top;
        if (request.reference.tokens.size() != n_values || request.reference.log_probabilities.size() != n_values) {
            throw std::runtime_error("the reference is not one of as many tokens");
        }
    }
    log_capture::take();
    try {
        return {train_blocks(request), {}};
    } catch (const unfit_error & error) {
        trained.clear_gradients();
        return {{}, error.what()};
    }
}

// The blocks that gradients go through, from the last one down to the lowest of which anything is trained; maps that
// stand for blocks count as these.
std::vector<int32_t> model_session::list_backward_blocks(const training_request & request) const {
    const int32_t        lowest = find_lowest_trained(trained.list(), known.n_blocks);
    std::vector<int32_t> blocks;
    for (int32_t block = known.n_blocks - 1; block >= lowest; --block) {
        const bool has_map = request.overridden && overrides.find(weight_overrides::patch_name(block)) != nullptr;
        if (has_map || !has_block(request.bypass, block)) {
            blocks.push_back(block);
        }
    }
    return blocks;
}

model_session::window_states model_session::run_forward(const token_batch & window, int32_t n_tokens,
                                                        const tap_request & wanted) {
    llama_memory_clear(llama_get_memory(ctx.get()), true);
    tap->set_request(ctx.get(), wanted);
    decode(window, 0, n_tokens, std::vector<bool>(n_tokens, true));
    window_states states;
    states.inputs.add(/*piece*/ 0, /*first_block*/ 0, tap->inputs());
    states.end = read_state(tap->end_state());
    return states;
}

// As though nothing were left out, overridden or trained.
model_session::window_states model_session::run_original(const token_batch & window, int32_t n_tokens,
                                                         tap_request wanted) {
    wanted.bypass.clear();
    wanted.bypass_attention.clear();
    wanted.overrides = 0;
    const lifted_adapter lifted(lora.get(), ctx.get());
    return run_forward(window, n_tokens, wanted);
}

training_loss model_session::train_blocks(const training_request & request) {
    const auto        n_tokens = static_cast<int32_t>(request.tokens.size());
    const token_batch window   = token_batch::of_window(request.tokens);

    tap_request forward;
    forward.exact                = params.exact;
    forward.bypass               = request.bypass;
    forward.bypass_attention     = request.bypass_attention;
    forward.overrides            = request.overridden ? n_overrides : 0;
    forward.converted            = request.converted;
    forward.keep_inputs          = true;
    forward.end_block            = known.n_blocks;
    const window_states original = request.stream > 0 ? run_original(window, n_tokens, forward) : window_states{};
    const window_states states   = run_forward(window, n_tokens, forward);

    training_loss      loss;
    std::vector<float> gradient = pass_head_back(request, states.end, loss);

    const std::vector<int32_t> blocks       = list_backward_blocks(request);
    const float                share        = 1.0f / static_cast<float>(std::max<size_t>(1, blocks.size()));
    const auto                 add_distance = [&](const std::vector<float> & state, const std::vector<float> & wanted) {
        loss.stream += share * add_stream_gradient(state, wanted, n_tokens, share * request.stream, gradient);
    };
    if (request.stream > 0) {
        add_distance(states.end, original.end);
    }
    for (const int32_t block : blocks) {
        tap_request wanted = forward;
        wanted.bypass      = has_block(request.bypass, block) ? std::vector<int32_t>{block} : std::vector<int32_t>{};
        wanted.bypass_attention =
            has_block(request.bypass_attention, block) ? std::vector<int32_t>{block} : std::vector<int32_t>{};
        wanted.keep_inputs = false;
        wanted.first_block = block;
        wanted.end_block   = block + 1;
        wanted.backward    = true;
        wanted.to_input    = block != blocks.back();
        run_backward(window, n_tokens, wanted, block > 0 ? &states.inputs.input(0, block) : nullptr, gradient);
        if (wanted.to_input) {
            gradient = read_state(tap->gradients().input);
        }
        if (wanted.to_input && request.stream > 0) {
            add_distance(states.inputs.input(0, block), original.inputs.input(0, block));
        }
    }
    return loss;
}
