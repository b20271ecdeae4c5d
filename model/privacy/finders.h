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
/// The name that stands before an address in angle brackets, which begins there: "Lee, Ann" <, Ann Lee <, =?utf-8?B?...?= < (RFC 5322, RFC 2047).
/// In a sentence that is as many words as are written as names are; in a header, and where the text begins with it, all of it.
void findDisplayName(std::string_view text, size_t address, uint32_t rule, const Found& found);
/// 12 to 19 digits that begin as cards do and pass the check of Luhn (ISO/IEC 7812), also in groups as cards have them between which stands the same, or
/// spaces and dashes, and as floating-point numbers are printed, 4.111111111111111E15; 12 and 13 of them behind a word that says what they are. Not the
/// digits of hex ids, UUIDs, lists with commas and decimal fractions.
void findCards(std::string_view text, uint32_t rule, const Found& found);
/// The whole of a number, as a trace records it: 14 to 16 digits.
bool isCardNumber(std::string_view digits);
/// Of a card in parts, as the digits in which they are typed: 13 to 19 digits.
bool isCardInParts(std::string_view digits);
/// The digits of a floating-point number that is whole and has 12 to 19 of them: of 4.111111111111111e15 and 4111111111111111.0; empty: it is none.
std::string digitsOfDouble(std::string_view number);
/// International ones (ITU-T E.164), (0xx) and North American ones that are written with separators.
void findPhones(std::string_view text, uint32_t rule, const Found& found);
/// Where a phone number ends that begins at `begin` and ends at `end` at the latest: a code, a time or a count behind a space is none of it, +49 171 2345678 503.
/// `fewest`: digits that it has at least; `begin`: it ends nowhere, by `canEnd`.
size_t endOfPhone(std::string_view text, size_t begin, size_t end, size_t fewest, const std::function<bool(size_t end)>& canEnd);
/// National ones that begin with a zero, behind a word that says what they are: Tel. 0171-2345678.
void findPhonesByName(std::string_view text, uint32_t rule, const Found& found);
/// Who is named in a sentence, behind what somebody is, by several words with capitals: customer Ann Lee, User "Ann Lee".
void findPeople(std::string_view text, uint32_t rule, const Found& found);
/// Whose a folder is: /Users/ann/, and in traces of calls /home/ann/, which on pages may be a category. Not those of programs.
void findHomes(std::string_view text, uint32_t rule, const Found& found);
/// Three or four digits directly behind what they are called: cvv 737, security code is 737; of those for one time, up to eight.
void findSecurityCodes(std::string_view text, uint32_t rule, const Found& found);
/// What the magnetic stripe of a card holds (ISO/IEC 7813): %B4111111111111111^LEE/ANN^29121010000? and ;4111111111111111=29121010000?.
void findTracks(std::string_view text, uint32_t rule, const Found& found);
/// What stands behind /reset/, /verify/, /invite/ and the like in a path and is 32 hex digits or as mixed as tokens are.
void findTokensOfPaths(std::string_view text, uint32_t rule, const Found& found);
/// IPv4 and IPv6; no versions of programs. `leavesPrivate`: not those that are of no use outside of a network.
void findAddresses(std::string_view text, uint32_t rule, bool leavesPrivate, const Found& found);
/// IBAN: length of its country (SWIFT registry), modulo 97 (ISO 13616).
void findAccounts(std::string_view text, uint32_t rule, const Found& found);
/// JSON Web Tokens, what follows Bearer or Basic, private keys, and tokens that say what they are.
void findTokens(std::string_view text, uint32_t rule, const re2::RE2* prefixes, const Found& found);

} // namespace aisle
