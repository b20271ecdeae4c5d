#include "window/table_picture.h"

#include "export/table_document.h"
#include "text/html.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "window/picture.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QTextDocument>

#include <algorithm>
#include <cmath>

namespace aisle {

std::string tablePicture(const std::string& form, const std::string& title, const Tabular& table, const Redactor& redactor) {
    constexpr int kWidth = 1132; // as wide as other pictures
    constexpr int kTallest = 16'000; // pixels; larger pictures are refused by many programs
    constexpr size_t kMostRows = 500;
    QTextDocument document;
    document.setDefaultFont(theme().font);
    document.setDocumentMargin(16);
    document.setDefaultStyleSheet(QStringLiteral("h3, td { color: %1; } th, p { color: %2; } th, td { padding: 3px 12px 3px 0; } th { text-align: left; } p { margin: 6px 0 0 0; }").arg(theme().text.name(), theme().mutedText.name()));
    for (size_t rows = kMostRows; rows > 0;) {
        document.setHtml(toQString("<h3>" + htmlText(title) + "</h3>" + tableHtmlPart(table, redactor, rows)));
        document.setTextWidth(kWidth);
        const double tall = document.size().height();
        if (tall <= kTallest)
            break;
        rows = std::min(rows / 2, static_cast<size_t>(static_cast<double>(std::min(rows, table.rows.size())) * kTallest / tall));
    }
    const QSize size(std::max(kWidth, static_cast<int>(std::ceil(document.size().width()))), static_cast<int>(std::ceil(document.size().height())));
    return pictureAs(form, size, [&](QPainter& painter) {
        painter.fillRect(QRect(QPoint(), size), theme().surface);
        document.drawContents(&painter);
    });
}

} // namespace aisle
