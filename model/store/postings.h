#pragma once
// Finds spans by their attributes: for each key and segment of 65,536 rows, who has it and with which value. With them one
// key of 5 M spans is read in some 20 ms, where reading the spans takes 2.5 s.
//
// They are made in the background after an import, segment by segment, each in one transaction; a file that is added or
// removed touches no other's. Where they are not made yet (or damaged, or the workspace cannot be written), the rows of
// the segment are read instead: slower, with the same result.

#include "store/attribute_dictionary.h"
#include "store/posting_chunk.h"

#include <functional>

namespace aisle {

/// False in a workspace of an earlier version that cannot be written.
bool hasPostings(Database& db);

/// Are there segments without?
bool postingsAreDue(Database& db, const SpanTable& table);

/// Makes what is not made yet: about 1.5 M spans a second. Throws StoreError and Stopped; what was done until then stays.
/// Thread: that of `db`, beside whatever else the workspace does.
void buildPostings(Database& db, const SpanTable& table, const AttributeDictionary& dictionary, const StopToken& stop = {},
                   const std::function<void(uint64_t done, uint64_t all)>& progress = {});

/// Thread: that of `db`.
class PostingReader {
public:
    PostingReader(Database& db, const SpanTable& table, const AttributeDictionary& dictionary);

    /// Of a key (string id) in a segment; empty when nobody has it there. Of all rows, hidden ones, too. Throws StoreError.
    PostingChunk read(uint32_t segment, uint32_t key);

    /// Are there postings of the segment? Else it is read for every key anew, and forEachValue() is for many keys.
    bool isMade(uint32_t segment);
    /// Reads the rows of a segment once: calls pair(offset, attribute.id) and kept(offset, key, text).
    void forEachValue(uint32_t segment, const std::function<void(uint16_t, uint32_t)>& pair, const std::function<void(uint16_t, uint32_t, std::string_view)>& kept);

    /// Calls f(type, text) for each value of the key that is kept with the span of that row.
    void forEachKept(Row row, uint32_t key, const std::function<void(ValueType, std::string_view)>& f);

    /// Calls f(key, chunk) for every key of a segment that is made. Throws StoreError.
    void forEachKey(uint32_t segment, const std::function<void(uint32_t, const PostingChunk&)>& f);

private:
    PostingChunk scan(uint32_t segment, uint32_t key);

    Database& db_;
    const SpanTable& table_;
    const AttributeDictionary& dictionary_;
    bool has_;
    std::optional<Statement> made_, chunk_;
    Statement rows_, one_;
    std::unordered_map<uint32_t, bool> isMade_; ///< segments that were asked about
};

} // namespace aisle
