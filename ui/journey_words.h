#pragma once
// How pages that serve both speak of them: cases of a journey, or orders and their flow.

#include "view_context.h"

namespace aisle {

struct JourneyWords {
    QString one = QStringLiteral("case"), several = QStringLiteral("cases"), journey = QStringLiteral("journey");

    static JourneyWords of(const ViewContext& context) {
        return context.isOfOrders() ? JourneyWords{QStringLiteral("order"), QStringLiteral("orders"), QStringLiteral("flow")} : JourneyWords();
    }
    /// "1 case", "1,204 orders".
    QString counted(uint64_t n) const { return QString::fromStdString(aisle::counted(n, one.toStdString(), several.toStdString())); }
};

/// As a heading: "Orders".
inline QString capitalised(const QString& word) { return word.left(1).toUpper() + word.mid(1); }

} // namespace aisle
