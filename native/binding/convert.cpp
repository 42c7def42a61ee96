#include "convert.h"

#include <algorithm>
#include <utility>

namespace {

template <typename Array, typename Element>
Napi::Value to_typed_array(Napi::Env env, const std::vector<Element> & values) {
    Array array = Array::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
}

// [convert(element)] of a JavaScript array.
template <typename Convert> auto to_vector(const Napi::Value & value, const Convert & convert) {
    const auto                                                  array = value.As<Napi::Array>();
    std::vector<decltype(convert(std::declval<Napi::Value>()))> result;
    result.reserve(array.Length());
    for (uint32_t i = 0; i < array.Length(); ++i) {
        result.push_back(convert(array.Get(i)));
    }
    return result;
}

int32_t to_int32(const Napi::Object & object, const char * name) {
    return object.Get(name).As<Napi::Number>().Int32Value();
}

distribution_use to_distribution_use(const Napi::Value & value) {
    const std::string name = value.As<Napi::String>().Utf8Value();
    return name == "keep"      ? distribution_use::keep
           : name == "compare" ? distribution_use::compare
                               : distribution_use::none;
}

double to_double(const Napi::Object & object, const char * name) {
    return object.Get(name).As<Napi::Number>().DoubleValue();
}

std::vector<float> to_float_vector(const Napi::Value & value) {
    const auto array = value.As<Napi::Float32Array>();
    return {array.Data(), array.Data() + array.ElementLength()};
}

attenuation to_attenuation(const Napi::Value & value) {
    if (value.IsNull()) {
        return {};
    }
    const auto object = value.As<Napi::Object>();
    return {to_int32(object, "block"), object.Get("factor").As<Napi::Number>().FloatValue()};
}

top_tokens to_top_tokens(const Napi::Value & value) {
    if (value.IsNull()) {
        return {};
    }
    const auto object = value.As<Napi::Object>();
    return {to_int32(object, "count"), to_int32_vector(object.Get("tokens")),
            to_float_vector(object.Get("logProbabilities"))};
}

} // namespace

std::vector<std::string> to_strings(const Napi::Value & value) {
    return to_vector(value, [](const Napi::Value & text) { return text.As<Napi::String>().Utf8Value(); });
}

std::vector<int32_t> to_int32_vector(const Napi::Value & value) {
    const auto array = value.As<Napi::Int32Array>();
    return {array.Data(), array.Data() + array.ElementLength()};
}

session_params to_session_params(const Napi::Object & object) {
    session_params params;
    params.path              = object.Get("path").As<Napi::String>().Utf8Value();
    params.stream.state_name = object.Get("stateName").As<Napi::String>().Utf8Value();
    params.stream.sum_name   = object.Get("attentionSumName").As<Napi::String>().Utf8Value();
    params.stream.lanes_last = object.Get("lanesLast").ToBoolean();
    params.n_gpu_layers      = to_int32(object, "gpuLayers");
    params.n_threads         = to_int32(object, "threads");
    params.n_ctx             = to_int32(object, "contextTokens");
    params.n_ubatch          = to_int32(object, "batchTokens");
    params.n_seq             = to_int32(object, "sequences");
    params.shared_cells      = object.Get("sharedCells").ToBoolean();
    params.exact             = object.Get("exact").ToBoolean();
    params.trained           = object.Get("trained").ToBoolean();
    params.mapped            = object.Get("mapped").ToBoolean();
    return params;
}

window_request to_window_request(const Napi::Object & object) {
    window_request request;
    request.tokens           = to_int32_vector(object.Get("tokens"));
    request.gram             = object.Get("gram").ToBoolean();
    request.losses           = object.Get("losses").ToBoolean();
    request.exact            = object.Get("exact").ToBoolean();
    request.bypass           = to_int32_vector(object.Get("bypass"));
    request.bypass_attention = to_int32_vector(object.Get("bypassAttention"));
    request.first_scored     = to_int32(object, "firstScored");
    request.distribution     = to_distribution_use(object.Get("distribution"));
    request.n_top            = to_int32(object, "topTokens");
    request.reference        = to_top_tokens(object.Get("reference"));
    request.slot             = to_int32(object, "slot");
    request.keep_inputs      = object.Get("keepInputs").ToBoolean();
    request.first_block      = to_int32(object, "firstBlock");
    request.attenuate        = to_attenuation(object.Get("attenuate"));
    request.overridden       = object.Get("overridden").ToBoolean();
    request.converted        = object.Get("converted").ToBoolean();
    request.stream           = object.Get("stream").IsNull() ? -1 : to_int32(object, "stream");
    return request;
}

block_request to_block_request(const Napi::Object & object) {
    block_request request;
    request.tokens           = to_int32_vector(object.Get("tokens"));
    request.block            = to_int32(object, "block");
    request.stream           = to_int32(object, "stream");
    request.overridden       = object.Get("overridden").ToBoolean();
    request.converted        = object.Get("converted").ToBoolean();
    request.bypassed         = object.Get("bypassed").ToBoolean();
    request.squares          = object.Get("squares").ToBoolean();
    request.bypass_attention = to_int32_vector(object.Get("bypassAttention"));
    if (!object.Get("fit").IsNull()) {
        const auto fit     = object.Get("fit").As<Napi::Object>();
        request.refit      = fit.Get("weight").As<Napi::String>().Utf8Value();
        request.of_product = fit.Get("ofProduct").ToBoolean();
        request.wanted     = to_int32(fit, "wanted");
    }
    return request;
}

refit_request to_refit_request(const Napi::Object & object) {
    refit_request request;
    if (!object.Get("place").IsNull()) {
        request.place = to_tensor_place(object.Get("place").As<Napi::Object>());
    }
    request.type      = to_int32(object, "type");
    const auto ridges = object.Get("ridges").As<Napi::Float64Array>();
    request.ridges.assign(ridges.Data(), ridges.Data() + ridges.ElementLength());
    return request;
}

override_request to_override_request(const Napi::Object & object) {
    override_request request;
    request.name     = object.Get("name").As<Napi::String>().Utf8Value();
    request.block    = to_int32(object, "block");
    request.type     = to_int32(object, "type");
    request.n_in     = object.Get("inputs").As<Napi::Number>().Int64Value();
    request.n_out    = object.Get("outputs").As<Napi::Number>().Int64Value();
    const auto bytes = object.Get("bytes");
    if (!bytes.IsNull()) {
        const auto array = bytes.As<Napi::Uint8Array>();
        request.bytes    = {array.Data(), array.Data() + array.ElementLength()};
    }
    return request;
}

trained_request to_trained_request(const Napi::Object & object) {
    trained_request request;
    request.rank     = to_int32(object, "rank");
    request.alpha    = static_cast<float>(to_double(object, "alpha"));
    request.matrices = to_vector(object.Get("matrices"), [](const Napi::Value & value) {
        const auto matrix = value.As<Napi::Object>();
        return adapter_matrix{matrix.Get("name").As<Napi::String>().Utf8Value(), to_float_vector(matrix.Get("a")),
                              to_float_vector(matrix.Get("b"))};
    });
    request.wholes   = to_vector(object.Get("wholes"), [](const Napi::Value & value) {
        const auto whole = value.As<Napi::Object>();
        return whole_tensor{whole.Get("name").As<Napi::String>().Utf8Value(),
                            to_int32(whole, "block"),
                            whole.Get("inputs").As<Napi::Number>().Int64Value(),
                            whole.Get("outputs").As<Napi::Number>().Int64Value(),
                            to_tensor_place(whole.Get("place").As<Napi::Object>()),
                            to_double(whole, "pace")};
    });
    return request;
}

training_request to_training_request(const Napi::Object & object) {
    training_request request;
    request.tokens           = to_int32_vector(object.Get("tokens"));
    request.bypass           = to_int32_vector(object.Get("bypass"));
    request.bypass_attention = to_int32_vector(object.Get("bypassAttention"));
    request.overridden       = object.Get("overridden").ToBoolean();
    request.converted        = object.Get("converted").ToBoolean();
    request.reference        = to_top_tokens(object.Get("reference"));
    request.hard             = static_cast<float>(to_double(object, "hard"));
    request.stream           = static_cast<float>(to_double(object, "stream"));
    return request;
}

adam_step to_adam_step(const Napi::Object & object) {
    adam_step step;
    step.rate    = to_double(object, "rate");
    step.beta1   = to_double(object, "beta1");
    step.beta2   = to_double(object, "beta2");
    step.epsilon = to_double(object, "epsilon");
    step.decay   = to_double(object, "decay");
    step.clip    = to_double(object, "clip");
    step.divisor = to_double(object, "divisor");
    step.number  = to_int32(object, "number");
    return step;
}

merge_request to_merge_request(const Napi::Object & object) {
    return {object.Get("name").As<Napi::String>().Utf8Value(), object.Get("inputs").As<Napi::Number>().Int64Value(),
            to_tensor_place(object.Get("place").As<Napi::Object>()), to_int32(object, "type")};
}

trained_tensors::state to_trained_state(const Napi::Object & object) {
    return {to_strings(object.Get("names")), to_vector(object.Get("values"), to_float_vector),
            to_vector(object.Get("means"), to_float_vector), to_vector(object.Get("squares"), to_float_vector)};
}

sequence_request to_sequence_request(const Napi::Object & object) {
    sequence_request request;
    request.clear   = object.Get("clear").ToBoolean();
    request.copies  = to_int32_vector(object.Get("copies"));
    request.batch   = {to_int32_vector(object.Get("tokens")), to_int32_vector(object.Get("positions")),
                       to_int32_vector(object.Get("sequences"))};
    request.rows    = to_int32_vector(object.Get("rows"));
    request.targets = to_int32_vector(object.Get("targets"));
    return request;
}

generation_request to_generation_request(const Napi::Object & object) {
    generation_request request;
    request.prompts     = to_vector(object.Get("prompts"), to_int32_vector);
    request.n_generate  = to_int32(object, "maxTokens");
    request.temperature = object.Get("temperature").As<Napi::Number>().FloatValue();
    request.top_k       = to_int32(object, "topK");
    request.top_p       = object.Get("topP").As<Napi::Number>().FloatValue();
    request.seed        = object.Get("seed").As<Napi::Number>().Uint32Value();
    request.stop        = to_strings(object.Get("stop"));
    return request;
}

speed_request to_speed_request(const Napi::Object & object) {
    speed_request request;
    request.prompt           = to_int32_vector(object.Get("prompt"));
    request.n_generate       = to_int32(object, "generate");
    request.n_seq            = to_int32(object, "sequences");
    request.bypass           = to_int32_vector(object.Get("bypass"));
    request.bypass_attention = to_int32_vector(object.Get("bypassAttention"));
    return request;
}

tensor_place to_tensor_place(const Napi::Object & object) {
    tensor_place place;
    place.path   = object.Get("path").As<Napi::String>().Utf8Value();
    place.offset = object.Get("offset").As<Napi::Number>().Int64Value();
    place.type   = to_int32(object, "type");
    place.count  = object.Get("count").As<Napi::Number>().Int64Value();
    return place;
}

Napi::Value to_js(Napi::Env env, const model_facts & facts) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("blocks", facts.n_blocks);
    object.Set("embedding", facts.n_embd);
    object.Set("vocabulary", facts.n_vocab);
    object.Set("trainedContext", facts.n_ctx_train);
    object.Set("bos", facts.bos < 0 ? env.Null() : Napi::Number::New(env, facts.bos));
    object.Set("addBos", facts.add_bos);
    object.Set("device", facts.device);
    return object;
}

Napi::Value to_js(Napi::Env env, const top_tokens & top) {
    if (top.n_top == 0) {
        return env.Null();
    }
    Napi::Object object = Napi::Object::New(env);
    object.Set("count", top.n_top);
    object.Set("tokens", to_typed_array<Napi::Int32Array>(env, top.tokens));
    object.Set("logProbabilities", to_typed_array<Napi::Float32Array>(env, top.log_probabilities));
    return object;
}

Napi::Value to_js(Napi::Env env, const window_result & result) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("gram", to_typed_array<Napi::Float32Array>(env, result.gram));
    object.Set("losses", to_typed_array<Napi::Float32Array>(env, result.losses));
    object.Set("predictions", to_typed_array<Napi::Int32Array>(env, result.predictions));
    object.Set("divergences", to_typed_array<Napi::Float32Array>(env, result.divergences));
    object.Set("top", to_js(env, result.top));
    return object;
}

Napi::Value to_js(Napi::Env env, const speed_result & result) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("promptSeconds", result.prompt_seconds);
    object.Set("generationSeconds", result.generation_seconds);
    return object;
}

Napi::Value to_js(Napi::Env env, std::monostate nothing) {
    return env.Undefined();
}

Napi::Value to_js(Napi::Env env, const refit_result & result) {
    auto fits = Napi::Array::New(env, result.fits.size());
    for (uint32_t i = 0; i < result.fits.size(); ++i) {
        fits.Set(i, to_typed_array<Napi::Uint8Array>(env, result.fits[i]));
    }
    auto object = Napi::Object::New(env);
    object.Set("fits", fits);
    object.Set("refusal", result.refusal);
    return object;
}

Napi::Value to_js(Napi::Env env, const training_result & result) {
    auto object = Napi::Object::New(env);
    object.Set("divergence", result.loss.divergence);
    object.Set("crossEntropy", result.loss.cross_entropy);
    object.Set("stream", result.loss.stream);
    object.Set("refusal", result.refusal);
    return object;
}

Napi::Value to_js(Napi::Env env, const trained_tensors::state & state) {
    const auto to_lists = [env](const std::vector<std::vector<float>> & lists) {
        auto array = Napi::Array::New(env, lists.size());
        for (uint32_t i = 0; i < lists.size(); ++i) {
            array.Set(i, to_typed_array<Napi::Float32Array>(env, lists[i]));
        }
        return array;
    };
    auto names = Napi::Array::New(env, state.names.size());
    for (uint32_t i = 0; i < state.names.size(); ++i) {
        names.Set(i, state.names[i]);
    }
    auto object = Napi::Object::New(env);
    object.Set("names", names);
    object.Set("values", to_lists(state.values));
    object.Set("means", to_lists(state.means));
    object.Set("squares", to_lists(state.squares));
    return object;
}

Napi::Value to_js(Napi::Env env, const std::vector<uint8_t> & bytes) {
    return to_typed_array<Napi::Uint8Array>(env, bytes);
}

Napi::Value to_js(Napi::Env env, double value) {
    return Napi::Number::New(env, value);
}

Napi::Value to_js(Napi::Env env, const std::vector<int32_t> & values) {
    return to_typed_array<Napi::Int32Array>(env, values);
}

Napi::Value to_js(Napi::Env env, const std::vector<float> & values) {
    return to_typed_array<Napi::Float32Array>(env, values);
}

Napi::Value to_js(Napi::Env env, const std::vector<std::vector<int32_t>> & lists) {
    Napi::Array array = Napi::Array::New(env, lists.size());
    for (size_t i = 0; i < lists.size(); ++i) {
        array.Set(static_cast<uint32_t>(i), to_js(env, lists[i]));
    }
    return array;
}

Napi::Value to_js(Napi::Env env, const std::string & text) {
    return Napi::String::New(env, text);
}

Napi::Value to_js(Napi::Env env, const generation_result & result) {
    Napi::Array array = Napi::Array::New(env, result.tokens.size());
    for (size_t i = 0; i < result.tokens.size(); ++i) {
        Napi::Object object = Napi::Object::New(env);
        object.Set("tokens", to_js(env, result.tokens[i]));
        object.Set("ended", bool(result.ended[i]));
        array.Set(static_cast<uint32_t>(i), object);
    }
    return array;
}

Napi::Value to_js(Napi::Env env, const std::vector<device_facts> & devices) {
    Napi::Array array = Napi::Array::New(env, devices.size());
    for (size_t i = 0; i < devices.size(); ++i) {
        Napi::Object object = Napi::Object::New(env);
        object.Set("name", devices[i].name);
        object.Set("description", devices[i].description);
        object.Set("kind", devices[i].kind);
        object.Set("backend", devices[i].backend);
        object.Set("memoryFree", static_cast<double>(devices[i].memory_free));
        object.Set("memoryTotal", static_cast<double>(devices[i].memory_total));
        array.Set(static_cast<uint32_t>(i), object);
    }
    return array;
}
