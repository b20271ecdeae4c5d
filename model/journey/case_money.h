#pragma once
// What cases are worth, where spans carry amounts (resources/presets/amounts.json says under which names).

#include "journey/journey_model.h"
#include "query/source.h"
#include "table/row_set.h"

#include <optional>
#include <utility>

namespace aisle {

/// Of some cases that stopped at a stage: what was seen of them, and how much of it is expected to be lost.
///
/// Not everybody who stops would have bought. Had they gone on, they are expected to convert as often as those that did go on from there: of an
/// amount a the loss is a * converted / wentOn. Cases of which no amount is known count with the median of those that converted.
struct CaseMoney {
    struct Sum {
        std::string currency; ///< empty: none is said
        double seen = 0;      ///< of the cases whose amount is known
        uint64_t cases = 0;
        bool operator==(const Sum&) const = default;
    };
    std::vector<Sum> sums; ///< by cases; currencies are never added up
    uint64_t unknown = 0;  ///< cases without an amount: an order that was never placed has none
    double usual = 0;      ///< median amount of those that converted, in the currency that most of them have
    uint64_t usualOf = 0;  ///< how many these are; 0: nothing can be estimated
    std::string usualCurrency;
    uint64_t wentOn = 0, converted = 0; ///< cases that went on from that stage and are over; of them those that converted

    bool isKnown() const { return !sums.empty() || (usualOf > 0 && unknown > 0); }
    double conversion() const { return wentOn == 0 ? 0 : static_cast<double>(converted) / static_cast<double>(wentOn); }
    /// By currency, in the order of `sums`; empty: nothing is known, or nobody who went on converted.
    std::vector<std::pair<std::string, double>> expectedLoss() const;
    /// "about 1,204 EUR expected to be lost"; empty: see expectedLoss(). `share`: of all that.
    std::string toWords(double share = 1) const;
    /// The loss with all that is assumed, in sentences about `casePlural`; empty: nothing is known.
    std::string explained(const std::string& casePlural) const;
    bool operator==(const CaseMoney&) const = default;
};
std::string currencyOf(std::string_view recorded);                      ///< as it is shown: untrusted, at most 16 bytes of one line
std::string exactMoney(double amount, const std::string& currency);  ///< the same of what was charged, to the last decimal of its currency and, where it has more, to three: "12,345.67 EUR"
std::string formatMoney(double amount, const std::string& currency); ///< "45.50 EUR", "1,204 EUR"; with the decimals of its currency (ISO 4217): "120 JPY", "4.500 KWD"
bool isAmount(const std::string& attribute); ///< the presets say so

class CaseAmounts {
public:
    CaseAmounts() = default;
    /// Of these cases: of the first name in the presets that a case has, the largest number of its spans; the currency is the first that
    /// is said of the case. Throws StoreError and Stopped.
    CaseAmounts(const traceql::Source& source, const JourneyState& state, const std::vector<CaseNumber>& cases, const StopToken& stop);

    struct Amount {
        double value = 0; ///< 0: not known
        uint32_t currency = 0;
    };
    Amount of(CaseNumber c) const { return c < amounts_.size() ? amounts_[c] : Amount{}; }
    /// Without wentOn and converted, which are the stage's.
    CaseMoney of(const std::vector<CaseNumber>& stopped) const;

private:
    std::vector<Amount> amounts_; ///< by case
    std::vector<std::string> currencies_{std::string()};
    double usual_ = 0;
    uint64_t usualOf_ = 0;
    uint32_t usualCurrency_ = 0;
};

} // namespace aisle
