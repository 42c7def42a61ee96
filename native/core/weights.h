#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

// Values of one tensor in a file.
struct tensor_place {
    std::string path;
    int64_t     offset = 0; // of its first byte in the file
    int32_t     type   = 0; // of ggml
    int64_t     count  = 0; // of values
};

// values: [n], of a type that can be dequantised
void dequantise(const void * bytes, int32_t type, float * values, int64_t n);

// The sum of the absolute values, dequantised piece by piece. Throws for types that cannot be dequantised, for files
// that end too early, for values that are no finite numbers, and when cancelled.
double sum_magnitudes(const tensor_place & place, const std::atomic<bool> & cancelled);

// All values, dequantised. Throws as above.
std::vector<float> read_weights(const tensor_place & place, const std::atomic<bool> & cancelled);

// Rows of values in another type, by ggml's quantiser. importance: [n_per_row], how much each column counts; empty: all
// alike. Throws when cancelled.
std::vector<uint8_t> quantise_weights(const std::vector<float> & values, int32_t type, int64_t n_per_row,
                                      const std::vector<float> & importance, int32_t n_threads,
                                      const std::atomic<bool> & cancelled);
