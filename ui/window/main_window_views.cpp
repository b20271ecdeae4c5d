// Saved views: what the window shows, kept in the workspace under a name or handed on as a file.

#include "theme/theme.h"
#include "user_store.h"
#include "widgets/plain_text.h"
#include "window/main_window.h"
#include "window/saved_view.h"

#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QWidgetAction>

namespace aisle {

SavedView MainWindow::presentView(const QString& name) {
    SavedView out;
    out.name = name;
    if (const Scope& scope = context_.selection().scope(); !scope.isEmpty())
        out.scope = toQString(scope.toText());
    out.perspective = QLatin1String(perspectiveName(perspective_));
    for (const auto& [id, widget] : docks_) {
        if (!widget->isVisible() || widget->isFloating())
            continue;
        SavedView::Dock dock{QLatin1String(id), {}, widget->width(), widget->height()};
        if (const auto* pages = qobject_cast<QStackedWidget*>(widget->widget()))
            for (const auto& [page, shown] : views_)
                if (shown == pages->currentWidget())
                    dock.page = QLatin1String(page);
        out.docks.push_back(dock);
    }
    for (const auto& [id, shown] : views_)
        if (const QJsonObject settings = shown->settings(); !settings.isEmpty())
            out.views.emplace_back(QLatin1String(id), settings);
    return out;
}

/// False, with a message, when its scope cannot be read.
bool MainWindow::applyView(const SavedView& saved) {
    for (int i = 0; i < perspectiveCount(); ++i)
        if (saved.perspective == QLatin1String(perspectiveName(i)))
            setPerspective(i);
    arrange(perspective_);
    QList<QDockWidget*> shown;
    QList<int> widths, heights;
    for (const auto& [id, widget] : docks_) {
        const auto dock = std::find_if(saved.docks.begin(), saved.docks.end(), [&](const SavedView::Dock& one) { return one.id == QLatin1String(id); });
        widget->setVisible(dock != saved.docks.end());
        if (dock == saved.docks.end())
            continue;
        shown << widget;
        widths << std::max(1, dock->width);
        heights << std::max(1, dock->height);
        if (auto* pages = qobject_cast<QStackedWidget*>(widget->widget()))
            for (const auto& [page, one] : views_)
                if (dock->page == QLatin1String(page) && pages->indexOf(one) >= 0)
                    qobject_cast<QTabBar*>(widget->titleBarWidget())->setCurrentIndex(pages->indexOf(one));
    }
    if (!shown.isEmpty()) {
        area_->resizeDocks(shown, widths, Qt::Horizontal);
        area_->resizeDocks(shown, heights, Qt::Vertical);
    }
    for (const auto& [id, settings] : saved.views)
        for (const auto& [known, one] : views_)
            if (id == QLatin1String(known))
                one->applySettings(settings);
    traceql::ParseError error;
    const auto scope = saved.scope.isEmpty() ? Scope() : Scope::parse(saved.scope.toStdString(), error);
    if (scope)
        context_.selection().setScope(*scope);
    else
        showMessage(tr("The scope of the view \u201c%1\u201d cannot be read: %2").arg(singleLine(saved.name), toQString(error.message)));
    return scope.has_value();
}

/// The present state can be had back, so nothing is asked. False when its scope cannot be read.
bool MainWindow::showSavedView(const SavedView& saved) {
    const SavedView before = presentView({});
    const QByteArray places = area_->saveState();
    if (!applyView(saved))
        return false;
    showMessage(tr("The view \u201c%1\u201d is shown.").arg(singleLine(saved.name)), tr("Back"), [this, before, places] {
        applyView(before);
        area_->restoreState(places); // floating docks and where each was, which a view that is handed on does not say
    });
    return true;
}

void MainWindow::fillSavedViews(QMenu* menu) {
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu*>(Qt::FindDirectChildrenOnly)); // which clear() leaves
    if (context_.workspace()) {
        auto* name = new QLineEdit(menu);
        name->setPlaceholderText(tr("Save the present view as …"));
        name->setAccessibleName(tr("Name to save the present view under"));
        name->setMinimumWidth(260);
        auto* line = new QWidget(menu);
        auto* box = new QHBoxLayout(line);
        box->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
        box->addWidget(name);
        auto* action = new QWidgetAction(menu);
        action->setDefaultWidget(line);
        connect(name, &QLineEdit::returnPressed, this, [this, name, menu] {
            const QString given = name->text().trimmed();
            if (given.isEmpty())
                return;
            savedViews_->keep(given.toStdString(), presentView(given).toJson().toStdString());
            menu->close();
            viewMenu_->close();
            showNews(tr("Saved as the view \u201c%1\u201d.").arg(singleLine(given)));
        });
        menu->addAction(action);
        QTimer::singleShot(0, name, qOverload<>(&QWidget::setFocus)); // keys come to it; arrows go on to the menu
    }
    std::vector<UserItem> items = savedViews_->items();
    std::sort(items.begin(), items.end(), [](const UserItem& a, const UserItem& b) { return toQString(a.name).localeAwareCompare(toQString(b.name)) < 0; });
    for (const UserItem& item : items) {
        QMenu* one = menu->addMenu(menuText(toQString(item.name)));
        const auto read = [this, item]() -> std::optional<SavedView> {
            QString problem;
            auto saved = SavedView::fromJson(QByteArray::fromStdString(item.content), problem);
            if (!saved)
                showMessage(tr("The view \u201c%1\u201d cannot be read. %2").arg(singleLine(toQString(item.name)), problem));
            return saved;
        };
        one->addAction(tr("Show"), this, [this, read] {
            if (const auto saved = read())
                showSavedView(*saved);
        });
        one->addAction(tr("Write to a file…"), this, [this, read] {
            if (const auto saved = read())
                writeView(*saved);
        });
        one->addAction(tr("Remove"), this, [this, item] {
            savedViews_->remove(item.name);
            offerUndo(tr("The view \u201c%1\u201d was removed.").arg(singleLine(toQString(item.name))), [this, item] {
                savedViews_->keep(item.name, item.content);
                hideMessage();
            });
        });
    }
    if (!menu->isEmpty())
        menu->addSeparator();
    menu->addAction(tr("Open a view from a file…"), this, [this] {
        auto* dialog = new QFileDialog(this, tr("Open a view"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setNameFilters({tr("Saved views (*.json)"), tr("All files (*)")});
        connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openViewFile);
        dialog->open();
    });
}

void MainWindow::writeView(const SavedView& saved) {
    if (refuseToMaskUnread())
        return;
    auto* dialog = saveDialog(tr("Write the view to a file"), {tr("Saved views (*.json)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this, json = saved.toJson().toStdString()](const QString& name) {
        if (!refuseToMaskUnread()) // another file may be open by now
            exportTo(name, [json, exporter = context_.exporter()] { return exporter.render("view", json); });
    });
    dialog->open();
}

/// Shown and, where that is possible, kept in the workspace.
void MainWindow::openViewFile(const QString& path) {
    viewWorker_.run<std::pair<QByteArray, QString>>(
        [path](const StopToken&) -> std::pair<QByteArray, QString> {
            QFile file(path);
            if (!file.open(QIODevice::ReadOnly))
                return {QByteArray(), file.errorString()};
            return {file.read(SavedView::kMostBytes + 1), QString()};
        },
        [this, path](std::pair<QByteArray, QString> read) {
            QString problem = read.second;
            const auto saved = problem.isEmpty() ? SavedView::fromJson(read.first, problem) : std::nullopt;
            if (!saved)
                return showMessage(tr("%1 cannot be shown as a view. %2").arg(singleLine(path), problem));
            SavedView kept = *saved;
            // A stranger's view takes the place of none of one's own.
            const auto isTaken = [&] {
                return std::any_of(savedViews_->items().begin(), savedViews_->items().end(), [&](const UserItem& item) { return item.name == kept.name.toStdString() && item.content != kept.toJson().toStdString(); });
            };
            for (int n = 2; isTaken(); ++n)
                kept.name = QStringLiteral("%1 (%2)").arg(saved->name).arg(n);
            if (showSavedView(kept) && context_.workspace() && !kept.name.isEmpty())
                savedViews_->keep(kept.name.toStdString(), kept.toJson().toStdString());
        });
}

} // namespace aisle
