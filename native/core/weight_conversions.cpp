#include "weight_conversions.h"

#include "ggml-impl.h"
#include "ggml.h"
#include "parallel_rows.h"
#include "weights.h"

#include <algorithm>
#include <vector>

namespace {

constexpr ggml_type fast_type = GGML_TYPE_Q8_0;

// Whether its values can be read: what a device has reordered for itself cannot be, and is fast already.
bool is_readable(const ggml_tensor & weight) {
    return weight.op == GGML_OP_NONE && ggml_is_quantized(weight.type) && ggml_n_dims(&weight) <= 2 &&
           ggml_is_contiguous(&weight) && weight.buffer != nullptr && ggml_backend_buffer_is_host(weight.buffer);
}

bool is_whole(int64_t n_per_row) {
    return n_per_row % ggml_blck_size(fast_type) == 0;
}

void read_row(const ggml_tensor & matrix, int64_t row, float * values) {
    dequantise(static_cast<const char *>(matrix.data) + row * matrix.nb[1], matrix.type, values, matrix.ne[0]);
}

held_tensor hold(const ggml_tensor & like, int64_t n_in, int64_t n_out, const std::vector<uint8_t> & bytes) {
    held_tensor held(ggml_get_name(&like), fast_type, n_in, n_out);
    held.fill(ggml_backend_cpu_buffer_type(), bytes);
    return held;
}

} // namespace

void weight_conversions::apply(ggml_cgraph * gf) {
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor *       node   = gf->nodes[i];
        const ggml_tensor * matrix = node->op == GGML_OP_MUL_MAT ? node->src[0] : nullptr;
        if (matrix == nullptr || !is_readable(*matrix) || matrix->type == fast_type || !is_whole(matrix->ne[0])) {
            continue;
        }
        auto found = converted.find(matrix);
        if (found == converted.end()) {
            found = converted.emplace(matrix, convert(*matrix)).first;
        }
        node->src[0] = found->second.tensor;
    }
}

ggml_tensor * weight_conversions::turn(const ggml_tensor * matrix) {
    if (!is_readable(*matrix) || !is_whole(matrix->ne[1])) {
        return nullptr;
    }
    auto found = turned.find(matrix);
    if (found == turned.end()) {
        found = turned.emplace(matrix, convert_turned(*matrix)).first;
    }
    return found->second.tensor;
}

void weight_conversions::forget(const ggml_tensor * matrix) {
    turned.erase(matrix);
    const auto found = converted.find(matrix);
    if (found != converted.end()) {
        turned.erase(found->second.tensor);
        converted.erase(found);
    }
}

// [n_rows][n_per_row] values
std::vector<uint8_t>
weight_conversions::quantise_rows(int64_t n_rows, int64_t n_per_row,
                                  const std::function<void(int64_t, float *)> & read_values) const {
    const size_t         row_bytes = ggml_row_size(fast_type, n_per_row);
    std::vector<uint8_t> bytes(row_bytes * n_rows);
    for_each_row(n_rows, n_threads, [&](int64_t row) {
        std::vector<float> values(n_per_row);
        read_values(row, values.data());
        ggml_quantize_chunk(fast_type, values.data(), bytes.data() + row * row_bytes, 0, 1, n_per_row, nullptr);
    });
    return bytes;
}

held_tensor weight_conversions::convert(const ggml_tensor & matrix) const {
    const int64_t n_in  = matrix.ne[0];
    const int64_t n_out = matrix.ne[1];
    return hold(matrix, n_in, n_out,
                quantise_rows(n_out, n_in, [&matrix](int64_t row, float * values) { read_row(matrix, row, values); }));
}

held_tensor weight_conversions::convert_turned(const ggml_tensor & matrix) const {
    const int64_t      n_in  = matrix.ne[0];
    const int64_t      n_out = matrix.ne[1];
    std::vector<float> columns(n_in * n_out);
    for_each_row(n_out, n_threads, [&](int64_t row) {
        std::vector<float> values(n_in);
        read_row(matrix, row, values.data());
        for (int64_t i = 0; i < n_in; ++i) {
            columns[i * n_out + row] = values[i];
        }
    });
    return hold(matrix, n_out, n_in, quantise_rows(n_in, n_out, [&](int64_t row, float * values) {
                    std::copy_n(columns.data() + row * n_out, n_out, values);
                }));
}
