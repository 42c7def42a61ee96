#include "session_wrap.h"

#include "convert.h"
#include "promise_task.h"

#include <stdexcept>

namespace {

// Calls a JavaScript function from a worker thread; the function must outlive no task.
class progress_caller {
  public:
    progress_caller(Napi::Env env, const Napi::Function & callback) :
        function(Napi::ThreadSafeFunction::New(env, callback, "progress", 0, 1)) {}

    ~progress_caller() { function.Release(); }

    void report(float progress) {
        function.NonBlockingCall(
            [progress](Napi::Env env, Napi::Function callback) { callback.Call({Napi::Number::New(env, progress)}); });
    }

  private:
    Napi::ThreadSafeFunction function;
};

} // namespace

model_session & session_wrap::shared_state::opened() {
    if (!session) {
        throw std::runtime_error("the session is not open");
    }
    return *session;
}

session_wrap::session_wrap(const Napi::CallbackInfo & info) : Napi::ObjectWrap<session_wrap>(info) {}

Napi::Function session_wrap::define(Napi::Env env) {
    return DefineClass(env, "Session",
                       {
                           InstanceMethod("open", &session_wrap::open),
                           InstanceMethod("tokenize", &session_wrap::tokenize),
                           InstanceMethod("runWindow", &session_wrap::run_window),
                           InstanceMethod("measureSpeed", &session_wrap::measure_speed),
                           InstanceMethod("cancel", &session_wrap::cancel),
                           InstanceMethod("close", &session_wrap::close),
                       });
}

Napi::Value session_wrap::open(const Napi::CallbackInfo & info) {
    state->cancelled = false; // what was cancelled before is over
    auto params      = to_session_params(info[0].As<Napi::Object>());
    auto progress    = std::make_shared<progress_caller>(info.Env(), info[1].As<Napi::Function>());
    return promise_task<model_facts>::start(
        info.Env(),
        [state = state, params, progress] {
            const std::lock_guard<std::mutex> lock(state->one_at_a_time);
            state->session = std::make_unique<model_session>(params, state->cancelled,
                                                             [&](float share) { progress->report(share); });
            return state->session->facts();
        },
        [](Napi::Env env, model_facts & facts) { return to_js(env, facts); });
}

Napi::Value session_wrap::tokenize(const Napi::CallbackInfo & info) {
    auto text = info[0].As<Napi::String>().Utf8Value();
    return promise_task<std::vector<int32_t>>::start(
        info.Env(),
        [state = state, text] {
            const std::lock_guard<std::mutex> lock(state->one_at_a_time);
            return state->opened().tokenize(text);
        },
        [](Napi::Env env, std::vector<int32_t> & tokens) { return to_js(env, tokens); });
}

Napi::Value session_wrap::run_window(const Napi::CallbackInfo & info) {
    state->cancelled = false; // what was cancelled before is over
    auto request     = to_window_request(info[0].As<Napi::Object>());
    return promise_task<window_result>::start(
        info.Env(),
        [state = state, request] {
            const std::lock_guard<std::mutex> lock(state->one_at_a_time);
            return state->opened().run_window(request);
        },
        [](Napi::Env env, window_result & result) { return to_js(env, result); });
}

Napi::Value session_wrap::measure_speed(const Napi::CallbackInfo & info) {
    state->cancelled = false; // what was cancelled before is over
    auto prompt      = to_int32_vector(info[0]);
    auto n_generate  = info[1].As<Napi::Number>().Int32Value();
    return promise_task<speed_result>::start(
        info.Env(),
        [state = state, prompt, n_generate] {
            const std::lock_guard<std::mutex> lock(state->one_at_a_time);
            return state->opened().measure_speed(prompt, n_generate);
        },
        [](Napi::Env env, speed_result & result) { return to_js(env, result); });
}

Napi::Value session_wrap::cancel(const Napi::CallbackInfo & info) {
    state->cancelled = true;
    return info.Env().Undefined();
}

Napi::Value session_wrap::close(const Napi::CallbackInfo & info) {
    return promise_task<bool>::start(
        info.Env(),
        [state = state] {
            const std::lock_guard<std::mutex> lock(state->one_at_a_time);
            state->session.reset();
            return true;
        },
        [](Napi::Env env, bool &) { return env.Undefined(); });
}
