#include "weights.h"

#include "ggml.h"
#include "parallel_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace {

// Values that are read at once: a multiple of the block size of every type.
constexpr int64_t piece = 1 << 20;

ggml_type to_type(int32_t number) {
    if (number < 0 || number >= GGML_TYPE_COUNT) {
        throw std::runtime_error("there is no type " + std::to_string(number));
    }
    return static_cast<ggml_type>(number);
}

// Calls take(values, n) with all values, piece by piece.
template <typename Take>
void read_pieces(const tensor_place & place, const std::atomic<bool> & cancelled, const Take & take) {
    const ggml_type type = to_type(place.type);
    if (type != GGML_TYPE_F32 && ggml_get_type_traits(type)->to_float == nullptr) {
        throw std::runtime_error(std::string("values of the type ") + ggml_type_name(type) + " cannot be dequantised");
    }
    if (place.count % ggml_blck_size(type) != 0) {
        throw std::runtime_error("the tensor is not of whole blocks of " + std::to_string(ggml_blck_size(type)));
    }
    std::ifstream file(std::filesystem::u8path(place.path), std::ios::binary);
    file.seekg(place.offset);

    std::vector<char>  bytes(ggml_row_size(type, std::min(piece, place.count)));
    std::vector<float> values(std::min(piece, place.count));
    for (int64_t done = 0; done < place.count; done += piece) {
        if (cancelled) {
            throw std::runtime_error("cancelled");
        }
        const int64_t n = std::min(piece, place.count - done);
        if (!file.read(bytes.data(), static_cast<std::streamsize>(ggml_row_size(type, n)))) {
            throw std::runtime_error("the weights in " + place.path + " cannot be read");
        }
        dequantise(bytes.data(), type, values.data(), n);
        take(values.data(), n);
    }
}

} // namespace

void dequantise(const void * bytes, int32_t type, float * values, int64_t n) {
    if (type == GGML_TYPE_F32) {
        std::memcpy(values, bytes, n * sizeof(float));
    } else {
        ggml_get_type_traits(static_cast<ggml_type>(type))->to_float(bytes, values, n);
    }
}

double sum_magnitudes(const tensor_place & place, const std::atomic<bool> & cancelled) {
    double sum = 0;
    read_pieces(place, cancelled, [&sum](const float * values, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
            sum += std::fabs(values[i]);
        }
    });
    if (!std::isfinite(sum)) {
        throw std::runtime_error("the weights in " + place.path + " are not all finite numbers");
    }
    return sum;
}

std::vector<float> read_weights(const tensor_place & place, const std::atomic<bool> & cancelled) {
    std::vector<float> all;
    all.reserve(place.count);
    read_pieces(place, cancelled,
                [&all](const float * values, int64_t n) { all.insert(all.end(), values, values + n); });
    return all;
}

std::vector<uint8_t> quantise_weights(const std::vector<float> & values, int32_t type_number, int64_t n_per_row,
                                      const std::vector<float> & importance, int32_t n_threads,
                                      const std::atomic<bool> & cancelled) {
    const ggml_type type   = to_type(type_number);
    const auto      n_rows = static_cast<int64_t>(values.size()) / n_per_row;
    if (n_per_row % ggml_blck_size(type) != 0) {
        throw std::runtime_error("rows of " + std::to_string(n_per_row) + " values are not of whole blocks of " +
                                 std::to_string(ggml_blck_size(type)));
    }
    std::vector<uint8_t> bytes(ggml_row_size(type, n_per_row) * n_rows);
    if (type == GGML_TYPE_F32) {
        std::memcpy(bytes.data(), values.data(), bytes.size());
        return bytes;
    }
    constexpr int64_t n_at_once = 64;
    for_each_row((n_rows + n_at_once - 1) / n_at_once, n_threads, [&](int64_t piece_of_rows) {
        const int64_t row = piece_of_rows * n_at_once;
        if (!cancelled) {
            ggml_quantize_chunk(type, values.data(), bytes.data(), row * n_per_row, std::min(n_at_once, n_rows - row),
                                n_per_row, importance.empty() ? nullptr : importance.data());
        }
    });
    if (cancelled) {
        throw std::runtime_error("cancelled");
    }
    return bytes;
}
