#pragma once

#include "../core/backends.h"
#include "../core/model_session.h"
#include "../core/weights.h"

#include <napi.h>

#include <variant>

// Plain structs from and to JavaScript; names as in src/native/contract.ts.
session_params     to_session_params(const Napi::Object & object);
window_request     to_window_request(const Napi::Object & object);
sequence_request   to_sequence_request(const Napi::Object & object);
generation_request to_generation_request(const Napi::Object & object);
speed_request      to_speed_request(const Napi::Object & object);
tensor_place       to_tensor_place(const Napi::Object & object);
block_request      to_block_request(const Napi::Object & object);
refit_request      to_refit_request(const Napi::Object & object);
override_request   to_override_request(const Napi::Object & object);
trained_request    to_trained_request(const Napi::Object & object);
training_request   to_training_request(const Napi::Object & object);
adam_step          to_adam_step(const Napi::Object & object);
merge_request      to_merge_request(const Napi::Object & object);

trained_tensors::state to_trained_state(const Napi::Object & object);

std::vector<int32_t> to_int32_vector(const Napi::Value & value);

std::vector<std::string> to_strings(const Napi::Value & value);

Napi::Value to_js(Napi::Env env, const model_facts & facts);
Napi::Value to_js(Napi::Env env, const window_result & result);
Napi::Value to_js(Napi::Env env, const speed_result & result);
Napi::Value to_js(Napi::Env env, const generation_result & result);
Napi::Value to_js(Napi::Env env, double value);
Napi::Value to_js(Napi::Env env, std::monostate nothing);
Napi::Value to_js(Napi::Env env, const refit_result & result);
Napi::Value to_js(Napi::Env env, const training_result & result);
Napi::Value to_js(Napi::Env env, const trained_tensors::state & state);
Napi::Value to_js(Napi::Env env, const std::vector<uint8_t> & bytes);
Napi::Value to_js(Napi::Env env, const std::vector<float> & values);
Napi::Value to_js(Napi::Env env, const std::vector<std::vector<int32_t>> & lists);
Napi::Value to_js(Napi::Env env, const std::string & text);
Napi::Value to_js(Napi::Env env, const std::vector<device_facts> & devices);
