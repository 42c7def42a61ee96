#include "ridge_sums.h"

#include "ggml.h"
#include "parallel_rows.h"
#include "unfit_error.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace {

constexpr int64_t n_rows = 512; // tokens that are summed at once

std::vector<float> read(const ggml_tensor * tensor) {
    std::vector<float> values(ggml_nelements(tensor));
    ggml_backend_tensor_get(tensor, values.data(), 0, ggml_nbytes(tensor));
    return values;
}

} // namespace

ridge_sums::ridge_sums(ggml_backend_t backend, int64_t n_in, int64_t n_out) :
    backend(backend), n_in(n_in), n_out(n_out), input_rows(n_rows * n_in), residual_rows(n_rows * n_out) {
    constexpr size_t n_tensors = 16;
    ctx.reset(ggml_init({ggml_tensor_overhead() * n_tensors + ggml_graph_overhead(), nullptr, /*no_alloc*/ true}));
    inputs    = ggml_new_tensor_2d(ctx.get(), GGML_TYPE_F32, n_rows, n_in);
    residuals = ggml_new_tensor_2d(ctx.get(), GGML_TYPE_F32, n_rows, n_out);
    squares   = ggml_new_tensor_2d(ctx.get(), GGML_TYPE_F32, n_in, n_in);
    products  = ggml_new_tensor_2d(ctx.get(), GGML_TYPE_F32, n_in, n_out);

    gf              = ggml_new_graph(ctx.get());
    const auto plus = [this](ggml_tensor * sum, ggml_tensor * b) {
        ggml_tensor * more = ggml_mul_mat(ctx.get(), inputs, b);
        ggml_mul_mat_set_prec(more, GGML_PREC_F32);
        ggml_build_forward_expand(gf, ggml_add_inplace(ctx.get(), sum, more));
    };
    plus(squares, inputs);
    plus(products, residuals);

    buffer.reset(ggml_backend_alloc_ctx_tensors(ctx.get(), backend));
    if (!buffer) {
        throw std::runtime_error("no memory for the sums of " + std::to_string(n_in) + " inputs");
    }
    ggml_backend_buffer_clear(buffer.get(), 0);
}

void ridge_sums::add(const float * a, const float * r, const float * weights, int64_t n_tokens) {
    for (int64_t i = 0; i < n_tokens; ++i) {
        if (weights[i] == 0.0f) {
            continue;
        }
        const float root = std::sqrt(weights[i]);
        for (int64_t j = 0; j < n_in; ++j) {
            input_rows[j * n_rows + n_filled] = root * a[i * n_in + j];
        }
        for (int64_t j = 0; j < n_out; ++j) {
            residual_rows[j * n_rows + n_filled] = root * r[i * n_out + j];
        }
        if (++n_filled == n_rows) {
            run();
        }
    }
}

void ridge_sums::run() {
    if (n_filled == 0) {
        return;
    }
    const auto clear_rest = [this](std::vector<float> & rows, int64_t n) {
        for (int64_t j = 0; j < n; ++j) {
            std::fill(rows.begin() + j * n_rows + n_filled, rows.begin() + (j + 1) * n_rows, 0.0f);
        }
    };
    clear_rest(input_rows, n_in);
    clear_rest(residual_rows, n_out);
    ggml_backend_tensor_set(inputs, input_rows.data(), 0, ggml_nbytes(inputs));
    ggml_backend_tensor_set(residuals, residual_rows.data(), 0, ggml_nbytes(residuals));
    if (ggml_backend_graph_compute(backend, gf) != GGML_STATUS_SUCCESS) {
        throw std::runtime_error("the sums could not be computed");
    }
    n_filled = 0;
}

std::vector<float> ridge_sums::solve(double ridge, int32_t n_threads, const std::atomic<bool> & cancelled) {
    using matrix = Eigen::MatrixXd;

    run();
    const std::vector<float> gram = read(squares);
    matrix       system           = Eigen::Map<const Eigen::MatrixXf>(gram.data(), n_in, n_in).template cast<double>();
    const double mean             = system.diagonal().mean();
    if (!(mean > 0) || !std::isfinite(mean)) {
        throw unfit_error("what is multiplied is all zero, or not finite");
    }
    system.diagonal().array() += ridge * mean;
    const Eigen::LLT<Eigen::Ref<matrix>> factors(system);
    if (factors.info() != Eigen::Success) {
        throw unfit_error("what is multiplied is too much alike to be told apart by a ridge of " +
                          std::to_string(ridge));
    }

    std::vector<float> map       = read(products);
    constexpr int64_t  n_columns = 32; // solved at once
    for_each_row((n_out + n_columns - 1) / n_columns, n_threads, [&](int64_t piece) {
        if (cancelled) {
            return;
        }
        const int64_t               begin = piece * n_columns;
        const int64_t               n     = std::min(n_columns, n_out - begin);
        Eigen::Map<Eigen::MatrixXf> target(map.data() + begin * n_in, n_in, n);
        matrix                      columns = target.cast<double>();
        factors.solveInPlace(columns);
        target = columns.cast<float>();
    });
    if (cancelled) {
        throw std::runtime_error("cancelled");
    }
    return map;
}

void add_product(std::vector<float> & values, const std::vector<float> & map, int64_t n_in, int32_t n_threads) {
    const auto               n_out = static_cast<int64_t>(values.size()) / n_in;
    const std::vector<float> old   = values;
    // row-major [n_out][n_in] is column-major [n_in, n_out]
    Eigen::Map<const Eigen::MatrixXf> before(old.data(), n_in, n_out);
    Eigen::Map<const Eigen::MatrixXf> factors(map.data(), n_out, n_out);
    constexpr int64_t                 n_columns = 32;
    for_each_row((n_out + n_columns - 1) / n_columns, n_threads, [&](int64_t piece) {
        const int64_t               begin = piece * n_columns;
        const int64_t               n     = std::min(n_columns, n_out - begin);
        Eigen::Map<Eigen::MatrixXf> target(values.data() + begin * n_in, n_in, n);
        target.noalias() += before * factors.middleCols(begin, n);
    });
}
