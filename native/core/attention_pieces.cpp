#include "attention_pieces.h"

#include "contiguous.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "replaced_tensors.h"

#include <algorithm>

namespace {

// Tokens that attention is computed for at a time, and how many times there are at most: graphs have no room for any
// number of nodes.
constexpr int64_t least_rows  = 128;
constexpr int64_t most_pieces = 8;

bool is_float(const ggml_tensor * tensor) {
    return tensor->type == GGML_TYPE_F32;
}

// Whether values are weighed by nothing but the masked softmax of the products of keys and queries, all of one window.
bool is_plain_attention(const ggml_tensor * node) {
    const ggml_tensor * weights = node->op == GGML_OP_MUL_MAT ? node->src[1] : nullptr;
    if (weights == nullptr || weights->op != GGML_OP_SOFT_MAX || weights->src[0]->op != GGML_OP_MUL_MAT) {
        return false;
    }
    const ggml_tensor * mask  = weights->src[1];
    const ggml_tensor * sinks = weights->src[2];
    if (mask == nullptr || mask->ne[2] != 1 || sinks != nullptr || node->ne[3] != 1) {
        return false;
    }
    const ggml_tensor * values   = node->src[0];
    const ggml_tensor * keys     = weights->src[0]->src[0];
    const ggml_tensor * queries  = weights->src[0]->src[1];
    const int64_t       n_tokens = queries->ne[1];
    return is_float(values) && is_float(keys) && is_float(queries) && values->ne[0] == n_tokens &&
           keys->ne[1] == n_tokens && mask->ne[0] == n_tokens;
}

// With the strides that its shape alone has; those of dimensions of one may be any where it is contiguous.
ggml_tensor * lay_out(ggml_context * ctx, ggml_tensor * tensor) {
    ggml_tensor * whole = make_contiguous(ctx, tensor);
    return ggml_reshape_3d(ctx, whole, whole->ne[0], whole->ne[1], whole->ne[2]);
}

// The first n_0 values of n_1 rows from `row` on, of each matrix.
ggml_tensor * take(ggml_context * ctx, ggml_tensor * tensor, int64_t n_0, int64_t row, int64_t n_1) {
    return ggml_view_3d(ctx, tensor, n_0, n_1, tensor->ne[2], tensor->nb[1], tensor->nb[2], row * tensor->nb[1]);
}

ggml_tensor * split(ggml_context * ctx, const ggml_tensor * attention) {
    const ggml_tensor * weights  = attention->src[1];
    ggml_tensor *       values   = lay_out(ctx, attention->src[0]);       // [n_tokens, n_embd_head_v, n_head_kv]
    ggml_tensor *       keys     = lay_out(ctx, weights->src[0]->src[0]); // [n_embd_head, n_tokens, n_head_kv]
    ggml_tensor *       queries  = lay_out(ctx, weights->src[0]->src[1]); // [n_embd_head, n_tokens, n_head]
    ggml_tensor *       mask     = weights->src[1];                       // [n_tokens, n_tokens or more]
    const float         scale    = ggml_get_op_params_f32(weights, 0);
    const float         max_bias = ggml_get_op_params_f32(weights, 1);
    const int64_t       n_tokens = queries->ne[1];
    const int64_t       n_rows   = std::max(least_rows, (n_tokens + most_pieces - 1) / most_pieces);

    // of tensors that are put together ggml has no gradient but where one is added to a part of another
    ggml_tensor * sum = ggml_fill(ctx, ggml_new_tensor(ctx, attention->type, GGML_MAX_DIMS, attention->ne), 0.0f);
    for (int64_t row = 0; row < n_tokens; row += n_rows) {
        const int64_t n    = std::min(n_rows, n_tokens - row);
        const int64_t n_kv = row + n;
        ggml_tensor * products =
            ggml_mul_mat(ctx, take(ctx, keys, keys->ne[0], 0, n_kv), take(ctx, queries, queries->ne[0], row, n));
        ggml_tensor * seen  = ggml_cont(ctx, take(ctx, mask, n_kv, row, n));
        ggml_tensor * piece = ggml_mul_mat(ctx, take(ctx, values, n_kv, 0, values->ne[1]),
                                           ggml_soft_max_ext(ctx, products, seen, scale, max_bias));
        sum                 = ggml_acc(ctx, sum, piece, sum->nb[1], sum->nb[2], sum->nb[3], row * sum->nb[1]);
    }
    // ggml reads the gradient of what something is added to as though it were laid out like that, which the gradient of
    // a permutation is not; that of a reshaping is laid out anew
    return ggml_reshape_3d(ctx, sum, sum->ne[0], sum->ne[1], sum->ne[2]);
}

} // namespace

void split_attention(ggml_context * ctx, ggml_cgraph * gf) {
    replaced_tensors replaced;
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor * node = gf->nodes[i];
        replaced.redirect(node);
        if (is_plain_attention(node)) {
            replaced.add(node, split(ctx, node));
        }
    }
}
