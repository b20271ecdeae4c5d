#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "demo/latency.h"

namespace aisle::demo {

struct Product {
    std::string_view id;
    std::string_view name;
    int64_t cents;
};

struct Agent {
    std::string_view text; // user_agent.original
    bool bot;
};

// A query or cache command a service sends: the attributes of its span, and its median time.
struct Statement {
    std::string_view system;  // db.system.name
    std::string_view summary; // also the span's name
    std::string_view operation;
    std::string_view collection; // empty for the cache
    std::string_view database;   // db.namespace
    std::string_view text;
    std::string_view server;
    Nanos median;
};

// An exception, its stack trace escaped for JSON.
struct Fault {
    std::string_view type;
    std::string_view message;
    std::string_view stack;
};

std::span<const Product> products();
std::span<const std::string_view> searchTerms();
std::span<const Agent> browsers();
std::span<const Agent> crawlers();

// A made-up address, always the same for the same number: masking needs something to mask.
std::string mailAddress(uint32_t person);

namespace statements {
extern const Statement kProductCacheGet, kListCacheGet, kCartGet, kCartSet, kCartDelete, kRatesGet;
extern const Statement kListProducts, kProductById, kSearchIndexed, kSearchLike, kRecommendations;
extern const Statement kStockSelect, kStockUpdate, kReservationInsert;
extern const Statement kQuoteInsert, kOrderInsert, kOrderSelect, kOrderUpdate, kPaymentInsert;
extern const Statement kPickUpdate, kParcelInsert, kParcelUpdate, kMailInsert;
} // namespace statements

namespace faults {
extern const Fault kDiscountNull, kStaleOrder, kPoolExhausted, kReserveLock, kCacheTimeout;
extern const Fault kCardDeclined, kGatewayTimeout, kCatalogDeadline, kCarrierUnavailable, kMailbox;
extern const Fault kDeadLetter;
} // namespace faults

} // namespace aisle::demo
