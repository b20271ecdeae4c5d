// What stands out: by the focus, the pointer and the search, and where keys act.
#include "graph/graph_view.h"

#include "text/format.h"
#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

namespace {
/// What traces can be shown alone of.
bool isOfTraces(Focus::Kind kind) {
    return kind == Focus::Kind::Trace || kind == Focus::Kind::Span || kind == Focus::Kind::Stage || kind == Focus::Kind::Step || kind == Focus::Kind::Case || kind == Focus::Kind::Traces;
}
} // namespace

/// What only is shown stays while something in it is chosen, until other traces are.
void GraphView::takeOnly() {
    if (isOfTraces(selection().focus().kind)) {
        only_ = selection().focus();
        onlyMatches_ = context().focusMatches();
    }
    bar_->setOnlyFocusEnabled(only_.kind != Focus::Kind::None);
}

void GraphView::followFocus() {
    const Focus before = only_;
    takeOnly();
    revealsLater_ = false;
    const auto isOneTrace = [](const Focus& focus) { return focus.kind == Focus::Kind::Trace || focus.kind == Focus::Kind::Span; };
    if (bar_->isOnlyFocus() && isOneTrace(only_) && (!isOneTrace(before) || before.trace != only_.trace)) {
        setCursor({});
        layOut();
        return;
    }
    remark();
    if (!isOwnFocus_)
        setCursor(focused_);
    // While it is hidden it has no size to scroll in: then it is done when it is shown.
    if (isOwnFocus_ || !isVisible())
        return;
    if (traceWorker_.isBusy())
        revealsLater_ = true;
    else
        canvas_->reveal(focusRect());
}

/// What a trace has a part in, worked out once for the trace and the groups; null while it is on its way.
const TraceParts* GraphView::partsOf(TraceIndex trace) {
    const auto& groups = counted_.laid->groups;
    if (!ofTrace_ || ofTrace_->trace != trace || ofTrace_->groups != groups || ofTrace_->source != counted_.source) {
        ofTrace_ = {trace, groups, counted_.source, nullptr};
        traceWorker_.run<std::shared_ptr<const TraceParts>>(
            [source = counted_.source, trace, groups](const StopToken& stop) {
                return std::make_shared<const TraceParts>(partsOfTrace(*source->calls(stop), trace, groups.get(), stop));
            },
            [this](std::shared_ptr<const TraceParts> parts) {
                ofTrace_->parts = std::move(parts);
                remark();
                if (std::exchange(revealsLater_, false) && isVisible())
                    canvas_->reveal(focusRect());
            });
    }
    return ofTrace_->parts.get();
}

void GraphView::forgetTrace() {
    traceWorker_.cancel();
    ofTrace_.reset();
    revealsLater_ = false;
}

void GraphView::remark() {
    focused_ = {};
    if (!shown_ || !counted_.source)
        return;
    // Of only what is in focus nothing is set apart by being in focus.
    const Focus& focus = selection().focus();
    const bool isAllInFocus = bar_->isOnlyFocus() && focus.kind != Focus::Kind::Service && focus.kind != Focus::Kind::Edge && focus.kind != Focus::Kind::Span;
    const SpanTable& table = *counted_.source->table();
    const auto trace = focus.kind == Focus::Kind::Trace && !isAllInFocus ? focus.traceIn(table) : std::nullopt;
    const TraceParts* parts = trace ? partsOf(*trace) : nullptr;
    if (!trace)
        forgetTrace();
    if (!trace || parts != nullptr || marks_.nodes.size() != shown_->nodes.size()) // else what stands out does so until it is known
        marks_ = graphMarks(*shown_, table, isAllInFocus ? Focus() : focus, context().focusMatches().get(), parts);
    const auto firstFocused = [](const std::vector<uint8_t>& list) { return std::find_if(list.begin(), list.end(), [](uint8_t mark) { return (mark & GraphMarks::kFocused) != 0; }) - list.begin(); };
    if (const auto node = static_cast<uint32_t>(firstFocused(marks_.nodes)); !trace && node < marks_.nodes.size())
        focused_ = {GraphHit::Kind::Node, node};
    else if (const auto edge = static_cast<uint32_t>(firstFocused(marks_.edges)); !trace && edge < marks_.edges.size())
        focused_ = {GraphHit::Kind::Edge, edge};
    if (!found_.empty()) {
        marks_.isDimmed = true;
        std::fill(marks_.nodes.begin(), marks_.nodes.end(), uint8_t(0));
        std::fill(marks_.edges.begin(), marks_.edges.end(), uint8_t(0));
        for (const auto& [node, members] : found_)
            marks_.nodes[node] |= GraphMarks::kRelated;
    }
    point();
}

/// What the pointer is at, on top of what the focus marks. Without either the shortest of the ways between two nodes stands out.
void GraphView::point() {
    if (!shown_ || !counted_.source || marks_.nodes.size() != shown_->nodes.size() || marks_.edges.size() != shown_->edges.size())
        return;
    GraphMarks marks = marks_;
    hover(*shown_, *counted_.source->table(), hover_, marks);
    if (counted_.lensed && !marks_.isDimmed)
        for (const uint32_t e : counted_.lensed->shortestPath)
            marks.edges[e] |= GraphMarks::kHovered;
    if (cursor_.hit.kind != GraphHit::Kind::None)
        (cursor_.hit.kind == GraphHit::Kind::Node ? marks.nodes : marks.edges)[cursor_.hit.number] |= GraphMarks::kCursor;
    canvas_->setMarks(std::move(marks));
}

void GraphView::setCursor(const GraphHit& hit) {
    cursor_ = {hit, {}, {}};
    if (hit.kind == GraphHit::Kind::Node) {
        cursor_.from = shown_->nodes[hit.number].id;
    } else if (hit.kind == GraphHit::Kind::Edge) {
        cursor_.from = shown_->nodes[shown_->edges[hit.number].from].id;
        cursor_.to = shown_->nodes[shown_->edges[hit.number].to].id;
    }
    point();
    describeCursor();
}

/// In what is on show now. A node that is within a group now is the group.
void GraphView::findCursor() {
    cursor_.hit = {};
    if (!shown_ || cursor_.from.empty())
        return;
    const GraphGroups* groups = counted_.laid->groups.get();
    const auto nodeOf = [&](const std::string& id) -> std::optional<uint32_t> {
        if (groups != nullptr)
            if (const auto group = groups->of.find(id); group != groups->of.end())
                return shown_->nodeById(std::string(nodeKindName(ServiceGraph::NodeKind::Group)) + ':' + groups->names[group->second]);
        return shown_->nodeById(id);
    };
    const auto from = nodeOf(cursor_.from);
    if (cursor_.to.empty()) {
        if (from)
            cursor_.hit = {GraphHit::Kind::Node, *from};
        return;
    }
    const auto to = nodeOf(cursor_.to);
    for (uint32_t e = 0; from && to && e < shown_->edges.size(); ++e)
        if (shown_->edges[e].from == *from && shown_->edges[e].to == *to)
            cursor_.hit = {GraphHit::Kind::Edge, e};
}

/// What is focused and what belongs to it; without any, where keys act.
QRectF GraphView::focusRect() const {
    QRectF area;
    for (size_t n = 0; n < frame().nodes.size() && n < marks().nodes.size(); ++n)
        if ((marks().nodes[n] & (GraphMarks::kFocused | GraphMarks::kRelated)) != 0)
            area |= frame().nodes[n].rect;
    if (area.isNull() && cursor_.hit.kind == GraphHit::Kind::Node)
        area = frame().nodes[cursor_.hit.number].rect;
    return area;
}

/// Nodes by what is written on them, and groups by their members, as far as these are in the traces on show.
void GraphView::find(const QString& wanted) {
    found_.clear();
    foundWords_.clear();
    if (!shown_ || wanted.isEmpty())
        return;
    const auto fits = [&wanted](const ServiceGraph::Node& node) { return singleLine(nodeTitle(node)).contains(wanted, Qt::CaseInsensitive); };
    std::map<std::string_view, uint32_t> groupNodes;
    for (uint32_t n = 0; n < shown_->nodes.size(); ++n) {
        if (fits(shown_->nodes[n]))
            found_[n];
        if (shown_->nodes[n].kind == ServiceGraph::NodeKind::Group)
            groupNodes.emplace(shown_->nodes[n].name, n);
    }
    const GraphGroups* groups = whole_.graph && whole_.source == counted_.source ? counted_.laid->groups.get() : nullptr;
    for (uint32_t n = 0; groups != nullptr && n < whole_.graph->nodes.size(); ++n) {
        const ServiceGraph::Node& node = whole_.graph->nodes[n];
        const auto group = groups->of.find(node.id);
        if (group == groups->of.end() || !fits(node))
            continue;
        const auto at = groupNodes.find(groups->names[group->second]);
        const bool isThere = node.service == ServiceGraph::kNoService || (node.service < shown_->nodeOfService.size() && shown_->nodeOfService[node.service] != ServiceGraph::kNoNode);
        if (at != groupNodes.end() && isThere)
            found_[at->second].push_back(n);
    }
    constexpr int kMost = 3;
    QStringList words;
    for (const auto& [node, members] : found_)
        if (!members.empty() && words.size() < kMost)
            words.append(tr("Within %1: %2").arg(singleLine(nodeTitle(shown_->nodes[node])), membersFound(node)));
    if (found_.empty())
        words.append(tr("No node is called %1").arg(singleLine(wanted)));
    foundWords_ = words.join(QStringLiteral("; "));
}

QString GraphView::membersFound(uint32_t group) const {
    constexpr size_t kMost = 3;
    const auto found = found_.find(group);
    if (found == found_.end() || !whole_.graph)
        return {};
    const std::vector<uint32_t>& members = found->second;
    QStringList names;
    for (size_t i = 0; i < std::min(kMost, members.size()) && members[i] < whole_.graph->nodes.size(); ++i)
        names.append(singleLine(nodeTitle(whole_.graph->nodes[members[i]])));
    const QString words = names.join(QStringLiteral(", "));
    return members.size() > kMost ? tr("%1 and %2 more").arg(words, toQString(formatCount(members.size() - kMost))) : words;
}

/// The one that is called so, else the first. A member of a group is in focus, and keys act on its group.
void GraphView::choose(const QString& wanted) {
    const auto isCalledSo = [&wanted](const ServiceGraph::Node& node) { return singleLine(nodeTitle(node)) == wanted; };
    auto best = std::find_if(found_.begin(), found_.end(), [&](const auto& found) { return isCalledSo(shown_->nodes[found.first]); });
    std::optional<uint32_t> member;
    for (auto group = found_.begin(); best == found_.end() && group != found_.end(); ++group)
        if (const auto at = std::find_if(group->second.begin(), group->second.end(), [&](uint32_t n) { return isCalledSo(whole_.graph->nodes[n]); }); at != group->second.end()) {
            best = group;
            member = *at;
        }
    if (best == found_.end()) {
        best = found_.begin();
        if (!best->second.empty())
            member = best->second.front();
    }
    const uint32_t node = best->first;
    const std::string name = member ? whole_.graph->nodes[*member].name : std::string();
    found_.clear();
    select({GraphHit::Kind::Node, node});
    if (member) {
        isOwnFocus_ = true;
        selection().setFocus(Focus::onService(name));
        isOwnFocus_ = false;
    }
    canvas_->reveal(frame().nodes[node].rect);
    takeFocus();
}

/// While it is typed what fits is brought out; Enter goes to the first of it.
void GraphView::search(const QString& text, bool isChosen) {
    find(text.trimmed());
    if (isChosen && !found_.empty())
        choose(text.trimmed());
    remark();
    showWords();
}

} // namespace aisle
