#include "format/otlp_contexts.h"

namespace aisle {

void OtlpContexts::enterResource() {
    m_resource.clear();
    m_schema.clear();
    m_scope.clear();
    m_resourceSeen = m_scopeSeen = m_handleSet = m_handleOpen = false;
    m_pending.clear();
    m_issued.clear();
}

void OtlpContexts::setResource(std::string_view raw) {
    m_resource = raw;
    m_resourceSeen = true;
}

void OtlpContexts::completeSchema() {
    constexpr size_t kMost = 100'000; // a file with a resource per span: bounded, completing again does no harm
    if (m_schemaOf.size() > kMost)
        m_schemaOf.clear();
    for (const Issued& issued : m_issued) {
        const auto [at, isNew] = m_schemaOf.try_emplace(issued.handle, m_schema);
        if (isNew) {
            m_record.clear();
            m_parse(m_resource, m_schema, issued.scope, m_record);
            m_sink.complete(issued.handle, m_record);
        } else if (at->second != m_schema) {
            m_sink.repaired("a second schema URL of the same resource and scope left out", {});
        }
    }
}

void OtlpContexts::leaveResource() {
    if (!m_issued.empty() && !m_schema.empty())
        completeSchema();
    m_issued.clear();
    for (const size_t index : m_pending) {
        Open& open = m_opened[index];
        if (open.completed)
            continue;
        m_record.clear();
        m_parse(m_resource, m_schema, open.scope, m_record);
        m_sink.complete(open.handle, m_record);
        open.completed = true;
    }
    m_pending.clear();
    m_resourceSeen = false;
    if (!m_attempt && m_reuse == m_reuseEnd) {
        m_opened.clear();
        m_reuse = m_reuseEnd = 0;
    }
}

void OtlpContexts::enterScope() {
    m_scope.clear();
    m_scopeSeen = m_handleSet = m_handleOpen = m_openedWithoutScope = false;
}

void OtlpContexts::setScope(std::string_view raw) {
    if (m_handleSet && !m_handleOpen)
        m_scopeFollows = Follows::Yes; // too late for this one, not for the next
    m_scope = raw;
    m_scopeSeen = true;
}

void OtlpContexts::leaveScope() {
    if (m_handleOpen) {
        m_opened[m_openIndex].scope = m_scope;
        if (m_openedWithoutScope)
            m_scopeFollows = m_scopeSeen                           ? Follows::Yes
                             : m_scopeFollows == Follows::Unknown ? Follows::No
                                                                  : m_scopeFollows;
    }
    m_handleSet = m_handleOpen = false;
    m_scopeSeen = false;
    m_scope.clear();
}

ContextHandle OtlpContexts::current() {
    if (m_handleSet)
        return m_handle;
    m_handleSet = true;
    m_openedWithoutScope = !m_scopeSeen;
    m_handleOpen = !m_resourceSeen || (!m_scopeSeen && m_scopeFollows != Follows::No);
    if (m_handleOpen) {
        m_openIndex = open();
        m_pending.push_back(m_openIndex);
        m_handle = m_opened[m_openIndex].handle;
    } else {
        m_handle = known();
        if (m_schema.empty())
            m_issued.push_back({m_handle, m_scope});
    }
    return m_handle;
}

size_t OtlpContexts::open() {
    if (m_reuse < m_reuseEnd)
        return m_reuse++;
    Open open;
    open.handle = m_sink.openContext();
    m_opened.push_back(std::move(open));
    return m_opened.size() - 1;
}

ContextHandle OtlpContexts::known() {
    m_key.assign(m_resource);
    m_key += '\0';
    m_key += m_schema;
    m_key += '\0';
    m_key += m_scope;
    return m_cache.get(m_key, [this] {
        m_record.clear();
        m_parse(m_resource, m_schema, m_scope, m_record);
        return m_sink.context(m_record);
    });
}

void OtlpContexts::beginAttempt() {
    m_attempt = true;
    m_opened.clear();
    m_pending.clear();
    m_reuse = m_reuseEnd = 0;
    m_records = m_passOver = 0;
}

void OtlpContexts::repeatAttempt() {
    m_attempt = false;
    m_passOver = m_records;
    m_reuse = 0;
    m_reuseEnd = m_opened.size();
    m_pending.clear();
}

bool OtlpContexts::nextRecord() {
    if (m_passOver != 0) {
        --m_passOver;
        return false;
    }
    ++m_records;
    return true;
}

} // namespace aisle
