// Menus and what they do: every action has a shortcut or a mnemonic.

#include "journey/case_scope.h"
#include "theme/theme.h"
#include "masking_dialog.h"
#include "notes/notes_view.h"
#include "user_store.h"
#include "widgets/plain_text.h"
#include "window/main_window.h"
#include "window/picture.h"
#include "window/scope_bar.h"

#include <QActionGroup>
#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QMenuBar>
#include <QSettings>

namespace aisle {

namespace {

constexpr int kRecentFiles = 12;

std::vector<std::filesystem::path> toPaths(const QStringList& names) {
    std::vector<std::filesystem::path> paths;
    for (const QString& name : names)
        paths.emplace_back(name.toStdString());
    return paths;
}

} // namespace

void MainWindow::buildMenus() {
    const auto action = [this](QMenu* menu, const QString& text, const QKeySequence& key, auto&& run) {
        QAction* made = menu->addAction(text);
        made->setShortcut(key);
        connect(made, &QAction::triggered, this, run);
        return made;
    };
    QMenu* file = menuBar()->addMenu(QStringLiteral("&File"));
    action(file, QStringLiteral("&Open..."), QKeySequence::Open, [this] { chooseAndOpen(false); });
    file->setToolTipsVisible(true);
    add_ = action(file, QStringLiteral("&Add files..."), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), [this] { chooseAndOpen(true); });
    action(file, QStringLiteral("Import &table..."), {}, [this] { chooseTable(); })
        ->setToolTip(QStringLiteral("A CSV or TSV file: say which column holds what"));
    recent_ = file->addMenu(QStringLiteral("Open &recent"));
    connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    action(file, QStringLiteral("Open the &demo shop"), {}, [this] { openDemo(); });
    file->addSeparator();
    action(file, QStringLiteral("Save workspace &as..."), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { saveAs(); });
    action(file, QStringLiteral("&Export traces..."), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_E), [this] { exportTraces(); });
    action(file, QStringLiteral("Export &picture of the view..."), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { exportPicture(); });
    action(file, QStringLiteral("Export &table of the view..."), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), [this] { exportTable(); });
    file->addSeparator();
    action(file, QStringLiteral("&New window"), QKeySequence::New, [this] {
        auto* window = new MainWindow(services_);
        window->show();
        if (document_)
            window->showDocument(document_);
    });
    action(file, QStringLiteral("&Clear unnamed workspaces"), {}, [this] {
        setActivity(QStringLiteral("Removing unnamed workspaces"));
        cacheWorker_.run<uint64_t>([](const StopToken&) { return Document::cache().clear(); },
                                   [this](uint64_t freed) {
                                       setActivity({});
                                       showNews(QStringLiteral("Removed unnamed workspaces that are not open: %1 freed.").arg(toQString(formatBytes(freed))));
                                   },
                                   [this](const QString& problem) {
                                       setActivity({});
                                       showMessage(problem);
                                   });
    });
    action(file, QStringLiteral("Close &window"), QKeySequence::Close, [this] { close(); });
    action(file, QStringLiteral("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [] { QApplication::closeAllWindows(); });

    QMenu* go = menuBar()->addMenu(QStringLiteral("&Selection"));
    QAction* back = action(go, QStringLiteral("&Back"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { context_.selection().goBack(); });
    QAction* forward = action(go, QStringLiteral("&Forward"), QKeySequence(Qt::ALT | Qt::Key_Right), [this] { context_.selection().goForward(); });
    const auto enable = [this, back, forward] {
        back->setEnabled(context_.selection().canGoBack());
        forward->setEnabled(context_.selection().canGoForward());
    };
    connect(&context_.selection(), &SelectionModel::historyChanged, this, enable);
    enable();
    action(go, QStringLiteral("&Search or ask in TraceQL"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { scopeBar_->edit(); });
    action(go, QStringLiteral("&Copy the scope"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K), [this] {
        context_.exporter().toClipboard(redactedQuery(context_.selection().scope().toText(), *context_.journey(), context_.exporter().redactor()));
    });
    QAction* reveal = action(go, tr("Reveal &personal data"), QKeySequence(), [] {});
    reveal->setCheckable(true);
    reveal->setToolTip(tr("E-mail addresses, names, cards and the like are masked in what is copied or exported from this window, and on the page of an order, until they are revealed; at most until the window is closed or opens another file"));
    connect(reveal, &QAction::triggered, &context_, &ViewContext::revealRequested);
    connect(&context_, &ViewContext::revealRequested, this, [this](bool on) {
        masking_->setRevealed(on);
        showMessage(on ? tr("Personal data is shown on the page of an order, and goes along with what is copied or exported, until this window is closed.") : tr("Personal data is masked again."), on ? tr("Mask again") : QString(),
                    on ? std::function<void()>([this] { masking_->setRevealed(false); }) : std::function<void()>());
    });
    connect(masking_, &WindowMasking::changed, reveal, [this, reveal] { reveal->setChecked(masking_->isRevealed()); });
    connect(masking_, &WindowMasking::failed, this, [this](const QString& why) { showMessage(tr("Own rules of masking are not in use: %1").arg(why)); });
    action(go, tr("&Masking…"), QKeySequence(), [this] {
        auto* dialog = findChild<MaskingDialog*>(QString(), Qt::FindDirectChildrenOnly);
        if (dialog != nullptr) { // with what is being edited
            dialog->raise();
            dialog->activateWindow();
            return;
        }
        dialog = new MaskingDialog(context_, *masking_, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
    });
    action(go, QStringLiteral("C&lear the scope"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X), [this] { context_.selection().setScope({}); });
    action(go, QStringLiteral("Filter to &errors"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), [this] {
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Error;
        context_.selection().addTerm(term);
    });
    action(go, QStringLiteral("&Slowest trace"), QKeySequence(Qt::CTRL | Qt::Key_J), [this] {
        TraceIndex slowest = kNoTrace;
        context_.scopeResult()->traces.forEach([&](size_t i) {
            const auto t = static_cast<TraceIndex>(i);
            if (slowest == kNoTrace || context_.table()->summary(t).duration > context_.table()->summary(slowest).duration)
                slowest = t;
        });
        if (slowest != kNoTrace)
            context_.selection().setFocus(Focus::onTrace(context_.table()->traceId(slowest)));
    });

    action(go, QStringLiteral("&Find in the waterfall"), QKeySequence::Find, [this] {
        for (QWidget* widget = QApplication::focusWidget(); widget != nullptr; widget = widget->parentWidget())
            if (auto* focused = qobject_cast<View*>(widget); focused != nullptr && focused->hasSearch())
                return focused->openSearch();
        showView("waterfall");
        view("waterfall")->openSearch();
    });

    action(go, tr("Add a &note"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), [this] {
        auto* notes = static_cast<NotesView*>(view("notes"));
        if (!notes->subject())
            return showMessage(tr("Choose what the note is about first: a span, trace, service, edge, stage or session, or a time range."));
        showView("notes");
        notes->edit();
    });
    action(go, tr("&Bookmark"), QKeySequence(Qt::CTRL | Qt::Key_D), [this] {
        auto* notes = static_cast<NotesView*>(view("notes"));
        if (!notes->subject())
            return showMessage(tr("Choose what to bookmark first: a span, trace, service, edge, stage or session, or a time range."));
        notes->toggleBookmark();
    });
    connect(&context_.notes(), &Notes::failed, this, [this](const QString& problem) { showMessage(problem); });

    viewMenu_ = menuBar()->addMenu(QStringLiteral("&View"));
    const QStringList names = {QStringLiteral("&Overview"), QStringLiteral("&Traces"), QStringLiteral("&Journey"), QStringLiteral("&Graph"), QStringLiteral("&Explore"), QStringLiteral("Or&ders")};
    for (int i = 0; i < names.size(); ++i)
        action(viewMenu_, names[i], QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)), [this, i] { setPerspective(i); });
    viewMenu_->addSeparator();
    QMenu* ofTrace = viewMenu_->addMenu(QStringLiteral("Trace &as"));
    int page = 0;
    for (const ViewInfo& info : views())
        if (std::string_view(info.dock) == kTraceDock)
            action(ofTrace, QString::fromLatin1(info.title), QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + page++)),
                   [this, id = info.id] { showView(id); });
    QMenu* panels = viewMenu_->addMenu(QStringLiteral("&Panels"));
    for (const auto& [id, widget] : docks_)
        panels->addAction(widget->toggleViewAction());
    dock("report")->toggleViewAction()->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_I));
    savedViews_ = new UserStore(context_, kSavedView, tr("view"), 500, false, this);
    connect(savedViews_, &UserStore::failed, this, [this](const QString& problem) { showMessage(problem); });
    QMenu* saved = viewMenu_->addMenu(tr("Sa&ved views"));
    connect(saved, &QMenu::aboutToShow, this, [this, saved] { fillSavedViews(saved); });
    action(viewMenu_, tr("P&in a copy of the view"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), [this] { pinView(); });
    action(viewMenu_, QStringLiteral("&Reset the layout"), {}, [this] { resetLayout(); });
    viewMenu_->addSeparator();
    QMenu* themes = viewMenu_->addMenu(QStringLiteral("T&heme"));
    auto* group = new QActionGroup(this);
    const std::pair<const char*, ThemeMode> modes[] = {{"&System", ThemeMode::System}, {"&Light", ThemeMode::Light}, {"&Dark", ThemeMode::Dark}};
    for (const auto& [name, mode] : modes) {
        QAction* made = action(themes, QString::fromLatin1(name), {}, [m = mode] {
            applyTheme(m);
            QSettings().setValue(QStringLiteral("theme"), static_cast<int>(m));
        });
        made->setCheckable(true);
        made->setChecked(themeMode() == mode);
        group->addAction(made);
    }
    QAction* utc = action(viewMenu_, QStringLiteral("Times in &UTC"), {}, [] {});
    utc->setCheckable(true);
    utc->setChecked(QSettings().value(QStringLiteral("utc")).toBool());
    context_.setTimeZone({utc->isChecked()});
    connect(utc, &QAction::toggled, this, [this](bool on) {
        context_.setTimeZone({on});
        QSettings().setValue(QStringLiteral("utc"), on);
    });

    QMenu* help = menuBar()->addMenu(QStringLiteral("&Help"));
    action(help, QStringLiteral("&Keyboard shortcuts"), QKeySequence(Qt::Key_F1), [this] { showShortcuts(); })
        ->setShortcuts({QKeySequence(Qt::Key_F1), QKeySequence(Qt::Key_Question)});
    action(help, QStringLiteral("&About Aisle"), {}, [this] {
        showMessage(QStringLiteral("Aisle %1, GPL-3.0-or-later. Workspaces stay on this machine; nothing is sent anywhere.").arg(QLatin1String(AISLE_VERSION)));
    });
}

void MainWindow::fillRecent() {
    recent_->clear();
    const QStringList files = QSettings().value(QStringLiteral("recent")).toStringList();
    for (const QString& name : files) {
        QAction* made = recent_->addAction(menuText(name));
        connect(made, &QAction::triggered, this, [this, name] { open({std::filesystem::path(name.toStdString())}); });
    }
    if (files.isEmpty())
        recent_->addAction(QStringLiteral("Nothing opened yet"))->setEnabled(false);
}

void MainWindow::rememberRecent(const std::vector<std::filesystem::path>& paths) {
    QSettings settings;
    QStringList files = settings.value(QStringLiteral("recent")).toStringList();
    for (const auto& path : paths) {
        std::error_code error;
        const QString name = toQString(std::filesystem::absolute(path, error).string());
        files.removeAll(name);
        files.prepend(name);
    }
    while (files.size() > kRecentFiles)
        files.removeLast();
    settings.setValue(QStringLiteral("recent"), files);
}

void MainWindow::chooseAndOpen(bool adding) {
    auto* dialog = new QFileDialog(this, adding ? QStringLiteral("Add trace files") : QStringLiteral("Open traces or a workspace"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters({QStringLiteral("Traces and workspaces (%1 *.aisle *.gz *.zst *.zip *.tar *.tgz *.xz *.bz2)").arg(services_.filePatterns.join(QLatin1Char(' '))),
                            QStringLiteral("All files (*)")});
    connect(dialog, &QFileDialog::filesSelected, this, [this, adding](const QStringList& names) {
        if (adding)
            add(toPaths(names));
        else
            open(toPaths(names));
    });
    dialog->open();
}

void MainWindow::saveAs() {
    if (!document_)
        return;
    auto* dialog = new QFileDialog(this, QStringLiteral("Save workspace as"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("aisle"));
    dialog->setNameFilter(QStringLiteral("Aisle workspace (*.aisle)"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& name) {
        const std::filesystem::path path(name.toStdString());
        setActivity(QStringLiteral("Saving as %1").arg(singleLine(toQString(path.filename().string()))));
        // Other windows keep the document, so that it may finish after this window is gone.
        document_->saveAs(path, [window = QPointer<MainWindow>(this), path](const QString& problem) {
            if (problem.isEmpty())
                rememberRecent({path});
            if (!window)
                return;
            window->setActivity({});
            if (problem.isEmpty())
                window->showNews(QStringLiteral("Saved as %1.").arg(toQString(path.string())));
            else
                window->showMessage(problem);
        });
    });
    dialog->open();
}

/// The view with the keyboard, else the perspective's main view, else one that is shown; null when none of them can.
View* MainWindow::viewThat(const std::function<bool(const View&)>& can) const {
    std::vector<View*> candidates;
    for (QWidget* widget = QApplication::focusWidget(); widget != nullptr; widget = widget->parentWidget())
        if (auto* found = qobject_cast<View*>(widget))
            candidates.push_back(found);
    candidates.push_back(mainView());
    for (const auto& [id, shown] : views_)
        if (shown->isVisible())
            candidates.push_back(shown);
    const auto found = std::find_if(candidates.begin(), candidates.end(), [&](const View* v) { return can(*v); });
    return found == candidates.end() ? nullptr : *found;
}

void MainWindow::exportPicture() {
    const auto hasPicture = [](const View& v) { return !v.pictureSize().isEmpty(); };
    View* shown = viewThat([&](const View& v) { return hasPicture(v) || !v.documents().empty(); });
    if (shown == nullptr) {
        showMessage(QStringLiteral("No view here has a picture to export. Open a waterfall, graph or funnel first."));
        return;
    }
    QStringList filters;
    if (hasPicture(*shown))
        filters = {QStringLiteral("PNG picture (*.png)"), QStringLiteral("SVG drawing (*.svg)"), QStringLiteral("PDF document (*.pdf)")};
    for (const ViewDocument& document : shown->documents())
        filters << document.name + QStringLiteral(" (*.") + document.suffix + QLatin1Char(')');
    auto* dialog = saveDialog(QStringLiteral("Export view"), filters);
    QPointer<View> target(shown);
    connect(dialog, &QFileDialog::fileSelected, this, [this, target](const QString& name) {
        if (!target)
            return;
        // Widgets paint on this thread; a picture is turned into a file on another.
        const QString suffix = name.section(QLatin1Char('.'), -1).toLower();
        const std::vector<ViewDocument> documents = target->documents();
        const auto document = std::find_if(documents.begin(), documents.end(), [&](const ViewDocument& d) { return d.suffix == suffix; });
        if (document != documents.end())
            exportTo(name, [render = document->render, exporter = context_.exporter()] { return render(exporter.redactor()); });
        else if (target->pictureSize().isEmpty())
            showMessage(QStringLiteral("This view has no picture. It can be written as one of the forms that the dialog offers."));
        else if (suffix == QLatin1String("svg"))
            exportTo(name, [bytes = svgPicture(*target)] { return bytes; });
        else if (suffix == QLatin1String("pdf"))
            exportTo(name, [bytes = pdfPicture(*target)] { return bytes; });
        else
            exportTo(name, [image = paintedPicture(*target)] { return pngOf(image); });
    });
    dialog->open();
}

/// Renders and writes on a worker.
void MainWindow::exportTo(const QString& name, std::function<std::string()> render) {
    if (exportWorker_.isBusy()) {
        showMessage(QStringLiteral("Another file is still being written. Export this one when it is done."));
        return;
    }
    setActivity(QStringLiteral("Writing %1").arg(singleLine(name)));
    exportWorker_.run<bool>(
        [exporter = context_.exporter(), name, render = std::move(render)](const StopToken&) {
            exporter.toFile(name.toStdString(), render());
            return true;
        },
        [this, name](bool) {
            setActivity({});
            showNews(QStringLiteral("Written to %1.").arg(name));
        },
        [this](const QString& problem) {
            setActivity({});
            showMessage(problem);
        });
}

void MainWindow::exportTable() {
    std::shared_ptr<Tabular> table;
    const auto hasRows = [&table](const View& v) {
        table = v.tabular();
        return table && !table->rows.empty();
    };
    if (viewThat(hasRows) == nullptr) {
        showMessage(QStringLiteral("No view here has a table to export."));
        return;
    }
    auto* dialog = saveDialog(QStringLiteral("Export table"), {QStringLiteral("CSV (*.csv)"), QStringLiteral("JSON (*.json)"), QStringLiteral("Text (*.txt)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this, table](const QString& name) {
        const TextFormat format = name.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive)  ? TextFormat::Json
                                  : name.endsWith(QStringLiteral(".txt"), Qt::CaseInsensitive) ? TextFormat::Text
                                                                                               : TextFormat::Csv;
        exportTo(name, [exporter = context_.exporter(), table, format] { return exporter.render(*table, format); });
    });
    dialog->open();
}

void MainWindow::showShortcuts() {
    static constexpr std::pair<const char*, const char*> list[] = {
        {"Ctrl+Shift+N, Ctrl+D", "A note, a bookmark on what is chosen"},
        {"Ctrl+Shift+P", "Pin a copy of the view, which keeps its scope"},
        {"Ctrl+1 to Ctrl+6", "Overview, Traces, Journey, Graph, Explore, Orders"},
        {"Alt+1 to Alt+7", "The trace as waterfall, lanes, flame graph, spans, statistics, comparison, sequence diagram"},
        {"Ctrl+click, Ctrl+A", "In the list of traces: several traces on one timeline"},
        {"Alt+Left, Alt+Right", "Selection back, forward"},
        {"Ctrl+K", "Search, ask in TraceQL, edit the scope as text"},
        {"Click", "Put in focus: every view highlights it"},
        {"Shift+click, Shift+Enter", "Filter to this"},
        {"Enter", "In a list, graph or funnel: filter to this, open a group of the graph; in the waterfall: fit the span; in the sequence: open a loop, fold it"},
        {"Double click, Enter", "On a case or a trace of a list: open the waterfall as well, where no view of a trace is shown"},
        {"Double click, L", "On a number of the journey: list exactly the cases that it counts; Shift+L in the funnel: those who stopped; Enter on a bar of the times"},
        {"Up, Down", "In the funnel: those who stopped at the stage, the stage again"},
        {"Escape", "Step back: zoom, focus, last part of the scope"},
        {"Ctrl+wheel, W and S", "Zoom at the cursor"},
        {"A and D, Shift+wheel", "Pan; also by dragging with Shift or the middle button"},
        {"Drag on the small picture", "Choose the range on show; double click shows everything"},
        {"Drag, Enter", "Mark and measure a range, zoom to it; it snaps to ends of spans, with Ctrl it does not"},
        {"F, 0", "Fit what is in focus, fit all"},
        {"Left, Right", "Collapse or parent, expand or child"},
        {"[ and ], 1 to 9", "Collapse all, expand all, collapse to that depth"},
        {"R", "In the waterfall: only this and what is below it, and back"},
        {"C, H, Shift+H", "In the waterfall: only the critical path; hide a service, show all again"},
        {"I, T", "In the waterfall: fold idle time; time of day on the axis"},
        {"G, Shift+G, L", "In the waterfall: to the span that it links to, to one that links to it; with all linked traces"},
        {"E, P, N", "In the waterfall: next error, next span on the critical path, next match; with Shift the one before"},
        {"Comma, full stop", "Sibling before, next sibling"},
        {"N", "On the map of paths: the next line of an activity"},
        {"Ctrl+F", "Find in the waterfall, or in the graph"},
        {"Ctrl+L", "Filter the list of traces"},
        {"Ctrl+J", "Slowest trace of the scope"},
        {"Ctrl+I", "Import report"},
        {"Ctrl+Z", "Undo what the sentence above the views, or above what a dialog edits, is about"},
        {"Delete, Ctrl+Z", "In the import report: remove a file, undo that"},
    };
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QStringLiteral("Keyboard shortcuts"));
    auto* grid = new QGridLayout(dialog);
    grid->setContentsMargins(measure::kGap, measure::kGap, measure::kGap, measure::kGap);
    grid->setHorizontalSpacing(measure::kGap * 2);
    int row = 0;
    for (const auto& [keys, words] : list) {
        auto* key = new QLabel(QString::fromLatin1(keys), dialog);
        QFont bold = key->font();
        bold.setWeight(QFont::DemiBold);
        key->setFont(bold);
        grid->addWidget(key, row, 0);
        grid->addWidget(new QLabel(QString::fromLatin1(words), dialog), row++, 1);
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    grid->addWidget(buttons, row, 0, 1, 2);
    dialog->show();
}

} // namespace aisle
