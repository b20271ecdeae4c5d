#pragma once
// What a run of letters and digits says when it is decoded: base64 (RFC 4648, also of URLs), base32 and hex, with 0x before it as well, or with \x, of which the first byte is one already.
// Linear. Any thread.

#include <functional>
#include <string>
#include <string_view>

namespace aisle {

/// Calls f with the bytes of each way to read it, until one returns true, and says whether one did.
bool anyDecoded(std::string_view run, const std::function<bool(const std::string& bytes)>& f);

/// Text that somebody encoded, and not what decoding anything gives.
bool isReadable(std::string_view bytes);
/// Of bytes that are no text, such as a message of Protocol Buffers, the runs of six and more characters that can be read, in UTF-8 and, of
/// ASCII alone, in UTF-16, until one returns true; whether one did. Of a run that ends with so many digits
/// as cards have it comes without the last one, too: that may begin what stands behind it.
bool anyReadableRun(std::string_view bytes, const std::function<bool(std::string_view run)>& f);

} // namespace aisle
