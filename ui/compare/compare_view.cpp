#include "compare/compare_view.h"

#include "compare/compare_model.h"
#include "text/format.h"
#include "widgets/list_delegate.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QTableView>
#include <QToolButton>

namespace aisle {

namespace {

/// Paints the bars of the column of times by what the view says.
class TimesDelegate : public QStyledItemDelegate {
public:
    TimesDelegate(std::function<void(QPainter&, const QRectF&, const QModelIndex&)> paintBars, QObject* parent) : QStyledItemDelegate(parent), paintBars_(std::move(paintBars)) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        paintBars_(*painter, option.rect, index);
    }

private:
    std::function<void(QPainter&, const QRectF&, const QModelIndex&)> paintBars_;
};

} // namespace

CompareView::CompareView(ViewContext& shared, QWidget* parent)
    : TraceTable(shared, parent), model_(new CompareModel(this)), words_(plainLabel({}, this)), usual_(new QToolButton(this)) {
    setObjectName(QStringLiteral("compare"));
    setAccessibleName(tr("Comparison of two traces"));
    list()->setAccessibleName(tr("Spans of two traces"));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    words_->setMinimumWidth(1);
    usual_->setText(tr("Compare with the usual"));
    usual_->setToolTip(plainToolTip(tr("With the trace in the middle, by duration, of those that begin with the same operation")));
    bar->addWidget(words_, 1);
    bar->addWidget(usual_);
    box()->insertLayout(0, bar);
    setModel(model_, CompareModel::OperationColumn, {24, 13, 10, 12, 10, 10, 9, 9, 17});
    list()->setItemDelegateForColumn(CompareModel::TimesColumn,
                                     new TimesDelegate([this](QPainter& painter, const QRectF& rect, const QModelIndex& index) { paintCell(painter, rect, index); }, list()));
    setSort(CompareModel::ChangeColumn, true);
    connect(usual_, &QToolButton::clicked, this, [this] { context().shownTrace().setBaseline({}); });
    connect(&context().shownTrace(), &ShownTrace::baselineChanged, this, &CompareView::catchUp);
    connect(&context(), &ViewContext::scopeSettled, this, [this] {
        if (!context().shownTrace().baseline())
            catchUp(); // what is usual is so in the scope
    });
    start();
    showWords();
}

NodeIndex CompareView::nodeAt(int row) const {
    const auto& content = model_->content();
    if (!content || static_cast<size_t>(row) >= content->lines.size())
        return kNoNode;
    const Row span = content->rowAfter(*content->lines[static_cast<size_t>(row)]);
    return span == kNoRow ? kNoNode : data()->tree.nodeOf(span); // what was removed is in another trace
}

int CompareView::rowOf(NodeIndex node) const {
    const auto& content = model_->content();
    const Row row = data()->tree.nodes[node].row;
    const NodeIndex plain = content && row != kNoRow ? content->after.nodeOf(row) : kNoNode;
    return plain == kNoNode || content->lineOf[plain] == UINT_MAX ? -1 : static_cast<int>(content->lineOf[plain]);
}

void CompareView::refresh(const TraceDataPtr& data) {
    using Result = std::shared_ptr<const CompareModel::Content>;
    problem_.clear();
    worker_.run<Result>(
        [data, scope = context().scopeResult(), baseline = context().shownTrace().baseline(), by = static_cast<CompareModel::ColumnIndex>(sortColumn()),
         descending = isDescending()](const StopToken& stop) -> Result {
            const SpanTable& table = *data->source;
            const TraceIndex after = data->tree.traces.front();
            auto content = std::make_shared<CompareModel::Content>();
            std::optional<TraceIndex> before = baseline ? table.findTrace(*baseline) : std::nullopt;
            if (!before) {
                const UsualTrace usual = usualTrace(table, scope && !scope->everything ? &scope->traces : nullptr, after, stop);
                if (usual.trace == kNoTrace)
                    return nullptr;
                before = usual.trace;
                content->alike = usual.alike;
            }
            content->table = data->source;
            content->before = waterfall(table, *before, {}, stop);
            content->after = waterfall(table, after, {}, stop);
            content->comparison = compareTraces(table, content->before, content->after, stop);
            content->sort(by, descending);
            return content;
        },
        [this, data](Result content) {
            problem_ = content ? QString() : tr("No other trace begins with the same operation. \"Compare others with this trace\" in the menu of a trace makes it the baseline.");
            model_->setContent(std::move(content));
            adopted(data);
            showWords();
        },
        [this](const QString& problem) {
            problem_ = problem;
            model_->setContent(nullptr);
            showWords();
        });
}

void CompareView::showWords() {
    const auto& content = model_->content();
    usual_->setVisible(content && content->alike == 0);
    if (!content) {
        words_->setText(problem_);
        return;
    }
    const Waterfall &before = content->before, &after = content->after;
    const QString what = content->alike > 0 ? tr("the usual trace of %1 alike").arg(toQString(formatCount(content->alike))) : tr("trace %1").arg(toQString(toHex(before.traceIds.front())).left(16));
    const int64_t change = (after.end - after.start) - (before.end - before.start);
    QString words = tr("%1 against %2 of %3: %4").arg(toQString(formatDuration(after.end - after.start)), toQString(formatDuration(before.end - before.start)), what,
                                                 change == 0 ? tr("as long") : change > 0 ? tr("%1 longer").arg(toQString(formatDuration(change))) : tr("%1 shorter").arg(toQString(formatDuration(-change))));
    if (before.traceIds == after.traceIds)
        words = tr("This is the trace that others are compared with; choose another one.");
    if (data() && data()->hasShiftedClocks())
        words += tr(" (times as recorded)");
    if (data() && data()->tree.isOfSeveral())
        words += tr(" (the first of the traces on the timeline)");
    words_->setText(words);
    words_->setToolTip(plainToolTip(tr("Before: %1\nAfter: %2\nSpans are matched from the roots down by service and operation, the first with the first.")
                                        .arg(toQString(toHex(before.traceIds.front())), toQString(toHex(after.traceIds.front())))));
}

void CompareView::clear() {
    model_->setContent(nullptr);
    problem_.clear();
    showWords();
}

QString CompareView::emptyWords() const { return tr("Shows what makes a trace slower or faster than another one, or than such a trace usually is."); }

QString CompareView::statusText() const {
    const auto& content = model_->content();
    if (!content)
        return {};
    const TraceComparison& c = content->comparison;
    return tr("%4 against %5: %1 in both, %2 added, %3 removed")
        .arg(toQString(counted(c.matched, "span", "spans")), toQString(formatCount(c.added)), toQString(formatCount(c.removed)),
             toQString(formatDuration(content->after.end - content->after.start)), toQString(formatDuration(content->before.end - content->before.start)));
}

std::unique_ptr<Tabular> CompareView::tabular() const {
    const auto& content = model_->content();
    return content ? std::make_unique<Tabular>(tabulate(*content->table, content->before, content->after, content->comparison)) : nullptr;
}

/// When it ran in each trace, on one scale from their starts: above before, below after.
void CompareView::paintCell(QPainter& painter, const QRectF& rect, const QModelIndex& index) const {
    const auto& content = model_->content();
    if (index.column() != CompareModel::TimesColumn || !content || static_cast<size_t>(index.row()) >= content->lines.size())
        return;
    const SpanTable& table = *content->table;
    const SpanPair& pair = *content->lines[static_cast<size_t>(index.row())];
    const Theme& t = theme();
    const auto bar = [&](Row row, int64_t origin, double y, bool isBefore) {
        if (row == kNoRow || (table.flags(row) & kNoStart) != 0)
            return;
        const double scale = (rect.width() - 8) / static_cast<double>(content->longest);
        const double from = std::clamp(static_cast<double>(table.start(row) - origin) * scale, 0.0, rect.width() - 10), length = std::max(2.0, static_cast<double>(table.end(row) - table.start(row)) * scale);
        const QRectF area(std::round(rect.left() + 4 + from), y, std::round(std::min(length, rect.width() - 8 - from)), 6);
        const QColor colour = context().serviceColours().of(table.serviceText(row), t);
        painter.fillRect(area, isBefore ? mixed(colour, t.surface, 0.4) : colour);
        if (table.isError(row))
            painter.fillRect(QRectF(area.left(), area.top(), std::max(2.0, area.width()), 2), t.error);
    };
    bar(content->rowBefore(pair), content->before.start, rect.top() + 4, true);
    bar(content->rowAfter(pair), content->after.start, rect.top() + 12, false);
}

} // namespace aisle
