#pragma once

#include <string>
#include <string_view>

namespace sidewire::server {

/// Appends `text` in double quotes, as JSON (RFC 8259, 7) and TOML basic strings both read it:
/// control characters and DEL escaped, bytes that are no UTF-8 mended to U+FFFD. For texts that are
/// written once or a line at a time, not for messages.
void append_quoted(std::string& out, std::string_view text);

/// The same as a new string.
std::string quoted_text(std::string_view text);

/// Appends `text` for a terminal or a plain log: what `append_quoted` does, without the quotes, and
/// with a double quote and a backslash as they are.
void append_printable(std::string& out, std::string_view text);

}  // namespace sidewire::server
