#include "log_sum.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// A vocabulary has up to 262,144 tokens, and each window some hundred rows: written so that compilers make vectors of
// it, for the processor at hand where one library can hold several versions.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

namespace {

constexpr int n_lanes = 16;
constexpr int n_chunk = 512;

// exp(x) for x from -87 to 0, to within 2 units in the last place: 2^n exp(r) with n the integer next to x / ln 2 and
// exp(r) by the polynomial of Cephes.
inline float exp_of_negative(float x) {
    constexpr float log2_e     = 1.44269504088896341f;
    constexpr float ln2_high   = 0.693359375f;
    constexpr float ln2_low    = -2.12194440e-4f;
    constexpr float to_integer = 12582912.0f; // 1.5 * 2^23: what is added to it is rounded to an integer

    x                   = x < -87.0f ? -87.0f : x;
    const float shifted = x * log2_e + to_integer;
    const float n       = shifted - to_integer;
    const float r       = (x - n * ln2_high) - n * ln2_low;

    float p = 1.9875691500e-4f;
    p       = p * r + 1.3981999507e-3f;
    p       = p * r + 8.3334519073e-3f;
    p       = p * r + 4.1665795894e-2f;
    p       = p * r + 1.6666665459e-1f;
    p       = p * r + 5.0000001201e-1f;
    p       = p * r * r + r + 1.0f;

    uint32_t exponent; // unsigned: what is shifted out, and carried out of the sum, is lost without further ado
    std::memcpy(&exponent, &shifted, sizeof(exponent));
    uint32_t bits;
    std::memcpy(&bits, &p, sizeof(bits));
    bits += exponent << 23;
    std::memcpy(&p, &bits, sizeof(p));
    return p + (x - x); // what is no number stays none
}

FOR_EACH_PROCESSOR void exponentiate(const float * logits, int64_t n, float highest, float * result) {
    for (int64_t i = 0; i < n; ++i) {
        result[i] = exp_of_negative(logits[i] - highest);
    }
}

FOR_EACH_PROCESSOR void raise_lanes(const float * logits, int64_t n, float * lanes) {
    for (int64_t i = 0; i < n; i += n_lanes) {
        for (int lane = 0; lane < n_lanes; ++lane) {
            const float logit = logits[i + lane];
            lanes[lane]       = logit > lanes[lane] ? logit : lanes[lane];
        }
    }
}

} // namespace

float find_highest(const float * logits, int64_t n_vocab) {
    const int64_t n_even = n_vocab - n_vocab % n_lanes;
    float         lanes[n_lanes];
    std::fill_n(lanes, n_lanes, logits[0]);
    raise_lanes(logits, n_even, lanes);
    float highest = *std::max_element(lanes, lanes + n_lanes);
    for (int64_t i = n_even; i < n_vocab; ++i) {
        highest = std::max(highest, logits[i]);
    }
    return highest;
}

double log_sum(const float * logits, int64_t n_vocab, float highest) {
    float  chunk[n_chunk];
    double sums[4] = {};
    for (int64_t begin = 0; begin < n_vocab; begin += n_chunk) {
        const int64_t n = std::min<int64_t>(n_chunk, n_vocab - begin);
        exponentiate(logits + begin, n, highest, chunk);
        std::fill(chunk + n, chunk + n_chunk, 0.0f);
        for (int64_t i = 0; i < n_chunk; i += 4) {
            for (int lane = 0; lane < 4; ++lane) {
                sums[lane] += chunk[i + lane];
            }
        }
    }
    return std::log(sums[0] + sums[1] + sums[2] + sums[3]) + highest;
}
