#pragma once
// The page of an order as a document: text, Markdown for a ticket, HTML that needs nothing else, JSON. PDF: ui/orders/order_pdf.h.
//
// Values are text, whatever they look like: in Markdown marks stand behind a backslash where they would be some (text/markdown.h), HTML is
// escaped, runs no script, loads nothing and says so (Content-Security-Policy).

#include "story/order_page.h"

#include <string>

namespace aisle {

enum class OrderForm : uint8_t { Text, Markdown, Html, Json };

/// `withDetail`: the technical detail below each sentence; HTML has it folded without, JSON always. Pure; any thread.
std::string orderDocument(const OrderPage& page, OrderForm form, bool withDetail, TimeZone zone = {});

} // namespace aisle
