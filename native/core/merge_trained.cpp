#include "block_backend.h"
#include "llama-model.h"
#include "model_session.h"

#include <algorithm>
#include <stdexcept>

std::vector<uint8_t> model_session::merge_trained(const merge_request & request) const {
    const bool          is_adapted = lora && lora->has(request.name);
    const ggml_tensor * whole      = find_whole(request.name);
    if (!is_adapted && whole == nullptr) {
        throw std::runtime_error(request.name + " is not trained");
    }
    std::vector<float> values     = whole == nullptr ? read_values(request.name, request.place) : trained.values(whole);
    const auto         importance = squares.find(request.name);
    if (is_adapted) {
        lora->add_to(request.name, values, 1.0f, params.n_threads);
    }
    return quantise_weights(values, request.type, request.n_in,
                            importance == squares.end() ? std::vector<float>() : importance->second, params.n_threads,
                            cancelled);
}

// Null where a tensor of the name is not trained as it is.
const ggml_tensor * model_session::find_whole(const std::string & name) const {
    const auto & tensors = trained.list();
    const auto   found   = std::find(tensors.begin(), tensors.end(), overrides.find(name));
    return found == tensors.end() ? nullptr : *found;
}

void model_session::hold_rounding(const merge_request & request) {
    const std::vector<uint8_t> merged = merge_trained(request);
    const int64_t              n =
        int64_t(merged.size() / ggml_row_size(static_cast<ggml_type>(request.type), request.n_in)) * request.n_in;
    std::vector<float> values(n);
    dequantise(merged.data(), request.type, values.data(), n);
    if (const ggml_tensor * whole = find_whole(request.name)) {
        trained.hold(whole, values);
        return;
    }
    lora->add_to(request.name, values, -1.0f, params.n_threads);

    // no graph is used again that reads what was held, or copies of what was multiplied with so far
    tap->remove();
    if (rounded.find(request.name) == nullptr) {
        conversions.forget(model->get_tensor(request.name.c_str()));
        conversions.forget(overrides.find(request.name));
    }
    conversions.forget(rounded.find(request.name));
    const ggml_type held = request.n_in % ggml_blck_size(GGML_TYPE_Q8_0) == 0 ? GGML_TYPE_Q8_0 : GGML_TYPE_F32;
    rounded.set(request.name, find_block_device(*model, find_block(request.name.c_str(), 0)), held, request.n_in,
                n / request.n_in, quantise_weights(values, held, request.n_in, {}, params.n_threads, cancelled));
}
