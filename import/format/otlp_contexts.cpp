#include "format/otlp_contexts.h"

namespace aisle {

void OtlpContexts::enterResource() {
    m_resource.clear();
    m_schema.clear();
    m_scope.clear();
    m_resourceSeen = m_scopeSeen = m_handleSet = m_handleOpen = false;
    m_isKnown = false;
    m_resourceNumber.reset();
    m_gathered = 0;
    m_pending.clear();
    m_issued.clear();
}

bool OtlpContexts::isTooLarge(std::string_view raw) {
    m_budget.given(raw.size());
    if (raw.size() <= kTextBytes)
        return false;
    m_sink.repaired("a resource, scope or schema URL of more than 1 MB left out", {});
    return true;
}

void OtlpContexts::setResource(std::string_view raw) {
    m_resource = isTooLarge(raw) ? std::string_view() : raw;
    m_resourceSeen = true;
    m_isKnown = false;
    m_resourceNumber.reset();
}

void OtlpContexts::setSchema(std::string_view url) {
    m_schema = isTooLarge(url) ? std::string_view() : url;
    m_isKnown = false;
    m_resourceNumber.reset();
}

bool OtlpContexts::read(std::string_view scope) {
    m_record.clear();
    const bool whole = m_budget.take(m_resource.size() + m_schema.size() + scope.size());
    if (!whole)
        m_sink.repaired(ContextBudget::kSpent, {});
    m_parse(whole ? m_resource : std::string_view(), whole ? m_schema : std::string_view(), scope, m_record);
    return whole;
}

void OtlpContexts::completeSchema() {
    constexpr size_t kMost = 16U << 20; // a file with a resource per span: bounded, completing again does no harm
    for (const Issued& issued : m_issued) {
        if (m_schemaBytes > kMost) {
            m_schemaOf.clear();
            m_schemaBytes = 0;
        }
        const auto [at, isNew] = m_schemaOf.try_emplace(issued.handle, m_schema);
        if (isNew) {
            m_schemaBytes += m_schema.size() + 64;
            if (read(issued.scope)) // else what it has already stays
                m_sink.complete(issued.handle, m_record);
        } else if (at->second != m_schema) {
            m_sink.repaired("a second schema URL of the same resource and scope left out", {});
        }
    }
}

void OtlpContexts::leaveResource() {
    if (!m_issued.empty() && !m_schema.empty()) {
        if (m_gathered > kGatheredBytes)
            m_sink.repaired("a schema URL behind more than 64 MB of scopes left out of some", {});
        completeSchema();
    }
    m_issued.clear();
    for (const size_t index : m_pending) {
        Open& open = m_opened[index];
        if (open.completed)
            continue;
        read(open.scope);
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
    m_scope = isTooLarge(raw) ? std::string_view() : raw;
    m_scopeSeen = true;
}

void OtlpContexts::leaveScope() {
    if (m_handleOpen) {
        if (!m_handleShared) {
            m_opened[m_openIndex].scope = m_scope;
            m_gathered += m_scope.size() + sizeof(Open);
        }
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
    m_budget.given(kRecordBytes);
    if (m_handleSet)
        return m_handle;
    m_handleSet = true;
    m_openedWithoutScope = !m_scopeSeen;
    m_handleOpen = !m_resourceSeen || (!m_scopeSeen && m_scopeFollows != Follows::No);
    if (m_handleOpen) {
        m_handleShared = m_gathered > kGatheredBytes && !m_pending.empty();
        if (m_handleShared) {
            m_openIndex = m_pending.back();
            m_sink.repaired("scopes taken as one: a resource behind more than 64 MB of them", {});
        } else {
            m_openIndex = open();
            m_pending.push_back(m_openIndex);
        }
        m_handle = m_opened[m_openIndex].handle;
    } else {
        m_handle = known();
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

/// A resource is looked up once and goes by its number, so that one of many scopes is not copied for each.
ContextHandle OtlpContexts::known() {
    if (m_isKnown && m_scope == m_knownScope)
        return m_handleKnown;
    if (!m_resourceNumber) {
        m_key.clear();
        appendKeyPart(m_key, m_resource);
        m_key += m_schema;
        m_resourceNumber = m_resources.get(m_key, [this] { return ++m_resourceNumbers; });
    }
    m_key = std::to_string(*m_resourceNumber);
    m_key += ' ';
    m_key += m_scope;
    m_handleKnown = m_cache.get(m_key, [this] {
        read(m_scope);
        return m_sink.context(m_record);
    });
    m_knownScope = m_scope;
    m_isKnown = true;
    if (m_schema.empty()) {
        m_gathered += m_scope.size() + sizeof(Issued);
        if (m_gathered <= kGatheredBytes)
            m_issued.push_back({m_handleKnown, m_scope});
    }
    return m_handleKnown;
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
