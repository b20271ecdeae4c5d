#include "store/indexes.h"

#include "store/postings.h"
#include "store/value_index.h"
#include "text/format.h"

namespace aisle {

bool indexesAreDue(Database& db, const SpanTable& table) { return postingsAreDue(db, table) || valueIndexIsDue(db, table); }

void buildIndexes(Database& db, const SpanTablePtr& table, const StopToken& stop, const std::function<void(uint64_t done, uint64_t all)>& progress) {
    // Postings first: most questions need no more.
    const bool hasValues = valueIndexIsDue(db, *table);
    const auto part = [&](uint64_t from) {
        return [&progress, from, hasValues](uint64_t done, uint64_t all) {
            if (progress)
                progress(from * all + done, all * (hasValues ? 2 : 1));
        };
    };
    if (postingsAreDue(db, *table))
        buildPostings(db, *table, *AttributeDictionary::read(db, table, stop), stop, part(0));
    if (hasValues)
        buildValueIndex(db, *table, stop, part(1));
}

std::string indexWords(Database& db) {
    const int64_t keys = hasPostings(db) ? db.integer("SELECT count(DISTINCT id & 4294967295) FROM posting") : 0;
    std::string out = formatCount(static_cast<uint64_t>(keys)) + (keys == 1 ? " key" : " keys") + " of attributes, " +
                      formatBytes(hasPostings(db) ? static_cast<uint64_t>(db.integer("SELECT coalesce(sum(length(data)), 0) FROM posting")) : 0);
    if (const ValueIndexSize values = valueIndexSize(db); values.keys > 0)
        out += "; " + formatCount(values.keys) + (values.keys == 1 ? " key with " : " keys with ") + formatCount(values.values) + " values, " + formatBytes(values.bytes);
    return out;
}

uint64_t indexBytes(Database& db) {
    return valueIndexSize(db).bytes + (hasPostings(db) ? static_cast<uint64_t>(db.integer("SELECT coalesce(sum(length(data)), 0) FROM posting")) : 0);
}

} // namespace aisle
