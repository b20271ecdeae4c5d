#pragma once
// The application of a subcommand that draws: needs no display.

#include "theme/theme.h"

#include <QApplication>

#include <cstdlib>
#include <string>

namespace aisle {

class OffscreenApplication {
public:
    /// `theme`: "dark", else light. The platform is the one that the environment names, where it does.
    OffscreenApplication(int& argc, char** argv, const std::string& theme) : app_(argc, withPlatform(argv)) { applyTheme(theme == "dark" ? ThemeMode::Dark : ThemeMode::Light); }

private:
    static char** withPlatform(char** argv) {
        if (std::getenv("QT_QPA_PLATFORM") == nullptr)
            qputenv("QT_QPA_PLATFORM", "offscreen");
        return argv;
    }
    QApplication app_;
};

} // namespace aisle
