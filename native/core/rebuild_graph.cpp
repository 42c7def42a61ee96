#include "rebuild_graph.h"

#include "ggml-impl.h"
#include "ggml.h"

#include <algorithm>

void rebuild_graph(ggml_cgraph * gf, const std::vector<ggml_tensor *> & results) {
    std::vector<ggml_tensor *> inputs;
    const auto                 keep_input = [&inputs](ggml_tensor * tensor) {
        if ((tensor->flags & GGML_TENSOR_FLAG_INPUT) != 0) {
            inputs.push_back(tensor);
        }
    };
    std::for_each(gf->leafs, gf->leafs + gf->n_leafs, keep_input);
    std::for_each(gf->nodes, gf->nodes + gf->n_nodes, keep_input);
    ggml_graph_clear(gf);
    inputs.insert(inputs.end(), results.begin(), results.end());
    for (ggml_tensor * tensor : inputs) {
        ggml_build_forward_expand(gf, tensor);
    }
}
