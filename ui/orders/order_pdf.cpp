#include "orders/order_pdf.h"

#include "widgets/plain_text.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QTextCursor>
#include <QTextDocument>

namespace aisle {

namespace {

/// The first `lines` sentences; all text goes in as plain text.
void fill(QTextDocument& document, const OrderPage& page, size_t lines, bool withDetail, TimeZone zone, double points) {
    document.clear();
    QFont font = document.defaultFont();
    font.setPointSizeF(points);
    document.setDefaultFont(font);
    QTextCursor cursor(&document);
    QTextCharFormat plain, strong, muted, title;
    plain.setForeground(Qt::black);
    strong.setForeground(Qt::black);
    strong.setFontWeight(QFont::Bold);
    title = strong;
    title.setFontPointSize(points * 1.5);
    muted.setForeground(QColor(0x44, 0x44, 0x44));
    const auto say = [&](const std::string& text, const QTextCharFormat& format) { cursor.insertText(toQString(text), format); };
    say(page.title, title);
    cursor.insertBlock();
    say(page.headline, plain);
    cursor.insertBlock();
    for (const auto& figure : page.figures) {
        cursor.insertBlock();
        say(figure.label + ": ", muted);
        say(figure.value, plain);
    }
    cursor.insertBlock();
    for (size_t i = 0; i < lines; ++i) {
        const auto& line = page.lines[i];
        cursor.insertBlock();
        if (!line.clock.empty())
            say(line.clock + "  ", muted);
        say(line.label + "  ", strong);
        say(line.text, plain);
        if (!withDetail)
            continue;
        for (const auto& detail : line.details) {
            cursor.insertBlock();
            say("    " + detailText(detail, zone), muted);
        }
        if (line.moreDetails > 0) {
            cursor.insertBlock();
            say("    " + formatCount(line.moreDetails) + " more", muted);
        }
    }
    if (lines < page.lines.size()) {
        cursor.insertBlock();
        say(formatCount(page.lines.size() - lines) + " more that do not fit on a page", muted);
    }
    cursor.insertBlock();
    for (const std::string& note : page.notes) {
        cursor.insertBlock();
        say(note, muted);
    }
}

} // namespace

std::string orderPdf(const OrderPage& page, bool withDetail, TimeZone zone) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setCreator(QStringLiteral("Aisle"));
    writer.setTitle(toQString(page.title));
    writer.setPageSize(QPageSize(QPageSize::A4));
    constexpr double kMargin = 14, kLargest = 10, kSmallest = 6;
    writer.setPageMargins(QMarginsF(kMargin, kMargin, kMargin, kMargin), QPageLayout::Millimeter);
    QTextDocument document;
    document.documentLayout()->setPaintDevice(&writer);
    document.setDocumentMargin(0);
    const QRect room = writer.pageLayout().paintRectPixels(writer.resolution());
    const auto fits = [&](size_t lines, double points) {
        fill(document, page, lines, withDetail, zone, points);
        document.setTextWidth(room.width());
        return document.size().height() <= room.height();
    };
    double points = kLargest;
    while (!fits(page.lines.size(), points) && points > kSmallest)
        points -= 0.5;
    if (!fits(page.lines.size(), points)) {
        size_t most = 0, tooMany = page.lines.size(); // how many fit
        while (most + 1 < tooMany) {
            const size_t middle = most + (tooMany - most) / 2;
            (fits(middle, points) ? most : tooMany) = middle;
        }
        (void)fits(most, points);
    }
    QPainter painter(&writer);
    document.drawContents(&painter);
    painter.end();
    return bytes.toStdString();
}

} // namespace aisle
