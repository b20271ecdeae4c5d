#pragma once
// The pairing rules again, as plainly as they can be written: quadratic, over the fixture's spans and not over the
// table. Only for fixtures whose span ids are unique and whose parents are in the same trace.

#include "graph_fixture.h"

#include <algorithm>
#include <functional>
#include <set>

namespace aisle {

inline std::vector<std::string> referenceEdges(const GraphFixture& fixture) {
    using Span = GraphFixture::Span;
    using Node = std::pair<int, std::string>; // kind's number, name
    using Pair = std::pair<const Span*, const Span*>;
    std::map<uint64_t, const Span*> byId;
    std::set<std::string> services;
    for (const Span& span : fixture.spans) {
        byId[span.id] = &span;
        services.insert(span.service);
    }
    const auto parentOf = [&](const Span* span) { return span->parent == 0 ? nullptr : byId.at(span->parent); };
    const auto attribute = [](const Span* span, std::string_view key) {
        for (const auto& [name, value] : span->attributes)
            if (name == key)
                return value;
        return std::string();
    };
    const auto isInternal = [](const Span* s) { return s->kind == Kind::Internal || s->kind == Kind::Unspecified; };
    const auto isCaller = [](const Span* s) { return s != nullptr && (s->kind == Kind::Client || s->kind == Kind::Producer); };
    // Nearest span that is not internal, at or above, in the same service.
    const auto above = [&](const Span* span) -> const Span* {
        const std::string service = span->service;
        while (span != nullptr && span->service == service) {
            if (!isInternal(span))
                return span;
            span = parentOf(span);
        }
        return nullptr;
    };
    const auto queueOf = [&](const Span* span) {
        std::string name = attribute(span, "messaging.destination.name");
        return name.empty() ? attribute(span, "peer.service") : name;
    };

    struct Calls {
        std::set<Pair> pairs;
        bool onlyMessages = true;
    };
    std::map<std::pair<Node, Node>, Calls> edges;
    const auto service = [](const std::string& name) { return Node(1, name); };
    const auto add = [&](const Node& from, const Node& to, const Span* client, const Span* server, bool message) {
        Calls& calls = edges[{from, to}];
        calls.pairs.insert({client, server});
        calls.onlyMessages &= message;
    };

    std::set<const Span*> hasCallee, wraps, produces, consumes;
    std::map<const Span*, std::set<const Span*>> producersOf; // by consumer; null: only the parent ties it
    std::map<const Span*, std::string> parentService;
    for (const Span& span : fixture.spans) {
        if (const Span* parent = parentOf(&span)) {
            const Span* up = above(parent);
            if (parent->service != span.service) {
                if (isCaller(up))
                    hasCallee.insert(up);
                if (span.kind == Kind::Consumer || (up != nullptr && up->kind == Kind::Producer)) {
                    producersOf[&span].insert(isCaller(up) ? up : nullptr);
                    parentService[&span] = parent->service;
                } else {
                    add(service(parent->service), service(span.service), isCaller(up) ? up : nullptr, &span, false);
                }
            } else if (!isInternal(&span) && up != nullptr) {
                if (span.kind == Kind::Consumer && up->kind == Kind::Producer)
                    producersOf[&span].insert(up);
                else if (isCaller(up) || (up->kind == Kind::Consumer && span.kind == Kind::Consumer))
                    wraps.insert(up);
            }
        }
        for (const auto& link : span.links) {
            const Span* target = byId.at(link.second);
            const bool other = target->service != span.service, toProducer = target->kind == Kind::Producer;
            if (span.kind == Kind::Consumer ? other || toProducer : other && toProducer && span.kind != Kind::Producer)
                producersOf[&span].insert(isCaller(above(target)) ? above(target) : target);
        }
    }
    for (const auto& [consumer, producers] : producersOf) {
        consumes.insert(consumer);
        for (const Span* producer : producers)
            if (producer != nullptr)
                produces.insert(producer);
    }
    for (const auto& [consumer, producers] : producersOf) {
        for (const Span* producer : producers) {
            if (producer == nullptr && producers.size() > 1)
                continue;
            const std::string from = producer != nullptr ? producer->service : parentService[consumer];
            std::string queue = producer != nullptr ? queueOf(producer) : std::string();
            if (queue.empty())
                queue = queueOf(consumer);
            if (queue.empty()) {
                add(service(from), service(consumer->service), producer, consumer, true);
            } else {
                add(Node(2, queue), service(consumer->service), producer, consumer, true);
                add(service(from), Node(2, queue), producer, producer != nullptr ? nullptr : consumer, true);
            }
        }
    }
    for (const Span& span : fixture.spans) {
        const Node own = service(span.service);
        if (span.kind == Kind::Server && span.parent == 0 && !consumes.contains(&span))
            add(Node(0, "(user)"), own, nullptr, &span, false);
        if (consumes.contains(&span) || produces.contains(&span) || hasCallee.contains(&span) || wraps.contains(&span))
            continue;
        const std::string peer = attribute(&span, "peer.service"), system = attribute(&span, "db.system");
        const std::string destination = attribute(&span, "messaging.destination.name");
        if (span.kind == Kind::Consumer && !queueOf(&span).empty())
            add(Node(2, queueOf(&span)), own, nullptr, &span, true);
        if (span.kind == Kind::Producer && !queueOf(&span).empty())
            add(own, Node(2, queueOf(&span)), &span, nullptr, true);
        if (span.kind != Kind::Client)
            continue;
        if (!system.empty()) {
            if (services.contains(peer))
                add(own, service(peer), &span, nullptr, false);
            else
                add(own, Node(system == "redis" ? 3 : 4, peer.empty() ? system : peer), &span, nullptr, false);
        } else if (!destination.empty()) {
            const Span* parent = parentOf(&span);
            const Span* up = parent != nullptr && parent->service == span.service ? above(parent) : nullptr;
            if (up == nullptr || up->kind != Kind::Producer || !produces.contains(up))
                add(own, Node(2, destination), &span, nullptr, true);
        } else if (!peer.empty()) {
            add(own, services.contains(peer) ? service(peer) : Node(5, peer), &span, nullptr, false);
        }
    }

    std::vector<std::string> lines;
    for (const auto& [nodes, calls] : edges) {
        const auto& [from, to] = nodes;
        const bool message = from.first == 2 || to.first == 2 || calls.onlyMessages;
        std::map<std::tuple<const Span*, const Span*, uint64_t>, bool> failed; // by call: of one client those in one trace
        for (const Pair& pair : calls.pairs) {
            const bool grouped = !message && pair.first != nullptr;
            bool& call = failed[grouped ? std::tuple(pair.first, static_cast<const Span*>(nullptr), (pair.second != nullptr ? pair.second : pair.first)->trace) : std::tuple(pair.first, pair.second, uint64_t(0))];
            call = call || (pair.first != nullptr && pair.first->isError) || (pair.second != nullptr && pair.second->isError);
        }
        const auto errors = std::count_if(failed.begin(), failed.end(), [](const auto& call) { return call.second; });
        static constexpr const char* kKinds[] = {"user", "service", "queue", "cache", "database", "external"};
        const auto named = [](const Node& node) {
            return node.first == 1 ? node.second : std::string(kKinds[node.first]) + ':' + node.second;
        };
        std::string line = named(from) + " -> " + named(to) + ": " + std::to_string(failed.size()) + ' ' +
                           (message ? "messaging" : to.first == 3 || to.first == 4 ? "database" : to.first == 5 ? "external" : "sync");
        if (errors > 0)
            line += ", " + std::to_string(errors) + " failed";
        lines.push_back(line);
    }
    return lines;
}

} // namespace aisle
