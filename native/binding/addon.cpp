#include "convert.h"
#include "promise_task.h"
#include "session_wrap.h"

#include "../core/log_capture.h"
#include "../core/quantize.h"

namespace {

Napi::Value load_backends_js(const Napi::CallbackInfo & info) {
    load_backends(info[0].As<Napi::String>().Utf8Value());
    return info.Env().Undefined();
}

Napi::Value connect_servers_js(const Napi::CallbackInfo & info) {
    const auto               given = info[1].As<Napi::Array>();
    std::vector<std::string> servers;
    for (uint32_t i = 0; i < given.Length(); ++i) {
        servers.push_back(given.Get(i).As<Napi::String>().Utf8Value());
    }
    try {
        connect_servers(info[0].As<Napi::String>().Utf8Value(), servers);
    } catch (const std::exception & error) {
        throw Napi::Error::New(info.Env(), error.what());
    }
    return info.Env().Undefined();
}

Napi::Value list_devices_js(const Napi::CallbackInfo & info) {
    return to_js(info.Env(), list_devices());
}

Napi::Value system_info_js(const Napi::CallbackInfo & info) {
    return Napi::String::New(info.Env(), system_info());
}

Napi::Value quantize_js(const Napi::CallbackInfo & info) {
    const auto request = info[0].As<Napi::Object>();
    return promise_task<bool>::start(
        info.Env(),
        [input     = request.Get("input").As<Napi::String>().Utf8Value(),
         output    = request.Get("output").As<Napi::String>().Utf8Value(),
         ftype     = request.Get("fileType").As<Napi::Number>().Int32Value(),
         n_threads = request.Get("threads").As<Napi::Number>().Int32Value()] {
            quantize_model(input, output, ftype, n_threads);
            return true;
        },
        [](Napi::Env env, bool &) { return env.Undefined(); });
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    log_capture::install();
    exports.Set("loadBackends", Napi::Function::New(env, load_backends_js));
    exports.Set("connectServers", Napi::Function::New(env, connect_servers_js));
    exports.Set("listDevices", Napi::Function::New(env, list_devices_js));
    exports.Set("systemInfo", Napi::Function::New(env, system_info_js));
    exports.Set("quantize", Napi::Function::New(env, quantize_js));
    exports.Set("Session", session_wrap::define(env));
    return exports;
}

} // namespace

NODE_API_MODULE(prune_gguf, init)
