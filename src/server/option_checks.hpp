#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What is wrong with one text of an option, if anything: a sentence that quotes the text and says
/// what was expected.
namespace sidewire::server {

std::optional<std::string> problem_of_transport(std::string_view text);
std::optional<std::string> problem_of_host(std::string_view text);
std::optional<std::string> problem_of_listen(std::string_view text);
std::optional<std::string> problem_of_auth(std::string_view text);
std::optional<std::string> problem_of_allowed_origin(std::string_view text);
std::optional<std::string> problem_of_allowed_host(std::string_view text);
/// Empty is none.
std::optional<std::string> problem_of_base_path(std::string_view text);
/// Empty is none.
std::optional<std::string> problem_of_public_url(std::string_view text);
/// An empty command is none.
std::optional<std::string> problem_of_launch(std::string_view text);
std::optional<std::string> problem_of_path(std::string_view text);
/// A `[[logs]]` entry's name: it becomes part of topics and addresses.
std::optional<std::string> problem_of_service_name(std::string_view text);
/// `SIDEWIRE_TOKEN`; never quotes it.
std::optional<std::string> problem_of_token(std::string_view text);

}  // namespace sidewire::server
