#pragma once

#include <cstdint>
#include <sidewire/description.hpp>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"

namespace sidewire::codec {

/// Appends `value`, an object of the type described. Doubles are written in their shortest form;
/// what a format cannot say is mended rather than refused: a number that is not finite becomes
/// null, bytes of a string that are no UTF-8 become U+FFFD. Empty optionals are left out of
/// objects.
void encode(base::buffer& out, format as, const type_description& type, const void* value);

/// Appends any valid value, transcoding where its format is another one; null where it cannot be
/// read then, being invalid or nested deeper than any message may be.
void encode(base::buffer& out, format as, json_view value);

template <class T>
void encode(base::buffer& out, format as, const T& value) {
  encode(out, as, describe<T>(), &value);
}

}  // namespace sidewire::codec
