#pragma once
// What a masking redactor makes of a value, by the rules that come with the program.

#include "privacy/masking_redactor.h"

#include <string>
#include <string_view>

namespace aisle::test {

inline const MaskingRedactor& redactor() {
    static const MaskingRedactor one(maskingRules(), "aisle_salt_of_this_test");
    return one;
}

inline std::string masked(std::string_view key, std::string_view value) { return redactor().redact(key, value); }

} // namespace aisle::test
