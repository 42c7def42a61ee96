#pragma once

#include <cstdint>
#include <vector>

// How far the residual states of a window are from wanted ones: Σ ‖x - w‖² / ‖w‖² over all tokens but the first, whose
// state tells nothing of the text. Its gradient, times a factor, is added. state, wanted, gradient: [n_tokens][width]
double add_stream_gradient(const std::vector<float> & state, const std::vector<float> & wanted, int64_t n_tokens,
                           float factor, std::vector<float> & gradient);
