#include "story/order_search.h"

#include "story/story_attributes.h"
#include "text/format.h"
#include "text/utf8.h"

#include <QString>

#include <algorithm>
#include <bit>
#include <tuple>
#include <unordered_set>

namespace aisle {

namespace {

std::u16string folded(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).trimmed().toCaseFolded().toStdU16String();
}

uint64_t lettersOf(std::u16string_view text) {
    uint64_t out = 0;
    for (const char16_t c : text)
        out |= uint64_t(1) << (c & 63);
    return out;
}

bool isPartOfWord(char16_t c) { return QChar(c).isLetterOrNumber() || QChar(c).isSurrogate(); }

/// Does a part of it, but the first, begin so?
bool hasPart(std::u16string_view value, std::u16string_view text) {
    for (size_t at = value.find(text, 1); at != std::u16string_view::npos; at = value.find(text, at + 1))
        if (!isPartOfWord(value[at - 1]))
            return true;
    return false;
}

} // namespace

uint32_t editsBetween(std::u16string_view a, std::u16string_view b, uint32_t most) {
    if (a.size() > b.size())
        std::swap(a, b);
    const uint32_t far = most + 1;
    if (b.size() - a.size() > most)
        return far;
    // Rows of the matrix: only the diagonals that lie at most `most` off the main one can hold a small number.
    std::vector<uint32_t> before(b.size() + 1, far), last(b.size() + 1, far), now(b.size() + 1, far);
    for (size_t j = 0; j <= b.size() && j <= most; ++j)
        last[j] = static_cast<uint32_t>(j);
    uint32_t leastOfLast = 0;
    for (size_t i = 1; i <= a.size(); ++i) {
        const size_t from = i > most ? i - most : 0, to = std::min(b.size(), i + most);
        uint32_t least = far;
        std::fill(now.begin() + static_cast<std::ptrdiff_t>(from > 0 ? from - 1 : 0), now.begin() + static_cast<std::ptrdiff_t>(std::min(b.size(), to + 1)) + 1, far);
        for (size_t j = from; j <= to; ++j) {
            uint32_t edits = far;
            if (j == 0) {
                edits = static_cast<uint32_t>(i);
            } else {
                edits = std::min({last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U), last[j] + 1, now[j - 1] + 1});
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    edits = std::min(edits, before[j - 2] + 1);
            }
            now[j] = std::min(edits, far);
            least = std::min(least, now[j]);
        }
        // An exchange reaches back two rows.
        if (least == far && leastOfLast == far)
            return far;
        leastOfLast = least;
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

bool isExchangeOf(std::u16string_view a, std::u16string_view b) {
    if (a.size() != b.size())
        return false;
    const auto at = static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
    return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] && a.substr(at + 2) == b.substr(at + 2);
}

OrderSearch::OrderSearch(CaseSource& source, std::shared_ptr<const CaseIndex> orders, const StopToken& stop) : orders_(std::move(orders)) {
    std::vector<Kind> kinds;
    std::unordered_set<std::string> seen;
    const auto addNames = [&](const std::string& what, const std::vector<std::string>& names) {
        for (const std::string& name : names)
            if (!name.empty() && seen.insert(name).second)
                kinds.push_back({what, name});
    };
    const auto wordFor = [](const CaseKey& key) { return key.id == "order" ? std::string("order number") : key.noun(); };
    // What orders are by comes first, then the other notions of a case that are something one may be told.
    addNames(wordFor(orders_->key()), {orders_->attribute()});
    const std::vector<CaseKey> keys = source.keys();
    for (const char* id : {"order", "session", "user"})
        for (const CaseKey& key : keys)
            if (key.id == id)
                addNames(wordFor(key), key.keys);
    const StoryAttributes& known = StoryAttributes::preset();
    addNames("e-mail address", known.email);
    addNames("tracking number", known.tracking);

    std::vector<std::string> names;
    for (const Kind& kind : kinds)
        names.push_back(kind.attribute);
    const std::vector<CaseSource::ColumnPtr> columns = source.columns(names, stop);
    for (size_t k = 0; k < kinds.size(); ++k)
        add(kinds[k], *columns[k], stop);
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return std::tie(a.folded, a.kind, a.value) < std::tie(b.folded, b.kind, b.value); });
}

void OrderSearch::add(const Kind& kind, const CaseColumn& column, const StopToken& stop) {
    std::vector<std::pair<uint32_t, CaseNumber>> pairs;
    for (const auto& [trace, value] : column.said)
        if (const CaseNumber c = orders_->caseOf(trace); c != kNoCase)
            pairs.emplace_back(value, c);
    if (pairs.empty())
        return;
    stop.check();
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    const auto number = static_cast<uint32_t>(kinds_.size());
    kinds_.push_back(kind);
    for (size_t i = 0; i < pairs.size();) {
        const uint32_t value = pairs[i].first;
        Entry entry;
        entry.value = column.distinct[value];
        entry.folded = folded(entry.value);
        entry.letters = lettersOf(entry.folded);
        entry.kind = number;
        entry.from = static_cast<uint32_t>(leadsTo_.size());
        for (; i < pairs.size() && pairs[i].first == value; ++i)
            leadsTo_.push_back(pairs[i].second);
        entry.to = static_cast<uint32_t>(leadsTo_.size());
        if (!entry.folded.empty())
            entries_.push_back(std::move(entry));
        if ((entries_.size() & 0xfff) == 0)
            stop.check();
    }
}

OrderHits OrderSearch::find(std::string_view text, size_t limit, const StopToken& stop) const {
    const std::u16string wanted = folded(text);
    struct Found {
        OrderMatch match;
        uint32_t edits;
        bool isOther; ///< than an exchange
        const Entry* entry;
    };
    std::vector<Found> found;
    if (wanted.empty())
        return {};
    // A value may hold millions of others as its beginning: no more than can be told apart are taken.
    constexpr size_t kMost = 100'000;
    const auto first = std::lower_bound(entries_.begin(), entries_.end(), wanted, [](const Entry& e, const std::u16string& w) { return e.folded < w; });
    for (auto at = first; at != entries_.end() && at->folded.starts_with(wanted) && found.size() < kMost; ++at)
        found.push_back({at->folded.size() == wanted.size() ? OrderMatch::Whole : OrderMatch::Beginning, 0, false, &*at});
    const auto forEachEntry = [&](const auto& look) {
        for (size_t i = 0; i < entries_.size() && found.size() < kMost; ++i) {
            if ((i & 0xfff) == 0)
                stop.check();
            look(entries_[i]);
        }
    };
    const uint64_t letters = lettersOf(wanted);
    if (found.empty())
        forEachEntry([&](const Entry& e) {
            if ((letters & ~e.letters) == 0 && hasPart(e.folded, wanted))
                found.push_back({OrderMatch::Part, 0, false, &e});
        });
    if (found.empty()) {
        constexpr size_t kLong = 8;
        const uint32_t most = wanted.size() >= kLong ? 2 : 1;
        forEachEntry([&](const Entry& e) {
            // An edit changes at most two of the bits.
            if (static_cast<uint32_t>(std::popcount(letters ^ e.letters)) > 2 * most)
                return;
            if (const uint32_t edits = editsBetween(wanted, e.folded, most); edits <= most)
                found.push_back({OrderMatch::Similar, edits, !isExchangeOf(wanted, e.folded), &e});
        });
    }
    // Entries lie by their text: as pointers, too.
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return std::tie(a.match, a.isOther, a.edits, a.entry->kind, a.entry) < std::tie(b.match, b.isOther, b.edits, b.entry->kind, b.entry); });
    OrderHits out;
    out.isCut = found.size() >= kMost;
    std::unordered_set<CaseNumber> seen;
    for (const Found& one : found)
        for (uint32_t i = one.entry->from; i < one.entry->to; ++i) {
            const CaseNumber order = leadsTo_[i];
            if (!seen.insert(order).second)
                continue;
            if (out.hits.size() == limit) {
                out.isCut = true;
                return out;
            }
            const Kind& kind = kinds_[one.entry->kind];
            out.hits.push_back({order, kind.what, kind.attribute, one.entry->value, one.match, one.edits, one.match == OrderMatch::Similar && !one.isOther});
        }
    return out;
}

std::string sentenceOf(const OrderHit& hit) {
    // What stands in place of a value that is masked says its kind itself: "e-mail jwxe...".
    const std::string kind = hit.what.substr(0, hit.what.find(' ')) + " ";
    const std::string what = (hit.value.starts_with(kind) ? std::string() : hit.what + " ") + shortened(hit.value);
    switch (hit.match) {
    case OrderMatch::Whole: return what;
    case OrderMatch::Beginning: return what + ", which begins so";
    case OrderMatch::Part: return what + ", a part of which begins so";
    case OrderMatch::Similar: return what + ", which differs by " + counted(hit.edits, "typing error", "typing errors");
    }
    return what;
}

Tabular tabulate(const OrderSearch& search, const OrderHits& hits, std::string_view text) {
    Tabular out;
    out.columns = {{"order", search.orders()->key().title, false, {}, search.orders()->attribute()}, {"what", "Found by"}, {"value", "Value"}, {"match", "Match"}};
    for (const OrderHit& hit : hits.hits) {
        const std::string match = hit.match == OrderMatch::Whole ? "exact" : hit.match == OrderMatch::Beginning ? "beginning" : hit.match == OrderMatch::Part ? "beginning of a part" : counted(hit.edits, "typing error", "typing errors");
        out.rows.push_back({search.orders()->cases()[hit.order].value, hit.what, hit.value, match});
    }
    if (hits.hits.empty())
        out.notes.push_back("No " + search.orders()->key().noun() + " of this file has " + shortened(text) + " or anything like it as its number, session, user, e-mail address or tracking number.");
    if (hits.isCut)
        out.notes.push_back("There are more; type more of it, or ask for more with --limit.");
    return out;
}

} // namespace aisle
