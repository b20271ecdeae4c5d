// What pointing, keys and the menu of the sequence diagram do.

#include "sequence/sequence_chart.h"
#include "sequence/sequence_view.h"
#include "service_graph/node_words.h"
#include "widgets/plain_text.h"

#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

namespace aisle {

namespace {
constexpr uint32_t kNone = SequenceScene::kNone;

/// "&" would mark a shortcut in a menu.
} // namespace

void SequenceView::click(const SequenceHit& hit, Qt::KeyboardModifiers modifiers) {
    const bool filters = (modifiers & Qt::ShiftModifier) != 0;
    switch (hit.kind) {
    case SequenceHit::Kind::Message:
        choose(hit.number);
        if (filters)
            filterTo(hit.number);
        break;
    case SequenceHit::Kind::Loop: // its first call
        choose(content_->diagram.steps[chart_->scene().loops[hit.number].firstStep].message);
        break;
    case SequenceHit::Kind::Participant:
        selection().setFocus(Focus::onService(content_->diagram.participants[hit.number].name));
        if (filters)
            filterToParticipant(hit.number);
        break;
    case SequenceHit::Kind::None: break;
    }
}

/// A span can be in several messages: the one that was chosen stays so.
void SequenceView::choose(uint32_t message) {
    selection().setFocus(Focus::onSpan(*content_->data->table, content_->rowOf(message)));
    chart_->focusParticipant(kNone);
    chart_->select(message);
    chart_->setAccessibleDescription(tr("Selected: %1").arg(messageWords(*content_, message)));
}

void SequenceView::moveBy(int messages) {
    const auto last = static_cast<int64_t>(content_->diagram.messages.size()) - 1;
    const int64_t from = chart_->selected() != kNone ? chart_->selected() : messages > 0 ? -1 : last + 1;
    choose(static_cast<uint32_t>(std::clamp<int64_t>(from + messages, 0, last)));
}

Row SequenceView::foldedLoop(uint32_t message) const {
    const SequenceScene& scene = chart_->scene();
    const uint32_t loop = scene.loopOf(message);
    return loop == kNone || scene.loops[loop].isExpanded ? kNoRow : scene.loops[loop].key;
}

Row SequenceView::expandedLoop(uint32_t message) const { return content_->expandedLoopOf(message); }

void SequenceView::toggle(Row loop) {
    if (loop == kNoRow)
        return;
    if (options_.expanded.erase(loop) == 0)
        options_.expanded.insert(loop);
    refresh();
}

void SequenceView::filterTo(uint32_t message) {
    selection().addTerm({ScopeTerm::Kind::Name, content_->diagram.messages[message].label, {}, 0, 0});
}

/// Databases and their like have no spans of their own: what can be filtered is a call.
std::vector<ScopeTerm> SequenceView::termsOf(uint32_t participant) const {
    constexpr size_t kMost = 20;
    const SequenceDiagram& diagram = content_->diagram;
    if (diagram.participants[participant].kind == SequenceDiagram::NodeKind::Service)
        return {{ScopeTerm::Kind::Service, diagram.participants[participant].name, {}, 0, 0}};
    std::set<std::pair<uint32_t, uint32_t>> calls;
    for (const SequenceDiagram::Message& message : diagram.messages)
        if ((message.from == participant || message.to == participant) && calls.size() < kMost)
            calls.emplace(message.from, message.to);
    std::vector<ScopeTerm> terms;
    for (const auto& [from, to] : calls)
        terms.push_back({ScopeTerm::Kind::Edge, diagram.participants[from].name, diagram.participants[to].name, 0, 0});
    return terms;
}

void SequenceView::filterToParticipant(uint32_t participant) {
    const std::vector<ScopeTerm> terms = termsOf(participant);
    if (terms.size() == 1)
        selection().addTerm(terms.front());
    else
        openMenu({SequenceHit::Kind::Participant, participant, false}, QCursor::pos()); // several calls: which one?
}

void SequenceView::copyMermaid() {
    const Export& out = context().exporter();
    out.toClipboard(mermaidSequence(content_->diagram, out.redactor()));
}

void SequenceView::openMenu(const SequenceHit& hit, const QPoint& at) {
    if (hit.kind == SequenceHit::Kind::Message && chart_->selected() != hit.number)
        choose(hit.number);
    QMenu menu(this);
    addActions(menu, hit);
    menu.exec(at);
}

void SequenceView::addActions(QMenu& menu, const SequenceHit& hit) {
    // The keys are handled by the view itself; here they are only shown. Another trace may come while the menu is open.
    const auto add = [this](QMenu& to, const QString& text, const QString& keys, std::function<void()> run, bool enabled = true) {
        QAction* action = to.addAction(keys.isEmpty() ? text : QString(text + QLatin1Char('\t') + keys));
        action->setEnabled(enabled);
        connect(action, &QAction::triggered, this, [this, then = content_, run = std::move(run)] {
            if (content_ == then)
                run();
        });
        return action;
    };
    const bool isMessage = hit.kind == SequenceHit::Kind::Message, isLoop = hit.kind == SequenceHit::Kind::Loop;
    const SequenceScene::Loop* loop = isLoop ? &chart_->scene().loops[hit.number] : nullptr;
    const Row folded = isMessage ? foldedLoop(hit.number) : isLoop && !loop->isExpanded ? loop->key : kNoRow;
    const Row expanded = isMessage ? expandedLoop(hit.number) : isLoop && loop->isExpanded ? loop->key : kNoRow;
    add(menu, tr("List one by one"), tr("Right"), [this, folded] { toggle(folded); }, folded != kNoRow);
    add(menu, tr("Fold again"), tr("Left"), [this, expanded] { toggle(expanded); }, expanded != kNoRow);
    QAction* folds = add(menu, tr("Fold repeats"), {}, [this] { setFoldsRepeats(!foldsRepeats()); });
    folds->setCheckable(true);
    folds->setChecked(foldsRepeats());
    QMenu* levels = menu.addMenu(tr("Levels of calls"));
    add(*levels, tr("All"), QStringLiteral("0"), [this] { setLevels(kAllLevels); });
    for (uint32_t level = 1; level <= 9; ++level)
        add(*levels, QString::number(level), QString::number(level), [this, level] { setLevels(level); });
    menu.addSeparator();
    const auto filter = [&](const QString& text, const ScopeTerm& term, const QString& keys = {}) {
        add(menu, text, keys, [this, term] { selection().addTerm(term); }, !selection().scope().contains(term));
    };
    if (isMessage) {
        const SequenceDiagram::Message& message = content_->diagram.messages[hit.number];
        const auto &from = content_->diagram.participants[message.from], &to = content_->diagram.participants[message.to];
        filter(tr("Filter to operation %1").arg(menuText(toQString(message.label))), {ScopeTerm::Kind::Name, message.label, {}, 0, 0}, tr("Shift+Enter"));
        filter(tr("Filter to calls from %1 to %2").arg(menuText(toQString(nodeWords(from.name))), menuText(toQString(nodeWords(to.name)))), {ScopeTerm::Kind::Edge, from.name, to.name, 0, 0});
        const SpanTable& table = *content_->data->table;
        filter(tr("Filter to this trace"), {ScopeTerm::Kind::Trace, toHex(table.traceId(table.trace(content_->rowOf(hit.number)))), {}, 0, 0});
    } else if (hit.kind == SequenceHit::Kind::Participant) {
        for (const ScopeTerm& term : termsOf(hit.number))
            filter(tr("Filter to %1").arg(menuText(toQString(term.toWords()))), term, tr("Shift+click"));
    }
    menu.addSeparator();
    if (isMessage)
        add(menu, tr("Copy span id"), {}, [this, row = content_->rowOf(hit.number)] {
            const Export& out = context().exporter();
            out.toClipboard(out.render("span_id", toHex(content_->data->table->id(row))));
        });
    add(menu, tr("Copy diagram as Mermaid"), tr("Ctrl+C"), [this] { copyMermaid(); });
}

void SequenceView::keyPressEvent(QKeyEvent* event) {
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const uint32_t selected = chart_->selected();
    if (event->key() == Qt::Key_Escape && selection().focus().kind != Focus::Kind::None) {
        selection().setFocus({});
        return;
    }
    if (!content_ || content_->diagram.messages.empty())
        return View::keyPressEvent(event);
    if (event->matches(QKeySequence::Copy))
        return copyMermaid();
    if (modifiers == Qt::ShiftModifier) {
        if (isEnter && selected != kNone)
            filterTo(selected);
        else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
            chart_->scrollAcross(event->key() == Qt::Key_Left ? -1 : 1);
        else
            View::keyPressEvent(event);
        return;
    }
    if (modifiers != Qt::NoModifier)
        return View::keyPressEvent(event);
    if (event->key() >= Qt::Key_0 && event->key() <= Qt::Key_9)
        return setLevels(static_cast<uint32_t>(event->key() - Qt::Key_0));
    const auto last = static_cast<int>(content_->diagram.messages.size());
    switch (event->key()) {
    case Qt::Key_Up: return moveBy(-1);
    case Qt::Key_Down: return moveBy(1);
    case Qt::Key_PageUp: return moveBy(-chart_->linesOnPage() / 2); // a call has two lines
    case Qt::Key_PageDown: return moveBy(chart_->linesOnPage() / 2);
    case Qt::Key_Home: return moveBy(-last - 1);
    case Qt::Key_End: return moveBy(last + 1);
    default: break;
    }
    if (selected == kNone || (!isEnter && event->key() != Qt::Key_Left && event->key() != Qt::Key_Right))
        return View::keyPressEvent(event);
    const Row folded = foldedLoop(selected), expanded = expandedLoop(selected);
    toggle(event->key() == Qt::Key_Right ? folded : event->key() == Qt::Key_Left ? expanded : folded != kNoRow ? folded : expanded);
}

} // namespace aisle
