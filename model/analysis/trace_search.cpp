#include "analysis/trace_search.h"

#include "text/format.h"

#include <QString>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aisle {

namespace {

using Op = SearchTerm::Op;
using On = SearchTerm::On;

QString toText(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

std::optional<double> numberOf(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

template <typename T>
bool compares(Op op, const T& a, const T& b) {
    switch (op) {
    case Op::Equal: return a == b;
    case Op::NotEqual: return !(a == b);
    case Op::Less: return a < b;
    case Op::LessOrEqual: return a <= b;
    case Op::Greater: return a > b;
    case Op::GreaterOrEqual: return a >= b;
    default: return false;
    }
}

bool isOrder(Op op) { return op != Op::Contains && op != Op::Equal && op != Op::NotEqual; }

/// A term with what is compared made ready once.
class Matcher {
public:
    explicit Matcher(const SearchTerm& term) : term_(term), text_(toText(term.text)), number_(numberOf(term.text)) {}

    /// Only numbers are compared as numbers for being equal: version 1.10 is not 1.1.
    bool matches(std::string_view candidate, ValueType type = ValueType::String) const {
        if (term_.op == Op::Contains)
            return toText(candidate).contains(text_, Qt::CaseInsensitive);
        if (isOrder(term_.op)) {
            const auto value = numberOf(candidate);
            return value && number_ && compares(term_.op, *value, *number_);
        }
        bool isEqual = toText(candidate).compare(text_, Qt::CaseInsensitive) == 0;
        if (!isEqual && number_ && (type == ValueType::Double || (type == ValueType::Int && std::abs(*number_) < 1e15))) {
            const auto value = numberOf(candidate); // 5 is 5.0; larger integers are no exact doubles
            isEqual = value && *value == *number_;
        }
        return isEqual == (term_.op == Op::Equal);
    }
    bool matchesPair(const TraceAttributes::Pair& pair) const {
        return term_.on == On::Anything ? matches(pair.value) : term_.on == On::Attribute && pair.key == term_.key && matches(pair.value, pair.type);
    }
    bool mayBeAttribute() const { return term_.on == On::Anything || term_.on == On::Attribute; }
    const SearchTerm& term() const { return term_; }

private:
    const SearchTerm& term_;
    QString text_;
    std::optional<double> number_;
};

/// All terms against all spans of a trace; what is the same for many spans is compared once.
class Search {
public:
    Search(const SpanTable& table, const Waterfall& tree, const TraceQuery& query, const TraceAttributes* attributes)
        : table_(table), tree_(tree), attributes_(attributes) {
        for (const SearchTerm& term : query.terms()) {
            matchers_.emplace_back(term);
            id_.push_back(term.on == On::Anything && term.text.size() == 16 ? spanIdFromHex(term.text) : std::nullopt);
        }
        for (auto* known : {&names_, &services_, &kinds_, &statuses_})
            known->resize(matchers_.size());
        pairs_.resize(matchers_.size());
    }

    TraceMatches run(const StopToken& stop) {
        TraceMatches out;
        for (size_t place = 0; place < tree_.byRow.size(); ++place) {
            if ((place & 0xffff) == 0)
                stop.check();
            bool isMatch = true, isPending = false;
            for (size_t t = 0; isMatch && t < matchers_.size(); ++t) {
                if (matchesPlain(t, place) || matchesPairs(t, place))
                    continue;
                isMatch = matchers_[t].mayBeAttribute() && (attributes_ == nullptr || (place < attributes_->places() && attributes_->hasOthers(place)));
                isPending = true;
            }
            if (isMatch && isPending)
                out.pending.push_back(place);
            else if (isMatch)
                out.found.push_back(tree_.byRow[place]);
        }
        for (const MissingParent& missing : tree_.missing)
            if (matchers_.size() == 1 && id_[0] && *id_[0] == missing.id)
                out.found.push_back(missing.node);
        std::sort(out.found.begin(), out.found.end());
        return out;
    }

    std::vector<NodeIndex> runOn(std::span<const size_t> places, TraceAttributes::Reader& reader, const StopToken& stop) {
        std::vector<NodeIndex> out;
        for (size_t i = 0; i < places.size(); ++i) {
            if ((i & 0xff) == 0)
                stop.check();
            const auto& said = reader.of(places[i]);
            const bool isMatch = std::all_of(matchers_.begin(), matchers_.end(), [&](const Matcher& matcher) {
                const auto t = static_cast<size_t>(&matcher - matchers_.data());
                return matchesPlain(t, places[i]) || matchesPairs(t, places[i]) ||
                       std::any_of(said.begin(), said.end(), [&](const TraceAttributes::Pair& pair) { return matcher.matchesPair(pair); });
            });
            if (isMatch)
                out.push_back(tree_.byRow[places[i]]);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

private:
    /// Each distinct text is compared once: 0 not yet, 1 no, 2 yes.
    template <typename Compare>
    static bool once(std::vector<uint8_t>& known, uint32_t id, size_t count, Compare&& compare) {
        if (known.empty())
            known.resize(count);
        if (known[id] == 0)
            known[id] = compare() ? 2 : 1;
        return known[id] == 2;
    }

    bool hasDuration(Row row) const { return (table_.flags(row) & (kUnfinished | kNegative)) == 0; }

    bool matchesPlain(size_t t, size_t place) {
        const Matcher& matcher = matchers_[t];
        const SearchTerm& term = matcher.term();
        const Row row = tree_.nodes[tree_.byRow[place]].row;
        const auto name = [&] { return once(names_[t], table_.name(row), table_.stringCount(), [&] { return matcher.matches(table_.nameText(row)); }); };
        const auto service = [&] { return once(services_[t], table_.service(row), table_.services().size(), [&] { return matcher.matches(table_.serviceText(row)); }); };
        switch (term.on) {
        case On::Anything: return (id_[t] && table_.id(row) == *id_[t]) || name() || service();
        case On::Name: return name();
        case On::Service: return service();
        case On::Kind: return once(kinds_[t], static_cast<uint32_t>(table_.kind(row)), 256, [&] { return matcher.matches(kindName(table_.kind(row))); });
        case On::Status: { // error by rule, as everywhere
            const Status status = table_.isError(row) ? Status::Error : table_.status(row);
            return once(statuses_[t], static_cast<uint32_t>(status), 256, [&] { return matcher.matches(statusName(status)); });
        }
        case On::Duration: return hasDuration(row) && compares(term.op, table_.duration(row), term.time);
        case On::SelfTime: return hasDuration(row) && compares(term.op, table_.selfTime(row), term.time);
        case On::Attribute: return false;
        }
        return false;
    }

    bool matchesPairs(size_t t, size_t place) {
        if (attributes_ == nullptr || place >= attributes_->places() || !matchers_[t].mayBeAttribute())
            return false;
        const auto& pairs = attributes_->pairs();
        const auto holds = [&](uint32_t number) { return once(pairs_[t], number, pairs.size(), [&] { return matchers_[t].matchesPair(pairs[number]); }); };
        const auto own = attributes_->of(place), shared = attributes_->ofResource(place);
        return std::any_of(own.begin(), own.end(), holds) || std::any_of(shared.begin(), shared.end(), holds);
    }

    const SpanTable& table_;
    const Waterfall& tree_;
    const TraceAttributes* attributes_;
    std::vector<Matcher> matchers_;
    std::vector<std::optional<SpanId>> id_;
    std::vector<std::vector<uint8_t>> names_, services_, kinds_, statuses_, pairs_; ///< by term: what once() knows
};

/// A word up to a space; quotes hold spaces, and a backslash keeps a quote.
/// `isKeyQuoted`: some of what is before the operator.
std::optional<std::string> word(std::string_view& rest, size_t& opAt, size_t& opLength, bool& isKeyQuoted) {
    std::string out;
    isKeyQuoted = false;
    opAt = std::string::npos;
    opLength = 0;
    bool isQuoted = false;
    while (!rest.empty() && (isQuoted || rest.front() != ' ')) {
        const char c = rest.front();
        if (c == '\\' && rest.size() > 1 && isQuoted) {
            out += rest[1];
            rest.remove_prefix(2);
            continue;
        }
        rest.remove_prefix(1);
        if (c == '"') {
            isQuoted = !isQuoted;
            isKeyQuoted = isKeyQuoted || opAt == std::string::npos;
            continue;
        }
        if (!isQuoted && opAt == std::string::npos && (c == '=' || c == '<' || c == '>' || (c == '!' && !rest.empty() && rest.front() == '='))) {
            opAt = out.size();
            opLength = (c == '!' || (c != '=' && !rest.empty() && rest.front() == '=')) ? 2 : 1;
        }
        out += c;
    }
    return isQuoted ? std::nullopt : std::optional(out);
}

} // namespace

std::optional<TraceQuery> TraceQuery::parse(std::string_view text, std::string& problem) {
    TraceQuery query;
    while (!text.empty()) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        size_t at = 0, length = 0;
        bool isKeyQuoted = false;
        const auto found = word(text, at, length, isKeyQuoted);
        if (!found) {
            problem = "A quote is not closed.";
            return std::nullopt;
        }
        SearchTerm term;
        if (at == std::string::npos) {
            term.text = *found;
            if (!term.text.empty())
                query.terms_.push_back(std::move(term));
            continue;
        }
        const std::string key = found->substr(0, at), op = found->substr(at, length);
        term.text = found->substr(at + length);
        term.op = op == "=" ? Op::Equal : op == "!=" ? Op::NotEqual : op == "<" ? Op::Less : op == "<=" ? Op::LessOrEqual : op == ">" ? Op::Greater : Op::GreaterOrEqual;
        const std::pair<const char*, On> names[] = {{"name", On::Name}, {"service", On::Service}, {"kind", On::Kind}, {"status", On::Status}, {"duration", On::Duration}, {"self", On::SelfTime}};
        term.on = key.empty() ? On::Duration : On::Attribute;
        for (const auto& [name, on] : names)
            if (key == name && !isKeyQuoted)
                term.on = on;
        if (term.on == On::Attribute)
            term.key = key;
        if ((term.on == On::Duration || term.on == On::SelfTime) && !parseDurationLiteral(term.text, term.time)) {
            problem = "\"" + term.text + "\" is no duration; write 100ms, 1.5s or 2h.";
            return std::nullopt;
        }
        if (term.on != On::Attribute && term.on != On::Duration && term.on != On::SelfTime && isOrder(term.op)) {
            problem = "What is " + key + " is a text; compare it with = or !=. \"" + key + "\" in quotes is an attribute.";
            return std::nullopt;
        }
        if (term.on == On::Attribute && isOrder(term.op) && !numberOf(term.text)) {
            problem = "\"" + term.text + "\" is no number.";
            return std::nullopt;
        }
        query.terms_.push_back(std::move(term));
    }
    return query;
}

TraceMatches searchTrace(const SpanTable& table, const Waterfall& tree, const TraceQuery& query, const TraceAttributes* attributes, const StopToken& stop) {
    return query.terms().empty() ? TraceMatches() : Search(table, tree, query, attributes).run(stop);
}

std::vector<NodeIndex> searchPending(const SpanTable& table, const Waterfall& tree, const TraceQuery& query, const TraceAttributes& attributes,
                                     TraceAttributes::Reader& reader, std::span<const size_t> pending, const StopToken& stop) {
    return Search(table, tree, query, &attributes).runOn(pending, reader, stop);
}

} // namespace aisle
