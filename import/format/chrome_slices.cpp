#include "format/chrome_slices.h"

#include "format/key_index.h"
#include "format/span_fields.h"

#include <algorithm>

namespace aisle {

namespace {

/// Slices searched for a parent or a begin; deeper ones are taken for lost.
constexpr size_t kSearch = 1000;
/// What has no end must not fill the memory: flows, those with the same key, slices and what is in them, threads.
constexpr size_t kFlowBytes = 64U << 20, kFlowsOfKey = 4096, kFlowsToNext = 1000;
constexpr size_t kOpenBytes = 256U << 20, kThreadBytes = 128U << 20, kNameBytes = 1000;
/// At least, so that those of an open slice are fewer than kSpanParts.
constexpr size_t kPartBytes = 300;
/// Writers cut times to whole microseconds, so that a child may seem to end that much after its parent.
constexpr int64_t kResolution = 1000;

void makeKey(std::string& key, std::initializer_list<std::string_view> parts) {
    key.clear();
    for (const std::string_view part : parts) {
        key += part;
        key += '\0';
    }
}

/// Nestable ones are matched by category, id and scope; the old ones by category, name and id; a local id
/// belongs to its process (Trace Event Format, "Async Events").
void makeAsyncKey(std::string& key, const ChromeEvent& event) {
    const bool nestable = event.phase == 'b' || event.phase == 'n' || event.phase == 'e';
    makeKey(key, {nestable ? "nestable" : "", event.category, nestable ? event.scope : event.name, event.id,
                  event.localId ? event.pid : ""});
}

} // namespace

std::string_view ChromeEvent::attribute(std::string_view key) const {
    for (const Attribute& attribute : attributes)
        if (attribute.key == key)
            return attribute.value;
    return {};
}

void ChromeSlices::take(const ChromeEvent& event, Position at) {
    if (m_openBytes > kOpenBytes)
        closeAll(at);
    Thread* const found = thread(event, at);
    if (!found)
        return;
    Thread& in = *found;
    switch (event.phase) {
    case 'B':
    case 'X': begin(event, in); break;
    case 'E': end(event, in, at); break;
    case 'i':
    case 'I':
    case 'R': instant(event, enclosingAt(in, event.time), event.name); break;
    case 'b':
    case 'S': beginAsync(event, in); break;
    case 'e':
    case 'F': endAsync(event, at); break;
    case 'n':
    case 'T':
    case 'p': stepAsync(event); break;
    case 's':
    case 't':
    case 'f': flow(event, in); break;
    case 'M': metadata(event, in, at); break;
    case 'C': m_sink.ignored("counters", 1); break;
    case 'N':
    case 'O':
    case 'D': m_sink.ignored("objects and their snapshots", 1); break;
    case 'P': m_sink.ignored("stack samples", 1); break;
    case 'V':
    case 'v': m_sink.ignored("memory dumps", 1); break;
    case 'c':
    case '(':
    case ')':
    case '=': m_sink.ignored("clock synchronisations, contexts and links of ids", 1); break;
    default: m_sink.skipped("an event of an unknown phase", at);
    }
}

void ChromeSlices::finish() {
    for (auto& [key, thread] : m_threads) {
        for (auto slice = thread.open.rbegin(); slice != thread.open.rend(); ++slice)
            emit(*slice);
        if (!thread.flowsToNext.empty())
            m_sink.ignored("ends of flows without a slice", thread.flowsToNext.size());
        if (thread.context)
            completeContext(thread);
    }
    for (auto& [key, stack] : m_async)
        for (auto slice = stack.rbegin(); slice != stack.rend(); ++slice)
            emit(*slice);
    m_threads.clear();
    m_async.clear();
    m_lastThread = nullptr;
}

ChromeSlices::Thread* ChromeSlices::thread(const ChromeEvent& event, Position at) {
    makeKey(m_key, {event.pid, event.tid});
    if (m_lastThread && m_key == m_lastKey)
        return m_lastThread;
    if (m_key.size() > kNameBytes || (m_threadBytes > kThreadBytes && !m_threads.contains(m_key))) {
        m_sink.skipped(m_key.size() > kNameBytes ? "an event whose process or thread has an id of more than 1,000 characters"
                                                 : "an event of one more thread than fit into 128 MB",
                       at);
        return nullptr;
    }
    const auto [found, added] = m_threads.try_emplace(m_key);
    if (added) {
        m_threadBytes += 2 * m_key.size() + sizeof(Thread) + 64;
        found->second.pid = event.pid;
        found->second.tid = event.tid;
    }
    m_lastKey = m_key;
    m_lastThread = &found->second;
    return m_lastThread;
}

void ChromeSlices::addBytes(Slice& slice, size_t bytes) {
    slice.bytes += bytes;
    m_openBytes += bytes;
}

void ChromeSlices::addLink(Slice& slice, SpanId from) {
    slice.links.push_back(from);
    addBytes(slice, kPartBytes);
}

void ChromeSlices::closeAll(Position at) {
    const auto close = [&](Stack& stack) {
        for (auto slice = stack.rbegin(); slice != stack.rend(); ++slice) {
            if (!slice->end) {
                slice->repaired = true;
                m_sink.repaired("a slice that is taken as unfinished: more than 256 MB of slices were open", at);
            }
            emit(*slice);
        }
        stack.clear();
    };
    for (auto& [key, thread] : m_threads)
        close(thread.open);
    for (auto& [key, stack] : m_async)
        close(stack);
    m_async.clear();
}

ChromeSlices::Slice ChromeSlices::slice(const ChromeEvent& event, Thread& in) {
    if (!in.context)
        in.context = m_sink.openContext();
    Slice slice;
    slice.id = ++m_lastId;
    slice.context = *in.context;
    slice.start = event.time;
    slice.repaired = event.repaired;
    slice.name = event.name;
    addBytes(slice, sizeof slice + slice.name.size() + addFields(slice.fields, event));
    return slice;
}

void ChromeSlices::begin(const ChromeEvent& event, Thread& in) {
    passTime(in, event.time, true);
    Slice slice = this->slice(event, in);
    if (event.phase == 'X' && event.time && event.duration &&
        __builtin_add_overflow(*event.time, *event.duration, &slice.end.emplace()))
        slice.end.reset();
    const size_t parent = enclosing(in.open, slice.start, slice.end);
    if (parent != in.open.size())
        slice.parent = in.open[parent].id;
    else
        noteOrder(in, slice);
    for (const SpanId from : in.flowsToNext)
        addLink(slice, from);
    in.flowsToNext.clear();
    bindFlows(event, slice);
    if (event.phase == 'B' || (slice.end && slice.start && *slice.end >= *slice.start))
        in.open.push_back(std::move(slice));
    else
        emit(slice); // a complete slice without a time or duration encloses nothing
}

void ChromeSlices::noteOrder(Thread& in, const Slice& slice) {
    if (!slice.start || !slice.end)
        return;
    if (in.rootStart && *slice.start <= *in.rootStart && *slice.end >= *in.rootEnd &&
        (*slice.start < *in.rootStart || *slice.end > *in.rootEnd))
        m_sink.ignored("nesting of slices that are written after what they enclose", 1);
    in.rootStart = slice.start;
    in.rootEnd = slice.end;
}

size_t ChromeSlices::enclosing(const Stack& stack, std::optional<int64_t> start, std::optional<int64_t> end) {
    if (!start)
        return stack.size();
    const size_t lowest = stack.size() > kSearch ? stack.size() - kSearch : 0;
    for (size_t i = stack.size(); i-- > lowest;) {
        const Slice& slice = stack[i];
        if (slice.outlived || !slice.start || *slice.start > *start)
            continue;
        if (!slice.end || (*start <= *slice.end && (!end || *end <= *slice.end + kResolution)))
            return i;
    }
    return stack.size();
}

ChromeSlices::Slice* ChromeSlices::enclosingAt(Thread& in, std::optional<int64_t> time) {
    passTime(in, time, false);
    const size_t found = enclosing(in.open, time, std::nullopt);
    return found == in.open.size() ? nullptr : &in.open[found];
}

void ChromeSlices::passTime(Thread& in, std::optional<int64_t> time, bool beginning) {
    while (time && !in.open.empty() && in.open.back().end &&
           (*in.open.back().end < *time || (beginning && *in.open.back().end == *time))) {
        emit(in.open.back());
        in.open.pop_back();
    }
}

size_t ChromeSlices::toEnd(const Stack& stack, std::string_view name) {
    size_t innermost = stack.size();
    const size_t lowest = stack.size() > kSearch ? stack.size() - kSearch : 0;
    for (size_t i = stack.size(); i-- > lowest;) {
        if (stack[i].end)
            continue; // complete slices end by themselves
        if (name.empty() || stack[i].name == name)
            return i;
        if (innermost == stack.size() && !stack[i].outlived)
            innermost = i;
    }
    return innermost;
}

void ChromeSlices::end(const ChromeEvent& event, Thread& in, Position at) {
    passTime(in, event.time, true);
    const size_t index = toEnd(in.open, event.name);
    if (index == in.open.size())
        m_sink.skipped("an end without its begin", at);
    else
        endSlice(in.open, index, event, at);
}

void ChromeSlices::endSlice(Stack& stack, size_t index, const ChromeEvent& event, Position at) {
    Slice& slice = stack[index];
    if (!event.name.empty() && event.name != slice.name) {
        m_sink.repaired("an end with another name than its begin", at);
        slice.repaired = true;
    }
    slice.end = event.time;
    slice.repaired |= event.repaired;
    addFields(slice.fields, event);
    emit(slice);
    for (size_t i = index + 1; i < stack.size(); ++i)
        stack[i].outlived |= !stack[i].end;
    stack.erase(stack.begin() + static_cast<std::ptrdiff_t>(index));
}

void ChromeSlices::beginAsync(const ChromeEvent& event, Thread& in) {
    Slice slice = this->slice(event, in);
    if (!event.id.empty())
        slice.fields.push_back({"id", std::string(event.id), ValueType::String});
    makeAsyncKey(m_key, event);
    addBytes(slice, m_key.size() + 64);
    Stack& stack = m_async[m_key];
    const size_t lowest = stack.size() > kSearch ? stack.size() - kSearch : 0;
    for (size_t i = stack.size(); i > lowest && slice.parent == 0; --i)
        if (!stack[i - 1].outlived)
            slice.parent = stack[i - 1].id;
    stack.push_back(std::move(slice));
}

void ChromeSlices::endAsync(const ChromeEvent& event, Position at) {
    makeAsyncKey(m_key, event);
    const auto found = m_async.find(m_key);
    if (found == m_async.end()) {
        m_sink.skipped("an end of an asynchronous slice without its begin", at);
        return;
    }
    Stack& stack = found->second;
    size_t index = toEnd(stack, event.name);
    if (index == stack.size())
        index = stack.size() - 1;
    endSlice(stack, index, event, at);
    if (stack.empty())
        m_async.erase(found);
}

void ChromeSlices::stepAsync(const ChromeEvent& event) {
    makeAsyncKey(m_key, event);
    const auto found = m_async.find(m_key);
    const std::string_view step = event.phase == 'n' ? std::string_view() : event.attribute("step");
    instant(event, found == m_async.end() ? nullptr : &found->second.back(), step.empty() ? event.name : step);
}

void ChromeSlices::instant(const ChromeEvent& event, Slice* slice, std::string_view name) {
    if (!slice) {
        m_sink.ignored("instants outside any slice", 1);
        return;
    }
    Instant& instant = slice->instants.emplace_back();
    instant.time = event.time.value_or(0);
    instant.name = name;
    addBytes(*slice, kPartBytes + instant.name.size() + addFields(instant.fields, event));
}

void ChromeSlices::metadata(const ChromeEvent& event, Thread& in, Position at) {
    const auto name = [&](std::string& of, std::string_view attribute) {
        const std::string_view text = event.attribute(attribute);
        if (text.size() > kNameBytes)
            return m_sink.skipped("a name of more than 1,000 characters", at);
        m_threadBytes += text.size();
        of = text;
    };
    if (event.name == "process_name")
        name(m_processes[std::string(event.pid)].name, "name");
    else if (event.name == "process_labels")
        name(m_processes[std::string(event.pid)].labels, "labels");
    else if (event.name == "thread_name")
        name(in.name, "name");
    else
        m_sink.ignored("metadata other than names", 1);
}

void ChromeSlices::flow(const ChromeEvent& event, Thread& in) {
    makeKey(m_key, {"", event.category, event.name, event.id, event.localId ? event.pid : ""});
    Slice* const here = enclosingAt(in, event.time);
    if (event.phase == 's') {
        if (here)
            startFlow(m_key, {*event.time, here->id});
        else
            m_sink.ignored("begins of flows outside any open slice", 1);
        return;
    }
    const std::optional<FlowPoint> from = takeFlow(m_key, event.time);
    if (!from) {
        m_sink.ignored("flows without a begin", 1);
        return;
    }
    if (event.phase == 't')
        startFlow(m_key, {*event.time, here ? here->id : from->slice});
    // An end binds to the next slice of its thread unless it says that it means the enclosing one.
    if (event.phase == 'f' && !event.bindEnclosing && in.flowsToNext.size() < kFlowsToNext)
        in.flowsToNext.push_back(from->slice);
    else if (here)
        addLink(*here, from->slice);
    else
        m_sink.ignored("ends of flows without a slice", 1);
}

void ChromeSlices::bindFlows(const ChromeEvent& event, Slice& slice) {
    if (event.bind.empty() || (!event.flowIn && !event.flowOut))
        return;
    makeKey(m_key, {"bind", event.bind});
    if (event.flowIn) {
        if (const std::optional<FlowPoint> from = takeFlow(m_key, event.time)) {
            addLink(slice, from->slice);
            if (!event.flowOut) // more slices may follow from the same one
                startFlow(m_key, *from);
        } else {
            m_sink.ignored("flows without a begin", 1);
        }
    }
    if (event.flowOut && event.time)
        startFlow(m_key, {*event.time, slice.id});
}

void ChromeSlices::startFlow(const std::string& key, FlowPoint from) {
    if (m_flowBytes > kFlowBytes) {
        m_sink.ignored("flows without an end", m_flowPoints);
        m_flows.clear();
        m_flowPoints = m_flowBytes = 0;
    }
    const auto [found, isNew] = m_flows.try_emplace(key);
    std::vector<FlowPoint>& points = found->second;
    m_flowBytes += sizeof from + (isNew ? key.size() + 128 : 0);
    if (points.size() == kFlowsOfKey) {
        m_sink.ignored("flows without an end", 1);
        points.erase(points.begin());
        --m_flowPoints;
        m_flowBytes -= sizeof from;
    }
    // In order of time; nearly always at the end.
    const auto at = std::upper_bound(points.begin(), points.end(), from,
                                     [](const FlowPoint& a, const FlowPoint& b) { return a.time < b.time; });
    points.insert(at, from);
    ++m_flowPoints;
}

std::optional<ChromeSlices::FlowPoint> ChromeSlices::takeFlow(const std::string& key, std::optional<int64_t> time) {
    const auto found = m_flows.find(key);
    if (found == m_flows.end() || !time)
        return std::nullopt;
    std::vector<FlowPoint>& points = found->second;
    const auto behind = std::upper_bound(points.begin(), points.end(), *time,
                                         [](int64_t a, const FlowPoint& b) { return a < b.time; });
    if (behind == points.begin())
        return std::nullopt;
    const FlowPoint point = *std::prev(behind);
    points.erase(std::prev(behind));
    --m_flowPoints;
    m_flowBytes -= sizeof point;
    if (points.empty()) {
        m_flowBytes -= key.size() + 128;
        m_flows.erase(found);
    }
    return point;
}

size_t ChromeSlices::addFields(Fields& fields, const ChromeEvent& event) {
    const bool ending = event.phase == 'E' || event.phase == 'e' || event.phase == 'F';
    const size_t before = fields.size();
    size_t bytes = 0;
    KeyIndex known(fields);
    for (const Attribute& attribute : event.attributes) {
        bytes += sizeof(Field) + attribute.key.size() + attribute.value.size();
        std::string key(attribute.key);
        if (ending) {
            const size_t same = known.find(key);
            if (same < before) {
                if (fields[same].value == attribute.value)
                    continue;
                key.insert(0, "end.");
            }
        }
        fields.push_back({std::move(key), std::string(attribute.value), attribute.type});
    }
    return bytes;
}

void ChromeSlices::emit(Slice& slice) {
    m_openBytes -= slice.bytes;
    m_span.clear();
    m_span.trace.id = m_trace;
    m_span.span.id = slice.id;
    m_span.parent.id = slice.parent;
    m_span.context = slice.context;
    m_span.name = slice.name;
    std::optional<int64_t> duration;
    if (slice.start && slice.end && __builtin_sub_overflow(*slice.end, *slice.start, &duration.emplace()))
        duration.reset();
    setTimes(m_span, slice.start, duration);
    if (slice.repaired)
        m_span.flags |= kRepaired;
    for (const Field& field : slice.fields)
        m_span.attributes.push_back({field.key, field.type, field.value});
    for (const Instant& instant : slice.instants) {
        EventRecord& event = m_span.addEvent();
        event.time = instant.time;
        event.name = instant.name;
        for (const Field& field : instant.fields)
            event.attributes.push_back({field.key, field.type, field.value});
    }
    for (const SpanId from : slice.links) {
        LinkRecord& link = m_span.addLink();
        link.trace.id = m_trace;
        link.span.id = from;
    }
    m_sink.span(m_span);
}

void ChromeSlices::completeContext(const Thread& of) {
    const Process& process = m_processes[of.pid];
    std::string service = process.name;
    if (service.empty() && !of.pid.empty())
        service = "process " + of.pid; // what is not named is still told apart
    ContextRecord record;
    const auto add = [&](std::string_view key, const std::string& value) {
        if (!value.empty())
            record.resource.push_back({key, ValueType::String, value});
    };
    add("service.name", service);
    add("service.instance.id", of.pid);
    add("process.pid", of.pid);
    add("labels", process.labels);
    add("thread.id", of.tid);
    add("thread.name", of.name);
    m_sink.complete(*of.context, record);
}

} // namespace aisle
