#include "journey_editor/target_box.h"

#include "text/duration_text.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QToolTip>

#include <algorithm>

namespace aisle {

namespace {
constexpr int64_t kSecond = 1'000'000'000;
constexpr int kLongest = 366 * 24 * 3600; // as journeyFromJson() reads
} // namespace

TargetBox::TargetBox(QWidget* parent) : QSpinBox(parent) {
    setRange(0, kLongest);
    setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    setSpecialValueText(tr("no target"));
}

int64_t TargetBox::target() const { return value() * kSecond; }

void TargetBox::setTarget(int64_t ns) { setValue(static_cast<int>(std::clamp<int64_t>(ns / kSecond, 0, kLongest))); }

std::optional<int> TargetBox::secondsOf(const QString& text) const {
    if (text.trimmed().isEmpty() || text == specialValueText())
        return 0;
    int64_t ns = 0;
    if (!parseDurationText(text.trimmed().toStdString(), ns) || ns < 0 || ns % kSecond != 0 || ns / kSecond > kLongest)
        return std::nullopt;
    return static_cast<int>(ns / kSecond);
}

QString TargetBox::textFromValue(int seconds) const { return toQString(formatDurationLiteral(seconds * kSecond)); }

int TargetBox::valueFromText(const QString& text) const { return secondsOf(text).value_or(value()); }

void TargetBox::fixup(QString& text) const {
    QToolTip::showText(mapToGlobal(rect().bottomLeft()), plainToolTip(tr("\u201c%1\u201d is no time in whole seconds: write 90s, 15m, 2h or 1 h 30 min, or nothing for no target").arg(text.trimmed().left(40))), const_cast<TargetBox*>(this));
    QSpinBox::fixup(text);
}

QValidator::State TargetBox::validate(QString& text, int&) const { return secondsOf(text) ? QValidator::Acceptable : QValidator::Intermediate; }

} // namespace aisle
