#pragma once
// The page of an order as PDF: one page A4.

#include "story/order_page.h"

#include <string>

namespace aisle {

/// Type becomes smaller until all fits, down to 6 pt; what does not fit then is left out, and how much is said. `withDetail`: with the technical
/// detail. Needs a QGuiApplication; the UI thread.
std::string orderPdf(const OrderPage& page, bool withDetail, TimeZone zone = {});

} // namespace aisle
