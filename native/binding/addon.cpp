#include "convert.h"
#include "session_wrap.h"

#include "../core/log_capture.h"

namespace {

Napi::Value load_backends_js(const Napi::CallbackInfo & info) {
    load_backends(info[0].As<Napi::String>().Utf8Value());
    return info.Env().Undefined();
}

Napi::Value list_devices_js(const Napi::CallbackInfo & info) {
    return to_js(info.Env(), list_devices());
}

Napi::Value system_info_js(const Napi::CallbackInfo & info) {
    return Napi::String::New(info.Env(), system_info());
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    log_capture::install();
    exports.Set("loadBackends", Napi::Function::New(env, load_backends_js));
    exports.Set("listDevices", Napi::Function::New(env, list_devices_js));
    exports.Set("systemInfo", Napi::Function::New(env, system_info_js));
    exports.Set("Session", session_wrap::define(env));
    return exports;
}

} // namespace

NODE_API_MODULE(prune_gguf, init)
