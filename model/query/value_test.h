#pragma once
// One comparison of a field with a literal, for values as they were recorded.
//
// What the literal is decides how a value is read, because formats lose types (in Zipkin and CSV every value is a text):
// - text: the value as it is written, whatever its type; = and != to the letter, =~ and !~ over all of it, < and > by bytes
// - number, duration: numbers, and texts that are one, or a duration such as "100ms"; other values do not match
// - true, false: booleans, and texts that say so
// Of an array, each element is a value. A field may have several values (old and new names of one attribute, a repeated key,
// the elements of an array): a comparison holds when it does for one of them, != and !~ when there is a value and none is equal.

#include "query/traceql.h"
#include "store/span_sink.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace re2 {
class RE2;
}

namespace aisle::traceql {

struct Convention;

class ValueTest {
public:
    /// `op` is a comparison, `literal` not nil. A regular expression is RE2's and is known to be right (check()). Throws nothing.
    ValueTest(Op op, const Literal& literal, const Convention* convention = nullptr);
    ~ValueTest();
    ValueTest(const ValueTest&) = delete;
    ValueTest& operator=(const ValueTest&) = delete;

    /// != and !~: what is tested is the opposite, and what has no value does not match.
    bool isNegative() const { return negative_; }
    /// Is this one of the values that are looked for?
    bool operator()(ValueType type, std::string_view value) const;
    bool text(std::string_view value) const;
    bool integer(int64_t value) const;
    bool number(double value) const;

    /// The whole numbers that match, from and to; to is less than from when none does.
    std::pair<int64_t, int64_t> range() const;

    /// The text that equals; null when it is not about that.
    const std::string* equalText() const;

private:
    bool array(std::string_view json) const;
    template <typename T>
    bool ordered(const T& a, const T& b) const;

    Op op_;
    bool negative_ = false;
    Literal literal_;
    const Convention* convention_;
    std::string presentText_; ///< of a literal that is a value with a former name
    bool isRenamed_ = false;
    std::unique_ptr<re2::RE2> regex_;
};

/// A text that is a number, all of it.
bool numberOf(std::string_view text, double& number);

/// What is wrong with a regular expression; empty when nothing is.
std::string regexProblem(std::string_view pattern);

} // namespace aisle::traceql
