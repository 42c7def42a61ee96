#pragma once

#include <cstdint>
#include <string>

// Writes a model in another quantisation by llama.cpp's own quantiser, from a quantised one as well.
// ftype: number of the mixture of types, as in llama.h. Throws with llama.cpp's words.
void quantize_model(const std::string & input, const std::string & output, int32_t ftype, int32_t n_threads);
