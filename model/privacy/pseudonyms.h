#pragma once
// What stands in the place of a masked value: "e-mail k7f3a2bq4xcm". The same value gets the same one as long as the salt is the same, so
// that a customer stays one customer; without the salt nobody can look it up by trying values (HMAC-SHA-256, RFC 2104).
// 50 bits of it are kept (10 characters of base32, RFC 4648): of 1 M values two share one with a probability of 0.0004. Two more
// characters prove that it was made with this salt, so that what is masked is not masked again and no value can pretend to be masked.
//
// Thread: immutable, share it.

#include "store/sqlite.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class Pseudonyms {
public:
    /// `words`: the first words that pseudonyms may have.
    Pseudonyms(std::string salt, std::vector<std::string> words);

    /// `value` as it is to be compared (lower case, digits only).
    std::string of(std::string_view word, std::string_view value) const;
    bool isOne(std::string_view text) const;

    struct Place {
        size_t begin = 0, end = 0;
    };
    /// Where pseudonyms are in a text, ascending.
    std::vector<Place> findIn(std::string_view text) const;

private:
    std::string check(std::string_view word, std::string_view id) const;

    std::string salt_;
    std::vector<std::string> words_;
};

/// A new one, random.
std::string newMaskingSalt();
/// The one that a workspace keeps (store/user_items.h), else empty. Throws StoreError. Thread: that of `db`.
std::string keptMaskingSalt(Database& db);
/// The same; where there is none one is made and kept. Throws StoreError, also when the workspace cannot be written.
std::string maskingSalt(Database& db);

} // namespace aisle
