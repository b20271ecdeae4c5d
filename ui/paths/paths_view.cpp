#include "paths/paths_view.h"

#include "funnel/journey_page.h"
#include "graph/graph_canvas.h"
#include "paths/paths_table.h"
#include "paths/variant_delegate.h"
#include "text/format.h"
#include "widgets/copy_filter.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"
#include "widgets/rest_column.h"
#include "widgets/tabular_model.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QSplitter>
#include <QTableView>

#include <algorithm>
#include <utility>

namespace aisle {

namespace {

constexpr size_t kMostCards = 150;    ///< on a map: nobody reads more, and each is laid out
constexpr size_t kMostVariants = 5000; ///< in the list
constexpr double kLeastCard = 150, kMostCard = 300;
constexpr int kShareColumn = 2;

class VariantsModel : public TabularModel {
public:
    /// `leaving`: what may be copied of a variant.
    VariantsModel(std::function<std::string(size_t)> leaving, QObject* parent) : TabularModel(parent), leaving_(std::move(leaving)) {}
    QVariant data(const QModelIndex& index, int role) const override {
        if (role == CopyTextRole && index.isValid() && index.column() == 0)
            return toQString(leaving_(given(index.row())));
        if (role == ShareRole && index.isValid() && index.column() == kShareColumn)
            if (const auto* share = std::get_if<double>(&table().rows[given(index.row())][kShareColumn].value))
                return *share;
        return TabularModel::data(index, role);
    }

private:
    std::function<std::string(size_t)> leaving_;
};

QSlider* slider(const QString& name, const QString& help, int value, QWidget* parent) {
    auto* out = new QSlider(Qt::Horizontal, parent);
    out->setRange(0, 100);
    out->setPageStep(10);
    out->setValue(value);
    out->setFixedWidth(90);
    out->setAccessibleName(name);
    out->setToolTip(help);
    return out;
}

} // namespace

PathsView::PathsView(ViewContext& shared, QWidget* parent)
    // Stages of orders are few, and the lines that are rare lead to where orders ended.
    : CasePage(shared, parent), activities_(new QComboBox(this)), colours_(new QComboBox(this)), detail_(slider(tr("Share of activities"), tr("How many of the activities are shown, the most frequent first"), 100, this)),
      paths_(slider(tr("Share of paths"), tr("How many of the lines are shown, the most frequent first; each activity stays connected"), shared.isOfOrders() ? 100 : 40, this)), folds_(new QCheckBox(tr("Fold repeats"), this)) {
    setAccessibleName(tr("Paths"));
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    canvas_ = new GraphCanvas(splitter);
    canvas_->setAccessibleName(tr("Map of paths"));
    canvas_->setLeastScale(0.55); // names can be read
    list_ = new QTableView(splitter);
    model_ = new VariantsModel([this](size_t variant) { return shown_ && variant < shown_->variants.variants.size() ? variantText(shown_->of->log, shown_->variants.variants[variant], context().exporter().redactor()) : std::string(); }, this);
    auto* notes = new ElidedLabel(this);
    notes->setElideMode(Qt::ElideRight);
    notes_ = notes;
    activities_->addItem(tr("Requests"), QStringLiteral("requests"));
    activities_->addItem(tr("Every request"), QStringLiteral("every-request"));
    activities_->addItem(tr("Stages"), QStringLiteral("stages"));
    if (shared.isOfOrders())
        activities_->addItem(tr("Stages, failed apart"), QStringLiteral("visits"));
    activities_->addItem(tr("Operations"), QStringLiteral("span:name"));
    activities_->setEditable(true);
    activities_->setInsertPolicy(QComboBox::NoInsert);
    activities_->setMinimumContentsLength(16);
    activities_->setAccessibleName(tr("What activities are"));
    activities_->setToolTip(tr("Requests of customers; every request, also those between services, of static assets, health checks and the like; stages of the %1, operations; or a field, for example .app.page").arg(JourneyWords::of(shared).journey));
    colours_->addItems({tr("Plain lines"), tr("Lines by wait")});
    colours_->setAccessibleName(tr("Colour of lines"));
    folds_->setToolTip(tr("How often an activity is repeated in a row makes no other variant"));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(activities_);
    const auto addSlider = [&](const QString& words, QSlider* of) {
        auto* label = plainLabel(words, this);
        label->setBuddy(of);
        bar->addWidget(label);
        bar->addWidget(of);
    };
    addSlider(tr("Activities"), detail_);
    addSlider(tr("Lines"), paths_);
    bar->addWidget(colours_);
    bar->addStretch(1);
    bar->addWidget(folds_);
    list_->setModel(model_);
    list_->setItemDelegate(new VariantDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, [this](int row, size_t around) {
        const auto& of = shown_->variants.variants;
        return singleLine(toQString(variantDifference(shown_->of->log, of[model_->given(row)], of.front(), around)));
    }, list_));
    styleList(*list_);
    list_->setAccessibleName(tr("Variants"));
    list_->setTextElideMode(Qt::ElideMiddle); // of what differs its beginning and its end
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    variants_ = new RestColumn(*list_, 0, 32);
    list_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    list_->installEventFilter(this);
    splitter->addWidget(canvas_);
    splitter->addWidget(list_);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({440, 560}); // shares: stretch factors leave hints as they are
    splitter->setChildrenCollapsible(false);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setContentsMargins(measure::kGap, 4, measure::kGap, measure::kPadding);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    auto* body = new QWidget(this); // what says that there is nothing lies above both: a child of the splitter would be a third beside them
    auto* around = new QVBoxLayout(body);
    around->setContentsMargins(0, 0, 0, 0);
    around->addWidget(splitter);
    box->addWidget(body, 1);
    box->addWidget(notes_);
    empty_ = new JourneyEmptyState(context(), tr("No paths"), shared.isOfOrders() ? tr("What followed what in orders, stage by stage or request by request. Open a trace file or a workspace to see it.") : tr("What customers really did, request by request or stage by stage. Open a trace file or a workspace to see it."), body);
    QWidget* before = activities_;
    for (QWidget* next : std::initializer_list<QWidget*>{detail_, paths_, colours_, folds_, canvas_, list_})
        setTabOrder(std::exchange(before, next), next);

    connect(&context(), &ViewContext::journeyChanged, this, [this] { whenSeen([this] { readLog(); }); });
    connect(&context(), &ViewContext::scopeSettled, this, [this] { whenSeen([this] { isLogWanted() ? count() : readLog(); }); });
    connect(activities_, &QComboBox::activated, this, [this](int index) { setActivities(activities_->itemData(index).toString()); });
    connect(activities_->lineEdit(), &QLineEdit::returnPressed, this, [this] {
        const int known = activities_->findText(activities_->currentText().trimmed(), Qt::MatchFixedString);
        setActivities(known >= 0 ? activities_->itemData(known).toString() : activities_->currentText().trimmed());
    });
    for (QSlider* each : {detail_, paths_})
        connect(each, &QSlider::valueChanged, this, [this] { count(); });
    connect(colours_, &QComboBox::activated, this, [this] { showFrame(); });
    connect(folds_, &QCheckBox::toggled, this, [this] { count(); });
    canvas_->describe = [this](const GraphHit& hit) {
        const QString words = shown_ ? describePath(shown_->of->log, shown_->graph, shown_->plan, hit, JourneyWords::of(context())) : QString();
        return words.isEmpty() ? words : words + tr("\nDouble click filters to its %1, L lists them").arg(JourneyWords::of(context()).several);
    };
    connect(canvas_, &GraphCanvas::hovered, this, [this](const GraphHit& hit) {
        hovered_ = hit;
        showMarks();
    });
    connect(canvas_, &GraphCanvas::clicked, this, [this](const GraphHit& hit, Qt::KeyboardModifiers modifiers, QPoint) {
        select(hit);
        if ((modifiers & Qt::ShiftModifier) != 0)
            findOf(hit, filters());
    });
    connect(canvas_, &GraphCanvas::doubleClicked, this, [this](const GraphHit& hit, QPoint) { findOf(hit, filters()); });
    connect(canvas_, &GraphCanvas::menuRequested, this, [this](const GraphHit& hit, bool isByKey, QPoint global) { findOf(isByKey ? cursor_ : hit, opensMenu(global)); });
    connect(canvas_, &GraphCanvas::keyPressed, this, &PathsView::keyPressed);
    connect(canvas_, &GraphCanvas::themeChanged, this, &PathsView::showFrame);
    connect(canvas_, &GraphCanvas::fontChanged, this, [this] { count(); });
    connect(list_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, model_, &TabularModel::sort);
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { showMarks(); });
    connect(list_, &QTableView::doubleClicked, this, [this] { findOfVariant(chosenVariant(), filters()); });
    connect(list_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        findOfVariant(chosenVariant(), opensMenu(list_->viewport()->mapToGlobal(at))); // asked for by a key, it may be beside the rows
    });
    showEmpty();
    whenSeen([this] { readLog(); });
}

void PathsView::setActivities(const QString& of, bool everyRequest) {
    try {
        choice_ = of == QLatin1String("every-request") ? activityChoice("requests", true) : activityChoice(of.toStdString(), everyRequest);
    } catch (const std::exception& e) {
        notes_->setText(toQString(e.what()));
        return;
    }
    if (const int known = activities_->findData(of); known >= 0)
        activities_->setCurrentIndex(known);
    else
        activities_->setEditText(singleLine(of));
    readLog();
}

void PathsView::setDetail(int activities, int paths) {
    detail_->setValue(activities);
    paths_->setValue(paths);
}

void PathsView::readLog() {
    worker_.cancel();
    const auto state = context().journey();
    log_ = nullptr;
    problem_.clear();
    if (state->table != context().table() || state->cases().cases().empty() || context().isProvisional()) {
        logWorker_.cancel();
        show(nullptr, context().scopeResult());
        return;
    }
    logWorker_.run<std::shared_ptr<const PathsLog>>(
        [asked = context().queryContext(), state, choice = choice_](const StopToken& stop) {
            auto out = std::make_shared<PathsLog>();
            out->state = state;
            out->choice = choice;
            out->activities = activities(asked, *state, choice, stop);
            out->log = caseLog(*state, out->activities, stop);
            return out;
        },
        [this](std::shared_ptr<const PathsLog> log) {
            log_ = std::move(log);
            count();
        },
        [this](const QString& problem) {
            problem_ = problem;
            show(nullptr, context().scopeResult());
        });
    notes_->setText(tr("Counting…"));
    showEmpty();
}

bool PathsView::isLogWanted() const { return log_ && log_->state == context().journey() && log_->state->table == context().table(); }

void PathsView::count() {
    if (!isLogWanted()) // another one is on its way
        return;
    const auto scope = context().scopeResult();
    QFont bold = theme().font;
    bold.setWeight(QFont::DemiBold);
    const QFontMetricsF name(bold), small(theme().axisFont);
    double longest = kLeastCard;
    for (const std::string& activity : log_->log.activities) // 1,000 at most, and texts that are cut
        longest = std::max(longest, name.horizontalAdvance(singleLine(toQString(activity))) + 30);
    const QSizeF card(std::ceil(std::min(longest, kMostCard)), std::ceil(name.height() + small.height() + 18));
    FollowDetail detail;
    detail.activities = std::min(detail_->value() / 100.0, log_->log.activities.empty() ? 1.0 : static_cast<double>(kMostCards) / static_cast<double>(log_->log.activities.size()));
    detail.paths = paths_->value() / 100.0;
    worker_.follow<std::shared_ptr<const PathsShown>>(
        [log = log_, scope, card, detail, folds = folds_->isChecked()](const StopToken& stop) {
            auto out = std::make_shared<PathsShown>();
            out->of = log;
            out->only = casesInScope(*log->state, *scope);
            out->graph = followGraph(log->log, out->only, detail, stop);
            out->variants = variants(log->log, out->only, folds, &out->graph.kept, stop);
            out->variantTable = tabulate(*log->state, log->log, out->variants, kMostVariants);
            out->plan = planPaths(out->graph, card, stop);
            return out;
        },
        [this, scope](std::shared_ptr<const PathsShown> shown) {
            if (shown->of != log_)
                return;
            problem_.clear();
            show(std::move(shown), scope);
        },
        [this](const QString& problem) {
            problem_ = problem;
            show(nullptr, context().scopeResult());
        });
}

void PathsView::show(std::shared_ptr<const PathsShown> shown, std::shared_ptr<const ScopeResult> scope) {
    setShownScope(std::move(scope));
    shown_ = std::move(shown);
    filterWorker_.cancel(); // of what was on show
    hovered_ = cursor_ = {};
    fillVariants();
    showFrame();
    QString words;
    if (shown_) {
        const std::string leftOut = leftOutSentence(shown_->graph);
        words = toQString(leftOut);
        for (const std::string& note : pathNotes(*shown_->of->state, shown_->of->activities, shown_->of->log, "\"Every request\""))
            words += (words.isEmpty() ? QString() : QStringLiteral(" ")) + toQString(note);
    }
    notes_->setText(words);
    showEmpty();
    Q_EMIT statusTextChanged();
}

void PathsView::fillVariants() {
    model_->setTable(shown_ ? shown_->variantTable : Tabular());
    if (!shown_ || model_->columnCount() == 0)
        return;
    model_->sort(list_->horizontalHeader()->sortIndicatorSection(), list_->horizontalHeader()->sortIndicatorOrder());
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    for (int c = 1; c < model_->columnCount(); ++c) {
        list_->setColumnWidth(c, std::max(list_->horizontalHeader()->sectionSizeHint(c), 9 * digit));
        list_->setColumnHidden(c, c == 3 || c == 5 || c == 6 || c == 9); // on the command line and in exports
    }
    variants_->fit();
}

void PathsView::showFrame() {
    auto frame = std::make_shared<GraphFrame>();
    std::vector<std::string> ids;
    if (shown_) {
        *frame = pathsFrame(shown_->of->log, shown_->graph, shown_->plan, colours_->currentIndex() == 1, theme(), nullptr, JourneyWords::of(context()));
        for (const DirectlyFollows::Node& node : shown_->graph.nodes)
            ids.push_back("a " + shown_->of->log.activities[node.activity]);
        for (const uint32_t circle : shown_->plan.circles)
            ids.push_back("c " + std::to_string(circle));
    }
    canvas_->setFrame(std::move(frame), ids, true);
    showMarks();
}

void PathsView::showMarks() {
    GraphMarks marks;
    if (!shown_) {
        canvas_->setMarks(std::move(marks));
        return;
    }
    const DirectlyFollows& graph = shown_->graph;
    marks.nodes.assign(canvas_->frame().nodes.size(), 0);
    marks.edges.assign(graph.edges.size(), 0);
    const auto set = [](uint8_t& of, uint8_t as) { of = static_cast<uint8_t>(of | as); };
    const auto mark = [&](const GraphHit& hit, uint8_t as) {
        if (hit.kind == GraphHit::Kind::Node && hit.number < marks.nodes.size()) {
            set(marks.nodes[hit.number], as);
            for (size_t e = 0; e < graph.edges.size(); ++e)
                if (shown_->plan.frameNode(graph, graph.edges[e].from) == hit.number || shown_->plan.frameNode(graph, graph.edges[e].to) == hit.number)
                    set(marks.edges[e], GraphMarks::kHovered);
        } else if (hit.kind == GraphHit::Kind::Edge && hit.number < marks.edges.size()) {
            set(marks.edges[hit.number], as);
        }
    };
    if (const uint32_t chosen = chosenVariant(); chosen != Variants::kNone) {
        // The way of the variant, as far as its lines are on show.
        marks.isDimmed = true;
        uint32_t before = DirectlyFollows::kStart;
        const auto go = [&](uint32_t to) {
            for (size_t e = 0; e < graph.edges.size(); ++e)
                if (graph.edges[e].from == before && graph.edges[e].to == to)
                    set(marks.edges[e], GraphMarks::kCursor);
            if (const uint32_t n = shown_->plan.frameNode(graph, to); n < marks.nodes.size())
                set(marks.nodes[n], GraphMarks::kRelated);
            before = to;
        };
        const Variants::Variant& variant = shown_->variants.variants[chosen];
        if (const uint32_t start = shown_->plan.frameNode(graph, DirectlyFollows::kStart); start < marks.nodes.size()) // its lines may be left out
            set(marks.nodes[start], GraphMarks::kRelated);
        for (const Variants::Step& step : variant.steps) {
            go(graph.nodeOf[step.activity]);
            if (step.most > 1)
                go(graph.nodeOf[step.activity]);
        }
        const uint32_t last = before;
        if (variant.open < variant.cases && !variant.isCut)
            go(DirectlyFollows::kEnd);
        before = last;
        if (variant.open > 0 && !variant.isCut)
            go(DirectlyFollows::kOpen);
    }
    mark(cursor_, GraphMarks::kCursor);
    mark(hovered_, GraphMarks::kHovered);
    canvas_->setMarks(std::move(marks));
    const QString at = cursor_.kind == GraphHit::Kind::None ? QString() : describePath(shown_->of->log, graph, shown_->plan, cursor_, JourneyWords::of(context()));
    canvas_->setAccessibleDescription(at.isEmpty() ? tr("Activities and what follows them; arrow keys walk from one to the next, N from line to line of one, Enter filters to its %1, L lists them.").arg(JourneyWords::of(context()).several) : at);
}

void PathsView::showEmpty() {
    const JourneyWords words = JourneyWords::of(context());
    if (shown_ && !shown_->graph.nodes.empty())
        empty_->hideState();
    else if (shown_ && shownScope()->everything && shown_->of->activities.failed > 0)
        empty_->show(tr("No paths of these"), tr("No %1 came to a stage: %2 failed. \u201cStages, failed apart\u201d shows what did.").arg(words.one, toQString(counted(shown_->of->activities.failed, "visit", "visits"))));
    else if (shown_ && shownScope()->everything)
        empty_->show(tr("No paths of these"), tr("No %1 has an event of this kind.").arg(words.one));
    else if (shown_)
        empty_->show(tr("No %1 in this scope").arg(words.one), tr("None of the %1 of the scope has an event of this kind.").arg(words.several), tr("Clear the scope"));
    else if (!problem_.isEmpty())
        empty_->show(tr("No paths of these"), problem_);
    else if (logWorker_.isBusy() || worker_.isBusy()) // which need no stages, and so not that a journey fits
        empty_->show(tr("Counting"), tr("What the %1 did is read.").arg(words.several));
    else
        empty_->showWithoutJourney();
}

} // namespace aisle
