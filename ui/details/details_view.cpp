#include "details/details_view.h"

#include "details/attribute_delegate.h"
#include "details/details_header.h"
#include "notes/notes.h"
#include "query/field_condition.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <unordered_map>

namespace aisle {

DetailsView::DetailsView(ViewContext& context, QWidget* parent)
    : View(context, parent), model_(new AttributeModel(this)), proxy_(new QSortFilterProxyModel(this)),
      stack_(new QStackedWidget(this)), words_(plainLabel({}, this)), header_(new DetailsHeader(this)),
      filter_(new QLineEdit(this)), tree_(new QTreeView(this)), value_(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("details"));
    setAccessibleName(tr("Details of what is focused"));
    words_->setAlignment(Qt::AlignCenter);
    words_->setWordWrap(true);
    words_->setMargin(measure::kGap);
    words_->setForegroundRole(QPalette::PlaceholderText);

    proxy_->setSourceModel(model_);
    proxy_->setRecursiveFilteringEnabled(true);
    proxy_->setAutoAcceptChildRows(true);
    proxy_->setFilterKeyColumn(-1);
    proxy_->setFilterRole(Qt::DisplayRole);
    proxy_->setFilterCaseSensitivity(Qt::CaseInsensitive);

    filter_->setPlaceholderText(tr("Filter keys and values"));
    filter_->setAccessibleName(tr("Filter keys and values"));
    filter_->setClearButtonEnabled(true);
    tree_->setModel(proxy_);
    tree_->setItemDelegate(new AttributeDelegate(tree_));
    tree_->setAccessibleName(tr("Attributes, events, links and logs"));
    tree_->setRootIsDecorated(true);
    tree_->setUniformRowHeights(true);
    tree_->setAlternatingRowColors(false);
    tree_->setIndentation(14);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setTextElideMode(Qt::ElideRight);
    tree_->setExpandsOnDoubleClick(false);
    tree_->setContextMenuPolicy(Qt::CustomContextMenu);
    tree_->header()->setStretchLastSection(true);
    tree_->header()->setMinimumSectionSize(60);
    tree_->header()->hide();
    tree_->installEventFilter(this);
    value_->setReadOnly(true);
    value_->setAccessibleName(tr("The whole value"));
    value_->setFrameShape(QFrame::NoFrame);
    value_->hide();

    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(tree_);
    splitter->addWidget(value_);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(header_);
    auto* filterRow = new QVBoxLayout;
    filterRow->setContentsMargins(measure::kPadding, 0, measure::kPadding, 0);
    filterRow->addWidget(filter_);
    layout->addLayout(filterRow);
    layout->addWidget(splitter, 1);
    stack_->addWidget(words_);
    stack_->addWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(stack_);

    header_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header_, &QWidget::customContextMenuRequested, this,
            [this](const QPoint& at) { menu(header_->mapToGlobal(at), false); });
    connect(tree_, &QWidget::customContextMenuRequested, this,
            [this](const QPoint& at) { menu(tree_->viewport()->mapToGlobal(at), true); });
    connect(filter_, &QLineEdit::textChanged, this, &DetailsView::filter);
    connect(tree_, &QTreeView::activated, this, &DetailsView::activate);
    connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, &DetailsView::showValue);
    const auto remember = [this](const QModelIndex& index, bool isOpen) {
        if (!isExpanding_ && !index.parent().isValid() && filter_->text().isEmpty())
            isOpen_[index.data(AttributeModel::KeyRole).toString()] = isOpen;
    };
    connect(tree_, &QTreeView::expanded, this,
            [remember](const QModelIndex& index) { remember(index, true); });
    connect(tree_, &QTreeView::collapsed, this,
            [remember](const QModelIndex& index) { remember(index, false); });
    connect(&selection(), &SelectionModel::focusChanged, this, &DetailsView::refresh);
    connect(&this->context(), &ViewContext::tableChanged, this, &DetailsView::refresh);
    connect(&this->context().notes(), &Notes::changed, this, &DetailsView::refresh);
    connect(&this->context(), &ViewContext::timeZoneChanged, this, &DetailsView::refresh);
    connect(&this->context(), &ViewContext::scopeSettled, this, &DetailsView::refreshIfStatistics);
    connect(&this->context(), &ViewContext::journeyChanged, this, &DetailsView::refreshIfStatistics);
    connect(&this->context(), &ViewContext::otherJourneyChanged, this, &DetailsView::refreshIfStatistics);
    refresh();
}

DetailsView::~DetailsView() = default;

/// The header is hidden, so the columns share what there is.
void DetailsView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    resizeKeys();
}

/// As wide as the keys are, but values keep half: cut in the middle "messaging.operation.name" and "messaging.destination.name"
/// looked the same.
void DetailsView::resizeKeys() {
    constexpr size_t kMost = 300; // of long lists the first say enough
    const QFontMetrics metrics(tree_->font());
    int wanted = 0;
    for (const DetailItem& group : content_.groups)
        for (size_t i = 0; i < std::min(group.children.size(), kMost); ++i)
            wanted = std::max(wanted, metrics.horizontalAdvance(singleLine(toQString(group.children[i].key))));
    tree_->header()->resizeSection(0, std::clamp(wanted + 2 * tree_->indentation() + 12, 100, std::max(100, width() / 2)));
}

void DetailsView::refreshIfStatistics() {
    const Focus::Kind kind = selection().focus().kind;
    if (kind != Focus::Kind::None && kind != Focus::Kind::Span && kind != Focus::Kind::Trace)
        refresh();
}

namespace {

/// What a focus is looked up in.
struct Request {
    Focus focus;
    traceql::Context context;
    std::shared_ptr<Workspace> workspace; ///< null: nothing is open
    TimeZone zone;
    std::shared_ptr<const ScopeResult> scope;
};

/// The graph of the scope, and when it `isThorough` also what takes seconds to find out of 5 M spans.
struct FocusGraph {
    FocusGraph(const Request& request, bool isThorough, const StopToken& stop) {
        const BitSet* traces = request.scope->everything ? nullptr : &request.scope->traces;
        graph = request.context.graph->ofTraces(traces, stop);
        if (isThorough)
            details = graphDetails(request.context, graph, traces, stop);
    }
    ServiceGraphPtr graph;
    std::shared_ptr<const GraphDetails> details;
};

bool isOfGraph(const Focus& focus) { return focus.kind == Focus::Kind::Service || focus.kind == Focus::Kind::Edge; }

DetailsContent graphContent(const Request& request, bool isThorough, const StopToken& stop) {
    const SpanTable& table = *request.context.table;
    const FocusGraph found(request, isThorough, stop);
    if (request.focus.kind == Focus::Kind::Edge)
        return edgeContent(table, *found.graph, found.details.get(), request.focus.name, request.focus.other);
    const auto service = table.serviceByName(request.focus.name);
    return service ? serviceContent(table, *service, request.scope.get(), *found.graph, found.details.get(), stop)
                   : nodeContent(*found.graph, found.details.get(), request.focus.name);
}

/// That a stage or case in focus is of: the flow of orders has some, too.
const JourneyState& journeyOf(const Focus& focus, const traceql::Context& context) {
    const auto has = [&focus](const JourneyState& journey) {
        const auto& stages = journey.everything.stages;
        const auto hasStage = [&](const std::string& name) { return std::any_of(stages.begin(), stages.end(), [&](const FunnelStage& stage) { return stage.name == name; }); };
        return focus.kind == Focus::Kind::Case ? journey.cases().find(focus.name) != kNoCase : hasStage(focus.name) && (focus.kind != Focus::Kind::Step || hasStage(focus.other));
    };
    return !has(*context.journey) && context.other && context.other->table == context.table && has(*context.other) ? *context.other : *context.journey;
}

DetailsContent contentOf(const Request& request, const StopToken& stop) {
    const auto& [focus, context, workspace, zone, scope] = request;
    const SpanTable& table = *context.table;
    switch (focus.kind) {
    case Focus::Kind::Span: {
        const Row row = focus.rowIn(table);
        if (row == kNoRow)
            return {};
        SpanDetails details;
        details.row = row;
        if (workspace) {
            const auto db = workspace->connect();
            details = readSpan(*db, table, row, stop);
        }
        return spanContent(table, details, zone);
    }
    case Focus::Kind::Trace: {
        const auto trace = focus.traceIn(table);
        return trace ? traceContent(table, *trace, zone, stop) : DetailsContent();
    }
    case Focus::Kind::Service:
    case Focus::Kind::Edge:
        return graphContent(request, false, stop);
    case Focus::Kind::Stage: {
        const JourneyState& journey = journeyOf(focus, context);
        return stageContent(journey, scope->everything ? journey.everything : funnelInScope(journey, *scope, stop), !scope->everything, focus.name, focus.isStopped);
    }
    case Focus::Kind::Step: {
        const JourneyState& journey = journeyOf(focus, context);
        if (!journey.definition)
            return {};
        CaseLog log = caseLog(journey, activities(context, journey, activityChoice("stages"), stop), stop);
        leaveOut(log, focus.passing);
        return stepContent(journey, log, followGraph(log, casesInScope(journey, *scope), {}, stop), !scope->everything, focus);
    }
    case Focus::Kind::Case:
        return caseContent(table, journeyOf(focus, context), focus.name, zone);
    case Focus::Kind::Traces:
        return tracesContent(table, focus.traces, zone);
    case Focus::Kind::None:
        break;
    }
    return {};
}

} // namespace

void DetailsView::refresh() {
    const Request request{selection().focus(), context().queryContext(), context().workspace(), context().timeZone(), context().scopeResult()};
    thoroughWorker_.cancel();
    if (request.focus.kind == Focus::Kind::None || request.context.table->isEmpty()) {
        worker_.cancel();
        showWords(request.context.table->isEmpty() ? tr("Open a trace file; details of what you click appear here.")
                                                   : tr("Click a span, service or stage to see its details here."));
        return;
    }
    worker_.run<DetailsContent>(
        [request](const StopToken& stop) { return contentOf(request, stop); },
        [this, request](DetailsContent content) {
            if (content.what.empty()) {
                showWords(tr("What was chosen is not in this workspace."));
                return;
            }
            showContent(std::move(content));
            if (isOfGraph(request.focus))
                thoroughWorker_.run<DetailsContent>([request](const StopToken& stop) { return graphContent(request, true, stop); },
                                                    [this](DetailsContent more) { showMore(std::move(more)); },
                                                    [this](const QString& why) {
                                                        content_.notices.push_back(tr("Critical paths and failures could not be worked out: %1").arg(why).toStdString());
                                                        header_->setContent(content_, context().serviceColours());
                                                    });
        },
        [this](const QString& problem) { showWords(problem); });
}

/// The same with more groups at its end: what is being read or clicked stays where it is.
void DetailsView::showMore(DetailsContent content) {
    const int scrolled = tree_->verticalScrollBar()->value();
    std::vector<int> rows; // of the current line, innermost first
    for (QModelIndex at = source(tree_->currentIndex()); at.isValid(); at = at.parent())
        rows.push_back(at.row());
    showContent(std::move(content));
    QModelIndex current;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        current = model_->index(*row, 0, current);
    if (current.isValid())
        tree_->setCurrentIndex(proxy_->mapFromSource(current));
    tree_->verticalScrollBar()->setValue(scrolled);
}

void DetailsView::showWords(const QString& words) {
    content_ = {};
    model_->setGroups({});
    value_->hide();
    words_->setText(words);
    stack_->setCurrentIndex(0);
}

void DetailsView::showContent(DetailsContent content) {
    content_ = std::move(content);
    if (const auto target = NoteTarget::of(selection().focus()))
        if (const Note* note = context().notes().on(*target))
            content_.facts.push_back({"Note", note->text.empty() ? std::string("bookmarked") : note->text});
    header_->setContent(content_, context().serviceColours());
    model_->setGroups(content_.groups);
    value_->hide();
    expandGroups();
    resizeKeys();
    stack_->setCurrentIndex(1);
}

void DetailsView::expandGroups() {
    isExpanding_ = true;
    for (int g = 0; g < proxy_->rowCount(); ++g) {
        const QModelIndex group = proxy_->index(g, 0);
        tree_->setFirstColumnSpanned(g, {}, true);
        const DetailItem* item = model_->item(source(group));
        if (item == nullptr)
            continue;
        const bool isOpen = isOpen_.value(toQString(item->key), item->startsOpen);
        tree_->setExpanded(group, isOpen);
        for (int i = 0; i < std::min(proxy_->rowCount(group), 200); ++i) {
            const QModelIndex child = proxy_->index(i, 0, group);
            const DetailItem* entry = model_->item(source(child));
            if (entry != nullptr && !entry->children.empty())
                tree_->setExpanded(child, entry->startsOpen);
        }
    }
    isExpanding_ = false;
}

void DetailsView::filter(const QString& text) {
    proxy_->setFilterFixedString(text);
    if (text.isEmpty()) {
        expandGroups();
    } else {
        isExpanding_ = true;
        for (int g = 0; g < proxy_->rowCount(); ++g)
            tree_->setFirstColumnSpanned(g, {}, true);
        tree_->expandAll();
        isExpanding_ = false;
    }
}

QModelIndex DetailsView::source(const QModelIndex& proxy) const {
    return proxy_->mapToSource(proxy);
}

void DetailsView::activate(const QModelIndex& index) {
    const DetailItem* item = model_->item(source(index));
    if (item == nullptr)
        return;
    if (item->target.kind != Focus::Kind::None) {
        const Focus target = item->target; // the item goes with the next content
        selection().setFocus(target);
    } else if (item->term) {
        const ScopeTerm term = *item->term;
        selection().addTerm(term);
    } else if (!item->children.empty()) {
        const QModelIndex first = index.siblingAtColumn(0);
        tree_->setExpanded(first, !tree_->isExpanded(first));
    }
}

/// A value that does not fit on its line is shown below, whole.
void DetailsView::showValue(const QModelIndex& index) {
    const DetailItem* item = model_->item(source(index));
    const bool isLong =
        item != nullptr && (item->value.size() > 60 || item->value.find('\n') != std::string::npos);
    value_->setVisible(isLong);
    if (isLong) {
        value_->setPlainText(toQString(item->value));
        setCopyKey(value_, toQString(item->key));
    }
}

void DetailsView::copyValue(const QModelIndex& index) {
    if (const DetailItem* item = model_->item(index)) {
        Export& out = context().exporter();
        out.toClipboard(out.render(item->key, item->value));
    }
}

namespace {

/// One JSON object whose members are the attributes, so that each is redacted under its own name.
class Collector {
public:
    explicit Collector(const Redactor& redactor) : redactor_(redactor) { out_.rows.emplace_back(); }

    void add(const DetailItem& item, const std::string& prefix = {}) {
        if (item.children.empty() || (!item.value.empty() && !prefix.empty())) {
            const std::string key = freshKey(prefix + item.key);
            out_.columns.push_back({key, key, false});
            out_.rows[0].emplace_back(redactor_.redact(item.key, item.value));
        }
        for (const DetailItem& child : item.children)
            add(child, prefix + item.key + "/");
    }
    const Tabular& table() const { return out_; }

private:
    /// A key that comes again is "key #2", "key #3"; one may be called "key #2" by itself.
    std::string freshKey(const std::string& plain) {
        std::string key = plain;
        while (!next_.try_emplace(key, 2).second)
            key = plain + " #" + std::to_string(next_[plain]++);
        return key;
    }

    const Redactor& redactor_;
    Tabular out_;
    std::unordered_map<std::string, int> next_; ///< of each key taken: the number of its next double
};

} // namespace

void DetailsView::copyJson(const QModelIndex& index) {
    const DetailItem* item = model_->item(index);
    if (item == nullptr)
        return;
    Export& out = context().exporter();
    Collector collector(out.redactor());
    if (item->children.empty())
        collector.add(*item);
    for (const DetailItem& child : item->children)
        collector.add(child);
    out.toClipboard(out.render(collector.table(), TextFormat::Json));
}

bool DetailsView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == tree_ && event->type() == QEvent::KeyPress) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        const bool isEnter = key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
        const bool excludes = (key.modifiers() & Qt::AltModifier) != 0;
        if (const DetailItem* item = isEnter && (excludes || (key.modifiers() & Qt::ShiftModifier) != 0) ? model_->item(source(tree_->currentIndex())) : nullptr;
            item != nullptr && !item->condition.empty() && (excludes || !item->term)) {
            const std::string condition = item->condition; // the item goes with the next content
            narrow(excludes ? traceql::excluding(condition) : condition);
            return true;
        }
        if (const DetailItem* item = isEnter && (key.modifiers() & Qt::ShiftModifier) != 0
                                         ? model_->item(source(tree_->currentIndex()))
                                         : nullptr;
            item != nullptr && item->term) {
            const ScopeTerm term = *item->term; // the item goes with the next content
            selection().addTerm(term);
            return true;
        }
    }
    return View::eventFilter(watched, event);
}

void DetailsView::narrow(const std::string& condition) { selection().setScope(selection().scope().narrowed(condition)); }

void DetailsView::menu(const QPoint& at, bool onTree) {
    QMenu menu(this);
    const auto words = [](const std::string& text) { return menuText(toQString(text)); };
    const QModelIndex index = onTree ? source(tree_->currentIndex()) : QModelIndex();
    if (const DetailItem* item = model_->item(index)) {
        const QPersistentModelIndex kept(index);
        if (item->target.kind != Focus::Kind::None)
            connect(menu.addAction(tr("Go there\tEnter")), &QAction::triggered, this,
                    [this, target = item->target] { selection().setFocus(target); });
        if (item->term)
            connect(menu.addAction(item->target.kind == Focus::Kind::None
                                       ? tr("Filter to %1\tEnter").arg(words(item->term->toWords()))
                                       : tr("Filter to %1\tShift+Enter").arg(words(item->term->toWords()))), &QAction::triggered,
                    this, [this, term = *item->term] { selection().addTerm(term); });
        if (!item->condition.empty()) {
            const QString value = words(item->key + " = " + context().exporter().redactor().redact(item->key, item->value));
            connect(menu.addAction(item->term ? tr("Filter to spans with %1").arg(value) : tr("Filter to spans with %1\tShift+Enter").arg(value)), &QAction::triggered, this,
                    [this, condition = item->condition] { narrow(condition); });
            connect(menu.addAction(tr("Leave out spans with %1\tAlt+Enter").arg(value)), &QAction::triggered, this,
                    [this, condition = item->condition] { narrow(traceql::excluding(condition)); });
        }
        QAction* copy = menu.addAction(tr("Copy value\tCtrl+C"));
        copy->setEnabled(!item->value.empty());
        connect(copy, &QAction::triggered, this, [this, kept] { copyValue(kept); });
        connect(menu.addAction(item->children.empty() ? tr("Copy as JSON") : tr("Copy group as JSON")),
                &QAction::triggered, this, [this, kept] { copyJson(kept); });
        menu.addSeparator();
    }
    for (const auto& [name, target] : content_.targets)
        connect(menu.addAction(tr("Go to %1").arg(words(name))), &QAction::triggered, this,
                [this, to = target] { selection().setFocus(to); });
    for (const auto& [name, term] : content_.terms)
        connect(menu.addAction(tr("Filter to %1").arg(words(name))), &QAction::triggered, this,
                [this, one = term] { selection().addTerm(one); });
    if (!menu.isEmpty())
        menu.exec(at);
}

std::unique_ptr<Tabular> DetailsView::tabular() const {
    if (content_.what.empty())
        return nullptr;
    auto out = std::make_unique<Tabular>();
    out->columns = {{"section", "Section", false}, {"key", "Key", false}, {"value", "Value", false}};
    const Redactor& redactor = context().exporter().redactor();
    const auto add = [&](const std::string& section, const std::string& key, const std::string& value) {
        out->rows.push_back({Cell(section), Cell(key), Cell(redactor.redact(key, value))});
    };
    add(content_.what, "title", content_.title);
    for (const auto& fact : content_.facts)
        add(content_.what, fact.name, fact.value);
    for (const DetailItem& group : content_.groups) {
        for (const DetailItem& item : group.children) {
            add(group.key, item.key, item.value);
            for (const DetailItem& child : item.children)
                add(group.key, item.key + "/" + child.key, child.value);
        }
    }
    out->notes.insert(out->notes.end(), content_.warnings.begin(), content_.warnings.end());
    return out;
}

} // namespace aisle
