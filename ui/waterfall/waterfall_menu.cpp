// Context menu, tool tips and copying of the waterfall.

#include "analysis/waterfall_text.h"
#include "query/field_condition.h"
#include "waterfall/waterfall_view.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPointer>
#include <QToolTip>

namespace aisle {

namespace {

/// Keys that belong to the waterfall while it has the keyboard, even where the window uses them, too.
bool isOwnKey(const QKeyEvent& event) {
    const auto modifiers = event.modifiers() & ~Qt::KeypadModifier;
    if (modifiers == Qt::ControlModifier)
        return event.key() == Qt::Key_C;
    if (modifiers == Qt::ShiftModifier)
        return event.key() == Qt::Key_E || event.key() == Qt::Key_N || event.key() == Qt::Key_P || event.key() == Qt::Key_G || event.key() == Qt::Key_H;
    if (modifiers != Qt::NoModifier)
        return false;
    if (event.key() >= Qt::Key_0 && event.key() <= Qt::Key_9)
        return true;
    switch (event.key()) {
    case Qt::Key_W:
    case Qt::Key_S:
    case Qt::Key_A:
    case Qt::Key_D:
    case Qt::Key_F:
    case Qt::Key_E:
    case Qt::Key_N:
    case Qt::Key_P:
    case Qt::Key_R:
    case Qt::Key_G:
    case Qt::Key_H:
    case Qt::Key_C:
    case Qt::Key_L:
    case Qt::Key_I:
    case Qt::Key_T:
    case Qt::Key_Comma:
    case Qt::Key_Period:
    case Qt::Key_BracketLeft:
    case Qt::Key_BracketRight:
        return true;
    default:
        return false;
    }
}

/// A condition in TraceQL.
QString queryFor(const std::string& key, const char* op, const std::string& value) {
    traceql::Query field;
    traceql::Node& node = field.nodes.emplace_back();
    node.type = traceql::Node::Type::Field;
    node.field = {traceql::Scope::Any, false, key};
    return toQString("{ " + field.toText() + " " + op + " " + traceql::quoted(value) + " }");
}

} // namespace

bool WaterfallView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && data_ && isOwnKey(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::ToolTip && data_) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const WaterfallFrame f = frame();
        const WaterfallHit hit = f.hit(QPointF(help->pos()));
        QString text = hit.part == WaterfallHit::Part::Lane || hit.part == WaterfallHit::Part::Axis ? idleAt(f, help->pos().x()) : QString();
        if (text.isEmpty())
            text = toolTipFor(hit);
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), plainToolTip(text), this);
        return true;
    }
    return View::event(event);
}

/// How long nothing ran where the mouse is.
QString WaterfallView::idleAt(const WaterfallFrame& f, double x) const {
    for (const AxisFold& fold : f.ticks.folds)
        if (x >= fold.rect.left() && x <= fold.rect.right())
            return tr("Nothing ran for %1, which is folded here (I)").arg(toQString(formatDuration(fold.length)));
    const int64_t time = data_->axis.timeAt(f.placeAt(x));
    const auto after = std::partition_point(data_->idle.begin(), data_->idle.end(), [&](const IdleGap& gap) { return gap.to <= time; });
    return after == data_->idle.end() || after->from > time ? QString() : tr("Nothing ran for %1").arg(toQString(formatDuration(after->length())));
}

QString WaterfallView::toolTipFor(const WaterfallHit& hit) const {
    if (hit.part == WaterfallHit::Part::Minimap)
        return tr("The whole trace. Drag to choose a range, double click to show everything.");
    if (hit.part == WaterfallHit::Part::Axis)
        return tr("Drag to mark a range, Enter zooms to it, Escape gives it up.");
    if (hit.part == WaterfallHit::Part::Title) {
        constexpr size_t kMost = 10;
        QStringList lines{tr("The critical path (timing-based) by service:")};
        for (size_t i = 0; i < std::min(kMost, data_->pathShares.size()); ++i)
            lines << tr("%1 %2").arg(toQString(formatPercent(data_->pathShares[i].second)), singleLine(toQString(data_->table->services()[data_->pathShares[i].first])));
        if (data_->pathShares.size() > kMost)
            lines << tr("and %1 more services").arg(data_->pathShares.size() - kMost);
        return data_->pathShares.empty() ? QString() : lines.join(QLatin1Char('\n'));
    }
    if (hit.node == kNoNode)
        return {};
    const SpanTable& table = *data_->table;
    const WaterfallNode& node = data_->tree.nodes[hit.node];
    if (const SiblingGroup* group = node.row == kNoRow ? data_->tree.groupAt(hit.node) : nullptr) {
        const Row first = data_->tree.nodes[hit.node + 1].row;
        QStringList lines{toQString(table.nameText(first)), toQString(table.serviceText(first)),
                          tr("%1 of one operation below one parent: %2 in all, the longest %3")
                              .arg(toQString(counted(group->members, "span", "spans")), toQString(formatDuration(group->total)),
                                   toQString(formatDuration(table.duration(data_->tree.nodes[group->longest].row))))};
        if (group->errors > 0)
            lines << toQString(counted(group->errors, "of them has an error", "of them have errors"));
        return lines.join(QLatin1Char('\n'));
    }
    if (node.row == kNoRow)
        return tr("The spans below name a parent that is in no file of this workspace.");
    const Row row = node.row;
    QStringList lines{
        toQString(table.nameText(row)),
        tr("%1 · %2").arg(toQString(table.serviceText(row)), toQString(kindName(table.kind(row))))};
    if ((table.flags(row) & kUnfinished) == 0)
        lines << tr("%1, of which %2 itself")
                     .arg(toQString(formatDuration(table.duration(row))),
                          toQString(formatDuration(table.selfTime(row))));
    if ((table.flags(row) & kNoStart) == 0)
        lines << tr("starts after %1").arg(toQString(formatDuration(table.start(row) - data_->tree.start)));
    if (data_->path.stretchOf(hit.node) != nullptr)
        lines << tr("on the critical path (timing-based)");
    if (const auto legs = callLegs(table, data_->tree, hit.node))
        lines << tr("under way %1 there and %2 back: network and queues, as far as the clocks agree")
                     .arg(toQString(formatDuration(legs->request)), toQString(formatDuration(legs->response)));
    if (const auto wait = queueWait(table, row))
        lines << tr("waited %1 after %2 had sent it").arg(toQString(formatDuration(wait->to - wait->from)), singleLine(toQString(table.serviceText(wait->producer))));
    if (const uint32_t attempt = data_->attemptOf(hit.node); attempt > 1)
        lines << tr("attempt %1: the one before had failed").arg(attempt);
    if (table.isError(row)) {
        const NodeIndex origin = errorOrigin(table, data_->tree, hit.node);
        const Row cause = data_->tree.nodes[origin].row;
        lines << (origin == hit.node ? tr("error, which began here")
                                     : tr("error, which began in %1 %2").arg(singleLine(toQString(table.serviceText(cause))), singleLine(toQString(table.nameText(cause)))));
    }
    for (const SpanWarning& warning : spanWarnings(table, row))
        lines << toQString(warning.sentence);
    if (rows_.isCollapsed(hit.node))
        lines << toQString(counted(data_->tree.spansBelow(hit.node), "span below is", "spans below are") + " collapsed");
    return lines.join(QLatin1Char('\n'));
}

void WaterfallView::copyRow(NodeIndex node) {
    Export& out = context().exporter();
    out.toClipboard(out.render(tabulate(*data_->table, data_->tree, node), TextFormat::Json)); // the columns of the export
}

void WaterfallView::copySpanId(NodeIndex node) {
    const Row row = data_->tree.nodes[node].row;
    const MissingParent* missing = data_->tree.missingAt(node);
    const SpanId id = row != kNoRow ? data_->table->id(row) : missing != nullptr ? missing->id : SpanId(0);
    Export& out = context().exporter();
    out.toClipboard(out.render("span_id", toHex(id)));
}

/// The node of the same span in what is shown now: while a menu was open another table may have come.
NodeIndex WaterfallView::nodeNow(const TraceDataPtr& then, NodeIndex node) const {
    if (data_ == then || node == kNoNode)
        return node;
    const Row before = then->tree.nodes[node].row;
    if (!data_ || before == kNoRow || !data_->isSame(*then))
        return kNoNode;
    const Row row = Focus::onSpan(*then->table, before).rowIn(*data_->table);
    return row == kNoRow ? kNoNode : data_->tree.nodeOf(row);
}

/// The values of the span, read while the menu is open: to look for, to leave out, to copy.
void WaterfallView::fillAttributes(QMenu* menu, Row row) {
    const auto workspace = context().workspace();
    menu->addAction(workspace ? tr("Reading…") : tr("None"))->setEnabled(false);
    if (!workspace)
        return;
    linkWorker_.run<SpanDetails>(
        [workspace, table = data_->source, row](const StopToken& stop) { return readSpan(*workspace->connect(), *table, row, stop); },
        [this, menu = QPointer<QMenu>(menu)](const SpanDetails& details) {
            if (!menu)
                return;
            menu->clear();
            constexpr int kMost = 40;
            int count = 0;
            for (const auto& [list, scope] : {std::pair(&details.attributes, traceql::Scope::Span), std::pair(&details.resource, traceql::Scope::Resource)}) {
                for (const AttributeValue& attribute : *list) {
                    if (++count > kMost)
                        break;
                    QMenu* one = menu->addMenu(tr("%1 = %2").arg(menuText(toQString(attribute.key)), menuText(toQString(context().exporter().redactor().redact(attribute.key, attribute.value)))));
                    connect(one->addAction(tr("Show only spans with this value")), &QAction::triggered, this,
                            [this, query = queryFor(attribute.key, "=", attribute.value)] { context().shownTrace().requestSearch(query); });
                    connect(one->addAction(tr("Show only spans without this value")), &QAction::triggered, this,
                            [this, query = queryFor(attribute.key, "!=", attribute.value)] { context().shownTrace().requestSearch(query); });
                    if (const std::string condition = traceql::conditionOf({scope, false, attribute.key}, attribute.type, attribute.value); !condition.empty()) {
                        connect(one->addAction(tr("Filter to spans with this value")), &QAction::triggered, this,
                                [this, condition] { selection().setScope(selection().scope().narrowed(condition)); });
                        connect(one->addAction(tr("Leave out spans with this value")), &QAction::triggered, this,
                                [this, condition] { selection().setScope(selection().scope().narrowed(traceql::excluding(condition))); });
                    }
                    connect(one->addAction(tr("Copy value")), &QAction::triggered, this, [this, attribute] {
                        Export& out = context().exporter();
                        out.toClipboard(out.render(attribute.key, attribute.value));
                    });
                }
            }
            if (count > kMost)
                menu->addAction(tr("%1 more in Details").arg(toQString(formatCount(static_cast<uint64_t>(count - kMost)))))->setEnabled(false);
            if (count == 0)
                menu->addAction(tr("None"))->setEnabled(false);
        },
        [menu = QPointer<QMenu>(menu)](const QString& problem) {
            if (menu)
                menu->actions().constFirst()->setText(menuText(problem));
        });
}

void WaterfallView::contextMenuEvent(QContextMenuEvent* event) {
    if (!data_)
        return;
    NodeIndex node = selected_;
    if (event->reason() == QContextMenuEvent::Mouse) {
        const WaterfallHit hit = frame().hit(QPointF(event->pos()));
        node = hit.node;
        if (node != kNoNode)
            select(node);
    }
    QMenu menu(this);
    // The keys are handled by the view itself; here they are only shown.
    const auto add = [&](const QString& text, const QString& keys, auto&& run, bool enabled = true) {
        QAction* action = menu.addAction(keys.isEmpty() ? text : QString(text + QLatin1Char('\t') + keys));
        action->setEnabled(enabled);
        connect(action, &QAction::triggered, this, run);
    };
    const auto addForNode = [&](const QString& text, const QString& keys, void (WaterfallView::*run)(NodeIndex), bool enabled) {
        add(
            text, keys,
            [this, then = data_, node, run] {
                if (const NodeIndex now = nodeNow(then, node); now != kNoNode)
                    (this->*run)(now);
            },
            enabled);
    };
    const bool isNode = node != kNoNode;
    addForNode(tr("Fit span"), QStringLiteral("F"), &WaterfallView::fitNode, isNode);
    add(
        tr("Whole trace"), QStringLiteral("0"), [this] { showWhole(); }, !zoom_.isWhole());
    add(
        tr("Step back"), tr("Esc"), [this] { zoomBack(); }, zoom_.canStepBack());
    if (mark_.range()) {
        add(tr("Zoom to the marked range"), tr("Enter"), [this] { if (mark_.range()) zoomToMark(); });
        ScopeTerm range{ScopeTerm::Kind::Time, {}, {}, data_->axis.timeAt(mark_.range()->from), data_->axis.timeAt(mark_.range()->to)};
        add(tr("Filter to the marked range"), {}, [this, range] { selection().addTerm(range); }, !data_->hasShiftedClocks()); // scopes are about recorded times
    }
    menu.addSeparator();
    const bool hasChildren = isNode && data_->tree.nodes[node].children > 0;
    const bool isCollapsed = hasChildren && rows_.isCollapsed(node);
    addForNode(isCollapsed ? tr("Expand") : tr("Collapse"), isCollapsed ? tr("Right") : tr("Left"), &WaterfallView::toggle,
               hasChildren);
    const bool isRooted = rows_.root() != kNoNode;
    if (isRooted)
        add(tr("Show the whole trace again"), QStringLiteral("R"), [this] { rootAt(kNoNode); });
    else
        addForNode(tr("Only this and what is below it"), QStringLiteral("R"), &WaterfallView::rootAt, hasChildren);
    add(tr("Expand all"), QStringLiteral("]"), [this] { expandAll(); });
    add(tr("Collapse all"), QStringLiteral("["), [this] { collapseAll(); });
    QMenu* depths = menu.addMenu(tr("Collapse to depth"));
    for (uint32_t depth = 1; depth <= 9; ++depth)
        connect(depths->addAction(QString::number(depth) + QLatin1Char('\t') + QString::number(depth)), &QAction::triggered, this, [this, depth] { collapseTo(depth); });
    QAction* groups = menu.addAction(tr("Group repeated siblings"));
    groups->setCheckable(true);
    groups->setChecked(context().shownTrace().groupsSiblings());
    connect(groups, &QAction::toggled, &context().shownTrace(), &ShownTrace::setGroupsSiblings);
    QMenu* colours = menu.addMenu(tr("Colour bars by"));
    for (const auto& [text, by] : {std::pair(tr("Service"), ColourBy::Service), std::pair(tr("Status"), ColourBy::Status), std::pair(tr("Self time"), ColourBy::SelfTime)}) {
        QAction* action = colours->addAction(text);
        action->setCheckable(true);
        action->setChecked(colourBy_ == by);
        connect(action, &QAction::triggered, this, [this, by = by] { setColourBy(by); });
    }
    ShownTrace& shown = context().shownTrace();
    const auto toggleOf = [&](const QString& text, bool isOn, void (ShownTrace::*set)(bool)) {
        QAction* action = menu.addAction(text);
        action->setCheckable(true);
        action->setChecked(isOn);
        connect(action, &QAction::triggered, &shown, set);
    };
    QAction* path = menu.addAction(tr("Only the critical path\tC"));
    path->setCheckable(true);
    path->setChecked(onlyPath_);
    connect(path, &QAction::triggered, this, &WaterfallView::setOnlyPath);
    toggleOf(tr("Fold idle time\tI"), shown.skipsIdle(), &ShownTrace::setSkipsIdle);
    toggleOf(tr("Time of day on the axis\tT"), shown.showsClock(), &ShownTrace::setShowsClock);
    if (const Row row = isNode ? namedRow(node) : kNoRow; row != kNoRow)
        add(tr("Hide service %1").arg(menuText(toQString(data_->table->serviceText(row)))), QStringLiteral("H"), [this, service = std::string(data_->table->serviceText(row))] {
            hiddenServices_.insert(service);
            applyHidden();
        });
    if (!hiddenServices_.empty())
        add(tr("Show all services"), tr("Shift+H"), [this] { showAllServices(); });
    menu.addSeparator();
    add(tr("With all linked traces on one timeline"), QStringLiteral("L"), [this] { if (data_) addLinkedTraces(); });
    add(tr("Find…"), tr("Ctrl+F"), [this] { openSearch(); });
    if (const Row row = isNode ? data_->tree.nodes[node].row : kNoRow; row != kNoRow) {
        fillAttributes(menu.addMenu(tr("Attribute")), row);
        add(tr("Go to the span it links to"), QStringLiteral("G"), [this] { followLinks(false); }, !linkTargets(*data_->table, row, 1).empty());
        add(tr("Go to a span that links to it"), tr("Shift+G"), [this] { followLinks(true); });
        if (const CaseNumber number = context().journey()->cases().caseOf(data_->table->trace(row)); number != kNoCase && context().journey()->table == data_->source)
            add(tr("All traces of this %1 on one timeline").arg(menuText(toQString(context().journey()->cases().key().title).toLower())), {},
                [this, value = context().journey()->cases().cases()[number].value] { selection().setFocus(Focus::onCase(value)); });
        add(tr("Compare others with this trace"), {}, [this, id = data_->table->traceId(data_->table->trace(row))] { context().shownTrace().setBaseline(id); });
        if (data_->tree.isOfSeveral())
            add(tr("Only this trace"), {}, [this, id = data_->table->traceId(data_->table->trace(row))] { selection().setFocus(Focus::onTrace(id)); });
    }
    if (const Row failed = isNode ? data_->tree.nodes[node].row : kNoRow; failed != kNoRow && data_->table->isError(failed))
        addForNode(tr("Go to where the error began"), {}, &WaterfallView::goToOrigin, errorOrigin(*data_->table, data_->tree, node) != node);
    add(tr("Next error"), QStringLiteral("E"), [this] { if (data_) stepTo(data_->tree.errors, 1); }, !data_->tree.errors.empty());
    menu.addSeparator();
    addForNode(tr("Copy span id"), {}, &WaterfallView::copySpanId, isNode && !data_->tree.isGroup(node));
    addForNode(tr("Copy row as JSON"), tr("Ctrl+C"), &WaterfallView::copyRow, isNode);
    menu.addSeparator();
    const auto filter = [&](const QString& text, ScopeTerm term, const QString& keys = {}) {
        add(
            text, keys, [this, term] { selection().addTerm(term); }, !selection().scope().contains(term));
    };
    if (const Row row = isNode ? namedRow(node) : kNoRow; row != kNoRow) {
        const auto service = data_->table->serviceText(row), name = data_->table->nameText(row);
        filter(tr("Filter to service %1").arg(menuText(toQString(service))),
               {ScopeTerm::Kind::Service, std::string(service), {}, 0, 0});
        filter(tr("Filter to operation %1").arg(menuText(toQString(name))),
               {ScopeTerm::Kind::Name, std::string(name), {}, 0, 0}, tr("Shift+Enter"));
    }
    const Row ofTrace = isNode ? namedRow(node) : kNoRow;
    filter(tr("Filter to this trace"), {ScopeTerm::Kind::Trace, toHex(ofTrace != kNoRow ? data_->table->traceId(data_->table->trace(ofTrace)) : data_->tree.traceIds.front()), {}, 0, 0},
           isNode && namedRow(node) != kNoRow ? QString() : tr("Shift+Enter"));
    menu.exec(event->globalPos());
}

} // namespace aisle
