#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

// Calls work(row) for rows 0 to n_rows - 1, each once, from several threads.
template <typename Work> void for_each_row(int64_t n_rows, int32_t n_threads, const Work & work) {
    std::atomic<int64_t> next{0};
    const auto           take_rows = [&] {
        for (int64_t row = next++; row < n_rows; row = next++) {
            work(row);
        }
    };
    std::vector<std::thread> helpers;
    for (int32_t i = 1; i < n_threads && i < n_rows; ++i) {
        helpers.emplace_back(take_rows);
    }
    take_rows();
    for (auto & helper : helpers) {
        helper.join();
    }
}
