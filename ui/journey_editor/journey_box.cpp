#include "journey_editor/journey_box.h"

#include "journey/journey_proposal.h"
#include "journey/saved_journeys.h"
#include "journey_editor/journey_editor.h"
#include "orders/order_flow.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QMenu>
#include <QPointer>
#include <QToolButton>

#include <algorithm>

namespace aisle {

JourneyBox::JourneyBox(ViewContext& context, QWidget* parent)
    : QComboBox(parent), context_(context), words_(JourneyWords::of(context)), store_(context, context.isOfOrders() ? kOrderFlow : kJourney, words_.journey, kMostJourneys, false, this), edit_(new QToolButton(parent)) {
    setToolTip(tr("Which %1 the stages belong to").arg(words_.journey));
    setAccessibleName(context_.isOfOrders() ? tr("Flow of orders") : tr("Journey"));
    setMaximumWidth(measure::kWidestBox);
    edit_->setText(tr("Edit"));
    edit_->setToolTip(tr("Stages, their conditions and their order; counted while they are edited"));
    edit_->setPopupMode(QToolButton::InstantPopup);
    edit_->setObjectName(QStringLiteral("toggle"));
    auto* menu = new QMenu(edit_);
    connect(menu->addAction(tr("Edit this %1…").arg(words_.journey)), &QAction::triggered, this, [this] { edit(present().value_or(blank())); });
    connect(menu->addAction(tr("New %1…").arg(words_.journey)), &QAction::triggered, this, &JourneyBox::editNew);
    removes_ = menu->addAction(tr("Remove from the workspace"));
    connect(removes_, &QAction::triggered, this, &JourneyBox::removePresent);
    edit_->setMenu(menu);
    connect(this, &QComboBox::activated, this, &JourneyBox::choose);
    connect(&store_, &UserStore::changed, this, &JourneyBox::fill);
    connect(&store_, &UserStore::failed, this, &JourneyBox::said);
    connect(&context_, &ViewContext::journeyChanged, this, [this] {
        asked_.reset();
        fill();
    });
    connect(&context_, &ViewContext::workspaceMoved, this, [this] {
        if (undoOf_)
            undoOf_ = context_.workspace();
    });
    connect(&context_, &ViewContext::tableChanged, this, [this] {
        if (undoOf_ && undoOf_->lock() != context_.workspace())
            undoOf_.reset();
    });
    connect(&context_, &ViewContext::tableChanged, &proposalWorker_, &Worker::cancel);
    fill();
}

std::vector<JourneyDefinition> JourneyBox::presets() const { return context_.isOfOrders() ? fulfilmentPresets() : journeyPresets(); }

JourneyDefinition JourneyBox::blank() const {
    JourneyDefinition out;
    if (context_.isOfOrders())
        out.caseKey = kOrderCase;
    return out;
}

const std::optional<JourneyDefinition>& JourneyBox::present() const {
    if (asked_)
        return asked_;
    const JourneyState& state = *context_.journey();
    return state.definition || state.problem.empty() ? state.definition : context_.chosenJourney();
}

void JourneyBox::fill() {
    offered_ = journeysOf(store_.items());
    const size_t own = offered_.size();
    for (JourneyDefinition& preset : presets())
        offered_.push_back(std::move(preset));
    const auto& now = present();
    setEnabled(!context_.table()->isEmpty());
    edit_->setEnabled(!context_.table()->isEmpty());
    clear();
    int current = -1;
    for (size_t i = 0; i < offered_.size(); ++i) {
        if (i == own && own > 0)
            insertSeparator(count());
        addItem(singleLine(toQString(offered_[i].name)), static_cast<int>(i));
        if (now && current < 0 && *now == offered_[i])
            current = count() - 1;
    }
    if (now && current < 0) { // of a file, or edited by somebody else meanwhile
        offered_.push_back(*now);
        addItem(singleLine(toQString(now->name)), static_cast<int>(offered_.size() - 1));
        current = count() - 1;
    }
    setCurrentIndex(current);
    const int at = currentData().toInt();
    removes_->setEnabled(current >= 0 && static_cast<size_t>(at) < own);
}

void JourneyBox::choose(int index) {
    const auto at = static_cast<size_t>(itemData(index).toInt());
    if (at >= offered_.size())
        return;
    const JourneyDefinition chosen = offered_[at];
    Q_EMIT said({});
    if (at < journeysOf(store_.items()).size()) // the newest is what the workspace is looked at with next time
        store_.keep(chosen.name, toJson(chosen));
    setJourney(chosen);
}

void JourneyBox::setJourney(const JourneyDefinition& journey) {
    asked_ = journey;
    Q_EMIT counting();
    context_.setJourney(journey);
}

JourneyEditor* JourneyBox::edit(const JourneyDefinition& journey) {
    auto* editor = new JourneyEditor(context_, journey, parentWidget());
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &JourneyEditor::saved, this, [this](const JourneyDefinition& saved) {
        Q_EMIT said({});
        const std::string content = toJson(saved);
        if (std::any_of(store_.items().begin(), store_.items().end(), [&](const UserItem& item) { return item.name == saved.name && item.content != content; }))
            offerUndo(saved.name, tr("The %1 \u201c%2\u201d was saved over another one."));
        store_.keep(saved.name, content);
        setJourney(saved);
    });
    connect(editor, &JourneyEditor::givenUp, this, [this, journey](const JourneyDefinition& edited) {
        const QString name = singleLine(toQString(edited.name.empty() ? journey.name : edited.name));
        JourneyDefinition back = edited;
        if (journey.id.empty() || isProposal(journey))
            back.id.clear(); // it follows the name, as it did
        Q_EMIT context_.undoOffered(name.isEmpty() ? tr("The new %1 was given up.").arg(words_.journey) : tr("What was edited in the %1 \u201c%2\u201d was given up.").arg(words_.journey, name), [self = QPointer(this), journey, back] {
            if (self)
                self->edit(journey)->setJourney(back);
        });
    });
    editor->open();
    return editor;
}

/// Begins with what the requests of the file suggest.
void JourneyBox::editNew() {
    proposalWorker_.run<JourneyDefinition>(
        [asked = context_.queryContext(), state = context_.journey(), ofOrders = context_.isOfOrders(), otherwise = blank()](const StopToken& stop) { return (ofOrders ? proposeOrderFlow(asked, *state, stop) : proposeJourney(asked, *state, stop)).value_or(otherwise); },
        [this](JourneyDefinition proposed) {
            proposed.id.clear();
            proposed.name.clear();
            edit(proposed);
        },
        [this](const QString&) { edit(blank()); });
}

void JourneyBox::removePresent() {
    if (!present())
        return;
    const std::string name = present()->name;
    Q_EMIT said({});
    offerUndo(name, tr("The %1 \u201c%2\u201d was removed."));
    store_.remove(name);
    auto rest = journeysOf(store_.items());
    std::erase_if(rest, [&](const JourneyDefinition& journey) { return journey.name == name; });
    if (!rest.empty())
        return setJourney(rest.front());
    asked_.reset();
    Q_EMIT counting();
    context_.chooseJourney();
}

void JourneyBox::offerUndo(const std::string& name, const QString& words) {
    const auto item = std::find_if(store_.items().begin(), store_.items().end(), [&](const UserItem& one) { return one.name == name; });
    if (item == store_.items().end())
        return;
    undoOf_ = context_.workspace();
    Q_EMIT context_.undoOffered(words.arg(words_.journey, singleLine(toQString(name))), [self = QPointer(this), kept = *item, shown = present()] {
        if (self)
            self->bringBack(kept, shown);
    });
}

void JourneyBox::bringBack(const UserItem& item, const std::optional<JourneyDefinition>& shown) {
    if (!undoOf_) {
        Q_EMIT said(tr("The %1 is of another workspace.").arg(words_.journey));
        return;
    }
    offerUndo(item.name, tr("The %1 \u201c%2\u201d is as it was."));
    store_.keep(item.name, item.content);
    if (shown)
        setJourney(*shown);
}

} // namespace aisle
