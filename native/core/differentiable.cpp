#include "differentiable.h"

#include "contiguous.h"
#include "ggml-impl.h"
#include "ggml.h"
#include "replaced_tensors.h"
#include "taken_apart.h"
#include "unfit_error.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace {

// What is written to each cache: by the tensor that owns the cache's memory.
std::unordered_map<const ggml_tensor *, ggml_tensor *> find_cached(const ggml_cgraph * gf) {
    std::unordered_map<const ggml_tensor *, ggml_tensor *> cached;
    for (int i = 0; i < gf->n_nodes; ++i) {
        const ggml_tensor * node = gf->nodes[i];
        if (node->op == GGML_OP_SET_ROWS) {
            cached[node->view_src] = node->src[0];
        }
    }
    return cached;
}

bool is_view(const ggml_tensor * tensor) {
    return tensor->op == GGML_OP_VIEW || tensor->op == GGML_OP_RESHAPE || tensor->op == GGML_OP_PERMUTE ||
           tensor->op == GGML_OP_TRANSPOSE;
}

// Lets views of views be views of what these are of: gradients pass no view of what is not contiguous itself.
void flatten_views(const ggml_cgraph * gf) {
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor * node = gf->nodes[i];
        if (node->op != GGML_OP_VIEW || ggml_is_contiguous(node->src[0])) {
            continue;
        }
        ggml_tensor * root = node->src[0];
        while (is_view(root)) {
            root = root->src[0];
        }
        if (root == node->view_src && root->op != GGML_OP_NONE) {
            node->src[0] = root;
            std::memcpy(node->op_params, &node->view_offs, sizeof(node->view_offs));
        }
    }
}

// Keys or values as they are, in the shape that they have when attention reads them from the cache.
// read: the cache's view, [n_embd_head, n_head, n_kv], or [n_kv, n_head, n_embd_head] where values lie transposed
ggml_tensor * take_fresh(ggml_context * ctx, ggml_tensor * written, const ggml_tensor * read, int64_t n_tokens) {
    const bool    is_transposed = written->ne[0] == 1 && read->ne[0] != 1;
    const int64_t n_embd_head   = is_transposed ? read->ne[2] : read->ne[0];
    const int64_t n_head        = read->ne[1];
    if (read->ne[3] != 1 || n_embd_head * n_head * n_tokens != ggml_nelements(written)) {
        throw unfit_error("its attention reads keys and values in a way that has no gradient");
    }
    ggml_tensor * whole = make_contiguous(ctx, written);
    ggml_tensor * fresh = ggml_reshape_3d(ctx, whole, n_embd_head, n_head, n_tokens);
    return is_transposed ? ggml_cont(ctx, ggml_permute(ctx, fresh, 1, 2, 0, 3)) : ggml_permute(ctx, fresh, 0, 2, 1, 3);
}

// Whether it is a cache, by its name: that of another block is not written here.
bool is_cache(const ggml_tensor * tensor) {
    const std::string name = ggml_get_name(tensor);
    return name.rfind("cache_k_l", 0) == 0 || name.rfind("cache_v_l", 0) == 0;
}

void set_length(ggml_tensor * node, int64_t length) {
    node->ne[0] = length;
    for (int i = 1; i < GGML_MAX_DIMS; ++i) {
        node->nb[i] = node->nb[i - 1] * node->ne[i - 1];
    }
}

// A window in an empty cache needs none; what it has beyond the window is masked.
void read_no_cache(ggml_context * ctx, ggml_cgraph * gf,
                   const std::unordered_map<const ggml_tensor *, ggml_tensor *> & cached) {
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor *       node  = gf->nodes[i];
        const ggml_tensor * order = node->op == GGML_OP_MUL_MAT ? node->src[0] : nullptr;
        if (order == nullptr || order->op != GGML_OP_PERMUTE || order->src[0]->op != GGML_OP_VIEW) {
            continue;
        }
        const auto found = cached.find(order->view_src);
        if (found == cached.end()) {
            continue;
        }
        // queries are [n_embd_head, n_tokens, n_head], what weighs the values is [n_kv, n_tokens, n_head]
        const int64_t n_tokens = node->src[1]->ne[1];
        node->src[0]           = take_fresh(ctx, found->second, order->src[0], n_tokens);
        if (node->ne[0] != node->src[0]->ne[1]) {
            set_length(node, node->src[0]->ne[1]);
        }
    }
}

// Lets what follows from the products of keys and queries be as short as those are by now.
void shorten_attention(ggml_context * ctx, ggml_cgraph * gf) {
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor * node = gf->nodes[i];
        if ((node->op != GGML_OP_SOFT_MAX && node->op != GGML_OP_SCALE && node->op != GGML_OP_UNARY) ||
            node->ne[0] == node->src[0]->ne[0]) {
            continue;
        }
        set_length(node, node->src[0]->ne[0]);
        ggml_tensor * mask = node->op == GGML_OP_SOFT_MAX ? node->src[1] : nullptr;
        if (mask != nullptr) {
            node->src[1] = ggml_cont(ctx, ggml_view_4d(ctx, mask, node->ne[0], mask->ne[1], mask->ne[2], mask->ne[3],
                                                       mask->nb[1], mask->nb[2], mask->nb[3], 0));
        }
    }
}

// Lets a view be of the memory of what it reads by now.
void place_view(ggml_tensor * view) {
    ggml_tensor * read   = view->src[0];
    size_t        offset = 0;
    if (view->op == GGML_OP_VIEW) {
        std::memcpy(&offset, view->op_params, sizeof(offset));
    }
    view->view_src  = read->view_src == nullptr ? read : read->view_src;
    view->view_offs = offset + (read->view_src == nullptr ? 0 : read->view_offs);
}

// Lets a node and all that it follows from, in the graph and beside it, read what stands for what was taken apart.
void settle(const replaced_tensors & replaced, std::unordered_set<const ggml_tensor *> & settled, ggml_tensor * node) {
    if (node == nullptr || !settled.insert(node).second) {
        return;
    }
    replaced.redirect(node);
    for (ggml_tensor * src : node->src) {
        settle(replaced, settled, src);
    }
    if (is_view(node)) {
        place_view(node);
    }
}

void take_all_apart(ggml_context * ctx, ggml_cgraph * gf) {
    replaced_tensors replaced;
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor * node = gf->nodes[i];
        replaced.redirect(node);
        if (ggml_tensor * other = take_apart(ctx, node)) {
            replaced.add(node, other);
        }
    }
    std::unordered_set<const ggml_tensor *> settled;
    for (int i = 0; i < gf->n_nodes; ++i) {
        settle(replaced, settled, gf->nodes[i]);
    }
}

bool has_gradient(const ggml_tensor * node) {
    switch (node->op) {
        case GGML_OP_NONE:
        case GGML_OP_DUP:
        case GGML_OP_ADD:
        case GGML_OP_ACC:
        case GGML_OP_MUL:
        case GGML_OP_SQR:
        case GGML_OP_SQRT:
        case GGML_OP_LOG:
        case GGML_OP_SUM:
        case GGML_OP_SUM_ROWS:
        case GGML_OP_REPEAT:
        case GGML_OP_RMS_NORM:
        case GGML_OP_MUL_MAT:
        case GGML_OP_SCALE:
        case GGML_OP_CONT:
        case GGML_OP_RESHAPE:
        case GGML_OP_PERMUTE:
        case GGML_OP_TRANSPOSE:
        case GGML_OP_GET_ROWS:
            return true;
        case GGML_OP_SUB:
        case GGML_OP_DIV:
            return ggml_are_same_shape(node->src[0], node->src[1]);
        case GGML_OP_VIEW:
            return ggml_is_contiguous(node->src[0]);
        case GGML_OP_SOFT_MAX:
            // neither ALiBi nor sinks
            return ggml_get_op_params_f32(node, 1) == 0.0f && node->src[2] == nullptr;
        case GGML_OP_ROPE: {
            const int mode = ggml_get_op_params_i32(node, 2);
            return mode == GGML_ROPE_TYPE_NORMAL || mode == GGML_ROPE_TYPE_NEOX || mode == GGML_ROPE_TYPE_MROPE ||
                   mode == GGML_ROPE_TYPE_IMROPE;
        }
        case GGML_OP_UNARY:
            switch (ggml_get_unary_op(node)) {
                case GGML_UNARY_OP_ABS:
                case GGML_UNARY_OP_NEG:
                case GGML_UNARY_OP_RELU:
                case GGML_UNARY_OP_SILU:
                case GGML_UNARY_OP_EXP:
                case GGML_UNARY_OP_SOFTPLUS:
                    return true;
                default:
                    return false;
            }
        case GGML_OP_GLU:
            return ggml_get_glu_op(node) == GGML_GLU_OP_SWIGLU && node->src[1] != nullptr;
        default:
            return false;
    }
}

} // namespace

std::unordered_set<const ggml_tensor *> make_differentiable(ggml_context * ctx, ggml_cgraph * gf) {
    const auto                              cached = find_cached(gf);
    std::unordered_set<const ggml_tensor *> reads;
    for (int i = 0; i < gf->n_nodes; ++i) {
        const ggml_tensor * node = gf->nodes[i];
        if (node->op == GGML_OP_VIEW && (cached.count(node->view_src) != 0 || is_cache(node->view_src))) {
            reads.insert(node);
        }
    }
    flatten_views(gf);
    read_no_cache(ctx, gf, cached);
    shorten_attention(ctx, gf);
    take_all_apart(ctx, gf);
    return reads;
}

void check_differentiable(const ggml_cgraph * gf, const std::unordered_set<const ggml_tensor *> & reads) {
    std::unordered_set<const ggml_tensor *> reached;
    for (int i = 0; i < gf->n_nodes; ++i) {
        const ggml_tensor * node = gf->nodes[i];
        if (reads.count(node) != 0) {
            throw unfit_error("its attention reads keys and values in a way that has no gradient");
        }
        const auto is_reached = [&](const ggml_tensor * src) { return src != nullptr && reached.count(src) != 0; };
        const bool is_param   = (node->flags & GGML_TENSOR_FLAG_PARAM) != 0;
        if (!is_param && std::none_of(std::begin(node->src), std::end(node->src), is_reached)) {
            continue;
        }
        if (!has_gradient(node)) {
            throw unfit_error(std::string("no gradient passes ") + ggml_op_desc(node) +
                              ", which its compute graph has");
        }
        if (node->type != GGML_TYPE_F32) {
            throw unfit_error(std::string("no gradient passes ") + ggml_op_desc(node) + " of values that are not F32");
        }
        reached.insert(node);
    }
}
