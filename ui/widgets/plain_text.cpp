#include "widgets/plain_text.h"

#include <QLabel>

namespace aisle {

namespace {

bool turnsDirection(QChar c) {
    const char16_t u = c.unicode();
    return u == 0x061c || u == 0x200e || u == 0x200f || (u >= 0x202a && u <= 0x202e) ||
           (u >= 0x2066 && u <= 0x2069);
}

} // namespace

QString toQString(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString plainToolTip(const QString& text) {
    constexpr qsizetype kLimit = 2000;
    if (text.isEmpty())
        return {}; // no tip, not an empty one
    const QString shown = text.size() > kLimit ? QString(text.left(kLimit) + QChar(0x2026)) : text;
    // A tag at the start takes the guess away from Qt; everything of the text is escaped.
    return QStringLiteral("<div style=\"white-space:pre-wrap\">") + shown.toHtmlEscaped() +
           QStringLiteral("</div>");
}

QString singleLine(const QString& text) {
    constexpr qsizetype kLimit = 500;
    QString out = text.left(kLimit);
    if (text.size() > kLimit) {
        if (out.back().isHighSurrogate())
            out.chop(1);
        out += QChar(0x2026);
    }
    for (QChar& c : out)
        if (c.category() == QChar::Other_Control || c == QChar::LineSeparator ||
            c == QChar::ParagraphSeparator || turnsDirection(c))
            c = QLatin1Char(' ');
    return out;
}

QString menuText(const QString& text) {
    constexpr qsizetype kMost = 60, kEnd = kMost / 2;
    QString out = text;
    if (text.size() > kMost) {
        QString first = text.left(kMost - kEnd - 1), last = text.right(kEnd);
        if (first.back().isHighSurrogate())
            first.chop(1);
        if (last.front().isLowSurrogate())
            last.remove(0, 1);
        out = first + QChar(0x2026) + last;
    }
    return singleLine(out).replace(QLatin1Char('&'), QLatin1String("&&"));
}

QLabel* plainLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setText(text);
    return label;
}

} // namespace aisle
