#pragma once
// The values of some attribute keys, span by span: what the value index is made from, and what is read where there is
// none.

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/ids.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aisle {

class ValueScan {
public:
    /// `keys` are string ids. Holds the dictionary's values of these keys (64 MB at most, by the dictionary's bound).
    ValueScan(Database& db, std::span<const uint32_t> keys);

    /// Calls f(row, key, value) for each value of rows in [from, to), `key` being a position in `keys`; stops early
    /// when f says false, and then returns the row behind. Throws StoreError and Stopped.
    using Visit = std::function<bool(Row row, uint32_t key, std::string_view value)>;
    Row run(Row from, Row to, const Visit& visit, const StopToken& stop);

    /// The values of keys[0] in one row.
    std::vector<std::string> of(Row row);

private:
    template <typename F>
    void read(std::string_view attributes, F&& f);

    Statement rows_, one_;
    std::unordered_map<uint32_t, uint32_t> keys_; // by string id
    struct Pair {
        uint32_t key;
        std::string value;
    };
    std::unordered_map<uint32_t, Pair> pairs_;
};

} // namespace aisle
