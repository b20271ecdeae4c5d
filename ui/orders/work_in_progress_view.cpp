#include "orders/work_in_progress_view.h"

#include "orders/order_canvas.h"
#include "orders/work_in_progress_painter.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace aisle {

WorkInProgressView::WorkInProgressView(ViewContext& shared, QWidget* parent)
    : OrdersPage(shared, tr("Orders in progress"), tr("How many orders were in progress over time, and at which stage. Open a trace file or a workspace to see it."), parent), notes_(plainLabel({}, this)), canvas_(new OrderCanvas(tr("Orders in progress over time"), this)) {
    notes_->setWordWrap(true);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setContentsMargins(measure::kPadding, 4, measure::kPadding, measure::kPadding);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addWidget(canvas_, 1);
    box->addWidget(notes_);
    setEmptyState(canvas_);
    canvas_->content = [this](QPainter& p, QSizeF size) {
        if (!isEmpty())
            paintWorkInProgress(p, size, found_, context().timeZone(), theme());
    };
    canvas_->cursor = [this] {
        if (!bin_ || isEmpty())
            return QRectF();
        const WorkLayout layout(found_, canvas_->size(), theme());
        return QRectF(QPointF(layout.xOf(*bin_), layout.stacks.top()), QPointF(layout.xOf(*bin_ + 1), layout.counts.bottom()));
    };
    canvas_->describe = [this](QPointF at) { return describe(at); };
    connect(canvas_, &OrderCanvas::clicked, this, [this](QPointF at) {
        bin_ = isEmpty() ? std::nullopt : WorkLayout(found_, canvas_->size(), theme()).binAt(at.x());
        canvas_->update();
    });
    connect(canvas_, &OrderCanvas::opened, this, [this](QPointF at) {
        if (const auto bin = isEmpty() ? std::nullopt : WorkLayout(found_, canvas_->size(), theme()).binAt(at.x()))
            list(*bin);
    });
    connect(canvas_, &OrderCanvas::walked, this, [this](int columns, int) {
        if (isEmpty())
            return;
        const int64_t to = bin_ ? static_cast<int64_t>(*bin_) + columns : 0;
        bin_ = static_cast<uint32_t>(std::clamp<int64_t>(to, 0, static_cast<int64_t>(found_.bins.count) - 1));
        canvas_->update();
    });
    connect(canvas_, &OrderCanvas::activated, this, [this] {
        if (bin_)
            list(*bin_);
    });
    connect(&context(), &ViewContext::timeZoneChanged, this, &WorkInProgressView::showNotes);
    refresh();
}

void WorkInProgressView::count() {
    struct Found {
        WorkInProgress work;
        std::vector<bool> only;
    };
    workOnOrders<Found>([](const JourneyState&, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop) { return Found{aisle::workInProgress(log, only, 100, stop), only}; },
                        [this](Found found) {
                            only_ = std::move(found.only);
                            show(std::move(found.work));
                        });
}

void WorkInProgressView::clear() { show({}); }

void WorkInProgressView::show(WorkInProgress found) {
    found_ = std::move(found);
    bin_.reset();
    showNotes();
}

void WorkInProgressView::showNotes() {
    QStringList words;
    if (!isEmpty())
        for (const std::string& note : workNotes(found_, context().timeZone()))
            words << toQString(note);
    notes_->setText(words.join(QLatin1Char(' ')));
    notes_->setVisible(!words.isEmpty());
    canvas_->redraw();
}

QString WorkInProgressView::describe(QPointF at) const {
    if (isEmpty())
        return {};
    const auto bin = WorkLayout(found_, canvas_->size(), theme()).binAt(at.x());
    if (!bin)
        return {};
    const WorkInProgress::Bin& all = found_.all.bins[*bin];
    QString words = rangeWords(found_.bins.startOf(*bin), found_.bins.startOf(*bin + 1), context().timeZone());
    words += tr("\n%1 came, %2 ended, %3 in progress at its end").arg(toQString(formatCount(all.arrivals)), toQString(formatCount(all.completions)), toQString(formatCount(all.inProgress)));
    if (all.stuck > 0)
        words += tr(", %1 of them stuck").arg(toQString(formatCount(all.stuck)));
    for (const WorkInProgress::Line& line : found_.stages)
        if (line.bins[*bin].inProgress > 0)
            words += QStringLiteral("\n%1  %2").arg(toQString(line.stage), toQString(formatCount(line.bins[*bin].inProgress)));
    return words;
}

/// Those that had begun before its end and were not done before its start.
void WorkInProgressView::list(uint32_t bin) {
    if (!shownLog())
        return;
    const FulfilmentLog& log = *shownLog();
    const int64_t from = found_.bins.startOf(bin), to = found_.bins.startOf(bin + 1);
    std::vector<CaseNumber> orders;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (!only_[c] || !log.hasVisits(c))
            continue;
        int64_t start = log.visits[log.first[c]].start, end = start;
        for (uint32_t v = log.first[c]; v < log.first[c + 1]; ++v) {
            start = std::min(start, log.visits[v].start);
            end = std::max(end, log.visits[v].end);
        }
        if (start < to && (!isOver(log.state[c]) || end > from))
            orders.push_back(c);
    }
    listOrders(std::move(orders), "in progress " + rangeWords(from, to, context().timeZone()).toStdString());
}

QString WorkInProgressView::statusText() const { return isEmpty() ? QString() : tr("%1 came, %2 ended").arg(toQString(counted(found_.all.arrived, "order", "orders")), toQString(formatCount(found_.all.completed))); }
std::unique_ptr<Tabular> WorkInProgressView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(found_, context().timeZone().utc)); }
QSize WorkInProgressView::pictureSize(int) const { return isEmpty() ? QSize() : QSize(960, 480); }
void WorkInProgressView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    paintWorkInProgress(painter, size, found_, context().timeZone(), theme(), &context().exporter().redactor());
}
void WorkInProgressView::takeFocus() { canvas_->setFocus(); }

} // namespace aisle
