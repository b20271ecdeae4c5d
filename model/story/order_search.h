#pragma once
// Finds an order by what somebody at the telephone knows of it: its number, the session, the user, an e-mail address, a tracking number.
// Upper and lower case do not matter, nor spaces around the text. What matches, in this order:
// - all of a value;
// - its beginning, or the beginning of one of its parts ("1000014" of "ORD-1000014", "example" of "anna@example.com");
// - where nothing does so, a value that differs by one edit, or by two where the text has 8 or more characters. One in which only two neighbours
//   are exchanged comes first: that is how numbers are misheard and mistyped, while of a number that goes up by one ten differ in the last digit.
//   Edits are those of optimal string alignment (the restricted Damerau-Levenshtein distance: insert, delete, replace, exchange two neighbours,
//   no character twice). An order number has hundreds of neighbours that differ by one digit, so that they are no answer where it is there itself.
// An order is found by a value if a trace of it says that value: a session or a user leads to the orders of the traces that have both.
//
// Checked against a naive reference (tst_order_search). Source of the distance: Boytsov, "Indexing methods for approximate dictionary
// searching", 2011, section 2.
//
// Measured on 2 cores, 5 M spans: tests/bench/bench_order_search.

#include "cases/case_source.h"
#include "export/tabular.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

enum class OrderMatch : uint8_t { Whole, Beginning, Part, Similar };

struct OrderHit {
    CaseNumber order = kNoCase;
    std::string what;      ///< "order number", "session", "user", "e-mail address", "tracking number"
    std::string attribute; ///< that has the value
    std::string value;     ///< as the file has it: untrusted
    OrderMatch match = OrderMatch::Whole;
    uint32_t edits = 0; ///< of Similar
    bool isExchange = false; ///< of Similar: only two neighbours are exchanged
};

struct OrderHits {
    std::vector<OrderHit> hits; ///< by match, exchanges first, edits, then in the order of the attributes, then value, then number of the order; an order once, by its best
    bool isCut = false;         ///< there are more than the limit
};

class OrderSearch {
public:
    /// Reads the attributes that are not known yet (CaseSource::columns()); O(traces that say one). Throws StoreError and Stopped. Keep
    /// it off the UI thread. `orders` are cases of the table of `source`.
    OrderSearch(CaseSource& source, std::shared_ptr<const CaseIndex> orders, const StopToken& stop = {});

    /// Thread: any. O(log values) where something matches wholly or by its beginning, else O(values). Throws Stopped.
    OrderHits find(std::string_view text, size_t limit, const StopToken& stop = {}) const;
    /// Different values that lead to an order.
    size_t values() const { return entries_.size(); }
    const std::shared_ptr<const CaseIndex>& orders() const { return orders_; }

private:
    struct Kind {
        std::string what, attribute;
    };
    struct Entry {
        std::u16string folded;
        std::string value;
        uint64_t letters = 0; ///< which characters it has, hashed to 64 bits
        uint32_t kind = 0;
        uint32_t from = 0, to = 0; ///< in leadsTo_
    };
    void add(const Kind& kind, const CaseColumn& column, const StopToken& stop);

    std::shared_ptr<const CaseIndex> orders_;
    std::vector<Kind> kinds_;
    std::vector<Entry> entries_; ///< by folded, kind, value
    std::vector<CaseNumber> leadsTo_;
};

/// Edits between two texts if they are at most `most`, else most + 1. O(length * most).
uint32_t editsBetween(std::u16string_view a, std::u16string_view b, uint32_t most);

/// Are they the same but for two neighbours that are exchanged?
bool isExchangeOf(std::u16string_view a, std::u16string_view b);

/// "order number ORD-1000014", "e-mail address anna@example.com, which begins so"; of a value that begins with its kind, as masked ones do, without
/// it: "e-mail jwxe1q2w"
std::string sentenceOf(const OrderHit& hit);
Tabular tabulate(const OrderSearch& search, const OrderHits& hits, std::string_view text);

} // namespace aisle
