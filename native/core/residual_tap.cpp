#include "residual_tap.h"

#include "block_backend.h"
#include "float_products.h"
#include "graph_edit.h"
#include "llama-context.h"
#include "llama-graph.h"
#include "llama-model.h"
#include "llama.h"
#include "rebuild_graph.h"
#include "weight_conversions.h"
#include "weight_overrides.h"

#include <algorithm>
#include <stdexcept>

namespace {

// Quantised matrices are multiplied with activations rounded to 8 bits. Dequantising the matrices first takes that
// rounding away, for a multiple of the time.
void use_exact_weights(llm_graph_result * res) {
    ggml_cgraph * gf      = res->get_gf();
    const int     n_nodes = ggml_graph_n_nodes(gf);
    for (int i = 0; i < n_nodes; ++i) {
        ggml_tensor * node = ggml_graph_node(gf, i);
        if ((node->op == GGML_OP_MUL_MAT || node->op == GGML_OP_MUL_MAT_ID) && node->src[0]->type != GGML_TYPE_F32 &&
            node->src[0]->op == GGML_OP_NONE) {
            node->src[0] = ggml_cast(res->get_ctx(), node->src[0], GGML_TYPE_F32);
            ggml_build_forward_expand(gf, node->src[0]);
        }
    }
}

// How the values of one token lie in a state. A stream of several lanes is [n_embd, n_lanes, n_tokens] or
// [n_embd, n_tokens, n_lanes]; a plain one has one lane.
struct stream_layout {
    int64_t n_embd;
    int64_t n_lanes;
    int64_t n_tokens;
    bool    lanes_last;

    static stream_layout of(const ggml_tensor * state, int64_t n_tokens, bool lanes_last) {
        const bool is_plain = state->ne[1] == n_tokens && state->ne[2] == 1;
        if (is_plain || lanes_last) {
            return {state->ne[0], state->ne[2], n_tokens, true};
        }
        return {state->ne[0], state->ne[1], n_tokens, false};
    }

    int64_t width() const { return n_embd * n_lanes; }

    // Whether a state is of this layout.
    bool fits(const ggml_tensor * state) const {
        const int64_t lanes = lanes_last ? state->ne[2] : state->ne[1];
        const int64_t rows  = lanes_last ? state->ne[1] : state->ne[2];
        return state->ne[0] == n_embd && lanes == n_lanes && rows == n_tokens && state->ne[3] == 1;
    }

    // The place in `side_by_side` where state i goes, in the order of the state's own dimensions.
    ggml_tensor * slot(ggml_context * ctx0, ggml_tensor * side_by_side, size_t offset, size_t token_stride) const {
        const size_t lane_stride = n_embd * ggml_element_size(side_by_side);
        return lanes_last
                   ? ggml_view_3d(ctx0, side_by_side, n_embd, n_tokens, n_lanes, token_stride, lane_stride, offset)
                   : ggml_view_3d(ctx0, side_by_side, n_embd, n_lanes, n_tokens, lane_stride, token_stride, offset);
    }
};

// Appends G = Hᵀ·H per token to the graph, with H [width, n_states, n_tokens] the states side by side.
ggml_tensor * append_gram(llm_graph_result * res, const graph_edit & graph, int n_states, bool lanes_last,
                          const llama_context & ctx) {
    ggml_context * ctx0     = res->get_ctx();
    const int64_t  n_tokens = res->get_inp_tokens()->ne[0];
    const auto     layout   = stream_layout::of(graph.state(n_states - 1), n_tokens, lanes_last);
    const int64_t  width    = layout.width();

    // H is filled through views and read through another one: the scheduler must not put them on several backends
    ggml_backend_t backend = find_block_backend(ctx, n_states - 2); // of the last block
    const auto     place   = [&](ggml_tensor * tensor) {
        ggml_backend_sched_set_tensor_backend(ctx.get_sched(), tensor, backend);
        return tensor;
    };

    ggml_tensor * side_by_side = place(ggml_new_tensor_3d(ctx0, GGML_TYPE_F32, width, n_states, n_tokens));
    ggml_set_name(side_by_side, "residual_states");

    ggml_tensor * written = side_by_side;
    for (int i = 0; i < n_states; ++i) {
        ggml_tensor * state = graph.state(i);
        if (!layout.fits(state)) {
            throw std::runtime_error(std::string("the residual stream changes its shape at ") + state->name);
        }
        // each slot is a view of the copy before, so that no backend may move a copy past the product
        const size_t  offset = i == 0 ? 0 : side_by_side->nb[1];
        ggml_tensor * slot   = place(layout.slot(ctx0, written, offset, side_by_side->nb[2]));
        written              = place(ggml_cpy(ctx0, state, slot));
    }
    ggml_tensor * all =
        place(ggml_view_3d(ctx0, side_by_side, width, n_states, n_tokens, side_by_side->nb[1], side_by_side->nb[2], 0));
    all->src[0] = written;

    ggml_tensor * gram = place(ggml_mul_mat(ctx0, all, all));
    ggml_mul_mat_set_prec(gram, GGML_PREC_F32);
    ggml_set_name(gram, "residual_gram");
    ggml_set_output(gram);
    ggml_build_forward_expand(res->get_gf(), gram);
    return gram;
}

// Lets a tensor be read after the run.
ggml_tensor * keep(ggml_tensor * tensor) {
    ggml_set_output(tensor);
    if (tensor->view_src != nullptr) {
        ggml_set_output(tensor->view_src); // which owns the memory
    }
    return tensor;
}

// A state, or a gradient, that is given, not computed.
class given_values : public llm_graph_input_i {
  public:
    given_values(ggml_tensor * tensor, const std::vector<float> * const * values) : tensor(tensor), values(values) {}

    void set_input(const llama_ubatch * ubatch) override {
        GGML_UNUSED(ubatch);
        ggml_backend_tensor_set(tensor, (*values)->data(), 0, ggml_nbytes(tensor));
    }

  private:
    ggml_tensor *                      tensor;
    const std::vector<float> * const * values; // of the piece of a window that is being run
};

} // namespace

residual_tap::residual_tap(int32_t n_blocks, stream_params stream, const weight_overrides & overrides,
                           const weight_overrides & rounded, weight_conversions & conversions,
                           const std::vector<ggml_tensor *> & trained) :
    n_blocks(n_blocks),
    stream(std::move(stream)),
    overrides(overrides),
    rounded(rounded),
    conversions(conversions),
    trained(trained) {}

void residual_tap::set_request(llama_context * context, const tap_request & next) {
    if (ctx == context && next == request) {
        return;
    }
    ctx     = context;
    request = next;
    ++n_requests;

    llama_graph_hook hook;
    hook.user_data = this;
    hook.on_tensor = [](void * self, ggml_tensor * cur, const char * name, int il) {
        static_cast<residual_tap *>(self)->on_tensor(cur, name, il);
    };
    hook.on_graph = [](void * self, llm_graph_result * res) { static_cast<residual_tap *>(self)->on_graph(res); };
    llama_set_graph_hook(ctx, hook);
}

void residual_tap::remove() {
    if (ctx != nullptr) {
        llama_set_graph_hook(ctx, {});
        ctx = nullptr;
    }
}

void residual_tap::rethrow_error() {
    if (error) {
        std::exception_ptr pending;
        std::swap(pending, error);
        std::rethrow_exception(pending);
    }
}

void residual_tap::on_tensor(ggml_tensor * cur, const char * name, int il) {
    if (il < 0 || il >= n_blocks) {
        return;
    }
    if (stream.state_name == name) {
        states.resize(n_blocks + 1, nullptr);
        // an architecture may name it twice; the last one is the block's output
        states[il + 1] = cur;
    } else if (!stream.sum_name.empty() && stream.sum_name == name) {
        sums.resize(n_blocks, nullptr);
        sums[il] = cur;
    }
}

// llama.cpp runs the graph whatever became of it: with its inputs alone there is nothing to run.
void residual_tap::give_up(llm_graph_result * res) {
    rebuild_graph(res->get_gf(), {});
    res->t_logits  = nullptr;
    res->t_embd    = nullptr;
    res->t_h_nextn = nullptr;
}

void residual_tap::on_graph(llm_graph_result * res) {
    t_gram   = nullptr;
    t_logits = nullptr;
    t_inputs.clear();
    t_end   = nullptr;
    t_refit = {};
    t_products.clear();
    t_gradients = {};
    try {
        edit(res);
    } catch (...) {
        error = std::current_exception();
        give_up(res);
    }
    states.clear();
    sums.clear();
}

void residual_tap::collect_states(llm_graph_result * res) {
    states.resize(n_blocks + 1, nullptr);
    sums.resize(n_blocks, nullptr);
    if (n_blocks > 0 && !res->t_layer_inp.empty()) {
        states[0] = res->t_layer_inp[0];
    }
    for (int il = 0; il < n_blocks; ++il) {
        if (states[il + 1] == nullptr) {
            throw std::runtime_error("block " + std::to_string(il) + " has no tensor named " + stream.state_name +
                                     " in the compute graph");
        }
    }
    if (states[0] == nullptr) {
        states[0] = graph_edit::find_first_state(res->get_gf(), res->t_inp_embd, states[1]);
    }
    if (states[0] == nullptr || states[0] == states[1]) {
        throw std::runtime_error("the input of block 0 was not found in the compute graph");
    }
}

ggml_tensor * residual_tap::append_start(llm_graph_result * res) const {
    const ggml_tensor * state = states[request.first_block];
    if (state->type != GGML_TYPE_F32 || start == nullptr ||
        static_cast<int64_t>(start->size()) != ggml_nelements(state)) {
        throw std::runtime_error(std::string("the given state is not of the shape of ") + state->name);
    }
    ggml_tensor * given = ggml_new_tensor(res->get_ctx(), state->type, GGML_MAX_DIMS, state->ne);
    ggml_set_name(given, "given_state");
    ggml_set_input(given);
    ggml_build_forward_expand(res->get_gf(), given);
    res->add_input(std::make_unique<given_values>(given, &start));
    return given;
}

// Memory is planned anew when the number of tensors is another one, or one of them larger, not when what reads them or
// outlives them is. So graphs of one request have two leafs more than stock ones, those of the next request four: a
// given state is a leaf as well.
void residual_tap::mark_request(llm_graph_result * res) const {
    for (uint32_t i = 0; i < 2 + 2 * (n_requests % 2); ++i) {
        ggml_tensor * leaf = ggml_new_tensor_1d(res->get_ctx(), GGML_TYPE_F32, 1);
        ggml_set_input(leaf);
        ggml_build_forward_expand(res->get_gf(), leaf);
    }
}

void residual_tap::keep_inputs(const graph_edit & graph) {
    t_inputs.resize(n_blocks, nullptr);
    for (int il = request.first_block; il < n_blocks; ++il) {
        t_inputs[il] = keep(graph.state(il));
    }
}

void residual_tap::keep_end(llm_graph_result * res, const graph_edit & graph) {
    t_end = keep(graph.state(request.end_block));
    if (!request.refit.empty()) {
        t_refit = refit_point::find(res->get_gf(), request.refit, t_end);
        keep(t_refit.input);
        keep(t_refit.product);
    }
    if (!request.products) {
        return;
    }
    ggml_cgraph * gf = res->get_gf();
    for (int i = 0; i < ggml_graph_n_nodes(gf); ++i) {
        const ggml_tensor * node   = ggml_graph_node(gf, i);
        const ggml_tensor * matrix = node->op == GGML_OP_MUL_MAT ? find_multiplied(node) : nullptr;
        if (matrix == nullptr || matrix->op != GGML_OP_NONE || !ggml_is_contiguous(node->src[1])) {
            continue;
        }
        // an adapter's own matrices are trained, and stand for none of the model
        if (std::find(trained.begin(), trained.end(), matrix) != trained.end() &&
            overrides.find(ggml_get_name(matrix)) != matrix) {
            continue;
        }
        t_products.emplace_back(ggml_get_name(matrix), keep(node->src[1]));
    }
}

void residual_tap::append_gradients(llm_graph_result * res, ggml_tensor * output, ggml_tensor * given) {
    if (output == nullptr || output->type != GGML_TYPE_F32) {
        throw std::runtime_error("this architecture's graph has no output that a gradient could be of");
    }
    own_ctx = make_graph_context();
    product_forms forms;
    forms.find_turned = [this](const ggml_tensor * matrix) {
        return request.converted ? conversions.turn(matrix) : nullptr;
    };
    forms.on_cpu = runs_on_cpu(ctx->get_model());
    t_gradients  = append_backward(own_ctx.get(), res->get_gf(), output, given, trained, forms,
                                   ctx->get_model().hparams.causal_attn);
    res->add_input(std::make_unique<given_values>(t_gradients.upstream, &upstream));
    res->t_logits = nullptr;
    t_logits      = nullptr;
}

void residual_tap::edit(llm_graph_result * res) {
    collect_states(res);

    graph_edit graph(res->get_gf(), states);
    mark_request(res);
    ggml_tensor * given = nullptr;
    if (request.first_block > 0) {
        given = append_start(res);
        graph.start_at(request.first_block, given);
    }
    if (request.attenuate.block >= 0) {
        graph.attenuate(res->get_ctx(), request.attenuate.block, request.attenuate.factor);
    }
    graph.bypass_attention(request.bypass_attention, sums);
    std::vector<int32_t> bypassed = request.bypass;
    for (int32_t il = request.end_block; il >= 0 && il < n_blocks; ++il) {
        bypassed.push_back(il);
    }
    if (request.overrides > 0) {
        for (const int32_t il : request.bypass) {
            ggml_tensor * map = overrides.find(weight_overrides::patch_name(il));
            if (map != nullptr && il >= request.first_block) {
                graph.patch(res->get_ctx(), il, map, ctx->get_model().hparams.f_norm_rms_eps);
            }
        }
    }
    graph.bypass(bypassed);
    if (request.keep_inputs) {
        keep_inputs(graph);
    }

    if (request.logits) {
        t_logits = res->t_logits;
    } else {
        graph.cut_head();
        res->t_logits  = nullptr;
        res->t_embd    = nullptr;
        res->t_h_nextn = nullptr;
    }
    if (request.gram) {
        t_gram = append_gram(res, graph, n_states(), stream.lanes_last, *ctx);
    }
    if (request.overrides > 0) {
        overrides.apply(res->get_gf());
        rounded.apply(res->get_gf());
    }
    if (request.converted) {
        conversions.apply(res->get_gf());
    }
    if (request.exact) {
        use_exact_weights(res);
    }
    graph.finish();
    if (request.backward) {
        ggml_tensor * output = request.logits ? t_logits : graph.state(request.end_block);
        append_gradients(res, output, request.to_input ? given : nullptr);
        return;
    }
    if (request.end_block >= 0) {
        keep_end(res, graph);
    }
    if (!trained.empty() && runs_on_cpu(ctx->get_model())) {
        own_ctx = make_graph_context();
        shorten_products(own_ctx.get(), res->get_gf());
    }
}
