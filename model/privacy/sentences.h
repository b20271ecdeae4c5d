#pragma once
// What several words in a text are that nobody quotes: where somebody lives, or what a program says beside the key of it. Linear in the few bytes
// that they look at. Any thread.

#include <string_view>

namespace aisle::privacy {

/// Where what stands behind the comma at `at` ends, where it is a part of an address, 94043 Bath; `at`: it is something else, Error 503 from billing.
/// `stops`: what it ends at.
size_t nextPartOfAddress(std::string_view text, size_t at, std::string_view stops);

/// Where the phrase [begin, end) ends that another key stands behind: customer=Ann Lee order=4711. `isOfStruct`: a colon may be between key and value, too,
/// as Go prints them, {Name:Ann Total:5}.
size_t endBeforeKey(std::string_view text, size_t begin, size_t end, bool isOfStruct = false);

/// Do several words say something of a machine, and not where somebody lives: no such host, Connection refused, 10 retries failed?
bool isSentence(std::string_view text);

/// Is it a secret even where tests are said to pass, "PASS: test_login2"?
bool isWrittenAsSecret(std::string_view value);

} // namespace aisle::privacy
