#pragma once
// Attributes as a plain JSON object inside a text: {"http.method":"GET","retries":2}.

#include "json/json_value.h"

#include <string_view>

namespace aisle {

/// False, and `attributes` empty, when the text is no JSON object. What is read is in the pool.
bool readJsonAttributes(JsonParser& parser, std::string_view text, Attributes& attributes, TextPool& pool);
/// The same of an object that is being read.
void readJsonAttributes(JsonObject object, Attributes& attributes, TextPool& pool);

} // namespace aisle
