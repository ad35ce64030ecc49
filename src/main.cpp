#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "server/command_line.hpp"
#include "server/program.hpp"
#include "services/system/program_facts.hpp"
#include "services/system/system.hpp"

extern char** environ;
namespace {
using namespace sidewire;
class scratch_logger : public base::logger {
 public:
  scratch_logger() : logger{base::log_level::info} {}

 private:
  void write(base::log_level, std::string_view m,
             std::initializer_list<base::log_field> f) override {
    std::cerr << m;
    for (auto& x : f)
      if (auto* s = std::get_if<std::string_view>(&x.value))
        std::cerr << " " << x.name << "=" << *s;
    std::cerr << "\n";
  }
};
}  // namespace
int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::vector<std::string> environment;
  for (char** e = environ; *e; ++e) environment.emplace_back(*e);
  auto asked = server::parse_command_line(arguments, environment);
  if (auto* p = std::get_if<server::print_command>(&asked)) {
    std::cout << p->standard_output;
    std::cerr << p->standard_error;
    return p->exit_status;
  }
  auto& serve = std::get<server::serve_command>(asked);
  server::standard_output output;
  scratch_logger log;
  server::program program{serve.chosen, environment, output, log};
  services::add_system(program.methods(), std::make_shared<services::program_facts>(program));
  return program.run();
}
