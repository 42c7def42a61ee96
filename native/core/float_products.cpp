#include "float_products.h"

#include "contiguous.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "rebuild_graph.h"
#include "replaced_tensors.h"

#include <algorithm>
#include <cstring>

namespace {

// Matrices are dequantised in pieces of so many values.
constexpr int64_t piece = 16 << 20;

// On processors, ggml's ordinary products of floats add up what the lanes of a vector hold once for each value, and
// read rows of what they multiply; its outer products read both as they lie, and write to memory once for each value
// they add. So the latter are faster where a dimension is at most this long, if rows are long enough to be taken by
// vectors.
constexpr int64_t short_dimension = 64;
constexpr int64_t long_row        = 64;

// Nodes that an ordinary product has more of as an outer one.
constexpr int nodes_more = 4;

bool is_matrix_of_weights(const ggml_tensor * tensor) {
    return tensor->op == GGML_OP_NONE && ggml_n_dims(tensor) <= 2;
}

bool has_long_rows(const ggml_tensor * tensor) {
    return tensor->type == GGML_TYPE_F32 && tensor->nb[0] == sizeof(float) && tensor->ne[0] >= long_row;
}

ggml_tensor * turn(ggml_context * ctx, ggml_tensor * tensor) {
    ggml_tensor * turned = tensor->op == GGML_OP_TRANSPOSE ? tensor->src[0] : ggml_transpose(ctx, tensor);
    return make_contiguous(ctx, turned);
}

// ggml multiplies floats that lie apart one by one.
void bring_together(ggml_context * ctx, ggml_tensor * product) {
    ggml_tensor *& inputs = product->src[1];
    if (inputs->type == GGML_TYPE_F32) {
        inputs = make_contiguous(ctx, inputs);
    }
}

// Σ over pieces of Wᵀ · gradient. weights: [n_in, n_out], gradient: [n_out, n_tokens]; [n_in, n_tokens]
ggml_tensor * multiply_turned(ggml_context * ctx, ggml_tensor * weights, ggml_tensor * gradient) {
    const int64_t n_in  = weights->ne[0];
    const int64_t n_out = weights->ne[1];
    const int64_t rows  = std::min(n_out, std::max<int64_t>(1, piece / n_in));
    ggml_tensor * sum   = nullptr;
    for (int64_t row = 0; row < n_out; row += rows) {
        const int64_t n     = std::min(rows, n_out - row);
        ggml_tensor * part  = ggml_view_2d(ctx, weights, n_in, n, weights->nb[1], row * weights->nb[1]);
        ggml_tensor * there = ggml_view_2d(ctx, gradient, n, gradient->ne[1], gradient->nb[1], row * gradient->nb[0]);
        ggml_tensor * plain = part->type == GGML_TYPE_F32 ? part : ggml_cast(ctx, part, GGML_TYPE_F32);
        ggml_tensor * here  = ggml_mul_mat(ctx, turn(ctx, plain), there);
        sum                 = sum == nullptr ? here : ggml_add(ctx, sum, here);
    }
    return sum;
}

// The gradient for what a matrix is multiplied with. Outer products would dequantise the matrix once a token.
// gradient: turned
ggml_tensor * multiply_gradient(ggml_context * ctx, ggml_tensor * node, const product_forms & forms) {
    ggml_tensor * matrix     = node->src[0];
    ggml_tensor * gradient   = node->src[1];
    const bool    is_weights = is_matrix_of_weights(matrix) && ggml_n_dims(gradient) <= 2;
    if (ggml_tensor * turned = is_weights ? forms.find_turned(matrix) : nullptr) {
        return ggml_mul_mat(ctx, turned, turn(ctx, gradient));
    }
    if (forms.on_cpu && has_long_rows(matrix) && matrix->ne[1] <= short_dimension) {
        return node;
    }
    return is_weights ? multiply_turned(ctx, matrix, turn(ctx, gradient))
                      : ggml_mul_mat(ctx, turn(ctx, matrix), turn(ctx, gradient));
}

// The gradient for a matrix.
ggml_tensor * correlate(ggml_context * ctx, ggml_tensor * node, const product_forms & forms) {
    ggml_tensor * inputs   = node->src[0];
    ggml_tensor * gradient = node->src[1];
    if (forms.on_cpu && std::min(inputs->ne[0], gradient->ne[0]) <= short_dimension) {
        if (has_long_rows(inputs)) {
            return node;
        }
        if (has_long_rows(gradient)) {
            return ggml_cont(ctx, ggml_transpose(ctx, ggml_out_prod(ctx, gradient, inputs)));
        }
    }
    return ggml_mul_mat(ctx, turn(ctx, inputs), turn(ctx, gradient));
}

bool is_short(const ggml_tensor * product) {
    const ggml_tensor * matrix = product->src[0];
    const ggml_tensor * inputs = product->src[1];
    return product->op == GGML_OP_MUL_MAT && matrix->type == GGML_TYPE_F32 && inputs->type == GGML_TYPE_F32 &&
           matrix->ne[0] <= short_dimension && matrix->ne[1] >= long_row && inputs->ne[1] > 1;
}

// Lets a product be an outer one, in the same tensor: others may have kept it.
void shorten(ggml_context * ctx, ggml_tensor * product) {
    bring_together(ctx, product);
    product->src[0] = turn(ctx, product->src[0]);
    product->src[1] = ggml_transpose(ctx, product->src[1]);
    product->op     = GGML_OP_OUT_PROD;
    std::memset(product->op_params, 0, sizeof(product->op_params));
}

} // namespace

void choose_products(ggml_context * ctx, ggml_cgraph * gf, const std::vector<ggml_tensor **> & results,
                     const product_forms & forms) {
    replaced_tensors replaced;
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor * node = gf->nodes[i];
        replaced.redirect(node);
        if (node->op == GGML_OP_OUT_PROD) {
            const bool is_of_matrix = node->src[1]->op != GGML_OP_TRANSPOSE;
            replaced.add(node, is_of_matrix ? correlate(ctx, node, forms) : multiply_gradient(ctx, node, forms));
        } else if (forms.on_cpu && is_short(node)) {
            shorten(ctx, node);
        } else if (node->op == GGML_OP_MUL_MAT) {
            bring_together(ctx, node);
        }
    }
    for (ggml_tensor ** result : results) {
        *result = replaced.find(*result);
    }
}

void shorten_products(ggml_context * ctx, ggml_cgraph * gf) {
    std::vector<ggml_tensor *> nodes(gf->nodes, gf->nodes + gf->n_nodes);
    const auto                 n_short = static_cast<int>(std::count_if(nodes.begin(), nodes.end(), is_short));
    if (n_short == 0 || gf->n_nodes + gf->n_leafs + nodes_more * n_short > gf->size) {
        return;
    }
    for (ggml_tensor * node : nodes) {
        if (is_short(node)) {
            shorten(ctx, node);
        }
    }
    rebuild_graph(gf, nodes);
}
