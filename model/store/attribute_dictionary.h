#pragma once
// What attributes of a workspace can say: the dictionary's values by key, and what resources and instrumentation scopes
// say. Values that are kept with their span are not in it. Bounded like the dictionary of an import (64 MB of text).
//
// Thread: immutable, share it. Belongs to one generation of the table: contexts come with files.

#include "store/span_sink.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

class AttributeDictionary {
public:
    static constexpr uint32_t kNone = 0xffffffffU;
    struct Value {
        uint32_t key = kNone; ///< string id; kNone: there is no value with this id
        ValueType type = ValueType::String;
        std::string_view text;
    };
    /// What spans of a context share.
    struct Context {
        std::vector<Value> resource, scope;
        std::string_view scopeName, scopeVersion;
    };

    /// 1 M values take 0.3 s. Throws StoreError and Stopped. Thread: that of `db`; keep it off the UI thread.
    static std::shared_ptr<const AttributeDictionary> read(Database& db, SpanTablePtr table, const StopToken& stop = {});

    /// String id of a key; kNone when the text is nowhere in the workspace.
    uint32_t keyOf(std::string_view name) const;
    std::string_view keyText(uint32_t key) const { return key < table_->stringCount() ? table_->text(key) : std::string_view(); }

    /// By attribute.id; the id in a file of a stranger may be any number.
    Value value(uint32_t id) const { return id < values_.size() ? values_[id] : Value{}; }
    uint32_t idCount() const { return static_cast<uint32_t>(values_.size()); }
    /// Ids of a key's values, ascending.
    std::span<const uint32_t> valuesOf(uint32_t key) const;

    /// By context id.
    const std::vector<Context>& contexts() const { return contexts_; }

private:
    std::string_view keep(std::string_view text);
    void readValues(Database& db, const StopToken& stop);
    void readContexts(Database& db, const StopToken& stop);
    void list(std::string_view json, std::vector<Value>& out);

    SpanTablePtr table_; ///< whose strings are the keys
    std::vector<Value> values_;
    std::unordered_map<uint32_t, std::vector<uint32_t>> ofKey_;
    std::unordered_map<std::string_view, uint32_t> keys_; ///< of values
    std::vector<Context> contexts_;
    std::deque<std::string> texts_; ///< that the values are in, block by block
};

} // namespace aisle
