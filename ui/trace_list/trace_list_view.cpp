#include "trace_list/trace_list_view.h"

#include "analysis/items.h"
#include "notes/notes.h"
#include "theme/theme.h"
#include "widgets/empty_state.h"
#include "widgets/flow_layout.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QResizeEvent>
#include <QShortcut>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <array>
#include <utility>

namespace aisle {

TraceColumn TraceListView::columnOf(int section) {
    switch (section) {
    case TraceListModel::ServiceColumn: return TraceColumn::Service;
    case TraceListModel::OperationColumn: return TraceColumn::Operation;
    case TraceListModel::DurationColumn: return TraceColumn::Duration;
    case TraceListModel::SpansColumn: return TraceColumn::Spans;
    case TraceListModel::ServicesColumn: return TraceColumn::Services;
    case TraceListModel::ErrorsColumn: return TraceColumn::Errors;
    case TraceListModel::StartColumn: return TraceColumn::Start;
    default: return TraceColumn::Other;
    }
}

namespace {

/// ">100ms", "<2s", "100ms-2s", "500ms" (at least); empty: any. False when it is none of these.
bool parseDurations(const QString& input, int64_t& from, int64_t& to) {
    from = to = 0;
    const std::string text = QString(input).remove(QLatin1Char(' ')).toLower().toStdString();
    if (text.empty())
        return true;
    std::string_view rest = text;
    const auto skip = [&rest](std::string_view prefix) {
        if (rest.substr(0, prefix.size()) != prefix)
            return false;
        rest.remove_prefix(prefix.size());
        return true;
    };
    if (skip(">=") || skip(">"))
        return parseDurationLiteral(rest, from);
    if (skip("<=") || skip("<"))
        return parseDurationLiteral(rest, to) && to > 0;
    const size_t dash = rest.find('-');
    if (dash == std::string_view::npos)
        return parseDurationLiteral(rest, from);
    return parseDurationLiteral(rest.substr(0, dash), from) && parseDurationLiteral(rest.substr(dash + 1), to) && to >= from;
}

} // namespace

TraceListView::TraceListView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), model_(new TraceListModel(this)), list_(new QTableView(this)), text_(new QLineEdit(this)),
      service_(new QComboBox(this)), duration_(new QLineEdit(this)), errors_(new QToolButton(this)),
      durationProblem_(new QLabel(this)) {
    setAccessibleName(QStringLiteral("Traces"));
    list_->setModel(model_);
    list_->setItemDelegate(traceDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    styleList(*list_);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setAccessibleName(QStringLiteral("Traces"));
    QHeaderView* header = list_->horizontalHeader();
    header->setSectionResizeMode(TraceListModel::OperationColumn, QHeaderView::Stretch);
    const QFontMetrics metrics(theme().font);
    const int digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const std::array<int, TraceListModel::ColumnTotal> widths = {24 * digit, 16 * digit, 30 * digit, 11 * digit,
                                                                 8 * digit,  9 * digit,  8 * digit};
    for (int c = 0; c < TraceListModel::ColumnTotal; ++c)
        header->resizeSection(c, widths[static_cast<size_t>(c)]);

    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    buildFilterBar();
    box->addWidget(list_, 1);
    empty_ = new EmptyState(list_);

    connect(header, &QHeaderView::sectionClicked, this, &TraceListView::sortBy);
    if (!context().isPinned()) // of two lists neither would have it
        connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_L), this), &QShortcut::activated, this, [this] {
            text_->setFocus(Qt::ShortcutFocusReason);
            text_->selectAll();
        });
    // While rows are dragged over they change with every one; what is chosen is known when the button is up.
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if ((QApplication::mouseButtons() & Qt::LeftButton) == 0)
            chooseSelected();
    });
    connect(list_, &QTableView::doubleClicked, &context(), &ViewContext::traceRequested); // the first click has it in focus
    connect(list_, &QWidget::customContextMenuRequested, this, &TraceListView::openMenu);
    list_->viewport()->installEventFilter(this);
    list_->installEventFilter(this);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint& at) {
        QMenu menu(this);
        fillColumns(&menu);
        menu.exec(header->mapToGlobal(at));
    });
    model_->setNotes([this](TraceIndex trace) { return model_->table() == context().table() ? singleLine(toQString(context().notes().wordsOf(trace))) : QString(); });
    connect(&context().notes(), &Notes::changed, model_, &TraceListModel::notesChanged);
    connect(model_, &TraceListModel::textsWanted, this, &TraceListView::readTexts);
    connect(&context(), &ViewContext::tableChanged, this, [this] { whenSeen([this] { follow(); }); });
    connect(&context(), &ViewContext::tableChanged, this, &TraceListView::showServices);
    connect(&context(), &ViewContext::scopeResultChanged, this, [this] { whenSeen([this] { follow(); }); });
    connect(&context(), &ViewContext::timeZoneChanged, this, [this] { model_->setTimeZone(context().timeZone()); });
    connect(&selection(), &SelectionModel::focusChanged, this, &TraceListView::followFocus);
    connect(&context(), &ViewContext::focusMatchesChanged, this, &TraceListView::followMatches);
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (context().table()->isEmpty()) {
            Q_EMIT context().openRequested();
        } else if (!filter_.isEmpty()) {
            text_->clear();
            service_->setCurrentIndex(0);
            duration_->clear();
            errors_->setChecked(false);
        } else {
            selection().setScope({});
        }
    });
    setColumns(columnsLastTime());
    showServices();
    refresh();
}

QJsonObject TraceListView::settings() const {
    QStringList columns;
    for (const auto& extra : model_->extras())
        columns << toQString(extra.field);
    return {{QStringLiteral("text"), text_->text()},
            {QStringLiteral("service"), service_->currentIndex() > 0 ? service_->currentText() : QString()},
            {QStringLiteral("duration"), duration_->text()},
            {QStringLiteral("errors"), errors_->isChecked()},
            {QStringLiteral("columns"), QJsonArray::fromStringList(columns)}};
}

void TraceListView::applySettings(const QJsonObject& settings) {
    const auto write = [&](const char* key, QLineEdit* line) {
        if (const QJsonValue value = settings[QLatin1String(key)]; value.isString())
            line->setText(value.toString().left(1000));
    };
    write("text", text_);
    write("duration", duration_);
    if (const QJsonValue service = settings[QStringLiteral("service")]; service.isString())
        service_->setCurrentIndex(std::max(0, service.toString().isEmpty() ? 0 : service_->findText(service.toString(), Qt::MatchExactly)));
    errors_->setChecked(settings[QStringLiteral("errors")].toBool(errors_->isChecked()));
    if (const QJsonValue columns = settings[QStringLiteral("columns")]; columns.isArray()) {
        constexpr int kMostColumns = 20;
        QStringList fields;
        for (const QJsonValue& field : columns.toArray())
            if (fields.size() < kMostColumns && !fields.contains(field.toString()))
                fields << field.toString();
        setColumns(fields);
        whenSeen([this] { follow(); });
    }
}

void TraceListView::sortBy(int section) {
    const TraceColumn column = columnOf(section);
    const std::string field = column == TraceColumn::Other ? model_->extras()[static_cast<size_t>(section - TraceListModel::ColumnTotal)].field : std::string();
    // Numbers are first wanted largest first, texts from A to Z.
    const bool isText = column == TraceColumn::Other ? field != TraceListModel::kUsual : section < TraceListModel::DurationColumn;
    descending_ = column == sort_ && field == sortField_ ? !descending_ : !isText;
    sort_ = column;
    sortField_ = field;
    list_->horizontalHeader()->setSortIndicator(section, descending_ ? Qt::DescendingOrder : Qt::AscendingOrder);
    refresh();
}

void TraceListView::buildFilterBar() {
    auto* line = new QWidget(this);
    auto* bar = new FlowLayout(line, measure::kPadding); // beside a waterfall there is half a window for it
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    text_->setMinimumWidth(160);
    text_->setPlaceholderText(QStringLiteral("Filter by operation, service or trace id"));
    text_->setToolTip(QStringLiteral("Text in an operation or service of the trace, or the start of its id (Ctrl+L)"));
    text_->setClearButtonEnabled(true);
    text_->setAccessibleName(QStringLiteral("Filter traces by text"));
    service_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    service_->setMinimumContentsLength(12);
    service_->setToolTip(QStringLiteral("Only traces that touch this service"));
    service_->setAccessibleName(QStringLiteral("Filter traces by service"));
    duration_->setPlaceholderText(QStringLiteral("Duration, e.g. >500ms"));
    duration_->setToolTip(QStringLiteral("How long the trace took: >500ms, <2s or 100ms-2s"));
    duration_->setClearButtonEnabled(true);
    duration_->setFixedWidth(200);
    duration_->setAccessibleName(QStringLiteral("Filter traces by duration"));
    errors_->setText(QStringLiteral("Errors"));
    errors_->setCheckable(true);
    errors_->setObjectName(QStringLiteral("toggle"));
    errors_->setToolTip(QStringLiteral("Only traces with a failed span"));
    durationProblem_->setTextFormat(Qt::PlainText);
    durationProblem_->hide();
    bar->addWidget(text_);
    bar->addWidget(service_);
    bar->addWidget(duration_);
    bar->addWidget(durationProblem_);
    bar->addWidget(errors_);
    columns_ = new QToolButton(this);
    columns_->setText(tr("Columns"));
    columns_->setToolTip(plainToolTip(tr("Columns of attributes, and how a trace compares with others of its kind")));
    columns_->setObjectName(QStringLiteral("toggle"));
    columns_->setPopupMode(QToolButton::InstantPopup);
    auto* columns = new QMenu(columns_);
    columns_->setMenu(columns);
    connect(columns, &QMenu::aboutToShow, this, [this, columns] {
        columns->clear();
        fillColumns(columns);
    });
    bar->addWidget(columns_);
    static_cast<QVBoxLayout*>(layout())->addWidget(line);
    connect(text_, &QLineEdit::textChanged, this, &TraceListView::refresh);
    connect(duration_, &QLineEdit::textChanged, this, &TraceListView::refresh);
    connect(service_, &QComboBox::currentIndexChanged, this, &TraceListView::refresh);
    connect(errors_, &QToolButton::toggled, this, &TraceListView::refresh);
}

void TraceListView::showServices() {
    const QString chosen = service_->currentIndex() > 0 ? service_->currentText() : QString();
    const QSignalBlocker quiet(service_);
    service_->clear();
    service_->addItem(QStringLiteral("All services"));
    QStringList names;
    for (const std::string& service : context().table()->services())
        names.append(toQString(service));
    names.removeFirst(); // spans without a service name are not one service
    names.sort(Qt::CaseInsensitive);
    service_->addItems(names);
    service_->setCurrentIndex(std::max(0, chosen.isEmpty() ? 0 : service_->findText(chosen, Qt::MatchExactly)));
}

void TraceListView::refresh() {
    filter_.text = text_->text().trimmed().toStdString();
    filter_.service = service_->currentIndex() > 0 ? service_->currentText().toStdString() : std::string();
    filter_.errorsOnly = errors_->isChecked();
    const bool understood = parseDurations(duration_->text(), filter_.minDuration, filter_.maxDuration);
    if (!understood)
        filter_.minDuration = filter_.maxDuration = 0;
    durationProblem_->setText(QStringLiteral("not a duration"));
    durationProblem_->setVisible(!understood);
    order_.reset();
    whenSeen([this] { follow(); });
}

void TraceListView::follow() {
    const auto table = context().table();
    if (order_ && order_->table != table)
        order_.reset();
    using Result = std::pair<std::shared_ptr<const Order>, std::vector<TraceIndex>>;
    readColumns();
    std::shared_ptr<const std::vector<int64_t>> keys;
    if (sort_ == TraceColumn::Other) // else the list is sorted when they are there
        for (const auto& extra : model_->extras())
            if (extra.field == sortField_ && extra.table == table)
                keys = extra.order;
    const auto scope = context().scopeResult();
    const auto work = [table, scope, known = order_, filter = filter_, sort = sort_, descending = descending_, keys](const StopToken& stop) {
        auto order = known;
        if (!order) { // the traces first: what is thrown in the middle of an aggregate in a condition is destroyed twice by GCC 12
            std::vector<TraceIndex> all = traceOrder(*table, filter, sort, descending, stop, keys.get());
            order = std::make_shared<const Order>(Order{table, filter, sort, descending, keys, std::move(all)});
        }
        auto traces = scope->everything ? order->traces : inOrder(order->traces, scope->traces);
        return Result(std::move(order), std::move(traces));
    };
    const auto done = [this, scope](Result result) {
        setShownScope(scope);
        order_ = result.first;
        {
            const QScopedValueRollback following(following_, true);
            model_->setTraces(order_->table, std::move(result.second));
        }
        tooMany_ = false;
        updateEmptyState();
        followMatches();
        followFocus();
        Q_EMIT statusTextChanged();
    };
    if (order_)
        worker_.follow<Result>(work, done);
    else
        worker_.run<Result>(work, done);
}

void TraceListView::updateEmptyState() {
    if (model_->rowCount() > 0 || context().table()->isEmpty()) {
        if (context().table()->isEmpty())
            empty_->show(QStringLiteral("No traces"), QStringLiteral("Every trace of a file is listed here. Open a trace file or a workspace to see them."),
                         QStringLiteral("Open a file..."));
        else
            empty_->hideState();
        return;
    }
    if (!filter_.isEmpty())
        empty_->show(QStringLiteral("No trace passes the filter"),
                     QStringLiteral("The scope holds %1, but none matches the filter above.")
                         .arg(toQString(counted(context().scopeResult()->traceCount, "trace", "traces"))),
                     QStringLiteral("Clear the filter"));
    else
        empty_->show(QStringLiteral("No trace in this scope"),
                     QStringLiteral("No trace holds a match for every part of the scope above."), QStringLiteral("Clear the scope"));
}

void TraceListView::followFocus() {
    if (following_)
        return; // chosen here
    const auto trace = selection().focus().traceIn(*context().table());
    const QScopedValueRollback following(following_, true);
    if (selection().focus().kind == Focus::Kind::Traces) {
        std::vector<bool> wanted(context().table()->traceSlots(), false);
        for (const TraceId id : selection().focus().traces)
            if (const auto one = context().table()->findTrace(id))
                wanted[*one] = true;
        QItemSelection several;
        for (int row = 0; row < model_->rowCount(); ++row)
            if (const TraceIndex shown = model_->traceAt(row); shown < wanted.size() && wanted[shown])
                several.select(model_->index(row, 0), model_->index(row, model_->columnCount() - 1));
        list_->selectionModel()->select(several, QItemSelectionModel::ClearAndSelect);
        return;
    }
    if (!trace) {
        if (selection().focus().kind == Focus::Kind::None)
            list_->setCurrentIndex({});
        return;
    }
    const int row = model_->rowOf(*trace);
    if (row < 0) {
        list_->setCurrentIndex({});
        return;
    }
    list_->setCurrentIndex(model_->index(row, 0));
    scrollTo(row, QAbstractItemView::EnsureVisible);
}

void TraceListView::followMatches() {
    const auto& matches = context().focusMatches();
    const int first = model_->setMatches(matches->traceCount > 0 ? matches : nullptr);
    if (first >= 0 && selection().focus().kind != Focus::Kind::Traces && matches->traceCount < model_->traces().size())
        scrollTo(first, QAbstractItemView::PositionAtTop);
}

/// A hidden list has not laid out its rows, and Qt would scroll within what it showed last: that waits until it is shown.
void TraceListView::scrollTo(int row, QAbstractItemView::ScrollHint hint) {
    scrollDue_ = !isVisible();
    if (!scrollDue_)
        list_->scrollTo(model_->index(row, 0), hint);
}

void TraceListView::showEvent(QShowEvent* event) {
    View::showEvent(event);
    if (!std::exchange(scrollDue_, false))
        return; // it is where the user left it
    followMatches();
    followFocus();
}

void TraceListView::chooseRow(int row) {
    if (following_ || row < 0)
        return;
    selection().setFocus(Focus::onTrace(model_->table()->traceId(model_->traceAt(row))));
}

/// One row is its trace, several rows are their traces on one timeline. Too many would be no picture, and the status bar says so.
void TraceListView::chooseSelected() {
    if (following_)
        return;
    qsizetype count = 0;
    for (const QItemSelectionRange& range : list_->selectionModel()->selection())
        count += range.height();
    tooMany_ = count > static_cast<qsizetype>(ShownTrace::kMostTraces);
    Q_EMIT statusTextChanged();
    if (count == 1)
        chooseRow(list_->selectionModel()->selection().first().top());
    if (count < 2 || tooMany_)
        return;
    std::vector<TraceId> traces;
    for (const QItemSelectionRange& range : list_->selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            traces.push_back(model_->table()->traceId(model_->traceAt(row)));
    const QScopedValueRollback following(following_, true); // the rows stay the chosen ones
    selection().setFocus(Focus::onTraces(std::move(traces)));
}

bool TraceListView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const QModelIndex now = list_->currentIndex();
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && now.isValid()) {
            ScopeTerm term;
            term.kind = ScopeTerm::Kind::Trace;
            term.text = toHex(model_->table()->traceId(model_->traceAt(now.row())));
            selection().addTerm(term);
            Q_EMIT context().traceRequested();
            return true;
        }
    }
    // A list that got lower must not hide what it had scrolled to.
    if (watched == list_->viewport() && event->type() == QEvent::Resize && list_->currentIndex().isValid()) {
        const QSize before = static_cast<QResizeEvent*>(event)->oldSize();
        if (!before.isValid() || list_->visualRect(list_->currentIndex()).intersects(QRect(QPoint(), before)))
            QTimer::singleShot(0, list_, [this] { list_->scrollTo(list_->currentIndex(), QAbstractItemView::EnsureVisible); });
    }
    if (watched == list_->viewport() && event->type() == QEvent::MouseButtonPress && static_cast<QMouseEvent*>(event)->modifiers() == Qt::ShiftModifier) {
        list_->setCurrentIndex(list_->indexAt(static_cast<QMouseEvent*>(event)->pos())); // as everywhere Shift and a click narrow the scope
        return true;
    }
    if (watched == list_->viewport() && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QModelIndex index = list_->indexAt(mouse->pos());
        // A click on the row that already is current signals nothing by itself, but should take the focus back.
        if (mouse->button() == Qt::LeftButton && index.isValid()) {
            chooseSelected();
            if ((mouse->modifiers() & Qt::ShiftModifier) != 0) {
                ScopeTerm term;
                term.kind = ScopeTerm::Kind::Trace;
                term.text = toHex(model_->table()->traceId(model_->traceAt(index.row())));
                selection().addTerm(term);
            }
        }
    }
    return View::eventFilter(watched, event);
}

void TraceListView::takeFocus() { list_->setFocus(); }

QString TraceListView::statusText() const {
    const auto shown = static_cast<uint64_t>(model_->rowCount());
    const uint64_t all = context().table()->traceCount();
    if (tooMany_)
        return tr("At most %1 traces are shown on one timeline").arg(toQString(formatCount(ShownTrace::kMostTraces)));
    return toQString((shown == all ? "" : formatCount(shown) + " of ") + counted(all, "trace", "traces"));
}

} // namespace aisle
