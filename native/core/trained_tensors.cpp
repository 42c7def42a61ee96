#include "trained_tensors.h"

#include "ggml-backend.h"
#include "ggml.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

void trained_tensors::add(const std::string & name, ggml_tensor * tensor, const std::vector<float> & values,
                          double pace) {
    if (tensor->type != GGML_TYPE_F32 || static_cast<int64_t>(values.size()) != ggml_nelements(tensor)) {
        throw std::runtime_error("the values given for " + name + " are not of its shape");
    }
    tensors.push_back(tensor);
    paces.push_back(pace);
    offsets.emplace_back();
    gradients.emplace_back(values.size(), 0.0f);
    now.names.push_back(name);
    now.values.push_back(values);
    now.means.emplace_back(values.size(), 0.0f);
    now.squares.emplace_back(values.size(), 0.0f);
    upload(tensors.size() - 1);
}

size_t trained_tensors::find(const ggml_tensor * tensor) const {
    const auto found = std::find(tensors.begin(), tensors.end(), tensor);
    if (found == tensors.end()) {
        throw std::runtime_error(std::string("the tensor ") + tensor->name + " is not trained");
    }
    return found - tensors.begin();
}

void trained_tensors::upload(size_t i) const {
    const auto & values = now.values[i];
    if (offsets[i].empty()) {
        ggml_backend_tensor_set(tensors[i], values.data(), 0, ggml_nbytes(tensors[i]));
        return;
    }
    std::vector<float> held(values.size());
    std::transform(values.begin(), values.end(), offsets[i].begin(), held.begin(), std::plus<float>());
    ggml_backend_tensor_set(tensors[i], held.data(), 0, ggml_nbytes(tensors[i]));
}

void trained_tensors::hold(const ggml_tensor * tensor, const std::vector<float> & given) {
    const size_t i = find(tensor);
    offsets[i]     = given;
    std::transform(given.begin(), given.end(), now.values[i].begin(), offsets[i].begin(), std::minus<float>());
    upload(i);
}

void trained_tensors::add_gradient(const ggml_tensor * tensor, const std::vector<float> & gradient) {
    auto & sum = gradients[find(tensor)];
    if (sum.size() != gradient.size()) {
        throw std::runtime_error(std::string("the gradient of ") + tensor->name + " is of another shape");
    }
    std::transform(sum.begin(), sum.end(), gradient.begin(), sum.begin(), std::plus<float>());
}

void trained_tensors::clear_gradients() {
    for (auto & sum : gradients) {
        std::fill(sum.begin(), sum.end(), 0.0f);
    }
}

double trained_tensors::step(const adam_step & by) {
    double squares = 0;
    for (const auto & sum : gradients) {
        for (const float value : sum) {
            squares += double(value) * double(value);
        }
    }
    const double norm = std::sqrt(squares) / by.divisor;
    if (!std::isfinite(norm)) {
        clear_gradients();
        return norm;
    }
    const double factor  = (by.clip > 0 && norm > by.clip ? by.clip / norm : 1.0) / by.divisor;
    const double unbias1 = 1.0 - std::pow(by.beta1, by.number);
    const double unbias2 = 1.0 - std::pow(by.beta2, by.number);
    const auto   keep1   = static_cast<float>(by.beta1);
    const auto   keep2   = static_cast<float>(by.beta2);
    const auto   rescale = static_cast<float>(1.0 / std::sqrt(unbias2));
    const auto   epsilon = static_cast<float>(by.epsilon);
    for (size_t i = 0; i < tensors.size(); ++i) {
        const auto rate   = static_cast<float>(paces[i] * by.rate / unbias1);
        const auto shrink = static_cast<float>(1.0 - paces[i] * by.rate * by.decay);
        for (size_t j = 0; j < gradients[i].size(); ++j) {
            const float gradient = gradients[i][j] * static_cast<float>(factor);
            float &     mean     = now.means[i][j];
            float &     square   = now.squares[i][j];
            mean                 = keep1 * mean + (1.0f - keep1) * gradient;
            square               = keep2 * square + (1.0f - keep2) * gradient * gradient;
            now.values[i][j]     = shrink * now.values[i][j] - rate * mean / (rescale * std::sqrt(square) + epsilon);
        }
        upload(i);
    }
    clear_gradients();
    return norm;
}

void trained_tensors::write(const state & given) {
    const auto fits = [this](const std::vector<std::vector<float>> & values) {
        return values.size() == now.values.size() &&
               std::equal(values.begin(), values.end(), now.values.begin(),
                          [](const auto & a, const auto & b) { return a.size() == b.size(); });
    };
    if (given.names != now.names || !fits(given.values) || !fits(given.means) || !fits(given.squares)) {
        throw std::runtime_error("the state given is not one of what is trained");
    }
    now = given;
    clear_gradients();
    for (size_t i = 0; i < tensors.size(); ++i) {
        upload(i);
    }
}
