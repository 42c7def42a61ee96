#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct device_facts {
    std::string name;             // as the backend calls it, e.g. "Vulkan0"
    std::string description;      // of the hardware
    std::string kind;             // "cpu", "gpu", "integrated-gpu", "accelerator"
    std::string backend;          // e.g. "CPU", "Vulkan"
    int64_t     memory_free  = 0; // bytes
    int64_t     memory_total = 0; // bytes
};

// Loads every backend library found in the folder; of several CPU libraries the best that runs here.
void load_backends(const std::string & folder);

std::vector<device_facts> list_devices();

// The instruction sets and features of the loaded backends, as llama.cpp prints them.
std::string system_info();
