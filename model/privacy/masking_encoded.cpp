#include "privacy/encoded_text.h"
#include "privacy/masking.h"
#include "privacy/masking_text.h"

#include <algorithm>

namespace aisle {

using namespace privacy;

namespace {

/// Ids in hex with dashes between, as UUIDs are: nothing that is encoded looks so.
bool isOfIds(std::string_view run) {
    return run.find('-') != std::string_view::npos && std::all_of(run.begin(), run.end(), [](char c) { return isDigit(c) || c == '-' || (lower(c) >= 'a' && lower(c) <= 'f'); });
}

bool isUuid(std::string_view run) { return run.size() == 36 && run[8] == '-' && run[13] == '-' && run[18] == '-' && run[23] == '-' && isOfIds(run); }

} // namespace

bool Masking::holdsPersonal(std::string_view decoded, int depth) {
    if (decoded.size() > decodable_) // each level may be looked at in several ways, which have as many each
        return true;
    Masking inner(rules_, pseudonyms_);
    inner.searched_ = searched_; // all texts of a value have one budget
    inner.decodable_ = decodable_ - decoded.size();
    const bool holds = inner.value({}, {}, decoded, depth + 1) != decoded;
    searched_ = inner.searched_;
    decodable_ = inner.decodable_;
    return holds;
}

void Masking::findEncoded(std::string_view text, int depth, std::vector<Part>& parts) {
    constexpr size_t kShortest = 12, kMostPadding = 6;
    const uint32_t rule = rules_.finders().encoded;
    const auto isRun = [](char c) { return isDigit(c) || isLetter(c) || c == '+' || c == '/' || c == '_' || c == '-'; };
    const auto look = [&](size_t begin, size_t end) {
        const std::string_view run = text.substr(begin, end - begin);
        if (run.size() < kShortest || isOfIds(run))
            return false;
        const auto isPersonal = [&](const std::string& bytes) {
            const auto holds = [&](std::string_view readable) { return depth >= kDeepest || holdsPersonal(readable, depth); };
            return isReadable(bytes) ? holds(bytes) : anyReadableRun(bytes, holds);
        };
        if (!anyDecoded(run, isPersonal))
            return false;
        // The whole of it: of what says how long its parts are nothing is left when one of them is longer.
        parts.push_back({begin, end, rule, false});
        return true;
    };
    // user_amFuZS5kb2VAZXhhbXBsZS5jb20=
    const auto lookBehindPrefixes = [&](size_t begin, size_t end) {
        constexpr int kMostPrefixes = 3;
        for (int n = 0; n < kMostPrefixes; ++n) {
            begin = std::min(text.substr(0, end).find_first_of("_-", begin), end) + 1;
            if (begin + kShortest > end || look(begin, end))
                return;
        }
    };
    for (size_t i = 0; i < text.size();) {
        if (!isRun(text[i])) {
            ++i;
            continue;
        }
        size_t end = i;
        // Lines of 60 characters and more are one, as MIME and PEM break them.
        for (size_t line = i; end < text.size(); ++end) {
            if (isRun(text[end]))
                continue;
            size_t next = end;
            while (next < text.size() && next - end < 2 && isAnyOf(text[next], "\r\n"))
                ++next;
            if (next == end || end - line < 60 || next >= text.size() || !isRun(text[next]))
                break;
            line = next;
            end = next;
        }
        const size_t run = end;
        while (end < text.size() && text[end] == '=' && end - run < kMostPadding)
            ++end;
        if (!look(i, end)) // of a path one of its segments
            for (size_t from = i; from < run;) {
                const size_t slash = std::min(text.substr(0, run).find('/', from), run), segmentEnd = slash == run ? end : slash;
                const bool isAll = slash == run && from == i; // which was looked at
                if (!isUuid(text.substr(from, segmentEnd - from)) && (isAll || !look(from, segmentEnd)))
                    lookBehindPrefixes(from, segmentEnd);
                from = slash + 1;
            }
        i = std::max(end, i + 1);
    }
}

} // namespace aisle
