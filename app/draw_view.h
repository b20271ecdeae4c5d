#pragma once
// A view as the window would draw it, without a display.

#include "show_options.h"
#include "store/workspace.h"

#include <memory>
#include <string>

namespace aisle {

/// The picture as the file that is asked for: PNG, SVG or PDF. Makes the QApplication. Throws std::runtime_error where there is nothing to draw.
std::string drawnView(const ShowOptions& options, const std::shared_ptr<Workspace>& workspace, int& argc, char** argv);

} // namespace aisle
