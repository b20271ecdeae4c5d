#pragma once
// What tests of views share: waiting for background work, finding widgets as a person (or a screen reader) does, and
// a small demo shop as a workspace.

#include "demo/demo_shop.h"
#include "import_job.h"
#include "view_context.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QDeadlineTimer>
#include <QLabel>
#include <QMenu>
#include <QTest>
#include <QTimer>
#include <QWidget>

#include <fstream>

namespace aisle::test {

/// True when all background work of all windows is done and shown. Chains of workers need no more: the next one is
/// started before the count of busy ones is looked at again.
inline bool settle(int milliseconds = 60'000) {
    const QDeadlineTimer until(milliseconds);
    do {
        if (!QTest::qWaitFor([] { return Worker::busyCount() == 0; }, static_cast<int>(until.remainingTime())))
            return false;
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCoreApplication::processEvents(); // may begin other work: what came to rest is followed by who waited for it
    } while (Worker::busyCount() > 0);
    return true;
}

/// The one widget of that type with that accessible name; fatal when there is none, so that a test cannot pass by
/// looking at nothing.
template <typename T>
T* named(const QWidget* root, const QString& accessibleName) {
    for (T* widget : root->findChildren<T*>())
        if (widget->accessibleName() == accessibleName)
            return widget;
    qFatal("no widget is called %s", qPrintable(accessibleName));
}

/// The one button with that text.
template <typename T>
T* buttonWithText(const QWidget* root, const QString& text) {
    for (T* widget : root->findChildren<T*>())
        if (widget->text() == text)
            return widget;
    qFatal("no button says %s", qPrintable(text));
}

/// The words of all labels that can be seen.
inline QString visibleWords(const QWidget* root) {
    QStringList words;
    for (const QLabel* label : root->findChildren<QLabel*>())
        if (label->isVisible() && !label->text().isEmpty())
            words.append(label->text());
    return words.join(QLatin1Char('\n'));
}

/// In the menu that `open` opens, which runs an event loop of its own, chooses the entry with these words (up to its
/// shortcut); `meanwhile` is called before, with the menu open. False when there is no such entry.
inline bool chooseInMenu(const std::function<void()>& open, const QString& words, const std::function<void()>& meanwhile = {}) {
    bool isChosen = false, isOver = false;
    QTimer chooser;
    QObject::connect(&chooser, &QTimer::timeout, &chooser, [&] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        if (menu == nullptr || isOver)
            return;
        isOver = true;
        if (meanwhile)
            meanwhile();
        for (QAction* action : menu->actions())
            if (action->text().section(QLatin1Char('\t'), 0, 0) == words) {
                isChosen = action->isEnabled();
                QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
                return;
            }
        menu->close();
    });
    chooser.start(10);
    open();
    return isChosen;
}

/// The same for the context menu of that place.
inline bool chooseInMenu(QWidget* widget, const QPoint& at, const QString& words, const std::function<void()>& meanwhile = {}) {
    return chooseInMenu(
        [&] {
            QContextMenuEvent event(QContextMenuEvent::Mouse, at, widget->mapToGlobal(at));
            QCoreApplication::sendEvent(widget, &event);
        },
        words, meanwhile);
}

/// A view in a plain window of that size: shown by itself its size hints would make the offscreen platform warn.
template <typename Shown>
class Host {
public:
    template <typename... Arguments>
    explicit Host(QSize size, Arguments&&... arguments) : view(new Shown(std::forward<Arguments>(arguments)..., &window)) {
        window.resize(size);
        view->resize(size);
        window.show();
    }
    QWidget window;
    Shown* view; ///< in the window
};

/// Warnings of Qt fail a test as everywhere, but not these: the offscreen platform has no window manager and says so
/// when a tool tip or menu is raised or a window has a least size; X without a window manager likewise. To be called
/// in initTestCase() of a test whose main is AISLE_TEST_MAIN.
inline void failOnWarnings() {
    static QtMessageHandler before = nullptr;
    before = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& context, const QString& text) {
        static const char* const outsideOurControl[] = {"This plugin does not support raise()",
                                                        // a test took its cache folder away before a worker let go of it
                                                        "Could not remove our own lock file",
                                                        "This plugin does not support propagateSizeHints()",
                                                        "This plugin does not support grabbing the keyboard"};
        for (const char* known : outsideOurControl)
            if (text.startsWith(QLatin1String(known)))
                return;
        before(type, context, text);
        if (type == QtWarningMsg || type == QtCriticalMsg) {
            std::fprintf(stderr, "a warning fails this test: %s\n", qPrintable(text));
            std::abort();
        }
    });
}

/// In place of QTEST_MAIN. QT_FATAL_WARNINGS is decided before a message handler is asked, so it has to go.
#define AISLE_TEST_MAIN(TestClass)             \
    int main(int argc, char** argv) {          \
        qunsetenv("QT_FATAL_WARNINGS");        \
        QApplication app(argc, argv);          \
        TestClass test;                        \
        return QTest::qExec(&test, argc, argv); \
    }

inline ScopeTerm term(ScopeTerm::Kind kind, const std::string& text, const std::string& other = {}) {
    ScopeTerm out;
    out.kind = kind;
    out.text = text;
    out.other = other;
    return out;
}

inline std::filesystem::path writeDemo(const std::filesystem::path& path, const demo::Options& options) {
    std::ofstream out(path, std::ios::binary);
    demo::write(options, [&](std::string_view chunk) {
        return static_cast<bool>(out.write(chunk.data(), static_cast<std::streamsize>(chunk.size())));
    });
    return path;
}

/// A workspace `name`.aisle in the folder with what the files hold; null when the import failed.
inline std::shared_ptr<Workspace> importInto(const std::filesystem::path& workspacePath, const std::vector<std::filesystem::path>& files) {
    auto workspace = Workspace::open(workspacePath, Workspace::Access::Create);
    ImportJob job(workspace, files, {});
    job.start();
    job.wait();
    for (const ImportReport& report : job.reports())
        if (!report.succeeded())
            qFatal("%s", report.error.c_str());
    return workspace;
}

inline std::shared_ptr<Workspace> demoWorkspace(const QString& folder, uint64_t sessions,
                                                demo::Scenario scenario = demo::Scenario::BadRelease) {
    const std::filesystem::path in(folder.toStdString());
    demo::Options options;
    options.scenario = scenario;
    options.sessions = sessions;
    return importInto(in / "shop.aisle", {writeDemo(in / "shop.jsonl", options)});
}

} // namespace aisle::test
