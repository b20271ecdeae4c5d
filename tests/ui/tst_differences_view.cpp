// The view of differences: empty without a selection, ranked with one, and each row filters.

#include "differences/differences_model.h"
#include "differences/differences_view.h"
#include "model/workspace_fixture.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QPainter>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

class TestDifferencesView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeMode::Light); }
    void ranksAndFilters() {
        const QTemporaryDir folder;
        ViewContext context;
        context.setWorkspace(demoWorkspace(folder.path(), 60));
        Host<DifferencesView> host(QSize(1100, 500), context);
        QVERIFY(QTest::qWaitForWindowExposed(&host.window));
        DifferencesView* view = host.view;
        auto* list = view->findChild<QTableView*>();
        new QAbstractItemModelTester(list->model(), QAbstractItemModelTester::FailureReportingMode::Fatal, list);
        QVERIFY(settle());
        QVERIFY(visibleWords(view).contains(QStringLiteral("Select something")));
        QVERIFY(view->tabular() == nullptr);
        traceql::ParseError error;
        context.selection().setScope(*Scope::parse("status = error", error));
        QVERIFY(settle());
        const auto* model = qobject_cast<DifferencesModel*>(list->model());
        QVERIFY(model->rowCount() > 5);
        QVERIFY(!visibleWords(view).contains(QStringLiteral("Select something")));
        QVERIFY(visibleWords(view).contains(QStringLiteral("different beyond chance")));
        QVERIFY(view->statusText().contains(QStringLiteral("compared with")));
        QVERIFY(model->content().found[0].isClear());
        for (size_t i = 1; i < model->content().found.size(); ++i)
            QVERIFY(model->content().found[i - 1].certainty() >= model->content().found[i].certainty());
        host.window.grab();
        QImage picture(view->pictureSize(), QImage::Format_RGB32);
        QPainter painter(&picture);
        view->paintPicture(painter, picture.size());
        painter.end();
        QVERIFY(view->tabular()->rows.size() == static_cast<size_t>(model->rowCount()));

        int row = 0; // one that is not the selection itself
        while (model->content().found[static_cast<size_t>(row)].field.scope == traceql::Scope::Intrinsic)
            ++row;
        const Difference chosen = model->content().found[static_cast<size_t>(row)];
        list->setCurrentIndex(model->index(row, 0));
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(context.scopeResult()->spanCount > 0 && context.scopeResult()->traceCount <= chosen.selected);
        context.selection().goBack();
        QVERIFY(settle());
        // Kept, it is what later selections are compared with.
        const Scope errors = context.selection().scope();
        auto* keep = view->findChildren<QToolButton*>().first();
        QTest::mouseClick(keep, Qt::LeftButton);
        context.selection().setScope(*Scope::parse("status = ok", error));
        QVERIFY(settle());
        QVERIFY(view->findChild<QComboBox*>()->currentText().startsWith(QStringLiteral("kept: ")));
        view->setBaseline({});
        QCOMPARE(view->findChild<QComboBox*>()->currentIndex(), 0);
        QVERIFY(settle());
    }
};

AISLE_TEST_MAIN(TestDifferencesView)
#include "tst_differences_view.moc"
