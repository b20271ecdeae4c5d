#include "format/elastic_rum.h"

namespace aisle {

namespace {

struct Short {
    std::string_view from, to;
};

/// Whole paths, and blocks (ending with a dot) whose inner names are the user's or not shortened.
constexpr Short kShort[] = {
    {"tid", "trace_id"},
    {"pid", "parent_id"},
    {"xid", "transaction_id"},
    {"n", "name"},
    {"t", "type"},
    {"su", "subtype"},
    {"ac", "action"},
    {"d", "duration"},
    {"o", "outcome"},
    {"rt", "result"},
    {"s", "start"},
    {"pi", "parent_idx"},
    {"sm", "sampled"},
    {"sr", "sample_rate"},
    {"sy", "sync"},
    {"st", "stacktrace"},
    {"y", "spans"},
    {"me", "metricsets"},
    {"yc.sd", "span_count.started"},
    {"yc.dd", "span_count.dropped"},
    {"ses.id", "session.id"},
    {"ses.seq", "session.sequence"},
    {"cl", "culprit"},
    {"ex.mg", "exception.message"},
    {"ex.t", "exception.type"},
    {"ex.st", "exception.stacktrace"},
    {"ex.hd", "exception.handled"},
    {"ex.cd", "exception.code"},
    {"log.mg", "log.message"},
    {"log.lv", "log.level"},
    {"se.n", "service.name"},
    {"se.ve", "service.version"},
    {"se.en", "service.environment"},
    {"se.a.n", "service.agent.name"},
    {"se.a.ve", "service.agent.version"},
    {"se.la.n", "service.language.name"},
    {"se.la.ve", "service.language.version"},
    {"se.ru.n", "service.runtime.name"},
    {"se.ru.ve", "service.runtime.version"},
    {"se.fw.n", "service.framework.name"},
    {"se.fw.ve", "service.framework.version"},
    {"u.id", "user.id"},
    {"u.un", "user.name"},
    {"u.em", "user.email"},
    {"c.u.id", "context.user.id"},
    {"c.u.un", "context.user.username"},
    {"c.u.em", "context.user.email"},
    {"c.q.mt", "context.request.method"},
    {"c.q.hve", "context.request.http_version"},
    {"c.r.sc", "context.response.status_code"},
    {"c.r.ts", "context.response.transfer_size"},
    {"c.r.ebs", "context.response.encoded_body_size"},
    {"c.r.dbs", "context.response.decoded_body_size"},
    {"c.p.rf", "context.page.referer"},
    {"c.p.url", "context.page.url"},
    {"c.h.mt", "context.http.method"},
    {"c.h.sc", "context.http.status_code"},
    {"c.h.url", "context.http.url"},
    {"c.h.r.ts", "context.http.response.transfer_size"},
    {"c.h.r.ebs", "context.http.response.encoded_body_size"},
    {"c.h.r.dbs", "context.http.response.decoded_body_size"},
    {"c.dt.ad", "context.destination.address"},
    {"c.dt.po", "context.destination.port"},
    {"c.dt.se.n", "context.destination.service.name"},
    {"c.dt.se.rc", "context.destination.service.resource"},
    {"c.dt.se.t", "context.destination.service.type"},
    {"c.se.n", "context.service.name"},
    {"c.se.ve", "context.service.version"},
    {"c.se.en", "context.service.environment"},
    {"l.", "labels."},
    {"c.g.", "context.tags."},
    {"c.cu.", "context.custom."},
    {"c.q.he.", "context.request.headers."},
    {"c.q.en.", "context.request.env."},
    {"c.r.he.", "context.response.headers."},
    {"k.", "marks."},
    {"exp.", "experience."},
};

} // namespace

void expandRumNames(ElasticEvent& event) {
    for (ElasticLeaf& leaf : event.leaves) {
        for (const Short& entry : kShort) {
            if (entry.from.ends_with('.') && leaf.path.starts_with(entry.from)) {
                std::string& joined = event.pool.next();
                joined = entry.to;
                joined += leaf.path.substr(entry.from.size());
                leaf.path = joined;
                break;
            }
            if (leaf.path == entry.from) {
                leaf.path = entry.to;
                break;
            }
        }
    }
}

void RumTransaction::clear() {
    start.reset();
    m_trace.clear();
    m_id.clear();
    m_spans.clear();
}

void RumTransaction::begin(const ElasticEvent& transaction) {
    clear(); // a record may be read twice
    for (const ElasticLeaf& leaf : transaction.leaves) {
        if (leaf.path == "trace_id")
            m_trace = leaf.text;
        else if (leaf.path == "id")
            m_id = leaf.text;
    }
}

void RumTransaction::complete(ElasticEvent& span) {
    std::string_view parent = m_id, id;
    std::optional<int64_t> offset;
    for (const ElasticLeaf& leaf : span.leaves) {
        if (leaf.path == "id")
            id = leaf.text;
        else if (leaf.path == "start")
            offset = scaledInteger(leaf.text, 3);
        else if (leaf.path == "parent_idx") {
            const auto index = scaledInteger(leaf.text);
            if (index && *index >= 0 && static_cast<size_t>(*index) < m_spans.size())
                parent = m_spans[static_cast<size_t>(*index)];
        }
    }
    const auto copy = [&](std::string_view text) -> std::string_view { return span.pool.next() = text; };
    if (!span.has("trace_id"))
        span.leaves.push_back({"trace_id", ValueType::String, copy(m_trace)});
    if (!span.has("parent_id"))
        span.leaves.push_back({"parent_id", ValueType::String, copy(parent)});
    if (!span.has("timestamp") && start && offset)
        span.leaves.push_back({"timestamp", ValueType::Int, copy(std::to_string(*start / 1000 + *offset))});
    m_spans.emplace_back(id); // last: the parent's text is one of them
}

} // namespace aisle
