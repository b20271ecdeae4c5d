#pragma once
// A window with the page of one order, for tests of that view.

#include "orders/order_model.h"
#include "orders/order_view.h"
#include "orders_context.h"
#include "privacy/masking_redactor.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

#include <algorithm>

namespace aisle::test {

inline constexpr char kSecret[] = "@example.com"; ///< e-mail addresses of the demo's customers

struct Window {
    explicit Window(std::shared_ptr<Workspace> workspace) {
        new QAbstractItemModelTester(list()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal, &host.window);
        live.setWorkspace(std::move(workspace));
        [[maybe_unused]] const bool shown = QTest::qWaitForWindowExposed(&host.window);
        if (!settle())
            qFatal("the view is not done");
    }
    OrderView* view() const { return host.view; }
    QListView* list() const { return host.view->list(); }
    const OrderModel& model() const { return host.view->model(); }
    const std::vector<CaseIndex::Case>& cases() const { return orders.journey()->cases().cases(); }
    void click(int row) {
        const QModelIndex index = list()->model()->index(row, 0);
        list()->scrollTo(index);
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualRect(index).center());
    }
    QByteArray hits() const {
        QByteArray out;
        for (int i = 0; i < view()->hits()->count(); ++i)
            out += view()->hits()->item(i)->text().toUtf8() + '\n';
        return out;
    }
    /// All that it says and hands out as text, without the backslashes of Markdown. What the PDF says is the same page.
    QByteArray all() {
        QByteArray out = visibleWords(view()).toUtf8();
        for (int row = 0; row < model().rowCount(); ++row)
            for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(Qt::AccessibleTextRole)})
                out += '\n' + model().index(row).data(role).toString().toUtf8();
        if (const auto table = view()->tabular())
            out += QByteArray::fromStdString(live.exporter().render(*table, TextFormat::Csv));
        for (const ViewDocument& document : view()->documents())
            if (document.suffix != QStringLiteral("pdf"))
                out += QByteArray::fromStdString(document.render(live.exporter().redactor()));
        return out.replace('\\', QByteArray());
    }
    ViewContext live;
    OrdersContext orders{live};
    Host<OrderView> host{QSize(900, 700), orders};
};

} // namespace aisle::test
