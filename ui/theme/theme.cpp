#include "theme/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QGuiApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleHints>
#include <QToolTip>

#include <array>
#include <cmath>

namespace aisle {

namespace {

/// For the light and the dark theme. Hues of Okabe-Ito's and Tol's muted sets at the lightness steps that remain at
/// CIEDE2000 >= 20 from error, warning and accent, also under simulated deuteranopia and protanopia, chosen as far
/// from each other as possible; tests/ui/tst_theme.cpp computes both.
constexpr std::array<std::pair<QRgb, QRgb>, Theme::kServiceSlots> kServiceColours = {{
    {0xff38268c, 0xff6f618c}, {0xff661a4a, 0xffa75785}, {0xff3f2f6a, 0xff987889},
    {0xff118676, 0xff68ccba}, {0xff8d4f72, 0xffb2628f}, {0xff70b3dd, 0xff206f96},
    {0xff62aea0, 0xff8edacb}, {0xffc99fbf, 0xff935477}, {0xff0d4d63, 0xff5f7581},
    {0xff92b395, 0xffaad6c2}, {0xffa57b8b, 0xfff3c5d6}, {0xff668f7d, 0xff91efc8},
    {0xff7a5362, 0xff855d6c}, {0xff573341, 0xffaa8090}, {0xffbb9095, 0xffdcafc0},
    {0xff203c4e, 0xff506b7f}, {0xff394e5a, 0xffc9e0ee}, {0xff889fab, 0xffc9dffc},
}};

/// Viridis at eleven stops (van der Walt and Smith, matplotlib, CC0).
constexpr std::array<QRgb, 11> kViridis = {0xff440154, 0xff482475, 0xff414487, 0xff355f8d, 0xff2a788e, 0xff21918c,
                                           0xff22a884, 0xff44bf70, 0xff7ad151, 0xffbddf26, 0xfffde725};

ThemeMode currentMode = ThemeMode::System;
QFont systemFont;

bool systemIsDark() {
    // Qt 6.4 has no colour-scheme hint; the platform's palette tells, which is in force while none of ours is.
    if (qobject_cast<QApplication*>(QCoreApplication::instance()) != nullptr)
        QApplication::setPalette(QPalette());
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

void setFonts(Theme& theme) {
    const QFont base = systemFont;
    theme.font = base;
    theme.titleFont = base;
    theme.axisFont = base;
    const double size = base.pointSizeF() > 0 ? base.pointSizeF() : 10;
    theme.font.setPointSizeF(size);
    theme.titleFont.setPointSizeF(size * 1.2);
    theme.titleFont.setWeight(QFont::DemiBold);
    theme.axisFont.setPointSizeF(std::max(7.0, size * 0.85));
}

Theme currentTheme = Theme::light();

/// What Fusion draws louder than the data: header gradients, dock separators, scroll bars, tool tip frames.
QString flatParts(const Theme& t) {
    return QStringLiteral("QHeaderView::section { background: %1; color: %2; border: none; border-bottom: 1px solid %3; padding: 3px; }" // as the cells below
                          "QHeaderView { background: %1; border: none; }"
                          "QTableCornerButton::section { background: %1; border: none; }"
                          "QMainWindow::separator { background: %3; width: 1px; height: 1px; }"
                          "QScrollBar:vertical { background: %1; width: 11px; margin: 0; }"
                          "QScrollBar:horizontal { background: %1; height: 11px; margin: 0; }"
                          "QScrollBar::handle { background: %4; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px; }"
                          "QScrollBar::handle:hover { background: %2; }"
                          "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
                          "QScrollBar::add-page, QScrollBar::sub-page { background: none; }"
                          "QToolTip { background: %5; color: %6; border: 1px solid %3; padding: 4px; }"
                          "QStatusBar::item { border: none; }"
                          "QToolButton#toggle { background: %5; color: %6; border: 1px solid %3; border-radius: 3px; padding: 3px 8px; }"
                          "QToolButton#toggle:disabled { color: %4; }"
                          "QToolButton#toggle:hover, QToolButton#toggle:focus { border-color: %7; }"
                          "QToolButton#toggle:checked { background: %8; border-color: %7; }")
        .arg(t.surface.name(), t.mutedText.name(), t.line.name(), t.neutralBar.name(), t.raised.name(), t.text.name(), t.accent.name(),
             t.selection.name());
}

} // namespace

Theme Theme::light() {
    Theme t;
    t.isDark = false;
    t.background = QColor(0xf4f5f7);
    t.surface = QColor(0xffffff);
    t.raised = QColor(0xeceef1);
    t.line = QColor(0xdcdfe4);
    t.text = QColor(0x1c1f24);
    t.mutedText = QColor(0x596170);
    t.error = QColor(0xc62828);
    t.warning = QColor(0xd9730d);
    t.accent = QColor(0x1f6feb);
    t.onAccent = QColor(0xffffff);
    t.selection = QColor(0xdbe8fd);
    t.literal = QColor(0x0b5c47);
    t.neutralBar = QColor(0x9aa3b2);
    setFonts(t);
    return t;
}

Theme Theme::dark() {
    Theme t;
    t.isDark = true;
    t.background = QColor(0x16181c);
    t.surface = QColor(0x1e2126);
    t.raised = QColor(0x292d34);
    t.line = QColor(0x363b44);
    t.text = QColor(0xe8eaee);
    t.mutedText = QColor(0xa3abb8);
    t.error = QColor(0xff6b62);
    t.warning = QColor(0xf5a04a);
    t.accent = QColor(0x5b9cf8);
    t.onAccent = QColor(0x0d1117);
    t.selection = QColor(0x24395c);
    t.literal = QColor(0x86d4b4);
    t.neutralBar = QColor(0x6b7482);
    setFonts(t);
    return t;
}

size_t Theme::serviceSlot(std::string_view name) {
    // FNV-1a with MurmurHash3's finaliser: the same colour for a name on every machine and in every file. The basis
    // is one that gives the services of the demo shops many different colours.
    uint32_t hash = 0x811d50c2U;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
    hash = (hash ^ hash >> 16) * 0x85ebca6bU;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
    hash ^= hash >> 16;
    return hash % kServiceSlots;
}

QColor Theme::serviceColour(size_t slot) const {
    const auto& [light, dark] = kServiceColours[slot];
    return QColor(isDark ? dark : light);
}

QColor Theme::textOn(const QColor& fill) const {
    // Relative luminance (WCAG 2.1) decides between dark and light text.
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    const double luminance = 0.2126 * linear(fill.redF()) + 0.7152 * linear(fill.greenF()) + 0.0722 * linear(fill.blueF());
    return luminance > 0.179 ? QColor(0, 0, 0) : QColor(0xffffff); // where black and white contrast alike: 4.58:1
}

QColor Theme::difference(double value) const {
    const QColor less = isDark ? QColor(0x6b, 0xae, 0xe8) : QColor(0x1f, 0x6f, 0xb8), more = isDark ? QColor(0xf2, 0x9b, 0x4c) : QColor(0xc4, 0x5a, 0x00);
    const QColor same = isDark ? QColor(0x70, 0x74, 0x7c) : QColor(0xa8, 0xac, 0xb4);
    const double part = std::clamp(std::abs(value), 0.0, 1.0);
    const QColor& end = value < 0 ? less : more;
    const auto blend = [part](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * part)); };
    return {blend(same.red(), end.red()), blend(same.green(), end.green()), blend(same.blue(), end.blue())};
}

QColor Theme::ramp(double value) const {
    const double at = std::clamp(value, 0.0, 1.0) * (kViridis.size() - 1);
    const auto low = std::min(static_cast<size_t>(at), kViridis.size() - 2);
    const double part = at - static_cast<double>(low);
    const QColor a(kViridis[low]), b(kViridis[low + 1]);
    const auto blend = [part](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * part)); };
    return {blend(a.red(), b.red()), blend(a.green(), b.green()), blend(a.blue(), b.blue())};
}

QFont Theme::tabular() const {
    // Qt 6.4 cannot switch on the font feature "tnum"; Noto, DejaVu, Cantarell and Inter have tabular digits by
    // default, so the data font itself is used.
    return font;
}

const Theme& theme() { return currentTheme; }

ThemeMode themeMode() { return currentMode; }

void applyTheme(ThemeMode mode) {
    static const bool first = [] {
        systemFont = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
        return true;
    }();
    Q_UNUSED(first);
    currentMode = mode;
    const bool dark = mode == ThemeMode::Dark || (mode == ThemeMode::System && systemIsDark());
    currentTheme = dark ? Theme::dark() : Theme::light();
    const Theme& t = currentTheme;

    QPalette p;
    p.setColor(QPalette::Window, t.background);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.surface);
    p.setColor(QPalette::AlternateBase, t.background);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::PlaceholderText, t.mutedText);
    p.setColor(QPalette::Button, t.raised);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.error);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Highlight, t.selection);
    p.setColor(QPalette::HighlightedText, t.text);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::Light, t.raised.lighter(t.isDark ? 130 : 104));
    p.setColor(QPalette::Midlight, t.raised);
    p.setColor(QPalette::Mid, t.line);
    p.setColor(QPalette::Dark, t.isDark ? t.line.lighter(120) : t.line.darker(115));
    p.setColor(QPalette::Shadow, t.isDark ? QColor(0, 0, 0) : QColor(0x8a919c));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.isDark ? QColor(0x727a88) : QColor(0x8b93a1));
    if (QCoreApplication::instance() != nullptr && qApp->inherits("QApplication")) {
        if (qApp->style()->name() != QStringLiteral("fusion"))
            QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
        QApplication::setFont(t.font);
        QApplication::setPalette(p);
        QToolTip::setPalette(p);
        qApp->setStyleSheet(flatParts(t));
    }
}

} // namespace aisle
