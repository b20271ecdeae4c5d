#include "journey/case_money.h"

#include "analysis/quantile.h"
#include "query/numbered_field.h"
#include "query/row_values.h"
#include "resource/resource.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace aisle {

namespace {

/// Of these names those that something in the file has, in their order.
std::vector<traceql::Field> fieldsNamed(const std::vector<std::string>& names, const traceql::Source& source) {
    std::vector<traceql::Field> out;
    for (const std::string& name : names)
        if (source.attributes && source.attributes->keyOf(name) != AttributeDictionary::kNone)
            out.push_back({traceql::Scope::Any, false, name});
    return out;
}

/// "4.00 EUR and 3.00 USD"
std::string listed(const std::vector<std::pair<std::string, double>>& amounts) {
    constexpr size_t kMost = 4; // what calls itself a currency may be anything
    std::string out;
    for (size_t i = 0; i < amounts.size() && i < kMost; ++i)
        out += (i == 0 ? "" : " and ") + formatMoney(amounts[i].second, amounts[i].first);
    if (amounts.size() > kMost)
        out += " and amounts in " + counted(amounts.size() - kMost, "other currency", "other currencies");
    return out;
}

} // namespace

std::string currencyOf(std::string_view recorded) { return std::string(beginning(printable(recorded), 16)); }

bool isAmount(const std::string& attribute) {
    static const std::vector<std::string> names = nlohmann::json::parse(readResource(":/presets/amounts.json")).at("amounts");
    return std::find(names.begin(), names.end(), attribute) != names.end();
}

CaseAmounts::CaseAmounts(const traceql::Source& source, const JourneyState& state, const std::vector<CaseNumber>& cases, const StopToken& stop) {
    const auto presets = nlohmann::json::parse(readResource(":/presets/amounts.json"));
    const auto amounts = fieldsNamed(presets.at("amounts"), source), currencies = fieldsNamed(presets.at("currencies"), source);
    if (amounts.empty())
        return;
    const SpanTable& table = *source.table;
    RowSet rows(table);
    for (const CaseNumber c : cases) {
        stop.check();
        for (const TraceIndex t : state.cases().cases()[c].traces)
            for (const Row row : table.rowsOf(t))
                if (!table.isHidden(row))
                    rows.set(row);
    }
    amounts_.resize(state.cases().cases().size());
    std::vector<bool> isKnown(amounts_.size());
    for (const traceql::Field& field : amounts) {
        const traceql::FieldValues values(source, field, rows, stop);
        std::vector<CaseNumber> found;
        rows.forEach([&](Row row) {
            const traceql::Value value = values(row);
            const CaseNumber c = state.cases().caseOf(table.trace(row));
            if (!value.isNumber || !std::isfinite(value.number) || value.number <= 0 || isKnown[c])
                return;
            if (amounts_[c].value == 0)
                found.push_back(c);
            amounts_[c].value = std::max(amounts_[c].value, value.number);
        });
        for (const CaseNumber c : found)
            isKnown[c] = true;
    }
    std::unordered_map<std::string, uint32_t> numberOf{{std::string(), 0}}; // of currencies
    for (const traceql::Field& field : currencies) {
        stop.check();
        const traceql::NumberedField values = traceql::numberedField(source, field, rows, stop);
        std::vector<uint32_t> numbers(values.count, 0);
        rows.forEach([&](Row row) {
            const uint32_t number = values.number(row);
            const CaseNumber c = state.cases().caseOf(table.trace(row));
            if (number == 0 || amounts_[c].value == 0 || amounts_[c].currency != 0)
                return;
            if (numbers[number] == 0) {
                const traceql::Value value = values.value(number);
                if (value.type == traceql::Value::Type::Nil) // one of very many: no currency
                    return;
                const std::string text = currencyOf(value.toText());
                const auto [at, isNew] = numberOf.try_emplace(text, static_cast<uint32_t>(currencies_.size()));
                numbers[number] = at->second;
                if (isNew)
                    currencies_.push_back(text);
            }
            amounts_[c].currency = numbers[number];
        });
    }
    std::vector<std::vector<double>> converted(currencies_.size());
    for (const CaseNumber c : cases)
        if (state.everything.progress[c].isConverted && amounts_[c].value > 0)
            converted[amounts_[c].currency].push_back(amounts_[c].value);
    const auto most = std::max_element(converted.begin(), converted.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    usualCurrency_ = static_cast<uint32_t>(most - converted.begin());
    usualOf_ = most->size();
    usual_ = quantile(*most, 0.5);
}

CaseMoney CaseAmounts::of(const std::vector<CaseNumber>& stopped) const {
    CaseMoney out;
    std::vector<CaseMoney::Sum> sums(currencies_.size());
    for (const CaseNumber c : stopped) {
        const Amount amount = of(c);
        if (amount.value == 0) {
            ++out.unknown;
            continue;
        }
        sums[amount.currency].seen += amount.value;
        ++sums[amount.currency].cases;
    }
    for (uint32_t n = 0; n < sums.size(); ++n)
        if (sums[n].cases > 0) {
            sums[n].currency = currencies_[n];
            out.sums.push_back(sums[n]);
        }
    std::stable_sort(out.sums.begin(), out.sums.end(), [](const CaseMoney::Sum& a, const CaseMoney::Sum& b) { return a.cases > b.cases; });
    out.usual = usual_;
    out.usualOf = usualOf_;
    out.usualCurrency = currencies_[usualCurrency_];
    return out;
}

namespace {

/// Decimals of an amount: ISO 4217 (list one, 2024), "minor unit"; of what is no code there two, as of most that are.
int decimalsOf(std::string_view currency) {
    static constexpr std::array<std::string_view, 16> none = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
    static constexpr std::array<std::string_view, 7> three = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    const auto isOneOf = [&](const auto& codes) {
        return std::any_of(codes.begin(), codes.end(), [&](std::string_view code) { return std::equal(code.begin(), code.end(), currency.begin(), currency.end(), [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b); }); });
    };
    return isOneOf(none) ? 0 : isOneOf(three) ? 3 : 2;
}

std::string withDecimals(double amount, int decimals, const std::string& currency) {
    constexpr double kMost = 1e15; // beyond are the mistakes of strangers
    std::string text;
    if (!(std::abs(amount) <= kMost)) {
        text = formatCount(static_cast<uint64_t>(kMost)) + "+";
    } else {
        const auto minor = static_cast<uint64_t>(std::llround(std::pow(10.0, decimals)));
        const auto rounded = static_cast<uint64_t>(std::llround(std::abs(amount) * static_cast<double>(minor)));
        text = (amount < 0 ? "-" : "") + formatCount(rounded / minor);
        if (decimals > 0)
            text += "." + std::to_string(minor + rounded % minor).substr(1); // with its zeros
    }
    return currency.empty() ? text : text + " " + currency;
}

} // namespace

std::string formatMoney(double amount, const std::string& currency) { return withDecimals(amount, std::abs(amount) < 1000 ? decimalsOf(currency) : 0, currency); }

std::string exactMoney(double amount, const std::string& currency) {
    constexpr int kMost = 3;
    constexpr double kNearly = 1e-6; // sums of floating-point numbers
    int decimals = decimalsOf(currency);
    const auto isWhole = [&] {
        const double minor = std::abs(amount) * std::pow(10.0, decimals);
        return std::abs(minor - std::round(minor)) <= kNearly * std::max(1.0, minor * 1e-6);
    };
    while (decimals < kMost && !isWhole())
        ++decimals;
    return withDecimals(amount, decimals, currency);
}

std::vector<std::pair<std::string, double>> CaseMoney::expectedLoss() const {
    std::vector<std::pair<std::string, double>> out;
    if (converted == 0)
        return out;
    for (const Sum& sum : sums)
        out.emplace_back(sum.currency, sum.seen * conversion());
    if (usualOf > 0 && unknown > 0) {
        auto at = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == usualCurrency; });
        if (at == out.end())
            at = out.emplace(out.end(), usualCurrency, 0.0);
        at->second += static_cast<double>(unknown) * usual * conversion();
    }
    return out;
}

std::string CaseMoney::toWords(double share) const {
    std::vector<std::pair<std::string, double>> losses = expectedLoss();
    for (auto& [currency, loss] : losses)
        loss *= share;
    return losses.empty() ? std::string() : "about " + listed(losses) + " expected to be lost";
}

std::string CaseMoney::explained(const std::string& casePlural) const {
    if (!isKnown())
        return {};
    const auto ofCases = [&](uint64_t cases) { return formatCount(cases) + " of these " + casePlural; };
    std::vector<std::pair<std::string, double>> seen;
    uint64_t known = 0;
    for (const Sum& sum : sums) {
        seen.emplace_back(sum.currency, sum.seen);
        known += sum.cases;
    }
    std::string amounts = seen.empty() ? "No amount was seen of them before they stopped" : "Before they stopped " + listed(seen) + (unknown == 0 ? " was seen of them" : " was seen of " + ofCases(known));
    if (converted == 0)
        return amounts + ". Nobody who went on from here has converted, so that nothing says how much of it would have been bought.";
    if (unknown > 0 && usualOf > 0)
        amounts += std::string(seen.empty() ? "; each counts" : unknown == 1 ? "; the other one counts" : "; the other " + formatCount(unknown) + " count") + " with the median of those that converted, " + formatMoney(usual, usualCurrency);
    else if (unknown > 0)
        amounts += "; the others do not count";
    return "Expected loss of all that stopped here: about " + listed(expectedLoss()) + ", had all of them gone on and then converted as often as those that did go on and are over (" + formatCount(converted) + " of " + formatCount(wentOn) +
           "). " + amounts + ".";
}

} // namespace aisle
