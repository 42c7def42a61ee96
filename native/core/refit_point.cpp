#include "refit_point.h"

#include "ggml-backend.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "unfit_error.h"

#include <algorithm>
#include <cmath>

const ggml_tensor * find_multiplied(const ggml_tensor * product) {
    const ggml_tensor * matrix = product->src[0];
    return matrix->op == GGML_OP_CPY ? matrix->src[0] : matrix;
}

namespace {

ggml_tensor * find_product(ggml_cgraph * gf, const std::string & weight) {
    for (int i = 0; i < ggml_graph_n_nodes(gf); ++i) {
        ggml_tensor * node = ggml_graph_node(gf, i);
        if (node->op != GGML_OP_MUL_MAT) {
            continue;
        }
        if (weight == ggml_get_name(find_multiplied(node))) {
            return node;
        }
    }
    throw unfit_error("its compute graph has no product with the matrix");
}

ggml_tensor * find_only_reader(ggml_cgraph * gf, const ggml_tensor * tensor) {
    ggml_tensor * found = nullptr;
    for (int i = 0; i < ggml_graph_n_nodes(gf); ++i) {
        ggml_tensor * node = ggml_graph_node(gf, i);
        if (std::find(std::begin(node->src), std::end(node->src), tensor) == std::end(node->src)) {
            continue;
        }
        if (found != nullptr) {
            throw unfit_error("several tensors read what the matrix yields");
        }
        found = node;
    }
    if (found == nullptr) {
        throw unfit_error("nothing reads what the matrix yields");
    }
    return found;
}

bool is_weight(const ggml_tensor * tensor) {
    return tensor->op == GGML_OP_NONE && tensor->buffer != nullptr &&
           ggml_backend_buffer_get_usage(tensor->buffer) == GGML_BACKEND_BUFFER_USAGE_WEIGHTS;
}

} // namespace

refit_point refit_point::find(ggml_cgraph * gf, const std::string & weight, ggml_tensor * output) {
    refit_point point;
    point.product = find_product(gf, weight);
    point.input   = point.product->src[1];
    point.output  = output;

    bool is_added  = false; // the rest of the output
    bool is_biased = false;
    for (ggml_tensor * current = point.product; current != output;) {
        ggml_tensor *       node   = find_only_reader(gf, current);
        const ggml_tensor * other  = node->src[0] == current ? node->src[1] : node->src[0];
        const auto          refuse = [&] {
            return unfit_error(std::string("its output follows from the matrix by ") + ggml_op_name(node->op) +
                                        ", which cannot be turned round");
        };
        if (node->op == GGML_OP_ADD && ggml_are_same_shape(node, current)) {
            (is_weight(other) ? is_biased : is_added) = true;
        } else if (node->op == GGML_OP_SCALE && ggml_get_op_params_f32(node, 1) == 0.0f) {
            (point.has_norm || is_added ? point.after : point.before) *= ggml_get_op_params_f32(node, 0);
        } else if (node->op == GGML_OP_MUL && is_weight(other) && ggml_nelements(other) == 1 &&
                   other->type == GGML_TYPE_F32) {
            float factor = 0;
            ggml_backend_tensor_get(other, &factor, 0, sizeof(factor));
            (point.has_norm || is_added ? point.after : point.before) *= factor;
        } else if (node->op == GGML_OP_RMS_NORM && !is_added && !is_biased && !point.has_norm) {
            point.has_norm = true;
            point.eps      = ggml_get_op_params_f32(node, 0);
        } else if (node->op == GGML_OP_MUL && point.has_norm && !is_added && point.norm_gain == nullptr &&
                   is_weight(other) && ggml_nelements(other) == node->ne[0] && other->type == GGML_TYPE_F32) {
            point.norm_gain = const_cast<ggml_tensor *>(other);
        } else {
            throw refuse();
        }
        current = node;
    }
    if (output->type != GGML_TYPE_F32 || !ggml_are_same_shape(output, point.product)) {
        throw unfit_error("its output is not of the shape of what the matrix yields");
    }
    if (!is_added) {
        throw unfit_error("nothing is added to what the matrix yields");
    }
    return point;
}

void refit_point::find_residuals(const std::vector<float> & products, const std::vector<float> & outputs,
                                 const std::vector<float> & wanted, int64_t n_out, std::vector<float> & residuals,
                                 std::vector<float> & weights) const {
    std::vector<float> gain(n_out, 1.0f);
    if (norm_gain != nullptr) {
        ggml_backend_tensor_get(norm_gain, gain.data(), 0, ggml_nbytes(norm_gain));
    }
    const auto n_tokens = static_cast<int64_t>(weights.size());
    residuals.resize(n_tokens * n_out);
    for (int64_t i = 0; i < n_tokens; ++i) {
        const float * product = products.data() + i * n_out;
        double        squares = 0;
        for (int64_t j = 0; j < n_out; ++j) {
            squares += double(before * product[j]) * double(before * product[j]);
        }
        // what the product is multiplied by on its way, but for the gain
        const float scale = before * after * (has_norm ? 1.0f / std::sqrt(float(squares / double(n_out)) + eps) : 1.0f);
        for (int64_t j = 0; j < n_out; ++j) {
            const float missing      = wanted[i * n_out + j] - outputs[i * n_out + j];
            const float factor       = scale * gain[j];
            residuals[i * n_out + j] = factor == 0.0f ? 0.0f : missing / factor;
        }
        weights[i] *= scale * scale;
    }
}
