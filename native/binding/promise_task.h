#pragma once

#include <napi.h>

#include <exception>
#include <functional>
#include <optional>
#include <string>

// Runs work on a worker thread and settles a promise with what it returned. The one place where C++ exceptions
// become JavaScript errors.
template <typename Result> class promise_task : public Napi::AsyncWorker {
  public:
    using work_fn    = std::function<Result()>;
    using convert_fn = std::function<Napi::Value(Napi::Env, Result &)>;

    static Napi::Promise start(Napi::Env env, work_fn work, convert_fn convert) {
        auto * task = new promise_task(env, std::move(work), std::move(convert)); // deletes itself when done
        task->Queue();
        return task->deferred.Promise();
    }

  protected:
    void Execute() override {
        try {
            result.emplace(work());
        } catch (const std::exception & e) {
            failure = e.what();
        } catch (...) {
            failure = "unknown native error";
        }
    }

    void OnOK() override {
        if (result) {
            deferred.Resolve(convert(Env(), *result));
        } else {
            deferred.Reject(Napi::Error::New(Env(), failure).Value());
        }
    }

  private:
    promise_task(Napi::Env env, work_fn work, convert_fn convert) :
        Napi::AsyncWorker(env),
        deferred(Napi::Promise::Deferred::New(env)),
        work(std::move(work)),
        convert(std::move(convert)) {}

    Napi::Promise::Deferred deferred;
    work_fn                 work;
    convert_fn              convert;
    std::optional<Result>   result;
    std::string             failure;
};
