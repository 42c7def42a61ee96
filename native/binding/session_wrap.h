#pragma once

#include "../core/model_session.h"

#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

// The JavaScript class Session: see src/native/contract.ts.
class session_wrap : public Napi::ObjectWrap<session_wrap> {
  public:
    static Napi::Function define(Napi::Env env);

    explicit session_wrap(const Napi::CallbackInfo & info);

  private:
    // What worker threads share with the JavaScript object, which may be collected before they end.
    struct shared_state {
        shared_state();

        std::mutex                     one_at_a_time;
        std::atomic<bool>              cancelled{false};
        std::shared_ptr<kept_logits>   kept; // outlives the session
        std::unique_ptr<model_session> session;

        model_session & opened();
    };

    Napi::Value open(const Napi::CallbackInfo & info);
    Napi::Value tokenize(const Napi::CallbackInfo & info);
    Napi::Value detokenize(const Napi::CallbackInfo & info);
    Napi::Value run_window(const Napi::CallbackInfo & info);
    Napi::Value run_sequences(const Napi::CallbackInfo & info);
    Napi::Value generate(const Napi::CallbackInfo & info);
    Napi::Value measure_speed(const Napi::CallbackInfo & info);
    Napi::Value sum_magnitudes(const Napi::CallbackInfo & info);
    Napi::Value run_block(const Napi::CallbackInfo & info);
    Napi::Value sum_patch(const Napi::CallbackInfo & info);
    Napi::Value copy_stream(const Napi::CallbackInfo & info);
    Napi::Value forget_streams(const Napi::CallbackInfo & info);
    Napi::Value compare_streams(const Napi::CallbackInfo & info);
    Napi::Value clear_sums(const Napi::CallbackInfo & info);
    Napi::Value refit(const Napi::CallbackInfo & info);
    Napi::Value override_weight(const Napi::CallbackInfo & info);
    Napi::Value begin_training(const Napi::CallbackInfo & info);
    Napi::Value train_window(const Napi::CallbackInfo & info);
    Napi::Value step_training(const Napi::CallbackInfo & info);
    Napi::Value read_trained(const Napi::CallbackInfo & info);
    Napi::Value write_trained(const Napi::CallbackInfo & info);
    Napi::Value merge_trained(const Napi::CallbackInfo & info);
    Napi::Value hold_rounding(const Napi::CallbackInfo & info);
    Napi::Value cancel(const Napi::CallbackInfo & info);
    Napi::Value close(const Napi::CallbackInfo & info);

    // Runs a call on the open session in a worker thread.
    template <typename Result> Napi::Value start(Napi::Env env, std::function<Result(model_session &)> call);

    // The same for a call that returns nothing.
    Napi::Value start_action(Napi::Env env, std::function<void(model_session &)> call);

    std::shared_ptr<shared_state> state = std::make_shared<shared_state>();
};
