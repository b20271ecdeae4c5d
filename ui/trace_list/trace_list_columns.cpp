// Columns of the trace list that are asked for: attributes, and where a trace stands among those of its kind.

#include "analysis/items.h"
#include "notes/notes.h"
#include "query/semantic_conventions.h"
#include "store/span_reader.h"
#include "theme/theme.h"
#include "trace_list/trace_list_view.h"
#include "widgets/list_delegate.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QScopedValueRollback>
#include <QSettings>
#include <QTableView>

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

/// Where a trace stands among those of its kind: their durations as bars, its own as a line.
class TraceDelegate : public ListDelegate {
public:
    using ListDelegate::ListDelegate;
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto* model = static_cast<const TraceListModel*>(index.model());
        const QVariant trace = index.data(TraceListModel::UsualRole);
        if (!trace.isValid()) {
            ListDelegate::paint(p, option, index);
            if (index.column() == TraceListModel::StartColumn && index.data(TraceListModel::NoteRole).isValid())
                paintNoteCorner(*p, option.rect, theme());
            return;
        }
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        item.text.clear();
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, p, item.widget);
        const auto& usual = *model->extras()[static_cast<size_t>(index.column() - TraceListModel::ColumnTotal)].usual;
        const UsualDurations::Kind& kind = *usual.kindOf(trace.toUInt());
        const Theme& t = theme();
        const QRect room = option.rect.adjusted(6, 3, -6, -4);
        const uint32_t most = *std::max_element(kind.bars.begin(), kind.bars.end());
        const auto left = [&](size_t bar) { return room.left() + static_cast<int>(bar) * room.width() / static_cast<int>(UsualDurations::kBars); };
        for (size_t bar = 0; bar < UsualDurations::kBars; ++bar)
            if (kind.bars[bar] > 0) {
                const int height = std::max(1, static_cast<int>(std::sqrt(static_cast<double>(kind.bars[bar]) / most) * room.height()));
                p->fillRect(QRect(left(bar), room.bottom() + 1 - height, std::max(1, left(bar + 1) - left(bar) - 1), height), mixed(t.neutralBar, t.surface, 0.7));
            }
        const size_t own = kind.barOf(model->table()->summary(trace.toUInt()).duration);
        p->fillRect(QRect((left(own) + left(own + 1)) / 2 - 1, room.top() - 1, 2, room.height() + 2), t.text);
    }
};

const QString kColumnSetting = QStringLiteral("trace-list/columns");

} // namespace

QStyledItemDelegate* traceDelegate(std::function<const ServiceColours&()> colours, QObject* parent) { return new TraceDelegate(std::move(colours), parent); }

QStringList TraceListView::columnsLastTime() { return QSettings().value(kColumnSetting, QStringList{QLatin1String(TraceListModel::kUsual)}).toStringList(); }

void TraceListView::setColumns(const QStringList& fields) {
    std::vector<TraceListModel::Extra> extras;
    for (const QString& field : fields)
        if (field == QLatin1String(TraceListModel::kUsual) || fieldOf(field.toStdString()))
            extras.push_back({field.toStdString(), nullptr, nullptr, nullptr, nullptr});
    const bool isSortGone = sort_ == TraceColumn::Other && std::none_of(extras.begin(), extras.end(), [this](const auto& extra) { return extra.field == sortField_; });
    {
        const QScopedValueRollback following(following_, true);
        model_->setExtras(std::move(extras));
    }
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    for (int section = TraceListModel::ColumnTotal; section < model_->columnCount(); ++section)
        list_->horizontalHeader()->resizeSection(section, (model_->extras()[static_cast<size_t>(section - TraceListModel::ColumnTotal)].isUsual() ? 11 : 16) * digit);
    if (isSortGone) {
        sort_ = TraceColumn::Start;
        descending_ = false;
        list_->horizontalHeader()->setSortIndicator(0, Qt::AscendingOrder);
        order_.reset();
    }
    columnsOf_.reset();
    readColumns();
    followFocus();
}

void TraceListView::toggleColumn(const std::string& field, bool isOn) {
    QStringList fields;
    for (const auto& extra : model_->extras())
        if (extra.field != field)
            fields << toQString(extra.field);
    if (isOn)
        fields << toQString(field);
    QSettings().setValue(kColumnSetting, fields);
    setColumns(fields);
    whenSeen([this] { follow(); });
}

/// The values of columns are of all traces, and read once for a table; the list does not wait for them.
void TraceListView::readColumns() {
    const auto table = context().table();
    if (columnsOf_ == table || model_->extras().empty() || table->isEmpty() || context().isProvisional())
        return;
    columnsOf_ = table;
    columnWorker_.run<std::vector<TraceListModel::Extra>>(
        [asked = context().queryContext(), extras = model_->extras()](const StopToken& stop) mutable {
            traceql::Needs needs;
            needs.attributes = std::any_of(extras.begin(), extras.end(), [](const auto& extra) { return !extra.isUsual(); });
            const traceql::OpenSource open(asked, needs, stop);
            for (auto& extra : extras) {
                extra.table = asked.table;
                if (extra.isUsual()) {
                    extra.usual = std::make_shared<const UsualDurations>(*asked.table, stop);
                    std::vector<int64_t> order = extra.usual->order();
                    std::replace(order.begin(), order.end(), int64_t(-1), std::numeric_limits<int64_t>::min());
                    extra.order = std::make_shared<const std::vector<int64_t>>(std::move(order));
                } else {
                    extra.values = std::make_shared<const TraceValues>(open.source(), *fieldOf(extra.field), nullptr, stop);
                    extra.order = std::make_shared<const std::vector<int64_t>>(extra.values->order());
                }
            }
            return extras;
        },
        [this, table](std::vector<TraceListModel::Extra> extras) {
            if (table != context().table())
                return;
            model_->fill(extras);
            if (sort_ == TraceColumn::Other)
                refresh();
        },
        [](const QString&) {}); // the columns stay empty; what is wrong with the file is said where it is opened
}

void TraceListView::readTexts() {
    const auto wanted = model_->takeWanted();
    if (wanted.empty() || !context().workspace() || textWorker_.isBusy())
        return;
    struct Read {
        std::string field, key;
        std::vector<std::pair<TraceIndex, Row>> rows;
        std::vector<std::pair<TraceIndex, QString>> texts;
    };
    std::vector<Read> reads;
    for (const auto& extra : model_->extras()) {
        const auto field = extra.values && extra.table == model_->table() ? fieldOf(extra.field) : std::nullopt;
        Read read{extra.field, field ? field->name : std::string(), {}, {}};
        for (const auto& [name, trace] : wanted)
            if (field && name == extra.field)
                read.rows.emplace_back(trace, extra.values->row(trace));
        if (!read.rows.empty())
            reads.push_back(std::move(read));
    }
    textWorker_.run<std::vector<Read>>(
        [workspace = context().workspace(), table = model_->table(), reads](const StopToken& stop) mutable {
            const auto db = workspace->connect();
            for (Read& read : reads)
                for (const auto& [trace, row] : read.rows) {
                    QString text;
                    const std::vector<std::string> names = traceql::namesOf(read.key);
                    for (const AttributeValue& value : readSpan(*db, *table, row, stop).attributes)
                        if (text.isEmpty() && std::find(names.begin(), names.end(), value.key) != names.end())
                            text = toQString(value.value);
                    read.texts.emplace_back(trace, text);
                }
            return reads;
        },
        [this, table = model_->table()](std::vector<Read> done) {
            if (table != model_->table())
                return;
            for (const Read& read : done)
                model_->setTexts(read.field, read.texts);
        },
        [](const QString&) {});
}

/// Which columns there are, and which there could be: the attributes of the file, most frequent first.
void TraceListView::fillColumns(QMenu* menu) {
    const auto add = [this](QMenu* to, const QString& title, const std::string& field, bool isOn) {
        QAction* action = to->addAction(title);
        action->setCheckable(true);
        action->setChecked(isOn);
        connect(action, &QAction::toggled, this, [this, field](bool on) { toggleColumn(field, on); });
    };
    const auto isShown = [this](const std::string& field) { return std::any_of(model_->extras().begin(), model_->extras().end(), [&](const auto& extra) { return extra.field == field; }); };
    add(menu, tr("Compared with usual"), TraceListModel::kUsual, isShown(TraceListModel::kUsual));
    for (const auto& extra : model_->extras())
        if (!extra.isUsual())
            add(menu, menuText(toQString(extra.field)), extra.field, true);
    QMenu* more = menu->addMenu(tr("Attribute"));
    more->addAction(context().table()->isEmpty() ? tr("Nothing is open") : tr("Reading…"))->setEnabled(false);
    if (context().table()->isEmpty())
        return;
    keyWorker_.run<std::vector<std::string>>(
        [asked = context().queryContext()](const StopToken& stop) { return groupableFields(asked, 60, stop); },
        [add, isShown, more = QPointer<QMenu>(more)](const std::vector<std::string>& fields) {
            if (!more)
                return;
            more->clear();
            for (const std::string& field : fields)
                if (!isShown(field))
                    add(more, menuText(toQString(field)), field, false);
            if (more->isEmpty())
                more->addAction(tr("No others"))->setEnabled(false);
        },
        [more = QPointer<QMenu>(more)](const QString& problem) {
            if (more)
                more->actions().constFirst()->setText(menuText(problem));
        });
}

std::unique_ptr<Tabular> TraceListView::tabular() const {
    if (!model_->table())
        return nullptr;
    auto out = std::make_unique<Tabular>(tabulateTraces(*model_->table(), model_->traces(), context().timeZone().utc));
    const Redactor& redactor = context().exporter().redactor();
    for (const auto& extra : model_->extras()) {
        if (extra.table != model_->table())
            continue; // on its way
        const auto field = extra.isUsual() ? std::nullopt : fieldOf(extra.field);
        out->columns.push_back({extra.isUsual() ? "share_below" : extra.field, extra.isUsual() ? "Slower than" : field ? field->name : extra.field, extra.isUsual()});
        bool isUnread = false;
        for (size_t i = 0; i < out->rows.size(); ++i) {
            const TraceIndex trace = model_->traces()[i];
            if (extra.isUsual()) {
                out->rows[i].push_back(extra.usual && extra.usual->kindOf(trace) != nullptr ? Cell::percent(extra.usual->shareBelow(trace)) : Cell());
                continue;
            }
            const uint32_t number = extra.values ? extra.values->number(trace) : 0;
            const traceql::Value value = number == 0 ? traceql::Value{} : extra.values->value(number);
            isUnread = isUnread || (number != 0 && value.type == traceql::Value::Type::Nil);
            out->rows[i].push_back(value.type == traceql::Value::Type::Nil ? Cell() : Cell(redactor.redact(field->name, value.toText())));
        }
        if (isUnread)
            out->notes.push_back(extra.field + " has very many values, which are only read where they are shown; aisle query with select() reads all of them.");
    }
    if (model_->table() == context().table() && std::any_of(model_->traces().begin(), model_->traces().end(), [this](TraceIndex trace) { return context().notes().hasTrace(trace); })) {
        out->columns.push_back({"note", "Note"});
        for (size_t i = 0; i < out->rows.size(); ++i)
            out->rows[i].emplace_back(redactor.redact("note", context().notes().wordsOf(model_->traces()[i])));
    }
    return out;
}

} // namespace aisle
