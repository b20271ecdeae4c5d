#pragma once
// Resources and scopes of OTLP, in JSON or protobuf, to context handles.
//
// They are compared as raw bytes before they are parsed: a file has few different ones and repeats them in
// front of every handful of spans, so nearly all are known and cost one comparison. A resource behind its
// scopes (or a scope behind its spans) gets an open handle that is completed when its container ends.
//
// An input may be read in two attempts: a line first as a whole, then again record by record when that fails
// half way. The second attempt gets the handles of the first and passes over the records it had.

#include "format/context_cache.h"
#include "store/span_sink.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aisle {

class OtlpContexts {
public:
    /// Fills the record from the raw resource and scope; views must live until the next call.
    using Parse = std::function<void(std::string_view resource, std::string_view schema, std::string_view scope,
                                     ContextRecord& record)>;

    OtlpContexts(SpanSink& sink, Parse parse) : m_sink(sink), m_parse(std::move(parse)) {}

    void enterResource();
    void setResource(std::string_view raw);
    /// May come behind the scopes, as collectors write it: then it completes the contexts that were given out.
    void setSchema(std::string_view url);
    void leaveResource();
    void enterScope();
    void setScope(std::string_view raw);
    void leaveScope();
    /// Of the scope that was entered last.
    ContextHandle current();

    void beginAttempt();
    void endAttempt() { m_attempt = false; } ///< it went well
    void repeatAttempt();                    ///< it did not: the next is the second
    /// For each record, whether taken or skipped; false when the first attempt had it.
    bool nextRecord();

private:
    enum class Follows : uint8_t { Unknown, No, Yes };
    struct Issued {
        ContextHandle handle;
        std::string scope;
    };
    struct Open {
        ContextHandle handle = 0;
        bool completed = false;
        std::string scope;
    };

    /// What a stranger's file may cost: a resource or scope, and what one resource gathers for its end.
    static constexpr size_t kTextBytes = 1U << 20, kGatheredBytes = 64U << 20;
    static constexpr size_t kRecordBytes = 200; ///< that a span takes at least

    bool isTooLarge(std::string_view raw);
    /// Resource, schema and that scope, to m_record. False: the resource had to be left out.
    bool read(std::string_view scope);
    ContextHandle known();
    void completeSchema();
    size_t open();

    SpanSink& m_sink;
    Parse m_parse;
    std::string m_resource, m_schema, m_scope, m_key, m_knownScope;
    bool m_isKnown = false; ///< m_handleKnown is the context of resource, schema and m_knownScope
    ContextHandle m_handleKnown = 0;
    std::optional<uint32_t> m_resourceNumber; ///< of resource and schema
    uint32_t m_resourceNumbers = 0;
    ContextBudget m_budget;
    size_t m_gathered = 0;
    bool m_resourceSeen = false, m_scopeSeen = false, m_handleSet = false, m_handleOpen = false;
    bool m_openedWithoutScope = false;
    bool m_handleShared = false; ///< of a scope that is taken as the one before
    Follows m_scopeFollows = Follows::Unknown;
    ContextHandle m_handle = 0;
    size_t m_openIndex = 0;
    std::vector<Issued> m_issued;  ///< known contexts of the current resource that have no schema yet
    std::unordered_map<ContextHandle, std::string> m_schemaOf; ///< of those that got it late
    size_t m_schemaBytes = 0;
    std::vector<size_t> m_pending; ///< indexes into m_opened, of the current resource
    std::vector<Open> m_opened;    ///< of the current attempt
    size_t m_reuse = 0, m_reuseEnd = 0;
    uint64_t m_records = 0, m_passOver = 0;
    bool m_attempt = false;
    ContextCache m_resources, m_cache;
    ContextRecord m_record;
};

} // namespace aisle
