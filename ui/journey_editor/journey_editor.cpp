#include "journey_editor/journey_editor.h"

#include "cases/case_keys.h"
#include "journey/journey_proposal.h"
#include "journey_editor/exclusion_row.h"
#include "journey_editor/stage_row.h"
#include "journey_editor/target_box.h"
#include "orders/order_flow.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/undo_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <tuple>
#include <utility>

namespace aisle {

namespace {

constexpr int64_t kMinute = 60'000'000'000;
constexpr int kMostMinutes = 366 * 24 * 60;

/// As a box shows it: rounded up, and no more than it can hold.
int minutesOf(int64_t ns) { return static_cast<int>(std::clamp<int64_t>(ns / kMinute + (ns % kMinute > 0 ? 1 : 0), 0, kMostMinutes)); }

QSpinBox* minutesBox(const QString& none, const QString& help, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setRange(0, kMostMinutes);
    box->setSuffix(QStringLiteral(" min"));
    box->setSpecialValueText(none);
    box->setToolTip(plainToolTip(help));
    return box;
}

} // namespace

JourneyEditor::JourneyEditor(ViewContext& context, const JourneyDefinition& journey, QWidget* parent)
    : QDialog(parent), context_(context), of_(JourneyWords::of(context)), name_(new QLineEdit(this)), hold_(new QLineEdit(this)), cases_(new QComboBox(this)), order_(new QComboBox(this)),
      window_(minutesBox(tr("the whole %1").arg(of_.one), tr("From the first stage to the last; one that takes longer does not convert"), this)),
      idle_(minutesBox(tr("as the file says"), (context.isOfOrders() ? tr("An order that has been silent for so long is stuck, where too few went on from its stage to say how long they wait there. Elsewhere it is ten times what nearly all others waited.") : tr("A case is over when it has been silent for so long. Without, ten times the pauses that 95 % of the cases stay below.")), this)),
      target_(new TargetBox(this)), open_(new QCheckBox(tr("May begin at any stage"), this)), bots_(new QCheckBox(tr("With bots and synthetic traffic"), this)), undo_(new UndoBar(this)), words_(plainLabel({}, this)), save_(new QPushButton(tr("Save"), this)),
      write_(new QPushButton(tr("Write to a file…"), this)) {
    setWindowTitle(context.isOfOrders() ? tr("Flow of orders") : tr("Journey"));
    resize(920, 640);
    for (const CaseKey& key : context_.caseKeys().all())
        cases_->addItem(singleLine(toQString(key.plural)), toQString(key.id));
    order_->addItem(tr("one after the other"), static_cast<int>(StageOrder::Sequential));
    order_->addItem(tr("directly after each other"), static_cast<int>(StageOrder::Strict));
    order_->addItem(tr("in any order"), static_cast<int>(StageOrder::Any));
    order_->setToolTip(plainToolTip(tr("Whether other requests may come in between, other stages may not, or the order does not matter")));
    hold_->setPlaceholderText(tr("for example product.id"));
    hold_->setToolTip(plainToolTip(tr("Attributes of which all stages have the same value, apart by commas, at most %1").arg(JourneyDefinition::kMostHeld)));
    name_->setAccessibleName(tr("Name of the %1").arg(of_.journey));
    cases_->setAccessibleName(context.isOfOrders() ? tr("What an order is") : tr("What a case is"));
    cases_->setMaximumWidth(measure::kWidestBox);
    order_->setAccessibleName(tr("Order of the stages"));
    window_->setAccessibleName(tr("Time for the whole %1").arg(of_.journey));
    hold_->setAccessibleName(tr("Attributes that stay the same"));
    idle_->setAccessibleName(context.isOfOrders() ? tr("Silence after which an order is stuck") : tr("Silence after which a case is over"));
    target_->setAccessibleName(tr("Time from the first stage to the last"));
    target_->setToolTip(plainToolTip(tr("An order is late that takes longer from the first stage to the last: 90s, 15m, 2h")));

    auto* form = new QFormLayout;
    form->addRow(tr("Name"), name_);
    auto* line = new QHBoxLayout;
    line->setSpacing(measure::kPadding);
    line->addWidget(cases_);
    line->addWidget(plainLabel(tr("come to the stages"), this));
    line->addWidget(order_);
    line->addWidget(plainLabel(tr("within"), this));
    line->addWidget(window_);
    line->addStretch(1);
    form->addRow(tr("How"), line);
    auto* more = new QHBoxLayout;
    more->setSpacing(measure::kPadding);
    more->addWidget(plainLabel(tr("with the same"), this));
    more->addWidget(hold_, 1);
    more->addWidget(open_);
    more->addWidget(bots_);
    form->addRow(QString(), more);
    auto* over = new QHBoxLayout;
    over->addWidget(idle_);
    over->addWidget(plainLabel(tr("of silence"), this));
    over->addStretch(1);
    form->addRow(context.isOfOrders() ? tr("Stuck after") : tr("Over after"), over);
    target_->setVisible(context.isOfOrders());
    if (context.isOfOrders()) {
        auto* late = new QHBoxLayout;
        late->addWidget(target_);
        late->addWidget(plainLabel(tr("from the first stage to the last"), this));
        late->addStretch(1);
        form->addRow(tr("Late after"), late);
    }

    auto* page = new QWidget(this);
    auto* pageBox = new QVBoxLayout(page);
    pageBox->setContentsMargins(0, 0, measure::kPadding, 0);
    stageBox_ = new QVBoxLayout;
    exclusionBox_ = new QVBoxLayout;
    addStage_ = new QPushButton(tr("Add a stage"), page);
    addExclusion_ = new QPushButton(tr("Add what may not happen between stages"), page);
    auto* adding = new QHBoxLayout;
    adding->addWidget(addStage_);
    adding->addWidget(addExclusion_);
    adding->addStretch(1);
    pageBox->addLayout(stageBox_);
    pageBox->addLayout(exclusionBox_);
    pageBox->addLayout(adding);
    pageBox->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(page);

    read_ = new QPushButton(tr("Open a file…"), this);
    cancel_ = new QPushButton(tr("Cancel"), this);
    for (QPushButton* button : {read_, write_, cancel_, addStage_, addExclusion_})
        button->setAutoDefault(false);
    save_->setDefault(true);
    save_->setToolTip(tr("Kept in the workspace, and what its %1 are looked at with").arg(of_.several));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(read_);
    buttons->addWidget(write_);
    buttons->addStretch(1);
    buttons->addWidget(cancel_);
    buttons->addWidget(save_);
    words_->setWordWrap(true);
    auto* box = new QVBoxLayout(this);
    box->addWidget(undo_);
    box->addLayout(form);
    box->addWidget(scroll, 1);
    box->addWidget(words_);
    box->addLayout(buttons);

    soon_.setSingleShot(true);
    constexpr int kSoon = 250; // ms after the last key
    soon_.setInterval(kSoon);
    connect(&soon_, &QTimer::timeout, this, &JourneyEditor::count);
    connect(&context_, &ViewContext::tableChanged, this, &JourneyEditor::changed);
    connect(name_, &QLineEdit::textEdited, this, &JourneyEditor::changed);
    connect(hold_, &QLineEdit::textEdited, this, &JourneyEditor::changed);
    for (QComboBox* combo : {cases_, order_})
        connect(combo, &QComboBox::activated, this, &JourneyEditor::changed);
    for (QSpinBox* spin : std::initializer_list<QSpinBox*>{window_, idle_, target_})
        connect(spin, &QSpinBox::valueChanged, this, &JourneyEditor::changed);
    for (QCheckBox* check : {open_, bots_})
        connect(check, &QCheckBox::toggled, this, &JourneyEditor::changed);
    connect(addStage_, &QPushButton::clicked, this, [this] {
        addStage({});
        placeRows();
        orderTabs();
        stages_.back()->takeFocus();
        changed();
    });
    connect(addExclusion_, &QPushButton::clicked, this, [this] {
        ExclusionDefinition between;
        between.before = 1;
        addExclusion(between);
        placeRows();
        orderTabs();
        changed();
    });
    connect(read_, &QPushButton::clicked, this, &JourneyEditor::openFile);
    connect(write_, &QPushButton::clicked, this, &JourneyEditor::writeFile);
    connect(cancel_, &QPushButton::clicked, this, &QDialog::reject);
    connect(save_, &QPushButton::clicked, this, [this] {
        if (!problem().isEmpty())
            return;
        Q_EMIT saved(this->journey());
        accept();
    });
    setJourney(journey);
    begun_ = this->journey();
}

JourneyEditor::~JourneyEditor() = default;

void JourneyEditor::reject() {
    if (const JourneyDefinition edited = journey(); !(edited == begun_))
        Q_EMIT givenUp(edited);
    QDialog::reject();
}

void JourneyEditor::setJourney(const JourneyDefinition& journey) {
    isFilling_ = true;
    id_ = isProposal(journey) ? std::string() : journey.id; // what is saved is the user's own
    name_->setText(toQString(journey.name));
    ownCase_ = journey.ownCase;
    if (broughtAlong_ >= 0)
        cases_->removeItem(broughtAlong_);
    int at = cases_->findData(toQString(journey.caseKey));
    if (at < 0 || ownCase_) {
        cases_->addItem(singleLine(toQString(ownCase_ ? ownCase_->plural : journey.caseKey)), toQString(journey.caseKey));
        at = cases_->count() - 1;
    }
    broughtAlong_ = ownCase_ ? at : -1;
    cases_->setCurrentIndex(at);
    order_->setCurrentIndex(order_->findData(static_cast<int>(journey.order)));
    window_->setValue(minutesOf(filledWindow_ = journey.window));
    idle_->setValue(minutesOf(filledIdle_ = journey.idleLimit));
    target_->setTarget(journey.target);
    open_->setChecked(journey.isOpen);
    bots_->setChecked(journey.withBots);
    QStringList held;
    for (const std::string& key : journey.hold)
        held.append(toQString(key));
    hold_->setText(held.join(QStringLiteral(", ")));
    for (StageRow* row : std::exchange(stages_, {}))
        delete row;
    for (ExclusionRow* row : std::exchange(exclusions_, {}))
        delete row;
    for (const StageDefinition& stage : journey.stages)
        addStage(stage);
    for (const ExclusionDefinition& exclusion : journey.exclusions)
        addExclusion(exclusion);
    if (stages_.empty())
        addStage({});
    placeRows();
    orderTabs();
    isFilling_ = false;
    changed();
}

void JourneyEditor::replaceBy(const JourneyDefinition& journey, const QString& file) {
    offerUndo(tr("\u201c%1\u201d is in the place of what was edited.").arg(singleLine(file)));
    setJourney(journey);
}

void JourneyEditor::offerUndo(const QString& words) {
    undo_->offer(words, [this, before = journey(), id = id_] {
        offerUndo(tr("It is as it was before; what was edited since can be had back."));
        setJourney(before);
        id_ = id;
    });
}

JourneyDefinition JourneyEditor::journey() const {
    JourneyDefinition out;
    out.name = name_->text().trimmed().toStdString();
    out.id = id_.empty() ? out.name : id_;
    out.caseKey = cases_->currentData().toString().toStdString();
    if (cases_->currentIndex() == broughtAlong_)
        out.ownCase = ownCase_;
    out.order = static_cast<StageOrder>(order_->currentData().toInt());
    const auto time = [](const QSpinBox* box, int64_t filled) { return box->value() == minutesOf(filled) ? filled : box->value() * kMinute; };
    out.window = time(window_, filledWindow_);
    out.idleLimit = time(idle_, filledIdle_);
    out.target = target_->target();
    out.isOpen = open_->isChecked();
    out.withBots = bots_->isChecked();
    for (const QString& key : hold_->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
        if (!key.trimmed().isEmpty())
            out.hold.push_back(key.trimmed().toStdString());
    for (const StageRow* row : stages_) {
        StageDefinition& stage = out.stages.emplace_back(row->stage());
        if (out.stages.size() == 1 || out.order == StageOrder::Any)
            stage.within = 0; // there is no stage before it
    }
    for (const ExclusionRow* row : exclusions_)
        out.exclusions.push_back(row->exclusion());
    return out;
}

QString JourneyEditor::problem() const {
    const JourneyDefinition edited = journey();
    for (const StageRow* row : stages_)
        if (row->lacksFailed())
            return tr("failed attempts at the stage \u201c%1\u201d have no condition").arg(singleLine(toQString(row->stage().name)));
    return edited.name.empty() ? tr("the %1 has no name").arg(of_.journey) : toQString(problemOf(edited));
}

void JourneyEditor::addStage(const StageDefinition& stage) {
    auto* row = new StageRow(context_, stage, this);
    stageBox_->addWidget(row);
    stages_.push_back(row);
    connect(row, &StageRow::changed, this, &JourneyEditor::changed);
    connect(row, &StageRow::moved, this, [this, row](int by) {
        const auto at = std::find(stages_.begin(), stages_.end(), row) - stages_.begin();
        std::swap(stages_[static_cast<size_t>(at)], stages_[static_cast<size_t>(at + by)]);
        stageBox_->removeWidget(row);
        stageBox_->insertWidget(static_cast<int>(at) + by, row);
        placeRows();
        orderTabs();
        changed();
    });
    connect(row, &StageRow::removed, this, [this, row] {
        if (!(row->stage() == StageDefinition()))
            offerUndo(tr("The stage \u201c%1\u201d was removed.").arg(singleLine(toQString(row->stage().name))));
        std::erase(stages_, row);
        row->deleteLater();
        placeRows();
        changed();
    });
}

void JourneyEditor::addExclusion(const ExclusionDefinition& exclusion) {
    auto* row = new ExclusionRow(context_, exclusion, this);
    exclusionBox_->addWidget(row);
    exclusions_.push_back(row);
    connect(row, &ExclusionRow::changed, this, &JourneyEditor::changed);
    connect(row, &ExclusionRow::removed, this, [this, row] {
        offerUndo(tr("What may not happen between stages, \u201c%1\u201d, was removed.").arg(singleLine(toQString(row->exclusion().name))));
        std::erase(exclusions_, row);
        row->deleteLater();
        changed();
    });
}

void JourneyEditor::placeRows() {
    QStringList names;
    std::vector<const QWidget*> rows;
    const bool holds = !hold_->text().trimmed().isEmpty(), inTurn = order_->currentData().toInt() != static_cast<int>(StageOrder::Any);
    for (size_t k = 0; k < stages_.size(); ++k) {
        stages_[k]->setPlace(k, stages_.size(), holds, inTurn);
        const QString name = toQString(stages_[k]->stage().name);
        names.append(name.isEmpty() ? tr("stage %1").arg(k + 1) : singleLine(name));
        rows.push_back(stages_[k]);
    }
    for (ExclusionRow* row : exclusions_)
        row->setStages(names, rows);
}

/// As they are seen: rows come and move after the rest was made.
void JourneyEditor::orderTabs() {
    QWidget* before = name_;
    const auto next = [&](QWidget* widget) {
        if ((widget->focusPolicy() & Qt::TabFocus) != 0)
            setTabOrder(std::exchange(before, widget), widget);
    };
    const auto nextOf = [&](const QWidget* row) {
        for (QWidget* child : row->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            next(child);
    };
    for (QWidget* widget : std::initializer_list<QWidget*>{cases_, order_, window_, hold_, open_, bots_, idle_, target_})
        next(widget);
    for (const StageRow* row : stages_)
        nextOf(row);
    for (const ExclusionRow* row : exclusions_)
        nextOf(row);
    for (QWidget* widget : std::initializer_list<QWidget*>{addStage_, addExclusion_, read_, write_, cancel_, save_})
        next(widget);
}

void JourneyEditor::changed() {
    if (isFilling_)
        return;
    placeRows();
    counted_.reset();
    for (StageRow* row : stages_) {
        row->setCount({});
        const StageDefinition stage = row->stage();
        row->setProblem(stage.where.empty() ? tr("has no condition") : toQString(problemOfCondition(stage.where)));
        if (row->lacksFailed())
            row->setProblem(tr("failed attempts have no condition"));
        else if (const std::string wrong = stage.failed.empty() ? std::string() : problemOfCondition(stage.failed); !wrong.empty())
            row->setProblem(tr("failed attempts: %1").arg(toQString(wrong)));
    }
    const QString why = problem();
    save_->setEnabled(why.isEmpty());
    write_->setEnabled(why.isEmpty());
    words_->setText(why.isEmpty() ? tr("Counting…") : tr("Not ready to be saved: %1").arg(why.endsWith(QLatin1Char('.')) || why.endsWith(QLatin1Char('?')) ? why : why + QLatin1Char('.')));
    worker_.cancel();
    soon_.start();
}

void JourneyEditor::count() {
    if (!problem().isEmpty())
        return;
    if (context_.table()->isEmpty() || context_.isProvisional()) {
        words_->setText(context_.table()->isEmpty() ? tr("Nothing is open to count in.") : tr("Counted when all spans are there."));
        return;
    }
    using Counted = std::pair<std::shared_ptr<const JourneyState>, std::vector<uint64_t>>;
    worker_.run<Counted>(
        [context = context_.queryContext(), ofOrders = context_.isOfOrders(), edited = journey()](const StopToken& stop) {
            Counted out;
            out.first = std::make_shared<const JourneyState>(ofOrders ? workOutFulfilment(context, edited, stop) : workOutJourney(context, edited, stop));
            out.second = eventsByStage(out.first->events, edited.stages.size(), stop);
            return out;
        },
        [this](Counted found) {
            std::tie(counted_, spans_) = std::move(found);
            showCounts();
        },
        [this](const QString& why) { words_->setText(why); });
}

void JourneyEditor::showCounts() {
    const JourneyState& state = *counted_;
    if (!state.problem.empty()) {
        words_->setText(toQString(state.problem));
        return;
    }
    const CaseKey& key = state.cases().key();
    for (size_t k = 0; k < stages_.size() && k < spans_.size() && k < state.everything.stages.size(); ++k) {
        const FunnelStage& stage = state.everything.stages[k];
        QString words = tr("%1, %2 came here").arg(toQString(aisle::counted(spans_[k], "span", "spans")), toQString(aisle::counted(stage.reached, key.noun(), key.plural)));
        if (const auto share = shareOfBefore(state.everything, k))
            words += tr(" (%1)").arg(toQString(formatPercent(*share)));
        stages_[k]->setCount(words);
    }
    QString words = (context_.isOfOrders() ? tr("%1 of %2 are done") : tr("%1 of %2 converted")).arg(toQString(formatCount(state.everything.converted)), toQString(aisle::counted(entered(state.everything), key.noun() + " that entered", key.plural + " that entered")));
    for (const std::string& problem : state.problems)
        words += QStringLiteral(". ") + toQString(problem);
    words_->setText(words);
}

void JourneyEditor::openFile() {
    auto* dialog = new QFileDialog(this, tr("Open a %1").arg(of_.journey));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({context_.isOfOrders() ? tr("Flows of orders (*.json)") : tr("Journeys (*.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        fileWorker_.run<JourneyDefinition>([path = path.toStdString()](const StopToken&) { return journeyOfFile(path); },
                                           [this, path](const JourneyDefinition& read) { replaceBy(read, QFileInfo(path).fileName()); }, [this](const QString& why) { undo_->tell(why); });
    });
    dialog->open();
}

void JourneyEditor::writeFile() {
    auto* dialog = new QFileDialog(this, tr("Write the %1 to a file").arg(of_.journey));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({context_.isOfOrders() ? tr("Flows of orders (*.json)") : tr("Journeys (*.json)")});
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, json = toJson(journey())](const QString& name) {
        undo_->tell({});
        fileWorker_.run<bool>(
            [exporter = context_.exporter(), name, json](const StopToken&) {
                exporter.toFile(name.toStdString(), exporter.render("journey", json));
                return true;
            },
            [](bool) {}, [this](const QString& problem) { undo_->tell(problem); });
    });
    dialog->open();
}

} // namespace aisle
