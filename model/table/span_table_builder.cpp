#include "table/span_table_builder.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

constexpr uint32_t kNone = 0xffffffffU;

/// For changing it: a copy where a snapshot holds it as well.
template <typename T>
std::vector<T>& own(std::shared_ptr<std::vector<T>>& shared) {
    if (shared.use_count() > 1)
        shared = std::make_shared<std::vector<T>>(*shared);
    return *shared;
}

} // namespace

SpanTableBuilder::SpanTableBuilder(SpanTablePtr from) : last_(std::move(from)) {
    if (!last_) {
        strings_ = std::make_shared<std::vector<std::string>>();
        services_ = std::make_shared<std::vector<std::string>>(1, std::string(kUnknownService));
        contexts_ = std::make_shared<std::vector<ContextInfo>>();
        traces_ = std::make_shared<TraceStore>();
        return;
    }
    const SpanTable& table = *last_;
    parts_.resize(table.segments_.size());
    for (size_t i = 0; i < parts_.size(); ++i)
        parts_[i] = {table.segments_[i], table.derived_[i], nullptr, nullptr};
    strings_ = table.strings_;
    services_ = table.services_;
    contexts_ = table.contexts_;
    traces_ = table.traces_;
    std::unordered_map<std::string_view, uint32_t> numbers;
    for (uint32_t service = 1; service < services_->size(); ++service)
        numbers.emplace((*services_)[service], service);
    serviceOfString_.assign(strings_->size(), kNone);
    for (uint32_t id = 0; id < strings_->size(); ++id)
        if (const auto found = numbers.find((*strings_)[id]); found != numbers.end())
            serviceOfString_[id] = found->second;
    isTouched_.assign(traces_->ids.size(), false);
    growTraceMap();
    files_ = table.files_;
    generation_ = table.generation_;
}

TraceStore& SpanTableBuilder::ownTraces() {
    if (traces_.use_count() > 1) { // rows by trace are made anew by every snapshot
        auto copy = std::make_shared<TraceStore>();
        copy->ids = traces_->ids;
        copy->byId = traces_->byId;
        copy->summaries = traces_->summaries;
        traces_ = std::move(copy);
    }
    return *traces_;
}

void SpanTableBuilder::addString(std::string_view text) {
    own(strings_).emplace_back(text);
    serviceOfString_.push_back(kNone);
}

uint32_t SpanTableBuilder::serviceOf(std::optional<uint32_t> stringId) {
    if (!stringId || *stringId >= strings_->size())
        return 0;
    uint32_t& service = serviceOfString_[*stringId];
    if (service == kNone) {
        service = static_cast<uint32_t>(services_->size());
        own(services_).push_back((*strings_)[*stringId]);
    }
    return service;
}

void SpanTableBuilder::addContext(uint32_t id, std::optional<uint32_t> service, std::optional<uint32_t> instance) {
    const ContextInfo info{serviceOf(service), instance && *instance < strings_->size() ? *instance : ContextInfo::kNoInstance};
    std::vector<ContextInfo>& contexts = own(contexts_);
    if (id >= contexts.size())
        contexts.resize(id + 1);
    else if (contexts[id] != info)
        completed_.push_back(id); // rows may have been derived while it was open
    contexts[id] = info;
}

void SpanTableBuilder::addTrace(TraceId id) {
    TraceStore& traces = ownTraces();
    traces.ids.push_back(id);
    traces.summaries.emplace_back();
    isTouched_.push_back(false);
    if (traces.ids.size() * 2 > traceMap_.size()) {
        growTraceMap();
    } else {
        const size_t mask = traceMap_.size() - 1;
        size_t i = std::hash<TraceId>()(id) & mask;
        while (traceMap_[i] != kNone)
            i = (i + 1) & mask;
        traceMap_[i] = static_cast<uint32_t>(traces.ids.size() - 1);
    }
}

void SpanTableBuilder::growTraceMap() {
    const std::vector<TraceId>& ids = traces_->ids;
    traceMap_.assign(std::bit_ceil(std::max<size_t>(1024, ids.size() * 2)), kNone);
    const size_t mask = traceMap_.size() - 1;
    for (uint32_t t = 0; t < ids.size(); ++t) {
        size_t i = std::hash<TraceId>()(ids[t]) & mask;
        while (traceMap_[i] != kNone)
            i = (i + 1) & mask;
        traceMap_[i] = t;
    }
}

TraceIndex SpanTableBuilder::indexOf(TraceId id) {
    if (!traceMap_.empty()) {
        const std::vector<TraceId>& ids = traces_->ids;
        const size_t mask = traceMap_.size() - 1;
        for (size_t i = std::hash<TraceId>()(id) & mask; traceMap_[i] != kNone; i = (i + 1) & mask)
            if (ids[traceMap_[i]] == id)
                return traceMap_[i];
    }
    addTrace(id);
    return static_cast<TraceIndex>(traces_->ids.size() - 1);
}

void SpanTableBuilder::touch(TraceIndex trace) {
    if (!isTouched_[trace]) {
        isTouched_[trace] = true;
        touched_.push_back(trace);
    }
}

bool SpanTableBuilder::addSegment(uint32_t number, std::shared_ptr<Segment> segment) {
    for (uint32_t i = 0; i < segment->rows(); ++i) {
        if (segment->trace[i] >= traces_->ids.size() || segment->name[i] >= strings_->size() ||
            segment->context[i] >= contexts_->size() || segment->kind[i] > Kind::Consumer ||
            segment->status[i] > Status::Error || segment->start[i] < kMinTime || segment->start[i] > kMaxTime ||
            segment->duration[i] < -kMaxDuration || segment->duration[i] > kMaxDuration)
            return false;
    }
    for (const TraceIndex trace : segment->trace)
        touch(trace);
    if (number >= parts_.size())
        parts_.resize(number + 1);
    parts_[number] = {std::move(segment), nullptr, nullptr, nullptr};
    return true;
}

void SpanTableBuilder::addFile(FileInfo file) { files_.push_back(std::move(file)); }

Row SpanTableBuilder::beginFile(FileInfo file) {
    file.firstRow = static_cast<Row>(parts_.size()) << 16;
    file.rows = 0;
    file.loading = true;
    files_.push_back(std::move(file));
    return files_.back().firstRow;
}

Row SpanTableBuilder::append(const Batch& batch, std::vector<TraceIndex>& traceOf) {
    for (const Batch::String& text : batch.strings)
        addString(batch[text.text]);
    for (const Batch::Context& context : batch.contexts)
        addContext(context.handle, context.service, context.instance);
    traceOf.clear();
    FileInfo& file = files_.back();
    const Row first = file.firstRow + file.rows;
    uint32_t link = 0;
    for (uint32_t i = 0; i < batch.spans.size(); ++i) {
        const Batch::Span& span = batch.spans[i];
        const Row row = first + i;
        const uint32_t number = row >> 16;
        if (number >= parts_.size())
            parts_.resize(number + 1);
        Part& part = parts_[number];
        if (!part.open) {
            part.open = std::make_shared<Segment>();
            if (part.recorded) // shared by a provisional snapshot since: go on with a copy
                *part.open = *part.recorded;
            part.open->reserve(part.open->rows() == 0 && (row & 0xffff) == 0 && number == first >> 16 &&
                                       batch.spans.size() < 1024
                                   ? batch.spans.size()
                                   : kSegmentRows);
        }
        Segment& s = *part.open;
        const TraceIndex trace = indexOf(span.trace);
        touch(trace);
        traceOf.push_back(trace);
        if (span.context >= contexts_->size())
            own(contexts_).resize(span.context + 1);
        s.start.push_back(span.start);
        s.duration.push_back(span.duration);
        s.id.push_back(span.id);
        s.parentId.push_back(span.parent);
        s.trace.push_back(trace);
        s.context.push_back(span.context);
        s.name.push_back(span.name);
        s.kind.push_back(span.kind);
        s.status.push_back(span.status);
        s.flags.push_back(span.flags);
        s.attributeCount.push_back(span.attributeCount);
        for (; link < batch.links.size() && batch.links[link].span == i; ++link)
            s.links.push_back({row & (kSegmentRows - 1), batch.links[link].trace, batch.links[link].id});
    }
    file.rows += static_cast<uint32_t>(batch.spans.size());
    return first;
}

void SpanTableBuilder::removeFile(int64_t fileId) {
    const auto file = std::find_if(files_.begin(), files_.end(), [&](const FileInfo& f) { return f.id == fileId; });
    if (file == files_.end())
        return;
    const uint32_t from = file->firstRow >> 16, to = from + (file->rows + kSegmentRows - 1) / kSegmentRows;
    for (uint32_t number = from; number < to && number < parts_.size(); ++number) {
        Part& part = parts_[number];
        const Segment* s = part.open ? part.open.get() : part.recorded.get();
        for (uint32_t i = 0; s != nullptr && i < s->rows(); ++i)
            touch(s->trace[i]);
        part = {};
    }
    while (!parts_.empty() && !parts_.back().recorded && !parts_.back().open)
        parts_.pop_back();
    files_.erase(file);
}

void SpanTableBuilder::endFile() { files_.back().loading = false; }

DerivedSegment& SpanTableBuilder::writable(uint32_t number) {
    Part& part = parts_[number];
    if (!part.fresh) {
        part.fresh = part.derived ? std::make_shared<DerivedSegment>(*part.derived) : std::make_shared<DerivedSegment>();
        part.fresh->resize(part.recorded->rows(), part.recorded->links.size());
    }
    return *part.fresh;
}

void SpanTableBuilder::rebuildRowsByTrace(TraceStore& store) const {
    store.firstRowIndex.assign(store.ids.size() + 1, 0);
    for (const Part& part : parts_)
        if (part.recorded)
            for (const TraceIndex t : part.recorded->trace)
                ++store.firstRowIndex[t + 1];
    std::partial_sum(store.firstRowIndex.begin(), store.firstRowIndex.end(), store.firstRowIndex.begin());
    store.rows.resize(store.firstRowIndex.back());
    std::vector<uint32_t> next(store.firstRowIndex.begin(), store.firstRowIndex.end() - 1);
    for (uint32_t number = 0; number < parts_.size(); ++number) {
        if (!parts_[number].recorded)
            continue;
        const auto& trace = parts_[number].recorded->trace;
        for (uint32_t i = 0; i < trace.size(); ++i)
            store.rows[next[trace[i]]++] = number << 16 | i;
    }
}

void SpanTableBuilder::deriveTouched(TraceStore& store) {
    TraceRows in;
    TraceDerived out;
    for (const TraceIndex t : touched_) {
        isTouched_[t] = false;
        const uint32_t from = store.firstRowIndex[t], n = store.firstRowIndex[t + 1] - from;
        in.row = {store.rows.data() + from, n};
        in.resize(n);
        for (uint32_t i = 0; i < n; ++i) {
            const Segment& s = *parts_[in.row[i] >> 16].recorded;
            const uint32_t at = in.row[i] & (kSegmentRows - 1);
            const ContextInfo& context = (*contexts_)[s.context[at]];
            in.start[i] = s.start[at];
            in.duration[i] = s.duration[at];
            in.id[i] = s.id[at];
            in.parentId[i] = s.parentId[at];
            in.name[i] = s.name[at];
            in.service[i] = context.service;
            in.instance[i] = context.instance;
            in.kind[i] = s.kind[at];
            in.flags[i] = s.flags[at];
            in.attributeCount[i] = s.attributeCount[at];
        }
        deriver_.derive(in, out);
        for (uint32_t i = 0; i < n; ++i) {
            DerivedSegment& d = writable(in.row[i] >> 16);
            const uint32_t at = in.row[i] & (kSegmentRows - 1);
            d.parent[at] = out.parent[i] == kNoRow ? kNoRow : in.row[out.parent[i]];
            d.depth[at] = out.depth[i];
            d.selfTime[at] = out.selfTime[i];
            d.flags[at] = out.flags[i];
        }
        if (out.summary.root != kNoRow)
            out.summary.root = in.row[out.summary.root];
        store.summaries[t] = out.summary;
    }
    touched_.clear();
}

/// A link leads to the earliest visible span of its id, the client half of two. Looked for again where the trace it
/// leads into has changed: a copy may have taken the span's place, or its file may be gone.
void SpanTableBuilder::resolveLinks(const TraceStore& store, const std::vector<bool>& changed) {
    struct Open {
        TraceIndex trace;
        SpanId span;
        uint32_t segment, link;
    };
    std::vector<Open> open;
    const auto targets = [this](uint32_t number) -> const std::vector<Row>& {
        return parts_[number].fresh ? parts_[number].fresh->linkTarget : parts_[number].derived->linkTarget;
    };
    for (uint32_t number = 0; number < parts_.size(); ++number) {
        const Part& part = parts_[number];
        if (!part.recorded || part.recorded->links.empty())
            continue;
        for (uint32_t i = 0; i < part.recorded->links.size(); ++i) {
            const SpanLink& link = part.recorded->links[i];
            const auto found = std::lower_bound(
                store.byId.begin(), store.byId.end(), link.trace,
                [&](TraceIndex t, TraceId wanted) { return store.ids[t] < wanted; });
            if (found != store.byId.end() && store.ids[*found] == link.trace && changed[*found])
                open.push_back({*found, link.span, number, i});
            else if (targets(number)[i] == kNoRow && found != store.byId.end() && store.ids[*found] == link.trace)
                open.push_back({*found, link.span, number, i}); // a link that is new itself
        }
    }
    std::sort(open.begin(), open.end(), [](const Open& a, const Open& b) {
        return std::tie(a.trace, a.span) < std::tie(b.trace, b.span);
    });
    std::vector<std::tuple<SpanId, int64_t, Row>> ids;
    for (size_t from = 0; from < open.size();) {
        const TraceIndex t = open[from].trace;
        ids.clear();
        for (uint32_t k = store.firstRowIndex[t]; k < store.firstRowIndex[t + 1]; ++k) {
            const Row row = store.rows[k];
            const Part& part = parts_[row >> 16];
            const auto& flags = part.fresh ? part.fresh->flags : part.derived->flags;
            if ((flags[row & 0xffff] & (kHidden | kServerHalf)) == 0)
                ids.emplace_back(part.recorded->id[row & 0xffff], part.recorded->start[row & 0xffff], row);
        }
        std::sort(ids.begin(), ids.end());
        for (; from < open.size() && open[from].trace == t; ++from) {
            const auto found = std::lower_bound(
                ids.begin(), ids.end(), open[from].span,
                [](const auto& entry, SpanId wanted) { return std::get<0>(entry) < wanted; });
            const Row target =
                found != ids.end() && std::get<0>(*found) == open[from].span ? std::get<2>(*found) : kNoRow;
            if (targets(open[from].segment)[open[from].link] != target)
                writable(open[from].segment).linkTarget[open[from].link] = target;
        }
    }
}

/// Rows that were derived while their service was not known yet. Contexts belong to one file, the last.
void SpanTableBuilder::touchCompleted() {
    if (completed_.empty() || files_.empty())
        return;
    std::vector<bool> isCompleted(contexts_->size(), false);
    for (const uint32_t id : completed_)
        isCompleted[id] = true;
    completed_.clear();
    for (uint32_t number = files_.back().firstRow >> 16; number < parts_.size(); ++number) {
        const Segment* s = parts_[number].recorded.get();
        for (uint32_t i = 0; s != nullptr && i < s->rows(); ++i)
            if (isCompleted[s->context[i]])
                touch(s->trace[i]);
    }
}

SpanTablePtr SpanTableBuilder::snapshot() {
    for (Part& part : parts_) {
        if (part.open) {
            part.recorded = std::move(part.open);
            part.open = nullptr;
        }
    }
    touchCompleted();

    TraceStore& store = ownTraces();
    if (store.byId.size() != store.ids.size()) {
        store.byId.resize(store.ids.size());
        std::iota(store.byId.begin(), store.byId.end(), 0U);
        std::sort(store.byId.begin(), store.byId.end(), [&](TraceIndex a, TraceIndex b) { return store.ids[a] < store.ids[b]; });
    }
    rebuildRowsByTrace(store);
    for (uint32_t number = 0; number < parts_.size(); ++number)
        if (parts_[number].recorded &&
            (!parts_[number].derived || parts_[number].derived->parent.size() != parts_[number].recorded->rows()))
            writable(number);
    const std::vector<bool> changed = isTouched_;
    deriveTouched(store);
    resolveLinks(store, changed);

    auto table = std::make_shared<SpanTable>();
    table->segments_.resize(parts_.size());
    table->derived_.resize(parts_.size());
    int64_t start = std::numeric_limits<int64_t>::max(), end = std::numeric_limits<int64_t>::min();
    for (size_t i = 0; i < parts_.size(); ++i) {
        Part& part = parts_[i];
        if (part.fresh) {
            part.derived = std::move(part.fresh);
            part.fresh = nullptr;
        }
        table->segments_[i] = part.recorded;
        table->derived_[i] = part.derived;
        if (part.recorded)
            table->rowCount_ += part.recorded->rows();
    }
    for (const TraceSummary& s : store.summaries) {
        if (s.spans == 0)
            continue;
        ++table->visibleTraces_;
        table->visibleSpans_ += s.spans;
        if (s.hasStart) {
            start = std::min(start, s.start);
            end = std::max(end, s.start + s.duration);
        }
    }
    if (end >= start) {
        table->start_ = start;
        table->end_ = end;
    }
    table->strings_ = strings_;
    table->services_ = services_;
    table->contexts_ = contexts_;
    table->traces_ = traces_;
    table->files_ = files_;
    table->generation_ = ++generation_;
    last_ = table;
    return table;
}

} // namespace aisle
