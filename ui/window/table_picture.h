#pragma once
// A table of results as a picture, where no view draws it.

#include "export/export.h"

#include <string>

namespace aisle {

/// With the heading `title`, in the colours of the theme, as "png", "svg" or "pdf" (one page as large as the picture). What is wide wraps.
/// Of a long table the first rows; how many more there are is said. What stands in it is redacted. Thread: the UI thread.
std::string tablePicture(const std::string& form, const std::string& title, const Tabular& table, const Redactor& redactor);

} // namespace aisle
