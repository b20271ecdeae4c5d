// What widgets copy by themselves passes the redactor like everything else that leaves.

#include "export/export.h"
#include "ui_fixture.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTableWidget>
#include <QTimer>

using namespace aisle;
using namespace aisle::test;

namespace {

class Masking : public Redactor {
public:
    std::string redact(std::string_view key, std::string_view value) const override {
        return "<" + std::string(key) + ":" + std::to_string(value.size()) + ">";
    }
};

} // namespace

class TestCopyFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { failOnWarnings(); }
    void init() {
        out_ = Export(std::make_shared<Masking>());
        out_.clipboard = [this](const std::string& text) { copied_ = text; };
        out_.marked = [this](const std::string& text) { marked_ = text; };
        copied_.clear();
        marked_.clear();
        QGuiApplication::clipboard()->setText(QStringLiteral("before"));
        window_ = std::make_unique<QWidget>();
        window_->resize(400, 300);
        new CopyFilter(out_, window_.get());
    }
    void cleanup() {
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("before")); // nothing goes around
        window_.reset();
    }

    // Ctrl+C in the trace list and in the tables of the overview put the cell into the clipboard as it was.
    void cellOfATable() {
        auto* table = new QTableWidget(1, 2);
        table->setHorizontalHeaderLabels({QStringLiteral("Service"), QStringLiteral("Calls")});
        table->setItem(0, 0, new QTableWidgetItem(QStringLiteral("secret")));
        show(table);
        table->setCurrentItem(nullptr);
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied_, std::string());
        table->setCurrentCell(0, 0);
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied_, std::string("<Service:6>"));
        table->item(0, 0)->setData(CopyKeyRole, QStringLiteral("service.name"));
        table->item(0, 0)->setData(CopyTextRole, QStringLiteral("the whole secret"));
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied_, std::string("<service.name:16>"));
    }

    // So did selected text of a label and of the field with the whole value.
    void textOfALabel() {
        QLabel* label = plainLabel(QStringLiteral("se\u200bcret"));
        setCopyKey(label, QStringLiteral("user.email"));
        show(label);
        label->setSelection(0, static_cast<int>(label->text().size()));
        QTest::keyClick(label, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied_, std::string("<user.email:6>"));
    }
    void textOfAField() {
        auto* field = new QPlainTextEdit(QStringLiteral("one\ntwo"));
        field->setReadOnly(true);
        show(field);
        field->selectAll();
        QTest::keyClick(field, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied_, std::string("<text:7>"));
        QTest::keyClick(field, Qt::Key_X, Qt::ControlModifier);
        QCOMPARE(field->toPlainText(), QStringLiteral("one\ntwo"));
    }

    // Dragging selected text and the middle button of X11 are copies as well.
    void noOtherWay() {
        auto* field = new QPlainTextEdit(QStringLiteral("secret"));
        field->setReadOnly(true);
        show(field);
        field->selectAll();
        QTest::mouseRelease(field->viewport(), Qt::LeftButton);
        QTRY_COMPARE(marked_, std::string("<text:6>"));
        QTest::mousePress(field->viewport(), Qt::LeftButton, {}, QPoint(10, 10));
        QVERIFY(!field->textCursor().hasSelection());
    }

    // The menu that Qt makes for selected text copies by itself, too.
    void contextMenu() {
        QLabel* label = plainLabel(QStringLiteral("secret"));
        show(label);
        const auto choose = [&](int entry) {
            bool isChosen = false;
            QTimer::singleShot(0, this, [&] {
                auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
                QVERIFY(menu && menu->actions().size() == 2);
                isChosen = menu->actions()[entry]->isEnabled();
                menu->actions()[entry]->trigger();
                menu->close();
            });
            QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(5, 5), label->mapToGlobal(QPoint(5, 5)));
            QApplication::sendEvent(label, &event);
            return isChosen;
        };
        QVERIFY(!choose(0)); // nothing is selected
        QVERIFY(choose(1));
        QCOMPARE(label->selectedText(), QStringLiteral("secret"));
        QVERIFY(choose(0));
        QCOMPARE(copied_, std::string("<text:6>"));
    }

    void othersAreLeftAlone() {
        auto* line = new QLineEdit(QStringLiteral("what I wrote"));
        show(line);
        line->selectAll();
        QTest::keyClick(line, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied_, std::string());
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("what I wrote"));
        QGuiApplication::clipboard()->setText(QStringLiteral("before"));
    }

private:
    void show(QWidget* widget) {
        widget->setParent(window_.get());
        widget->resize(window_->size());
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        widget->setFocus();
    }

    Export out_;
    std::string copied_, marked_;
    std::unique_ptr<QWidget> window_;
};

AISLE_TEST_MAIN(TestCopyFilter)
#include "tst_copy_filter.moc"
