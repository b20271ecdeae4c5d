#include "json/json_splitter.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace aisle {

namespace {

constexpr size_t kNothing = static_cast<size_t>(-1);
constexpr size_t kHistory = 8;   // bytes kept in front of the position, to look back at
constexpr size_t kPrefix = 24;   // of the first document, to know the next one by
constexpr size_t kKeyBytes = 255;

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string sizeText(uint64_t bytes) {
    return bytes >= 1U << 20 ? std::to_string(bytes >> 20) + " MB" : std::to_string(bytes) + " bytes";
}

} // namespace

JsonSplitter::JsonSplitter(ByteSource& input, JsonHandler& handler, uint64_t recordBytes)
    : m_input(input), m_handler(handler), m_recordBytes(recordBytes), m_keep(kNothing) {}

bool JsonSplitter::fill() {
    if (m_inputEnded)
        return false;
    const size_t wanted = std::min(m_keep, m_position);
    const size_t keep = wanted > kHistory ? wanted - kHistory : 0;
    if (m_capacity - m_end < kReadBytes) {
        const size_t used = m_end - keep;
        if (used + kReadBytes > m_capacity) {
            const size_t capacity = std::max<size_t>(4 * kReadBytes, 2 * (used + kReadBytes));
            auto larger = std::make_unique_for_overwrite<char[]>(capacity + kJsonPadding);
            if (used != 0)
                std::memcpy(larger.get(), m_buffer.get() + keep, used);
            m_buffer = std::move(larger);
            m_capacity = capacity;
        } else {
            std::memmove(m_buffer.get(), m_buffer.get() + keep, used);
        }
        m_end = used;
        m_position -= keep;
        m_base += keep;
        if (m_keep != kNothing)
            m_keep -= keep;
    }
    const size_t got = m_input.read(m_buffer.get() + m_end, kReadBytes);
    m_end += got;
    // simdjson reads, and does not use, the bytes behind a slice.
    std::memset(m_buffer.get() + m_end, ' ', kJsonPadding);
    m_inputEnded = got == 0;
    return got != 0;
}

bool JsonSplitter::have(size_t bytes) {
    while (m_end - m_position < bytes)
        if (!fill())
            return false;
    return true;
}

std::string_view JsonSplitter::ahead(size_t bytes) {
    have(bytes);
    return {m_buffer.get() + m_position, std::min(bytes, m_end - m_position)};
}

void JsonSplitter::run() {
    if (have(3) && std::memcmp(m_buffer.get(), "\xef\xbb\xbf", 3) == 0)
        m_position = 3;
    for (;;) {
        if (m_open.empty()) {
            if (m_mode == Mode::Lines && m_newlineSeen && wholeLine())
                continue;
            if (!skipSpace())
                break;
            document();
        } else if (!skipSpace()) {
            if (m_position < m_end)
                popAll("the line ends inside a JSON document");
            else
                popAll("the input ends inside a JSON document");
        } else if (m_open.back() == '{') {
            insideObject();
        } else {
            insideArray();
        }
    }
}

bool JsonSplitter::skipSpace() {
    for (;;) {
        while (m_position < m_end) {
            const char c = at(m_position);
            if (!isSpace(c))
                return true;
            if (c == '\n') {
                if (m_open.empty()) {
                    m_newlineSeen = true;
                    m_lineEnded = false;
                    if (m_mode == Mode::Lines) {
                        ++m_position;
                        while (wholeLine()) {
                        }
                        continue;
                    }
                } else if (m_lineEnded || newlineEndsDocument(false)) {
                    m_lineEnded = false;
                    return false;
                }
            }
            ++m_position;
        }
        if (!fill())
            return false;
    }
}

/// In JSON lines, at the first byte of a line: offers the line to the handler.
bool JsonSplitter::wholeLine() {
    m_newlineSeen = false;
    size_t searched = m_position;
    m_keep = m_position;
    bool done = false;
    for (;;) {
        const void* newline = m_end > searched ? std::memchr(m_buffer.get() + searched, '\n', m_end - searched)
                                               : nullptr;
        size_t lineEnd = m_end;
        if (newline)
            lineEnd = static_cast<size_t>(static_cast<const char*>(newline) - m_buffer.get());
        else if (m_end - m_keep <= kLineBytes) {
            searched = m_end;
            const size_t length = m_end - m_keep;
            if (fill()) {
                searched = m_keep + length;
                continue;
            }
            lineEnd = m_end;
        }
        size_t length = lineEnd - m_keep;
        while (length != 0 && isSpace(at(m_keep + length - 1)))
            --length;
        if (length != 0 && length <= kLineBytes && (newline || m_inputEnded)) {
            JsonSlice slice;
            slice.text = {m_buffer.get() + m_keep, length};
            slice.offset = m_base + m_keep;
            done = m_handler.line(slice);
            if (done) {
                m_position = lineEnd;
                m_newlineSeen = newline != nullptr;
                if (newline)
                    ++m_position;
            }
        }
        break;
    }
    m_keep = kNothing;
    return done;
}

void JsonSplitter::rememberPrefix() {
    const std::string_view start = ahead(kPrefix);
    const size_t colon = start.find(':');
    m_prefix = start.substr(0, colon == std::string_view::npos ? kPrefix : colon + 1);
}

void JsonSplitter::document() {
    const char c = at(m_position);
    if (c == ',') { // {...},\n{...}: an array without its brackets
        ++m_position;
        return;
    }
    if (c != '{' && c != '[') {
        if (!m_inGarbage)
            m_handler.problem("text that is not JSON", offset());
        m_inGarbage = true;
        while (m_position < m_end || fill()) {
            const char next = at(m_position);
            if (next == '{' || next == '[' || next == '\n')
                break;
            ++m_position;
        }
        return;
    }
    m_inGarbage = false;
    if (m_prefix.empty()) {
        rememberPrefix();
    } else if (m_mode == Mode::Undecided) {
        m_mode = m_newlineSeen ? Mode::Lines : Mode::Documents;
        if (m_mode == Mode::Lines && wholeLine())
            return;
    }
    m_newlineSeen = false;
    value({});
}

void JsonSplitter::insideObject() {
    const char c = at(m_position);
    if (c == '}' || c == ']') {
        closeBracket(c);
    } else if (c == ',') {
        if (m_afterComma)
            m_handler.problem("a comma too many", offset());
        m_afterComma = true;
        ++m_position;
    } else if (c == '"') {
        m_inGarbage = m_afterComma = false;
        ++m_position;
        if (!readKey() || !skipSpace())
            return; // the main loop comes to the same end
        if (at(m_position) != ':') {
            garbage("a key without a value");
            return;
        }
        ++m_position;
        if (!skipSpace())
            return;
        const char first = at(m_position);
        if (first == ',' || first == '}' || first == ']')
            garbage("a key without a value");
        else
            value(m_key);
    } else {
        garbage("text that is not JSON in an object");
        ++m_position;
    }
}

void JsonSplitter::insideArray() {
    const char c = at(m_position);
    if (c == '}' || c == ']') {
        closeBracket(c);
    } else if (c == ',') {
        if (m_afterComma)
            m_handler.problem("a comma too many", offset());
        m_afterComma = true;
        ++m_position;
    } else if (c == ':') {
        garbage("text that is not JSON in an array");
        ++m_position;
    } else {
        m_inGarbage = m_afterComma = false;
        value({});
    }
}

bool JsonSplitter::readKey() {
    m_key.clear();
    bool isCut = false;
    ScanState state;
    for (;;) {
        const char* p = m_buffer.get() + m_position;
        const ScanStop stop = scanString(&p, m_buffer.get() + m_end, state, m_mode != Mode::Documents);
        const size_t next = static_cast<size_t>(p - m_buffer.get());
        const size_t length = next - m_position - (stop == ScanStop::Complete ? 1 : 0);
        const size_t room = kKeyBytes - m_key.size();
        m_key.append(m_buffer.get() + m_position, std::min(length, room));
        isCut = isCut || length > room;
        m_position = next;
        if (stop == ScanStop::Complete) {
            if (isCut)
                m_handler.problem("a key that is cut after 255 bytes", offset());
            return true;
        }
        if (stop == ScanStop::Newline) {
            if (newlineEndsDocument(true)) {
                m_lineEnded = true;
                return false;
            }
            ++m_position;
        } else if (!fill()) {
            return false;
        }
    }
}

void JsonSplitter::value(std::string_view key) {
    const size_t level = m_open.size();
    const char first = at(m_position);
    m_keep = m_position;
    const JsonTake take = m_handler.classify(*this, key, first, level);
    m_keep = kNothing;
    const bool container = first == '{' || first == '[';
    if (take == JsonTake::Descend && container) {
        m_open.push_back(first);
        m_afterComma = false;
        ++m_position;
        m_handler.enter(key, first, level);
        return;
    }
    const bool whole = take == JsonTake::Whole;
    const uint64_t start = offset();
    if (whole)
        m_keep = m_position;
    bool tooLarge = false;
    int64_t deepest = 0;
    const Scanned scanned = scan(first, whole, tooLarge, deepest);
    if (tooLarge) {
        m_handler.problem("a record larger than " + sizeText(m_recordBytes), start);
    } else if (whole) {
        JsonSlice slice;
        slice.text = {m_buffer.get() + m_keep, m_position - m_keep};
        slice.offset = start;
        slice.truncated = scanned != Scanned::Complete;
        slice.tooDeep = deepest > kJsonDepth;
        // A bracket of another kind may have closed it: then simdjson looks behind it for its own, and must not find it.
        const char behind = std::exchange(m_buffer[m_position], '\0');
        m_handler.value(key, slice, level);
        m_buffer[m_position] = behind;
    }
    m_keep = kNothing;
    // At the end of the line or input the main loop sees the same end and closes what is open.
    if (level == 0 && scanned != Scanned::Complete) {
        if (!whole)
            m_handler.problem("the input ends inside a JSON document", start);
        m_newlineSeen = false;
    }
}

JsonSplitter::Scanned JsonSplitter::scan(char first, bool keep, bool& tooLarge, int64_t& deepest) {
    if (first != '{' && first != '[' && first != '"')
        return scanScalar();
    ScanState state;
    const bool isString = first == '"';
    if (isString)
        ++m_position;
    for (;;) {
        const char* p = m_buffer.get() + m_position;
        const char* const end = m_buffer.get() + m_end;
        const bool stopAtNewline = m_mode != Mode::Documents;
        const ScanStop stop = isString ? scanString(&p, end, state, stopAtNewline)
                                       : scanContainer(&p, end, state, stopAtNewline);
        m_position = static_cast<size_t>(p - m_buffer.get());
        deepest = state.deepest;
        if (keep && !tooLarge && m_position - m_keep > m_recordBytes) {
            tooLarge = true;
            m_keep = kNothing;
        }
        if (stop == ScanStop::Complete)
            return Scanned::Complete;
        if (stop == ScanStop::Newline) {
            if (newlineEndsDocument(isString || state.inString)) {
                m_lineEnded = true;
                return Scanned::LineEnd;
            }
            state.escaped = false;
            ++m_position;
        } else if (!fill()) {
            return Scanned::InputEnd;
        }
    }
}

JsonSplitter::Scanned JsonSplitter::scanScalar() {
    for (;;) {
        while (m_position < m_end) {
            const char c = at(m_position);
            if (c == ',' || c == '}' || c == ']' || c == '"' || c == '{' || c == '[' || isSpace(c))
                return Scanned::Complete;
            ++m_position;
        }
        if (m_keep != kNothing && m_position - m_keep > kReadBytes) // no number is that long
            m_keep = m_position;
        if (!fill())
            return Scanned::InputEnd;
    }
}

/// Decides at a newline inside an open document whether it is white space (a pretty-printed document) or the
/// end of a broken line. What looks like the start of the first document starts a new one.
bool JsonSplitter::newlineEndsDocument(bool inString) {
    if (m_mode == Mode::Documents)
        return false;
    const size_t keep = m_keep;
    m_keep = std::min(m_keep, m_position);
    const uint64_t here = offset();
    have(1 + kPrefix);
    m_position = static_cast<size_t>(here - m_base);
    if (keep == kNothing)
        m_keep = kNothing;
    const std::string_view next(m_buffer.get() + m_position + 1, std::min(kPrefix, m_end - m_position - 1));
    size_t last = m_position;
    while (last != 0 && m_position - last < kHistory && isSpace(at(last - 1)))
        --last;
    const bool afterOpening = last != 0 && std::strchr("[{,:", at(last - 1)) != nullptr && at(last - 1) != '\0';
    const bool matches = !m_prefix.empty() && next.starts_with(m_prefix);
    if (m_mode == Mode::Undecided) {
        const bool ends = matches && (inString || !afterOpening) && m_prefix.size() > 4;
        m_mode = ends ? Mode::Lines : Mode::Documents;
        return ends;
    }
    if (next.empty())
        return true;
    return next[0] == m_prefix[0] && (matches || inString || !afterOpening);
}

void JsonSplitter::closeBracket(char bracket) {
    const char opening = bracket == '}' ? '{' : '[';
    const auto found = std::find(m_open.rbegin(), m_open.rend(), opening);
    const uint64_t where = offset();
    ++m_position;
    if (found == m_open.rend()) {
        m_handler.problem("a closing bracket too many", where);
        return;
    }
    if (found != m_open.rbegin())
        m_handler.problem("a closing bracket is missing", where);
    else if (m_afterComma)
        m_handler.problem("a comma too many", where);
    const auto keep = static_cast<size_t>(m_open.rend() - found) - 1;
    while (m_open.size() > keep)
        pop();
}

void JsonSplitter::pop() {
    m_open.pop_back();
    m_afterComma = m_inGarbage = false;
    m_handler.leave(m_open.size());
}

void JsonSplitter::popAll(std::string_view reason) {
    m_handler.problem(reason, offset());
    while (!m_open.empty())
        pop();
}

/// Reported once per run of garbage.
void JsonSplitter::garbage(std::string_view reason) {
    if (!m_inGarbage)
        m_handler.problem(reason, offset());
    m_inGarbage = true;
}

} // namespace aisle
