#include "overview/fact_row.h"

#include "theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace aisle {

namespace {
QFont valueFont() {
    QFont font = theme().titleFont;
    font.setPointSizeF(theme().font.pointSizeF() * 1.6);
    return font;
}
constexpr int kFactWidth = 148;
} // namespace

void FactRow::setFacts(std::vector<Fact> facts) {
    facts_ = std::move(facts);
    QStringList words;
    for (const Fact& fact : facts_)
        words.append(fact.value + QLatin1Char(' ') + fact.words);
    setAccessibleName(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

int FactRow::columns() const {
    const int count = static_cast<int>(facts_.size()), most = std::clamp(width() / kFactWidth, 1, std::max(1, count));
    const int lines = std::max(1, (count + most - 1) / most);
    return std::max(1, (count + lines - 1) / lines); // lines of the same length, instead of a few left over
}

QSize FactRow::sizeHint() const {
    const int line = QFontMetrics(valueFont()).height() + QFontMetrics(theme().font).height() + measure::kGap;
    const int lines = facts_.empty() ? 1 : (static_cast<int>(facts_.size()) + columns() - 1) / columns();
    return {kFactWidth, lines * line};
}

void FactRow::resizeEvent(QResizeEvent*) { updateGeometry(); }

void FactRow::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const QFont big = valueFont();
    const int valueHeight = QFontMetrics(big).height(), wordHeight = QFontMetrics(theme().font).height();
    const int columnCount = columns(), columnWidth = width() / columnCount;
    for (size_t i = 0; i < facts_.size(); ++i) {
        const int x = static_cast<int>(i) % columnCount * columnWidth;
        const int y = static_cast<int>(i) / columnCount * (valueHeight + wordHeight + measure::kGap);
        p.setFont(big);
        p.setPen(facts_[i].isBad ? theme().error : theme().text);
        p.drawText(QRect(x, y, columnWidth - 8, valueHeight), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                   QFontMetrics(big).elidedText(facts_[i].value, Qt::ElideRight, columnWidth - 8));
        p.setFont(theme().font);
        p.setPen(theme().mutedText);
        p.drawText(QRect(x, y + valueHeight, columnWidth - 8, wordHeight), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                   QFontMetrics(theme().font).elidedText(facts_[i].words, Qt::ElideRight, columnWidth - 8));
    }
}

} // namespace aisle
