#include "statistics/statistics_view.h"

#include "statistics/statistics_model.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>

namespace aisle {

namespace {

constexpr char kOperation[] = "operation", kService[] = "service";
constexpr char kAttribute[] = "attribute:"; ///< before the key of one, so that one called "service" is not the service

Grouping groupingOf(const TraceData& data, const std::string& by, Workspace* workspace, const StopToken& stop) {
    if (by == kOperation)
        return groupByOperation(*data.table, data.tree);
    if (by == kService)
        return groupByService(*data.table, data.tree);
    const std::string key = by.starts_with(kAttribute) ? by.substr(std::size(kAttribute) - 1) : by;
    const auto attributes = data.attributes->get(stop);
    if (workspace == nullptr)
        return groupByAttribute(data.tree, *attributes, nullptr, key, stop);
    const auto db = workspace->connect();
    TraceAttributes::Reader others(*db, *attributes);
    return groupByAttribute(data.tree, *attributes, &others, key, stop);
}

} // namespace

StatisticsView::StatisticsView(ViewContext& shared, QWidget* parent)
    : TraceTable(shared, parent), model_(new StatisticsModel(this)), by_(new QComboBox(this)), note_(plainLabel({}, this)) {
    setObjectName(QStringLiteral("statistics"));
    setAccessibleName(tr("Statistics of the trace"));
    list()->setAccessibleName(tr("Statistics of the trace"));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    auto* label = plainLabel(tr("Group by"), this);
    label->setBuddy(by_);
    by_->addItem(tr("Operation"), QString::fromLatin1(kOperation));
    by_->addItem(tr("Service"), QString::fromLatin1(kService));
    by_->setEditable(true);
    by_->setInsertPolicy(QComboBox::NoInsert);
    by_->completer()->setFilterMode(Qt::MatchContains);
    by_->completer()->setCompletionMode(QCompleter::PopupCompletion);
    by_->setMinimumContentsLength(28);
    by_->setMaxVisibleItems(20);
    by_->setToolTip(tr("Operation, service, or the key of an attribute of spans and resources"));
    by_->setAccessibleName(tr("Group spans by"));
    bar->addWidget(label);
    bar->addWidget(by_);
    bar->addWidget(note_, 1);
    box()->insertLayout(0, bar);
    setModel(model_, StatisticsModel::NameColumn, {30, 14, 8, 8, 17, 10, 11, 9, 9, 9});
    setSort(StatisticsModel::PathColumn, true);
    connect(by_, &QComboBox::activated, this, [this](int index) { groupBy(by_->itemData(index).toString()); });
    connect(by_->lineEdit(), &QLineEdit::returnPressed, this, [this] {
        const int known = by_->findText(by_->currentText().trimmed(), Qt::MatchFixedString);
        groupBy(known >= 0 ? by_->itemData(known).toString() : by_->currentText().trimmed());
    });
    connect(&context(), &ViewContext::tableChanged, this, &StatisticsView::readKeys);
    readKeys();
    start();
}

StatisticsView::~StatisticsView() = default;

/// Keys of values that are kept once each: those that it makes sense to group by.
void StatisticsView::readKeys() {
    const auto workspace = context().workspace();
    if (!workspace || context().isProvisional()) {
        keyWorker_.cancel();
        while (by_->count() > 2)
            by_->removeItem(2);
        return;
    }
    keyWorker_.run<QStringList>(
        [workspace](const StopToken& stop) {
            QStringList keys;
            const auto db = workspace->connect();
            Statement read = db->prepare("SELECT text FROM string WHERE id IN (SELECT DISTINCT key FROM attribute) ORDER BY text COLLATE NOCASE");
            while (read.step()) {
                stop.check();
                keys.append(toQString(read.text(0)));
            }
            return keys;
        },
        [this](const QStringList& keys) {
            const QString text = by_->currentText();
            while (by_->count() > 2)
                by_->removeItem(2);
            for (const QString& key : keys)
                by_->addItem(singleLine(key), QString(QLatin1String(kAttribute) + key));
            by_->setEditText(text);
        });
}

void StatisticsView::groupBy(const QString& what) {
    if (what.isEmpty())
        return;
    const int known = by_->findData(what);
    if (known >= 0)
        by_->setCurrentIndex(known);
    else
        by_->setEditText(what);
    groupedBy_ = what.toStdString();
    catchUp();
}

void StatisticsView::refresh(const TraceDataPtr& data) {
    worker_.run<StatisticsModel::Content>(
        [data, by = groupedBy_, workspace = context().workspace(), column = static_cast<StatisticsModel::ColumnIndex>(sortColumn()),
         descending = isDescending()](const StopToken& stop) {
            StatisticsModel::Content out;
            out.data = data;
            out.by = by;
            out.grouping = groupingOf(*data, by, workspace.get(), stop);
            out.groups = traceStatistics(*data->table, data->tree, data->path, out.grouping, stop);
            out.sort(column, descending, *data->table);
            return out;
        },
        [this, data](StatisticsModel::Content content) {
            uint64_t spans = 0;
            for (const GroupStatistics& g : content.groups)
                spans += g.spans;
            const uint64_t left = data->tree.spanCount() - spans;
            note_->setText(content.groups.empty() ? tr("No span of this trace has it.")
                           : left > 0             ? tr("%1 without it").arg(toQString(counted(left, "span", "spans")))
                                                  : QString());
            list()->setColumnHidden(StatisticsModel::ServiceColumn, content.by != kOperation);
            model_->setContent(std::move(content));
            adopted(data);
        },
        [this, data](const QString& problem) {
            model_->setContent({});
            adopted(data);
            note_->setText(problem);
        });
}

NodeIndex StatisticsView::nodeAt(int row) const {
    const GroupStatistics& g = model_->content().groups[static_cast<size_t>(row)];
    if (g.longest != kNoNode)
        return g.longest;
    const auto& of = model_->content().grouping.of; // none has a duration: the first
    return static_cast<NodeIndex>(std::find(of.begin(), of.end(), g.group) - of.begin());
}

int StatisticsView::rowOf(NodeIndex node) const {
    const uint32_t group = model_->content().grouping.of[node];
    return group == Grouping::kNone ? -1 : model_->content().rowOf[group];
}

void StatisticsView::clear() {
    model_->setContent({});
    note_->clear();
}

QString StatisticsView::emptyWords() const {
    return tr("Adds up the spans of a trace by operation, service or attribute: how many, how long, and how much of the critical path.");
}

QString StatisticsView::statusText() const {
    return data() ? withClocks(toQString(counted(static_cast<uint64_t>(model_->rowCount()), "group", "groups")), *data()) : QString();
}

std::unique_ptr<Tabular> StatisticsView::tabular() const {
    if (!data())
        return nullptr;
    auto out = std::make_unique<Tabular>(tabulate(*data()->table, data()->tree, data()->path, model_->content().grouping, model_->content().groups));
    noteClocks(*out, *data());
    return out;
}

} // namespace aisle
