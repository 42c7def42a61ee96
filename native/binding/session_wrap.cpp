#include "session_wrap.h"

#include "convert.h"
#include "promise_task.h"

#include <stdexcept>
#include <variant>

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

// What the sessions of this process compare their distributions by.
std::shared_ptr<kept_logits> shared_kept_logits() {
    static const auto kept = std::make_shared<kept_logits>();
    return kept;
}

} // namespace

session_wrap::shared_state::shared_state() : kept(shared_kept_logits()) {}

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
                           InstanceMethod("detokenize", &session_wrap::detokenize),
                           InstanceMethod("runWindow", &session_wrap::run_window),
                           InstanceMethod("runSequences", &session_wrap::run_sequences),
                           InstanceMethod("generate", &session_wrap::generate),
                           InstanceMethod("measureSpeed", &session_wrap::measure_speed),
                           InstanceMethod("sumMagnitudes", &session_wrap::sum_magnitudes),
                           InstanceMethod("runBlock", &session_wrap::run_block),
                           InstanceMethod("sumPatch", &session_wrap::sum_patch),
                           InstanceMethod("copyStream", &session_wrap::copy_stream),
                           InstanceMethod("forgetStreams", &session_wrap::forget_streams),
                           InstanceMethod("compareStreams", &session_wrap::compare_streams),
                           InstanceMethod("clearSums", &session_wrap::clear_sums),
                           InstanceMethod("refit", &session_wrap::refit),
                           InstanceMethod("overrideWeight", &session_wrap::override_weight),
                           InstanceMethod("beginTraining", &session_wrap::begin_training),
                           InstanceMethod("trainWindow", &session_wrap::train_window),
                           InstanceMethod("stepTraining", &session_wrap::step_training),
                           InstanceMethod("readTrained", &session_wrap::read_trained),
                           InstanceMethod("writeTrained", &session_wrap::write_trained),
                           InstanceMethod("mergeTrained", &session_wrap::merge_trained),
                           InstanceMethod("holdRounding", &session_wrap::hold_rounding),
                           InstanceMethod("cancel", &session_wrap::cancel),
                           InstanceMethod("close", &session_wrap::close),
                       });
}

template <typename Result> Napi::Value session_wrap::start(Napi::Env env, std::function<Result(model_session &)> call) {
    return promise_task<Result>::start(
        env,
        [state = state, call = std::move(call)] {
            const std::lock_guard<std::mutex> lock(state->one_at_a_time);
            return call(state->opened());
        },
        [](Napi::Env env, Result & result) { return to_js(env, result); });
}

Napi::Value session_wrap::start_action(Napi::Env env, std::function<void(model_session &)> call) {
    return start<std::monostate>(env, [call = std::move(call)](model_session & session) {
        call(session);
        return std::monostate();
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
            state->session = std::make_unique<model_session>(params, state->cancelled, *state->kept,
                                                             [&](float share) { progress->report(share); });
            return state->session->facts();
        },
        [](Napi::Env env, model_facts & facts) { return to_js(env, facts); });
}

Napi::Value session_wrap::tokenize(const Napi::CallbackInfo & info) {
    return start<std::vector<std::vector<int32_t>>>(
        info.Env(), [texts = to_strings(info[0])](model_session & session) { return session.tokenize(texts); });
}

Napi::Value session_wrap::detokenize(const Napi::CallbackInfo & info) {
    return start<std::string>(info.Env(), [tokens = to_int32_vector(info[0])](model_session & session) {
        return session.detokenize(tokens);
    });
}

Napi::Value session_wrap::run_window(const Napi::CallbackInfo & info) {
    state->cancelled = false; // what was cancelled before is over
    return start<window_result>(info.Env(), [request = to_window_request(info[0].As<Napi::Object>())](
                                                model_session & session) { return session.run_window(request); });
}

Napi::Value session_wrap::run_sequences(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<std::vector<float>>(
        info.Env(), [request = to_sequence_request(info[0].As<Napi::Object>())](model_session & session) {
            return session.run_sequences(request);
        });
}

Napi::Value session_wrap::generate(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<generation_result>(info.Env(), [request = to_generation_request(info[0].As<Napi::Object>())](
                                                    model_session & session) { return session.generate(request); });
}

Napi::Value session_wrap::measure_speed(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<speed_result>(info.Env(), [request = to_speed_request(info[0].As<Napi::Object>())](
                                               model_session & session) { return session.measure_speed(request); });
}

Napi::Value session_wrap::sum_magnitudes(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<double>(info.Env(), [place = to_tensor_place(info[0].As<Napi::Object>()), state = state](
                                         model_session &) { return ::sum_magnitudes(place, state->cancelled); });
}

Napi::Value session_wrap::run_block(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<std::string>(info.Env(), [request = to_block_request(info[0].As<Napi::Object>())](
                                              model_session & session) { return session.run_block(request); });
}

Napi::Value session_wrap::sum_patch(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start_action(info.Env(), [stream = info[0].As<Napi::Number>().Int32Value(),
                                     wanted = info[1].As<Napi::Number>().Int32Value(),
                                     block  = info[2].As<Napi::Number>().Int32Value()](model_session & session) {
        session.sum_patch(stream, wanted, block);
    });
}

Napi::Value session_wrap::copy_stream(const Napi::CallbackInfo & info) {
    return start_action(info.Env(),
                        [from = info[0].As<Napi::Number>().Int32Value(), to = info[1].As<Napi::Number>().Int32Value()](
                            model_session & session) { session.copy_stream(from, to); });
}

Napi::Value session_wrap::forget_streams(const Napi::CallbackInfo & info) {
    return start_action(info.Env(), [](model_session & session) { session.forget_streams(); });
}

Napi::Value session_wrap::compare_streams(const Napi::CallbackInfo & info) {
    return start<double>(info.Env(),
                         [a = info[0].As<Napi::Number>().Int32Value(), b = info[1].As<Napi::Number>().Int32Value()](
                             model_session & session) { return session.compare_streams(a, b); });
}

Napi::Value session_wrap::clear_sums(const Napi::CallbackInfo & info) {
    return start_action(info.Env(), [](model_session & session) { session.clear_sums(); });
}

Napi::Value session_wrap::refit(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<refit_result>(info.Env(), [request = to_refit_request(info[0].As<Napi::Object>())](
                                               model_session & session) { return session.refit(request); });
}

Napi::Value session_wrap::override_weight(const Napi::CallbackInfo & info) {
    return start_action(info.Env(), [request = to_override_request(info[0].As<Napi::Object>())](
                                        model_session & session) { session.override_weight(request); });
}

Napi::Value session_wrap::begin_training(const Napi::CallbackInfo & info) {
    return start_action(info.Env(), [request = to_trained_request(info[0].As<Napi::Object>())](
                                        model_session & session) { session.begin_training(request); });
}

Napi::Value session_wrap::train_window(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<training_result>(info.Env(), [request = to_training_request(info[0].As<Napi::Object>())](
                                                  model_session & session) { return session.train_window(request); });
}

Napi::Value session_wrap::step_training(const Napi::CallbackInfo & info) {
    return start<double>(info.Env(), [step = to_adam_step(info[0].As<Napi::Object>())](model_session & session) {
        return session.step_training(step);
    });
}

Napi::Value session_wrap::read_trained(const Napi::CallbackInfo & info) {
    return start<trained_tensors::state>(info.Env(), [](model_session & session) { return session.read_trained(); });
}

Napi::Value session_wrap::write_trained(const Napi::CallbackInfo & info) {
    return start_action(info.Env(), [given = to_trained_state(info[0].As<Napi::Object>())](model_session & session) {
        session.write_trained(given);
    });
}

Napi::Value session_wrap::merge_trained(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start<std::vector<uint8_t>>(
        info.Env(), [request = to_merge_request(info[0].As<Napi::Object>())](model_session & session) {
            return session.merge_trained(request);
        });
}

Napi::Value session_wrap::hold_rounding(const Napi::CallbackInfo & info) {
    state->cancelled = false;
    return start_action(info.Env(), [request = to_merge_request(info[0].As<Napi::Object>())](model_session & session) {
        session.hold_rounding(request);
    });
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
