#include "query/value_test.h"

#include "query/semantic_conventions.h"
#include "text/format.h"

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace aisle::traceql {

namespace {

re2::RE2::Options options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true); // "all of it", also of several lines
    options.set_max_mem(16 << 20);
    return options;
}

bool isFalse(std::string_view text) { return text == "false" || text == "False" || text == "FALSE"; }
bool isTrue(std::string_view text) { return text == "true" || text == "True" || text == "TRUE"; }

} // namespace

bool numberOf(std::string_view text, double& number) {
    if (text.empty())
        return false;
    if (text.front() == '+')
        text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(number); // no name is "infinity"
}

std::string regexProblem(std::string_view pattern) {
    const re2::RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), options());
    return regex.ok() ? std::string() : regex.error();
}

ValueTest::ValueTest(Op op, const Literal& literal, const Convention* convention)
    : op_(op == Op::NotEqual ? Op::Equal : op == Op::NotMatches ? Op::Matches : op), negative_(op == Op::NotEqual || op == Op::NotMatches), literal_(literal),
      convention_(convention != nullptr && !convention->values.empty() ? convention : nullptr) {
    if (op_ == Op::Matches)
        regex_ = std::make_unique<re2::RE2>(re2::StringPiece(literal_.text), options());
    if (convention_ != nullptr && op_ == Op::Equal) {
        const std::string text = literal_.type == Literal::Type::Integer ? std::to_string(literal_.integer) : literal_.text;
        presentText_ = convention_->present(text);
        isRenamed_ = !presentText_.empty();
    }
}

ValueTest::~ValueTest() = default;

template <typename T>
bool ValueTest::ordered(const T& a, const T& b) const {
    switch (op_) {
    case Op::Equal: return a == b;
    case Op::Less: return a < b;
    case Op::LessOrEqual: return a <= b;
    case Op::Greater: return a > b;
    case Op::GreaterOrEqual: return a >= b;
    default: return false;
    }
}

bool ValueTest::text(std::string_view value) const {
    if (op_ == Op::Matches)
        return regex_->ok() && re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *regex_);
    return ordered(value, std::string_view(literal_.text));
}

bool ValueTest::integer(int64_t value) const {
    if (literal_.type == Literal::Type::Integer || literal_.type == Literal::Type::Duration)
        return ordered(value, literal_.integer);
    return literal_.type == Literal::Type::Number && ordered(static_cast<double>(value), literal_.number);
}

bool ValueTest::number(double value) const {
    switch (literal_.type) {
    case Literal::Type::Integer:
    case Literal::Type::Duration: return ordered(value, static_cast<double>(literal_.integer));
    case Literal::Type::Number: return ordered(value, literal_.number);
    default: return false;
    }
}

bool ValueTest::operator()(ValueType type, std::string_view value) const {
    if (type == ValueType::Array && array(value))
        return true;
    if (isRenamed_ && convention_->present(value) == presentText_)
        return true;
    switch (literal_.type) {
    case Literal::Type::Text: {
        if (text(value))
            return true;
        return op_ == Op::Matches && convention_ != nullptr && text(convention_->present(value));
    }
    case Literal::Type::Bool: return (type == ValueType::Bool || type == ValueType::String) && (literal_.integer != 0 ? isTrue(value) : isFalse(value));
    case Literal::Type::Integer:
    case Literal::Type::Number:
    case Literal::Type::Duration: {
        if (type != ValueType::Int && type != ValueType::Double && type != ValueType::String)
            return false;
        int64_t whole = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), whole);
        if (error == std::errc() && end == value.data() + value.size())
            return integer(whole);
        double real = 0;
        if (numberOf(value, real))
            return number(real);
        return type == ValueType::String && literal_.type == Literal::Type::Duration && parseDurationLiteral(value, whole) && integer(whole);
    }
    default: return false;
    }
}

bool ValueTest::array(std::string_view json) const {
    const auto elements = nlohmann::json::parse(json, nullptr, false);
    if (!elements.is_array())
        return false;
    for (const auto& element : elements) {
        switch (element.type()) {
        case nlohmann::json::value_t::string:
            if ((*this)(ValueType::String, element.get_ref<const std::string&>()))
                return true;
            break;
        case nlohmann::json::value_t::boolean:
            if ((*this)(ValueType::Bool, element.get<bool>() ? "true" : "false"))
                return true;
            break;
        case nlohmann::json::value_t::number_integer:
        case nlohmann::json::value_t::number_unsigned:
            if ((*this)(ValueType::Int, element.dump()))
                return true;
            break;
        case nlohmann::json::value_t::number_float:
            if ((*this)(ValueType::Double, element.dump()))
                return true;
            break;
        default: break; // what is nested further is not looked into
        }
    }
    return false;
}

std::pair<int64_t, int64_t> ValueTest::range() const {
    constexpr int64_t least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
    const std::pair<int64_t, int64_t> none{most, least};
    int64_t low = literal_.integer, high = literal_.integer; // the last number at or below, the first at or above
    if (literal_.type == Literal::Type::Number) {
        if (std::isnan(literal_.number))
            return none;
        const double floor = std::floor(literal_.number), ceiling = std::ceil(literal_.number);
        if (floor >= 9.2233720368547758e18)
            return op_ == Op::Less || op_ == Op::LessOrEqual ? std::pair(least, most) : none;
        if (ceiling < -9.2233720368547758e18)
            return op_ == Op::Greater || op_ == Op::GreaterOrEqual ? std::pair(least, most) : none;
        low = static_cast<int64_t>(floor);
        high = static_cast<int64_t>(ceiling);
    } else if (literal_.type != Literal::Type::Integer && literal_.type != Literal::Type::Duration) {
        return none;
    }
    switch (op_) {
    case Op::Equal: return low == high ? std::pair(low, low) : none;
    case Op::Less: return high == least ? none : std::pair(least, high - 1);
    case Op::LessOrEqual: return {least, low};
    case Op::Greater: return low == most ? none : std::pair(low + 1, most);
    case Op::GreaterOrEqual: return {high, most};
    default: return none;
    }
}

const std::string* ValueTest::equalText() const {
    return op_ == Op::Equal && literal_.type == Literal::Type::Text && convention_ == nullptr ? &literal_.text : nullptr;
}

} // namespace aisle::traceql
