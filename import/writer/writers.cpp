// The list of formats that are written. A new one is two lines here.

#include "writer/trace_writer.h"

#include <array>

namespace aisle {

extern const WriterFormat kOtlpJsonWriter;

std::span<const WriterFormat> writerFormats() {
    static const std::array all{kOtlpJsonWriter};
    return all;
}

} // namespace aisle
