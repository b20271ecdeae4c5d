#pragma once
// How pages that serve both speak of them: cases of a journey, or orders and their flow.

#include "view_context.h"

namespace aisle {

struct JourneyWords {
    QString one = QStringLiteral("case"), several = QStringLiteral("cases"), journey = QStringLiteral("journey");
    /// Of those that came to the end: "12 of 20 converted"; as headings of their number and their share.
    QString converted = QStringLiteral("converted"), number = QStringLiteral("Converted"), share = QStringLiteral("Conversion");

    static JourneyWords of(const ViewContext& context) {
        return context.isOfOrders() ? JourneyWords{QStringLiteral("order"), QStringLiteral("orders"), QStringLiteral("flow"), QStringLiteral("are done"), QStringLiteral("Done"), QStringLiteral("Share done")} : JourneyWords();
    }
    /// "1 case", "1,204 orders".
    QString counted(uint64_t n) const { return QString::fromStdString(aisle::counted(n, one.toStdString(), several.toStdString())); }
};

/// As a heading: "Orders".
inline QString capitalised(const QString& word) { return word.left(1).toUpper() + word.mid(1); }

} // namespace aisle
