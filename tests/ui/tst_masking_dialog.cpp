// What masking does to a workspace, as a list, and rules of one's own: kept in the workspace, used by the window and by what else masks.

#include "masking_dialog.h"
#include "own_rules_model.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>

#include <array>

using namespace aisle;
using namespace aisle::test;

namespace {

QPushButton* button(const QWidget& dialog, const char* text) { return buttonWithText<QPushButton>(&dialog, QString::fromUtf8(text)); }
QTableView* listed(const QWidget& dialog) { return named<QTableView>(&dialog, QStringLiteral("What is masked, and what remains")); }
QTableView* lines(const QWidget& dialog) { return named<QTableView>(&dialog, QStringLiteral("Own rules")); }

/// Texts of a column of what is on show.
QStringList column(const QTableView& list, int at) {
    QStringList out;
    for (int row = 0; row < list.model()->rowCount(); ++row)
        out.append(list.model()->index(row, at).data().toString());
    return out;
}

} // namespace

class TestMaskingDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        workspace_ = demoWorkspace(dir_->path(), 60);
    }

    void listsWhatIsMasked() {
        Open w(workspace_);
        QTableView& list = *listed(*w.dialog);
        const QAbstractItemModelTester tester(list.model());
        const QStringList keys = column(list, 0);
        const auto row = static_cast<int>(keys.indexOf(QStringLiteral("user.email")));
        QVERIFY(row >= 0);
        QCOMPARE(list.model()->index(row, 1).data().toString(), QStringLiteral("e-mail address"));
        QVERIFY(keys.contains(QStringLiteral("session.id"))); // and what remains
        // As it is in the file only when that is revealed, and never in what leaves.
        QCOMPARE(list.model()->index(row, 5).data().toString(), QStringLiteral("hidden"));
        QVERIFY(list.model()->index(row, 6).data().toString().startsWith(QStringLiteral("e-mail ")));
        w.masking.setRevealed(true);
        QVERIFY2(list.model()->index(row, 5).data().toString().contains(QLatin1Char('@')), qPrintable(list.model()->index(row, 5).data().toString()));
        QTest::mouseClick(button(*w.dialog, "Copy"), Qt::LeftButton);
        QVERIFY(w.copied.find("user.email") != std::string::npos && w.copied.find("@example") == std::string::npos);
        w.masking.setRevealed(false);
        QCOMPARE(list.model()->index(row, 5).data().toString(), QStringLiteral("hidden"));

        named<QLineEdit>(w.dialog, QStringLiteral("Attributes or rules to list"))->setText(QStringLiteral("USER.em"));
        QCOMPARE(column(list, 0), QStringList{QStringLiteral("user.email")});
        QCOMPARE(w.dialog->tabular().rows.size(), size_t(1));
        named<QLineEdit>(w.dialog, QStringLiteral("Attributes or rules to list"))->setText(QStringLiteral("no such thing"));
        QCOMPARE(list.model()->rowCount(), 0);
        QVERIFY(visibleWords(w.dialog).contains(QStringLiteral("Nothing to list")));
        QVERIFY(!button(*w.dialog, "Copy")->isEnabled());
    }

    // Columns were cut while there was room to the right of them.
    void columnsTakeTheRoom() {
        Open w(workspace_);
        const QTableView& list = *listed(*w.dialog);
        const QHeaderView& header = *list.horizontalHeader();
        QCOMPARE(header.count(), 7);
        QVERIFY(header.length() >= list.viewport()->width());
        const int most = list.fontMetrics().averageCharWidth() * 40;
        for (int at = 0; at < header.count(); ++at)
            QVERIFY2(header.sectionSize(at) >= std::min(most, static_cast<const QAbstractItemView&>(list).sizeHintForColumn(at)), qPrintable(QString::number(at)));
        w.dialog->resize(1500, 600);
        QCoreApplication::processEvents();
        QVERIFY(header.length() >= list.viewport()->width());
        // A width that somebody sets stays while letters are typed.
        listed(*w.dialog)->setColumnWidth(0, 77);
        for (const char* words : {"user", "no such thing", ""}) {
            named<QLineEdit>(w.dialog, QStringLiteral("Attributes or rules to list"))->setText(QLatin1String(words));
            QCOMPARE(header.sectionSize(0), 77);
        }
    }

    void saysThatNothingIsOpen() {
        Open w(nullptr);
        QVERIFY2(visibleWords(w.dialog).contains(QStringLiteral("Nothing is open")), qPrintable(visibleWords(w.dialog)));
        QVERIFY(!button(*w.dialog, "Export…")->isEnabled() && !button(*w.dialog, "Save")->isEnabled());
    }

    void ownRulesAreKeptAndMask() {
        {
            Open w(workspace_, 1);
            const auto redacted = [&](const char* key, const char* value) { return w.context.exporter().redactor().redact(key, value); };
            const QAbstractItemModelTester tester(lines(*w.dialog)->model());
            QCOMPARE(redacted("shop.loyaltyNo", "77"), std::string("77"));
            QTest::mouseClick(button(*w.dialog, "Add"), Qt::LeftButton);
            set(w, 0, {"loyalty number", "loyalty no, card of honour", "LOY-([0-9]+)"});
            QTest::mouseClick(button(*w.dialog, "Add"), Qt::LeftButton);
            set(w, 1, {"name of a person", "till cashier", ""});
            QVERIFY2(w.dialog->problem().isEmpty(), qPrintable(w.dialog->problem()));
            QTest::mouseClick(button(*w.dialog, "Save"), Qt::LeftButton);
            QVERIFY(settle());
            QVERIFY(!button(*w.dialog, "Save")->isEnabled());
            QVERIFY(redacted("shop.loyaltyNo", "77").starts_with("value "));
            QVERIFY(redacted("till.cashier", "Ada").starts_with("person "));
            const std::string found = redacted("message", "of LOY-4711 here");
            QVERIFY2(found.starts_with("of LOY-value ") && found.ends_with(" here"), found.c_str());
            QVERIFY(redacted("user.email", "jane").starts_with("e-mail ")); // nothing is taken away
        }
        // What masks on the command line reads the same, and so does another window.
        const auto other = maskingRedactor(*workspace_);
        QVERIFY(other->redact("shop.loyaltyNo", "77").starts_with("value "));
        QCOMPARE(maskingRedactor(*workspace_, maskingRules())->redact("shop.loyaltyNo", "77"), std::string("77")); // --privacy FILE
        Open again(workspace_, 1);
        QCOMPARE(again.dialog->ownRules().rules(),
                 (std::vector<OwnRule>{{"loyalty number", {"loyalty no", "card of honour"}, {"LOY-([0-9]+)"}}, {"name of a person", {"till cashier"}, {}}}));
        QCOMPARE(again.context.exporter().redactor().redact("shop.loyaltyNo", "77"), other->redact("shop.loyaltyNo", "77"));
        for (int row = 0; row < 2; ++row) {
            lines(*again.dialog)->setCurrentIndex(lines(*again.dialog)->model()->index(0, 0));
            QTest::mouseClick(button(*again.dialog, "Remove"), Qt::LeftButton);
        }
        QTest::mouseClick(button(*again.dialog, "Save"), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(again.context.exporter().redactor().redact("shop.loyaltyNo", "77"), std::string("77"));
        QVERIFY(keptOwnRules(*workspace_->connect()).empty());
    }

    void whatIsWrongIsSaid() {
        Open w(workspace_, 1);
        QTest::mouseClick(button(*w.dialog, "Add"), Qt::LeftButton);
        QVERIFY(w.dialog->problem().isEmpty() && !button(*w.dialog, "Save")->isEnabled()); // nothing is said yet
        const auto says = [&](const std::array<const char*, 3>& texts, const char* words) {
            set(w, 0, texts);
            return w.dialog->problem().contains(QString::fromLatin1(words)) && !button(*w.dialog, "Save")->isEnabled();
        };
        QVERIFY(says({"", "a", ""}, "has no name"));
        QVERIFY(says({"a", "", ""}, "neither an attribute nor a pattern"));
        QVERIFY(says({"a", "", "("}, "is none"));
        QVERIFY(says({"a", "", "x*"}, "matches nothing at all"));
        QVERIFY(says({"a", "one two three four five six seven", ""}, "one to six words"));
        QVERIFY(keptOwnRules(*workspace_->connect()).empty());
    }

    void whatIsRemovedOrReplacedComesBack() {
        Open w(workspace_, 1);
        const std::vector<OwnRule> first{{"a", {"b"}, {"c", "d"}}}, second{{"e", {"f"}, {}}};
        w.dialog->replaceBy(first);
        QCOMPARE(lines(*w.dialog)->model()->rowCount(), 2); // a line for each pattern
        w.dialog->replaceBy(second);
        QCOMPARE(w.dialog->ownRules().rules(), second);
        QTest::mouseClick(button(*w.dialog, "Undo"), Qt::LeftButton);
        const std::vector<OwnRule> split{{"a", {"b"}, {"c"}}, {"a", {}, {"d"}}};
        QCOMPARE(w.dialog->ownRules().rules(), split);
        lines(*w.dialog)->setCurrentIndex(lines(*w.dialog)->model()->index(0, 0));
        QVERIFY(QTest::qWaitForWindowActive(w.dialog));
        lines(*w.dialog)->setFocus();
        QTest::keyClick(lines(*w.dialog), Qt::Key_Delete);
        QCOMPARE(lines(*w.dialog)->model()->rowCount(), 1);
        QTest::mouseClick(button(*w.dialog, "Undo"), Qt::LeftButton);
        QCOMPARE(w.dialog->ownRules().rules(), split);
    }

private:
    struct Open {
        explicit Open(const std::shared_ptr<Workspace>& workspace, int page = 0) : masking(context) {
            context.exporter().clipboard = [this](const std::string& text) { copied = text; };
            window.resize(920, 620);
            window.show();
            context.setWorkspace(workspace);
            if (!settle())
                qFatal("the work does not end");
            dialog = new MaskingDialog(context, masking, &window);
            dialog->findChild<QTabWidget*>()->setCurrentIndex(page);
            dialog->show();
            dialog->activateWindow();
            if (!settle())
                qFatal("the work does not end");
        }
        std::string copied;
        ViewContext context;
        WindowMasking masking;
        QWidget window;
        MaskingDialog* dialog = nullptr;
    };

    static void set(const Open& w, int row, const std::array<const char*, 3>& texts) {
        for (int c = 0; c < 3; ++c)
            w.dialog->ownRules().setData(w.dialog->ownRules().index(row, c), QString::fromUtf8(texts[static_cast<size_t>(c)]), Qt::EditRole);
    }

    std::unique_ptr<QTemporaryDir> dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestMaskingDialog)
#include "tst_masking_dialog.moc"
