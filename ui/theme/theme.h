#pragma once
// Colours, fonts and measures of Aisle: the only place where a colour is written down.
// Thread: the UI thread (painting functions get a const Theme&, so pictures can be drawn without a window).

#include <QColor>
#include <QFont>
#include <QString>

#include <string_view>

class QApplication;

namespace aisle {

/// Grid and row measures in device-independent pixels.
namespace measure {
inline constexpr int kGrid = 8;        ///< 4 inside controls
inline constexpr int kPadding = 8;     ///< of panels
inline constexpr int kGap = 16;        ///< between sections
inline constexpr int kRow = 22;        ///< waterfall and lists
inline constexpr int kWidestBox = 300; ///< of what is chosen from names of a file
} // namespace measure

enum class ThemeMode { System, Light, Dark };

class Theme {
public:
    static Theme light();
    static Theme dark();

    bool isDark = false;
    // Neutral: contrast of text >= 7:1, mutedText >= 4.5:1 on background and surface.
    QColor background;  ///< behind everything
    QColor surface;     ///< panels, lists, charts
    QColor raised;      ///< headers, hovered rows, chips
    QColor line;        ///< separators, grid
    QColor text, mutedText;
    // Meaning: red is only ever an error, orange a warning, blue (accent) what is selected or focused.
    QColor error, warning, accent;
    QColor onAccent;      ///< text on accent
    QColor selection;     ///< background of a selected row (accent at low strength, opaque)
    QColor literal;       ///< values in a query
    QColor neutralBar;    ///< bars of charts that mean no service ("all traffic")

    /// Colours of services, never the only mark. Views ask ServiceColours, which sees to it that services that are shown
    /// together differ.
    static constexpr size_t kServiceSlots = 18;
    static size_t serviceSlot(std::string_view name); ///< by the name alone, the same in every file
    QColor serviceColour(size_t slot) const;
    /// Text that can be seen on `fill`.
    QColor textOn(const QColor& fill) const;
    /// Sequential ramp (viridis family), 0..1.
    QColor ramp(double value) const;
    /// Diverging ramp, -1..1: blue (less) through grey (the same) to orange (more); told apart by who sees no red or green, too.
    QColor difference(double value) const;

    QFont font;      ///< data
    QFont titleFont; ///< one step up
    QFont axisFont;  ///< one step down
    /// Digits of one width; for numbers in columns.
    QFont tabular() const;
};

/// The theme in force. Changes are announced by QEvent::PaletteChange to every widget.
const Theme& theme();
/// Fusion style, palette and fonts; takes the system's light or dark setting of now in System mode. Call it again when
/// that has changed (QEvent::ThemeChange).
void applyTheme(ThemeMode mode);
ThemeMode themeMode();

} // namespace aisle
