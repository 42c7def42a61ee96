#include "block_backend.h"
#include "llama-model.h"
#include "llama.h"
#include "log_capture.h"
#include "model_session.h"
#include "unfit_error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace {

// How much the tokens of a piece of a window count. The first of all does not: its state is far larger than all others,
// in many models, and the same in all texts.
std::vector<float> weigh_tokens(int64_t n_tokens, size_t piece) {
    std::vector<float> weights(n_tokens, 1.0f);
    if (piece == 0) {
        weights[0] = 0.0f;
    }
    return weights;
}

// sums [n_in] += Σ weight · input², of inputs [n_tokens][n_in]
void add_squares(const std::vector<float> & inputs, const std::vector<float> & weights, std::vector<float> & sums) {
    const size_t n_in = inputs.size() / weights.size();
    sums.resize(n_in, 0.0f);
    for (size_t token = 0; token < weights.size(); ++token) {
        const float * row = inputs.data() + token * n_in;
        for (size_t j = 0; j < n_in; ++j) {
            sums[j] += weights[token] * row[j] * row[j];
        }
    }
}

} // namespace

const model_session::token_stream & model_session::find_stream(int32_t id) const {
    const auto found = streams.find(id);
    if (found == streams.end()) {
        throw std::runtime_error("there is no stream " + std::to_string(id));
    }
    return found->second;
}

std::string model_session::run_block(const block_request & request) {
    const auto n_tokens = static_cast<int32_t>(request.tokens.size());
    if (n_tokens < 1 || n_tokens > params.n_ctx || request.block < 0 || request.block >= known.n_blocks) {
        throw std::runtime_error("block " + std::to_string(request.block) + " cannot be run over " +
                                 std::to_string(n_tokens) + " tokens");
    }
    check_tokens(request.tokens);
    if (request.block > 0 && find_stream(request.stream).tokens != request.tokens) {
        throw std::runtime_error("the stream " + std::to_string(request.stream) + " is of other tokens");
    }
    log_capture::take();
    llama_memory_clear(llama_get_memory(ctx.get()), true);

    const token_batch window = token_batch::of_window(request.tokens);

    tap_request wanted;
    wanted.exact            = params.exact;
    wanted.bypass_attention = request.bypass_attention;
    wanted.bypass           = request.bypassed ? std::vector<int32_t>{request.block} : std::vector<int32_t>{};
    wanted.first_block      = request.block;
    wanted.end_block        = request.block + 1;
    wanted.refit            = request.refit;
    wanted.products         = request.squares;
    wanted.overrides        = request.overridden ? n_overrides : 0;
    wanted.converted        = request.converted;
    tap->set_request(ctx.get(), wanted);

    token_stream & stream = streams[request.stream];
    for (int32_t begin = 0, piece = 0; begin < n_tokens; begin += params.n_ubatch, ++piece) {
        const int32_t n = std::min(params.n_ubatch, n_tokens - begin);
        tap->set_start(request.block > 0 ? &stream.pieces.at(piece) : nullptr);
        try {
            decode(window, begin, n, std::vector<bool>(n_tokens, true));
        } catch (const unfit_error & error) {
            return error.what();
        }
        if (!request.refit.empty()) {
            add_to_sums(request, piece);
            continue;
        }
        // those of the pieces to come are still to be read
        stream.pieces.resize(std::max<size_t>(stream.pieces.size(), piece + 1));
        stream.pieces[piece] = read_state(tap->end_state());
        for (const auto & [name, inputs] : tap->products()) {
            add_squares(read_state(inputs), weigh_tokens(n, piece), squares[name]);
        }
    }
    if (request.refit.empty()) {
        stream.tokens = request.tokens;
    }
    return {};
}

void model_session::add_to_sums(const block_request & request, size_t piece) {
    const refit_point & point  = tap->refit();
    const int64_t       n_out  = point.product->ne[0];
    const auto &        wanted = find_stream(request.wanted).pieces.at(piece);

    const std::vector<float> products = read_state(point.product);
    const std::vector<float> outputs  = read_state(point.output);
    if (wanted.size() != outputs.size()) {
        throw std::runtime_error("the wanted state is not of the shape of block " + std::to_string(request.block));
    }
    const int64_t      n_tokens = point.product->ne[1];
    std::vector<float> weights  = weigh_tokens(n_tokens, piece);
    std::vector<float> residuals;
    point.find_residuals(products, outputs, wanted, n_out, residuals, weights);

    const std::vector<float> inputs = read_state(point.input);
    const auto &             read   = request.of_product ? products : inputs;
    const auto               n_in   = static_cast<int64_t>(read.size()) / n_tokens;
    if (!sums) {
        sums            = std::make_unique<ridge_sums>(find_block_backend(*ctx, request.block), n_in, n_out);
        sums_of_product = request.of_product;
    }
    if (sums->n_inputs() != n_in || sums->n_outputs() != n_out || sums_of_product != request.of_product) {
        throw std::runtime_error("sums of another fit were begun");
    }
    sums->add(read.data(), residuals.data(), weights.data(), n_tokens);
    add_squares(inputs, weights, input_squares);
}

void model_session::sum_patch(int32_t stream_id, int32_t wanted_id, int32_t block) {
    const token_stream & stream = find_stream(stream_id);
    const token_stream & wanted = find_stream(wanted_id);
    if (stream.tokens != wanted.tokens) {
        throw std::runtime_error("the streams are of other tokens");
    }
    const int64_t n_embd = known.n_embd;
    const float   eps    = model->hparams.f_norm_rms_eps;
    if (!sums) {
        sums            = std::make_unique<ridge_sums>(find_block_backend(*ctx, block), n_embd, n_embd);
        sums_of_product = false;
    }
    for (size_t piece = 0; piece < stream.pieces.size(); ++piece) {
        const auto & x        = stream.pieces[piece];
        const auto & t        = wanted.pieces.at(piece);
        const auto   n_tokens = static_cast<int64_t>(x.size()) / n_embd;
        if (x.size() != t.size() || sums->n_inputs() != n_embd) {
            throw std::runtime_error("no linear map can stand between states of these shapes");
        }
        std::vector<float> inputs(x.size());
        std::vector<float> residuals(x.size());
        for (int64_t i = 0; i < n_tokens; ++i) {
            double squares = 0;
            for (int64_t j = i * n_embd; j < (i + 1) * n_embd; ++j) {
                squares += double(x[j]) * double(x[j]);
            }
            const float scale = 1.0f / std::sqrt(float(squares / double(n_embd)) + eps);
            for (int64_t j = i * n_embd; j < (i + 1) * n_embd; ++j) {
                inputs[j]    = scale * x[j];
                residuals[j] = t[j] - x[j];
            }
        }
        const std::vector<float> weights = weigh_tokens(n_tokens, piece);
        sums->add(inputs.data(), residuals.data(), weights.data(), n_tokens);
        add_squares(inputs, weights, input_squares);
    }
}

void model_session::copy_stream(int32_t from, int32_t to) {
    streams[to] = find_stream(from);
}

void model_session::forget_streams() {
    streams.clear();
}

double model_session::compare_streams(int32_t a, int32_t b) const {
    const token_stream & first  = find_stream(a);
    const token_stream & second = find_stream(b);
    if (first.tokens != second.tokens || second.tokens.size() < 2) {
        throw std::runtime_error("the streams are of other tokens");
    }
    double     difference = 0;
    double     square     = 0;
    const auto n_tokens   = static_cast<int64_t>(second.tokens.size());
    for (size_t piece = 0; piece < second.pieces.size(); ++piece) {
        const auto & x       = first.pieces.at(piece);
        const auto & y       = second.pieces[piece];
        const auto   here    = std::min<int64_t>(params.n_ubatch, n_tokens - int64_t(piece) * params.n_ubatch);
        const auto   weights = weigh_tokens(here, piece);
        // lanes come before tokens, or after them
        const auto n_inner = params.stream.lanes_last ? known.n_embd : static_cast<int64_t>(y.size()) / here;
        for (size_t i = 0; i < y.size(); ++i) {
            const double weight = weights[int64_t(i) / n_inner % here];
            difference += weight * double(x[i] - y[i]) * double(x[i] - y[i]);
            square += weight * double(y[i]) * double(y[i]);
        }
    }
    return difference / square;
}

void model_session::clear_sums() {
    sums.reset();
    input_squares.clear();
    squares.clear();
}

refit_result model_session::refit(const refit_request & request) const {
    if (!sums) {
        throw std::runtime_error("nothing was summed to fit from");
    }
    const bool         is_new = request.place.count == 0;
    std::vector<float> before = is_new ? std::vector<float>() : read_weights(request.place, cancelled);
    const int64_t      n_in   = sums_of_product ? int64_t(before.size()) / sums->n_outputs() : sums->n_inputs();
    if (!is_new && int64_t(before.size()) != n_in * sums->n_outputs()) {
        throw std::runtime_error("the matrix to refit is not of the shape of what was summed");
    }
    refit_result result;
    try {
        for (const double ridge : request.ridges) {
            std::vector<float> map    = sums->solve(ridge, params.n_threads, cancelled);
            std::vector<float> values = is_new ? std::move(map) : before;
            if (sums_of_product) {
                add_product(values, map, n_in, params.n_threads);
            } else if (!is_new) {
                std::transform(values.begin(), values.end(), map.begin(), values.begin(), std::plus<float>());
            }
            result.fits.push_back(
                quantise_weights(values, request.type, n_in, input_squares, params.n_threads, cancelled));
        }
    } catch (const unfit_error & error) {
        result.refusal = error.what();
    }
    return result;
}

void model_session::override_weight(const override_request & request) {
    const auto & fixed = trained.list();
    if (std::find(fixed.begin(), fixed.end(), overrides.find(request.name)) != fixed.end()) {
        throw std::runtime_error(request.name + " is trained: other values are written to it as such");
    }
    ++n_overrides;
    conversions.forget(overrides.find(request.name));
    if (request.bytes.empty()) {
        overrides.remove(request.name);
        return;
    }
    overrides.set(request.name, find_block_device(*model, request.block), static_cast<ggml_type>(request.type),
                  request.n_in, request.n_out, request.bytes);
}
