#pragma once

#include "held_tensor.h"

#include <atomic>
#include <cstdint>
#include <unordered_map>

struct ggml_cgraph;

// Quantised matrices in the type that processors multiply fastest with, Q8_0: one is made when a graph multiplies with
// the matrix for the first time, and held from then on, where the processor multiplies fastest with it.
class weight_conversions {
  public:
    weight_conversions(int32_t n_threads, const std::atomic<bool> & cancelled) :
        n_threads(n_threads), cancelled(cancelled) {}

    // Lets products with matrices that lie in main memory, in the order of the file, be those with converted ones.
    void apply(ggml_cgraph * gf);

    // Rows for columns, [n_out, n_in] of [n_in, n_out]; null where there is no such matrix, see above.
    // read: by a graph, before or after apply
    ggml_tensor * turn(const ggml_tensor * read);

    // To be called before a matrix is taken away, or has other values.
    void forget(const ggml_tensor * matrix);

  private:
    using held_tensors = std::unordered_map<const ggml_tensor *, held_tensor>; // by what they were made of

    bool is_gain(const ggml_tensor & matrix) const;

    // is_turned: with rows for columns
    held_tensor convert(const ggml_tensor & matrix, bool is_turned) const;

    int32_t                   n_threads;
    const std::atomic<bool> & cancelled;
    ggml_backend_dev_t        device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    held_tensors              converted;
    held_tensors              turned;
    std::unordered_map<const ggml_tensor *, const ggml_tensor *> origins; // of the converted ones
};
