// Text of a file never becomes rich text: a trace full of markup is opened in a whole window, put in focus in every
// way, and everything that could be read as HTML is looked through: labels, tool tips, models, titles.

#include "funnel/funnel_view.h"
#include "graph/graph_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "waterfall/waterfall_view.h"
#include "widgets/plain_text.h"
#include "window/main_window.h"
#include "window_import.h"

#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QHelpEvent>
#include <QMenuBar>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTextDocument>
#include <QToolTip>

#include <nlohmann/json.hpp>

using namespace aisle;
using namespace aisle::test;
using nlohmann::json;

namespace {

const std::string kHostile = "<img src=x onerror=1><b>bold</b>";

json attribute(const std::string& key, const std::string& value) { return {{"key", key}, {"value", {{"stringValue", value}}}}; }

/// Two services that call each other, both with markup in every text there is; a session of two traces.
std::string hostileFile() {
    std::string out;
    for (int t = 1; t <= 4; ++t) {
        const std::string trace = "0000000000000000000000000000000" + std::to_string(t);
        const auto span = [&](int id, int parent, const std::string& name, int kind) {
            json s = {{"traceId", trace},
                      {"spanId", "000000000000000" + std::to_string(id)},
                      {"name", name + kHostile},
                      {"kind", kind},
                      {"startTimeUnixNano", std::to_string(1'700'000'000'000'000'000 + t * 1'000'000'000L + id * 1'000'000L)},
                      {"endTimeUnixNano", std::to_string(1'700'000'000'000'000'000 + t * 1'000'000'000L + 500'000'000L - id * 1'000'000L)},
                      {"status", {{"code", 2}, {"message", kHostile}}},
                      {"attributes",
                       {attribute("session.id", kHostile + std::to_string(t / 2)), attribute("note" + kHostile, kHostile),
                        attribute("http.request.method", "GET"), attribute("http.route", "/"), attribute("long", kHostile + std::string(200, 'x'))}},
                      {"events", {{{"name", "exception"}, {"timeUnixNano", std::to_string(1'700'000'000'000'000'000 + t * 1'000'000'000L + 2'000'000L)},
                                   {"attributes", {attribute("exception.message", kHostile)}}}}}};
            if (parent > 0)
                s["parentSpanId"] = "000000000000000" + std::to_string(parent);
            return s;
        };
        const auto resource = [&](const std::string& service, const json& spans) {
            return json{{"resource", {{"attributes", {attribute("service.name", service), attribute("host.name", kHostile)}}}},
                        {"scopeSpans", {{{"scope", {{"name", kHostile}, {"version", kHostile}}}, {"spans", spans}}}}};
        };
        json root = span(1, 0, "one ", 2), call = span(2, 1, "two ", 3), inner = span(3, 2, "three ", 2), orphan = span(4, 9, "four ", 1);
        json database = span(5, 3, "five ", 3);
        database["attributes"].push_back(attribute("db.system", kHostile));
        database["attributes"].push_back(attribute("db.namespace", kHostile));
        json line;
        line["resourceSpans"] = {resource("A" + kHostile, {root, call, orphan}), resource("B" + kHostile, {inner, database})};
        out += line.dump() + "\n";
    }
    return out;
}

bool isMarkup(const QString& text) {
    return text.contains(QStringLiteral("<img"), Qt::CaseInsensitive) || text.contains(QStringLiteral("<b>"), Qt::CaseInsensitive);
}

} // namespace

class TestPlainText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, dir_.filePath(QStringLiteral("settings")));
        applyTheme(ThemeMode::Light);
        services_.makeImport = [] { return std::make_unique<WindowImport>(); };
        // The file is called so, too (a name cannot hold a slash).
        const std::filesystem::path folder = dir_.path().toStdString(), file = folder / "<img src=x><b>bold.jsonl";
        std::ofstream(file, std::ios::binary) << hostileFile();
        workspace_ = importInto(folder / "<img src=x><b>bold.aisle", {file});
        QCOMPARE(workspace_->table()->spanCount(), uint64_t(20));
    }

    void helpers() {
        const QString hostile = QString::fromStdString(kHostile);
        QVERIFY(isMarkup(hostile) && Qt::mightBeRichText(hostile)); // what is looked for is really there
        QVERIFY(!isMarkup(plainToolTip(hostile)));
        QTextDocument document;
        document.setHtml(plainToolTip(hostile + QStringLiteral("\n  two & three")));
        QCOMPARE(document.toPlainText(), hostile + QStringLiteral("\n  two & three")); // and is shown letter by letter
        QCOMPARE(plainToolTip({}), QString());
        QVERIFY(plainToolTip(QString(5000, QLatin1Char('x'))).size() < 2200);
        QCOMPARE(singleLine(QStringLiteral("a\r\n\tb") + QChar(0x2028) + QChar(0x202e) + QChar(0x2066)), QStringLiteral("a   b   "));
        // A name of a megabyte on one line made labels and windows wider than any screen.
        QCOMPARE(singleLine(QString(5000, QLatin1Char('x'))).size(), qsizetype(501));
        // A file called R&D made D a shortcut of the menu, and a long name made the menu wider than the screen.
        QCOMPARE(menuText(QStringLiteral("R&D && more\tF2")), QStringLiteral("R&&D &&&& more F2"));
        QCOMPARE(menuText(QString(60, QLatin1Char('x'))), QString(60, QLatin1Char('x')));
        QCOMPARE(menuText(QString(40, QLatin1Char('a')) + QString(5000, QLatin1Char('b')) + QString(40, QLatin1Char('c'))), QString(29, QLatin1Char('a')) + QChar(0x2026) + QString(30, QLatin1Char('c')));
        const QString cart = QStringLiteral("\U0001F6D2"); // two code units, which stay together
        QCOMPARE(menuText(cart.repeated(40)), cart.repeated(14) + QChar(0x2026) + cart.repeated(15));
        QCOMPARE(menuText(cart.repeated(40) + QLatin1Char('a')), cart.repeated(14) + QChar(0x2026) + cart.repeated(14) + QLatin1Char('a'));
        std::unique_ptr<QLabel> label(plainLabel(hostile));
        QCOMPARE(label->textFormat(), Qt::PlainText);
        QCOMPARE(toQString("Gr\xc3\xb6\xc3\x9f" "e"), QStringLiteral("Größe"));
    }

    void wholeWindow() {
        QWidget host;
        host.resize(1400, 900);
        Document::Opened opened;
        opened.workspace = workspace_;
        auto document = std::make_shared<Document>(opened, services_);
        QPointer<MainWindow> window = new MainWindow(services_);
        window->setParent(&host);
        window->setWindowFlags(Qt::Widget);
        window->resize(host.size());
        host.show();
        window->showDocument(document);
        QVERIFY(settle());
        const SpanTable& table = *window->context().table();
        const std::string a = "A" + kHostile, b = "B" + kHostile;
        QVERIFY(table.serviceByName(a).has_value());
        const JourneyState& journey = *window->context().journey();

        std::vector<Focus> focuses = {{}, Focus::onTrace(table.traceId(0)), Focus::onService(a), Focus::onService(b), Focus::onEdge(a, b),
                                      Focus::onStage(kHostile), Focus::onCase(kHostile)};
        for (const Row r : table.rowsOf(0))
            focuses.push_back(Focus::onSpan(table, r));
        if (!journey.cases().cases().empty())
            focuses.push_back(Focus::onCase(journey.cases().cases()[0].value));
        for (const int perspective : {0, 1, 2, 3, 5}) {
            window->setPerspective(perspective);
            for (const Focus& focus : focuses) {
                window->context().selection().setFocus(focus);
                QVERIFY(settle());
                look();
                if (QTest::currentTestFailed())
                    return;
            }
        }
        QVERIFY(labels_ > 100 && cells_ > 1000 && hostileCells_ > 50); // markup was there to be found

        // In the scope, its problems and the message strip.
        for (const ScopeTerm::Kind kind : {ScopeTerm::Kind::Service, ScopeTerm::Kind::Name, ScopeTerm::Kind::Case, ScopeTerm::Kind::File}) {
            window->context().selection().setScope(Scope().with(term(kind, kHostile)));
            QVERIFY(settle());
            QVERIFY(visibleWords(window).contains(QString::fromStdString(kHostile))); // the problem names it
            look();
        }
        window->showMessage(QString::fromStdString(kHostile + " cannot be opened."), QStringLiteral("Do"), [] {});
        QVERIFY(settle());
        QVERIFY(visibleWords(window).contains(QString::fromStdString(kHostile)));
        look();
        window->context().selection().setScope({});
        QVERIFY(settle());

        // Tool tips that are made when the pointer rests.
        window->setPerspective(3);
        window->context().selection().setFocus(Focus::onTrace(table.traceId(0)));
        QVERIFY(settle());
        auto* graph = qobject_cast<GraphView*>(window->view("service-graph"));
        QVERIFY(graph->frame().nodes.size() >= 2);
        for (const auto& node : graph->frame().nodes)
            hover(&graph->canvas(), graph->viewport().toView(node.rect.center()).toPoint());
        for (const auto& edge : graph->frame().edges)
            hover(&graph->canvas(), graph->viewport().toView(edge.line[edge.line.size() / 2]).toPoint());
        window->setPerspective(1);
        QVERIFY(settle());
        auto* waterfall = qobject_cast<WaterfallView*>(window->view("waterfall"));
        QVERIFY(waterfall->frame().rows.size() >= 5);
        for (const WaterfallRow& row : waterfall->frame().rows)
            hover(waterfall, row.rect.center().toPoint());
        QVERIFY(tips_ >= 6);

        // What was opened lately.
        window->open({workspace_->path()}); // remembers it; a second window
        QVERIFY(settle());
        const QStringList recent = QSettings().value(QStringLiteral("recent")).toStringList();
        QSettings().setValue(QStringLiteral("recent"), QStringList{QStringLiteral("/R&D/") + QString(3000, QLatin1Char('W')) + QStringLiteral("&.jsonl")} + recent);
        for (QMenu* menu : window->findChildren<QMenu*>())
            Q_EMIT menu->aboutToShow();
        QStringList entries;
        for (const QMenu* menu : window->findChildren<QMenu*>())
            for (const QAction* action : menu->actions())
                entries << action->text();
        QCOMPARE(entries.filter(QStringLiteral("WW&&.jsonl")).size(), 1);
        QVERIFY(std::all_of(entries.begin(), entries.end(), [](const QString& entry) { return entry.size() < 140; }));
        look();
        for (QWidget* top : QApplication::topLevelWidgets())
            if (auto* other = qobject_cast<MainWindow*>(top))
                other->close();
        QVERIFY(settle());
        delete window;
    }

private:
    void look() {
        for (QWidget* widget : QApplication::allWidgets()) {
            if (const auto* label = qobject_cast<QLabel*>(widget)) {
                ++labels_;
                QVERIFY2(label->textFormat() == Qt::PlainText || !Qt::mightBeRichText(label->text()), qPrintable(label->text()));
                QVERIFY2(label->textFormat() == Qt::PlainText || !isMarkup(label->text()), qPrintable(label->text()));
            }
            tip(widget->toolTip(), widget);
            tip(widget->statusTip(), widget);
            QVERIFY2(!isMarkup(widget->whatsThis()), qPrintable(widget->whatsThis()));
            for (const QAction* action : widget->actions()) {
                // An action's text becomes its tool tip where it has none of its own.
                if (action->toolTip() != action->text())
                    tip(action->toolTip(), widget);
            }
            if (const auto* view = qobject_cast<QAbstractItemView*>(widget); view != nullptr && view->model() != nullptr)
                cells(view->model(), {}, widget);
        }
    }
    void cells(const QAbstractItemModel* model, const QModelIndex& parent, const QWidget* widget) {
        for (int row = 0; row < model->rowCount(parent); ++row)
            for (int column = 0; column < model->columnCount(parent); ++column) {
                const QModelIndex index = model->index(row, column, parent);
                ++cells_;
                hostileCells_ += isMarkup(index.data().toString());
                tip(index.data(Qt::ToolTipRole).toString(), widget);
                QVERIFY(!index.data(Qt::DisplayRole).toString().contains(QLatin1Char('\n')));
                if (column == 0)
                    cells(model, index, widget);
            }
        for (int column = 0; column < model->columnCount(parent); ++column)
            tip(model->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString(), widget);
    }
    void tip(const QString& text, const QWidget* widget) {
        QVERIFY2(!isMarkup(text), qPrintable(QString::fromLatin1(widget->metaObject()->className()) + QStringLiteral(": ") + text));
    }
    void hover(QWidget* widget, const QPoint& at) {
        QHelpEvent event(QEvent::ToolTip, at, widget->mapToGlobal(at));
        QCoreApplication::sendEvent(widget, &event);
        if (!QToolTip::isVisible())
            return;
        ++tips_;
        QVERIFY2(!isMarkup(QToolTip::text()), qPrintable(QToolTip::text()));
        QVERIFY(QToolTip::text().isEmpty() || Qt::mightBeRichText(QToolTip::text())); // ours: escaped inside a tag
    }

    QTemporaryDir dir_;
    WindowServices services_;
    std::shared_ptr<Workspace> workspace_;
    int labels_ = 0, cells_ = 0, hostileCells_ = 0, tips_ = 0;
};

AISLE_TEST_MAIN(TestPlainText)
#include "tst_plain_text.moc"
