// The journey on the command line: one of a file, and the pages that show it.

#include "cli_fixture.h"

using namespace aisle::test;

class TestCliJourney : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    /// A journey of one's own: what it says, and what is wrong with it.
    void journeysFromFiles() {
        const auto write = [&](const char* text) {
            const QString file = path("journey.json");
            CliFixture::write(file, QByteArray(text).replace('\'', '"'));
            return file;
        };
        const QString file = write("{'id': 'own', 'name': 'Own', 'order': 'any', 'stages': [ "
            "{'name': 'Pay', 'where': '{ .http.request.method = `POST` && aisle:path = `/api/payment` }'}, {'name': 'Look', 'where': '{ aisle:path =~ `/api/products/[^/]+` }'}, "
            "{'name': 'Search', 'optional': true, 'where': '{ aisle:path = `/api/search` }'}]}");
        const Result shown = run({s("show"), s("funnel"), shop_, s("--journey"), file, s("--as"), s("json")});
        QVERIFY2(shown.code == 0, shown.error);
        const json rows = json::parse(shown.out.toStdString());
        QCOMPARE(rows.size(), size_t(3));
        QVERIFY(rows[0]["stage"] == "Pay");
        QVERIFY(rows[0]["reached"] > 0 && rows[0]["reached"] < rows[1]["reached"]); // in their own order hardly anybody looks after paying
        const Result picture = run({s("show"), s("funnel"), shop_, s("--journey"), file, s("--as"), s("svg")});
        QVERIFY2(picture.code == 0 && picture.out.contains("Search"), picture.error);
        const Result scoped = run({s("show"), s("trace-list"), shop_, s("--journey"), file, s("--select"), s("{ aisle:stage = \"Pay\" }"), s("--as"), s("csv")});
        QVERIFY2(scoped.code == 0 && scoped.out.count('\n') > 1, scoped.error);
        verifySentence(run({s("show"), s("funnel"), shop_, s("--journey"), write("{'id': 'a', 'name': 'b', 'order': 'backwards', 'stages': []}")}), 1, "sequential, strict or any");
        verifySentence(run({s("show"), s("funnel"), shop_, s("--journey"), write("{'id': 'a', 'name': 'b', 'stages': [{'name': 'Look', 'where': '{ }'}, {'name': 'Pay'}]}")}), 1, "stage 2: it has no where");
        verifySentence(run({s("show"), s("funnel"), shop_, s("--journey"), write("[]")}), 1, "it is no object with id, name and stages");
        verifySentence(run({s("show"), s("funnel"), shop_, s("--journey"), write("{'id': 'a'")}), 1, "it is no JSON (");
        verifySentence(run({s("show"), s("report"), shop_, s("--journey"), file}), 2, "--journey is for the funnel");
        verifySentence(run({s("show"), s("funnel"), shop_, s("--journey"), path("nowhere.json")}), 1, "neither a file nor a journey");
        const Result preset = run({s("show"), s("funnel"), shop_, s("--journey"), s("shop"), s("--as"), s("csv")});
        QVERIFY2(preset.code == 0 && preset.out.contains("Add to cart"), preset.error);
    }

    // A pipe that nobody wrote to was waited for, and a device read, for ever.
    void onlyRegularFiles() {
        const QString pipe = path("pipe");
        QCOMPARE(::mkfifo(qPrintable(pipe), 0600), 0);
        for (const char* option : {"--journey", "--by-case"}) {
            for (const QString& file : {pipe, s("/dev/zero")})
                verifySentence(run({s("show"), s("funnel"), shop_, s(option), file}), 1, " is a pipe, a device or a socket, not a file.");
            verifySentence(run({s("show"), s("funnel"), shop_, s(option), dir_.path()}), 1, " is a directory, not a file.");
            write(path("large.json"), QByteArray(1'000'001, ' '));
            verifySentence(run({s("show"), s("funnel"), shop_, s(option), path("large.json")}), 1, " is larger than 1 MB; nothing of this kind is.");
        }
    }

    void pagesOfTheJourney() {
        const Result compared = run({s("show"), s("funnel"), shop_, s("--select"), s("{ aisle:error = true }"), s("--baseline"), s("{ }"), s("--as"), s("json")});
        QVERIFY2(compared.code == 0, compared.error);
        QVERIFY(json::parse(compared.out.toStdString())[1].contains("difference_low"));
        const Result by = run({s("show"), s("breakdown"), shop_, s("--by"), s("aisle:path"), s("--as"), s("json")});
        QVERIFY2(by.code == 0, by.error);
        QVERIFY(json::parse(by.out.toStdString()).size() > 2);
        verifySentence(run({s("show"), s("breakdown"), shop_}), 2, "breakdown needs --by");
        const Result ofTime = run({s("show"), s("funnel"), shop_, s("--select"), s("{ aisle:time = \"2000-01-01T00:00:00Z/2100-01-01T00:00:00Z\" }")});
        QVERIFY2(ofTime.code == 0 && ofTime.out.count("Counted are sessions with any trace in that time") == 1, QByteArray(ofTime.out + ofTime.error));
        for (const char* view : {"step-times", "conversion"}) {
            const Result shown = run({s("show"), s(view), shop_, s("--as"), s("json")});
            QVERIFY2(shown.code == 0 && !json::parse(shown.out.toStdString()).empty(), shown.error); // so few sessions are one step of time
            const Result drawn = run({s("show"), s(view), shop_, s("--as"), s("svg")});
            QVERIFY2(drawn.code == 0 && drawn.out.contains("<svg"), drawn.error);
        }
        const Result unknown = run({s("show"), s("breakdown"), shop_, s("--by"), s(".nowhere")}); // one row without a value, and not a word
        QVERIFY2(unknown.code == 0 && unknown.out.contains("Nothing in these cases has .nowhere."), unknown.out);
        const Result why = run({s("show"), s("drop-off"), shop_, s("--stage"), s("checkout")});
        QVERIFY2(why.code == 0 && why.out.contains("stopped at Checkout"), why.error);
        verifySentence(run({s("show"), s("drop-off"), shop_, s("--stage"), s("nowhere")}), 1, "its stages are Visit, ");
        const Result drawn = run({s("show"), s("breakdown"), shop_, s("--by"), s("resource.service.version"), s("--as"), s("png")});
        QVERIFY2(drawn.code == 0 && drawn.out.startsWith("\x89PNG"), drawn.error);
    }
};

QTEST_GUILESS_MAIN(TestCliJourney)
#include "tst_cli_journey.moc"
