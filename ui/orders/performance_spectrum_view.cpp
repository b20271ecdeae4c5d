#include "orders/performance_spectrum_view.h"

#include "orders/order_canvas.h"
#include "orders/order_mark.h"
#include "orders/performance_spectrum_painter.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aisle {

PerformanceSpectrumView::PerformanceSpectrumView(ViewContext& shared, QWidget* parent)
    : OrdersPage(shared, tr("Performance spectrum"), tr("How orders came from one stage to another: queues, overtaking, batches, blockages. Open a trace file or a workspace to see it."), parent), pairs_(new QComboBox(this)), eventually_(new QCheckBox(tr("Also with others in between"), this)),
      notes_(plainLabel({}, this)), canvas_(new OrderCanvas(tr("Performance spectrum"), this)) {
    pairs_->setAccessibleName(tr("Between which stages"));
    pairs_->setToolTip(tr("Between which stages; those first between which most time passed in all"));
    pairs_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    pairs_->setMaximumWidth(2 * measure::kWidestBox);
    eventually_->setToolTip(tr("From the first visit of the one stage to the first of the other after it, whatever came in between"));
    notes_->setWordWrap(true);
    notes_->setForegroundRole(QPalette::PlaceholderText);
    notes_->setContentsMargins(measure::kPadding, 4, measure::kPadding, measure::kPadding);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(pairs_);
    bar->addWidget(eventually_);
    bar->addStretch(1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(canvas_, 1);
    box->addWidget(notes_);
    setEmptyState(canvas_);
    canvas_->content = [this](QPainter& p, QSizeF size) {
        if (!isEmpty())
            paintPerformanceSpectrum(p, size, found_.spectrum, context().timeZone(), theme());
    };
    canvas_->overlay = [this](QPainter& p, QSizeF size) { paintMarked(p, size); };
    canvas_->describe = [this](QPointF at) { return describe(at); };
    connect(pairs_, &QComboBox::activated, this, [this](int index) {
        const QStringList names = pairs_->itemData(index).toStringList();
        setPair(names.value(0), names.value(1));
    });
    connect(eventually_, &QCheckBox::toggled, this, &PerformanceSpectrumView::refresh);
    connect(canvas_, &OrderCanvas::clicked, this, [this](QPointF at) {
        if (const auto segment = segmentAt(at))
            focusOn(*segment);
    });
    connect(canvas_, &OrderCanvas::opened, this, [this](QPointF at) {
        const auto segment = segmentAt(at);
        if (!segment || shownJourney()->table != context().table())
            return;
        selection().setFocus(Focus::onSpan(*context().table(), found_.spectrum.segments[*segment].toRow));
        Q_EMIT context().traceRequested();
    });
    connect(canvas_, &OrderCanvas::walked, this, [this](int columns, int rows) {
        if (found_.spectrum.segments.empty())
            return;
        const int64_t to = segment_ ? static_cast<int64_t>(*segment_) + columns + rows : 0;
        focusOn(static_cast<size_t>(std::clamp<int64_t>(to, 0, static_cast<int64_t>(found_.spectrum.segments.size()) - 1)));
    });
    connect(canvas_, &OrderCanvas::activated, this, [this] {
        if (segment_)
            listOrders({found_.spectrum.segments[*segment_].order}, "order of one segment");
    });
    connect(canvas_, &OrderCanvas::menuWanted, this, &PerformanceSpectrumView::openMenu);
    connect(&context(), &ViewContext::timeZoneChanged, canvas_, &OrderCanvas::redraw);
    connect(&selection(), &SelectionModel::focusChanged, this, &PerformanceSpectrumView::followFocus);
    refresh();
}

void PerformanceSpectrumView::setPair(const QString& from, const QString& to) {
    wanted_ = {from, to};
    refresh();
}

void PerformanceSpectrumView::count() {
    workOnOrders<Found>(
        [wanted = wanted_, directly = !eventually_->isChecked()](const JourneyState&, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop) {
            Found out{stagePairs(log, only, stop), log.stages, {}};
            const auto stageOf = [&](const QString& name) { return static_cast<uint32_t>(std::find(log.stages.begin(), log.stages.end(), name.toStdString()) - log.stages.begin()); };
            SpectrumAsked asked;
            asked.directly = directly;
            asked.from = stageOf(wanted.first);
            asked.to = stageOf(wanted.second);
            if (asked.from >= log.stages.size() || asked.to >= log.stages.size()) {
                const auto widest = widestPair(out.pairs);
                if (!widest)
                    return out;
                asked.from = widest->from;
                asked.to = widest->to;
            }
            out.spectrum = performanceSpectrum(log, only, asked, stop);
            return out;
        },
        [this](Found found) { show(std::move(found)); });
}

void PerformanceSpectrumView::clear() { show({}); }

void PerformanceSpectrumView::show(Found found) {
    found_ = std::move(found);
    hits_ = SpectrumHits(found_.spectrum);
    segment_.reset();
    pairs_->clear();
    const SpectrumAsked& asked = found_.spectrum.asked;
    bool isOffered = false;
    for (const StagePair& pair : found_.pairs) {
        const QString from = toQString(found_.stages[pair.from]), to = toQString(found_.stages[pair.to]);
        pairs_->addItem(tr("%1 to %2  ·  %3, p50 %4").arg(singleLine(from), singleLine(to), toQString(counted(pair.orders, "order", "orders")), toQString(formatWait(pair.p50))), QStringList{from, to});
        if (pair.from == asked.from && pair.to == asked.to) {
            pairs_->setCurrentIndex(pairs_->count() - 1);
            isOffered = true;
        }
    }
    if (!isEmpty() && !isOffered) { // no order went so directly
        const QString from = toQString(found_.spectrum.from), to = toQString(found_.spectrum.to);
        pairs_->addItem(tr("%1 to %2").arg(singleLine(from), singleLine(to)), QStringList{from, to});
        pairs_->setCurrentIndex(pairs_->count() - 1);
    }
    pairs_->setEnabled(pairs_->count() > 0);
    QStringList words;
    if (!isEmpty())
        for (const std::string& note : spectrumNotes(found_.spectrum))
            words << toQString(note);
    notes_->setText(words.join(QLatin1Char(' ')));
    notes_->setVisible(!words.isEmpty());
    followFocus();
    canvas_->redraw();
}

std::optional<size_t> PerformanceSpectrumView::segmentAt(QPointF at) const {
    if (isEmpty() || !shownJourney())
        return std::nullopt;
    return hits_.at(found_.spectrum, SpectrumLayout(found_.spectrum, canvas_->size(), theme()), at);
}

QString PerformanceSpectrumView::describe(QPointF at) const {
    if (isEmpty())
        return {};
    if (const auto segment = segmentAt(at)) {
        const PerformanceSpectrum::Segment& one = found_.spectrum.segments[*segment];
        QString words = tr("%1: %2\n%3").arg(toQString(shownJourney()->cases().cases()[one.order].value), toQString(formatDuration(one.duration())), rangeWords(one.start, one.end, context().timeZone()));
        if (one.overtook > 0)
            words += tr("\novertook %1").arg(toQString(formatCount(one.overtook)));
        if (one.overtakenBy > 0)
            words += tr("\nwas overtaken by %1").arg(toQString(formatCount(one.overtakenBy)));
        if (one.batch != PerformanceSpectrum::kNone)
            words += tr("\nof a batch of %1").arg(toQString(formatCount(found_.spectrum.batches[one.batch].segments)));
        return words;
    }
    const SpectrumLayout layout(found_.spectrum, canvas_->size(), theme());
    if (!layout.counts.contains(at) || found_.spectrum.counts.empty())
        return {};
    const uint32_t bin = found_.spectrum.bins.at(layout.timeAt(at.x()));
    const PerformanceSpectrum::Bin& counts = found_.spectrum.counts[bin];
    return tr("%1\n%2 in, %3 out, %4 waiting at its end")
        .arg(rangeWords(found_.spectrum.bins.startOf(bin), found_.spectrum.bins.startOf(bin + 1), context().timeZone()), toQString(formatCount(counts.in)), toQString(formatCount(counts.out)), toQString(formatCount(counts.waiting)));
}

void PerformanceSpectrumView::followFocus() {
    marked_ = !isEmpty() && shownJourney() && shownJourney()->table == context().table() ? caseInFocus(*shownJourney(), selection().focus()) : kNoCase;
    const auto& segments = found_.spectrum.segments;
    if (!segment_ || segments[*segment_].order != marked_) { // of several of one order it is the one that was chosen
        const auto first = std::find_if(segments.begin(), segments.end(), [this](const PerformanceSpectrum::Segment& one) { return one.order == marked_; });
        // Without one keys begin anew: what cannot be seen is not where they act.
        segment_ = marked_ != kNoCase && first != segments.end() ? std::optional(static_cast<size_t>(first - segments.begin())) : std::nullopt;
    }
    canvas_->update();
}

void PerformanceSpectrumView::paintMarked(QPainter& p, QSizeF size) const {
    if (isEmpty() || marked_ == kNoCase)
        return;
    const PerformanceSpectrum& spectrum = found_.spectrum;
    const Theme& t = theme();
    const SpectrumLayout layout(spectrum, size, t);
    QString words;
    std::optional<QRectF> at;
    const auto stand = [&](double x, const QString& said) {
        if (words.isEmpty())
            words = said;
        const QRectF top(x, layout.segments.top(), 1, 1);
        at = at ? *at | top : top;
    };
    p.setRenderHint(QPainter::Antialiasing, true);
    for (const bool isEdge : {true, false}) // an edge sets it off from the others
        for (size_t i = 0; i < spectrum.segments.size(); ++i) {
            const PerformanceSpectrum::Segment& one = spectrum.segments[i];
            if (one.order != marked_)
                continue;
            p.setPen(isEdge ? QPen(t.surface, 6) : QPen(t.accent, i == segment_ ? 3 : 2));
            p.drawLine(QPointF(layout.xOf(one.start), layout.segments.top()), QPointF(layout.xOf(one.end), layout.segments.bottom()));
            stand(layout.xOf(one.start), toQString(formatDuration(one.duration())));
        }
    p.setRenderHint(QPainter::Antialiasing, false);
    for (const PerformanceSpectrum::Waiting& one : spectrum.waiting)
        if (one.order == marked_) {
            constexpr double kTick = 14; // longer than those of others
            p.fillRect(QRectF(std::round(layout.xOf(one.start)) - 1, layout.segments.top(), 4, kTick), t.accent);
            stand(layout.xOf(one.start), tr("has not come yet"));
        }
    // Beside the name of the upper stage, which stays readable unless it is a long one.
    const double stageEnds = std::min(QFontMetricsF(t.font).horizontalAdvance(shownStage(spectrum.from, nullptr)) + measure::kPadding, layout.title.width() / 2);
    const QRectF room = layout.title.adjusted(stageEnds, -1, 0, 1);
    const QString name = toQString(shownJourney()->cases().cases()[marked_].value);
    if (at)
        paintOrderName(p, name + QStringLiteral(": ") + words, *at, room, t);
    else
        paintOrderName(p, tr("%1 did not go this way").arg(name), QRectF(layout.title.right(), layout.title.bottom() + 3, 1, 1), room, t);
}

void PerformanceSpectrumView::focusOn(size_t segment) {
    segment_ = segment;
    selection().setFocus(Focus::onCase(shownJourney()->cases().cases()[found_.spectrum.segments[segment].order].value));
    canvas_->update();
}

void PerformanceSpectrumView::openMenu(QPointF at, QPoint global) {
    if (isEmpty() || !shownLog())
        return;
    QMenu menu(this);
    const auto add = [&](const QString& text, const std::string& words, std::vector<CaseNumber> orders) {
        std::sort(orders.begin(), orders.end());
        orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
        if (orders.empty())
            return;
        const QString shown = text.contains(QLatin1String("%1")) ? text.arg(toQString(counted(orders.size(), "order", "orders"))) : text;
        connect(menu.addAction(shown), &QAction::triggered, this, [this, words, orders, journey = shownJourney()] {
            if (journey == shownJourney())
                listOrders(orders, words);
        });
    };
    const std::string between = found_.spectrum.from + " to " + found_.spectrum.to;
    std::vector<CaseNumber> all, slow, waiting;
    for (const PerformanceSpectrum::Segment& one : found_.spectrum.segments) {
        all.push_back(one.order);
        if (one.quartile == 3)
            slow.push_back(one.order);
    }
    for (const PerformanceSpectrum::Waiting& one : found_.spectrum.waiting)
        waiting.push_back(one.order);
    if (const auto segment = segmentAt(at))
        add(tr("List this order"), "order of one segment", {found_.spectrum.segments[*segment].order});
    add(tr("List the %1 of the slowest quarter"), between + ", slowest quarter", std::move(slow));
    add(tr("List the %1 that went this way"), between, std::move(all));
    add(tr("List the %1 not come yet"), between + ", not come yet", std::move(waiting));
    menu.exec(global);
}

QString PerformanceSpectrumView::statusText() const {
    return isEmpty() ? QString() : tr("%1 from %2 to %3").arg(toQString(counted(found_.spectrum.orders, "order", "orders")), singleLine(toQString(found_.spectrum.from)), singleLine(toQString(found_.spectrum.to)));
}
std::unique_ptr<Tabular> PerformanceSpectrumView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(found_.spectrum, *shownJourney(), 0, context().timeZone().utc)); }
QSize PerformanceSpectrumView::pictureSize(int) const { return isEmpty() ? QSize() : QSize(960, 480); }
void PerformanceSpectrumView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    paintPerformanceSpectrum(painter, size, found_.spectrum, context().timeZone(), theme(), &context().exporter().redactor());
}
void PerformanceSpectrumView::takeFocus() { canvas_->setFocus(); }

QJsonObject PerformanceSpectrumView::settings() const { return {{QStringLiteral("from"), wanted_.first}, {QStringLiteral("to"), wanted_.second}, {QStringLiteral("eventually"), eventually_->isChecked()}}; }
void PerformanceSpectrumView::applySettings(const QJsonObject& settings) {
    eventually_->setChecked(settings[QStringLiteral("eventually")].toBool(eventually_->isChecked()));
    const QJsonValue from = settings[QStringLiteral("from")], to = settings[QStringLiteral("to")];
    if (from.isString() && to.isString())
        setPair(from.toString(), to.toString());
}

} // namespace aisle
