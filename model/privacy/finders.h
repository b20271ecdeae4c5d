#pragma once
// What in a text is personal by its looks: e-mail addresses, card numbers, phone numbers, IP addresses, bank accounts, tokens. Texts are
// given as FoldedText has them. Each is linear in the text and finds no more than there is. Any thread.

#include "privacy/masking_rules.h"

#include <functional>
#include <string_view>

namespace aisle {

/// A part of the text, and by which rule it is to be masked.
using Found = std::function<void(size_t begin, size_t end, uint32_t rule)>;

/// Addresses with a domain of names, also as "jane (at) example dot com" and, where a text is of a mail, as those are written,
/// "jane=40example.com".
void findEmails(std::string_view text, uint32_t rule, const Found& found);
/// 12 to 19 digits that begin as cards do and pass the check of Luhn (ISO/IEC 7812), also in groups between which stands the same, or
/// spaces and dashes. Not the digits of hex ids, UUIDs and decimal fractions.
void findCards(std::string_view text, uint32_t rule, const Found& found);
/// The whole of a number, as a trace records it: 13 to 16 digits.
bool isCardNumber(std::string_view digits);
/// International ones (ITU-T E.164), (0xx) and North American ones that are written with separators.
void findPhones(std::string_view text, uint32_t rule, const Found& found);
/// IPv4 and IPv6; no versions of programs. `leavesPrivate`: not those that are of no use outside of a network.
void findAddresses(std::string_view text, uint32_t rule, bool leavesPrivate, const Found& found);
/// IBAN: length of its country (SWIFT registry), modulo 97 (ISO 13616).
void findAccounts(std::string_view text, uint32_t rule, const Found& found);
/// JSON Web Tokens, what follows Bearer or Basic, private keys, and tokens that say what they are.
void findTokens(std::string_view text, uint32_t rule, const re2::RE2* prefixes, const Found& found);

} // namespace aisle
