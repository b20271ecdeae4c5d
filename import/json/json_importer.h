#pragma once
// What importers of JSON are when a handler is all there is to them.

#include "importer.h"
#include "json/json_splitter.h"

namespace aisle {

/// Runs a Reader, a JsonHandler made of a sink, over the input, and its finish() behind that where it has one.
template <typename Reader>
class JsonImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        Reader reader(sink);
        JsonSplitter(input, reader, limits.recordBytes).run();
        if constexpr (requires { reader.finish(); })
            reader.finish();
    }
};

/// For Format::create.
template <typename Reader>
std::unique_ptr<Importer> makeJsonImporter() {
    return std::make_unique<JsonImporter<Reader>>();
}

} // namespace aisle
