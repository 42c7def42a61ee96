#pragma once

#include <atomic>
#include <cstdint>
#include <string>

// Values of one tensor in a file.
struct tensor_place {
    std::string path;
    int64_t     offset = 0; // of its first byte in the file
    int32_t     type   = 0; // of ggml
    int64_t     count  = 0; // of values
};

// The sum of the absolute values, dequantised piece by piece. Throws for types that cannot be dequantised, for files
// that end too early, for values that are no finite numbers, and when cancelled.
double sum_magnitudes(const tensor_place & place, const std::atomic<bool> & cancelled);
