#pragma once

#include "load/options.hpp"
#include "load/report.hpp"

namespace sidewire::bench {

/// The measurements, one a file. Each throws std::exception where the server's behaviour spoils it:
/// a wrong, missing or repeated answer, or an end of the connection.
report measure_rate(const options& wanted);
report measure_connects(const options& wanted);
report measure_idle(const options& wanted);
report measure_fan_out(const options& wanted);
report measure_resume(const options& wanted);
report measure_first_answer(const options& wanted);
report measure_start(const options& wanted);

}  // namespace sidewire::bench
