#pragma once

#include "ggml-backend.h"
#include "held_tensor.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

struct ggml_cgraph;

// Matrices, and the weights of norms, that graphs multiply with instead of those of the loaded model, which stay as
// they are: refitted and trained ones, and maps that stand for blocks.
class weight_overrides {
  public:
    // reordered: whether matrices are kept in the order of values that a device computes fastest with, as llama.cpp
    // keeps those of the model
    explicit weight_overrides(bool reordered) : reordered(reordered) {}

    // What a map is called that stands for a bypassed block, see graph_edit::patch.
    static std::string patch_name(int32_t block) { return "patch." + std::to_string(block); }

    // bytes: [n_out][n_in] values of a type
    void set(const std::string & name, ggml_backend_dev_t device, ggml_type type, int64_t n_in, int64_t n_out,
             const std::vector<uint8_t> & bytes);

    void remove(const std::string & name) { tensors.erase(name); }

    // Null if there is none.
    ggml_tensor * find(const std::string & name) const;

    // The values of one that there is, dequantised. Throws where they were reordered for a device.
    std::vector<float> read(const std::string & name) const;

    // Lets products with weights of these names be those with these weights.
    void apply(ggml_cgraph * gf) const;

  private:
    bool                               reordered;
    std::map<std::string, held_tensor> tensors;
};
