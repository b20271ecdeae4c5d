// What the waterfall shows: which trace, its rows, its place. Keys and mouse: waterfall_input.cpp.

#include "waterfall/waterfall_view.h"

#include "notes/notes.h"
#include "widgets/paint.h"

#include "waterfall/waterfall_accessible.h"
#include "waterfall/waterfall_notices.h"
#include "waterfall/waterfall_painter.h"
#include "waterfall/waterfall_search.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QAccessible>
#include <QEvent>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QTimer>

#include <algorithm>
#include <climits>

namespace aisle {

namespace {
/// Ticks for more events than this would not be told apart; the details list them.
constexpr size_t kMostEvents = 200000;
/// Lines of the first look: a few screens, in which what matters is not lost.
constexpr uint32_t kFirstLines = 200;
const QString kColourSetting = QStringLiteral("waterfall/colour");
} // namespace

WaterfallView::WaterfallView(ViewContext& context, QWidget* parent)
    : View(context, parent), scrollBar_(new QScrollBar(Qt::Vertical, this)),
      search_(new WaterfallSearch(context, this)), notices_(new WaterfallNotices(this)), openSlowest_(new QPushButton(tr("Open the slowest trace"), this)) {
    minimapTimer_ = new QTimer(this);
    minimapTimer_->setSingleShot(true);
    minimapTimer_->setInterval(60);
    connect(minimapTimer_, &QTimer::timeout, this, [this] { update(); });
    setObjectName(QStringLiteral("waterfall"));
    colourBy_ = static_cast<ColourBy>(std::clamp(QSettings().value(kColourSetting, 0).toInt(), 0, 2));
    setAccessibleName(tr("Waterfall of the trace"));
    installWaterfallAccessibility();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    scrollBar_->setSingleStep(measure::kRow);
    openSlowest_->setObjectName(QStringLiteral("openSlowest"));
    connect(scrollBar_, &QScrollBar::valueChanged, this, [this] { update(); });
    connect(openSlowest_, &QPushButton::clicked, &this->context().shownTrace(), &ShownTrace::openSlowest);
    connect(search_, &WaterfallSearch::textChanged, this, &WaterfallView::startSearch);
    connect(search_, &WaterfallSearch::next, this, [this] { stepMatch(1); });
    connect(search_, &WaterfallSearch::previous, this, [this] { stepMatch(-1); });
    connect(search_, &WaterfallSearch::closed, this, [this] { setFocus(); });
    connect(search_, &WaterfallSearch::onlyMatchesChanged, this, &WaterfallView::applyHidden);
    connect(notices_, &WaterfallNotices::showAllRequested, this, [this] {
        {
            const QSignalBlocker once(search_);
            search_->setOnlyMatches(false);
        }
        onlyPath_ = false;
        showAllServices();
    });
    connect(notices_, &WaterfallNotices::clocksRequested, this, [this](bool adjusts, double share) { this->context().shownTrace().setAdjustsClocks(adjusts, share); });
    connect(&this->context().shownTrace(), &ShownTrace::clockChanged, this, [this] { update(); });
    connect(&this->context().shownTrace(), &ShownTrace::clocksMeasured, this, &WaterfallView::updateNotices);
    connect(&this->context().shownTrace(), &ShownTrace::searchRequested, this, [this](const QString& query) {
        if (!data_)
            return;
        openSearch();
        search_->setOnlyMatches(true);
        search_->setText(query);
    });
    connect(&this->context(), &ViewContext::timeZoneChanged, this, [this] { update(); });
    connect(&selection(), &SelectionModel::focusChanged, this, &WaterfallView::applyFocus);
    connect(&this->context().shownTrace(), &ShownTrace::changed, this, &WaterfallView::adopt);
    connect(&this->context(), &ViewContext::focusMatchesChanged, this, &WaterfallView::followMatches);
    connect(&this->context(), &ViewContext::scopeResultChanged, this, &WaterfallView::updateEmptyState);
    connect(&this->context().notes(), &Notes::changed, this, qOverload<>(&QWidget::update));
    adopt();
}

WaterfallView::~WaterfallView() = default;

/// Rows of a focus that is on no span and no trace; null: nothing is highlighted.
const RowSet* WaterfallView::highlighted() const {
    const Focus::Kind kind = selection().focus().kind;
    if (kind == Focus::Kind::None || kind == Focus::Kind::Trace || kind == Focus::Kind::Span || kind == Focus::Kind::Traces)
        return nullptr;
    return context().focusMatches()->traceCount > 0 ? &context().focusMatches()->rows : nullptr;
}

void WaterfallView::followMatches() {
    update();
    if (data_ && data_->source == context().table() && highlighted() != nullptr)
        revealHighlighted();
}

/// Also what is hidden: it was asked for.
void WaterfallView::reveal(NodeIndex node) {
    const bool wasHidden = rows_.isHidden(node);
    rows_.reveal(node);
    if (!wasHidden)
        return;
    const Row row = data_->tree.nodes[node].row;
    hiddenSpans_ -= row != kNoRow && hiddenSpans_ > 0;
    hiddenErrors_ -= row != kNoRow && hiddenErrors_ > 0 && data_->table->isError(row);
    updateNotices();
}

void WaterfallView::revealHighlighted() {
    const RowSet* rows = highlighted();
    for (NodeIndex node = 0; rows != nullptr && node < data_->tree.nodes.size(); ++node) {
        const Row row = data_->tree.nodes[node].row;
        if (row == kNoRow || !(*rows)[row])
            continue;
        reveal(node);
        updateScrollBar();
        scrollToNode(node);
        break;
    }
    update();
}

void WaterfallView::adopt() {
    const TraceDataPtr data = context().shownTrace().data();
    if (data == data_ && data_) // a problem with another one: what is shown stays
        return;
    const bool sameTrace = data_ && data && data_->isSame(*data);
    const bool keepRange = sameTrace && data_->axis.places() == data->axis.places();
    const VisibleRows::State state = sameTrace ? rows_.state() : VisibleRows::State();
    data_ = data;
    minimapOf_ = nullptr; // other data may come to lie at the same address
    rows_ = data_ ? VisibleRows(data_->tree) : VisibleRows();
    isArranged_ = isArranged_ && sameTrace;
    if (isArranged_)
        rows_.restore(state);
    else if (data_)
        rows_.showFirst(*data_->table, data_->path, kFirstLines);
    if (!keepRange) {
        zoom_.reset(data_ ? data_->axis.places() : TimeRange());
    }
    selected_ = hovered_ = kNoNode;
    matches_.clear();
    matchMarks_.clear();
    searchWorker_.cancel();
    mark_.clear();
    messages_ = {}; // nodes of another tree
    messageWorker_.cancel();
    pressedHit_ = {};
    drag_ = Drag::None;
    updateScrollBar();
    if (!sameTrace) {
        events_.clear();
        eventWorker_.cancel();
        scrollBar_->setValue(0);
    }
    applyHidden();
    updateEmptyState();
    if (data_) {
        readEvents();
        readMessages();
        if (!search_->text().isEmpty())
            startSearch(search_->text());
        applyFocus();
    }
    Q_EMIT statusTextChanged();
}

/// Events are only in the store; the bars do not wait for them.
void WaterfallView::readEvents() {
    const auto workspace = context().workspace();
    if (!workspace)
        return;
    eventWorker_.run<std::vector<EventTime>>(
        [workspace, data = data_](const StopToken& stop) {
            const auto db = workspace->connect();
            std::vector<Row> rows;
            for (const TraceIndex trace : data->tree.traces)
                rows.insert(rows.end(), data->table->rowsOf(trace).begin(), data->table->rowsOf(trace).end());
            std::sort(rows.begin(), rows.end());
            auto events = readEventTimes(*db, *data->table, rows, kMostEvents, stop);
            for (EventTime& event : events)
                if (int64_t moved = 0; !__builtin_add_overflow(event.time, data->table->shiftOf(event.row), &moved))
                    event.time = moved;
            return events;
        },
        [this](std::vector<EventTime> events) {
            events_ = std::move(events);
            update();
        });
}

/// Which consumer received what which producer sent is told by attributes only; asked where there are both.
void WaterfallView::readMessages() {
    const auto workspace = context().workspace();
    const SpanTable& table = *data_->table;
    constexpr size_t kMost = 100'000;
    const bool isAny = std::any_of(data_->tree.byRow.begin(), data_->tree.byRow.end(), [&](NodeIndex node) { return table.kind(data_->tree.nodes[node].row) == Kind::Consumer; });
    if (!workspace || !isAny)
        return;
    messageWorker_.run<Connections>(
        [data = data_](const StopToken& stop) {
            const auto attributes = data->attributes->get(stop);
            const auto db = data->attributes->workspace()->connect();
            TraceAttributes::Reader reader(*db, *attributes);
            return messageConnections(*data->table, data->tree, *attributes, reader, kMost, stop);
        },
        [this](Connections messages) {
            messages_ = std::move(messages);
            update();
        });
}

void WaterfallView::hideService(uint32_t service) {
    hiddenServices_.insert(data_->table->services()[service]);
    applyHidden();
}

void WaterfallView::showAllServices() {
    hiddenServices_.clear();
    applyHidden();
}

void WaterfallView::setOnlyPath(bool only) {
    onlyPath_ = only;
    applyHidden();
}

/// Rows of services that are not wanted; while only matches are, those that neither match nor hold a match; while only the critical
/// path is, those that it does not run through.
void WaterfallView::applyHidden() {
    hiddenSpans_ = hiddenErrors_ = 0;
    const bool onlyMatches = data_ && search_->onlyMatches() && !search_->isHidden() && !matches_.empty();
    if (data_ && (onlyMatches || onlyPath_ || !hiddenServices_.empty())) {
        const SpanTable& table = *data_->table;
        const auto& nodes = data_->tree.nodes;
        constexpr size_t kMostExpanded = 5000; // of more, groups and what is collapsed say how many there are
        if (onlyMatches && matches_.size() <= kMostExpanded)
            rows_.expandTo(matches_);
        if (onlyPath_) {
            std::vector<NodeIndex> path;
            for (const PathSection& stretch : data_->path.stretches)
                path.push_back(stretch.node);
            if (path.size() <= kMostExpanded)
                rows_.expandTo(path);
        }
        std::vector<bool> isUnwanted(table.services().size(), false), hidden(nodes.size(), onlyMatches);
        for (uint32_t service = 0; service < isUnwanted.size(); ++service)
            isUnwanted[service] = hiddenServices_.contains(table.services()[service]);
        for (const NodeIndex match : matches_)
            for (NodeIndex up = onlyMatches ? match : kNoNode; up != kNoNode && hidden[up]; up = nodes[up].parent)
                hidden[up] = false;
        for (NodeIndex node = 0; node < nodes.size(); ++node) {
            const Row row = namedRow(node);
            if (row != kNoRow && (isUnwanted[table.service(row)] || (onlyPath_ && data_->path.stretchOf(node) == nullptr)))
                hidden[node] = true;
            if (hidden[node] && nodes[node].row != kNoRow) {
                ++hiddenSpans_;
                hiddenErrors_ += table.isError(nodes[node].row);
            }
        }
        rows_.setHidden(hiddenSpans_ > 0 ? std::move(hidden) : std::vector<bool>());
    } else if (data_) {
        rows_.setHidden({});
    }
    updateNotices();
    rowsChanged();
}

void WaterfallView::updateNotices() {
    const ShownTrace& shown = context().shownTrace();
    WaterfallNotices::Content content;
    if (data_) {
        content.hiddenSpans = hiddenSpans_;
        content.hiddenErrors = hiddenErrors_;
        for (const std::string& service : hiddenServices_)
            content.hiddenServices << singleLine(toQString(service));
        content.onlyPath = onlyPath_;
        content.onlyMatches = search_->onlyMatches() && !search_->isHidden() && !matches_.empty();
        content.tracesLeftOut = shown.leftOut();
        if (shown.clocks() && shown.clockSkew()) {
            const auto name = [&](uint32_t host) { return singleLine(toQString(shown.clockSkew()->hostName(*data_->source, host))); };
            content.calls = shown.clocks()->calls;
            content.spans = shown.clocks()->spans;
            content.isAdjusted = data_->hasShiftedClocks();
            content.share = shown.clockShare();
            const auto take = [&](const std::vector<HostPair>& pairs, std::vector<WaterfallNotices::HostPair>& into) {
                for (size_t i = 0; i < std::min(pairs.size(), WaterfallNotices::kMostPairs); ++i)
                    into.push_back({name(pairs[i].caller), name(pairs[i].callee), pairs[i].low, pairs[i].high, pairs[i].calls});
                return pairs.size();
            };
            content.differingCount = take(shown.clocks()->differing, content.differing);
            content.driftingCount = take(shown.clocks()->drifting, content.drifting);
        }
    }
    notices_->setContent(content);
    updateScrollBar();
    update();
}

void WaterfallView::applyFocus() {
    const Focus& focus = selection().focus();
    update();
    if (!data_) {
        updateEmptyState(); // it is being read
        return;
    }
    if (focus.kind != Focus::Kind::Span) {
        if (focus.kind == Focus::Kind::Trace || focus.kind == Focus::Kind::None)
            selected_ = kNoNode;
        else if (highlighted() != nullptr)
            revealHighlighted();
        return;
    }
    if (!data_->tree.holds(focus.trace))
        return; // that one is on its way
    const Row row = focus.rowIn(*data_->table);
    const NodeIndex node = row == kNoRow ? kNoNode : data_->tree.nodeOf(row);
    if (node == kNoNode)
        return;
    const uint32_t before = rows_.count();
    reveal(node);
    if (rows_.count() != before)
        updateScrollBar();
    selected_ = node;
    scrollToNode(node);
    setAccessibleDescription(tr("Selected: %1").arg(wordsOf(node)));
    tellSelected();
}

void WaterfallView::scrollToNode(NodeIndex node) {
    const int height = bodyRect().height();
    const int64_t top = static_cast<int64_t>(rows_.lineOf(node)) * measure::kRow;
    const int64_t value = scrollBar_->value();
    // Ancestors that are scrolled away are pinned over the first rows.
    const int64_t pinned = static_cast<int64_t>(std::min(data_->tree.nodes[node].depth, kPinnedRows)) * measure::kRow;
    if (top < value + pinned)
        scrollBar_->setValue(static_cast<int>(std::max<int64_t>(0, top - std::max<int64_t>(pinned, measure::kRow))));
    else if (top + measure::kRow > value + height) // a far jump brings some of what is above into view, too
        scrollBar_->setValue(static_cast<int>(top + measure::kRow - height +
                                              (top > value + 2 * height ? height / 2 : measure::kRow)));
    update();
    if (!data_->tree.hasStart(*data_->table, node))
        return;
    // A bar that lies outside the range would be out of sight although its row is in sight.
    const int64_t start = data_->axis.at(data_->tree.startOf(*data_->table, node)), end = data_->axis.at(data_->tree.endOf(*data_->table, node));
    const TimeRange& range = zoom_.range();
    if (end < range.from || start > range.to) {
        const int64_t middle = start + (std::min(end, start + range.length()) - start) / 2;
        zoom_.put({middle - range.length() / 2, middle - range.length() / 2 + range.length()});
    }
}

void WaterfallView::setColourBy(ColourBy by) {
    colourBy_ = by;
    QSettings().setValue(kColourSetting, static_cast<int>(by));
    update();
}

QString WaterfallView::wordsOf(NodeIndex node) const {
    const SpanTable& table = *data_->table;
    const Waterfall& tree = data_->tree;
    const Row row = namedRow(node);
    if (row == kNoRow)
        return tr("missing parent of %1").arg(toQString(counted(tree.nodes[node].children, "span", "spans")));
    QStringList words{singleLine(toQString(table.serviceText(row))), singleLine(toQString(table.nameText(row)))};
    if (const SiblingGroup* group = tree.groupAt(node)) {
        words.insert(0, tr("%1 times").arg(toQString(formatCount(group->members))));
        words << tr("%1 in all").arg(toQString(formatDuration(group->total)));
        if (group->errors > 0)
            words << toQString(counted(group->errors, "error", "errors"));
    } else {
        words << ((table.flags(row) & kUnfinished) != 0 ? tr("unfinished") : toQString(formatDuration(table.duration(row))))
              << (table.isError(row) ? tr("error") : tr("status %1").arg(toQString(statusName(table.status(row)))));
    }
    return words.join(QStringLiteral(", "));
}

/// A screen reader reads the row that is selected now.
void WaterfallView::tellSelected() {
    if (!QAccessible::isActive() || selected_ == kNoNode)
        return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(static_cast<int>(rows_.lineOf(selected_)));
    QAccessible::updateAccessibility(&event);
}

void WaterfallView::rowsChanged() {
    updateScrollBar();
    update();
}

QRect WaterfallView::bodyRect() const {
    return {0, waterfall_measure::kTop, width() - scrollBar_->sizeHint().width(),
            std::max(0, height() - waterfall_measure::kTop - notices_->shownHeight())};
}

void WaterfallView::updateScrollBar() {
    notices_->setGeometry(0, height() - notices_->shownHeight(), width(), notices_->shownHeight());
    const QRect body = bodyRect();
    scrollBar_->setGeometry(body.right() + 1, body.top(), scrollBar_->sizeHint().width(), body.height());
    scrollBar_->setPageStep(std::max(measure::kRow, body.height() - measure::kRow));
    const int64_t content = static_cast<int64_t>(rows_.count()) * measure::kRow;
    scrollBar_->setRange(0, static_cast<int>(std::clamp<int64_t>(content - body.height(), 0, INT_MAX)));
    scrollBar_->setVisible(data_ && scrollBar_->maximum() > 0); // its place stays, so that bars do not jump
}

void WaterfallView::updateEmptyState() {
    const bool isEmpty = !data_;
    if (isEmpty)
        scrollBar_->hide();
    openSlowest_->setVisible(isEmpty && !context().table()->isEmpty() && !context().shownTrace().isBusy());
    openSlowest_->adjustSize();
    openSlowest_->move((width() - openSlowest_->width()) / 2, height() / 2 + measure::kGrid);
    update();
}

WaterfallFrame WaterfallView::frame() const {
    if (!data_)
        return {};
    WaterfallInput input;
    input.data = data_.get();
    input.rows = &rows_;
    input.events = &events_;
    input.matches = search_->isVisible() && !search_->text().trimmed().isEmpty() && !search_->hasProblem() ? &matches_ : nullptr;
    input.matchMarks = input.matches != nullptr ? &matchMarks_ : nullptr;
    input.messages = &messages_;
    if (context().shownTrace().showsClock())
        input.clock = context().timeZone();
    input.size = QSize(bodyRect().width(), bodyRect().bottom() + 1);
    input.dpr = devicePixelRatioF();
    input.treeWidth = treeWidth_;
    input.range = zoom_.range();
    input.colourBy = colourBy_;
    input.scroll = scrollBar_->value();
    input.selected = selected_;
    input.hovered = hovered_;
    input.currentMatch = input.matches != nullptr && match_ < matches_.size() ? matches_[match_] : kNoNode;
    input.highlighted = highlighted();
    input.brush = mark_.range();
    WaterfallFrame out = layoutWaterfall(input, theme());
    if (!out.subtitleText.isEmpty())
        out.subtitleText.prepend(QStringLiteral(" · "));
    out.subtitleText.prepend(statusText());
    const QSize size = out.minimap.size().toSize();
    const QSize pixels(qRound(size.width() * input.dpr), qRound(size.height() * input.dpr));
    // Drawing it takes up to 10 ms for a million spans, too long for each step of a resize.
    if (minimapOf_ != data_.get() || (minimap_.size() != pixels && !minimapTimer_->isActive())) {
        minimap_ = drawMinimap(*data_, size, input.dpr, theme());
        minimapOf_ = data_.get();
    }
    out.minimapImage = minimap_;
    return out;
}

void WaterfallView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& t = theme();
    painter.fillRect(rect(), t.surface);
    if (data_) {
        const WaterfallFrame now = frame();
        paintWaterfall(painter, now, t);
        if (data_->source == context().table()) // rows of notes are of the present one
            for (const WaterfallRow& row : now.rows)
                if (const Row span = data_->tree.nodes[row.node].row; span != kNoRow && context().notes().hasRow(span))
                    paintNoteCorner(painter, row.nameRect, t);
        return;
    }
    QString words = tr("Open a trace file to see its waterfall.");
    ShownTrace& shown = context().shownTrace();
    if (!shown.problem().isEmpty())
        words = shown.problem();
    else if (shown.isBusy())
        words = tr("Reading the trace…");
    else if (!context().table()->isEmpty())
        words = tr("Choose a trace in the list to see its waterfall, or start with the slowest.");
    painter.setFont(t.font);
    painter.setPen(t.mutedText);
    painter.drawText(QRect(measure::kGap, 0, width() - 2 * measure::kGap, height() / 2 - measure::kGrid),
                     Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, words);
}

void WaterfallView::resizeEvent(QResizeEvent*) {
    minimapTimer_->start();
    updateScrollBar();
    updateEmptyState();
    search_->setCount(match_, matches_.size(), isSearching_);
}

/// What was put in focus while this was hidden was scrolled to with a height of nothing.
void WaterfallView::showEvent(QShowEvent* event) {
    View::showEvent(event);
    updateScrollBar();
    if (data_ && selected_ != kNoNode)
        scrollToNode(selected_);
}

void WaterfallView::changeEvent(QEvent* event) {
    View::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        minimapOf_ = nullptr;
        update();
    }
}

QString WaterfallView::statusText() const {
    if (!data_)
        return {};
    const Waterfall& tree = data_->tree;
    if (const NodeIndex root = rows_.root(); root != kNoNode)
        return tr("Only %1 and what is below it · R shows the whole trace")
            .arg(namedRow(root) == kNoRow ? tr("missing parent") : singleLine(toQString(data_->table->nameText(namedRow(root)))));
    QStringList parts{toQString(counted(tree.spanCount(), "span", "spans")),
                      toQString(counted(tree.services, "service", "services")),
                      toQString(formatDuration(tree.end - tree.start))};
    if (tree.isOfSeveral())
        parts.insert(0, toQString(counted(tree.traces.size(), "trace", "traces")));
    if (!tree.errors.empty())
        parts << toQString(counted(tree.errors.size(), "error", "errors"));
    if (data_->axis.hasFolds())
        parts << tr("idle time folded");
    return parts.join(QStringLiteral(" · "));
}

std::unique_ptr<Tabular> WaterfallView::tabular() const {
    if (!data_)
        return nullptr;
    auto out = std::make_unique<Tabular>(tabulate(*data_->table, data_->tree));
    noteClocks(*out, *data_);
    return out;
}

QSize WaterfallView::pictureSize(int tallest) const {
    return data_ ? waterfallPictureSize(*data_, rows_, tallest) : QSize();
}

void WaterfallView::paintPicture(QPainter& painter, QSize size) const {
    if (data_)
        paintWaterfallPicture(painter, size, *data_, rows_, &events_, &context().exporter().redactor(), colourBy_, theme());
}

} // namespace aisle
