#pragma once
// The page of an order as PDF: one page A4.

#include "story/order_page.h"

#include <string>

namespace aisle {

/// Type becomes smaller until all fits, down to 6 pt; what does not fit then is left out, and how much is said. `withDetail`: with the technical
/// detail.
/// Threads: the UI thread or a QThread (also of a pool); a plain std::thread has no event dispatcher, which layouts of documents start timers
/// with. Document, writer and painter are made, used and destroyed in the call: QTextDocument and QTextCursor are reentrant, and any number of
/// threads may paint, each on a device of its own that is no widget (Qt 6, "Thread-Support in Qt Modules"; QPdfWriter paints with the engine
/// of QPrinter, which is named there). Fonts need a QGuiApplication.
std::string orderPdf(const OrderPage& page, bool withDetail, TimeZone zone = {});

} // namespace aisle
