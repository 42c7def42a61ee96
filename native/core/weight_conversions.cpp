#include "weight_conversions.h"

#include "buffer_place.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "parallel_rows.h"
#include "weights.h"

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

} // namespace

void weight_conversions::apply(ggml_cgraph * gf) {
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor *       node   = gf->nodes[i];
        const ggml_tensor * matrix = node->op == GGML_OP_MUL_MAT ? node->src[0] : nullptr;
        // ggml's AMX products with inputs side by side read beyond the matrix
        if (matrix == nullptr || node->ne[2] * node->ne[3] != 1 || !is_readable(*matrix) || !is_whole(matrix->ne[0])) {
            continue;
        }
        auto found = converted.find(matrix);
        if (found == converted.end()) {
            if (!is_gain(*matrix)) {
                continue;
            }
            found = converted.emplace(matrix, convert(*matrix, /*is_turned*/ false)).first;
            origins.emplace(found->second.tensor, matrix);
        }
        node->src[0] = found->second.tensor;
        // inputs that lie apart, for which there is no fast product
        if (!ggml_backend_dev_supports_op(device, node)) {
            node->src[0] = const_cast<ggml_tensor *>(matrix);
        }
    }
}

// Whether a copy is faster: by its type, or by where the processor multiplies fastest with that.
bool weight_conversions::is_gain(const ggml_tensor & matrix) const {
    if (matrix.type != fast_type) {
        return true;
    }
    const held_tensor copy(ggml_get_name(&matrix), fast_type, matrix.ne[0], matrix.ne[1]);
    return find_fastest_place(device, copy.tensor) != ggml_backend_dev_buffer_type(device);
}

ggml_tensor * weight_conversions::turn(const ggml_tensor * read) {
    const auto          origin = origins.find(read);
    const ggml_tensor * matrix = origin == origins.end() ? read : origin->second;
    if (!is_readable(*matrix) || !is_whole(matrix->ne[1])) {
        return nullptr;
    }
    auto found = turned.find(matrix);
    if (found == turned.end()) {
        found = turned.emplace(matrix, convert(*matrix, /*is_turned*/ true)).first;
    }
    return found->second.tensor;
}

void weight_conversions::forget(const ggml_tensor * matrix) {
    turned.erase(matrix);
    const auto found = converted.find(matrix);
    if (found != converted.end()) {
        origins.erase(found->second.tensor);
        converted.erase(found);
    }
}

held_tensor weight_conversions::convert(const ggml_tensor & matrix, bool is_turned) const {
    const int64_t      n_in  = matrix.ne[0];
    const int64_t      n_out = matrix.ne[1];
    std::vector<float> values(n_in * n_out);
    for_each_row(n_out, n_threads, [&](int64_t row) {
        const auto * bytes = static_cast<const char *>(matrix.data) + row * matrix.nb[1];
        if (!is_turned) {
            dequantise(bytes, matrix.type, values.data() + row * n_in, n_in);
            return;
        }
        std::vector<float> columns(n_in);
        dequantise(bytes, matrix.type, columns.data(), n_in);
        for (int64_t i = 0; i < n_in; ++i) {
            values[i * n_out + row] = columns[i];
        }
    });
    held_tensor held(ggml_get_name(&matrix), fast_type, is_turned ? n_out : n_in, is_turned ? n_in : n_out);
    held.fill(find_fastest_place(device, held.tensor),
              quantise_weights(values, fast_type, held.tensor->ne[0], {}, n_threads, cancelled));
    return held;
}
