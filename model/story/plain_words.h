#pragma once
// Names of operations as somebody without them in his head reads them.

#include <string>
#include <string_view>

namespace aisle {

/// "GET /api/shipping/quote/{id}" is "shipping quote", "shop.payment.PaymentService/ChargeCard" is "charge card", "process pick-lists" is
/// "process pick lists". Without the words that only those who built the shop know (api, service, http, ...), numbers and values of paths.
/// Empty: nothing is left. At most 60 bytes; untrusted text, as the name was.
std::string plainOperation(std::string_view name);

} // namespace aisle
