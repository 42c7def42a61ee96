#include "contiguous.h"

#include "ggml.h"

ggml_tensor * make_contiguous(ggml_context * ctx, ggml_tensor * tensor) {
    // ggml calls rows of one value contiguous however far apart values lie, and refuses to multiply them
    const bool is_contiguous = ggml_is_contiguous(tensor) && tensor->nb[0] == ggml_type_size(tensor->type);
    return is_contiguous ? tensor : ggml_cont(ctx, tensor);
}
