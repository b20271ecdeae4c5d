#include "sequence/sequence_view.h"

#include "selection/focus_matches.h"
#include "sequence/sequence_chart.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/plain_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace aisle {

namespace {
constexpr uint32_t kNone = SequenceScene::kNone;
constexpr uint32_t kMostLevels = 99;
} // namespace

SequenceView::SequenceView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), folds_(new QToolButton(this)), depth_(new QComboBox(this)), words_(new ElidedLabel(this)),
      chart_(new SequenceChart(this)), empty_(new EmptyState(chart_)) {
    setObjectName(QStringLiteral("sequence"));
    setAccessibleName(tr("Sequence diagram of the trace"));
    chart_->setAccessibleName(tr("Sequence diagram of the trace"));
    setFocusProxy(chart_);
    folds_->setText(tr("Fold repeats"));
    folds_->setToolTip(tr("Lists calls that repeat each other once, in a loop"));
    folds_->setCheckable(true);
    folds_->setChecked(true);
    folds_->setObjectName(QStringLiteral("toggle"));
    depth_->setAccessibleName(tr("Levels of calls"));
    depth_->setToolTip(tr("How many levels of calls within calls are listed (1 to 9, 0)"));
    words_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(folds_);
    bar->addWidget(depth_);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(chart_, 1);
    connect(folds_, &QToolButton::toggled, this, &SequenceView::setFoldsRepeats);
    connect(depth_, &QComboBox::activated, this, [this](int index) { setLevels(depth_->itemData(index).toUInt()); });
    connect(chart_, &SequenceChart::clicked, this, &SequenceView::click);
    connect(chart_, &SequenceChart::opened, this, [this](const SequenceHit& hit) {
        if (hit.kind == SequenceHit::Kind::Loop)
            toggle(chart_->scene().loops[hit.number].key);
        else if (hit.kind == SequenceHit::Kind::Message)
            toggle(foldedLoop(hit.number) != kNoRow ? foldedLoop(hit.number) : expandedLoop(hit.number));
    });
    connect(chart_, &SequenceChart::menuRequested, this, &SequenceView::openMenu);
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (context().table()->isEmpty())
            Q_EMIT context().openRequested();
        else
            context().shownTrace().openSlowest();
    });
    connect(&selection(), &SelectionModel::focusChanged, this, &SequenceView::applyFocus);
    connect(&context().shownTrace(), &ShownTrace::changed, this, &SequenceView::follow);
    connect(&context(), &ViewContext::focusMatchesChanged, this, &SequenceView::light);
    connect(&context(), &ViewContext::tableChanged, this, &SequenceView::updateEmptyState);
    fillLevels();
    follow();
}

SequenceView::~SequenceView() = default;

void SequenceView::takeFocus() { chart_->setFocus(); }

void SequenceView::follow() {
    if (context().shownTrace().data()) {
        refresh();
        return;
    }
    worker_.cancel();
    problem_.clear();
    adopt(nullptr);
}

void SequenceView::refresh() {
    whenSeen([this] {
        const TraceDataPtr shown = context().shownTrace().data();
        const std::shared_ptr<GraphSource> source = context().graphSource();
        if (!shown || source->table() != shown->source)
            return; // the trace of the present table is on its way
        if (!content_ || content_->data->source != shown->source || !content_->data->isSame(*shown))
            options_.expanded.clear();
        worker_.run<SequenceContentPtr>(
            [shown, source, options = options_](const StopToken& stop) { return sequenceContent(shown, *source, options, stop); },
            [this](SequenceContentPtr content) {
                problem_.clear();
                adopt(std::move(content));
            },
            [this](const QString& problem) {
                problem_ = problem;
                adopt(nullptr);
            });
    });
}

void SequenceView::adopt(SequenceContentPtr content) {
    const bool isOther = !content_ || !content || !content_->data->isSame(*content->data);
    content_ = std::move(content);
    chart_->setContent(content_, isOther);
    fillLevels();
    showWords();
    updateEmptyState();
    light();
    applyFocus();
    Q_EMIT statusTextChanged();
}

/// A span within a call is shown by that call.
void SequenceView::applyFocus() {
    const Focus& focus = selection().focus();
    uint32_t message = kNone, participant = kNone;
    if (content_ && focus.kind == Focus::Kind::Span && content_->data->tree.holds(focus.trace)) {
        const Row row = focus.rowIn(*content_->data->table);
        message = row == kNoRow ? kNone : content_->messageAround(row);
    } else if (content_ && focus.kind == Focus::Kind::Service) {
        participant = content_->participantNamed(focus.name);
    }
    chart_->focusParticipant(participant);
    chart_->select(message);
    chart_->setAccessibleDescription(message != kNone ? tr("Selected: %1").arg(messageWords(*content_, message)) : QString());
}

/// What a focus on a service, call, stage, step or case is not about is dimmed.
void SequenceView::light() {
    const FocusMatches& matches = *context().focusMatches();
    const bool isKnown = content_ && isOfManyTraces(selection().focus()) && matches.traceCount > 0 && content_->data->source == context().table();
    chart_->setLit(isKnown ? content_->messagesWith(matches.rows) : std::vector<bool>());
}

void SequenceView::showWords() {
    QStringList words;
    if (content_)
        for (const std::string& note : notesOf(content_->diagram))
            words << toQString(note);
    words_->setText(words.join(QLatin1Char(' ')));
}

/// Fewer than there are, and all; what is chosen stays a choice for traces that are not as deep.
void SequenceView::fillLevels() {
    const QSignalBlocker blocker(depth_);
    const uint32_t most = std::max(content_ ? std::min(content_->diagram.maxDepth, kMostLevels) : 0, levels_);
    depth_->clear();
    depth_->addItem(tr("All levels"), kAllLevels);
    for (uint32_t level = 1; level <= most; ++level)
        depth_->addItem(toQString(counted(level, "level", "levels")), level);
    depth_->setCurrentIndex(static_cast<int>(levels_));
}

void SequenceView::setFoldsRepeats(bool folds) {
    if (folds == options_.foldRepeats)
        return;
    options_.foldRepeats = folds;
    const QSignalBlocker blocker(folds_);
    folds_->setChecked(folds);
    refresh();
}

void SequenceView::setLevels(uint32_t levels) {
    levels = std::min(levels, kMostLevels);
    if (levels == levels_)
        return;
    levels_ = levels;
    options_.maxDepth = levels == kAllLevels ? SequenceOptions().maxDepth : levels - 1;
    fillLevels();
    refresh();
}

void SequenceView::updateEmptyState() {
    const ShownTrace& shown = context().shownTrace();
    const QString what = tr("Shows who called whom in what order in one trace.");
    if (content_ && content_->diagram.messages.empty())
        empty_->show(tr("No calls"), tr("No service of this trace calls another one, or a database or queue. %1").arg(words_->text()).trimmed());
    else if (!problem_.isEmpty())
        empty_->show(tr("The calls could not be read"), problem_);
    else if (content_ || shown.data())
        empty_->hideState();
    else if (context().table()->isEmpty())
        empty_->show(tr("No trace"), what, tr("Open a file..."));
    else if (!shown.problem().isEmpty())
        empty_->show(tr("The trace could not be read"), shown.problem());
    else
        empty_->show(tr("No trace is chosen"), what, tr("Open the slowest trace"));
}

QString SequenceView::statusText() const {
    if (!content_)
        return {};
    uint64_t errors = 0;
    for (const SequenceDiagram::Message& message : content_->diagram.messages)
        errors += message.errors;
    QString text = toQString(counted(content_->diagram.participants.size(), "participant", "participants") + ", " +
                             counted(content_->diagram.calls.size(), "call", "calls"));
    if (errors > 0)
        text += tr(", %1 failed").arg(toQString(formatCount(errors)));
    return withClocks(text, *content_->data);
}

std::unique_ptr<Tabular> SequenceView::tabular() const {
    if (!content_)
        return nullptr;
    auto out = std::make_unique<Tabular>(tabulate(content_->diagram));
    noteClocks(*out, *content_->data);
    return out;
}

QJsonObject SequenceView::settings() const {
    return {{QStringLiteral("fold"), options_.foldRepeats}, {QStringLiteral("levels"), static_cast<int>(levels_)}};
}

void SequenceView::applySettings(const QJsonObject& settings) {
    setFoldsRepeats(settings[QStringLiteral("fold")].toBool(options_.foldRepeats));
    setLevels(static_cast<uint32_t>(std::max(0, settings[QStringLiteral("levels")].toInt(static_cast<int>(levels_)))));
}

} // namespace aisle
