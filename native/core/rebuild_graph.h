#pragma once

#include <vector>

struct ggml_cgraph;
struct ggml_tensor;

// Lets a graph compute these and nothing else; its inputs stay, as llama.cpp fills them whether they are read or not.
void rebuild_graph(ggml_cgraph * gf, const std::vector<ggml_tensor *> & results);
