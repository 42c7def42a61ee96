#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct ggml_tensor;

// A step of AdamW (Loshchilov and Hutter 2019, algorithm 2).
struct adam_step {
    double  rate    = 0;
    double  beta1   = 0.9;
    double  beta2   = 0.999;
    double  epsilon = 1e-8;
    double  decay   = 0;
    double  clip    = 0; // the norm that a longer gradient is shortened to; 0: none is
    double  divisor = 1; // of the sums of gradients
    int32_t number  = 1; // of the step, from 1 on
};

// Tensors that are trained: the sums of their gradients since the last step, and what the steps remember.
class trained_tensors {
  public:
    // By tensor, as they were added.
    struct state {
        std::vector<std::string>        names;
        std::vector<std::vector<float>> values;
        std::vector<std::vector<float>> means;   // of gradients
        std::vector<std::vector<float>> squares; // mean ones of gradients
    };

    // tensor: of floats; outlives this. values: that it begins with. pace: its share of the rate of steps
    void add(const std::string & name, ggml_tensor * tensor, const std::vector<float> & values, double pace = 1);

    const std::vector<ggml_tensor *> & list() const { return tensors; }

    // As they are trained, whatever is held.
    const std::vector<float> & values(const ggml_tensor * tensor) const { return now.values[find(tensor)]; }

    // Lets a tensor have other values than those that are trained: what they differ by now stays between them.
    // given: [as the tensor]
    void hold(const ggml_tensor * tensor, const std::vector<float> & given);

    void add_gradient(const ggml_tensor * tensor, const std::vector<float> & gradient);

    // Forgets the sums since the last step.
    void clear_gradients();

    // Returns the gradient's norm before it was shortened. Where it is no finite number nothing is changed.
    double step(const adam_step & by);

    state read() const { return now; }

    // Throws unless the state is one of these tensors.
    void write(const state & given);

  private:
    size_t find(const ggml_tensor * tensor) const;
    void   upload(size_t i) const;

    std::vector<ggml_tensor *>      tensors;
    std::vector<double>             paces;
    std::vector<std::vector<float>> offsets; // of what tensors have from what is trained; empty: none
    std::vector<std::vector<float>> gradients;
    state                           now;
};
