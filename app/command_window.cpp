#include "command.h"

#include "scope_result.h"

#include "demo/demo_shop.h"
#include "importer.h"
#include "input/glob.h"
#include "theme/theme.h"
#include "table_sample.h"
#include "window/main_window.h"
#include "window_export.h"
#include "window_import.h"

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace aisle {

namespace {

struct Options {
    std::vector<std::string> files;
    std::string select;
    bool demo = false;
};

/// The demo shop in the cache folder; written once per version.
std::vector<std::filesystem::path> writeDemo() {
    const std::filesystem::path folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation).toStdString();
    std::filesystem::create_directories(folder);
    const std::filesystem::path path = folder / "demo-shop-" AISLE_VERSION ".jsonl";
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        std::string partial = path.string() + ".XXXXXX"; // two windows or processes may write it at once
        const int descriptor = ::mkstemp(partial.data());
        std::FILE* file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb");
        if (file == nullptr)
            throw std::runtime_error(path.string() + " cannot be written.");
        demo::Options options;
        options.scenario = demo::Scenario::BadRelease;
        options.sessions = 1500;
        demo::write(options, [&](std::string_view chunk) { return std::fwrite(chunk.data(), 1, chunk.size(), file) == chunk.size(); });
        const bool broken = std::ferror(file) != 0;
        if (std::fclose(file) != 0 || broken) {
            std::filesystem::remove(partial, error);
            throw std::runtime_error(path.string() + " cannot be written; the disk may be full.");
        }
        std::filesystem::rename(partial, path);
    }
    return {path};
}

int runWindow(const Options& o, int& argc, char** argv) {
    const std::vector<std::filesystem::path> files = expandInputs(o.files);
    for (const std::filesystem::path& path : files)
        if (std::error_code error; !std::filesystem::exists(path, error))
            throw std::runtime_error(path.string() + " does not exist." +
                                     (path.string().find_first_of("./") == std::string::npos ? " If it was meant as a subcommand, see aisle --help." : ""));
    if (std::getenv("QT_QPA_PLATFORM") == nullptr && std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr)
        throw std::runtime_error("There is no display to open a window on. Use aisle show, or set DISPLAY.");
    std::optional<Scope> scope;
    if (!o.select.empty()) {
        scope = scopeOfOption("--select", o.select);
        if (!scope)
            return kWrongUsage;
    }
    QApplication::setApplicationName(QStringLiteral("aisle"));
    QApplication::setApplicationDisplayName(QStringLiteral("Aisle"));
    QApplication::setOrganizationName(QStringLiteral("aisle"));
    QApplication::setDesktopFileName(QStringLiteral("aisle"));
    QApplication app(argc, argv);
    applyTheme(static_cast<ThemeMode>(std::clamp(QSettings().value(QStringLiteral("theme"), 0).toInt(), 0, 2)));

    WindowServices services;
    services.makeImport = [] { return std::make_unique<WindowImport>(); };
    services.writeDemo = writeDemo;
    services.openTable = openTable;
    services.traceExport = makeTraceExport();
    for (const Format& format : formats())
        for (const QString& pattern : QString::fromUtf8(format.patterns.data(), static_cast<qsizetype>(format.patterns.size())).split(QLatin1Char(' '), Qt::SkipEmptyParts))
            if (!services.filePatterns.contains(pattern))
                services.filePatterns.append(pattern);
    auto* window = new MainWindow(services); // deletes itself when it is closed
    if (scope)
        window->setInitialScope(*scope);
    window->show();
    if (!files.empty())
        window->open(files);
    else if (o.demo)
        window->openDemo();
    return QApplication::exec();
}

} // namespace

void addWindowCommand(CLI::App& app, Run& run) {
    auto o = std::make_shared<Options>();
    app.add_option("FILE", o->files, "A workspace, or trace files, archives, folders or quoted patterns");
    app.add_option("--select", o->select, "Scope to start with, for example '{ resource.service.name = \"checkout\" }'");
    app.add_flag("--demo-shop", o->demo, "Open the demo shop when no file is given");
    run = [o](int& argc, char** argv) { return runWindow(*o, argc, argv); };
}

} // namespace aisle
