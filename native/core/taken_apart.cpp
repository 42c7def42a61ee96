#include "taken_apart.h"

#include "ggml-impl.h"
#include "ggml.h"

#include <cmath>

namespace {

// 1 / (1 + exp(-x)) = exp(-log(1 + exp(-x)))
ggml_tensor * make_sigmoid(ggml_context * ctx, ggml_tensor * x) {
    return ggml_exp(ctx, ggml_neg(ctx, ggml_softplus(ctx, ggml_neg(ctx, x))));
}

// The approximation that ggml has: x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), and (1 + tanh u) / 2 is the sigmoid
// of 2 u.
ggml_tensor * make_gelu(ggml_context * ctx, ggml_tensor * x) {
    constexpr float root_2_over_pi = 0.79788456080286535588f;
    ggml_tensor *   cube           = ggml_mul(ctx, ggml_sqr(ctx, x), x);
    ggml_tensor *   inner          = ggml_add(ctx, x, ggml_scale(ctx, cube, 0.044715f));
    return ggml_mul(ctx, x, make_sigmoid(ctx, ggml_scale(ctx, inner, 2.0f * root_2_over_pi)));
}

// low + relu(x - low) - relu(x - high)
ggml_tensor * make_clamp(ggml_context * ctx, ggml_tensor * x, float low, float high) {
    const auto    above  = [&](float bound) { return ggml_relu(ctx, ggml_scale_bias(ctx, x, 1.0f, -bound)); };
    ggml_tensor * raised = ggml_scale_bias(ctx, above(low), 1.0f, low);
    return ggml_sub(ctx, raised, above(high));
}

ggml_tensor * make_tanh(ggml_context * ctx, ggml_tensor * x) {
    return ggml_scale_bias(ctx, make_sigmoid(ctx, ggml_scale(ctx, x, 2.0f)), 2.0f, -1.0f);
}

// A layer norm is an RMS norm of what is left without the mean.
ggml_tensor * make_norm(ggml_context * ctx, ggml_tensor * x, float eps) {
    ggml_tensor * minus_mean = ggml_scale(ctx, ggml_sum_rows(ctx, x), -1.0f / float(x->ne[0]));
    return ggml_rms_norm(ctx, ggml_add(ctx, x, minus_mean), eps);
}

// Gate and value that lie side by side, apart.
ggml_tensor * make_split_glu(ggml_context * ctx, const ggml_tensor * node) {
    ggml_tensor * both       = node->src[0];
    const bool    is_swapped = ggml_get_op_params_i32(node, 1) != 0;
    const auto    take       = [&](bool second) {
        return ggml_cont(ctx, ggml_view_4d(ctx, both, node->ne[0], both->ne[1], both->ne[2], both->ne[3], both->nb[1],
                                                    both->nb[2], both->nb[3], second ? node->ne[0] * both->nb[0] : 0));
    };
    ggml_tensor * gate  = take(is_swapped);
    ggml_tensor * value = take(!is_swapped);
    return ggml_mul(ctx, ggml_get_glu_op(node) == GGML_GLU_OP_GEGLU ? make_gelu(ctx, gate) : ggml_silu(ctx, gate),
                    value);
}

bool is_split_glu(const ggml_tensor * node) {
    const ggml_glu_op op = ggml_get_glu_op(node);
    return node->src[1] == nullptr && (op == GGML_GLU_OP_SWIGLU || op == GGML_GLU_OP_GEGLU);
}

} // namespace

ggml_tensor * take_apart(ggml_context * ctx, ggml_tensor * node) {
    ggml_tensor * x = node->src[0];
    switch (node->op) {
        case GGML_OP_NORM:
            return make_norm(ctx, x, ggml_get_op_params_f32(node, 0));
        case GGML_OP_UNARY:
            switch (ggml_get_unary_op(node)) {
                case GGML_UNARY_OP_GELU:
                    return make_gelu(ctx, x);
                case GGML_UNARY_OP_TANH:
                    return make_tanh(ctx, x);
                case GGML_UNARY_OP_SIGMOID:
                    return make_sigmoid(ctx, x);
                default:
                    return nullptr;
            }
        case GGML_OP_CLAMP: {
            const float low  = ggml_get_op_params_f32(node, 0);
            const float high = ggml_get_op_params_f32(node, 1);
            return std::isfinite(low) && std::isfinite(high) ? make_clamp(ctx, x, low, high) : nullptr;
        }
        case GGML_OP_GLU:
            if (is_split_glu(node)) {
                return make_split_glu(ctx, node);
            }
            return ggml_get_glu_op(node) == GGML_GLU_OP_GEGLU && node->src[1] != nullptr
                       ? ggml_mul(ctx, make_gelu(ctx, x), node->src[1])
                       : nullptr;
        default:
            return nullptr;
    }
}
