#include "graph/graph_replay.h"

#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSlider>
#include <QStyleOptionSlider>
#include <QToolButton>

#include <algorithm>

namespace aisle {

namespace {
constexpr int kFrame = 100; ///< ms, of a moment while it plays
}

/// Calls of each moment, failed ones in red, above the slider.
class GraphReplay::Traffic : public QWidget {
public:
    Traffic(const GraphReplay& owner, QWidget* parent) : QWidget(parent), owner_(owner) { setFixedHeight(22); }

protected:
    void paintEvent(QPaintEvent*) override {
        if (!owner_.timeline_)
            return;
        QPainter painter(this);
        const uint32_t buckets = owner_.timeline_->buckets();
        uint64_t most = 1;
        for (uint32_t b = 0; b < buckets; ++b)
            most = std::max(most, owner_.timeline_->total(b).calls);
        const QRect groove = grooveOf(*owner_.slider_);
        const auto x = [&](uint32_t bucket) { return groove.left() + static_cast<int>(static_cast<int64_t>(groove.width()) * bucket / std::max(1U, buckets)); };
        for (uint32_t b = 0; b < buckets; ++b) {
            const auto [calls, errors] = owner_.timeline_->total(b);
            if (calls == 0)
                continue;
            const int wide = std::max(1, x(b + 1) - x(b));
            const int high = std::max(1, static_cast<int>(static_cast<double>(height() - 2) * static_cast<double>(calls) / static_cast<double>(most)));
            painter.fillRect(x(b), height() - high, wide, high, theme().neutralBar);
            if (errors > 0) {
                const int red = std::max(2, static_cast<int>(static_cast<double>(height() - 2) * static_cast<double>(errors) / static_cast<double>(most)));
                painter.fillRect(x(b), height() - red, wide, red, theme().error);
            }
        }
        const auto now = static_cast<uint32_t>(owner_.slider_->value());
        const auto width = owner_.window_->currentData().toUInt();
        painter.setPen(theme().accent);
        painter.drawRect(QRect(x(now), 0, std::max(2, x(std::min(buckets, now + width)) - x(now)), height() - 1));
    }

private:
    static QRect grooveOf(const QSlider& slider) {
        const int margin = slider.style()->pixelMetric(QStyle::PM_SliderLength, nullptr, &slider) / 2;
        return slider.geometry().adjusted(margin, 0, -margin, 0).translated(-slider.x(), 0);
    }
    const GraphReplay& owner_;
};

GraphReplay::GraphReplay(QWidget* parent)
    : QWidget(parent), play_(new QToolButton(this)), slider_(new QSlider(Qt::Horizontal, this)), window_(new QComboBox(this)), words_(plainLabel({}, this)), note_(new ElidedLabel(this)), traffic_(new Traffic(*this, this)) {
    play_->setText(tr("Play"));
    play_->setCheckable(true);
    play_->setObjectName(QStringLiteral("toggle"));
    play_->setToolTip(plainToolTip(tr("Play the calls back (Space)")));
    slider_->setAccessibleName(tr("Moment"));
    slider_->setPageStep(10);
    for (const auto& [width, words] : {std::pair(1U, tr("1 moment at a time")), {5U, tr("5 moments at a time")}, {20U, tr("20 moments at a time")}})
        window_->addItem(words, width);
    window_->setCurrentIndex(1);
    window_->setAccessibleName(tr("Moments at a time"));
    window_->setToolTip(plainToolTip(tr("Where little happens, several moments together show more")));
    words_->setMinimumWidth(QFontMetrics(theme().font).horizontalAdvance(QStringLiteral("2026-03-14 09:00:01 to 2026-03-14 09:12:44 UTC")));
    words_->setAccessibleName(tr("Time of the moment"));

    auto* middle = new QVBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(traffic_);
    middle->addWidget(slider_);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    box->setSpacing(2);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(measure::kPadding);
    bar->addWidget(play_);
    bar->addLayout(middle, 1);
    bar->addWidget(window_);
    bar->addWidget(words_);
    box->addLayout(bar);
    note_->setForegroundRole(QPalette::PlaceholderText);
    note_->hide();
    box->addWidget(note_);

    connect(slider_, &QSlider::valueChanged, this, &GraphReplay::show);
    connect(window_, &QComboBox::currentIndexChanged, this, &GraphReplay::show);
    connect(play_, &QToolButton::toggled, this, &GraphReplay::play);
    connect(&timer_, &QTimer::timeout, this, [this] {
        if (slider_->value() < slider_->maximum())
            slider_->setValue(slider_->value() + 1);
        else
            stop();
    });
}

void GraphReplay::setTimeline(std::shared_ptr<const GraphTimeline> timeline, TimeZone zone) {
    timeline_ = std::move(timeline);
    zone_ = zone;
    note_->setText(timeline_ ? toQString(timeline_->note()) : QString());
    note_->setVisible(!note_->text().isEmpty());
    const QSignalBlocker quiet(slider_);
    slider_->setRange(0, timeline_ ? static_cast<int>(timeline_->buckets()) - 1 : 0);
    show();
}

int GraphReplay::moment() const { return slider_->value(); }
void GraphReplay::setMoment(int bucket) { slider_->setValue(bucket); }
void GraphReplay::togglePlay() { play_->toggle(); }

void GraphReplay::setProblem(const QString& words) {
    stop();
    setTimeline(nullptr, zone_);
    words_->setText(words);
}

void GraphReplay::hideEvent(QHideEvent* event) {
    stop();
    QWidget::hideEvent(event);
}

void GraphReplay::stop() { play_->setChecked(false); }

void GraphReplay::play() {
    play_->setText(play_->isChecked() ? tr("Pause") : tr("Play"));
    if (!play_->isChecked()) {
        timer_.stop();
        return;
    }
    if (slider_->value() == slider_->maximum())
        slider_->setValue(0);
    timer_.start(kFrame);
}

void GraphReplay::show() {
    traffic_->update();
    if (!timeline_) {
        words_->clear();
        return;
    }
    const auto bucket = static_cast<uint32_t>(slider_->value()), width = window_->currentData().toUInt();
    words_->setText(rangeWords(timeline_->start(bucket), timeline_->start(std::min(timeline_->buckets(), bucket + width)), zone_));
    Q_EMIT momentChanged(timeline_->at(bucket, width));
}

} // namespace aisle
