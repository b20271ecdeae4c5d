#include "orders/fulfilment_view.h"

#include "charts/baseline_box.h"
#include "journey_editor/journey_box.h"
#include "orders/fulfilment_delegate.h"
#include "orders/row_anchor.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

#include <utility>

namespace aisle {

FulfilmentView::FulfilmentView(ViewContext& shared, QWidget* parent)
    : OrdersPage(shared, tr("Stages of orders"), tr("How orders went from placed to delivered: where they wait, who works on them, what is stuck. Open a trace file or a workspace to see it."), parent), model_(new FulfilmentModel(this)), list_(new QListView(this)), flows_(new JourneyBox(shared, this)), compares_(new QToolButton(this)),
      baseline_(new BaselineBox(shared, this)), words_(new ElidedLabel(this)), notes_(new ElidedLabel(this)) {
    delegate_ = new FulfilmentDelegate(*model_, list_);
    list_->setModel(model_);
    list_->setItemDelegate(delegate_);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setResizeMode(QListView::Adjust);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->setAccessibleName(tr("Where time is lost, stages, and deviations"));
    list_->installEventFilter(this);
    compares_->setText(tr("Compare"));
    compares_->setCheckable(true);
    compares_->setToolTip(tr("Show the times of other orders below those of the scope"));
    baseline_->hide();
    words_->setElideMode(Qt::ElideRight);
    words_->setForegroundRole(QPalette::PlaceholderText);
    words_->setContentsMargins(measure::kPadding, 0, measure::kPadding, 4);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setElideMode(Qt::ElideRight);
    notes_->setContentsMargins(measure::kPadding, 2, measure::kPadding, 2);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(flows_);
    bar->addWidget(flows_->editButton());
    bar->addStretch(1);
    bar->addWidget(baseline_);
    bar->addWidget(compares_);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(words_);
    box->addWidget(list_, 1);
    box->addWidget(notes_);
    setEmptyState(list_);
    QWidget* before = flows_;
    for (QWidget* next : std::initializer_list<QWidget*>{flows_->editButton(), compares_, list_})
        setTabOrder(std::exchange(before, next), next);
    connect(flows_, &JourneyBox::counting, this, [this] { words_->setText(tr("Counting…")); });
    connect(flows_, &JourneyBox::said, this, [this](const QString& problem) {
        message_ = problem;
        showWords();
    });
    connect(compares_, &QToolButton::toggled, this, [this](bool on) {
        baseline_->setVisible(on);
        refresh();
    });
    connect(baseline_, &BaselineBox::baselineChanged, this, [this] {
        if (compares_->isChecked())
            refresh();
    });
    connect(&selection(), &SelectionModel::focusChanged, this, &FulfilmentView::followFocus);
    connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) { focusOn(index.row()); });
    connect(list_, &QListView::doubleClicked, this, [this](const QModelIndex& index) { listOf(index.row()); });
    connect(list_, &QWidget::customContextMenuRequested, this, &FulfilmentView::openMenu);
    refresh();
}

void FulfilmentView::compareWith(const Scope& baseline) {
    baseline_->setBaseline(baseline);
    compares_->setChecked(true);
}

void FulfilmentView::count() {
    bottleneckWorker_.cancel();
    words_->setText(tr("Counting…"));
    workOnOrders<FulfilmentContent>(
        [asked = context().queryContext(), scope = this->scope(), compares = compares_->isChecked(), baseline = baseline_->baseline(), state = journey(), log = context().orderLog()](
            const JourneyState&, const FulfilmentLog&, const std::vector<bool>& only, const StopToken& stop) {
            FulfilmentContent out{.state = state, .log = log, .only = only};
            out.figures = fulfilment(*state, *log, only, stop);
            out.conformance = conformance(*state, *log, only, stop);
            if (compares) {
                const TraceSides sides = traceSides(*scope, baseline, asked, stop);
                ScopeResult others;
                others.everything = false;
                others.traces = sides.others;
                out.baseline = fulfilment(*state, *log, casesInScope(*state, others), stop);
            }
            return out;
        },
        [this](FulfilmentContent content) {
            show(std::move(content));
            lookForBottlenecks();
        });
}

void FulfilmentView::clear() {
    bottleneckWorker_.cancel();
    show({});
}

void FulfilmentView::show(FulfilmentContent content) {
    example_ = {-1, 0};
    model_->setContent(std::move(content));
    showWords();
    followFocus();
}

/// They take longer than the figures, which are on show meanwhile.
void FulfilmentView::lookForBottlenecks() {
    const FulfilmentContent& content = model_->content();
    if (isEmpty())
        return;
    bottleneckWorker_.run<std::shared_ptr<const Bottlenecks>>([state = content.state, log = content.log, only = content.only](const StopToken& stop) { return std::make_shared<const Bottlenecks>(bottlenecks(*state, *log, only, stop)); },
                                                              [this](std::shared_ptr<const Bottlenecks> found) { showBottlenecks(std::move(found), {}); },
                                                              [this](const QString& problem) { showBottlenecks(nullptr, problem); });
}

/// They are above the stages, which somebody may be pointing at or reading: these stay where they are.
void FulfilmentView::showBottlenecks(std::shared_ptr<const Bottlenecks> found, const QString& problem) {
    RowAnchor anchor(*list_);
    model_->setBottlenecks(std::move(found), problem);
    if (const int above = anchor.restore(); above > 0) {
        model_->setSpaceAboveStages(above);
        anchor.restore();
    }
}

void FulfilmentView::showWords() {
    const FulfilmentContent& content = model_->content();
    const FulfilmentFigures& f = content.figures;
    if (isEmpty()) {
        words_->setText(message_);
        notes_->hide();
        return;
    }
    QString words = tr("%1: %2 done, %3 under way, %4 stuck").arg(toQString(counted(f.orders, "order", "orders")), toQString(formatCount(f.done)), toQString(formatCount(f.underWay)), toQString(formatCount(f.stuck)));
    uint64_t left = 0;
    for (const FulfilmentFigures::Stage& stage : f.stages)
        left += stage.leftByCustomer;
    if (left > 0)
        words += left == 1 ? tr(" (1 of them waits for the customer)") : tr(" (%1 of them wait for the customer)").arg(toQString(formatCount(left)));
    if (f.failed > 0)
        words += tr(", %1 failed").arg(toQString(formatCount(f.failed)));
    if (hasTarget(*content.log))
        words += tr(", %1 late").arg(toQString(formatCount(f.late)));
    if (f.lead.visits > 0)
        words += tr("  ·  lead time %1 (p50), %2 (p90)").arg(toQString(formatDuration(f.lead.p50)), toQString(formatDuration(f.lead.p90)));
    words += tr("  ·  somebody works on them %1 of the lead time").arg(toQString(formatPercent(f.workingShare)));
    words_->setText(message_.isEmpty() ? words : message_ + QLatin1Char(' ') + words);
    QStringList notes;
    for (const std::string& note : fulfilmentNotes(f, *content.state, *content.log, false)) // the line above the list has the figures
        notes << toQString(note);
    notes_->setText(notes.join(QLatin1Char(' ')));
    notes_->setVisible(!notes.isEmpty());
}

void FulfilmentView::followFocus() {
    const Focus& focus = selection().focus();
    const int row = focus.kind == Focus::Kind::Stage ? model_->rowOfStage(focus.name) : -1;
    if (row >= 0)
        list_->setCurrentIndex(model_->index(row));
}

std::vector<Row> FulfilmentView::examplesOf(int row) const {
    const FulfilmentModel::Line* line = model_->line(row);
    std::vector<Row> out;
    if (line == nullptr || model_->content().state == nullptr || model_->content().state->table != context().table())
        return out;
    if (line->kind == FulfilmentModel::Kind::Bottleneck)
        for (const Bottleneck::Example& example : model_->bottlenecks()->found[line->at].examples)
            out.push_back(example.row);
    return out;
}

void FulfilmentView::focusOn(int row) {
    const FulfilmentModel::Line* line = model_->line(row);
    if (line == nullptr)
        return;
    if (line->kind == FulfilmentModel::Kind::Stage)
        selection().setFocus(Focus::onStage(model_->content().figures.stages[line->at].name));
    else if (line->kind == FulfilmentModel::Kind::LongWait)
        selection().setFocus(Focus::onStage(model_->bottlenecks()->longest[line->at].stageName));
    else if (line->kind == FulfilmentModel::Kind::Bottleneck)
        selection().setFocus(Focus::onService(model_->bottlenecks()->found[line->at].service));
    else if (line->kind == FulfilmentModel::Kind::More)
        model_->setUnfolded(!model_->isUnfolded());
}

void FulfilmentView::showExample(int row) {
    const std::vector<Row> examples = examplesOf(row);
    if (examples.empty())
        return;
    if (example_.first != row)
        example_ = {row, 0};
    selection().setFocus(Focus::onSpan(*context().table(), examples[example_.second]));
    example_.second = (example_.second + 1) % examples.size();
}

void FulfilmentView::listOf(int row) {
    if (const FulfilmentModel::Line* line = model_->line(row); line != nullptr)
        listOrders(model_->ordersOf(row), (line->kind == FulfilmentModel::Kind::Stage ? tr("came to %1").arg(line->text) : line->text).toStdString());
}

void FulfilmentView::listWhere(const QString& what, std::function<bool(const FulfilmentLog&, CaseNumber)> isOne) {
    const FulfilmentContent& content = model_->content();
    std::vector<CaseNumber> orders;
    for (CaseNumber c = 0; c < content.log->cases(); ++c)
        if (content.only[c] && content.log->first[c] != content.log->first[c + 1] && isOne(*content.log, c))
            orders.push_back(c);
    listOrders(std::move(orders), what.toStdString());
}

void FulfilmentView::openMenu(QPoint at) {
    const int row = list_->indexAt(at).row();
    const FulfilmentModel::Line* line = model_->line(row);
    if (line == nullptr || line->kind == FulfilmentModel::Kind::More || (model_->flags(model_->index(row)) & Qt::ItemIsSelectable) == 0)
        return;
    QMenu menu(this);
    // Other rows may be there when the menu closes.
    const auto add = [&](const QString& text, std::function<void()> f) {
        connect(menu.addAction(text), &QAction::triggered, this, [this, log = model_->content().log, only = model_->content().only, f = std::move(f)] {
            if (log == model_->content().log && only == model_->content().only)
                f();
        });
    };
    const QPersistentModelIndex chosen(model_->index(row));
    add(tr("List its orders\tEnter"), [this, chosen] { listOf(chosen.row()); });
    if (line->kind == FulfilmentModel::Kind::Stage) {
        const auto stage = static_cast<uint32_t>(line->at);
        const FulfilmentFigures::Stage& s = model_->content().figures.stages[stage];
        const auto isLastAt = [stage](const FulfilmentLog& log, CaseNumber c, OrderState state) { return log.standsAt(c) == stage && log.state[c] == state; };
        if (s.underWay > 0)
            add(tr("List the %1 that are here now").arg(toQString(formatCount(s.underWay))), [this, isLastAt, name = line->text] { listWhere(tr("under way at %1").arg(name), [isLastAt](const FulfilmentLog& log, CaseNumber c) { return isLastAt(log, c, OrderState::UnderWay); }); });
        if (s.stuck > 0)
            add(tr("List the %1 that are stuck").arg(toQString(formatCount(s.stuck))), [this, isLastAt, name = line->text] { listWhere(tr("stuck after %1").arg(name), [isLastAt](const FulfilmentLog& log, CaseNumber c) { return isLastAt(log, c, OrderState::Stuck); }); });
        if (s.failedOrders > 0)
            add(tr("List the %1 that ended here").arg(toQString(formatCount(s.failedOrders))), [this, isLastAt, name = line->text] { listWhere(tr("failed at %1").arg(name), [isLastAt](const FulfilmentLog& log, CaseNumber c) { return isLastAt(log, c, OrderState::Failed); }); });
        if (s.late > 0)
            add(tr("List the %1 that are late").arg(toQString(formatCount(s.late))), [this, stage, name = line->text] { listWhere(tr("late at %1").arg(name), [stage](const FulfilmentLog& log, CaseNumber c) { return isLateAt(log, c, stage); }); });
        if (s.reworked > 0)
            add(tr("List the %1 that came again").arg(toQString(formatCount(s.reworked))), [this, stage, name = line->text] {
                listWhere(tr("came to %1 again").arg(name), [stage](const FulfilmentLog& log, CaseNumber c) {
                    return std::any_of(log.visits.begin() + log.first[c], log.visits.begin() + log.first[c + 1], [&](const FulfilmentLog::Visit& v) { return v.stage == stage && v.attempt > 1; });
                });
            });
        menu.addSeparator();
        add(tr("Filter to the orders that passed it"), [this, name = s.name] {
            ScopeTerm term;
            term.kind = ScopeTerm::Kind::Stage;
            term.text = name;
            selection().addTerm(term);
        });
    }
    if (const size_t examples = examplesOf(row).size(); examples > 0)
        add(examples > 1 ? tr("Show an example, or the next one\tE") : tr("Show an example\tE"), [this, chosen] { showExample(chosen.row()); });
    menu.addSeparator();
    connect(menu.addAction(tr("Copy the sentence")), &QAction::triggered, this, [this, words = model_->index(row).data(Qt::AccessibleTextRole).toString()] { context().exporter().toClipboard(context().exporter().render("sentence", words.toStdString())); });
    menu.exec(list_->viewport()->mapToGlobal(at));
}

bool FulfilmentView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const int row = list_->currentIndex().row();
        const FulfilmentModel::Line* line = model_->line(row);
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (line != nullptr && line->kind == FulfilmentModel::Kind::More) {
                focusOn(row);
                return true;
            }
            [[fallthrough]];
        case Qt::Key_L: listOf(row); return true;
        case Qt::Key_Space: focusOn(row); return true;
        case Qt::Key_E: showExample(row); return true;
        default: break;
        }
    }
    return OrdersPage::eventFilter(watched, event);
}

void FulfilmentView::takeFocus() { list_->setFocus(); }

QString FulfilmentView::statusText() const {
    const FulfilmentFigures& f = model_->content().figures;
    if (isEmpty())
        return {};
    const QString words = tr("%1, %2 of them stuck").arg(toQString(counted(f.orders, "order", "orders")), toQString(formatCount(f.stuck)));
    return f.failed == 0 ? words : words + tr(", %1 failed").arg(toQString(formatCount(f.failed)));
}

std::unique_ptr<Tabular> FulfilmentView::tabular() const {
    const FulfilmentContent& content = model_->content();
    if (isEmpty())
        return nullptr;
    return std::make_unique<Tabular>(content.baseline ? tabulateBeside(content.figures, *content.baseline, *content.state) : tabulate(content.figures, *content.state, *content.log));
}

QJsonObject FulfilmentView::settings() const {
    if (!compares_->isChecked())
        return {};
    return {{QStringLiteral("baseline"), toQString(baseline_->baseline().toText())}};
}

void FulfilmentView::applySettings(const QJsonObject& settings) {
    const QJsonValue baseline = settings[QStringLiteral("baseline")];
    if (!baseline.isString()) {
        compares_->setChecked(false);
        return;
    }
    traceql::ParseError error;
    if (const auto scope = Scope::parse(baseline.toString().toStdString(), error)) {
        baseline_->keep(*scope);
        compareWith(*scope);
    }
}

QSize FulfilmentView::pictureSize(int tallest) const {
    if (isEmpty())
        return {};
    constexpr int kWidth = 900;
    int height = 0;
    for (int row = 0; row < model_->rowCount(); ++row) {
        const int next = height + delegate_->heightOf(row, kWidth);
        if (row > 0 && next > tallest)
            break;
        height = next;
    }
    return {kWidth, height};
}

void FulfilmentView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    QStyleOptionViewItem option;
    option.initFrom(list_);
    option.font = theme().font;
    option.state &= ~(QStyle::State_HasFocus | QStyle::State_MouseOver | QStyle::State_Selected);
    FulfilmentModel leaving;
    leaving.showLeaving(*model_, context().exporter().redactor());
    const FulfilmentDelegate delegate(leaving, nullptr);
    for (int row = 0, y = 0; row < leaving.rowCount() && y < size.height(); ++row) {
        const int height = delegate.heightOf(row, size.width());
        option.rect = QRect(0, y, size.width(), height);
        delegate.paint(&painter, option, leaving.index(row));
        y += height;
    }
}

} // namespace aisle
