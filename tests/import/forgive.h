#pragma once
// What a format says that it loses, taken from a workspace's content as that format does it, so that what is left can be
// compared.

#include "format/span_fields.h"
#include "format/zipkin_otlp.h"
#include "workspace_content.h"
#include "writer/losses.h"
#include "writer/span_tags.h"
#include "writer/stored_value.h"

#include <map>
#include <set>

namespace aisle::test {

using Words = std::set<std::string, std::less<>>;

inline bool has(const AttributeList& attributes, std::string_view key) {
    return std::any_of(attributes.begin(), attributes.end(), [&](const AttributeValue& a) { return a.key == key; });
}

template <typename List, typename Which>
void eraseIf(List& list, Which&& which) {
    list.erase(std::remove_if(list.begin(), list.end(), which), list.end());
}

/// As one format does where it says that it loses something.
class Forgiver {
public:
    Forgiver(std::string_view format, const Words& lost) : format_(format), lost_(lost) {}

    void forgive(Content& content) {
        for (SpanContent& s : content.spans) {
            const ContextPtr before = s.context;
            s.context = context(before);
            span(s);
            if (is(loss::kResource) && before != nullptr)
                resourceToTags(s, *before);
        }
        if (is(loss::kLogs))
            content.logs.clear();
        for (LogContent& l : content.logs) {
            l.context = context(l.context);
            list(l.attributes);
            if (is(loss::kValueType))
                l.bodyType = values_.writable(l.bodyType, l.body);
            if (is(loss::kBefore1970))
                l.time = std::max<int64_t>(l.time, 0);
            id(l.trace);
            id(l.span);
        }
    }

private:
    bool is(std::string_view word) const { return lost_.contains(word); }

    void id(IdContent& id) const {
        if (is(loss::kIdText))
            id.text = id.number;
    }

    /// Of whatever: types that the format has not.
    void list(AttributeList& attributes) {
        for (AttributeValue& a : attributes) {
            if (is(loss::kValueType))
                a.type = values_.writable(a.type, a.value);
            if (is(loss::kBytes) && a.type == ValueType::Bytes)
                a.type = ValueType::String;
            if (is(loss::kNested) && (a.type == ValueType::Array || a.type == ValueType::Map) && a.key != "jaeger.warnings")
                a.type = ValueType::String;
        }
    }

    ContextPtr context(const ContextPtr& before) {
        if (before == nullptr)
            return before;
        ContextPtr& after = contexts_[before];
        if (after != nullptr)
            return after;
        ContextContent c = *before;
        list(c.resource);
        list(c.scope);
        if (is(loss::kSchema))
            c.schema.clear();
        if (is(loss::kScopeAttributes) || is(loss::kResource))
            c.scope.clear();
        if (is(loss::kSecondService)) {
            bool first = true;
            for (AttributeValue& a : c.resource)
                if (a.key == "service.name" && std::exchange(first, false))
                    a.type = ValueType::String;
                else if (a.key == "service.name")
                    a.key.clear();
            eraseIf(c.resource, [](const AttributeValue& a) { return a.key.empty(); });
        }
        if (is(loss::kResource))
            c.resource = endpoint(c.resource);
        after = std::make_shared<ContextContent>(std::move(c));
        return after;
    }

    static bool isIpV6(const std::string& text) { return text.find(':') != std::string::npos; }
    static bool isIp(const AttributeValue& a) {
        return a.type == ValueType::String && !a.value.empty() &&
               a.value.find_first_not_of(isIpV6(a.value) ? "0123456789abcdefABCDEF:." : "0123456789.") == std::string::npos;
    }

    /// What Zipkin's endpoint holds of a resource.
    static AttributeList endpoint(const AttributeList& resource) {
        AttributeList kept;
        bool hasIpV4 = false;
        for (const AttributeValue& a : resource)
            if (!has(kept, a.key) && ((a.key == "service.name" && a.type == ValueType::String && !a.value.empty()) || (a.key == "net.host.ip" && isIp(a)) ||
                                      (a.key == "net.host.ipv6" && isIp(a)) ||
                                      (a.key == "net.host.port" && a.type == ValueType::Int && a.value.size() < 6 && a.value != "0"))) {
                kept.push_back(a);
                hasIpV4 = hasIpV4 || (a.key == "net.host.ip" && !isIpV6(a.value));
            }
        if (!hasIpV4)
            eraseIf(kept, [](const AttributeValue& a) { return a.key == "net.host.ipv6"; });
        return kept;
    }

    /// All else becomes tags, where the span has none of that name.
    void resourceToTags(SpanContent& s, const ContextContent& before) const {
        AttributeList kept = endpoint(before.resource);
        for (const AttributeList* attributes : {&before.resource, &before.scope})
            for (const AttributeValue& a : *attributes) {
                const auto same = std::find(kept.begin(), kept.end(), a);
                if (attributes == &before.resource && same != kept.end())
                    kept.erase(same);
                else if (!isOwnTag({a.key, a.type, a.value}, true) && !zipkinLinkNumber(a.key) && a.key != "error" && !has(s.attributes, a.key))
                    s.attributes.push_back({a.key, ValueType::String, a.value});
            }
    }

    /// Start and end as OTLP has them (0 is none), read again.
    void otlpTimes(SpanContent& s) const {
        const bool hasStart = (s.flags & kNoStart) == 0, hasEnd = (s.flags & kUnfinished) == 0;
        int64_t start = hasStart ? s.start : 0, end = hasEnd ? start + s.duration : 0;
        if ((hasStart && start == 0 && !is(loss::kZeroStart)) || (hasEnd && end == 0 && !is(loss::kZeroEnd)))
            return;
        if (is(loss::kBefore1970)) {
            start = std::max<int64_t>(start, 0);
            end = std::max<int64_t>(end, 0);
        }
        SpanRecord record;
        record.setTimes(start, end);
        s.start = record.start;
        s.duration = record.duration;
        s.flags = static_cast<uint8_t>((s.flags & ~(kNoStart | kUnfinished | kNegative)) | record.flags);
    }

    void times(SpanContent& s) const {
        if (is(loss::kBefore1970))
            for (SpanEvent& event : s.events)
                event.time = std::max<int64_t>(event.time, 0);
        if (format_.starts_with("otlp"))
            otlpTimes(s);
        if (is(loss::kNanoseconds)) {
            s.start = s.start / 1000 * 1000;
            s.duration = s.duration / 1000 * 1000;
            s.flags = static_cast<uint8_t>((s.flags & ~kNegative) | (s.duration < 0 ? kNegative : 0));
            for (SpanEvent& event : s.events)
                event.time = event.time / 1000 * 1000;
        }
        if (format_ == "zipkin" && is(loss::kZeroStart) && s.start == 0)
            s.flags |= kNoStart;
    }

    static std::string refType(const LinkContent& link) {
        return link.attributes.size() == 1 && link.attributes[0].key == "opentracing.ref_type" ? link.attributes[0].value : std::string();
    }

    void links(SpanContent& s) const {
        const bool hasParent = !s.parent.text.empty(), isChild = hasParent && (s.flags & aisle::kFollowsFrom) == 0;
        if (is(loss::kLinkAsParent))
            eraseIf(s.links, [&](const LinkContent& link) {
                return link.trace.number == s.trace.number && (!hasParent || (refType(link) == "child_of" && !isChild));
            });
        const auto isZero = [](const IdContent& id) { return id.number.find_first_not_of('0') == std::string::npos; };
        if (is(loss::kWholeTraceLink))
            eraseIf(s.links, [&](const LinkContent& link) { return isZero(link.trace) || isZero(link.span); });
        if (is(loss::kLinkContent))
            for (LinkContent& link : s.links) {
                link.attributes = {{"opentracing.ref_type", ValueType::String, refType(link) == "child_of" ? "child_of" : "follows_from"}};
                link.traceState.clear();
            }
    }

    static void nameEvent(SpanEvent& event) {
        for (const char* key : {"event", "message"})
            for (size_t i = 0; i < event.attributes.size() && event.name.empty(); ++i)
                if (event.attributes[i].key == key && !event.attributes[i].value.empty()) {
                    event.name = event.attributes[i].value;
                    event.attributes.erase(event.attributes.begin() + static_cast<std::ptrdiff_t>(i));
                }
    }

    void attributes(SpanContent& s) const {
        if (is(loss::kOwnName))
            eraseIf(s.attributes, [&](const AttributeValue& a) {
                const bool kindIsTag = format_ == "jaeger" || s.kind == Kind::Unspecified || s.kind == Kind::Internal;
                return isOwnTag({a.key, a.type, a.value}, kindIsTag) ||
                       (format_ == "zipkin" && (a.key == "otel.status_code" || zipkinLinkNumber(a.key)));
            });
        if (is(loss::kErrorTag))
            eraseIf(s.attributes, [&](const AttributeValue& a) {
                return a.key == "error" && (s.status == Status::Error ? a.value == "true" : !saysError(a.value));
            });
        if (is(loss::kTagType))
            for (AttributeValue& a : s.attributes)
                a.type = ValueType::String;
        if (is(loss::kSameTag)) {
            AttributeList kept;
            for (const AttributeValue& a : s.attributes)
                if (!has(kept, a.key))
                    kept.push_back(a);
            s.attributes = kept;
        }
    }

    void span(SpanContent& s) {
        const auto clear = [&](std::string_view word, uint8_t flag) {
            if (is(word))
                s.flags = static_cast<uint8_t>(s.flags & ~flag);
        };
        clear(loss::kRepaired, kRepaired);
        clear(loss::kShared, kSharedId);
        for (IdContent* i : {&s.trace, &s.span, &s.parent})
            id(*i);
        list(s.attributes);
        for (SpanEvent& event : s.events) {
            list(event.attributes);
            if (is(loss::kNamelessEvent))
                nameEvent(event);
        }
        for (LinkContent& link : s.links) {
            list(link.attributes);
            id(link.trace);
            id(link.span);
        }
        times(s);
        links(s);
        attributes(s);
        clear(loss::kFollowsFrom, aisle::kFollowsFrom);
    }

    std::string_view format_;
    const Words& lost_;
    StoredValues values_;
    std::map<ContextPtr, ContextPtr> contexts_;
};

} // namespace aisle::test
