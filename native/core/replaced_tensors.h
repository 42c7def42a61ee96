#pragma once

#include <unordered_map>

struct ggml_tensor;

// Tensors of a graph that others stand for.
class replaced_tensors {
  public:
    void add(const ggml_tensor * tensor, ggml_tensor * by) { made[tensor] = by; }

    // What stands for a tensor: itself where nothing does.
    ggml_tensor * find(ggml_tensor * tensor) const;

    // Lets a node read what stands for what it read.
    void redirect(ggml_tensor * node) const;

  private:
    std::unordered_map<const ggml_tensor *, ggml_tensor *> made;
};
