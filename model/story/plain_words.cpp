#include "story/plain_words.h"

#include "cases/case_key.h"
#include "story/story_attributes.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <vector>

namespace aisle {

namespace {

constexpr std::array<std::string_view, 41> kJargon = {
    "api",     "v1",    "v2",     "v3",      "get",      "post",     "put",     "patch",     "delete",  "head",     "options",    "http",      "https", "rpc",
    "grpc",    "rest",  "svc",    "service", "server",   "client",   "handler", "controller", "span",    "trace",    "root",       "consumer",  "producer", "instance",
    "sql",     "impl",  "async",  "internal", "endpoint", "callback", "webhook", "webhooks",  "graphql", "exception", "attribute", "latency",   "worker"};

} // namespace

std::string plainOperation(std::string_view name) {
    // Of a call the method, of a path all of it.
    const size_t path = name.find(" /");
    if (name.starts_with("/")) {
    } else if (path != std::string_view::npos) {
        name.remove_prefix(path + 1);
    } else if (const size_t slash = name.rfind('/'); slash != std::string_view::npos && slash + 1 < name.size()) {
        name.remove_prefix(slash + 1);
    } else if (const size_t dot = name.rfind('.'); dot != std::string_view::npos && name.find(' ') == std::string_view::npos && dot + 1 < name.size()) {
        name.remove_prefix(dot + 1);
    }
    name = name.substr(0, name.find_first_of("?#"));
    std::string plain; // values of paths left out
    for (size_t i = 0; i < name.size();) {
        if (name[i] == '{' || name[i] == ':' || name[i] == '<') {
            i = std::min(name.find('/', i), name.size());
            continue;
        }
        plain += name[i++];
    }
    std::string out;
    for (const std::string& word : attributeWords(plain)) {
        const bool isNumber = std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (isNumber || std::find(kJargon.begin(), kJargon.end(), word) != kJargon.end())
            continue;
        out += (out.empty() ? "" : " ") + word;
    }
    constexpr size_t kMost = 60;
    return shortened(out, kMost);
}

std::string_view firstSegment(std::string_view path) {
    while (path.starts_with('/')) {
        const size_t end = std::min(path.find('/', 1), path.size());
        const std::string_view segment = path.substr(1, end - 1);
        if (segment.empty() || !std::all_of(segment.begin(), segment.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }))
            return {};
        if (!plainOperation(path.substr(0, end)).empty())
            return std::none_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; }) ? path.substr(0, end) : std::string_view();
        path.remove_prefix(end);
    }
    return {};
}

std::string plainMessage(std::string_view text) {
    constexpr size_t kMost = 100, kFewestWords = 3;
    constexpr std::array<std::string_view, 39> kMore = {"code",  "topic",   "queue",  "partition", "database", "table",  "row",     "column",    "statement", "query",  "kafka",  "redis",    "null",
                                                        "nil",   "undefined", "timeout", "deadline", "context",  "connection", "socket", "host",   "port",      "dns",    "tcp",    "tls",      "ssl",
                                                        "pod",   "node",    "container", "thread", "pool",      "heap",   "stack",   "json",      "xml",       "percentile", "broker", "transport", "transaction"};
    while (!text.empty() && (text.back() == '.' || text.back() == '!' || text.back() == ' '))
        text.remove_suffix(1);
    if (text.empty() || text.size() > kMost || !isUtf8(text) || printable(text) != text)
        return {};
    const auto isSmall = [](char c) { return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0; };
    const auto isBig = [](char c) { return c >= 'A' && c <= 'Z'; };
    size_t words = 0;
    for (size_t from = 0; from <= text.size();) {
        const size_t to = std::min(text.find(' ', from), text.size());
        std::string_view word = text.substr(from, to - from);
        from = to + 1;
        if (!word.empty() && word.back() == ',')
            word.remove_suffix(1);
        if (word.empty())
            return {};
        std::string folded;
        for (size_t i = 0; i < word.size(); ++i) {
            const bool isJoint = i > 0 && i + 1 < word.size() && (word[i] == '-' || word[i] == '\'');
            if (!isSmall(word[i]) && !isJoint && !(i == 0 && isBig(word[i])))
                return {};
            folded += isBig(word[i]) ? static_cast<char>(word[i] - 'A' + 'a') : word[i];
        }
        std::string_view one = folded;
        for (int plural = 0; plural < 2; ++plural) {
            for (const std::string_view end : {"error", "exception", "service"})
                if (one.ends_with(end))
                    return {};
            if (std::find(kJargon.begin(), kJargon.end(), one) != kJargon.end() || std::find(kMore.begin(), kMore.end(), one) != kMore.end())
                return {};
            if (one.ends_with('s'))
                one.remove_suffix(1);
        }
        ++words;
    }
    return words < kFewestWords ? std::string() : std::string(text);
}

bool isWithoutNames(std::string_view message) {
    const auto& known = StoryAttributes::preset().messageWords;
    for (size_t from = 0; from <= message.size();) {
        const size_t to = std::min(message.find_first_of(" ,", from), message.size());
        std::string word(message.substr(from, to - from));
        if (from > 0 && !word.empty() && word[0] >= 'A' && word[0] <= 'Z') // "The customer Small is not known"
            return false;
        std::transform(word.begin(), word.end(), word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        if (!word.empty() && !known.contains(word))
            return false;
        from = to + 1;
    }
    return true;
}

std::string plainTitle(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!isLetter && c != '-' && c != '_')
            return std::string(text);
        out += isLetter ? c : ' ';
    }
    return out;
}

} // namespace aisle
