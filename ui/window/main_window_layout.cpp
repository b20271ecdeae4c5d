// Docks and perspectives: where views are, and what of it is remembered.

#include "cases/cases_view.h"
#include "report/report_panel.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "window/main_window.h"
#include "window/rail.h"

#include <QDockWidget>
#include <QGuiApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>

namespace aisle {

namespace {

constexpr int kLayoutVersion = 7;
constexpr int kOrderShare = 66; ///< of 100 of the height, the rest is that of the details below it
const char* const kPerspectives[] = {"overview", "traces", "journey", "graph", "explore", "orders"};

/// A flat title of one line; Qt's own has a frame and buttons in a style of their own.
class DockTitle : public QWidget {
public:
    DockTitle(const QString& title, QWidget* parent) : QWidget(parent), title_(title) {}
    QSize sizeHint() const override { return {60, fontMetrics().height() + 8}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        p.fillRect(rect(), theme().background);
        p.fillRect(QRect(0, height() - 1, width(), 1), theme().line);
        QFont font = theme().font;
        font.setWeight(QFont::DemiBold);
        p.setFont(font);
        p.setPen(theme().mutedText);
        p.drawText(rect().adjusted(measure::kPadding, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft, title_);
    }

private:
    QString title_;
};

/// The pages of a dock in the place of its title: as flat, with a line under the one on top.
class PageTabs : public QTabBar {
public:
    explicit PageTabs(QWidget* parent) : QTabBar(parent) {
        setDrawBase(false);
        setExpanding(false);
        setElideMode(Qt::ElideNone);
        setUsesScrollButtons(true);
        setFocusPolicy(Qt::TabFocus);
        setMouseTracking(true);
    }
    QSize minimumSizeHint() const override { return {60, fontMetrics().height() + 8}; }

protected:
    QSize tabSizeHint(int index) const override {
        return {QFontMetrics(heavy()).horizontalAdvance(tabText(index)) + 2 * measure::kPadding, fontMetrics().height() + 8};
    }
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        p.fillRect(rect(), theme().background);
        p.fillRect(QRect(0, height() - 1, width(), 1), theme().line);
        p.setFont(heavy());
        const int under = tabAt(mapFromGlobal(QCursor::pos()));
        for (int i = 0; i < count(); ++i) {
            const QRect tab = tabRect(i);
            const bool isCurrent = i == currentIndex();
            p.setPen(isCurrent || i == under ? theme().text : theme().mutedText);
            p.drawText(tab, Qt::AlignCenter | Qt::TextSingleLine, tabText(i));
            if (isCurrent)
                p.fillRect(QRect(tab.left() + measure::kPadding, height() - 2, tab.width() - 2 * measure::kPadding, 2), hasFocus() ? theme().accent : theme().text);
        }
    }
    // Beside the tabs the mouse is the dock's, which moves by its title.
    void mousePressEvent(QMouseEvent* event) override {
        isOurs_ = tabAt(event->position().toPoint()) >= 0;
        isOurs_ ? QTabBar::mousePressEvent(event) : event->ignore();
    }
    void mouseReleaseEvent(QMouseEvent* event) override { isOurs_ ? QTabBar::mouseReleaseEvent(event) : event->ignore(); }
    void mouseDoubleClickEvent(QMouseEvent* event) override { isOurs_ ? QTabBar::mouseDoubleClickEvent(event) : event->ignore(); }
    void mouseMoveEvent(QMouseEvent* event) override {
        if (event->buttons() != Qt::NoButton && !isOurs_) {
            event->ignore();
            return;
        }
        QTabBar::mouseMoveEvent(event);
        update();
    }
    void leaveEvent(QEvent* event) override {
        QTabBar::leaveEvent(event);
        update();
    }

private:
    bool isOurs_ = false; ///< the button was pressed on a tab
    static QFont heavy() {
        QFont font = theme().font;
        font.setWeight(QFont::DemiBold);
        return font;
    }
};

/// What docks of several views are called.
struct PagesInfo {
    std::string_view dock;
    const char* title;
    const char* accessibleName;
};
constexpr PagesInfo kPages[] = {{kTraceDock, "Trace", "Views of the trace"},
                                {kExploreDock, "Explore", "Charts of the selection"},
                                {kJourneyDock, "Journey", "Views of the journey"},
                                {kOrdersDock, "Orders", "Views of the orders"},
                                {"details", "Details", "Details and notes"}};
const PagesInfo& pagesOf(std::string_view dock) {
    return *std::find_if(std::begin(kPages), std::end(kPages), [dock](const PagesInfo& one) { return one.dock == dock; });
}

/// Views of one dock, one on top of the other.
class Pages : public QStackedWidget {
public:
    using QStackedWidget::QStackedWidget;
    QSize minimumSizeHint() const override { return currentWidget() != nullptr ? currentWidget()->minimumSizeHint() : QSize(); }
};

const QString kPageSetting = QStringLiteral("layout/page-%1");

} // namespace

void MainWindow::buildDocks() {
    const auto addDock = [this](const char* id, const QString& title, QWidget* content, QWidget* bar = nullptr) {
        auto* dock = new QDockWidget(title, area_);
        dock->setObjectName(QString::fromLatin1(id));
        dock->setWidget(content);
        dock->setTitleBarWidget(bar != nullptr ? bar : new DockTitle(title, dock));
        dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
        area_->addDockWidget(Qt::TopDockWidgetArea, dock);
        dock->hide();
        docks_.emplace_back(id, dock);
    };
    for (size_t i = 0; i < views().size();) {
        const char* const id = views()[i].dock;
        size_t end = i;
        for (; end < views().size() && std::string_view(views()[end].dock) == id; ++end)
            views_.emplace_back(views()[end].id, views()[end].create(contextOf(views()[end]), area_));
        if (end == i + 1) {
            addDock(id, QString::fromLatin1(views()[i].title), views_.back().second);
        } else {
            auto* pages = new Pages(area_);
            auto* tabs = new PageTabs(area_);
            const bool isTrace = std::string_view(id) == kTraceDock;
            tabs->setAccessibleName(QString::fromLatin1(pagesOf(id).accessibleName));
            for (size_t k = i; k < end; ++k) {
                pages->addWidget(views_[k].second);
                tabs->addTab(QString::fromLatin1(views()[k].title));
                tabs->setTabToolTip(static_cast<int>(k - i), QString::fromLatin1(views()[k].help) + (isTrace ? QStringLiteral(" (Alt+%1)").arg(k - i + 1) : QString()));
            }
            const QString setting = kPageSetting.arg(QLatin1String(id));
            const int page = std::clamp(QSettings().value(setting, 0).toInt(), 0, tabs->count() - 1);
            tabs->setCurrentIndex(page); // before it is connected: the status bar is not there yet
            pages->setCurrentIndex(page);
            connect(tabs, &QTabBar::currentChanged, pages, [this, pages, setting](int now) {
                pages->setCurrentIndex(now);
                QSettings().setValue(setting, now);
                updateStatus();
            });
            addDock(id, QString::fromLatin1(pagesOf(id).title), pages, tabs);
        }
        i = end;
    }
    report_ = new ReportPanel(context_.exporter(), area_);
    connectReport();
    addDock("report", QStringLiteral("Import report"), report_);
    connect(dock("report"), &QDockWidget::visibilityChanged, this, [this](bool isVisible) {
        // A dock that comes up gets what the others leave over.
        constexpr int kLeast = 160;
        if (isVisible && report_->height() < kLeast && !dock("report")->isFloating())
            area_->resizeDocks({dock("report")}, {report_->sizeHint().height()}, Qt::Vertical);
    });
    for (const auto& [id, shown] : views_) {
        connect(shown, &View::statusTextChanged, this, &MainWindow::updateStatus);
        serve(shown);
    }
}

/// What it asks the window for, also a pinned one: what its numbers count is listed where cases are.
void MainWindow::serve(View* view) {
    connect(view, &View::documentWanted, this, [this, view](const QString& suffix) { exportDocument(view, suffix); });
    connect(view, &View::spansWanted, this, &MainWindow::exportSpans);
    if (auto* page = qobject_cast<CasePage*>(view))
        connect(page, &CasePage::casesWanted, this, [this](const CaseSet& set) {
            for (const char* const id : {"cases", "orders"}) // each knows whether they are its journey's
                if (qobject_cast<CasesView*>(this->view(id))->list(set))
                    showView(id);
        });
}

QDockWidget* MainWindow::dock(const char* id) const {
    for (const auto& [name, widget] : docks_)
        if (std::string_view(name) == id)
            return widget;
    return nullptr;
}

View* MainWindow::traceView() const {
    const auto* pages = qobject_cast<QStackedWidget*>(dock(kTraceDock)->widget());
    auto* shown = pages != nullptr ? qobject_cast<View*>(pages->currentWidget()) : nullptr;
    return shown != nullptr && shown->isVisible() ? shown : nullptr;
}

View* MainWindow::view(const char* id) const {
    for (const auto& [name, found] : views_)
        if (std::string_view(name) == id)
            return found;
    return nullptr;
}

void MainWindow::showView(const char* id) {
    bringUp(id);
    view(id)->takeFocus();
}

void MainWindow::bringUp(const char* id) {
    for (const ViewInfo& info : views()) {
        if (std::string_view(info.id) != id)
            continue;
        QDockWidget* holder = dock(info.dock);
        holder->show();
        holder->raise();
        if (auto* pages = qobject_cast<QStackedWidget*>(holder->widget()))
            qobject_cast<QTabBar*>(holder->titleBarWidget())->setCurrentIndex(pages->indexOf(view(id)));
    }
}

/// Where no view of a trace is shown the waterfall comes up, beside the list of traces if that is there: below everything else nobody could
/// read it.
void MainWindow::showTrace() {
    if (traceView() != nullptr)
        return;
    QDockWidget *list = dock("trace-list"), *trace = dock(kTraceDock);
    const int width = list->width();
    const bool isBeside = list->isVisible() && !list->isFloating() && !trace->isFloating();
    if (isBeside)
        area_->splitDockWidget(list, trace, Qt::Horizontal);
    bringUp("waterfall");
    if (isBeside)
        area_->resizeDocks({list, trace}, {width / 2, width / 2}, Qt::Horizontal);
    // It takes of the height of an order's page, which is to be read, as of that of the details, which are looked at.
    QDockWidget *order = dock(kOrderDock), *details = dock("details");
    if (order->isVisible() && details->isVisible() && !order->isFloating() && !details->isFloating() && order->x() == details->x())
        area_->resizeDocks({order, details}, {kOrderShare, 100 - kOrderShare}, Qt::Vertical);
}

const char* MainWindow::perspectiveName(int index) { return kPerspectives[index]; }
int MainWindow::perspectiveCount() { return static_cast<int>(std::size(kPerspectives)); }

void MainWindow::setPerspective(int index) {
    if (index == perspective_ || index < 0 || index >= static_cast<int>(std::size(kPerspectives)))
        return;
    saveLayout();
    perspective_ = index;
    rail_->setCurrent(index);
    QSettings settings;
    const QString key = QStringLiteral("layout/%1").arg(QLatin1String(kPerspectives[index]));
    const QByteArray state = settings.value(key).toByteArray();
    if (state.isEmpty() || !area_->restoreState(state, kLayoutVersion)) {
        arrange(index);
    } else {
        // A state says nothing of docks that another perspective had taken out; Qt leaves those as they are.
        const QStringList shown = settings.value(key + QStringLiteral("-shown")).toStringList();
        for (const auto& [id, widget] : docks_)
            widget->setVisible(shown.contains(QLatin1String(id)));
    }
    if (View* main = mainView(); main->isVisibleTo(this))
        main->takeFocus();
    updateStatus();
}

/// What the perspective is about: keys go there, and the status bar says what it shows.
View* MainWindow::mainView() const {
    static constexpr const char* mains[] = {"overview", "trace-list", nullptr, "service-graph", nullptr, nullptr};
    static constexpr const char* pages[] = {nullptr, nullptr, kJourneyDock, nullptr, kExploreDock, kOrdersDock};
    if (mains[perspective_] == nullptr) // the page on top
        return qobject_cast<View*>(qobject_cast<QStackedWidget*>(dock(pages[perspective_])->widget())->currentWidget());
    return view(mains[perspective_]);
}

/// What a perspective looks like before anybody moves a dock.
void MainWindow::arrange(int perspective) {
    for (const auto& [id, widget] : docks_) {
        widget->setFloating(false);
        area_->removeDockWidget(widget);
        area_->addDockWidget(Qt::BottomDockWidgetArea, widget); // where it comes up when it is asked for: below all others
        widget->hide();
    }
    const auto place = [this](const char* id) {
        area_->addDockWidget(Qt::TopDockWidgetArea, dock(id));
        dock(id)->show();
        return dock(id);
    };
    const int width = std::max(600, area_->width()), height = std::max(400, area_->height());
    const int side = std::clamp(width * 28 / 100, 300, 460);
    QDockWidget *first = nullptr, *second = nullptr;
    int share = 50;
    switch (perspective) {
    case 1:
        first = place("trace-list");
        second = dock(kTraceDock);
        share = 36;
        break;
    case 2:
        first = place(kJourneyDock);
        second = dock("trace-list");
        share = 58;
        break;
    case 3:
        first = place("service-graph");
        second = dock("trace-list");
        share = 68;
        break;
    case 4:
        first = place(kExploreDock);
        second = dock("trace-list");
        share = 60;
        break;
    case 5: first = place(kOrdersDock); break;
    default: first = place("overview"); break;
    }
    QDockWidget* details = dock("details");
    area_->splitDockWidget(first, details, Qt::Horizontal);
    details->show();
    if (perspective == 5) {
        // One order is a column of sentences: beside the charts, which want the height, and with what is technical below it.
        QDockWidget* order = dock(kOrderDock);
        area_->splitDockWidget(first, order, Qt::Horizontal);
        area_->splitDockWidget(order, details, Qt::Vertical);
        order->show();
        const int wide = std::clamp(width * 33 / 100, 380, 620);
        area_->resizeDocks({order, details}, {height * kOrderShare / 100, height * (100 - kOrderShare) / 100}, Qt::Vertical);
        area_->resizeDocks({first, order}, {width - wide, wide}, Qt::Horizontal);
        return;
    }
    if (second != nullptr) {
        area_->splitDockWidget(first, second, Qt::Vertical);
        second->show();
        area_->resizeDocks({first, second}, {height * share / 100, height * (100 - share) / 100}, Qt::Vertical);
    }
    area_->resizeDocks({first, details}, {width - side, side}, Qt::Horizontal);
}

void MainWindow::resetLayout() {
    QSettings settings;
    settings.remove(QStringLiteral("layout/%1").arg(QLatin1String(kPerspectives[perspective_])));
    unpinAll();
    arrange(perspective_);
}

void MainWindow::saveLayout() {
    if (perspective_ < 0 || !isVisible())
        return;
    QSettings settings;
    const QString key = QStringLiteral("layout/%1").arg(QLatin1String(kPerspectives[perspective_]));
    QStringList shown;
    for (const auto& [id, widget] : docks_)
        if (!widget->isHidden())
            shown.append(QLatin1String(id));
    settings.setValue(key, area_->saveState(kLayoutVersion));
    settings.setValue(key + QStringLiteral("-shown"), shown);
    settings.setValue(QStringLiteral("layout/perspective"), perspective_);
    settings.setValue(QStringLiteral("layout/geometry"), saveGeometry());
}

void MainWindow::restoreLayout() {
    QSettings settings;
    const QByteArray geometry = settings.value(QStringLiteral("layout/geometry")).toByteArray();
    if (geometry.isEmpty() || !restoreGeometry(geometry)) {
        const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
        resize(std::min(1440, screen.width()), std::min(900, screen.height()));
    }
    // Docks are sized by what the area has, so it has to have its size first.
    layout()->activate();
    centralWidget()->layout()->activate();
    setPerspective(std::clamp(settings.value(QStringLiteral("layout/perspective"), 0).toInt(), 0, static_cast<int>(std::size(kPerspectives)) - 1));
}

} // namespace aisle
