#include "charts/chart_view.h"

#include "charts/field_box.h"
#include "charts/legend.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>

namespace aisle {

namespace {
constexpr double kClick = 3; // px
constexpr int kLeastPicture = 300;
}

QString countedItems(uint64_t count, ItemsOf items) {
    return toQString(items == ItemsOf::Traces ? counted(count, "trace", "traces") : counted(count, "span", "spans"));
}

ChartView::ChartView(ViewContext& shared, Own own, QWidget* parent)
    : View(shared, parent), own_(std::move(own)), scope_(shared, own_.traces, this), bar_(new QHBoxLayout), across_(new QHBoxLayout), area_(new QWidget(this)), words_(new ElidedLabel(this)), empty_(new EmptyState(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    bar_->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar_->setSpacing(measure::kPadding);
    traces_ = addToggle(tr("Traces"), tr("Each trace, by its start and its length"));
    spans_ = addToggle(tr("Spans"), tr("Each span that matches"));
    traces_->setChecked(true);
    words_->setForegroundRole(QPalette::PlaceholderText);
    bar_->addWidget(words_, 1);
    area_->setAttribute(Qt::WA_TransparentForMouseEvents);
    across_->setContentsMargins(0, 0, 0, 0);
    across_->setSpacing(0);
    across_->addWidget(area_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar_);
    box->addLayout(across_, 1);
    connect(traces_, &QToolButton::clicked, this, [this] { setItems(ItemsOf::Traces); });
    connect(spans_, &QToolButton::clicked, this, [this] { setItems(ItemsOf::Spans); });
    connect(&scope_, &ScopeWithout::changed, this, [this] { count(); });
    connect(&context(), &ViewContext::scopeResultChanged, this, &ChartView::follow);
    connect(&context(), &ViewContext::timeZoneChanged, this, &ChartView::contentChanged);
    connect(&selection(), &SelectionModel::scopeChanged, this, qOverload<>(&QWidget::update));
    connect(empty_, &EmptyState::buttonClicked, this, [this] { Q_EMIT context().openRequested(); });
}

QToolButton* ChartView::addToggle(const QString& text, const QString& help) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(help);
    button->setCheckable(true);
    button->setObjectName(QStringLiteral("toggle"));
    const int words = bar_->indexOf(words_);
    bar_->insertWidget(words < 0 ? bar_->count() : words, button);
    return button;
}

FieldBox* ChartView::addFieldBox(const QString& help) {
    fields_ = new FieldBox(context(), this);
    fields_->setToolTip(help);
    bar_->insertWidget(bar_->indexOf(words_), fields_);
    connect(fields_, &FieldBox::fieldChanged, this, &ChartView::refresh);
    return fields_;
}

Legend* ChartView::addLegend() {
    legend_ = new Legend(context(), this);
    across_->addWidget(legend_);
    return legend_;
}

void ChartView::setItems(ItemsOf items) {
    traces_->setChecked(items == ItemsOf::Traces);
    spans_->setChecked(items == ItemsOf::Spans);
    if (items_ == items)
        return;
    items_ = items;
    scope_.setKinds(ownTerms());
    refresh();
}

QJsonObject ChartView::settings() const {
    QJsonObject out{{QStringLiteral("of"), items_ == ItemsOf::Traces ? QStringLiteral("traces") : QStringLiteral("spans")}};
    if (fields_ != nullptr)
        out[QStringLiteral("by")] = toQString(fields_->field());
    return out;
}

void ChartView::applySettings(const QJsonObject& settings) {
    if (const QString of = settings[QStringLiteral("of")].toString(); of == QLatin1String("traces") || of == QLatin1String("spans"))
        setItems(of == QLatin1String("traces") ? ItemsOf::Traces : ItemsOf::Spans);
    if (const QJsonValue by = settings[QStringLiteral("by")]; fields_ != nullptr && by.isString())
        if (const std::string field = by.toString().toStdString(); field.empty() || fieldOf(field))
            fields_->setField(field);
}

QRectF ChartView::body() const { return area_->geometry(); }

void ChartView::refresh() {
    whenSeen([this] {
        if (!scope_.follow())
            count();
    });
}

/// What is brushed in the chart itself changes its words and not what it counts.
void ChartView::follow() {
    if (!isVisible())
        return refresh();
    scope_.follow();
    showWords();
}

void ChartView::setContentOf(SpanTablePtr table, std::shared_ptr<const ScopeResult> scope) {
    contentOf_ = std::move(table);
    problem_.clear();
    setShownScope(std::move(scope));
}

void ChartView::setProblem(const QString& problem) {
    problem_ = problem;
    contentOf_.reset();
    showWords();
    contentChanged();
}

void ChartView::showWords() {
    words_->setText(isEmpty() ? QString() : words());
    updateEmptyState();
    Q_EMIT statusTextChanged();
}

void ChartView::updateEmptyState() {
    if (!isEmpty())
        return empty_->hideState();
    if (!problem_.isEmpty())
        return empty_->show(tr("This could not be worked out"), problem_);
    const auto [title, text] = emptyWords();
    empty_->show(title, text, context().table()->isEmpty() ? tr("Open a file") : QString());
}

QString ChartView::statusText() const { return words_->text(); }

/// With the legend, which says what the colours are.
QSize ChartView::pictureSize(int) const {
    if (isEmpty())
        return {};
    const bool hasLegend = legend_ != nullptr && legend_->items().size() > 1;
    return {std::max(kLeastPicture, static_cast<int>(body().width())) + (hasLegend ? legend_->sizeHint().width() : 0), static_cast<int>(body().height())};
}

void ChartView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    const bool hasLegend = legend_ != nullptr && legend_->items().size() > 1;
    const int chart = size.width() - (hasLegend ? legend_->sizeHint().width() : 0);
    paint(painter, QSize(chart, size.height()));
    paintBrush(painter, QSize(chart, size.height()));
    if (hasLegend)
        legend_->paintAll(painter, QRect(chart, 4, size.width() - chart, size.height()));
}

void ChartView::openItem(TraceIndex trace, Row row) {
    const SpanTable& table = *context().table();
    if (contentOf_ != context().table() || trace >= table.traceSlots())
        return; // what was clicked is of a table that is no more
    if (items_ == ItemsOf::Traces || row == kNoRow)
        selection().setFocus(Focus::onTrace(table.traceId(trace)));
    else
        selection().setFocus(Focus::onSpan(table, row));
}

QString ChartView::countWords(uint64_t counted, uint64_t errors, uint64_t without, std::optional<uint64_t> brushedErrors) const {
    const ScopeResult& selected = *context().scopeResult();
    const bool isBrushed = !(scope_.result()->scope == selected.scope);
    QString text = countedItems(!isBrushed ? counted : items_ == ItemsOf::Traces ? selected.traceCount : selected.spanCount, items_);
    if (const uint64_t with = isBrushed ? brushedErrors.value_or(0) : errors; with > 0)
        text += tr(", %1 with errors").arg(toQString(formatCount(with)));
    if (without > 0)
        text += tr("; %1 without a start or an end are left out").arg(toQString(formatCount(without)));
    return text;
}

/// The terms of the brush take the place of those that are there; the rest of the scope stays.
void ChartView::setOwnTerms(std::vector<ScopeTerm> terms, bool live) {
    Scope to = selection().scope().without(ownTerms());
    for (ScopeTerm& term : terms)
        to = to.with(std::move(term));
    if (live)
        selection().setScopeLive(to);
    else
        selection().setScope(to);
}

/// Of traces and of spans: who sees no brush should find none in the scope.
void ChartView::clearOwnTerms() { selection().setScope(selection().scope().without(own_.traces).without(own_.spans)); }

void ChartView::paintOutside(QPainter& p, const QRectF& plot, const QRectF& brush) {
    QColor outside = theme().surface;
    outside.setAlphaF(0.55F);
    p.fillRect(QRectF(plot.left(), plot.top(), plot.width(), brush.top() - plot.top()), outside);
    p.fillRect(QRectF(plot.left(), brush.bottom(), plot.width(), plot.bottom() - brush.bottom()), outside);
    p.fillRect(QRectF(plot.left(), brush.top(), brush.left() - plot.left(), brush.height()), outside);
    p.fillRect(QRectF(brush.right(), brush.top(), plot.right() - brush.right(), brush.height()), outside);
    frameRect(p, brush, theme().accent);
}

void ChartView::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().surface);
    if (isEmpty())
        return;
    const QSize pixels = (body().size() * devicePixelRatioF()).toSize();
    if (pixels.isEmpty())
        return;
    if (picture_.size() != pixels || picture_.devicePixelRatio() != devicePixelRatioF()) {
        picture_ = QPixmap(pixels);
        picture_.setDevicePixelRatio(devicePixelRatioF());
        picture_.fill(theme().surface);
        QPainter content(&picture_);
        paint(content, body().size());
    }
    p.save();
    p.translate(body().topLeft());
    p.drawPixmap(QPointF(), picture_);
    paintBrush(p, body().size());
    p.restore();
    if (hasFocus())
        frameRect(p, body().adjusted(0, 0, -1, -1), theme().accent);
}

void ChartView::contentChanged() {
    picture_ = {};
    update();
}

void ChartView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    layout()->activate(); // of which the size of the chart is
    refresh();
}

void ChartView::changeEvent(QEvent* event) {
    View::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        recolour();
        contentChanged();
    }
    if (event->type() == QEvent::FontChange)
        contentChanged();
}

void ChartView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || isEmpty() || !plot().contains(event->position()))
        return View::mousePressEvent(event);
    press_ = event->position();
    dragged_ = false;
    setFocus(Qt::MouseFocusReason);
}

void ChartView::mouseMoveEvent(QMouseEvent* event) {
    if (isEmpty())
        return;
    const QPointF at = event->position();
    if (!press_) {
        setCursor(plot().contains(at) ? Qt::CrossCursor : Qt::ArrowCursor);
        const QString text = plot().contains(at) ? describe(at) : QString();
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(event->globalPosition().toPoint(), plainToolTip(text), this);
        return;
    }
    if (!dragged_ && (at - *press_).manhattanLength() < kClick)
        return;
    dragged_ = true;
    setOwnTerms(between(*press_, at), true);
}

void ChartView::mouseReleaseEvent(QMouseEvent* event) {
    if (!press_)
        return View::mouseReleaseEvent(event);
    const QPointF at = *std::exchange(press_, std::nullopt);
    if (dragged_) {
        selection().setScope(selection().scope()); // the next one is a step of history of its own
        return;
    }
    // A click beside the brush takes it away, one into it or into a chart without looks at what is there.
    const auto own = brush();
    if (own && !own->contains(at))
        clearOwnTerms();
    else
        openExemplar(at);
}

void ChartView::mouseDoubleClickEvent(QMouseEvent*) {
    if (brush())
        clearOwnTerms();
}

void ChartView::leaveEvent(QEvent*) { unsetCursor(); }

void ChartView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && brush())
        return clearOwnTerms();
    View::keyPressEvent(event);
}

bool ChartView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && !isEmpty() && brush()) {
        event->accept();
        return true;
    }
    return View::event(event);
}

} // namespace aisle
