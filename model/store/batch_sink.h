#pragma once
// The SpanSink of an import: encodes records into batches with the workspace's dictionary.
//
// Thread: the reader thread. Batches leave through `handOver`, which may block (bounded queue).

#include "store/batch.h"
#include "store/import_report.h"
#include "store/string_pool.h"

#include <functional>
#include <memory>
#include <unordered_map>

namespace aisle {

class Database;

/// Strings (names, keys, services) and attribute pairs of a workspace, by number. The pairs are bounded:
/// keys past 65,536 distinct values, values over 256 bytes and everything past 64 MB of memory stay inline in the span.
class Dictionary {
public:
    static constexpr uint32_t kValuesPerKey = 65536;
    static constexpr size_t kValueBytes = 256;
    static constexpr uint64_t kTotalBytes = 64ULL << 20;

    /// Reads what a workspace already has.
    void load(Database& db);

    uint32_t string(std::string_view text, Batch& batch, bool* repaired = nullptr);
    /// Appends the JSON array of `attributes` to batch.text.
    Slice encode(const Attributes& attributes, Batch& batch, bool* repaired = nullptr);
    /// What a key means for the error rule (domain: "Error"), known once per key.
    enum class Role : uint8_t { None, Error, HttpStatus, GrpcStatus, Service, Instance, Host };
    Role roleOf(std::string_view key) const;

private:
    StringPool strings_, pairs_;
    std::vector<uint32_t> valuesOfKey_; // by string id
    std::vector<bool> isManyValued_;    // by string id
    std::string scratch_;
};

class BatchSink : public SpanSink {
public:
    using HandOver = std::function<void(std::unique_ptr<Batch>)>;

    /// Handles start at `firstContext`. Counts into `report`. Both outlive the sink.
    BatchSink(Dictionary& dictionary, ImportReport& report, ContextHandle firstContext, HandOver handOver);

    ContextHandle context(const ContextRecord& record) override;
    ContextHandle openContext() override;
    void complete(ContextHandle handle, const ContextRecord& record) override;
    void span(const SpanRecord& record) override;
    void log(const LogRecord& record) override;
    void skipped(std::string_view reason, Position at) override;
    void repaired(std::string_view what, Position at) override;
    void ignored(std::string_view what, uint64_t count) override;
    void columns(std::string_view mapping, bool sure) override;

    /// Hands over what is left.
    void flush();

private:
    Slice keep(std::string_view text, bool* repaired = nullptr);
    void handOverIfFull();
    void keepIdText(TraceId id, std::string_view text);
    bool isError(const SpanRecord& record) const;
    int64_t boundedTime(int64_t time, const char* remark); ///< 0 when it is out of bounds, which is counted

    Dictionary& dictionary_;
    ImportReport& report_;
    ContextHandle nextContext_;
    HandOver handOver_;
    std::unique_ptr<Batch> batch_ = std::make_unique<Batch>();
    std::unordered_map<std::string, ContextHandle> contexts_; // by content
    size_t contextBytes_ = 0;
    StringPool idTexts_;
    Attributes eventAttributes_;
    std::string scratch_;
};

} // namespace aisle
