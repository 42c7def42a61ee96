#include "replaced_tensors.h"

#include "ggml.h"

ggml_tensor * replaced_tensors::find(ggml_tensor * tensor) const {
    const auto found = made.find(tensor);
    return found == made.end() ? tensor : found->second;
}

void replaced_tensors::redirect(ggml_tensor * node) const {
    for (ggml_tensor *& src : node->src) {
        src = find(src);
    }
    node->view_src = find(node->view_src);
    // what stands for the memory that it is a view of may be a view itself
    if (node->view_src != nullptr && node->view_src->view_src != nullptr) {
        node->view_offs += node->view_src->view_offs;
        node->view_src = node->view_src->view_src;
    }
}
