#pragma once
// What cases are worth, where spans carry amounts (resources/presets/amounts.json says under which names).

#include "journey/journey_model.h"
#include "query/source.h"
#include "table/row_set.h"

#include <optional>

namespace aisle {

/// Of some cases that stopped.
struct CaseMoney {
    struct Sum {
        std::string currency; ///< empty: none is said
        double lost = 0;      ///< of the cases whose amount is known
        uint64_t cases = 0;
        bool operator==(const Sum&) const = default;
    };
    std::vector<Sum> sums; ///< by cases; currencies are never added up
    uint64_t unknown = 0;  ///< cases without an amount: an order that was never placed has none
    double usual = 0;      ///< median amount of those that converted, in the currency that most of them have
    uint64_t usualOf = 0;  ///< how many these are; 0: nothing can be estimated
    std::string usualCurrency;

    double atRisk() const { return static_cast<double>(unknown) * usual; } ///< an estimate
    bool isKnown() const { return !sums.empty() || (usualOf > 0 && unknown > 0); }
    /// "1,204.50 EUR lost, about 5,600 EUR more at risk"; empty: nothing is known. `share`: of all that.
    std::string toWords(double share = 1) const;
    bool operator==(const CaseMoney&) const = default;
};
std::string formatMoney(double amount, const std::string& currency);

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
    CaseMoney of(const std::vector<CaseNumber>& stopped) const;

private:
    std::vector<Amount> amounts_; ///< by case
    std::vector<std::string> currencies_{std::string()};
    double usual_ = 0;
    uint64_t usualOf_ = 0;
    uint32_t usualCurrency_ = 0;
};

} // namespace aisle
