// What the service graph says about itself, and as what it leaves the window: words, tables, documents, pictures, settings.
#include "graph/graph_view.h"

#include "charts/baseline_box.h"
#include "graph/graph_painter.h"
#include "service_graph/graph_tables.h"
#include "service_graph/graph_text.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QJsonArray>
#include <QPainter>

#include <algorithm>

namespace aisle {

QString GraphView::emptyText() const {
    if (!problem_.isEmpty())
        return tr("The service graph could not be worked out: %1").arg(problem_);
    if (shown_ && !shown_->nodes.empty())
        return {};
    const QString what = tr("The service graph shows which services call each other, how often, how fast and with how "
                            "many failures, with the databases, caches and queues they use.");
    if (context().table()->isEmpty())
        return what + QLatin1Char('\n') + tr("Open a trace file or a workspace to see it.");
    if (shown_ && counted_.lensed && !counted_.lensed->sentence.empty())
        return toQString(counted_.lensed->sentence);
    if (!shown_ || isBusy())
        return {}; // on its way
    return what + QLatin1Char('\n') + tr("No trace is in the scope: remove a part of it above.");
}

/// What is compared and what is not shown, in sentences without names; for what leaves the window.
std::vector<std::string> GraphView::notes() const {
    std::vector<std::string> notes;
    if (counted_.difference)
        notes.push_back(differenceWords().toStdString() + ".");
    if (counted_.lensed)
        if (std::string hidden = counted_.lensed->hidden.sentence(); !hidden.empty())
            notes.push_back(std::move(hidden));
    if (bar_->isOnlyFocus() && counted_.isOfFocus && !counted_.difference)
        notes.push_back("Only " + counted(shown_->traces, "trace", "traces") + " of the focus.");
    return notes;
}

/// What can be acted on comes first.
void GraphView::showWords() {
    QStringList words;
    if (!shown_ && wholeWorker_.isBusy())
        words.append(tr("Working out who calls whom…"));
    if (!pathFrom_.isEmpty())
        words.append(tr("Click the node where the ways are to end, or walk to it and press Enter; Esc to leave it"));
    if (!foundWords_.isEmpty())
        words.append(foundWords_);
    if (differenceWorker_.isBusy())
        words.append(tr("Comparing…"));
    if (counted_.difference)
        words.append(differenceWords());
    if (shown_) {
        if (counted_.laid->isTooLarge)
            words.append(tr("Too many nodes for forces: they are in layers"));
        if (counted_.lensed && !counted_.lensed->sentence.empty())
            words.append(toQString(counted_.lensed->sentence));
        if (bar_->isOnlyFocus() && counted_.isOfFocus && !counted_.difference)
            words.append(toQString(notes().back()));
        else if (bar_->isOnlyFocus() && !counted_.difference && !shown_->isApproximate)
            words.append(tr("No trace is in focus: everything in the scope is shown"));
        if (!counted_.difference)
            for (const std::string& note : graphNotes(*shown_, details_.get()))
                words.append(toQString(note));
    }
    if (!detailsProblem_.isEmpty())
        words.append(tr("Critical paths and failures could not be worked out: %1").arg(detailsProblem_));
    if (detailsWorker_.isBusy())
        words.append(tr("Working out critical paths…"));
    bar_->setWords(words.join(QStringLiteral("  ·  ")));
}

QString GraphView::statusText() const {
    if (!shown_ || shown_->nodes.empty())
        return {};
    uint64_t services = 0, groups = 0, members = 0, grouped = 0; // nodes and services in groups
    for (const ServiceGraph::Node& node : shown_->nodes) {
        services += node.kind == ServiceGraph::NodeKind::Service;
        if (node.kind == ServiceGraph::NodeKind::Group) {
            ++groups;
            members += node.members;
        }
    }
    for (const uint32_t node : shown_->nodeOfService)
        grouped += node != ServiceGraph::kNoNode && shown_->nodes[node].kind == ServiceGraph::NodeKind::Group;
    QStringList parts;
    if (services > 0 || groups == 0)
        parts.append(toQString(counted(services, "service", "services")));
    if (groups > 0)
        parts.append(tr("%1 of %2").arg(toQString(counted(groups, "group", "groups")),
                                        grouped == members ? toQString(counted(grouped, "service", "services"))
                                        : grouped == 0     ? toQString(counted(members, "node", "nodes"))
                                                           : tr("%1 and %2").arg(toQString(counted(grouped, "service", "services")), toQString(counted(members - grouped, "other node", "other nodes")))));
    const QString text = parts.join(QStringLiteral(", "));
    if (shown_->edges.empty())
        return text + tr(", no calls between services in these traces");
    return text + QLatin1String(", ") + toQString(counted(shown_->edges.size(), "edge", "edges"));
}

std::unique_ptr<Tabular> GraphView::tabular() const {
    if (!shown_)
        return nullptr;
    auto table = std::make_unique<Tabular>(counted_.difference                        ? tabulate(*counted_.difference, changesShown())
                                           : bar_->show() == GraphBar::Show::Nodes ? tabulateNodes(*shown_, details_.get())
                                                                                   : tabulateEdges(*shown_, details_.get()));
    if (!counted_.difference)
        for (std::string& note : notes())
            table->notes.push_back(std::move(note));
    return table;
}

/// Of a comparison there is none: a graph of two times would say neither what was nor what is.
std::vector<ViewDocument> GraphView::documents() const {
    std::vector<ViewDocument> documents;
    if (shown_ && !shown_->nodes.empty() && !counted_.difference)
        for (const auto& [format, name] : {std::pair(GraphFormat::Dot, tr("DOT graph for Graphviz")), {GraphFormat::Mermaid, tr("Mermaid flowchart")},
                                           {GraphFormat::GraphMl, tr("GraphML graph")}, {GraphFormat::Json, tr("JSON, nodes and edges")}})
            documents.push_back({name, QString::fromLatin1(graphFormatSuffix(format).substr(1).data()), [graph = shown_, details = details_, hidden = counted_.lensed ? counted_.lensed->hidden : GraphHidden(), format = format](const Redactor& redactor) { return graphText(*graph, details.get(), format, redactor, hidden); }});
    return documents;
}

QSize GraphView::pictureSize(int) const { return graphPictureSize(frame()); }
void GraphView::paintPicture(QPainter& painter, QSize) const {
    if (!shown_)
        return;
    GraphMarks marks = marks_;
    marks.nodes.resize(shown_->nodes.size());
    marks.edges.resize(shown_->edges.size());
    QStringList said;
    for (const std::string& note : notes())
        said.append(toQString(note));
    paintGraphPicture(painter, frameOf(&context().exporter().redactor()), marks, said.join(QLatin1Char(' ')), theme());
}

namespace {
constexpr size_t kMostOpened = 10'000; ///< groups, of a file of a stranger
constexpr const char* kShows[] = {"graph", "calls", "nodes"};
constexpr const char* kPlaces[] = {"layers", "forces", "radial"};

template <typename T, size_t n>
T named(const QJsonObject& settings, const char* key, const char* const (&names)[n], T now) {
    const QString name = settings[QLatin1String(key)].toString();
    for (size_t i = 0; i < n; ++i)
        if (name == QLatin1String(names[i]))
            return static_cast<T>(i);
    return now;
}
} // namespace

QJsonObject GraphView::settings() const {
    QJsonArray opened;
    for (const std::string& name : opened_)
        opened.append(toQString(name));
    return {{QStringLiteral("show"), QLatin1String(kShows[static_cast<size_t>(bar_->show())])},
            {QStringLiteral("places"), QLatin1String(kPlaces[static_cast<size_t>(bar_->places())])},
            {QStringLiteral("group-by"), bar_->groupBy()},
            {QStringLiteral("opened-groups"), opened},
            {QStringLiteral("only-focus"), bar_->isOnlyFocus()},
            {QStringLiteral("most-edges"), static_cast<qint64>(lens_.mostEdges)},
            {QStringLiteral("around"), toQString(lens_.around)},
            {QStringLiteral("hops"), static_cast<qint64>(lens_.hops)},
            {QStringLiteral("direction"), static_cast<int>(lens_.direction)},
            {QStringLiteral("path-to"), toQString(lens_.pathTo)},
            {QStringLiteral("comparing"), bar_->isComparing()},
            {QStringLiteral("baseline"), baseline_->baseline().isEmpty() ? QString() : toQString(baseline_->baseline().toText())}};
}

void GraphView::applySettings(const QJsonObject& settings) {
    bar_->setShow(named(settings, "show", kShows, bar_->show()));
    bar_->setPlaces(named(settings, "places", kPlaces, bar_->places()));
    if (settings[QStringLiteral("group-by")].isString())
        groupBy(settings[QStringLiteral("group-by")].toString());
    // A name that no group has now is kept: its traces may come later.
    if (const QJsonValue opened = settings[QStringLiteral("opened-groups")]; opened.isArray()) {
        opened_.clear();
        for (const QJsonValue& name : opened.toArray())
            if (name.isString() && opened_.size() < kMostOpened)
                opened_.insert(name.toString().toStdString());
    }
    bar_->setOnlyFocus(settings[QStringLiteral("only-focus")].toBool(bar_->isOnlyFocus()));
    GraphLens lens = lens_;
    const auto number = [&](const char* key, uint32_t now) { return static_cast<uint32_t>(std::clamp(settings[QLatin1String(key)].toInt(static_cast<int>(now)), 0, 1'000'000)); };
    lens.mostEdges = number("most-edges", lens.mostEdges);
    lens.hops = number("hops", lens.hops);
    lens.direction = static_cast<GraphLens::Direction>(std::min(2U, number("direction", static_cast<uint32_t>(lens.direction))));
    lens.around = settings[QStringLiteral("around")].toString(toQString(lens.around)).toStdString();
    lens.pathTo = settings[QStringLiteral("path-to")].toString(toQString(lens.pathTo)).toStdString();
    setLens(lens);
    lensesBefore_.clear(); // a saved view begins anew
    if (const QJsonValue text = settings[QStringLiteral("baseline")]; text.isString()) {
        traceql::ParseError error;
        if (const auto scope = text.toString().isEmpty() ? Scope() : Scope::parse(text.toString().toStdString(), error))
            baseline_->keep(*scope);
    }
    bar_->setComparing(settings[QStringLiteral("comparing")].toBool(bar_->isComparing()));
    if (bar_->isComparing())
        stopReplay();
    layOut();
    showTable();
}

} // namespace aisle
