#pragma once
// Names of operations as somebody without them in his head reads them.

#include <string>
#include <string_view>

namespace aisle {

/// "GET /api/shipping/quote/{id}" is "shipping quote", "shop.payment.PaymentService/ChargeCard" is "charge card", "process pick-lists" is
/// "process pick lists". Without the words that only those who built the shop know (api, service, http, ...), numbers and values of paths.
/// Empty: nothing is left. At most 60 bytes; untrusted text, as the name was.
std::string plainOperation(std::string_view name);
/// Of a path the first part that is no jargon, "/orders" of "/api/v2/orders/anna", where it is made of small letters, - and _ alone; else empty.
std::string_view firstSegment(std::string_view path);

/// What a program noted of a failure, where it is a short sentence that anybody can read: "Your cart is empty." is "Your cart is empty". Empty
/// where it is not: it has figures, marks or names as programs have them, words that only those know who built the shop, fewer than three words or
/// more than 100 bytes. Untrusted text, as it was.
std::string plainMessage(std::string_view text);

/// Each of its words is one of message_words (resources/presets/story.json), and only its first begins with a capital letter, as a name does: "Your
/// cart is empty", not "Anna has moved away" nor "The customer Small is not known". Nothing else is sure to name nobody.
bool isWithoutNames(std::string_view message);

/// The title of a mail: what it is called by in a program is put in words, "order-confirmed" is "order confirmed"; a text stays as it is.
std::string plainTitle(std::string_view text);

} // namespace aisle
