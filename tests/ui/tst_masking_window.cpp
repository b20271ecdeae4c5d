// Personal data on its way out of a window: masked until somebody reveals it, and again with another file.

#include "masking.h"
#include "orders/order_view.h"
#include "privacy/own_rules.h"
#include "store/user_items.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "window/main_window.h"
#include "window_import.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr char kMail[] = "ada@lovelace.example";

/// What leaves when that is copied.
QString copied(ViewContext& context) {
    context.exporter().toClipboard(context.exporter().render("user.email", kMail));
    return QGuiApplication::clipboard()->text();
}

} // namespace

class TestMaskingWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, dir_.filePath(QStringLiteral("settings")));
        applyTheme(ThemeMode::Light);
        services_.makeImport = [] { return std::make_unique<WindowImport>(); };
        workspace_ = demoWorkspace(dir_.path(), 60);
        other_ = demoWorkspace(otherDir_.path(), 20);
    }

    void masksUntilRevealed() {
        ViewContext context;
        std::string out;
        context.exporter().clipboard = [&out](const std::string& text) { out = text; };
        const auto copy = [&](const char* key = "user.email") {
            context.exporter().toClipboard(context.exporter().render(key, kMail));
            return QByteArray::fromStdString(out);
        };
        WindowMasking masking(context);
        QSignalSpy changed(&masking, &WindowMasking::changed), views(&context, &ViewContext::maskingChanged);
        QVERIFY(context.masks() && !masking.isRevealed());
        QVERIFY2(copy().startsWith("e-mail "), copy().constData()); // before anything is open
        context.setWorkspace(workspace_);
        QVERIFY2(copy().startsWith("e-mail "), copy().constData()); // before the salt of the workspace is read
        QVERIFY(settle());
        QVERIFY(changed.count() > 0 && views.count() == changed.count());
        const QByteArray pseudonym = copy();
        QVERIFY2(pseudonym.startsWith("e-mail "), pseudonym.constData());
        QVERIFY2(copy("text").startsWith("e-mail "), copy("text").constData()); // found by what it says, too
        QVERIFY2(!QByteArray::fromStdString(context.exporter().render("text", std::string("to ") + kMail + " at once")).contains("lovelace"), "within a sentence");

        const int before = static_cast<int>(changed.count());
        masking.setRevealed(true);
        QVERIFY(masking.isRevealed() && !context.masks());
        QCOMPARE(copy(), QByteArray(kMail));
        masking.setRevealed(true); // says nothing twice
        QCOMPARE(changed.count(), before + 1);
        masking.setRevealed(false);
        QVERIFY(context.masks());
        QCOMPARE(copy(), pseudonym); // the same customer is the same one

        // What was revealed was revealed of one file.
        masking.setRevealed(true);
        context.setWorkspace(other_);
        QVERIFY(context.masks() && !masking.isRevealed());
        QVERIFY2(copy().startsWith("e-mail "), copy().constData());
        QVERIFY(settle());
        QVERIFY2(copy().startsWith("e-mail ") && copy() != pseudonym, copy().constData());
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QCOMPARE(copy(), pseudonym);
        masking.setRevealed(true);
        context.setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY2(context.masks() && copy().startsWith("e-mail "), copy().constData());
    }

    // A value that only the workspace's own rules know to be personal left as it was until they were read.
    void nothingLeavesBeforeOwnRulesAreRead() {
        QTemporaryDir dir;
        const auto workspace = demoWorkspace(dir.path(), 20);
        const auto keep = [&](const std::string& json) { keepUserItem(*workspace->connect(), kMaskingRules, {kOwnRulesName, json, 1}); };
        keep(toJson(std::vector<OwnRule>{{"loyalty number", {"loyalty no"}, {"LOY-[0-9]+"}}}));
        ViewContext context;
        const auto leaves = [&](const char* key, const char* value) { return QByteArray::fromStdString(context.exporter().render(key, value)); };
        const auto number = [&] { return QByteArray::fromStdString(context.exporter().redactor().redactNumber("loyalty.no", "4711")); };
        WindowMasking masking(context);
        QCOMPARE(leaves("message", "of LOY-4711 here"), QByteArray("of LOY-4711 here")); // nothing is open
        QVERIFY(masking.isRead());
        context.setWorkspace(workspace);
        QVERIFY(!masking.isRead());
        for (const QByteArray& early : {leaves("loyalty.no", "4711"), leaves("message", "of LOY-4711 here"), number()})
            QVERIFY2(!early.contains("4711") && early.contains("masked"), early.constData());
        QVERIFY(leaves("user.email", kMail).startsWith("e-mail "));
        QVERIFY(leaves("message", "").isEmpty());
        QVERIFY(settle());
        QVERIFY(masking.isRead());
        QVERIFY(leaves("loyalty.no", "4711").startsWith("value ") && number().startsWith("value "));
        QVERIFY2(leaves("message", "of LOY-4711 here").startsWith("of value "), leaves("message", "of LOY-4711 here").constData());
        QCOMPARE(leaves("message", "nothing"), QByteArray("nothing"));

        // So it is while they cannot be read, also in a window that is made when the workspace is open already.
        keep("{");
        ViewContext second;
        second.setWorkspace(workspace);
        QVERIFY(settle());
        WindowMasking of(second);
        QSignalSpy failed(&of, &WindowMasking::failed);
        QVERIFY(second.exporter().render("message", "of LOY-4711 here").find("4711") == std::string::npos);
        QVERIFY(settle());
        QVERIFY(failed.count() > 0 && !of.isRead());
        QVERIFY(second.exporter().render("message", "of LOY-4711 here").find("4711") == std::string::npos);
        of.setRevealed(true);
        QCOMPARE(second.exporter().render("message", "of LOY-4711 here"), std::string("of LOY-4711 here"));
    }

    // A file of traces of which every value is "masked" was written without a word.
    void noFileBeforeOwnRulesAreRead() {
        QSettings().clear();
        QTemporaryDir dir;
        const auto workspace = demoWorkspace(dir.path(), 20);
        keepUserItem(*workspace->connect(), kMaskingRules, {kOwnRulesName, "{", 1});
        WindowServices services = services_;
        services.traceExport.formats.push_back({QStringLiteral("Traces"), QStringLiteral("json")});
        QWidget host;
        host.resize(1400, 900);
        QPointer<MainWindow> window = new MainWindow(services);
        window->setParent(&host);
        window->setWindowFlags(Qt::Widget);
        window->resize(host.size());
        host.show();
        QVERIFY(QTest::qWaitForWindowExposed(&host));
        show(window, workspace);
        const auto trigger = [&](const QString& words) {
            for (QAction* action : window->findChildren<QAction*>())
                if (action->text() == words)
                    return action->trigger();
            qFatal("no such action");
        };
        const QString refused = QStringLiteral("The masking rules of this workspace are not read yet, or cannot be read");
        QVERIFY(!visibleWords(window).contains(refused));
        trigger(QStringLiteral("&Export traces..."));
        QVERIFY2(visibleWords(window).contains(refused), qPrintable(visibleWords(window)));
        QVERIFY(window->findChild<QFileDialog*>() == nullptr);
        trigger(QStringLiteral("Reveal &personal data"));
        trigger(QStringLiteral("&Export traces..."));
        auto* dialog = window->findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr);
        delete dialog;
        delete window;
        QVERIFY(settle());
    }

    void tablesAreMasked() {
        ViewContext context;
        WindowMasking masking(context);
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        Tabular table;
        table.columns = {{"user.email", "E-mail"}, {"spans", "Spans", true}};
        table.rows.push_back({Cell(std::string(kMail)), Cell::count(3)});
        for (const TextFormat format : {TextFormat::Text, TextFormat::Csv, TextFormat::Json}) {
            QVERIFY(!QByteArray::fromStdString(context.exporter().render(table, format)).contains("lovelace"));
            masking.setRevealed(true);
            QVERIFY(QByteArray::fromStdString(context.exporter().render(table, format)).contains("lovelace"));
            masking.setRevealed(false);
        }
    }

    void revealedInTheWindow() {
        QSettings().clear();
        QWidget host;
        host.resize(1400, 900);
        QPointer<MainWindow> window = new MainWindow(services_);
        window->setParent(&host);
        window->setWindowFlags(Qt::Widget);
        window->resize(host.size());
        host.show();
        QVERIFY(QTest::qWaitForWindowExposed(&host));
        show(window, workspace_);
        ViewContext& context = window->context();
        QAction* reveal = nullptr;
        for (QAction* action : window->findChildren<QAction*>())
            if (action->text() == QStringLiteral("Reveal &personal data"))
                reveal = action;
        QVERIFY(reveal != nullptr && reveal->isCheckable() && !reveal->isChecked());
        QVERIFY2(copied(context).startsWith(QStringLiteral("e-mail ")), qPrintable(copied(context)));

        reveal->trigger();
        QVERIFY(reveal->isChecked());
        QCOMPARE(copied(context), QString::fromLatin1(kMail));
        QVERIFY2(visibleWords(window).contains(QStringLiteral("goes along with what is copied or exported")), qPrintable(visibleWords(window)));
        buttonWithText<QToolButton>(window, QStringLiteral("Mask again"))->click();
        QVERIFY(!reveal->isChecked());
        QVERIFY(copied(context).startsWith(QStringLiteral("e-mail ")));

        // A view may ask for it, also one of orders; both say so.
        Q_EMIT context.revealRequested(true);
        QVERIFY(reveal->isChecked() && copied(context) == QString::fromLatin1(kMail));
        reveal->trigger();
        QVERIFY(!reveal->isChecked() && copied(context).startsWith(QStringLiteral("e-mail ")));
        window->setPerspective(5);
        QVERIFY(settle());
        const auto orders = context.otherJourney();
        QVERIFY(orders && !orders->cases().cases().empty());
        context.selection().setFocus(Focus::onCase(orders->cases().cases()[0].value));
        QVERIFY(settle());
        QVERIFY2(!visibleWords(window->view("order")).contains(QStringLiteral("@example.com")), qPrintable(visibleWords(window->view("order"))));
        buttonWithText<QToolButton>(window->view("order"), QStringLiteral("Reveal"))->click();
        QVERIFY(settle());
        QVERIFY(reveal->isChecked() && copied(context) == QString::fromLatin1(kMail));
        QVERIFY2(visibleWords(window->view("order")).contains(QStringLiteral("@example.com")), qPrintable(visibleWords(window->view("order"))));

        show(window, other_);
        QVERIFY(!reveal->isChecked() && context.masks());
        QVERIFY(copied(context).startsWith(QStringLiteral("e-mail ")));
        delete window;
        QVERIFY(settle());
    }

private:
    void show(MainWindow* window, const std::shared_ptr<Workspace>& workspace) {
        Document::Opened opened;
        opened.workspace = workspace;
        window->showDocument(std::make_shared<Document>(opened, services_));
        QVERIFY(settle());
    }

    QTemporaryDir dir_, otherDir_;
    WindowServices services_;
    std::shared_ptr<Workspace> workspace_, other_;
};

AISLE_TEST_MAIN(TestMaskingWindow)
#include "tst_masking_window.moc"
