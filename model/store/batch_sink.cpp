#include "store/batch_sink.h"

#include "store/sqlite.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace aisle {

namespace {

constexpr uint32_t kNone = 0xffffffffU;
constexpr const char* kInvalidUtf8 = "invalid UTF-8 replaced by U+FFFD";

void appendNumber(std::string& out, uint64_t value) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<size_t>(end - digits.data()));
}

void count(ReportLine& line, Position at) {
    ++line.count;
    if (line.examples.size() < 5)
        line.examples.push_back(at);
}

/// gRPC codes that are errors of a server (semantic conventions, RPC spans), by number and by name.
bool isGrpcError(std::string_view value) {
    static constexpr std::array codes = {"2", "4", "12", "13", "14", "15", "UNKNOWN", "DEADLINE_EXCEEDED",
                                         "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"};
    for (const std::string_view code : codes)
        if (value == code)
            return true;
    return false;
}

} // namespace

bool saysError(std::string_view text) {
    constexpr std::string_view no = "false";
    const bool isFalse = text.size() == no.size() && std::equal(text.begin(), text.end(), no.begin(),
                                                                [](char c, char lower) { return (c | 0x20) == lower; });
    return !text.empty() && !isFalse && text != "0";
}

void Dictionary::load(Database& db) {
    // Ids in a workspace are consecutive from 0 (rows are only ever appended), as the pools give them.
    const auto expect = [](uint32_t id, int64_t stored) {
        if (id != stored)
            throw StoreError("The workspace's dictionary is damaged (entry " + std::to_string(stored) + ").");
    };
    Statement strings = db.prepare("SELECT id, text FROM string ORDER BY id");
    while (strings.step()) {
        expect(strings_.append(strings.text(1)), strings.integer(0));
        valuesOfKey_.push_back(0);
        isManyValued_.push_back(false);
    }
    for (Statement keys = db.prepare("SELECT key FROM value_key"); keys.step();)
        if (keys.integer(0) >= 0 && keys.integer(0) < strings_.size())
            isManyValued_[static_cast<size_t>(keys.integer(0))] = true;
    Statement pairs = db.prepare("SELECT id, key, type, value FROM attribute ORDER BY id");
    while (pairs.step()) {
        if (pairs.integer(1) < 0 || pairs.integer(1) >= strings_.size())
            throw StoreError("The workspace's dictionary is damaged (key of entry " + std::to_string(pairs.integer(0)) + ").");
        const auto key = static_cast<uint32_t>(pairs.integer(1));
        scratch_.assign(reinterpret_cast<const char*>(&key), sizeof key);
        scratch_.push_back(static_cast<char>(pairs.integer(2)));
        scratch_.append(pairs.text(3));
        expect(pairs_.append(scratch_), pairs.integer(0));
        ++valuesOfKey_[key];
    }
}

/// The pools hold well-formed text only, so that a name with broken bytes is the same name in every file.
uint32_t Dictionary::string(std::string_view text, Batch& batch, bool* repaired) {
    if (const uint32_t known = strings_.find(text); known != kNone)
        return known;
    if (!isUtf8(text)) {
        if (repaired != nullptr)
            *repaired = true;
        return string(toUtf8(text), batch);
    }
    const uint32_t id = strings_.insert(text).id;
    const auto begin = static_cast<uint32_t>(batch.text.size());
    batch.text.append(text);
    batch.strings.push_back({id, {begin, static_cast<uint32_t>(text.size())}});
    valuesOfKey_.push_back(0);
    isManyValued_.push_back(false);
    return id;
}

Slice Dictionary::encode(const Attributes& attributes, Batch& batch, bool* repaired) {
    // New pairs put their text into batch.text as well, so the array is built apart and appended whole.
    thread_local std::string array, mended;
    array.assign(1, '[');
    for (const Attribute& attribute : attributes) {
        if (array.size() > 1)
            array.push_back(',');
        const uint32_t key = string(attribute.key, batch, repaired);
        std::string_view value = attribute.value;
        const auto findPair = [&] {
            if (value.size() > kValueBytes)
                return kNone;
            scratch_.assign(reinterpret_cast<const char*>(&key), sizeof key);
            scratch_.push_back(static_cast<char>(attribute.type));
            scratch_.append(value);
            return pairs_.find(scratch_);
        };
        uint32_t id = findPair();
        if (id == kNone && !isUtf8(value)) {
            mended = toUtf8(value);
            value = mended;
            id = findPair();
            if (repaired != nullptr)
                *repaired = true;
        }
        if (id == kNone && value.size() <= kValueBytes && valuesOfKey_[key] < kValuesPerKey && pairs_.memory() < kTotalBytes) {
            id = pairs_.insert(scratch_).id;
            ++valuesOfKey_[key];
            const auto begin = static_cast<uint32_t>(batch.text.size());
            batch.text.append(value);
            batch.attributes.push_back({id, key, attribute.type, {begin, static_cast<uint32_t>(value.size())}});
        }
        if (id != kNone) {
            appendNumber(array, id);
            continue;
        }
        if (value.size() <= kValueBytes && !isManyValued_[key]) {
            isManyValued_[key] = true;
            batch.manyValued.push_back(key);
        }
        array.push_back('[');
        appendNumber(array, key);
        array.push_back(',');
        appendNumber(array, static_cast<uint64_t>(attribute.type));
        array.push_back(',');
        appendJsonString(array, value);
        array.push_back(']');
    }
    array.push_back(']');
    const auto begin = static_cast<uint32_t>(batch.text.size());
    batch.text.append(array);
    return {begin, static_cast<uint32_t>(array.size())};
}

Dictionary::Role Dictionary::roleOf(std::string_view key) const {
    switch (key.size()) { // the length rules out nearly every key without comparing bytes
    case 5: return key == "error" ? Role::Error : Role::None;
    case 9: return key == "host.name" ? Role::Host : Role::None;
    case 12: return key == "service.name" ? Role::Service : key == "k8s.pod.name" ? Role::Host : Role::None;
    case 15: return key == "rpc.status_code" ? Role::GrpcStatus : Role::None;
    case 16: return key == "http.status_code" ? Role::HttpStatus : Role::None;
    case 19: return key == "service.instance.id" ? Role::Instance : Role::None;
    case 20: return key == "rpc.grpc.status_code" ? Role::GrpcStatus : Role::None;
    case 24: return key == "rpc.response.status_code" ? Role::GrpcStatus : Role::None;
    case 25: return key == "http.response.status_code" ? Role::HttpStatus : Role::None;
    default: return Role::None;
    }
}

BatchSink::BatchSink(Dictionary& dictionary, ImportReport& report, ContextHandle firstContext, HandOver handOver)
    : dictionary_(dictionary), report_(report), nextContext_(firstContext), handOver_(std::move(handOver)) {}

Slice BatchSink::keep(std::string_view text, bool* repaired) {
    const auto begin = static_cast<uint32_t>(batch_->text.size());
    if (isUtf8(text)) {
        batch_->text.append(text);
    } else {
        batch_->text.append(toUtf8(text));
        if (repaired != nullptr)
            *repaired = true;
    }
    return {begin, static_cast<uint32_t>(batch_->text.size() - begin)};
}

void BatchSink::handOverIfFull() {
    if (batch_->isFull())
        flush();
}

void BatchSink::flush() {
    if (batch_->isEmpty())
        return;
    handOver_(std::move(batch_));
    batch_ = std::make_unique<Batch>();
}

void BatchSink::keepIdText(TraceId id, std::string_view text) {
    if (text.empty())
        return;
    scratch_.assign(id.high == 0 ? "s" : "t"); // a trace and a span may have the same text, each its own number
    scratch_.append(text);
    if (idTexts_.insert(scratch_).isNew)
        batch_->idTexts.push_back({id, keep(text)});
}

ContextHandle BatchSink::openContext() { return nextContext_++; }

ContextHandle BatchSink::context(const ContextRecord& record) {
    // The content itself is the key: a few hundred bytes, a few hundred different ones in a file.
    scratch_.clear();
    const auto add = [this](std::string_view text) {
        appendNumber(scratch_, text.size());
        scratch_.push_back(':');
        scratch_.append(text);
    };
    for (const Attributes* attributes : {&record.resource, &record.scope}) {
        for (const Attribute& attribute : *attributes) {
            add(attribute.key);
            scratch_.push_back(static_cast<char>('0' + static_cast<int>(attribute.type)));
            add(attribute.value);
        }
        scratch_.push_back(';');
    }
    add(record.scopeName);
    add(record.scopeVersion);
    add(record.resourceSchema);
    if (const auto found = contexts_.find(scratch_); found != contexts_.end())
        return found->second;
    const ContextHandle handle = openContext();
    constexpr size_t kBytes = 64U << 20; // a stranger's file with a resource per span: bounded, still right
    if (contextBytes_ > kBytes) {
        contexts_.clear();
        contextBytes_ = 0;
    }
    contextBytes_ += scratch_.size() + 64;
    contexts_.emplace(scratch_, handle);
    complete(handle, record);
    return handle;
}

void BatchSink::complete(ContextHandle handle, const ContextRecord& record) {
    Batch::Context row{};
    row.handle = handle;
    bool instanceIsHost = false;
    for (const Attribute& attribute : record.resource) {
        switch (dictionary_.roleOf(attribute.key)) {
        case Dictionary::Role::Service:
            if (!attribute.value.empty())
                row.service = dictionary_.string(attribute.value, *batch_);
            break;
        case Dictionary::Role::Instance:
            row.instance = dictionary_.string(attribute.value, *batch_);
            instanceIsHost = false;
            break;
        case Dictionary::Role::Host:
            if (!row.instance || instanceIsHost) {
                row.instance = dictionary_.string(attribute.value, *batch_);
                instanceIsHost = true;
            }
            break;
        default: break;
        }
    }
    bool repaired = false;
    row.resource = dictionary_.encode(record.resource, *batch_, &repaired);
    row.scope = dictionary_.encode(record.scope, *batch_, &repaired);
    row.schema = keep(record.resourceSchema, &repaired);
    row.scopeName = keep(record.scopeName, &repaired);
    row.scopeVersion = keep(record.scopeVersion, &repaired);
    batch_->contexts.push_back(row);
    if (repaired)
        count(report_.repaired[kInvalidUtf8], {0, report_.spansRead});
    handOverIfFull(); // a stranger's resource of MBs may have a thousand scopes, all open until it is known
}

int64_t BatchSink::boundedTime(int64_t time, const char* remark) {
    if (time >= kMinTime && time <= kMaxTime)
        return time;
    count(report_.repaired[remark], {0, report_.spansRead + 1});
    return 0;
}

bool BatchSink::isError(const SpanRecord& record) const {
    if (record.status != Status::Unset)
        return record.status == Status::Error;
    for (const Attribute& attribute : record.attributes) {
        switch (dictionary_.roleOf(attribute.key)) {
        case Dictionary::Role::Error:
            if (saysError(attribute.value))
                return true;
            break;
        case Dictionary::Role::HttpStatus: {
            int code = 0;
            std::from_chars(attribute.value.data(), attribute.value.data() + attribute.value.size(), code);
            if (code >= 500 || (code >= 400 && record.kind == Kind::Client))
                return true;
            break;
        }
        case Dictionary::Role::GrpcStatus:
            if (isGrpcError(attribute.value))
                return true;
            break;
        default: break;
        }
    }
    return false;
}

void BatchSink::span(const SpanRecord& record) {
    bool repaired = false;
    Batch::Span row{};
    row.trace = record.trace.id;
    row.id = record.span.id;
    row.parent = record.parent.id;
    row.start = record.start;
    row.duration = record.duration;
    uint8_t flags = record.flags;
    if (row.start < kMinTime || row.start > kMaxTime) {
        row.start = 0;
        flags |= kNoStart | kRepaired;
        count(report_.repaired["a start outside 1951 to 2116 left out"], {0, report_.spansRead + 1});
    }
    if (row.duration < -kMaxDuration || row.duration > kMaxDuration) {
        row.duration = 0;
        flags = static_cast<uint8_t>((flags & ~kNegative) | kUnfinished | kRepaired);
        count(report_.repaired["a duration over 73 years left out"], {0, report_.spansRead + 1});
    }
    row.context = record.context;
    row.name = dictionary_.string(record.name, *batch_, &repaired);
    row.kind = record.kind;
    row.status = record.status;
    row.attributeCount = static_cast<uint8_t>(std::min<size_t>(record.attributes.size(), 255));
    row.attributes = dictionary_.encode(record.attributes, *batch_, &repaired);
    row.statusMessage = keep(record.statusMessage, &repaired);
    row.traceState = keep(record.traceState, &repaired);
    keepIdText(record.trace.id, record.trace.text);
    keepIdText({0, record.span.id}, record.span.text);
    keepIdText({0, record.parent.id}, record.parent.text);

    const auto index = static_cast<uint32_t>(batch_->spans.size());
    for (size_t i = 0; i < record.eventCount; ++i) {
        const EventRecord& event = record.events[i];
        // Free text is no name: the dictionary of names is in memory.
        const bool isText = event.name.size() > Dictionary::kValueBytes;
        if (isText) {
            eventAttributes_ = event.attributes;
            eventAttributes_.push_back({"message", ValueType::String, event.name});
        }
        const uint32_t name = dictionary_.string(isText ? "message" : event.name, *batch_, &repaired);
        const int64_t time = boundedTime(event.time, "the time of an event outside 1951 to 2116 left out");
        batch_->events.push_back({index, name, time, dictionary_.encode(isText ? eventAttributes_ : event.attributes, *batch_, &repaired)});
    }
    for (size_t i = 0; i < record.linkCount; ++i) {
        const LinkRecord& link = record.links[i];
        keepIdText(link.trace.id, link.trace.text);
        keepIdText({0, link.span.id}, link.span.text);
        const Slice state = keep(link.traceState, &repaired);
        batch_->links.push_back(
            {index, link.trace.id, link.span.id, state, dictionary_.encode(link.attributes, *batch_, &repaired)});
    }

    row.flags = flags;
    if (record.eventCount > 0 || record.linkCount > 0 || !record.statusMessage.empty())
        row.flags |= kHasSideRecords;
    if (isError(record))
        row.flags |= kErrorByRule;
    if (repaired)
        row.flags |= kRepaired;
    batch_->spans.push_back(row);

    ++report_.spansRead;
    report_.withoutStart += (flags & kNoStart) != 0;
    report_.unfinished += (flags & (kUnfinished | kNoStart)) == kUnfinished;
    report_.negative += (flags & kNegative) != 0;
    report_.withoutId += record.span.id == 0;
    if (repaired)
        count(report_.repaired[kInvalidUtf8], {0, report_.spansRead});
    handOverIfFull();
}

void BatchSink::log(const LogRecord& record) {
    Batch::Log row{};
    row.trace = record.trace.id;
    row.span = record.span.id;
    row.context = record.context;
    row.time = boundedTime(record.time, "the time of a log record outside 1951 to 2116 left out");
    row.severity = record.severity;
    row.bodyType = record.bodyType;
    bool repaired = false;
    row.severityText = keep(record.severityText, &repaired);
    row.eventName = keep(record.eventName, &repaired);
    row.body = keep(record.body, &repaired);
    row.attributes = dictionary_.encode(record.attributes, *batch_, &repaired);
    keepIdText(record.trace.id, record.trace.text);
    keepIdText({0, record.span.id}, record.span.text);
    batch_->logs.push_back(row);
    ++report_.logs;
    if (repaired)
        count(report_.repaired[kInvalidUtf8], {0, report_.spansRead});
    handOverIfFull();
}

void BatchSink::skipped(std::string_view reason, Position at) {
    count(report_.skipped[std::string(reason)], at);
}

void BatchSink::repaired(std::string_view what, Position at) { count(report_.repaired[std::string(what)], at); }

void BatchSink::ignored(std::string_view what, uint64_t number) { report_.ignored[std::string(what)] += number; }

void BatchSink::columns(std::string_view mapping, bool sure) {
    report_.columns = toUtf8(mapping);
    report_.needsColumns = !sure;
}

} // namespace aisle
