// One order on the command line: found, and told.

#include "cli_fixture.h"
#include "store/user_items.h"
#include "store/workspace.h"
#include "story/kept_words.h"

#include <QFile>

using namespace aisle::test;

class TestCliOrder : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void found() {
        const Result exact = run({s("find"), shop_, s("ord-1"), s("--as"), s("json"), s("--limit"), s("1")});
        QVERIFY2(exact.code == 0, exact.error);
        const json hits = json::parse(exact.out.toStdString());
        QCOMPARE(hits.size(), size_t(1));
        order_ = QString::fromStdString(hits[0]["order"].get<std::string>());
        QCOMPARE(hits[0]["match"].get<std::string>(), std::string("beginning"));
        const json whole = json::parse(run({s("find"), shop_, order_.toLower(), s("--as"), s("json")}).out.toStdString());
        QCOMPARE(whole.size(), size_t(1));
        QCOMPARE(whole[0]["match"].get<std::string>(), std::string("exact"));
        QVERIFY(run({s("find"), shop_, s("nothing-like-it")}).out.contains("No order of this file has"));
    }

    void nothingToFind() {
        for (const char* blank : {"", "  ", "\t", "\xc2\xa0"}) {
            const Result r = run({s("find"), shop_, QString::fromUtf8(blank)});
            QCOMPARE(r.code, 2);
            QVERIFY2(r.error.startsWith("aisle: TEXT: there is nothing to look for; say what is known of the order: ORD-1000014\n"), r.error);
            QVERIFY2(r.error.endsWith("Run aisle --help for usage.\n"), r.error);
        }
    }

    void told() {
        const auto shown = [&](const char* form) { return run({s("show"), s("order"), shop_, s("--order"), order_, s("--as"), s(form), s("--utc")}); };
        QVERIFY(shown("text").out.contains(QByteArray("Order ").append(order_.toUtf8())));
        QVERIFY(shown("md").out.startsWith("# Order "));
        QVERIFY(shown("html").out.startsWith("<!DOCTYPE html>"));
        QVERIFY(shown("pdf").out.startsWith("%PDF-"));
        QVERIFY(!json::parse(shown("json").out.toStdString())["sentences"].empty());
        QVERIFY(!shown("text").out.contains("@example.com")); // masked without being asked
        QVERIFY(run({s("show"), s("order"), shop_, s("--order"), order_, s("--reveal")}).out.contains("@example.com"));
    }

    void ownWords() {
        const QString words = path("words.json");
        write(words, "{\"language\": \"en\", \"sentences\": {\"page.title\": \"No. {order}\", \"charged.paid\": \"{amonut}\"}}");
        const Result r = run({s("show"), s("order"), shop_, s("--order"), order_, s("--words"), words});
        QVERIFY2(r.code == 0, r.error);
        QVERIFY(r.out.startsWith("No. "));
        QVERIFY2(r.error.contains("charged.paid has a place {amonut}"), r.error);
    }

    // The window's sentences were not those of the command line.
    void keptWords() {
        const QString kept = path("kept.aisle");
        QVERIFY(QFile::copy(shop_, kept));
        const auto keep = [&](const char* json) {
            const auto workspace = aisle::Workspace::open(kept.toStdString(), aisle::Workspace::Access::ReadWrite);
            aisle::keepUserItem(*workspace->connect(), aisle::kStoryWords, {aisle::kStoryWordsName, json, 1});
        };
        keep("{\"language\": \"en\", \"sentences\": {\"page.title\": \"No. {order}\"}}");
        const QStringList show = {s("show"), s("order"), kept, s("--order"), order_};
        QVERIFY(run(show).out.startsWith("No. "));
        const QString words = path("other.json");
        write(words, "{\"language\": \"en\"}");
        QVERIFY(run(show + QStringList{s("--words"), words}).out.startsWith("Order ")); // what is asked for goes before
        keep("[]");
        const Result r = run(show);
        QVERIFY2(r.code == 0 && r.out.startsWith("Order "), r.error);
        QVERIFY2(r.error.contains("kept in the workspace are not in use"), r.error);
    }

    void wrongUsage() {
        verifySentence(run({s("show"), s("order"), shop_}), 2, "order needs --order");
        verifySentence(run({s("show"), s("order"), shop_, s("--order"), s("x"), s("--as"), s("csv")}), 2, "order is a page");
        verifySentence(run({s("show"), s("cases"), shop_, s("--technical")}), 2, "are for order");
        verifySentence(run({s("show"), s("order"), shop_, s("--order"), s("nothing-like-it")}), 1, "No order here is nothing-like-it, and none is like it.");
    }

    // "No order here is nope." led nowhere.
    void whatIsNotThere() {
        QVERIFY(QFile::copy(shop_, path("my shop.aisle")));
        const auto said = [&](const char* order) { return run({s("show"), s("order"), path("my shop.aisle"), s("--order"), s(order)}).error; };
        const QByteArray file = path("my shop.aisle").toUtf8().prepend('\'').append('\'');
        const QByteArray list = QByteArray("aisle show orders ").append(file), find = QByteArray("aisle find ").append(file);
        QVERIFY2(said("nope-nope").contains(list) && said("nope-nope").contains(QByteArray(find).append(" TEXT")), said("nope-nope").constData());
        QVERIFY2(said("ORD-1").contains("like it are ORD-1") && said("ORD-1").trimmed().endsWith(QByteArray(find).append(" ORD-1")), said("ORD-1").constData());
    }

private:
    QString order_;
};

QTEST_GUILESS_MAIN(TestCliOrder)
#include "tst_cli_order.moc"
