#pragma once

#include <stdexcept>

// Says why a matrix cannot be fitted by what its block is to put out.
class unfit_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
