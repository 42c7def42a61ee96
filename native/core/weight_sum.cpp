#include "weight_sum.h"

#include "ggml.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace {

// Values that are read at once: a multiple of the block size of every type.
constexpr int64_t piece = 1 << 20;

void dequantise(const std::vector<char> & bytes, ggml_type type, std::vector<float> & values, int64_t n) {
    if (type == GGML_TYPE_F32) {
        const auto * floats = reinterpret_cast<const float *>(bytes.data());
        std::copy(floats, floats + n, values.begin());
        return;
    }
    ggml_get_type_traits(type)->to_float(bytes.data(), values.data(), n);
}

} // namespace

double sum_magnitudes(const tensor_place & place, const std::atomic<bool> & cancelled) {
    const auto type     = static_cast<ggml_type>(place.type);
    const bool is_known = place.type >= 0 && place.type < GGML_TYPE_COUNT;
    if (!is_known || (type != GGML_TYPE_F32 && ggml_get_type_traits(type)->to_float == nullptr)) {
        const std::string name = is_known ? ggml_type_name(type) : std::to_string(place.type);
        throw std::runtime_error("values of the type " + name + " cannot be dequantised");
    }
    if (place.count % ggml_blck_size(type) != 0) {
        throw std::runtime_error("the tensor is not of whole blocks of " + std::to_string(ggml_blck_size(type)));
    }
    std::ifstream file(std::filesystem::u8path(place.path), std::ios::binary);
    file.seekg(place.offset);

    std::vector<char>  bytes(ggml_row_size(type, std::min(piece, place.count)));
    std::vector<float> values(std::min(piece, place.count));
    double             sum = 0;
    for (int64_t done = 0; done < place.count; done += piece) {
        if (cancelled) {
            throw std::runtime_error("cancelled");
        }
        const int64_t n = std::min(piece, place.count - done);
        if (!file.read(bytes.data(), static_cast<std::streamsize>(ggml_row_size(type, n)))) {
            throw std::runtime_error("the weights in " + place.path + " cannot be read");
        }
        dequantise(bytes, type, values, n);
        for (int64_t i = 0; i < n; ++i) {
            sum += std::fabs(values[i]);
        }
    }
    if (!std::isfinite(sum)) {
        throw std::runtime_error("the weights in " + place.path + " are not all finite numbers");
    }
    return sum;
}
