#pragma once
// A time after which something is late, in whole seconds, written as in TraceQL: 90s, 15m, 2h, and read as people write it as well: 1 h 30 min. None is 0, and nothing
// written. What is no time is said so, and what was there before comes back.

#include <QSpinBox>

#include <cstdint>
#include <optional>

namespace aisle {

class TargetBox : public QSpinBox {
public:
    explicit TargetBox(QWidget* parent);
    int64_t target() const; ///< ns
    void setTarget(int64_t ns);

protected:
    QString textFromValue(int seconds) const override;
    int valueFromText(const QString& text) const override;
    void fixup(QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;

private:
    std::optional<int> secondsOf(const QString& text) const;
};

} // namespace aisle
