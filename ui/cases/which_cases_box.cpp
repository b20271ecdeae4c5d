#include "cases/which_cases_box.h"

#include "journey_words.h"
#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

namespace {

using Which = CaseFilter::Which;

/// What an entry of the combo asks for, by what its data and settings call it.
struct EntryKind {
    const char* name;
    Which which;
    CaseOutcome outcome = CaseOutcome::Converted;
};
constexpr EntryKind kAll{"all", Which::All}, kReached{"reached", Which::Reached}, kStoppedAt{"stopped-at", Which::StoppedAt};
constexpr EntryKind kOutcomes[] = {{"converted", Which::Outcome, CaseOutcome::Converted},
                                   {"stopped", Which::Outcome, CaseOutcome::Stopped},
                                   {"open", Which::Outcome, CaseOutcome::Open},
                                   {"never-began", Which::Outcome, CaseOutcome::NotEntered}};
constexpr EntryKind kKinds[] = {kAll, kReached, kStoppedAt, kOutcomes[0], kOutcomes[1], kOutcomes[2], kOutcomes[3]};
/// Of orders, in the place of outcomes.
constexpr EntryKind kOrderStates[] = {{"done", Which::All}, {"under-way", Which::All}, {"stuck", Which::All}, {"failed", Which::All}, {"late", Which::All}};
OrderFilter orderFilterOf(const QString& name) {
    OrderFilter out;
    out.late = name == QLatin1String("late");
    for (const OrderState state : {OrderState::Done, OrderState::UnderWay, OrderState::Stuck, OrderState::Failed})
        if (name == QLatin1String(kOrderStates[static_cast<size_t>(state)].name))
            out.state = state;
    return out;
}
constexpr EntryKind kSet{"set", Which::All}; ///< the cases that a number asked for
constexpr int kWidest = 420;

/// The data of an entry: its kind and the name of its stage. Numbers of stages are those of one journey.
QStringList dataOf(const EntryKind& kind, const QString& stage = {}) { return {QString::fromLatin1(kind.name), stage}; }

bool isOfStage(Which which) { return which == Which::Reached || which == Which::StoppedAt; }

const EntryKind* kindOf(const QString& name) {
    const auto isNamed = [&](const EntryKind& kind) { return name == QLatin1String(kind.name); };
    const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds), isNamed);
    if (found != std::end(kKinds))
        return found;
    found = std::find_if(std::begin(kOrderStates), std::end(kOrderStates), isNamed);
    return found == std::end(kOrderStates) ? nullptr : found;
}

/// What settings ask for, as the data of an entry; empty: it makes no sense. They once said kind << 8 | number, of an outcome or of a stage.
QStringList dataOf(const QJsonObject& settings, const std::vector<FunnelStage>& stages) {
    const QJsonValue which = settings[QStringLiteral("which")];
    if (which.isString()) {
        const EntryKind* kind = kindOf(which.toString());
        return kind == nullptr ? QStringList() : dataOf(*kind, isOfStage(kind->which) ? settings[QStringLiteral("stage")].toString() : QString());
    }
    const int old = which.toInt(-1), number = old & 0xff;
    for (const EntryKind& kind : kKinds) {
        if (old < 0 || static_cast<int>(kind.which) != old >> 8 || (kind.which == Which::Outcome && static_cast<int>(kind.outcome) != number))
            continue;
        const bool isThere = isOfStage(kind.which) && static_cast<size_t>(number) < stages.size();
        return dataOf(kind, isThere ? toQString(stages[static_cast<size_t>(number)].name) : QString());
    }
    return {};
}

} // namespace

WhichCasesBox::WhichCasesBox(ViewContext& context, QWidget* parent) : QComboBox(parent), context_(context) {
    setAccessibleName(tr("Which %1").arg(JourneyWords::of(context).several));
    setToolTip(context.isOfOrders()
                   ? tr("Which orders are listed; a stage that is clicked elsewhere is chosen here as well, and what a number of another page counts")
                   : tr("Which cases are listed; a stage that is clicked in the funnel is chosen here as well, and what a number of the journey counts"));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setMaximumWidth(kWidest);
    connect(this, &QComboBox::activated, this, [this] { isOfStopped_ = false; });
}

QString WhichCasesBox::kindName() const { return currentData().toStringList().value(0); }

std::shared_ptr<const CaseSet> WhichCasesBox::listed() const {
    return currentData() == dataOf(kSet) && set_ && set_->journey == context_.journey() ? set_ : nullptr;
}

void WhichCasesBox::offer(const CaseSet& set) {
    set_ = std::make_shared<const CaseSet>(set);
    const QSignalBlocker blocker(this);
    if (const int before = findData(dataOf(kSet)); before >= 0)
        removeItem(before);
    addItem(singleLine(toQString(set.words)), dataOf(kSet));
    setItemData(count() - 1, plainToolTip(toQString(set.words)), Qt::ToolTipRole);
    setCurrentIndex(count() - 1);
}

/// Numbers of cases are those of one journey.
void WhichCasesBox::forgetSet() {
    set_ = nullptr;
    const QSignalBlocker blocker(this);
    if (currentData() == dataOf(kSet))
        setCurrentIndex(0);
    if (const int index = findData(dataOf(kSet)); index >= 0)
        removeItem(index);
}

bool WhichCasesBox::fill() {
    const bool forgets = set_ && set_->journey != context_.journey();
    if (forgets)
        forgetSet();
    const auto& stages = context_.journey()->everything.stages;
    const bool isSame = of_ && of_->definition.has_value() == context_.journey()->definition.has_value() &&
                        std::equal(stages.begin(), stages.end(), of_->everything.stages.begin(), of_->everything.stages.end(),
                                   [](const FunnelStage& a, const FunnelStage& b) { return a.name == b.name; });
    of_ = context_.journey();
    if (isSame && count() > 0)
        return forgets;
    if (wanted_.isEmpty())
        wanted_ = settings(); // what is chosen stays, as far as the journey has it
    const QSignalBlocker blocker(this);
    clear();
    addItem(tr("All"), dataOf(kAll));
    if (context_.orderLog()) {
        const QString words[] = {tr("Done"), tr("Under way"), tr("Stuck"), tr("Failed"), tr("Late")};
        for (size_t i = 0; i < std::size(kOrderStates); ++i)
            addItem(words[i], dataOf(kOrderStates[i]));
    } else if (context_.journey()->definition) {
        const QString words[] = {tr("Converted"), tr("Stopped"), tr("Still open"), tr("Never began")};
        for (size_t i = 0; i < std::size(kOutcomes); ++i)
            addItem(words[i], dataOf(kOutcomes[i]));
    }
    for (const FunnelStage& stage : stages)
        addItem(tr("Reached %1").arg(singleLine(toQString(stage.name))), dataOf(kReached, toQString(stage.name)));
    for (size_t k = 0; k + 1 < stages.size() && !context_.orderLog(); ++k) // of orders it is said that they are stuck
        addItem(tr("Stopped at %1").arg(singleLine(toQString(stages[k].name))), dataOf(kStoppedAt, toQString(stages[k].name)));
    chooseWanted();
    return true;
}

/// All, where there is no such stage. As long as no journey is known it stays wanted.
void WhichCasesBox::chooseWanted() {
    if (const QStringList entry = dataOf(wanted_, context_.journey()->everything.stages); !entry.isEmpty())
        setCurrentIndex(std::max(0, findData(entry)));
    if (context_.journey()->definition)
        wanted_ = {};
}

CaseFilter WhichCasesBox::filter() const {
    CaseFilter out;
    const QStringList entry = currentData().toStringList();
    const EntryKind* kind = kindOf(entry.value(0));
    if (kind == nullptr)
        return out;
    if (isOfStage(kind->which)) {
        const auto& stages = context_.journey()->everything.stages;
        const auto stage = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& one) { return toQString(one.name) == entry.value(1); });
        if (stage == stages.end()) // the entries of another journey come next
            return out;
        out.stage = static_cast<size_t>(stage - stages.begin());
    }
    out.which = kind->which;
    out.outcome = kind->outcome;
    return out;
}

OrderFilter WhichCasesBox::orderFilter() const { return orderFilterOf(kindName()); }

/// Only when it comes into focus: another choice may follow.
void WhichCasesBox::followStage(const Focus& focus) {
    const auto& stages = context_.journey()->everything.stages;
    const auto stage =
        std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& one) { return focus.kind == Focus::Kind::Stage && one.name == focus.name; });
    if (stage == stages.end())
        return;
    const EntryKind* now = kindOf(kindName());
    // Chosen in the box, it stays a list of those who stopped; chosen with the focus, it lasts as long.
    const bool isStopped = focus.isStopped || (now != nullptr && now->which == Which::StoppedAt && !isOfStopped_);
    isOfStopped_ = focus.isStopped;
    const int index = findData(dataOf(isStopped ? kStoppedAt : kReached, toQString(stage->name)));
    if (index >= 0)
        setCurrentIndex(index);
}

QJsonObject WhichCasesBox::settings() const {
    QJsonObject out;
    if (!wanted_.isEmpty()) { // the journey is not known yet
        for (const QString& key : {QStringLiteral("which"), QStringLiteral("stage")})
            if (wanted_.contains(key))
                out[key] = wanted_[key];
        return out;
    }
    const QStringList entry = currentData().toStringList();
    const EntryKind* kind = kindOf(entry.value(0)); // null: a set, which is no setting
    out[QStringLiteral("which")] = QString::fromLatin1(kind == nullptr ? kAll.name : kind->name);
    if (kind != nullptr && isOfStage(kind->which))
        out[QStringLiteral("stage")] = entry.value(1);
    return out;
}

void WhichCasesBox::applySettings(const QJsonObject& settings) {
    if (!settings.contains(QStringLiteral("which")))
        return;
    wanted_ = settings;
    chooseWanted();
}

} // namespace aisle
