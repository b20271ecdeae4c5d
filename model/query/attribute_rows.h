#pragma once
// Which rows have an attribute, and which have a value that is looked for.

#include "query/source.h"
#include "query/traceql.h"
#include "query/value_test.h"
#include "store/postings.h"
#include "table/cancel.h"

#include <optional>

namespace aisle::traceql {

struct AttributeRows {
    RowSet matched, present; ///< visible rows
};

class AttributeFinder {
public:
    /// Without a database nothing is found.
    AttributeFinder(const Source& source, const StopToken& stop);

    /// `test` null: who has the attribute at all (`present`). With a test `present` is complete only when it is negative.
    AttributeRows find(const Field& field, const ValueTest* test);
    /// Rows with a value that holds the text, without regard to the case of ASCII letters: of any attribute of span or resource.
    RowSet containing(std::string_view text);

    /// A kept value was not read, because the source does not want it.
    bool isPartial() const { return isPartial_; }

    /// A hidden row stands for another one where it is a fragment, else for none.
    Row shown(Row row) const;

private:
    void spans(const std::vector<std::string>& names, const ValueTest* test, AttributeRows& out, const RowSet* decided = nullptr);
    void paths(const ValueTest* test, AttributeRows& out);
    ConditionCache::PathValues pathValues();
    void contexts(const std::vector<std::string>& names, bool ofScope, const ValueTest* test, AttributeRows& out);
    void events(const Field& field, const std::vector<std::string>& names, const ValueTest* test, AttributeRows& out);
    void links(const Field& field, const std::vector<std::string>& names, const ValueTest* test, AttributeRows& out);
    void instrumentation(const Field& field, const ValueTest* test, AttributeRows& out);
    bool hasRow(int64_t row) const;
    bool isActive(uint32_t segment) const;
    bool hasHidden(uint32_t segment) const;
    bool isManyValued(uint32_t key);
    bool hasArrays(uint32_t key) const;
    bool isAsked(Row row, const RowSet* decided) const;
    void keep(RowSet& rows) const;
    template <typename F>
    void rowsOfContexts(const std::vector<uint8_t>& contexts, RowSet& rows, F&& flag) const;
    template <typename F>
    void forEachValue(std::string_view json, const std::vector<uint32_t>& keys, F&& f) const;

    const Source& source_;
    const SpanTable& table_;
    const StopToken& stop_;
    std::optional<PostingReader> postings_;
    std::optional<std::vector<uint32_t>> manyValued_;
    mutable std::shared_ptr<const ConditionCache::Facts> facts_; ///< when first asked for
    mutable std::vector<std::optional<bool>> hasHidden_;         ///< without a cache: by segment, as it is asked
    bool isPartial_ = false;
};

} // namespace aisle::traceql
