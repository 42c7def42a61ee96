#include "stream_gradient.h"

#include <algorithm>
#include <limits>

double add_stream_gradient(const std::vector<float> & state, const std::vector<float> & wanted, int64_t n_tokens,
                           float factor, std::vector<float> & gradient) {
    const auto width = static_cast<int64_t>(state.size()) / n_tokens;
    double     sum   = 0;
    for (int64_t begin = width; begin < n_tokens * width; begin += width) {
        double square   = 0;
        double distance = 0;
        for (int64_t i = begin; i < begin + width; ++i) {
            const double apart = double(state[i]) - wanted[i];
            distance += apart * apart;
            square += double(wanted[i]) * wanted[i];
        }
        square = std::max<double>(square, std::numeric_limits<float>::min());
        sum += distance / square;
        const auto scale = static_cast<float>(2.0 * factor / square);
        for (int64_t i = begin; i < begin + width; ++i) {
            gradient[i] += scale * (state[i] - wanted[i]);
        }
    }
    return sum;
}
