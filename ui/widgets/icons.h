#pragma once
// Small line icons, drawn by path in the text colour, crisp at every pixel ratio.

#include <QIcon>

namespace aisle {

enum class Icon { Overview, Traces, Journey, Graph, Explore, Orders, Back, Forward, Bookmark, Close };

/// Follows the theme: drawn when painted.
QIcon themedIcon(Icon icon);

} // namespace aisle
