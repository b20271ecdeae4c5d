#include "story/plain_words.h"

#include "cases/case_key.h"
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

} // namespace aisle
