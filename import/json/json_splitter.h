#pragma once
// Walks the bytes of any JSON input and hands over values as contiguous slices, without parsing them.
//
// Input: one document, JSON lines, concatenated pretty-printed documents, a byte order mark, an array around
// any of these, text between documents, a truncated end. The handler says for each value on the way down
// whether to descend, to take it whole or to skip it; everything else is the splitter's. Memory is one
// rolling window: at most the largest record (recordBytes) and 256 KiB.
//
// JSON lines: in an input whose first document is followed by a newline and another document, a raw newline
// ends any open document, so that a broken line costs only itself. Whole lines up to kLineBytes are offered
// to JsonHandler::line() first: bigger slices are cheaper for simdjson than single records.
//
// Values are scanned for brackets and quotes only: nesting of any depth is fine, nothing recurses.

#include "input/byte_source.h"
#include "json/json_scan.h"
#include "store/span_sink.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

enum class JsonTake : uint8_t {
    Skip,   ///< scan over it
    Whole,  ///< hand it to value()
    Descend ///< objects and arrays: enter(), the members one by one, leave(); other values are skipped
};

/// A complete value, from its first to its last byte. At least kJsonPadding bytes behind it can be read.
struct JsonSlice {
    std::string_view text;
    uint64_t offset = 0;    ///< in the decompressed input
    bool truncated = false; ///< the input (or the line) ended inside it
    bool tooDeep = false;   ///< nested deeper than kJsonDepth (simdjson's limit is 1,024)
};

inline constexpr size_t kJsonPadding = 64; // simdjson::SIMDJSON_PADDING
inline constexpr int64_t kJsonDepth = 1000;

class JsonSplitter;

/// Keys are raw (escapes not resolved, at most 255 bytes) and empty in arrays. `level` is the number of
/// descended containers that are open: 0 for a document. Views are valid during the call.
class JsonHandler {
public:
    virtual ~JsonHandler() = default;
    /// `first` is the value's first byte; splitter.ahead() shows more of it.
    virtual JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) = 0;
    virtual void enter(std::string_view key, char bracket, size_t level) = 0;
    /// Of the container that was entered at `level`; comes for each enter(), also when the input ends.
    virtual void leave(size_t level) = 0;
    virtual void value(std::string_view key, const JsonSlice& slice, size_t level) = 0;
    /// A whole line of JSON lines. True: done with it; false: walk it.
    virtual bool line(const JsonSlice&) { return false; }
    /// Text that is no JSON, a value over the limit, a truncated end.
    virtual void problem(std::string_view reason, uint64_t offset) = 0;
};

class JsonSplitter {
public:
    static constexpr size_t kReadBytes = 256 * 1024;
    static constexpr size_t kLineBytes = 1024 * 1024;

    JsonSplitter(ByteSource& input, JsonHandler& handler, uint64_t recordBytes);
    /// Reads the input to its end. Throws what ByteSource::read and the handler throw.
    void run();
    /// Within classify(): the value's first bytes, `bytes` of them unless the input ends before.
    std::string_view ahead(size_t bytes);

private:
    enum class Mode : uint8_t { Undecided, Lines, Documents };
    enum class Scanned : uint8_t { Complete, LineEnd, InputEnd };

    bool fill();
    bool have(size_t bytes);
    char at(size_t index) const { return m_buffer[index]; }
    uint64_t offset() const { return m_base + m_position; }
    /// Skips white space; false at the end of the input, or at a newline that ends the open document.
    bool skipSpace();
    void document();
    bool wholeLine();
    void insideObject();
    void insideArray();
    bool readKey();
    void value(std::string_view key);
    Scanned scan(char first, bool keep, bool& tooLarge, int64_t& deepest);
    Scanned scanScalar();
    bool newlineEndsDocument(bool inString);
    void closeBracket(char bracket);
    void pop();
    void popAll(std::string_view reason);
    void garbage(std::string_view reason);
    void rememberPrefix();

    ByteSource& m_input;
    JsonHandler& m_handler;
    const uint64_t m_recordBytes;
    std::unique_ptr<char[]> m_buffer; ///< m_capacity + kJsonPadding bytes
    size_t m_capacity = 0, m_position = 0, m_end = 0;
    size_t m_keep;        ///< bytes from here stay in the window; kNothing: from m_position
    uint64_t m_base = 0;  ///< offset of m_buffer[0]
    bool m_inputEnded = false;
    bool m_newlineSeen = true; ///< since the last document
    bool m_lineEnded = false;  ///< the newline at the position was found to end the open document
    bool m_afterComma = false, m_inGarbage = false;
    Mode m_mode = Mode::Undecided;
    std::vector<char> m_open; ///< opening brackets of the descended containers
    std::string m_key, m_prefix;
};

} // namespace aisle
