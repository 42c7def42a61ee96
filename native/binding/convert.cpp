#include "convert.h"

#include <algorithm>

namespace {

template <typename Array, typename Element>
Napi::Value to_typed_array(Napi::Env env, const std::vector<Element> & values) {
    Array array = Array::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
}

} // namespace

std::vector<int32_t> to_int32_vector(const Napi::Value & value) {
    const auto array = value.As<Napi::Int32Array>();
    return {array.Data(), array.Data() + array.ElementLength()};
}

session_params to_session_params(const Napi::Object & object) {
    session_params params;
    params.path              = object.Get("path").As<Napi::String>().Utf8Value();
    params.stream.state_name = object.Get("stateName").As<Napi::String>().Utf8Value();
    params.stream.lanes_last = object.Get("lanesLast").ToBoolean();
    params.n_gpu_layers      = object.Get("gpuLayers").As<Napi::Number>().Int32Value();
    params.exact             = object.Get("exact").ToBoolean();
    params.n_threads         = object.Get("threads").As<Napi::Number>().Int32Value();
    params.n_ctx             = object.Get("contextTokens").As<Napi::Number>().Int32Value();
    params.n_ubatch          = object.Get("batchTokens").As<Napi::Number>().Int32Value();
    return params;
}

window_request to_window_request(const Napi::Object & object) {
    window_request request;
    request.tokens = to_int32_vector(object.Get("tokens"));
    request.gram   = object.Get("gram").ToBoolean();
    request.losses = object.Get("losses").ToBoolean();
    request.exact  = object.Get("exact").ToBoolean();
    request.bypass = to_int32_vector(object.Get("bypass"));
    return request;
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

Napi::Value to_js(Napi::Env env, const window_result & result) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("gram", to_typed_array<Napi::Float32Array>(env, result.gram));
    object.Set("losses", to_typed_array<Napi::Float32Array>(env, result.losses));
    object.Set("predictions", to_typed_array<Napi::Int32Array>(env, result.predictions));
    return object;
}

Napi::Value to_js(Napi::Env env, const speed_result & result) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("promptSeconds", result.prompt_seconds);
    object.Set("generationSeconds", result.generation_seconds);
    return object;
}

Napi::Value to_js(Napi::Env env, const std::vector<int32_t> & values) {
    return to_typed_array<Napi::Int32Array>(env, values);
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
