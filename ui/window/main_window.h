#pragma once
// One window: menus, rail, scope bar, time strip, docked views, status bar. It has a selection of its own and may
// share its document with other windows.

#include "masking.h"
#include "orders_context.h"
#include "view.h"
#include "window/document.h"

#include <QDialog>
#include <QMainWindow>

class QDockWidget;
class QFileDialog;
class QLabel;
class QProgressBar;
class QToolButton;

namespace aisle {

class ElidedLabel;
class MessageStrip;
class Rail;
class ReportPanel;
class ScopeBar;
class TimeStrip;
class UserStore;
struct SavedView;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(const WindowServices& services);
    ~MainWindow() override;

    /// Opens here when the window is empty, else in a new window. Asynchronous; problems show in the window.
    void open(const std::vector<std::filesystem::path>& paths);
    /// Adds to what is open; opens when nothing is.
    void add(const std::vector<std::filesystem::path>& paths);
    void openDemo();
    void showDocument(DocumentPtr document);
    void setPerspective(int index);
    int perspective() const { return perspective_; }

    ViewContext& context() { return context_; }
    View* view(const char* id) const;
    /// Brings it up, on top of its dock.
    void showView(const char* id);
    const DocumentPtr& document() const { return document_; }
    bool isOpening() const { return openWorker_.isBusy(); }
    /// A sentence above the views, with a button when there is something to do.
    void showMessage(const QString& words, const QString& button = {}, std::function<void()> action = {});
    /// The same with the button Undo, which Ctrl+Z presses while the sentence is there.
    void offerUndo(const QString& words, std::function<void()> undo);

    /// Good news: goes by itself.
    void showNews(const QString& words);
    void hideMessage();

    /// Selection from the command line, applied when something is open.
    void setInitialScope(const Scope& scope) { initialScope_ = scope; }

Q_SIGNALS:
    void documentShown();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    // main_window.cpp
    void buildCentre();
    void buildStatusBar();
    void connectDocument();
    void takeTable();
    void leaveWhenEmpty();
    void rememberScope();
    void restoreScope();
    void updateTitle();
    void updateStatus();
    /// What the window is about, in the status bar, until it is done and an empty text is given.
    void setActivity(const QString& words);
    void updateProgress();
    // main_window_report.cpp
    void connectReport();
    void tellOf(const std::vector<ImportReport>& reports);
    void askForColumns(const std::vector<ImportReport>& reports);
    void mapColumns(const std::filesystem::path& path, const std::string& member);
    void importTable(const std::filesystem::path& path, const std::string& member);
    void chooseTable();
    void removeFiles(const std::vector<ImportReport>& files);
    void undoRemoval(bool undone);
    // main_window_layout.cpp
    void buildDocks();
    void serve(View* view);
    void bringUp(const char* id); ///< the keyboard stays where it is
    void showTrace();
    void arrange(int perspective);
    static const char* perspectiveName(int index);
    static int perspectiveCount();
    void resetLayout();
    void saveLayout();
    void restoreLayout();
    // main_window_views.cpp
    SavedView presentView(const QString& name);
    bool applyView(const SavedView& saved);
    bool showSavedView(const SavedView& saved);
    void fillSavedViews(QMenu* menu);
    void writeView(const SavedView& saved);
    void openViewFile(const QString& path);
    // main_window_pins.cpp
    void pinView();
    void unpinAll();
    QDockWidget* dock(const char* id) const;
    View* traceView() const; ///< the page on top in the dock of one trace; null: it is not shown
    // main_window_menu.cpp
    void buildMenus();
    void fillRecent();
    void chooseAndOpen(bool adding);
    void saveAs();
    void exportPicture();
    void exportTable();
    void exportTo(const QString& name, std::function<std::string()> render);
    View* mainView() const;
    View* viewThat(const std::function<bool(const View&)>& can) const;
    void showShortcuts();
    // main_window_export.cpp
    void exportTraces() { exportSpans(nullptr, {}); }
    void exportSpans(const std::shared_ptr<const ScopeResult>& only, const QString& words);
    void exportDocument(View* view, const QString& suffix);
    bool refuseToMaskUnread();
    QFileDialog* saveDialog(const QString& title, const QStringList& filters);
    static void rememberRecent(const std::vector<std::filesystem::path>& paths);

    const WindowServices& services_;
    ViewContext context_{this};
    OrdersContext orders_{context_, this};
    WindowMasking* masking_; ///< of what leaves the window
    ViewContext& contextOf(const ViewInfo& info) { return info.isOfOrders() ? orders_ : context_; }
    DocumentPtr document_;
    std::optional<Scope> initialScope_;
    std::vector<std::filesystem::path> toRemember_; ///< asked for, and not shown yet
    size_t filesShown_ = 0;
    std::vector<std::filesystem::path> named_; ///< files that the user opened: asked about when their columns cannot be told
    QPointer<QDialog> columnDialog_;
    Rail* rail_ = nullptr;
    ScopeBar* scopeBar_ = nullptr;
    TimeStrip* timeStrip_ = nullptr;
    MessageStrip* message_ = nullptr;
    QLabel* messageText_ = nullptr;
    QToolButton* messageButton_ = nullptr;
    std::function<void()> messageAction_;
    QTimer* newsTimer_ = nullptr;
    ReportPanel* report_ = nullptr;
    QMainWindow* area_ = nullptr; ///< holds the docks, below the scope bar and the strip
    std::vector<std::pair<const char*, QDockWidget*>> docks_;
    std::vector<std::pair<const char*, View*>> views_;
    std::vector<QPointer<QDockWidget>> pins_;
    int pinCount_ = 0;
    UserStore* savedViews_ = nullptr;
    QAction* add_ = nullptr;
    QMenu *recent_ = nullptr, *viewMenu_ = nullptr;
    QLabel *totals_ = nullptr, *progressText_ = nullptr;
    ElidedLabel* shown_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QToolButton* cancel_ = nullptr;
    QTimer* progressTimer_ = nullptr;
    QString activity_;
    int perspective_ = -1;
    Worker openWorker_{this}, demoWorker_{this}, cacheWorker_{this}, exportWorker_{this}, columnWorker_{this}, viewWorker_{this};
};

} // namespace aisle
