// The text form of a scope: a small part of TraceQL (one spanset of comparisons) and the aisle: terms.

#include "selection/scope.h"

#include "store/attribute_json.h"
#include "text/utf8.h"
#include "text/format.h"

namespace aisle {

namespace {

using Term = ScopeTerm::Kind;

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    std::optional<Scope> run(ScopeParseError& error) {
        Scope scope;
        try {
            do {
                spanset(scope);
            } while (accept("&&"));
            skipSpace();
            if (at_ != text_.size())
                fail("a scope ends here; remove what follows, or join it with &&");
        } catch (const ScopeParseError& e) {
            error = e;
            return std::nullopt;
        }
        return scope;
    }

private:
    [[noreturn]] void fail(const std::string& message) const { throw ScopeParseError{at_, message}; }

    void skipSpace() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }

    bool accept(std::string_view token) {
        skipSpace();
        if (text_.substr(at_, token.size()) != token)
            return false;
        at_ += token.size();
        return true;
    }

    void spanset(Scope& scope) {
        if (!accept("{"))
            fail("a scope starts with {, for example { resource.service.name = \"checkout\" }");
        if (accept("}"))
            return;
        do {
            comparison(scope);
        } while (accept("&&"));
        if (accept("||"))
            fail("|| is not understood here yet; two terms of one kind already mean either");
        if (!accept("}"))
            fail("expected && or }");
    }

    std::string_view word() {
        skipSpace();
        const size_t from = at_;
        while (at_ < text_.size() && (isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '.' ||
                                      text_[at_] == ':' || text_[at_] == '_' || text_[at_] == '-'))
            ++at_;
        return text_.substr(from, at_ - from);
    }

    std::string string() {
        skipSpace();
        const size_t from = at_;
        if (at_ >= text_.size() || text_[at_] != '"')
            fail("expected text in double quotes");
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\')
                ++at_;
        if (at_ >= text_.size()) {
            at_ = from;
            fail("the text that starts here has no closing quote");
        }
        ++at_;
        // Pasted text may hold what JSON has to escape; the scope's own text form writes it so.
        std::string quoted;
        for (const char c : toUtf8(text_.substr(from, at_ - from))) {
            if (static_cast<unsigned char>(c) < 0x20)
                quoted += {'\\', 'u', '0', '0', static_cast<char>('0' + c / 16), "0123456789abcdef"[c % 16]};
            else
                quoted += c;
        }
        return unquoteJson(quoted);
    }

    /// Without the backslashes that keep an arrow in a name from being the edge's.
    static std::string edgeName(std::string_view name) {
        std::string out;
        for (size_t i = 0; i < name.size(); ++i) {
            if (name[i] == '\\' && i + 1 < name.size())
                ++i;
            out += name[i];
        }
        return out;
    }

    void comparison(Scope& scope) {
        skipSpace();
        const size_t from = at_;
        const std::string_view field = word();
        const auto equals = [&] {
            if (!accept("="))
                fail("only = is understood for " + std::string(field));
        };
        ScopeTerm term;
        if (field == "trace:duration" || field == "traceDuration") {
            duration(scope);
            return;
        }
        if (field == "aisle:error") {
            equals();
            if (word() != "true")
                fail("aisle:error can only be true");
            term.kind = Term::Error;
        } else if (field == "aisle:time") {
            equals();
            const size_t where = at_;
            const std::string range = string();
            const size_t slash = range.find('/');
            term.kind = Term::Time;
            if (slash == std::string::npos || !parseRfc3339(std::string_view(range).substr(0, slash), term.from) ||
                !parseRfc3339(std::string_view(range).substr(slash + 1), term.to)) {
                at_ = where;
                fail("a time range is two times with a slash: \"2026-03-14T09:00:00Z/2026-03-14T09:05:00Z\"");
            }
        } else if (field == "aisle:edge") {
            equals();
            const std::string edge = string();
            const size_t arrow = edge.find(" -> ");
            if (arrow == std::string::npos)
                fail("an edge is \"caller -> callee\"");
            term.kind = Term::Edge;
            term.text = edgeName(std::string_view(edge).substr(0, arrow));
            term.other = edgeName(std::string_view(edge).substr(arrow + 4));
        } else if (const auto kind = textKind(field)) {
            equals();
            term.kind = *kind;
            term.text = string();
        } else {
            at_ = from;
            fail(field.empty() ? std::string("expected a field such as resource.service.name")
                               : "\"" + std::string(field) +
                                     "\" is not a field of a scope; there are resource.service.name, span:name, trace:id, "
                                     "trace:duration, aisle:error, aisle:time, aisle:file, aisle:edge, aisle:case, "
                                     "aisle:stage, aisle:dropped and aisle:text");
        }
        scope = scope.with(std::move(term));
    }

    static std::optional<Term> textKind(std::string_view field) {
        if (field == "resource.service.name")
            return Term::Service;
        if (field == "span:name" || field == "name")
            return Term::Name;
        if (field == "trace:id")
            return Term::Trace;
        if (field == "aisle:file")
            return Term::File;
        if (field == "aisle:case")
            return Term::Case;
        if (field == "aisle:stage")
            return Term::Stage;
        if (field == "aisle:dropped")
            return Term::Dropped;
        if (field == "aisle:text")
            return Term::Text;
        return std::nullopt;
    }

    void duration(Scope& scope) {
        const bool atLeast = accept(">=") || accept(">");
        if (!atLeast && !accept("<=") && !accept("<"))
            fail("trace:duration is compared with >= or <=");
        const size_t from = at_;
        skipSpace();
        int64_t ns = 0;
        if (!parseDurationLiteral(word(), ns)) {
            at_ = from;
            fail("expected a duration such as 100ms or 1.5s");
        }
        ScopeTerm term;
        term.kind = Term::TraceDuration;
        for (const ScopeTerm& known : scope.terms())
            if (known.kind == Term::TraceDuration)
                term = known;
        (atLeast ? term.from : term.to) = ns;
        scope = scope.with(std::move(term));
    }

    std::string_view text_;
    size_t at_ = 0;
};

} // namespace

std::optional<Scope> Scope::parse(std::string_view text, ScopeParseError& error) { return Parser(text).run(error); }

} // namespace aisle
