#include "window/main_window.h"

#include "report/report_panel.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "time_strip/time_strip.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"
#include "window/rail.h"
#include "query_bar/query_store.h"
#include "window/scope_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QCryptographicHash>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QProgressBar>
#include <QStatusBar>
#include <QTimer>
#include <QToolButton>

namespace aisle {

namespace {

constexpr int kNewsStay = 5000; ///< ms

/// Whole seconds: an estimate has no hundredths.
QString timeLeft(double seconds) {
    return seconds < 60 ? QStringLiteral("%1 s").arg(std::max(1, static_cast<int>(seconds)))
                        : toQString(formatDuration(static_cast<int64_t>(seconds) * 1'000'000'000));
}

std::vector<std::filesystem::path> localPaths(const QMimeData* data) {
    std::vector<std::filesystem::path> paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            paths.emplace_back(url.toLocalFile().toStdString());
    return paths;
}

} // namespace

/// The sentence above the views: what happened and what to do.
class MessageStrip : public QWidget {
public:
    using QWidget::QWidget;
    bool isNews = false; ///< good news, which goes by itself

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        p.fillRect(rect(), theme().raised);
        p.fillRect(QRect(0, 0, 3, height()), isNews ? theme().mutedText : theme().warning);
        p.fillRect(QRect(0, height() - 1, width(), 1), theme().line);
    }
};

MainWindow::MainWindow(const WindowServices& services) : services_(services) {
    setAttribute(Qt::WA_DeleteOnClose);
    setAcceptDrops(true);
    setObjectName(QStringLiteral("aisle"));
    context_.exporter().clipboard = [](const std::string& text) { QApplication::clipboard()->setText(toQString(text)); };
    context_.exporter().marked = [](const std::string& text) {
        if (QApplication::clipboard()->ownsSelection())
            QApplication::clipboard()->setText(toQString(text), QClipboard::Selection);
    };
    masking_ = new WindowMasking(context_, this);
    new CopyFilter(context_.exporter(), this);
    buildCentre();
    buildDocks();
    buildStatusBar();
    buildMenus();
    restoreLayout();
    updateTitle();
    updateStatus();
    connect(&context_, &ViewContext::openRequested, this, [this] { chooseAndOpen(false); });
    connect(&context_, &ViewContext::traceRequested, this, &MainWindow::showTrace);
    connect(&context_, &ViewContext::undoOffered, this, &MainWindow::offerUndo);
    connect(&context_, &ViewContext::scopeResultChanged, this, &MainWindow::updateStatus);
    connect(&context_.selection(), &SelectionModel::focusChanged, this, &MainWindow::updateStatus);
}

MainWindow::~MainWindow() {
    // Views refer to the context, which is a member and would go before Qt deletes the children.
    delete area_;
    delete scopeBar_;
    delete timeStrip_;
}

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    auto* across = new QHBoxLayout(centre);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(0);
    rail_ = new Rail(centre);
    rail_->add(QStringLiteral("Overview"), Icon::Overview, QStringLiteral("What this file is, in ten seconds (Ctrl+1)"));
    rail_->add(QStringLiteral("Traces"), Icon::Traces, QStringLiteral("Trace list and waterfall (Ctrl+2)"));
    rail_->add(QStringLiteral("Journey"), Icon::Journey, QStringLiteral("Funnel of customer journeys (Ctrl+3)"));
    rail_->add(QStringLiteral("Graph"), Icon::Graph, QStringLiteral("Service dependency graph (Ctrl+4)"));
    rail_->add(QStringLiteral("Explore"), Icon::Explore, QStringLiteral("Charts of what is selected, and what is different about it (Ctrl+5)"));
    rail_->add(QStringLiteral("Orders"), Icon::Orders, QStringLiteral("What happened to orders from placed to delivered, and where they wait (Ctrl+6)"));
    connect(rail_, &Rail::chosen, this, &MainWindow::setPerspective);
    across->addWidget(rail_);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    scopeBar_ = new ScopeBar(context_, centre);
    connect(scopeBar_, &ScopeBar::failed, this, [this](const QString& problem) { showMessage(problem); });
    connect(scopeBar_, &ScopeBar::queryRemoved, this, [this](const QString& name, const QString& query) {
        offerUndo(QStringLiteral("The query \u201c%1\u201d was removed.").arg(singleLine(name)), [this, name, query] {
            scopeBar_->queries().keep(name, query);
            message_->hide();
        });
    });
    timeStrip_ = new TimeStrip(context_, centre);
    message_ = new MessageStrip(centre);
    auto* messageBox = new QHBoxLayout(message_);
    messageBox->setContentsMargins(measure::kGap, 4, measure::kPadding, 4);
    messageText_ = plainLabel(QString(), message_);
    messageText_->setWordWrap(true);
    messageText_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a name without spaces widens no window
    messageButton_ = new QToolButton(message_);
    auto* dismiss = new QToolButton(message_);
    dismiss->setIcon(themedIcon(Icon::Close));
    dismiss->setAutoRaise(true);
    dismiss->setToolTip(QStringLiteral("Dismiss"));
    dismiss->setAccessibleName(QStringLiteral("Dismiss the message"));
    connect(dismiss, &QToolButton::clicked, message_, &QWidget::hide);
    connect(messageButton_, &QToolButton::clicked, this, [this] {
        message_->hide();
        if (const auto action = std::exchange(messageAction_, {}))
            action();
    });
    messageBox->addWidget(messageText_, 1);
    messageBox->addWidget(messageButton_);
    messageBox->addWidget(dismiss);
    message_->hide();
    newsTimer_ = new QTimer(this);
    newsTimer_->setSingleShot(true);
    newsTimer_->setInterval(kNewsStay);
    connect(newsTimer_, &QTimer::timeout, message_, &QWidget::hide);
    area_ = new QMainWindow(centre);
    area_->setWindowFlags(Qt::Widget); // an inner dock area, so that bars above it span the docks
    area_->setDockNestingEnabled(true);
    area_->setDockOptions(QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks | QMainWindow::AnimatedDocks);
    area_->setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    column->addWidget(scopeBar_);
    column->addWidget(timeStrip_);
    column->addWidget(message_);
    column->addWidget(area_, 1);
    across->addLayout(column, 1);
    setCentralWidget(centre);
}

void MainWindow::buildStatusBar() {
    totals_ = new QLabel(this);
    shown_ = new ElidedLabel(this);
    progressText_ = new QLabel(this);
    progress_ = new QProgressBar(this);
    cancel_ = new QToolButton(this);
    for (QLabel* label : {totals_, progressText_})
        label->setTextFormat(Qt::PlainText);
    totals_->setContentsMargins(measure::kPadding, 0, measure::kGap, 0);
    progress_->setMaximumWidth(140);
    progress_->setMaximumHeight(12);
    progress_->setTextVisible(false);
    connect(cancel_, &QToolButton::clicked, this, [this] {
        // Taking out again what was written can take seconds.
        cancel_->setEnabled(false);
        cancel_->setText(QStringLiteral("Cancelling"));
        if (document_->isRemoving())
            document_->cancelRemoval(); // what waits is imported behind it
        else
            document_->cancelImport();
    });
    statusBar()->addWidget(totals_);
    statusBar()->addWidget(shown_, 1);
    statusBar()->addPermanentWidget(progressText_);
    statusBar()->addPermanentWidget(progress_);
    statusBar()->addPermanentWidget(cancel_);
    statusBar()->setSizeGripEnabled(false);
    progressTimer_ = new QTimer(this);
    progressTimer_->setInterval(200);
    connect(progressTimer_, &QTimer::timeout, this, &MainWindow::updateProgress);
    updateProgress();
}

void MainWindow::open(const std::vector<std::filesystem::path>& paths) {
    if (paths.empty())
        return;
    if (document_ || openWorker_.isBusy()) {
        auto* window = new MainWindow(services_);
        window->show();
        window->open(paths);
        return;
    }
    named_ = paths;
    setActivity(QStringLiteral("Opening %1").arg(singleLine(toQString(paths.front().filename().string()))));
    openWorker_.run<Document::Opened>(
        [paths, shared = Document::shareable(services_)](const StopToken&) { return Document::open(paths, shared); },
        [this, paths](Document::Opened opened) {
            setActivity({});
            DocumentPtr document = Document::of(std::move(opened), services_);
            if (!document)
                return open(paths);
            toRemember_ = paths;
            showDocument(std::move(document));
        },
        [this](const QString& problem) {
            setActivity({});
            showMessage(problem);
        });
}

void MainWindow::add(const std::vector<std::filesystem::path>& paths) {
    std::vector<std::filesystem::path> traces, workspaces;
    for (const auto& path : paths)
        (looksLikeWorkspace(path) ? workspaces : traces).push_back(path);
    for (const auto& workspace : workspaces)
        open({workspace});
    if (traces.empty())
        return;
    if (!document_)
        open(traces);
    else if (document_->workspace()->isReadOnly())
        showMessage(QStringLiteral("Nothing can be added: this workspace is open read-only. %1")
                        .arg(toQString(document_->workspace()->readOnlyReason())),
                    QStringLiteral("Open in a new window"), [this, traces] { open(traces); });
    else {
        toRemember_.insert(toRemember_.end(), traces.begin(), traces.end());
        named_.insert(named_.end(), traces.begin(), traces.end());
        document_->add(traces);
    }
}

void MainWindow::openDemo() {
    if (!services_.writeDemo)
        return;
    setActivity(QStringLiteral("Writing the demo shop"));
    demoWorker_.run<std::vector<std::filesystem::path>>(
        [write = services_.writeDemo](const StopToken&) { return write(); },
        [this](std::vector<std::filesystem::path> files) {
            setActivity({});
            open(files);
        },
        [this](const QString& problem) {
            setActivity({});
            showMessage(problem);
        });
}

void MainWindow::showDocument(DocumentPtr document) {
    rememberScope();
    if (document_)
        disconnect(document_.get(), nullptr, this, nullptr);
    document_ = std::move(document);
    filesShown_ = 0;
    message_->hide();
    connectDocument();
    unpinAll(); // what they show goes
    context_.setWorkspace(document_->workspace());
    takeTable();
    report_->setDocument(document_);
    if (document_->workspace()->isReadOnly())
        showMessage(QStringLiteral("Read-only: %1").arg(toQString(document_->workspace()->readOnlyReason())));
    else if (!document_->isUnnamed() && !document_->workspace()->takenOut().empty()) // an unnamed one goes on with the import
        showMessage(singleLine(toQString(document_->workspace()->takenOut())));
    updateTitle();
    updateProgress();
    if (initialScope_)
        context_.selection().setScope(*std::exchange(initialScope_, std::nullopt));
    else
        restoreScope();
    Q_EMIT documentShown();
    leaveWhenEmpty();
}

namespace {
const QString kScopes = QStringLiteral("scopes"); ///< "identity TraceQL" each, the last first
constexpr int kMostScopes = 100;
QString scopeKey(const std::filesystem::path& identity) {
    return QString::fromLatin1(QCryptographicHash::hash(QByteArray::fromStdString(identity.string()), QCryptographicHash::Sha1).toHex()) + QLatin1Char(' ');
}
} // namespace

void MainWindow::rememberScope() {
    if (!document_ || document_->identity().empty())
        return;
    QSettings settings;
    const QString key = scopeKey(document_->identity());
    QStringList scopes = settings.value(kScopes).toStringList();
    scopes.removeIf([&](const QString& other) { return other.startsWith(key); });
    if (const Scope& scope = context_.selection().scope(); !scope.isEmpty())
        scopes.prepend(key + toQString(scope.toText()));
    settings.setValue(kScopes, scopes.mid(0, kMostScopes));
}

/// What was looked at last time in this file, said and with the way out of it: nothing is left out silently.
void MainWindow::restoreScope() {
    if (document_->identity().empty())
        return;
    const QString key = scopeKey(document_->identity());
    for (const QString& remembered : QSettings().value(kScopes).toStringList()) {
        traceql::ParseError error;
        const auto scope = remembered.startsWith(key) ? Scope::parse(remembered.mid(key.size()).toStdString(), error) : std::nullopt;
        if (!scope || scope->isEmpty())
            continue;
        context_.selection().setScope(*scope);
        if (!message_->isVisibleTo(this))
            showMessage(QStringLiteral("The scope is that of last time."), QStringLiteral("Show everything"), [this] {
                message_->hide();
                context_.selection().setScope({});
            });
        return;
    }
}

/// An unnamed workspace that nothing came into, because its file could not be read or the import was cancelled, is not
/// left half open: the window goes back to what it was before. What was said about it stays.
void MainWindow::leaveWhenEmpty() {
    if (!document_ || !document_->isUnnamed() || document_->isImporting() || !document_->table()->isEmpty())
        return;
    if (!message_->isVisibleTo(this))
        showMessage(QStringLiteral("There are no spans in %1.").arg(document_->title()));
    disconnect(document_.get(), nullptr, this, nullptr);
    document_.reset();
    report_->setDocument(nullptr);
    toRemember_.clear();
    unpinAll();
    context_.setWorkspace(nullptr);
    updateTitle();
    updateStatus();
    updateProgress();
}

void MainWindow::connectDocument() {
    Document* d = document_.get();
    connect(d, &Document::tableChanged, this, &MainWindow::takeTable);
    connect(d, &Document::workspaceChanged, this, [this] {
        context_.moveTo(document_->workspace());
        updateTitle();
    });
    connect(d, &Document::reportsChanged, this, [this](size_t first) {
        const std::vector<ImportReport>& all = document_->reports();
        const std::vector<ImportReport> news(all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
        tellOf(news);
        askForColumns(news);
    });
    connect(d, &Document::reportsReset, this, [this](bool stored) {
        // A trace file that was imported before is as damaged as it was then.
        if (stored && document_->isUnnamed() && !message_->isVisibleTo(this))
            tellOf(document_->reports());
    });
    connect(d, &Document::removalStarted, this, &MainWindow::updateProgress);
    connect(d, &Document::removalFinished, this, [this](const QString& words, bool isProblem) {
        updateProgress();
        updateTitle();
        if (words.isEmpty())
            return;
        if (isProblem)
            showMessage(words);
        else
            offerUndo(words, [this, removed = document_->lastRemoval()] { undoRemoval(document_ && document_->undoRemoval(removed)); });
        message_->isNews = !isProblem; // but it stays, with the way back
    });
    connect(d, &Document::importStarted, this, &MainWindow::updateProgress);
    connect(d, &Document::indexChanged, this, [this] {
        updateProgress();
        const QString words = document_->isIndexing() ? QString() : document_->indexWords();
        if (document_->indexFailed())
            showMessage(words);
        else if (!words.isEmpty() && !message_->isVisibleTo(this))
            showNews(words);
    });
    connect(d, &Document::importFinished, this, [this](bool cancelled) {
        updateProgress();
        updateTitle();
        if (cancelled)
            showMessage(QStringLiteral("The import was cancelled; nothing of the unfinished file is in the workspace."));
        // The document is still in the middle of it, and goes on with what waits.
        QTimer::singleShot(0, this, &MainWindow::leaveWhenEmpty);
    });
    connect(d, &Document::changedOnDisk, this, [this] {
        showMessage(QStringLiteral("The workspace was changed by another process."), QStringLiteral("Reload"),
                    [this] { document_->reload(); });
    });
    connect(d, &Document::reloadFailed, this, [this](const QString& problem) {
        showMessage(QStringLiteral("The workspace could not be reloaded: %1").arg(problem), QStringLiteral("Try again"),
                    [this] { document_->reload(); });
    });
}

void MainWindow::takeTable() {
    context_.setTable(document_->table(), document_->isProvisional());
    // Remembered when something of it is shown: what could not be read, or was cancelled, is not worth opening again.
    const size_t files = document_->isProvisional() ? 0 : document_->table()->files().size();
    if (files > filesShown_ || !document_->isUnnamed())
        rememberRecent(std::exchange(toRemember_, {}));
    filesShown_ = std::max(filesShown_, files);
    updateTitle();
    updateStatus();
}

void MainWindow::updateTitle() {
    const bool isReadOnly = document_ && document_->workspace()->isReadOnly();
    QString title = document_ ? document_->title() : QString();
    if (isReadOnly)
        title += QStringLiteral(" (read-only)"); // the message that said so gives way to the next one
    setWindowTitle(document_ ? QStringLiteral("%1 \u2013 Aisle").arg(title) : QStringLiteral("Aisle"));
    scopeBar_->setDocumentTitle(title);
    add_->setEnabled(!isReadOnly);
    add_->setToolTip(isReadOnly ? singleLine(QStringLiteral("Read-only: ") + toQString(document_->workspace()->readOnlyReason())) : QString());
}

void MainWindow::setActivity(const QString& words) {
    activity_ = words;
    updateStatus();
}

void MainWindow::updateStatus() {
    const SpanTable& table = *context_.table();
    uint64_t services = 0;
    for (const std::string& service : table.services())
        services += service != kUnknownService;
    totals_->setText(document_ ? toQString(counted(table.spanCount(), "span", "spans") + " \u00b7 " + counted(table.traceCount(), "trace", "traces") +
                                           " \u00b7 " + counted(services, "service", "services") + (context_.isProvisional() ? " so far" : ""))
                               : QStringLiteral("Nothing is open"));
    const ScopeResult& scope = *context_.scopeResult();
    QStringList words;
    if (document_ && perspective_ >= 0)
        words << mainView()->statusText();
    if (const View* ofTrace = document_ ? traceView() : nullptr; ofTrace != nullptr && ofTrace != view("waterfall")) // that one says it itself
        words << ofTrace->statusText();
    if (!scope.everything)
        words << toQString(counted(scope.spanCount, "span", "spans") + " in " + counted(scope.traceCount, "trace", "traces") + " selected");
    if (const QString focus = singleLine(toQString(context_.selection().focus().toWords(&table))); !focus.isEmpty())
        words << QStringLiteral("Focus: ") + focus;
    words.removeAll(QString());
    shown_->setText(activity_.isEmpty() ? words.join(QStringLiteral("    ")) : activity_);
}

void MainWindow::updateProgress() {
    const bool isRemoving = document_ && document_->isRemoving();
    const bool running = isRemoving || (document_ && document_->isImporting());
    progress_->setAccessibleName(isRemoving ? QStringLiteral("Progress of the removal") : QStringLiteral("Import progress"));
    const bool indexing = document_ && document_->isIndexing();
    for (QWidget* widget : std::initializer_list<QWidget*>{progress_, cancel_})
        widget->setVisible(running);
    progressText_->setVisible(running || indexing);
    progressText_->setToolTip(indexing ? QStringLiteral("Spans will be found by their attributes at once; until then they are read")
                                       : QString());
    if (!running) {
        if (indexing)
            progressText_->setText(document_->indexWords());
        progressTimer_->stop();
        cancel_->setEnabled(true);
        cancel_->setText(QStringLiteral("Cancel"));
        return;
    }
    if (!progressTimer_->isActive())
        progressTimer_->start();
    cancel_->setToolTip(isRemoving ? QStringLiteral("Stop; then nothing is removed") : QStringLiteral("Stop the import; files that are not finished are not kept"));
    if (isRemoving) {
        const double share = document_->removalShare();
        progress_->setRange(0, 1000);
        progress_->setValue(static_cast<int>(share * 1000));
        progressText_->setText(share < 1 ? QStringLiteral("Removing %1 %").arg(static_cast<int>(share * 100)) : QStringLiteral("Removing: connecting what is left"));
        return;
    }
    const ImportStatus s = document_->importStatus();
    const uint64_t rate = s.seconds > 0.2 ? static_cast<uint64_t>(static_cast<double>(s.spans) / s.seconds) : 0;
    QString words = QStringLiteral("Importing");
    if (s.bytesTotal > 0) {
        const double share = std::min(1.0, static_cast<double>(s.bytesRead) / static_cast<double>(s.bytesTotal));
        progress_->setRange(0, 1000);
        progress_->setValue(static_cast<int>(share * 1000));
        words += QStringLiteral(" %1 %").arg(static_cast<int>(share * 100));
        if (share > 0.02 && s.seconds > 2)
            words += QStringLiteral(", %1 left").arg(timeLeft(s.seconds * (1 - share) / share));
    } else {
        progress_->setRange(0, 0);
    }
    if (rate > 0)
        words += QStringLiteral(" \u00b7 %1 spans/s").arg(toQString(formatCount(rate)));
    progressText_->setText(words);
}

void MainWindow::showMessage(const QString& words, const QString& button, std::function<void()> action) {
    messageText_->setText(words);
    messageButton_->setText(button);
    messageButton_->setShortcut(QKeySequence());
    messageButton_->setToolTip({});
    messageButton_->setVisible(!button.isEmpty());
    messageAction_ = std::move(action);
    newsTimer_->stop();
    message_->isNews = false;
    message_->update();
    message_->show();
}

void MainWindow::offerUndo(const QString& words, std::function<void()> undo) {
    showMessage(words, tr("Undo"), std::move(undo));
    messageButton_->setShortcut(QKeySequence::Undo);
    messageButton_->setToolTip(tr("Ctrl+Z"));
}

void MainWindow::hideMessage() { message_->hide(); }

void MainWindow::showNews(const QString& words) {
    showMessage(words);
    message_->isNews = true;
    newsTimer_->start();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    saveLayout();
    rememberScope();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!localPaths(event->mimeData()).empty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    add(localPaths(event->mimeData()));
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    // Escape steps back: the focus first, then the last part of the scope.
    if (event->key() == Qt::Key_Escape) {
        if (context_.selection().focus().kind != Focus::Kind::None)
            context_.selection().setFocus({});
        else if (!context_.selection().scope().isEmpty())
            context_.selection().removeTerm(context_.selection().scope().terms().size() - 1);
        return;
    }
    QMainWindow::keyPressEvent(event);
}

bool MainWindow::event(QEvent* event) {
    if (event->type() == QEvent::ThemeChange && themeMode() == ThemeMode::System)
        applyTheme(ThemeMode::System);
    return QMainWindow::event(event);
}

void MainWindow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        updateStatus();
    QMainWindow::changeEvent(event);
}

} // namespace aisle
