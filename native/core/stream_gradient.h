#pragma once

#include <cstdint>
#include <vector>

// How far the residual states of a window are from wanted ones: Σ over tokens ‖x - w‖² / ‖w‖². Its gradient, times a
// factor, is added. state, wanted, gradient: [n_tokens][width]
double add_stream_gradient(const std::vector<float> & state, const std::vector<float> & wanted, int64_t n_tokens,
                           float factor, std::vector<float> & gradient);
