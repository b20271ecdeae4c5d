#include "waterfall/waterfall_notices.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace aisle {

namespace {
constexpr int kLine = 30;

/// "+3.1 ms to +4.2 ms"
QString signedRange(int64_t low, int64_t high) {
    const auto words = [](int64_t ns) { return QString((ns > 0 ? QStringLiteral("+") : QString()) + toQString(formatDuration(ns))); };
    return words(low) == words(high) ? words(low) : QObject::tr("%1 to %2").arg(words(low), words(high));
}

/// A few pairs of hosts in a tool tip.
QString pairWords(const std::vector<WaterfallNotices::HostPair>& pairs, size_t count, bool withShift) {
    QStringList lines;
    for (const auto& pair : pairs)
        lines << (withShift ? QObject::tr("%1, called by %2: %3, by %4").arg(pair.callee, pair.caller, signedRange(pair.low, pair.high), toQString(counted(pair.calls, "call", "calls")))
                            : QObject::tr("%1, called by %2").arg(pair.callee, pair.caller));
    if (count > pairs.size())
        lines << QObject::tr("and %1 more").arg(toQString(formatCount(count - pairs.size())));
    return lines.join(QLatin1Char('\n'));
}
} // namespace

WaterfallNotices::WaterfallNotices(QWidget* parent) : QFrame(parent), share_(new QSlider(Qt::Horizontal, this)), shareTimer_(new QTimer(this)) {
    setObjectName(QStringLiteral("notices"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Button);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    traces_ = addLine({});
    left_ = addLine(tr("Show everything"));
    clocks_ = addLine(tr("Show within callers"));
    left_.button->setObjectName(QStringLiteral("showEverything"));
    clocks_.button->setObjectName(QStringLiteral("adjustClocks"));
    share_->setRange(0, 100);
    share_->setFixedWidth(120);
    share_->setAccessibleName(tr("Where in the possible range clocks are taken to be"));
    share_->setToolTip(plainToolTip(tr("Where in the possible range the clocks are taken to be. Left: requests arrive at once and responses take all the time that is left; "
                                       "right: the other way round; middle: both take equally long.")));
    static_cast<QHBoxLayout*>(clocks_.row->layout())->insertWidget(1, share_);
    // Each value is another trace to lay out: asked for when the slider rests.
    shareTimer_->setSingleShot(true);
    shareTimer_->setInterval(80);
    connect(share_, &QSlider::valueChanged, shareTimer_, qOverload<>(&QTimer::start));
    connect(shareTimer_, &QTimer::timeout, this, [this] { Q_EMIT clocksRequested(true, share_->value() / 100.0); });
    connect(left_.button, &QToolButton::clicked, this, &WaterfallNotices::showAllRequested);
    connect(clocks_.button, &QToolButton::clicked, this, [this] {
        shareTimer_->stop();
        Q_EMIT clocksRequested(!isAdjusted_, share_->value() / 100.0);
    });
    setContent({});
}

WaterfallNotices::Line WaterfallNotices::addLine(const QString& button) {
    Line line{new QWidget(this), nullptr, nullptr};
    auto* box = new QHBoxLayout(line.row);
    box->setContentsMargins(measure::kPadding, 2, measure::kPadding, 2);
    box->setSpacing(measure::kPadding);
    line.words = plainLabel({}, line.row);
    line.words->setMinimumWidth(1); // cut in a narrow window, with all of it in the tool tip
    line.button = new QToolButton(line.row);
    line.button->setText(button);
    line.button->setVisible(!button.isEmpty());
    box->addWidget(line.words, 1);
    box->addWidget(line.button);
    line.row->setFixedHeight(kLine);
    layout()->addWidget(line.row);
    return line;
}

int WaterfallNotices::shownHeight() const {
    int lines = 0;
    for (const Line& line : {left_, clocks_, traces_})
        lines += !line.row->isHidden();
    return lines * kLine;
}

void WaterfallNotices::setContent(const Content& content) {
    traces_.row->setVisible(content.tracesLeftOut > 0);
    traces_.words->setText(tr("The earliest traces only: %1 more are not shown here.").arg(toQString(formatCount(content.tracesLeftOut))));

    left_.row->setVisible(content.hiddenSpans > 0);
    QString words = toQString(counted(content.hiddenSpans, "span has", "spans have")) + tr(" no row");
    if (content.hiddenErrors > 0)
        words += toQString(", " + counted(content.hiddenErrors, "of them with an error", "of them with errors"));
    QStringList why;
    if (!content.hiddenServices.isEmpty())
        why << (content.hiddenServices.size() == 1 ? tr("service %1 is hidden").arg(content.hiddenServices.first())
                                                   : tr("%1 services are hidden").arg(content.hiddenServices.size()));
    if (content.onlyMatches)
        why << tr("only matches are shown");
    if (content.onlyPath)
        why << tr("only the critical path is shown");
    left_.words->setText(words + QStringLiteral(": ") + why.join(tr(" and ")));
    left_.words->setToolTip(content.hiddenServices.isEmpty() ? QString() : plainToolTip(content.hiddenServices.join(QLatin1Char('\n'))));

    const bool isShifted = !content.differing.empty() || (content.isAdjusted && content.spans > 0);
    clocks_.row->setVisible(isShifted || !content.drifting.empty());
    isAdjusted_ = content.isAdjusted;
    if (!isAdjusted_)
        shareTimer_->stop(); // it was about what is not shown any more
    clocks_.button->setVisible(isShifted);
    clocks_.button->setText(content.isAdjusted ? tr("As recorded") : tr("Show within callers"));
    share_->setVisible(content.isAdjusted);
    {
        const QSignalBlocker quiet(share_);
        if (!shareTimer_->isActive())
            share_->setValue(qRound(content.share * 100));
    }
    if (content.isAdjusted)
        words = tr("Shown with other clocks: %1 shifted. Recorded times are unchanged.").arg(toQString(counted(content.spans, "span is", "spans are")));
    else if (!content.differing.empty())
        words = content.differingCount == 1
                    ? tr("The clock of %1 differs from that of %2 by %3: %4 outside callers.")
                          .arg(content.differing[0].callee, content.differing[0].caller, signedRange(-content.differing[0].high, -content.differing[0].low),
                               toQString(counted(content.calls, "call lies", "calls lie")))
                    : tr("The clocks of %1 pairs of hosts differ: %2 outside callers.").arg(toQString(formatCount(content.differingCount))).arg(toQString(counted(content.calls, "call lies", "calls lie")));
    else
        words = tr("The clocks of %1 went apart: no one shift puts all calls within their callers.").arg(toQString(counted(content.driftingCount, "pair of hosts", "pairs of hosts")));
    if (!content.drifting.empty() && isShifted)
        words += tr(" %1 cannot be put right by one shift.").arg(toQString(counted(content.driftingCount, "pair", "pairs")));
    clocks_.words->setText(words);
    QString tip = content.differing.empty() ? QString() : tr("What has to be added to the times of a host so that its calls lie within their callers:\n") + pairWords(content.differing, content.differingCount, true);
    if (!content.drifting.empty())
        tip += (tip.isEmpty() ? QString() : QStringLiteral("\n")) + tr("No one shift fits:\n") + pairWords(content.drifting, content.driftingCount, false);
    clocks_.words->setToolTip(plainToolTip(tip));
    setVisible(shownHeight() > 0);
}

} // namespace aisle
